/// Số định danh cá nhân / số căn cước: 12 digits `PPP G YY NNNNNN`, no check digit.
///
/// PPP is where the *birth* was registered, not residence: 0 and one of the 63 province codes before July 2025 (closed
/// codes stay valid, numbers are not renumbered), or a country code of 101…999. G holds sex (even nam, odd nữ) and
/// century (0/1 nineteen-hundreds, 2/3 two-thousands …), YY the year in it. Only the shape can be checked here; the
/// truth is in the National Population Database.
///
/// Personal data: ``description`` is masked, ``digits`` is not. Source: `identifiers` §1.
public struct PersonalID: Hashable, Sendable {
  /// The twelve digits as a number, below 10^12; for keys and packed storage.
  public let number: UInt64

  /// Twelve ASCII digits of which nothing but the shape is checked, for values that were validated before.
  ///
  /// `nil` unless there are exactly twelve digits.
  public init?(digits: String) {
    let bytes = Array(digits.utf8.prefix(13))
    guard bytes.count == 12, let number = IdentifierText.number(bytes[...]) else { return nil }
    self.number = number
  }

  /// A number of at most twelve digits of which nothing is checked, for values that were validated before.
  ///
  /// `nil` from 10^12 on.
  public init?(number: UInt64) {
    guard number < 1_000_000_000_000 else { return nil }
    self.number = number
  }

  /// Checks a number as people type it (spaces are removed).
  ///
  /// - Parameters:
  ///   - today: to tell a birth year in the future, which is a finding, not a refusal.
  ///   - allowingSampleData: takes unassigned province codes 001…099 such as 003, which no citizen can have.
  ///   - allowingCountryCodes: takes 101…999, with a finding.
  /// - Throws: what is wrong with the number, without the number.
  public static func validate(
    _ text: String, today: CalendarDate, allowingSampleData: Bool = false, allowingCountryCodes: Bool = false
  ) throws(IdentifierError) -> Checked<PersonalID> {
    let bytes = try IdentifierText.normalised(text, kind: .personalID)
    guard let number = IdentifierText.number(bytes[...]) else { throw .wrongCharacter(.personalID) }
    let id = PersonalID(unchecked: number)
    var findings: [IdentifierFinding] = []
    switch number / 1_000_000_000 {
    case 101...999:
      guard allowingCountryCodes else { throw .countryCode(code: id.birthPlaceCode) }
      findings.append(.countryCode(code: id.birthPlaceCode))
    case 1...99 where id.isSampleData:
      guard allowingSampleData else { throw .unassignedProvince(code: id.birthPlaceCode) }
    case 1...99:
      break
    default:
      throw .unassignedProvince(code: id.birthPlaceCode)
    }
    if id.birthYear > today.year { findings.append(.birthYearInFuture(year: id.birthYear)) }
    return Checked(value: id, findings: findings)
  }

  /// The twelve digits, unmasked.
  public var digits: String { IdentifierText.padded(number, 12) }

  /// The normalised text: ``digits``.
  public var normalised: String { digits }

  /// `********0123`, for receipts, screens and logs.
  public var masked: String { "********" + IdentifierText.padded(number % 10_000, 4) }

  /// The first three digits: where the birth was registered.
  public var birthPlaceCode: String { IdentifierText.padded(number / 1_000_000_000, 3) }

  /// The two-digit code of the province of birth registration; `nil` for a country or sample code.
  public var birthProvinceCode: String? {
    let place = number / 1_000_000_000
    return place < 100 && !isSampleData ? IdentifierText.padded(place, 2) : nil
  }

  /// Whether the province code 001…099 is one no citizen can have.
  public var isSampleData: Bool {
    let place = number / 1_000_000_000
    return (1...99).contains(place) && !Self.assigned[Int(place)]
  }

  /// Encoded sex.
  public var sex: Sex { centuryDigit % 2 == 0 ? .male : .female }

  /// Encoded year of birth, 1900…2399.
  public var birthYear: Int { 1900 + centuryDigit / 2 * 100 + Int(number / 1_000_000 % 100) }

  /// Compares with a recorded birth date: a difference must be verified, it is not a reason to refuse.
  public func mismatch(birthDate: PartialDate) -> IdentifierFinding? {
    birthDate.year == birthYear ? nil : .birthYearMismatch(encoded: birthYear, recorded: birthDate.year)
  }

  /// Compares with a recorded sex: a difference must be verified, it is not a reason to refuse.
  public func mismatch(sex recorded: Sex) -> IdentifierFinding? {
    recorded == sex ? nil : .sexMismatch(encoded: sex, recorded: recorded)
  }

  private init(unchecked number: UInt64) { self.number = number }

  private var centuryDigit: Int { Int(number / 100_000_000 % 10) }

  private static let assigned: [Bool] = {
    var table = [Bool](repeating: false, count: 100)
    for code in ProvinceRegister.embedded.personalIDCodes {
      if let place = Int(code) { table[place] = true }
    }
    return table
  }()
}

extension PersonalID: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// ``masked``.
  public var description: String { masked }
  /// ``masked``.
  public var debugDescription: String { masked }
  /// Nothing, so that dumps do not show the number.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension PersonalID: Codable {
  /// Reads twelve digits; throws `DecodingError.dataCorrupted` for another shape.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let id = PersonalID(digits: try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not twelve digits")
    }
    self = id
  }

  /// Writes the twelve digits.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(digits)
  }
}
