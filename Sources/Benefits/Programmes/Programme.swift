public import Ledger
public import VietnamReference

/// A programme (chương trình): one kind of benefit, with its rules by date.
public struct Programme: Hashable, Sendable {
  /// The code in lists and reports, for example `BHXH-HUU`.
  public let code: String
  /// Two bytes on the card and on the wire.
  public let wireCode: UInt16
  /// The pillar it belongs to.
  public let pillar: Pillar
  /// Its name.
  public let name: BilingualText
  /// How often it pays.
  public let rhythm: Rhythm
  /// Of a one-off programme: so many months must lie between two of them, counted from one's month to the other's;
  /// `nil` when it is owed once while it is in force.
  public let onceInMonths: Int?
  /// A gift to a household, which its head (chủ hộ) may receive for everybody in it.
  public let isHouseholdGift: Bool
  /// Its rules, by first day; at least one, without a common day.
  public let periods: [ProgrammePeriod]
  /// First day in force; `nil` when it has always been.
  public let validFrom: CalendarDate?
  /// Last day in force; `nil` while it lasts.
  public let validTo: CalendarDate?
  /// Whose money may pay it; empty when it never pays.
  public let allowedFunders: [FunderKind]

  init(
    code: String, wireCode: UInt16, pillar: Pillar, name: BilingualText, rhythm: Rhythm, onceInMonths: Int? = nil,
    isHouseholdGift: Bool, periods: [ProgrammePeriod]
  ) {
    self.onceInMonths = onceInMonths
    self.isHouseholdGift = isHouseholdGift
    self.code = code
    self.wireCode = wireCode
    self.pillar = pillar
    self.name = name
    self.rhythm = rhythm
    self.periods = periods
    validFrom = periods.first?.from
    validTo = periods.last?.to
    allowedFunders = periods.reduce(into: []) { found, period in
      found += period.funder.kinds.filter { !found.contains($0) }
    }
  }

  /// Where the facts of its last period come from: source numbers, or K for general knowledge not yet confirmed.
  public var evidence: String { periods.last?.evidence ?? "" }

  /// ``wireCode`` as four upper-case hexadecimal digits.
  public var wireCodeText: String {
    let digits = String(wireCode, radix: 16, uppercase: true)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }

  /// The rules of a day; `nil` when it is not in force then.
  public func period(on date: CalendarDate) -> ProgrammePeriod? { periods.first { $0.covers(date) } }

  /// Whether it is in force on `date`.
  public func isInForce(on date: CalendarDate) -> Bool { period(on: date) != nil }

  /// Whether it is in force on any day of the benefit month `period`.
  public func isInForce(in period: Period) -> Bool {
    let month = Int(period.yyyymm)
    return periods.contains { rules in
      rules.from.map { $0.year * 100 + $0.month <= month } ?? true
        && rules.to.map { month <= $0.year * 100 + $0.month } ?? true
    }
  }
}

/// A programme's rules for the days of one period.
public struct ProgrammePeriod: Hashable, Sendable {
  /// What the rule's amount says of the amount that a decision or a list has.
  public enum Binding: String, CaseIterable, Sendable, Codable {
    /// It is that amount.
    case exact
    /// It may not be less: a province may add to it.
    case least
    /// It was that at first; later adjustments are in the decision.
    case start
  }

  /// First day; `nil` when it has always been so.
  public let from: CalendarDate?
  /// Last day; `nil` while it lasts.
  public let to: CalendarDate?
  /// Why there are days before it that are in no period; `nil` when there are none.
  public let afterGap: String?
  /// The law or decree.
  public let legalBase: String
  /// Where the facts come from: source numbers, or K for general knowledge not yet confirmed.
  public let evidence: String
  /// Whose money.
  public let funder: FunderRule
  /// Whose book.
  public let unit: AccountingUnit.Kind
  /// Name of who decides on a person, in ``ProgrammeCatalogue/agencies``.
  public let decidedBy: String
  /// Name of who hands the money over, in ``ProgrammeCatalogue/agencies``.
  public let paidBy: String
  /// Its calendar's name, in ``ProgrammeCatalogue/calendars``.
  public let calendar: String
  /// What becomes of money that nobody collects.
  public let uncollected: CollectionTerm
  /// What it asks of a person; all of it.
  public let conditions: [Condition]
  /// What ``rule``'s amount says of the amount in a decision.
  public let binding: Binding
  /// How each component becomes whole đồng.
  public let rounding: Rounding
  let rule: AmountRule
  let duration: DurationRule?

  /// Whether its days include `date`.
  public func covers(_ date: CalendarDate) -> Bool {
    (from.map { $0 <= date } ?? true) && (to.map { date <= $0 } ?? true)
  }

  /// Every input that its rules ask for.
  public var inputs: Set<String> {
    conditions.reduce(into: neededInputs) { $0.formUnion($1.inputs) }
  }

  /// The inputs that the amount depends on, some of them perhaps only by another's value.
  var neededInputs: Set<String> { duration.map { rule.inputs.union([$0.input]) } ?? rule.inputs }

  /// The parameters that the amount depends on.
  public var parameters: Set<String> { rule.parameters }
}

/// Whose money pays (nguồn kinh phí).
public enum FunderRule: Hashable, Sendable {
  /// Nobody's: nothing is paid.
  case none
  /// One kind of fund or budget.
  case one(FunderKind)
  /// One of these; each item names its own.
  case choice([FunderKind])
  /// Each pays its share of every item.
  case split([Share])

  /// A funder's share, in hundredths of a per cent; all shares of a split are 10 000.
  public struct Share: Hashable, Sendable {
    /// Whose.
    public let kind: FunderKind
    /// Hundredths of a per cent, 1…9999.
    public let hundredths: Int64
  }

  /// Every kind that may pay.
  public var kinds: [FunderKind] {
    switch self {
    case .none: []
    case .one(let kind): [kind]
    case .choice(let kinds): kinds
    case .split(let shares): shares.map(\.kind)
    }
  }

  /// What each pays of `amount` đồng, the whole of it together: shares are rounded down and the last pays the rest.
  ///
  /// `nil` where each item names its funder.
  public func parts(of amount: Int64) -> [(kind: FunderKind, amount: Int64)]? {
    switch self {
    case .none: return []
    case .one(let kind): return [(kind, amount)]
    case .choice: return nil
    case .split(let shares):
      var left = amount
      return shares.enumerated().map { index, share in
        let part = index == shares.count - 1 ? left : Int64(Int128(amount) * Int128(share.hundredths) / 10_000)
        left -= part
        return (share.kind, part)
      }
    }
  }

  /// It in words, with the kinds' codes.
  public var words: BilingualText {
    switch self {
    case .none: BilingualText(vi: "không chi trả", en: "nothing is paid")
    case .one(let kind): BilingualText(vi: kind.code, en: kind.code)
    case .choice(let kinds):
      BilingualText(
        vi: kinds.map(\.code).joined(separator: " hoặc ") + ", theo từng khoản",
        en: kinds.map(\.code).joined(separator: " or ") + ", as the item says")
    case .split(let shares):
      BilingualText(vi: Self.text(shares), en: Self.text(shares))
    }
  }

  private static func text(_ shares: [Share]) -> String {
    shares.map { share in
      let (whole, rest) = (share.hundredths / 100, share.hundredths % 100)
      let percent = rest == 0 ? "\(whole)" : "\(whole),\(rest < 10 ? "0" : "")\(rest)"
      return "\(share.kind.code) \(percent)%"
    }.joined(separator: " + ")
  }
}

/// What becomes of money that was credited and is not collected (`payout_process` §3).
public enum CollectionTerm: Hashable, Sendable {
  /// It never lapses; after so many months without collecting the name is no longer printed.
  case neverLapses(suspendedAfterMonths: Int?)
  /// So many months after the end of the entitlement it counts as not wanted, and the time paid in is reserved.
  case reserved(afterMonths: Int)
  /// It goes to the next month's list, until it is collected.
  case carried
  /// It goes back to the funder after this day.
  case deadline(CalendarDate)
  /// Nothing is paid.
  case none

  /// The last day on which it can be collected when the entitlement ends on `end`; `nil` without such a day.
  public func lastDay(entitlementEnds end: CalendarDate) -> CalendarDate? {
    switch self {
    case .neverLapses, .carried, .none: return nil
    case .deadline(let day): return day
    case .reserved(let months):
      let month = end.year * 12 + end.month - 1 + months
      guard let days = CalendarDate.daysIn(month: month % 12 + 1, year: month / 12) else { return nil }
      return CalendarDate(year: month / 12, month: month % 12 + 1, day: min(end.day, days))
    }
  }

  /// It in words.
  public var words: BilingualText {
    switch self {
    case .neverLapses(let months):
      BilingualText(vi: "không hết hạn", en: "never lapses").appending(
        months.map {
          BilingualText(
            vi: "; \($0) tháng liền không nhận thì tạm dừng in danh sách",
            en: "; no longer on the list after \($0) months without collecting")
        })
    case .reserved(let months):
      BilingualText(
        vi: "\(months) tháng sau khi hết thời gian hưởng thì bảo lưu thời gian đóng",
        en: "\(months) months after the entitlement ends the time paid in is reserved")
    case .carried: BilingualText(vi: "chuyển kỳ sau", en: "carried to the next month")
    case .deadline(let day):
      BilingualText(
        vi: "hạn cuối \(day.slashed), sau đó hoàn trả nguồn kinh phí",
        en: "until \(day.iso), then returned to the funder")
    case .none: BilingualText(vi: "không chi trả", en: "nothing is paid")
    }
  }
}
