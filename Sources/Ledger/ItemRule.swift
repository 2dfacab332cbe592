/// A regular item that somebody has for a month already.
public struct RegularClaim: Hashable, Sendable {
  /// The list that it is on.
  public let list: String
  /// Programme wire code.
  public let programme: UInt16
  /// Whose book.
  public let unit: AccountingUnit
  /// Whose money.
  public let funder: Funder
  /// Two-digit code of the home province.
  public let homeProvince: String

  /// One claim.
  public init(list: String, programme: UInt16, unit: AccountingUnit, funder: Funder, homeProvince: String) {
    self.list = list
    self.programme = programme
    self.unit = unit
    self.funder = funder
    self.homeProvince = homeProvince
  }

  /// What a row would claim.
  public init(_ row: ItemRow, list: String) {
    self.init(
      list: list, programme: row.programme, unit: row.unit, funder: row.funder, homeProvince: row.homeProvince)
  }

  /// Both are parts of one benefit that several funders share: on one list, of one unit and home province.
  public func sharesBenefit(with other: RegularClaim) -> Bool {
    list == other.list && programme == other.programme && unit == other.unit && homeProvince == other.homeProvince
      && funder != other.funder
  }
}

/// Who may have what beside what else. A person has at most one regular item of a programme for a month, whatever the
/// unit, funder or home province: nobody is on two provinces' lists.
public enum ItemRule {
  /// Why a regular row can't be owed beside what its person has for the same month; `nil` when it can.
  public static func refusal(of row: ItemRow, on list: String, beside claims: [RegularClaim]) -> RefusalCode? {
    let own = RegularClaim(row, list: list)
    if claims.contains(where: { $0.programme == row.programme && !$0.sharesBenefit(with: own) }) {
      return .duplicateItem
    }
    return claims.contains { row.excluded.contains($0.programme) } ? .programmeExcluded : nil
  }
}
