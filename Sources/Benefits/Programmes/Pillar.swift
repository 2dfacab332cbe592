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
  /// Một lần, cho nhiều người cùng lúc.
  case oneOffMass = "one-off-mass"
  /// Một lần khi chết.
  case onDeath = "on-death"
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
    case .oneOffMass: BilingualText(vi: "một lần, diện rộng", en: "one-off for many")
    case .onDeath: BilingualText(vi: "một lần khi chết", en: "one-off on death")
    case .perClaim: BilingualText(vi: "theo hồ sơ", en: "per claim")
    case .counter: BilingualText(vi: "lũy kế, không chi trả", en: "a counter, not paid")
    }
  }
}
