public import Ledger
public import VietnamReference

/// A pillar of social security (trụ cột).
public enum Pillar: String, CaseIterable, Sendable, Codable {
  /// Bảo hiểm xã hội.
  case socialInsurance = "BHXH"
  /// Bảo hiểm thất nghiệp.
  case unemploymentInsurance = "BHTN"
  /// Bảo trợ xã hội.
  case socialProtection = "BTXH"
  /// Người có công với cách mạng.
  case merit = "NCC"
  /// Giảm nghèo.
  case povertyReduction = "GN"
  /// Bảo hiểm y tế.
  case healthInsurance = "BHYT"
  /// Everybody.
  case all = "ALL"

  /// Its name.
  public var name: BilingualText {
    switch self {
    case .socialInsurance: BilingualText(vi: "bảo hiểm xã hội", en: "social insurance")
    case .unemploymentInsurance: BilingualText(vi: "bảo hiểm thất nghiệp", en: "unemployment insurance")
    case .socialProtection: BilingualText(vi: "bảo trợ xã hội", en: "social protection")
    case .merit: BilingualText(vi: "người có công với cách mạng", en: "people with meritorious services")
    case .povertyReduction: BilingualText(vi: "giảm nghèo", en: "poverty reduction")
    case .healthInsurance: BilingualText(vi: "bảo hiểm y tế", en: "health insurance")
    case .all: BilingualText(vi: "toàn dân", en: "everybody")
    }
  }
}

/// How often a programme pays.
public enum Rhythm: String, CaseIterable, Sendable, Codable {
  /// Hằng tháng.
  case monthly
  /// Hằng quý.
  case quarterly
  /// Twice a (school) year.
  case halfYearly = "half-yearly"
  /// Hằng năm.
  case yearly
  /// Một lần.
  case oneOff = "one-off"
  /// Once per accepted claim.
  case perClaim = "per-claim"
  /// Counts and never pays.
  case counter

  /// Its name.
  public var name: BilingualText {
    switch self {
    case .monthly: BilingualText(vi: "hằng tháng", en: "monthly")
    case .quarterly: BilingualText(vi: "hằng quý", en: "quarterly")
    case .halfYearly: BilingualText(vi: "hai lần một năm", en: "twice a year")
    case .yearly: BilingualText(vi: "hằng năm", en: "yearly")
    case .oneOff: BilingualText(vi: "một lần", en: "one-off")
    case .perClaim: BilingualText(vi: "theo hồ sơ", en: "per claim")
    case .counter: BilingualText(vi: "lũy kế, không chi trả", en: "a counter, not paid")
    }
  }
}

/// A programme (chương trình): one kind of benefit under one law.
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
  /// First day in force; `nil` when it has always been.
  public let validFrom: CalendarDate?
  /// Last day in force; `nil` while it lasts.
  public let validTo: CalendarDate?
  /// Where the facts come from: source numbers, or K for general knowledge not yet confirmed.
  public let evidence: String
  /// Whose money may pay it; empty when it never pays.
  public let allowedFunders: [FunderKind]

  /// ``wireCode`` as four upper-case hexadecimal digits.
  public var wireCodeText: String {
    let digits = String(wireCode, radix: 16, uppercase: true)
    return String(repeating: "0", count: 4 - digits.count) + digits
  }

  /// Whether it is in force on `date`.
  public func isInForce(on date: CalendarDate) -> Bool {
    validFrom.map { $0 <= date } ?? true && validTo.map { date <= $0 } ?? true
  }

  /// Whether it is in force on any day of the benefit month `period`.
  public func isInForce(in period: Period) -> Bool {
    let month = Int(period.yyyymm)
    return validFrom.map { $0.year * 100 + $0.month <= month } ?? true
      && validTo.map { month <= $0.year * 100 + $0.month } ?? true
  }
}
