/// Somebody who did something with a payment list. Names of officials stay in the audit chain for ever.
///
/// A list is made by one person, checked by another and approved by a third or by the one who checked it, never by the
/// one who made it (`ledger` §7).
public struct ListHand: Hashable, Sendable {
  /// The list's reference.
  public let list: String
  /// Who, 1…64 characters.
  public let actor: String

  /// A person and a list.
  public init(list: String, actor: String) {
    self.list = list
    self.actor = actor
  }
}

/// What was done with a sealed list. Raw values are stored: never renumbered.
public enum CycleStep: UInt8, CaseIterable, Sendable, Codable {
  /// Its maker said that it is complete: from here on it does not change.
  case made = 1
  /// Somebody else looked it through.
  case checked = 2
  /// Its money was set aside: 2100 → 2190 for every unit and funder of it.
  case approved = 3
}

/// What a list takes of one unit and funder.
public struct PurseAmount: Hashable, Sendable, Codable {
  /// Whose book.
  public let unit: AccountingUnit
  /// Whose money.
  public let funder: Funder
  /// Đồng, > 0.
  public let amount: Int64

  /// `amount` đồng of a unit's funder.
  public init(unit: AccountingUnit, funder: Funder, amount: Int64) {
    self.unit = unit
    self.funder = funder
    self.amount = amount
  }
}

/// An approved cycle.
public struct CycleApproved: Hashable, Sendable, Codable {
  /// Units and funders whose money was set aside.
  public let purses: Int
  /// Đồng.
  public let amount: Int64

  /// A result.
  public init(purses: Int, amount: Int64) {
    self.purses = purses
    self.amount = amount
  }
}
