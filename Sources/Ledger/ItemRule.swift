/// An item that somebody has on a list already, and that stands: not all of it has gone back to its fund.
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
  /// What kind.
  public let kind: ItemKind
  /// The month it is owed for.
  public let period: Period
  /// The months in which it is owed once.
  public let window: ItemWindow
  /// Đồng, as listed.
  public let amount: Int64
  /// Of arrears: the how-manieth for the month, from 1. Of other items 1.
  public let round: Int
  /// Of a funeral grant: the act by which it was claimed. Else 0.
  public let act: Int64

  /// One claim.
  public init(
    list: String, programme: UInt16, unit: AccountingUnit, funder: Funder, homeProvince: String, kind: ItemKind,
    period: Period, window: ItemWindow, amount: Int64, round: Int = 1, act: Int64 = 0
  ) {
    self.kind = kind
    self.period = period
    self.window = window
    self.amount = amount
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
      kind: row.kind, period: row.period, window: row.window, amount: row.amount, round: row.round, act: act)
  }

  /// Both are parts of one benefit that several funders share: on one list, of one unit and home province.
  public func sharesBenefit(with other: ItemClaim) -> Bool {
    list == other.list && programme == other.programme && isAtHome(of: other) && kind == other.kind
      && period == other.period && round == other.round && funder != other.funder
  }

  /// Whether one of them is in the months in which the other is owed once.
  public func meets(_ other: ItemClaim) -> Bool {
    window.contains(other.period) || other.window.contains(period)
  }

  private func isAtHome(of other: ItemClaim) -> Bool { unit == other.unit && homeProvince == other.homeProvince }

  /// Whether another item of the programme that meets it is the same debt again: of another month; the month's own
  /// twice; arrears of a month that is owed elsewhere; one payment of arrears twice, or two of them on one list.
  fileprivate func repeats(_ other: ItemClaim) -> Bool {
    if period != other.period { return true }
    switch (kind, other.kind) {
    case (.arrears, .arrears): return list == other.list || round == other.round || !isAtHome(of: other)
    case (.arrears, _), (_, .arrears): return !isAtHome(of: other)
    default: return true
    }
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

/// What stands in a row's way.
public struct ItemObstacle: Hashable, Sendable {
  /// Why the row can't be owed.
  public let code: RefusalCode
  /// What it can't be owed beside; `nil` when something is missing.
  public let claim: ItemClaim?
}

/// Who may have what beside what else. In the months in which a programme is owed once a person has at most one item of
/// it, regular or one-off, for one of them, whatever the unit, funder or home province: nobody is on two provinces'
/// lists. Arrears of a programme for a month are paid once as well, where the month's item stands if there is one;
/// what is owed beyond them says that it is the second, third… payment of arrears for that month. All that is listed
/// for a month together is no more than the programme's rules can come to; where they name no highest amount, arrears
/// are of another amount than each of what is listed: the same amount for the same month is the same debt again. Of a
/// programme that lasts so long there are no more months than that.
public enum ItemRule {
  /// Most payments of arrears for one month.
  public static let maximumRound = 99

  /// Why a row can't be owed beside what its person has; `nil` when it can.
  ///
  /// - Parameter claims: what the person has in the row's window and spell, or with a window that the row's month is
  ///   in; of a funeral grant, what stands of the same claim in any month.
  public static func refusal(of row: ItemRow, on list: String, beside claims: [ItemClaim]) -> RefusalCode? {
    obstacle(to: row, on: list, beside: claims)?.code
  }

  /// As ``refusal(of:on:beside:)``, with what is in the way.
  public static func obstacle(to row: ItemRow, on list: String, beside claims: [ItemClaim]) -> ItemObstacle? {
    let own = ItemClaim(row, list: list)
    guard row.kind != .funeral else {
      return claims.first { !$0.sharesBenefit(with: own) }.map { ItemObstacle(code: .duplicateItem, claim: $0) }
    }
    let listed = claims.filter { $0.kind != .inherited && $0.kind != .funeral }
    let near = listed.filter { !$0.sharesBenefit(with: own) && $0.meets(own) }
    let same = near.filter { $0.programme == row.programme }
    if let claim = same.first(where: { own.repeats($0) }) { return ItemObstacle(code: .duplicateItem, claim: claim) }
    let sums = Dictionary(near.map { ($0.programme, $0.amount) }) { $0 + $1 }
    let all = row.amount + sums[row.programme, default: 0]
    let excluding = near.first { claim in
      row.excluded.contains {
        $0.programme == claim.programme && $0.from <= sums[claim.programme, default: 0] && $0.ownFrom <= all
      }
    }
    if let excluding { return ItemObstacle(code: .programmeExcluded, claim: excluding) }
    let ofProgramme = listed.filter { $0.programme == row.programme }
    if let claim = claimOver(row, own, beside: ofProgramme) {
      return ItemObstacle(code: .monthOverRule, claim: claim)
    }
    let months = Set(ofProgramme.map(\.period)).union([row.period])
    if row.spell?.isOver(months, with: row.period) ?? false {
      return ItemObstacle(code: .monthOverRule, claim: nil)
    }
    guard row.kind == .arrears, row.round > 1 else { return nil }
    let isNext = same.contains { $0.kind == .arrears && $0.round == row.round - 1 }
    return isNext ? nil : ItemObstacle(code: .arrearsOutOfTurn, claim: nil)
  }

  /// What a row is too much with.
  ///
  /// - Parameter claims: what is listed of the row's programme, also the parts of its benefit that other funders pay.
  private static func claimOver(_ row: ItemRow, _ own: ItemClaim, beside claims: [ItemClaim]) -> ItemClaim? {
    let listed = claims.filter { $0.meets(own) }
    if let most = row.most { return listed.reduce(row.amount) { $0 + $1.amount } > most ? listed.last : nil }
    return listed.first { !$0.sharesBenefit(with: own) && $0.amount == row.amount }
  }
}
