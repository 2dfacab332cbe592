/// `POST /v1/agents`: an agent and how far its advances may go below zero.
public struct AgentRequest: Hashable, Sendable, Codable {
  /// Agent code, 1…32 ASCII characters.
  public var agent: String
  /// Đồng ≥ 0 per unit and funder.
  public var onlineLimit: Int64

  /// From its fields.
  public init(agent: String, onlineLimit: Int64) {
    self.agent = agent
    self.onlineLimit = onlineLimit
  }
}

/// `POST /v1/terminals`: a terminal's key and where it stands.
public struct TerminalRequest: Hashable, Sendable, Codable {
  /// Uncompressed P-256 point, 65 octets.
  public var publicKey: WireBytes
  /// The agent it works for.
  public var agent: String
  /// Point code, for example `BD-79-003`.
  public var point: String
  /// Two-digit province code.
  public var province: String
  /// Five-digit commune code.
  public var commune: String

  /// From its fields.
  public init(publicKey: WireBytes, agent: String, point: String, province: String, commune: String) {
    self.publicKey = publicKey
    self.agent = agent
    self.point = point
    self.province = province
    self.commune = commune
  }
}

/// `POST /v1/cards`: the issuing office registers a card, whose it is, and its payout-key certificate.
public struct CardRequest: Hashable, Sendable, Codable {
  /// Sixteen digits.
  public var cardNumber: String
  /// Twelve digits.
  public var personalID: String
  /// Full name.
  public var name: String
  /// Birth date as far as it is known, `1952-05-17`, `1952-05` or `1952`.
  public var birthDate: String
  /// Payout-key certificate, DER.
  public var certificate: WireBytes
  /// The holder's old card, which ends with this; left out for a person without a live card.
  public var replaces: ReplacedCard?

  /// From its fields.
  public init(
    cardNumber: String, personalID: String, name: String, birthDate: String, certificate: WireBytes,
    replaces: ReplacedCard? = nil
  ) {
    self.replaces = replaces
    self.cardNumber = cardNumber
    self.personalID = personalID
    self.name = name
    self.birthDate = birthDate
    self.certificate = certificate
  }
}

/// `POST /v1/fundings`: money received for a funder's programmes at a unit.
public struct FundingRequest: Hashable, Sendable, Codable {
  /// Accounting unit, for example `BHXH-19`.
  public var unit: String
  /// Funder, for example `QHTTT@VN`.
  public var funder: String
  /// Đồng > 0.
  public var amount: Int64
  /// The payment's reference, 1…140 characters.
  public var reference: String
  /// Who, and why; two persons.
  public var hands: HandsRequest

  /// From its fields.
  public init(unit: String, funder: String, amount: Int64, reference: String, hands: HandsRequest) {
    self.unit = unit
    self.funder = funder
    self.amount = amount
    self.reference = reference
    self.hands = hands
  }
}

/// `POST /v1/advances`: an advance to an agent.
public struct AdvanceRequest: Hashable, Sendable, Codable {
  /// Agent code.
  public var agent: String
  /// Accounting unit.
  public var unit: String
  /// Funder.
  public var funder: String
  /// Đồng > 0.
  public var amount: Int64
  /// Who, and why; two persons.
  public var hands: HandsRequest

  /// From its fields.
  public init(agent: String, unit: String, funder: String, amount: Int64, hands: HandsRequest) {
    self.agent = agent
    self.unit = unit
    self.funder = funder
    self.amount = amount
    self.hands = hands
  }
}

/// `POST /v1/challenges`: a terminal asks what can be paid on a card and for the centre's challenge.
public struct ChallengeRequest: Hashable, Sendable, Codable {
  /// UUIDv7 made by the terminal, 16 octets.
  public var transactionID: WireBytes
  /// Sixteen digits.
  public var cardNumber: String
  /// SHA-256 of the terminal's public point, 32 octets.
  public var terminalKeyHash: WireBytes
  /// Number of the paper by which somebody collects for the holder; absent when the holder came.
  public var collector: String?
  /// The only programme that is to be paid, when a collector came and the clerk named one.
  public var programme: String?

  /// From its fields.
  public init(
    transactionID: WireBytes, cardNumber: String, terminalKeyHash: WireBytes, collector: String? = nil,
    programme: String? = nil
  ) {
    self.transactionID = transactionID
    self.cardNumber = cardNumber
    self.terminalKeyHash = terminalKeyHash
    self.collector = collector
    self.programme = programme
  }
}

/// `POST /v1/payouts`: a payout certificate and the terminal that asked for it.
public struct PayoutRequest: Hashable, Sendable, Codable {
  /// E1 and its signature as the card gave them.
  public var certificate: WireBytes
  /// SHA-256 of the terminal's public point, 32 octets.
  public var terminalKeyHash: WireBytes
  /// Read from a card's log by a terminal that did not ask for it: never paid, only decided (`card-application` §6).
  public var fromLog: Bool
  /// The head (``SignedHead``) that came with the centre's first answer, when the ledger has lost it by a restoring:
  /// the payout was made in time, and is posted again.
  public var answered: String?

  /// From its fields.
  public init(
    certificate: WireBytes, terminalKeyHash: WireBytes, fromLog: Bool = false, answered: String? = nil
  ) {
    self.answered = answered
    self.certificate = certificate
    self.terminalKeyHash = terminalKeyHash
    self.fromLog = fromLog
  }
}

/// `POST /v1/payout-records`: what became of a payout at the point, signed by the terminal.
public struct RecordRequest: Hashable, Sendable, Codable {
  /// E4 and its signature.
  public var record: WireBytes

  /// From its field.
  public init(record: WireBytes) { self.record = record }
}

/// `POST /v1/receipts`: a card's answer to a completion.
public struct ReceiptRequest: Hashable, Sendable, Codable {
  /// E3 and its signature.
  public var receipt: WireBytes

  /// From its field.
  public init(receipt: WireBytes) { self.receipt = receipt }
}

/// `POST /v1/payment-lists/{list}/seal`: the list is complete.
public struct ListSealRequest: Hashable, Sendable, Codable {
  /// Rows of the whole list.
  public var items: Int64
  /// Σ of their amounts, đồng.
  public var amount: Int64
  /// Who made it, 1…64 characters.
  public var maker: String

  /// From its fields.
  public init(items: Int64, amount: Int64, maker: String) {
    self.items = items
    self.amount = amount
    self.maker = maker
  }
}

/// Somebody checks or approves a list.
public struct ListHandRequest: Hashable, Sendable, Codable {
  /// Who, 1…64 characters: anybody but the list's maker.
  public var actor: String

  /// From its field.
  public init(actor: String) { self.actor = actor }
}
