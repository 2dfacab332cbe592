/// An item that somebody has on a list for a month already, and that stands: not all of it has gone back to its fund.
public struct ItemClaim: Hashable, Sendable {
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
  /// Of arrears: the how-manieth for the month, from 1. Of other items 1.
  public let round: Int
  /// Of a funeral grant: the act by which it was claimed. Else 0.
  public let act: Int64

  /// One claim.
  public init(
    list: String, programme: UInt16, unit: AccountingUnit, funder: Funder, homeProvince: String, round: Int = 1,
    act: Int64 = 0
  ) {
    self.act = act
    self.list = list
    self.programme = programme
    self.unit = unit
    self.funder = funder
    self.homeProvince = homeProvince
    self.round = round
  }

  /// What a row would claim.
  public init(_ row: ItemRow, list: String, act: Int64 = 0) {
    self.init(
      list: list, programme: row.programme, unit: row.unit, funder: row.funder, homeProvince: row.homeProvince,
      round: row.round, act: act)
  }

  /// Both are parts of one benefit that several funders share: on one list, of one unit and home province.
  public func sharesBenefit(with other: ItemClaim) -> Bool {
    list == other.list && programme == other.programme && unit == other.unit && homeProvince == other.homeProvince
      && round == other.round && funder != other.funder
  }

  func isOfSameLine(as other: ItemClaim) -> Bool {
    programme == other.programme && unit == other.unit && homeProvince == other.homeProvince && funder == other.funder
  }
}

/// A claim to a funeral grant that stands.
public struct FuneralClaim: Hashable, Sendable {
  /// The act by which it was made.
  public let act: Int64
  /// The list that it is to be paid by.
  public let list: String
  /// Programme wire code; `nil` for a claim of earlier versions.
  public let programme: UInt16?
  /// How its ledger names the claimant.
  public let claimant: [UInt8]

  /// One claim.
  public init(act: Int64, list: String, programme: UInt16?, claimant: [UInt8]) {
    self.act = act
    self.list = list
    self.programme = programme
    self.claimant = claimant
  }

  /// Whether a row of `list` for `person` is what was claimed.
  public func covers(_ row: ItemRow, of person: [UInt8], on list: String) -> Bool {
    list == self.list && person == claimant && programme.map { $0 == row.programme } ?? true
  }
}

/// Who may have what beside what else. A person has at most one regular item of a programme for a month, whatever the
/// unit, funder or home province: nobody is on two provinces' lists. Arrears of a programme for a month are paid once
/// as well; what is owed beyond them says that it is the second, third… payment of arrears for that month.
public enum ItemRule {
  /// Most payments of arrears for one month.
  public static let maximumRound = 99

  /// Why a row can't be owed beside what its person has for the same month; `nil` when it can.
  ///
  /// - Parameter claims: what the person has of the row's kind for its month; of a funeral grant, what stands of the
  ///   same claim in any month.
  public static func refusal(of row: ItemRow, on list: String, beside claims: [ItemClaim]) -> RefusalCode? {
    let own = ItemClaim(row, list: list)
    let same = claims.filter { $0.programme == row.programme && !$0.sharesBenefit(with: own) }
    switch row.kind {
    case .regular:
      if !same.isEmpty { return .duplicateItem }
      return claims.contains { row.excluded.contains($0.programme) } ? .programmeExcluded : nil
    case .arrears:
      // One list has one payment of arrears for a month.
      if same.contains(where: { $0.list == list || $0.round == row.round }) { return .duplicateItem }
      return row.round == 1 || same.contains { $0.round == row.round - 1 } ? nil : .arrearsOutOfTurn
    case .funeral:
      return claims.contains { !$0.sharesBenefit(with: own) } ? .duplicateItem : nil
    case .oneOff, .inherited:
      return same.contains { $0.isOfSameLine(as: own) } ? .duplicateItem : nil
    }
  }
}
