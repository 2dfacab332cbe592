/// Who pays for whom in health insurance: one row of the subject table (mã đối tượng).
public struct HealthInsuranceSubject: Hashable, Sendable {
  /// Two letters, for example `GD`.
  public let code: String
  /// The level people of this subject usually have, 1…5.
  public let usualLevel: Int
  /// Its name.
  public let name: BilingualText
  /// Payer group, 1…5.
  public let payerGroup: Int

  /// All known subjects, in the table's order.
  public static let all: [HealthInsuranceSubject] = EmbeddedTable(
    PackageResources.bhyt_subjects_tsv, separator: "\t",
    header: ["code", "usual_level", "name_vi", "name_en", "payer_group", "evidence"]
  ).rows.map { row in
    guard let level = Int(row[1]), let group = Int(row[4]) else { preconditionFailure("embedded subject table") }
    return HealthInsuranceSubject(
      code: row[0], usualLevel: level, name: BilingualText(vi: row[2], en: row[3]), payerGroup: group)
  }

  /// The subject with this two-letter code; `nil` when the table does not have it.
  public static func subject(code: String) -> HealthInsuranceSubject? { all.first { $0.code == code } }
}

/// How much health insurance pays, the third character of a card code (QĐ 1351/QĐ-BHXH).
public enum HealthInsuranceLevel: Int, CaseIterable, Sendable, Codable {
  /// 100%, no rate limits.
  case fullWithoutLimits = 1
  /// 100%, with limits.
  case fullWithLimits = 2
  /// 95%.
  case percent95 = 3
  /// 80%.
  case percent80 = 4
  /// 100%, also outside the scope (army, public security, cipher).
  case fullOutsideScope = 5

  /// Per cent of the covered cost.
  public var percent: Int {
    switch self {
    case .fullWithoutLimits, .fullWithLimits, .fullOutsideScope: 100
    case .percent95: 95
    case .percent80: 80
    }
  }
}

/// Mã thẻ BHYT: 15 characters, subject (2 letters), level 1…5, province of issue 01…99, mã số BHXH (10 digits).
///
/// Personal data: ``description`` is masked. Source: `identifiers` §3 (QĐ 1351/QĐ-BHXH).
public struct HealthInsuranceCode: Hashable, Sendable {
  /// Two letters; may be unknown to ``HealthInsuranceSubject``.
  public let subjectCode: String
  /// Benefit level.
  public let level: HealthInsuranceLevel
  /// Two digits; not checked against the provinces, whose closed codes remain in use.
  public let provinceCode: String
  /// The holder's number.
  public let number: SocialInsuranceNumber

  /// Checks a code as people type it (spaces are removed, letters become upper case).
  ///
  /// - Throws: what is wrong with the code, without the code.
  public static func validate(_ text: String) throws(IdentifierError) -> Checked<HealthInsuranceCode> {
    let bytes = try IdentifierText.normalised(text, kind: .healthInsuranceCode)
    guard bytes[0..<2].allSatisfy({ (0x41...0x5A).contains($0) }), let levelDigit = IdentifierText.number(bytes[2..<3]),
      let province = IdentifierText.number(bytes[3..<5]), IdentifierText.number(bytes[5..<15]) != nil
    else { throw .wrongCharacter(.healthInsuranceCode) }
    guard let level = HealthInsuranceLevel(rawValue: Int(levelDigit)) else {
      throw .unknownLevel(digit: String(levelDigit))
    }
    guard province > 0 else { throw .unassignedProvince(code: "00") }
    let code = HealthInsuranceCode(
      subjectCode: String(decoding: bytes[0..<2], as: UTF8.self), level: level,
      provinceCode: IdentifierText.padded(province, 2),
      number: SocialInsuranceNumber(uncheckedDigits: String(decoding: bytes[5...], as: UTF8.self)))
    let findings: [IdentifierFinding] = code.subject == nil ? [.unknownSubject(code: code.subjectCode)] : []
    return Checked(value: code, findings: findings)
  }

  /// The subject's row; `nil` when the table does not have it.
  public var subject: HealthInsuranceSubject? { HealthInsuranceSubject.subject(code: subjectCode) }

  /// The fifteen characters, unmasked.
  public var normalised: String { "\(subjectCode)\(level.rawValue)\(provinceCode)\(number.digits)" }

  /// `GD401******6789`: the holder's number is hidden.
  public var masked: String { "\(subjectCode)\(level.rawValue)\(provinceCode)\(number.masked)" }
}

extension HealthInsuranceCode: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// ``masked``.
  public var description: String { masked }
  /// ``masked``.
  public var debugDescription: String { masked }
  /// Nothing, so that dumps do not show the code.
  public var customMirror: Mirror { Mirror(self, children: []) }
}
