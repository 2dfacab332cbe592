/// Something that was decided about a line, an item, a person, a payout or a fund, and who decided it. Raw values are
/// stored and hashed: never renumbered.
///
/// Numbers below 20 are about lines and items, 20…39 about people, 40…59 about payouts, 60…69 about officials, 70…71
/// about funds and agents, 72…73 about people's health insurance, 80…84 about the chain itself.
public enum EntitlementActKind: UInt8, CaseIterable, Sendable, Codable {
  /// A line was suspended (tạm dừng): what it is owed stays, nothing of it is paid.
  case lineSuspended = 1
  /// A suspended line goes on (tiếp tục hưởng), with what it missed; or one that had ended, with what lists say.
  case lineResumed = 2
  /// A line ended with a month (thôi hưởng): later months go back to their fund.
  case lineEnded = 3
  /// Less was owed for an item than was credited.
  case itemCorrected = 4
  /// Items were not collected in their programme's term.
  case itemsLapsed = 5
  /// Items that had lapsed are owed again (truy lĩnh).
  case itemsReclaimed = 6
  /// Items that had lapsed went back to their fund.
  case uncollectedReturned = 7
  /// Money of a fund went back to its funder.
  case fundingReturned = 8
  /// An overpayment was found by hand.
  case overpaymentFound = 9
  /// Cash came back of an overpayment.
  case overpaymentRecovered = 10
  /// Some of an overpayment will not come back.
  case overpaymentWrittenOff = 11
  /// Something is taken of every regular item of a line from now on.
  case deductionOrdered = 12
  /// No more is taken by such an order.
  case deductionStopped = 13
  /// A third party was paid what was deducted for it.
  case thirdPartyPaid = 14

  /// A person died.
  case personDied = 20
  /// What a dead person had not received went to the heir.
  case inherited = 21
  /// Somebody asked for the funeral grant of a dead person.
  case funeralClaimed = 22
  /// A collector's or household head's paper was registered.
  case representativeRegistered = 23
  /// A guardian's paper was registered.
  case guardianRegistered = 24
  /// A paper ended before its last day.
  case representativeEnded = 25
  /// A clerk saw the person.
  case presenceRecorded = 26
  /// A person without a card has another personal ID or name.
  case identityChanged = 27
  /// A payout of something that was not owed was taken back: by the centre itself, what it gave goes on to the fund.
  case notOwedTakenBack = 28
  /// A claim to a funeral grant does not stand any more.
  case funeralWithdrawn = 29
  /// A death was recorded by mistake: the person lives.
  case deathWithdrawn = 30

  /// A paid payout was taken back.
  case payoutReversed = 40
  /// Payouts by hand were recorded from a signed list.
  case handPaid = 41
  /// Transfers to bank accounts were ordered.
  case transfersOrdered = 42
  /// A statement of the bank confirmed or rejected transfers.
  case transfersSettled = 43
  /// What card payouts may come to was decided.
  case payoutLimitsSet = 44
  /// A clerk opened a drawer or a bag with its float.
  case shiftOpened = 45
  /// Money was added to an open drawer or bag.
  case shiftToppedUp = 46
  /// A clerk counted a drawer or a bag and closed it.
  case shiftClosed = 47
  /// A confirmed transfer came back from the bank.
  case transferReturned = 48

  /// An official got a role.
  case staffAppointed = 60
  /// An official lost a role.
  case staffDismissed = 61

  /// Money came in for a fund.
  case funded = 70
  /// An agent got an advance.
  case agentToppedUp = 71
  /// What a unit owed an agent was paid to it.
  case agentPaid = 74

  /// A person's health-insurance cover was recorded.
  case healthCoverKept = 72
  /// A co-payment beside the health insurance was recorded.
  case coPaymentKept = 73

  /// The ledger was put back from a backup: what was answered after that is not in it.
  case ledgerRestored = 80
  /// A terminal holds a signed head that this chain does not have, and no restoring explains it.
  case headContradicted = 81
  /// A terminal has sent again what its journal holds and a restored ledger had lost.
  case journalReported = 82
  /// Two persons have decided that a terminal's journal is not waited for any more.
  case journalWaived = 83
  /// A payout was posted that the centre had answered in the part of its history that a restoring has lost.
  case payoutResent = 84

  /// Acts that need two persons (`ledger` §7).
  public static let needingTwo: Set<EntitlementActKind> = [
    .lineResumed, .lineEnded, .itemCorrected, .itemsReclaimed, .uncollectedReturned, .fundingReturned,
    .overpaymentFound, .overpaymentRecovered,
    .overpaymentWrittenOff,
    .deductionOrdered, .deductionStopped, .thirdPartyPaid, .funded, .agentToppedUp, .agentPaid,
    .personDied, .deathWithdrawn, .inherited, .guardianRegistered, .identityChanged, .staffAppointed, .staffDismissed,
    .payoutReversed, .handPaid, .journalWaived, .transfersOrdered, .transfersSettled, .transferReturned,
    .payoutLimitsSet,
  ]
}

/// Who decides something, and why.
public struct ActHands: Hashable, Sendable, Codable {
  /// Who does it, 1…64 characters.
  public let maker: String
  /// Who looks over it, 0…64 characters; somebody else than the maker.
  public let checker: String
  /// The office, 1…64 characters.
  public let office: String
  /// Why, 1…140 characters. It stays in the audit chain for ever, so it names nobody.
  public let reason: String

  /// One decision.
  public init(maker: String, checker: String = "", office: String, reason: String) {
    self.maker = maker
    self.checker = checker
    self.office = office
    self.reason = reason
  }

  /// Refuses what one person decides alone where two are needed, or the same person twice.
  public func require(for kind: EntitlementActKind) throws(LedgerRefusal) {
    let isSeenByTwo = FourEyes.see(maker: maker, checker: checker)
    guard isSeenByTwo || !EntitlementActKind.needingTwo.contains(kind),
      !FourEyes.isOnePerson(maker: maker, checker: checker)
    else { throw LedgerRefusal(.fourEyesNeeded) }
  }
}

/// What an act came to.
public struct EntitlementActResult: Hashable, Sendable, Codable {
  /// Its number among all acts of the centre, from 1.
  public let sequence: Int64
  /// Đồng that it moved; 0 when it moved none.
  public let amount: Int64
  /// Of a reversal: where that went.
  public let takenBack: TakenBack?
  /// Of a death that was withdrawn: what of it came back, and what did not.
  public let withdrawn: DeathWithdrawn?

  /// A result.
  public init(
    sequence: Int64, amount: Int64 = 0, takenBack: TakenBack? = nil, withdrawn: DeathWithdrawn? = nil
  ) {
    self.takenBack = takenBack
    self.withdrawn = withdrawn
    self.sequence = sequence
    self.amount = amount
  }
}

/// What may be done with a line. Raw values are stored, and are those of `card-application` §12: never renumbered.
public enum LineState: UInt8, CaseIterable, Sendable, Codable {
  /// It is credited and paid.
  case active = 1
  /// It is credited and not paid; of a line that ended meanwhile, nothing of a month after its last is credited.
  case suspended = 2
  /// Nothing of a month after its last is credited; what is owed for earlier ones is paid.
  case ended = 3
}

/// An office's decision about a line.
public struct LineAct: Hashable, Sendable {
  /// Line id, from 1.
  public let line: UInt32
  /// One of ``EntitlementActKind/lineSuspended``, ``EntitlementActKind/lineResumed`` and
  /// ``EntitlementActKind/lineEnded``.
  public let kind: EntitlementActKind
  /// The last month that is owed, for ``EntitlementActKind/lineEnded``; else nil.
  public let lastPeriod: Period?
  /// Of an end: the benefit goes on by another unit's or funder's list, since the person moves.
  public let isMove: Bool
  /// Who, and why.
  public let hands: ActHands

  /// One decision.
  public init(
    line: UInt32, kind: EntitlementActKind, lastPeriod: Period? = nil, isMove: Bool = false, hands: ActHands
  ) {
    self.line = line
    self.kind = kind
    self.lastPeriod = lastPeriod
    self.isMove = isMove
    self.hands = hands
  }

  /// What was decided, as it is kept for ever: the last month, and whether the benefit goes on elsewhere.
  public var content: String {
    lastPeriod.map { "\($0.yyyymm)" + (isMove ? Self.moved : "") } ?? ""
  }

  /// Reads a decision back from its ``content``, without who decided it and why; nil for anything else.
  public init?(line: UInt32, kind: EntitlementActKind, content: String) {
    guard Self.kinds.contains(kind) else { return nil }
    let hands = ActHands(maker: "", office: "", reason: "")
    let month = Int32(content.prefix(6)).flatMap { Period(yyyymm: $0) }
    self.init(line: line, kind: kind, lastPeriod: month, isMove: content.hasSuffix(Self.moved), hands: hands)
    guard content == self.content, (kind == .lineEnded) == (month != nil) else { return nil }
  }

  private static let moved = " moved"

  /// Kinds that a line act can be of.
  public static let kinds: Set<EntitlementActKind> = [.lineSuspended, .lineResumed, .lineEnded]
}

/// One item as an office names it: nothing else is owed twice for the same three.
public struct ItemName: Hashable, Comparable, Sendable, Codable {
  /// Line id, from 1.
  public let line: UInt32
  /// The month it is owed for.
  public let period: Period
  /// What kind.
  public let kind: ItemKind
  /// The how-manieth of that line, month and kind, from 1: what went back to its fund can be listed again, and arrears
  /// of a month can be paid more than once.
  public let number: Int

  /// One item.
  public init(line: UInt32, period: Period, kind: ItemKind = .regular, number: Int = 1) {
    self.line = line
    self.period = period
    self.kind = kind
    self.number = number
  }

  /// By line, then by month, kind and number.
  public static func < (left: ItemName, right: ItemName) -> Bool {
    (left.line, left.period, left.kind.rawValue, left.number)
      < (right.line, right.period, right.kind.rawValue, right.number)
  }
}
