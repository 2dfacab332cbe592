/// The citizen's numbers this library reads.
public enum IdentifierKind: String, Sendable, Codable {
  /// Số định danh cá nhân, 12 digits.
  case personalID
  /// Mã số BHXH, 10 digits.
  case socialInsuranceNumber
  /// Mã thẻ BHYT, 15 characters.
  case healthInsuranceCode

  /// Its name in running text.
  public var name: BilingualText {
    switch self {
    case .personalID: BilingualText(vi: "số định danh cá nhân", en: "personal identification number")
    case .socialInsuranceNumber: BilingualText(vi: "mã số BHXH", en: "social insurance number")
    case .healthInsuranceCode: BilingualText(vi: "mã thẻ BHYT", en: "health insurance card code")
    }
  }

  /// Its length in characters.
  public var length: Int {
    switch self {
    case .personalID: 12
    case .socialInsuranceNumber: 10
    case .healthInsuranceCode: 15
    }
  }
}

/// Why a number was refused. Never carries the number itself; who calls knows the place.
public enum IdentifierError: Error, Hashable, Sendable {
  /// Nothing but spaces.
  case empty(IdentifierKind)
  /// Not the length of its kind; `found` is capped at 99.
  case wrongLength(IdentifierKind, found: Int)
  /// A character that may not stand at its place.
  case wrongCharacter(IdentifierKind)
  /// No province was ever given this code for personal IDs.
  case unassignedProvince(code: String)
  /// A country code (births registered abroad), where the caller does not take them.
  case countryCode(code: String)
  /// A benefit level other than 1…5.
  case unknownLevel(digit: String)

  /// A stable word for programs.
  public var code: String {
    switch self {
    case .empty: "empty"
    case .wrongLength: "length"
    case .wrongCharacter: "character"
    case .unassignedProvince: "province"
    case .countryCode: "country"
    case .unknownLevel: "level"
    }
  }

  /// What is wrong.
  public var reason: BilingualText {
    switch self {
    case .empty(let kind):
      BilingualText(vi: "chưa có \(kind.name.vi)", en: "the \(kind.name.en) is missing")
    case .wrongLength(let kind, let found):
      BilingualText(
        vi: "\(kind.name.vi) phải có \(kind.length) ký tự, đang có \(found)",
        en: "the \(kind.name.en) must have \(kind.length) characters, it has \(found)")
    case .wrongCharacter(let kind):
      BilingualText(
        vi: "\(kind.name.vi) có ký tự không hợp lệ", en: "the \(kind.name.en) has a character that is not allowed")
    case .unassignedProvince(let code):
      BilingualText(
        vi: "ba chữ số đầu \(code) không phải mã tỉnh, thành phố",
        en: "the first three digits \(code) are not a province code")
    case .countryCode(let code):
      BilingualText(
        vi: "ba chữ số đầu \(code) là mã nước, chưa được chấp nhận ở đây",
        en: "the first three digits \(code) are a country code, not accepted here")
    case .unknownLevel(let digit):
      BilingualText(vi: "mức hưởng BHYT \(digit) không có", en: "there is no health-insurance benefit level \(digit)")
    }
  }

  /// What to do about it.
  public var remedy: BilingualText {
    switch self {
    case .empty(let kind), .wrongLength(let kind, _), .wrongCharacter(let kind):
      switch kind {
      case .personalID:
        BilingualText(
          vi: "ghi đủ 12 chữ số như trên thẻ căn cước; nếu bảng tính làm mất số 0 ở đầu, định dạng cột là văn bản",
          en: "write all 12 digits as on the ID card; if a spreadsheet dropped leading zeros, format the column as text"
        )
      case .socialInsuranceNumber:
        BilingualText(
          vi: "ghi đủ 10 chữ số như trên sổ BHXH", en: "write all 10 digits as in the social insurance book")
      case .healthInsuranceCode:
        BilingualText(
          vi: "ghi đủ 15 ký tự: 2 chữ cái, 1 chữ số mức hưởng và 12 chữ số",
          en: "write all 15 characters: 2 letters, 1 level digit and 12 digits")
      }
    case .unassignedProvince:
      BilingualText(
        vi: "đối chiếu với thẻ căn cước; dữ liệu mẫu chỉ được nhận khi cho phép dữ liệu mẫu",
        en: "compare with the ID card; sample data is taken only where sample data is allowed")
    case .countryCode:
      BilingualText(
        vi: "đối chiếu với thẻ căn cước của người đăng ký khai sinh ở nước ngoài",
        en: "compare with the ID card of the person whose birth was registered abroad")
    case .unknownLevel:
      BilingualText(vi: "mức hưởng là một chữ số từ 1 đến 5", en: "the level is one digit from 1 to 5")
    }
  }
}

/// Something to check about a number that was accepted.
public enum IdentifierFinding: Hashable, Sendable {
  /// The encoded birth year is after this year.
  case birthYearInFuture(year: Int)
  /// The encoded birth year is not the recorded one (corrections and re-established numbers happen).
  case birthYearMismatch(encoded: Int, recorded: Int)
  /// The encoded sex is not the recorded one (redetermination happens).
  case sexMismatch(encoded: Sex, recorded: Sex)
  /// Births registered abroad: the country code was not looked up.
  case countryCode(code: String)
  /// A BHYT subject code that is not in the table.
  case unknownSubject(code: String)

  /// A stable word for programs.
  public var code: String {
    switch self {
    case .birthYearInFuture: "birth-year-in-future"
    case .birthYearMismatch: "birth-year-mismatch"
    case .sexMismatch: "sex-mismatch"
    case .countryCode: "country-code"
    case .unknownSubject: "unknown-subject"
    }
  }

  /// What was found.
  public var message: BilingualText {
    switch self {
    case .birthYearInFuture(let year):
      BilingualText(
        vi: "năm sinh \(year) theo số định danh cá nhân ở trong tương lai",
        en: "the birth year \(year) in the personal identification number is in the future")
    case .birthYearMismatch(let encoded, let recorded):
      BilingualText(
        vi: "năm sinh \(recorded) không khớp năm sinh \(encoded) theo số định danh cá nhân",
        en: "the birth year \(recorded) does not match \(encoded) in the personal identification number")
    case .sexMismatch(let encoded, let recorded):
      BilingualText(
        vi: "giới tính \(recorded.name.vi) không khớp giới tính \(encoded.name.vi) theo số định danh cá nhân",
        en: "the sex \(recorded.name.en) does not match \(encoded.name.en) in the personal identification number")
    case .countryCode(let code):
      BilingualText(
        vi: "mã nước nơi đăng ký khai sinh \(code) chưa được xác minh",
        en: "the country code of birth registration \(code) is unverified")
    case .unknownSubject(let code):
      BilingualText(
        vi: "mã đối tượng BHYT \(code) chưa có trong danh mục",
        en: "the health-insurance subject code \(code) is not in the table")
    }
  }
}

/// Sex as recorded: giới tính Nam / Nữ.
public enum Sex: String, Sendable, Codable {
  /// Nam.
  case male
  /// Nữ.
  case female

  /// Its name in running text.
  public var name: BilingualText {
    self == .male ? BilingualText(vi: "nam", en: "male") : BilingualText(vi: "nữ", en: "female")
  }
}

/// A value that passed its checks, with what should still be looked at.
public struct Checked<Value: Sendable>: Sendable {
  /// The value, normalised.
  public let value: Value
  /// Warnings; empty for most values.
  public let findings: [IdentifierFinding]

  /// A value with its findings.
  public init(value: Value, findings: [IdentifierFinding]) {
    self.value = value
    self.findings = findings
  }
}

/// What the three numbers share when they are read.
enum IdentifierText {
  /// ASCII bytes of `text` without spaces (ordinary, no-break, thin, tab), in upper case.
  static func normalised(_ text: String, kind: IdentifierKind) throws(IdentifierError) -> [UInt8] {
    var bytes: [UInt8] = []
    var strange = false
    var found = 0
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x20, 0x09, 0xA0, 0x2009, 0x202F: continue
      case 0x61...0x7A: bytes.append(UInt8(scalar.value - 0x20))
      case 0x21...0x7E: bytes.append(UInt8(scalar.value))
      default: strange = true
      }
      found += 1
      guard found < 99 else { throw .wrongLength(kind, found: 99) }
    }
    guard found > 0 else { throw .empty(kind) }
    guard !strange else { throw .wrongCharacter(kind) }
    guard found == kind.length else { throw .wrongLength(kind, found: found) }
    return bytes
  }

  /// The value of ASCII digits; `nil` when there is another byte.
  static func number(_ bytes: ArraySlice<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for byte in bytes {
      guard (0x30...0x39).contains(byte) else { return nil }
      value = value * 10 + UInt64(byte - 0x30)
    }
    return value
  }

  static func padded(_ number: UInt64, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.utf8.count)) + digits
  }
}
