/// Answer of `POST /v1/payment-lists/{list}/approval`.
public struct ListApprovedAnswer: Hashable, Sendable, Codable {
  /// Units and funders whose money was set aside.
  public var purses: Int
  /// Đồng.
  public var amount: Int64

  /// From its fields.
  public init(purses: Int, amount: Int64) {
    self.purses = purses
    self.amount = amount
  }
}

/// Answer of `GET /v1/payment-lists/{list}` and of sealing it.
public struct ListStateAnswer: Hashable, Sendable, Codable {
  /// What may be done with a list.
  public enum State: String, Hashable, Sendable, Codable, CaseIterable {
    /// It takes rows; nothing of it counts yet.
    case open
    /// It is complete and can be credited.
    case sealed
    /// It was given up.
    case abandoned
  }

  /// What may be done with it.
  public var state: State
  /// Rows taken.
  public var items: Int64
  /// Đồng.
  public var amount: Int64
  /// Rows credited.
  public var credited: Int64
  /// Rows that went back to their funds instead of being credited; absent when none did.
  public var returned: Int64?
  /// Đồng of those.
  public var returnedAmount: Int64?
  /// Who made it; absent while it is open.
  public var maker: String?
  /// Who checked it; absent until then.
  public var checker: String?
  /// Who approved it; absent until then.
  public var approver: String?
  /// SHA-256 over the programmes' rules that a sealed list was checked against, 64 hexadecimal digits; absent when they
  /// are not known.
  public var rules: String?

  /// From its fields.
  public init(
    state: State, items: Int64, amount: Int64, credited: Int64, maker: String? = nil, checker: String? = nil,
    approver: String? = nil, rules: String? = nil, returned: Int64? = nil, returnedAmount: Int64? = nil
  ) {
    self.returned = returned
    self.returnedAmount = returnedAmount
    self.rules = rules
    self.maker = maker
    self.checker = checker
    self.approver = approver
    self.state = state
    self.items = items
    self.amount = amount
    self.credited = credited
  }
}
