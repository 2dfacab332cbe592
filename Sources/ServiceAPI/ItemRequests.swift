/// What kind of debt an item is.
public enum ItemKindName: String, Hashable, Sendable, Codable, CaseIterable {
  /// The month's regular amount.
  case regular
  /// Arrears.
  case arrears
  /// One-off.
  case oneOff = "one-off"
  /// Funeral grant.
  case funeral
  /// What a dead person had not received.
  case inherited
}

/// One item of a line.
public struct ItemReference: Hashable, Sendable, Codable {
  /// Line number.
  public var line: UInt32
  /// Month it is owed for, year * 100 + month.
  public var period: UInt32
  /// What kind.
  public var kind: ItemKindName
  /// The how-manieth of that line, month and kind; without it the first.
  public var number: UInt16?

  /// From its fields.
  public init(line: UInt32, period: UInt32, kind: ItemKindName = .regular, number: UInt16? = nil) {
    self.number = number
    self.line = line
    self.period = period
    self.kind = kind
  }
}

/// `POST /v1/items/corrections`
public struct CorrectionRequest: Hashable, Sendable, Codable {
  /// The item.
  public var item: ItemReference
  /// What was owed, đồng; 0 for nothing.
  public var amount: Int64
  /// Who, and why; two persons.
  public var hands: HandsRequest

  /// From its fields.
  public init(item: ItemReference, amount: Int64, hands: HandsRequest) {
    self.item = item
    self.amount = amount
    self.hands = hands
  }
}

/// What becomes of items that nobody collected.
public enum UncollectedActName: String, Hashable, Sendable, Codable, CaseIterable {
  /// Their programme's term is over.
  case lapse
  /// They are owed again.
  case reclaim
  /// They go back to their fund.
  case returnToFund = "return"
}

/// `POST /v1/uncollected/acts`
public struct UncollectedActRequest: Hashable, Sendable, Codable {
  /// What.
  public var act: UncollectedActName
  /// 1…1,000 items, each once: all of them or none.
  public var items: [ItemReference]
  /// Who, and why; two persons but for ``UncollectedActName/lapse``.
  public var hands: HandsRequest

  /// From its fields.
  public init(act: UncollectedActName, items: [ItemReference], hands: HandsRequest) {
    self.act = act
    self.items = items
    self.hands = hands
  }
}

/// `POST /v1/funding-returns`: money of a fund that goes back to its funder.
public struct FundingReturnRequest: Hashable, Sendable, Codable {
  /// Accounting unit.
  public var unit: String
  /// Funder.
  public var funder: String
  /// Đồng.
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

/// `POST /v1/receivables`: an overpayment found by hand.
public struct OverpaymentRequest: Hashable, Sendable, Codable {
  /// The item that it was paid of.
  public var item: ItemReference
  /// Đồng; not more than was paid of the item and is not to be recovered already.
  public var amount: Int64
  /// The agent at fault; without it the line's person owes it.
  public var agent: String?
  /// Who, and why; two persons.
  public var hands: HandsRequest

  /// From its fields.
  public init(item: ItemReference, amount: Int64, agent: String? = nil, hands: HandsRequest) {
    self.item = item
    self.amount = amount
    self.agent = agent
    self.hands = hands
  }
}

/// What is done with an overpayment.
public enum ReceivableActName: String, Hashable, Sendable, Codable, CaseIterable {
  /// Cash came back.
  case recover
  /// It will not come back.
  case writeOff = "write-off"
}

/// `POST /v1/receivables/{number}/acts`
public struct ReceivableActRequest: Hashable, Sendable, Codable {
  /// What.
  public var act: ReceivableActName
  /// Đồng.
  public var amount: Int64
  /// Reference of the payment, 1…140 characters, for ``ReceivableActName/recover``; without it otherwise.
  public var reference: String?
  /// Who, and why; two persons.
  public var hands: HandsRequest

  /// From its fields.
  public init(act: ReceivableActName, amount: Int64, reference: String? = nil, hands: HandsRequest) {
    self.act = act
    self.amount = amount
    self.reference = reference
    self.hands = hands
  }
}

/// `POST /v1/deductions`: something is taken of every regular item of a line.
///
/// Exactly one of ``receivable`` and ``party``, and of ``amount`` and ``percent``.
public struct DeductionRequest: Hashable, Sendable, Codable {
  /// The line.
  public var line: UInt32
  /// The overpayment to be recovered.
  public var receivable: Int64?
  /// Code of the third party.
  public var party: String?
  /// Đồng a month.
  public var amount: Int64?
  /// Percent of the item.
  public var percent: Int64?
  /// Most that a third party gets in all, đồng.
  public var total: Int64?
  /// Percent of an item that all orders of the line up to this one may take together; 30 without.
  public var cap: Int64?
  /// Who, and why; two persons.
  public var hands: HandsRequest

  /// From its fields.
  public init(
    line: UInt32, receivable: Int64? = nil, party: String? = nil, amount: Int64? = nil, percent: Int64? = nil,
    total: Int64? = nil, cap: Int64? = nil, hands: HandsRequest
  ) {
    self.line = line
    self.receivable = receivable
    self.party = party
    self.amount = amount
    self.percent = percent
    self.total = total
    self.cap = cap
    self.hands = hands
  }
}

/// `POST /v1/third-parties/{party}/payments`: what was deducted for a third party, paid to it.
public struct ThirdPartyPaymentRequest: Hashable, Sendable, Codable {
  /// Accounting unit.
  public var unit: String
  /// Funder.
  public var funder: String
  /// Đồng.
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
