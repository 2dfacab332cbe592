/// Everything the ledger can be asked to do. Pure data, so that the same command runs in every store and in the
/// reference.
public enum LedgerCommand: Hashable, Sendable {
  /// Registers an agent and the limit of its advances.
  case registerAgent(AgentRegistration)
  /// Registers a terminal key.
  case registerTerminal(TerminalRegistration)
  /// Revokes a terminal key (32 octets, SHA-256 of its point) from the posting time on.
  case revokeTerminal(keyHash: [UInt8])
  /// Registers a card and its payout key; with ``CardRegistration/replaces`` the old card ends in the same breath.
  case registerCard(CardRegistration)
  /// Does something with a card (block, unblock, lost, returned, terminated, release of its reserve).
  case actOnCard(CardAct)
  /// Records what an office says it did with a card's PIN.
  case recordPIN(PINRecord)
  /// Books money that came in for a funder's programmes.
  case fund(Funding)
  /// Books an advance to an agent.
  case topUpAgent(AgentTopUp)
  /// Records what is owed; nothing can be credited before its list is sealed.
  case importItems(ItemImport)
  /// Says that a list is complete: from now on it can be credited, and takes no more rows.
  case sealList(ListSeal)
  /// Gives a list up that was never sealed; what it claimed can be claimed by another list.
  case abandonList(ListAbandonment)
  /// Records that somebody other than its maker has looked a sealed list through.
  case checkList(ListHand)
  /// Approves a checked list: its money is set aside, programme fund → cycle approved, all of it or nothing.
  case approveCycle(ListHand)
  /// Credits the next items of an approved list: cycle approved → lines, atomically.
  case creditCycle(CycleCredit)
  /// Suspends, resumes or ends a line.
  case actOnLine(LineAct)
  /// Something happens to items besides a payout.
  case onItems(ItemCommand)
  /// Records a death, an heir, a representative, a presence or a changed identity.
  case actOnPerson(PersonAct)
  /// Appoints or dismisses an official.
  case actOnStaff(StaffAct)
  /// Posts a payout whose certificate's signature the caller has verified with the card's registered key.
  case payout(PayoutPosting)
  /// Records what a terminal says became of a transaction, its signature verified by the caller.
  case terminalRecord(TerminalRecord)
  /// Records payouts by hand from a signed list, all of them or none.
  case payByHand(HandPayoutList)
  /// Orders transfers to bank accounts, all of them or none.
  case orderTransfers(TransferBatch)
  /// Takes in what a statement of the bank says of transfers, all of it or nothing.
  case settleTransfers(TransferStatement)
  /// Takes in a confirmed transfer that the bank gave back.
  case returnTransfer(TransferReturn)
  /// Decides what card payouts may come to from now on.
  case setPayoutLimits(PayoutLimitsDecision)
  /// Opens a drawer or a bag.
  case openShift(ShiftOpening)
  /// Adds money to one.
  case topUpShift(ShiftTopUp)
  /// Closes one with what was counted.
  case closeShift(ShiftClosing)
  /// Records what became of the chain itself: a restoring, and what terminals say of it.
  case actOnChain(ChainAct)
  /// Takes a paid payout back.
  case reversePayout(PayoutReversal)
  /// Allots the next completion serial of a card; a serial that is never issued leaves a harmless gap.
  case allotCompletionSerial(card: String)
  /// Records the completion that the caller built and signed over an allotted serial.
  case issueCompletion(CompletionIssue)
  /// Records a card's receipt, its signature verified by the caller.
  case recordReceipt(CompletionReceipt)
  /// Takes a script of the issuing office for a card.
  case postCardUpdate(CardUpdatePost)
  /// Records what a card answered to one, as a terminal says.
  case reportCardUpdate(CardUpdateReport)
}

/// An agent and the limit its advances may fall to.
public struct AgentRegistration: Hashable, Sendable {
  /// Agent code, 1…32 printable ASCII characters without `/`.
  public let agent: String
  /// How far below zero each advance (unit × funder) may go by online payouts, đồng ≥ 0.
  public let onlineLimit: Int64

  /// One agent.
  public init(agent: String, onlineLimit: Int64) {
    self.agent = agent
    self.onlineLimit = onlineLimit
  }
}

/// A terminal's key and where it stands.
public struct TerminalRegistration: Hashable, Sendable {
  /// SHA-256 of 04‖X‖Y, 32 octets.
  public let keyHash: [UInt8]
  /// 04‖X‖Y, 65 octets.
  public let publicKey: [UInt8]
  /// The agent it works for.
  public let agent: String
  /// Point code, 1…32 characters.
  public let point: String
  /// Two-digit province code.
  public let province: String
  /// Five-digit commune code.
  public let commune: String

  /// One terminal key.
  public init(keyHash: [UInt8], publicKey: [UInt8], agent: String, point: String, province: String, commune: String) {
    self.keyHash = keyHash
    self.publicKey = publicKey
    self.agent = agent
    self.point = point
    self.province = province
    self.commune = commune
  }
}

/// Who somebody is. The personal id decides; name and birth date are kept as first given.
public struct PersonIdentity: Hashable, Sendable {
  /// Personal id (số định danh), 1…32 characters.
  public let personalID: String
  /// Full name, 1…200 characters.
  public let name: String
  /// Birth date with whatever precision is known, 0…32 characters.
  public let birthDate: String

  /// One person.
  public init(personalID: String, name: String, birthDate: String) {
    self.personalID = personalID
    self.name = name
    self.birthDate = birthDate
  }
}

/// A card, whose it is, and its payout key.
public struct CardRegistration: Hashable, Sendable {
  /// 16 digits.
  public let card: String
  /// The holder.
  public let person: PersonIdentity
  /// Payout-key certificate (DER), 1…4,096 octets.
  public let certificate: [UInt8]
  /// The payout key, 04‖X‖Y, 65 octets.
  public let publicKey: [UInt8]
  /// The holder's old card, which ends with this registration; nil for a person without a live card.
  public let replaces: CardReplacement?

  /// One card.
  public init(
    card: String, person: PersonIdentity, certificate: [UInt8], publicKey: [UInt8], replaces: CardReplacement? = nil
  ) {
    self.replaces = replaces
    self.card = card
    self.person = person
    self.certificate = certificate
    self.publicKey = publicKey
  }
}

/// Money received.
public struct Funding: Hashable, Sendable {
  /// Whose book.
  public let unit: AccountingUnit
  /// Whose money.
  public let funder: Funder
  /// Đồng, 1…``Money/highestAmount``.
  public let amount: Int64
  /// The payment's reference, 1…140 characters.
  public let reference: String
  /// Who, and why; two persons.
  public let hands: ActHands

  /// Money for a funder's programmes at a unit.
  public init(unit: AccountingUnit, funder: Funder, amount: Int64, reference: String, hands: ActHands) {
    self.unit = unit
    self.funder = funder
    self.amount = amount
    self.reference = reference
    self.hands = hands
  }
}

/// An advance paid to an agent.
public struct AgentTopUp: Hashable, Sendable {
  /// Agent code.
  public let agent: String
  /// Whose book.
  public let unit: AccountingUnit
  /// Whose money.
  public let funder: Funder
  /// Đồng, 1…``Money/highestAmount``.
  public let amount: Int64
  /// Who, and why; two persons.
  public let hands: ActHands

  /// An advance of a unit's money.
  public init(agent: String, unit: AccountingUnit, funder: Funder, amount: Int64, hands: ActHands) {
    self.agent = agent
    self.unit = unit
    self.funder = funder
    self.amount = amount
    self.hands = hands
  }
}

/// What kind of debt an item is. Raw values are stored: never renumbered.
public enum ItemKind: UInt8, CaseIterable, Sendable, Codable {
  /// The month's regular amount.
  case regular = 1
  /// Arrears (truy lĩnh).
  case arrears = 2
  /// One-off (trợ cấp một lần).
  case oneOff = 3
  /// Funeral grant (mai táng phí).
  case funeral = 4
  /// What a dead person had not received, for the heir. Never on a payment list.
  case inherited = 5
}

/// One row of a payment list: the smallest thing owed (`ledger` §1).
public struct ItemRow: Hashable, Sendable {
  /// Whom it is owed to.
  public let person: PersonIdentity
  /// Programme wire code (`domain/programmes.csv`).
  public let programme: UInt16
  /// The month it is owed for.
  public let period: Period
  /// Đồng, 1…``Money/highestAmount``.
  public let amount: Int64
  /// Whose book.
  public let unit: AccountingUnit
  /// Whose money.
  public let funder: Funder
  /// Two-digit code of the home province.
  public let homeProvince: String
  /// What kind.
  public let kind: ItemKind
  /// Code of the point that the list sends the person to, 0…32 characters; empty when it names none.
  public let point: String
  /// Programmes of which the person may have nothing in the row's window beside it, at most 100.
  public let excluded: [ItemExclusion]
  /// Of arrears: the how-manieth payment of arrears for the month it is, 1…``ItemRule/maximumRound``. Else 1.
  public let round: Int
  /// The months around ``period`` in which the programme is owed once.
  public let window: ItemWindow
  /// The highest amount that the programme's rules come to for the month, đồng; `nil` when they name none.
  public let most: Int64?
  /// How long the programme is paid; `nil` as long as it is owed.
  public let spell: ItemSpell?
  /// Of a funeral grant: personal ID of whose funeral it is, 1…32 characters. Else empty.
  public let deceased: String

  /// One row.
  public init(
    person: PersonIdentity, programme: UInt16, period: Period, amount: Int64, unit: AccountingUnit, funder: Funder,
    homeProvince: String, kind: ItemKind = .regular, point: String = "", excluded: [ItemExclusion] = [],
    round: Int = 1, deceased: String = "", window: ItemWindow? = nil, most: Int64? = nil,
    spell: ItemSpell? = nil
  ) {
    self.most = most
    self.spell = spell
    self.window = window ?? ItemWindow(period)
    self.round = round
    self.deceased = deceased
    self.point = point
    self.excluded = excluded
    self.person = person
    self.programme = programme
    self.period = period
    self.amount = amount
    self.unit = unit
    self.funder = funder
    self.homeProvince = homeProvince
    self.kind = kind
  }
}

/// A chunk of a payment list: all of it is recorded, or nothing.
///
/// The chunks of a list may come in any order; ``ListSeal`` finds one that is missing.
public struct ItemImport: Hashable, Sendable {
  /// The list's reference, 1…140 characters; the chunks of one list share it.
  public let list: String
  /// Place of the first row in the list, 1…10,000,000.
  public let first: Int64
  /// 1…1,000 rows.
  public let rows: [ItemRow]
  /// The chunk is the whole list, which is sealed with it.
  public var isWholeList: Bool { maker != nil }
  /// Who made a list that is sealed with this chunk, 1…64 characters; `nil` for a list of several chunks.
  public let maker: String?
  /// As in ``ListSeal/rules``, of a list that is sealed with this chunk; otherwise empty.
  public let rules: [UInt8]

  /// One chunk, of which `first` is the place in the list.
  public init(list: String, first: Int64, rows: [ItemRow]) {
    self.list = list
    self.first = first
    self.rows = rows
    maker = nil
    rules = []
  }

  /// A list of at most 1,000 rows, recorded and sealed at once by `maker`.
  public init(wholeList list: String, rows: [ItemRow], maker: String, rules: [UInt8] = []) {
    self.rules = rules
    self.list = list
    first = 1
    self.rows = rows
    self.maker = maker
  }
}

/// A complete list, as its sender counted it.
public struct ListSeal: Hashable, Sendable {
  /// The list's reference.
  public let list: String
  /// Rows of the whole list, 1…10,000,000.
  public let items: Int64
  /// Σ of their amounts, đồng.
  public let amount: Int64
  /// Who made it, 1…64 characters: anybody else may check and approve it.
  public let maker: String
  /// SHA-256 over the programmes' rules that its rows were checked against, 32 octets; empty when nothing is known of
  /// them.
  public let rules: [UInt8]

  /// The end of a list.
  public init(list: String, items: Int64, amount: Int64, maker: String, rules: [UInt8] = []) {
    self.rules = rules
    self.maker = maker
    self.list = list
    self.items = items
    self.amount = amount
  }
}

/// Gives the next items of a list free that is given up.
public struct ListAbandonment: Hashable, Sendable {
  /// The list's reference.
  public let list: String
  /// At most so many items, 1…1,000.
  public let limit: Int

  /// One chunk.
  public init(list: String, limit: Int = 1_000) {
    self.list = list
    self.limit = limit
  }
}

/// Credits the next items of a list, in the list's order.
public struct CycleCredit: Hashable, Sendable {
  /// The list's reference.
  public let list: String
  /// At most so many items, 1…1,000.
  public let limit: Int

  /// One chunk.
  public init(list: String, limit: Int = 1_000) {
    self.list = list
    self.limit = limit
  }
}
