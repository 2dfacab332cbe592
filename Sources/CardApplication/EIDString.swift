import Foundation
import ISO7816

/// The character strings of the data groups and what each may hold (TR-03110-4 §2.2.3.1).
enum EIDString {
  /// UTF8String; kept in NFC and without control or hidden characters, so that a text has one encoding and is what it
  /// looks like.
  case text
  /// PrintableString.
  case printable
  /// ICAOString of two characters.
  case documentType
  /// ICAOCountry: ICAOString of one or three characters.
  case country
  /// PrintableString with a telephone URI of a global number (RFC 3966 §5.1.4), without parameters.
  case telephone
  /// IA5String; visible characters only.
  case mail

  /// Universal tag of the string type (ISO/IEC 8825-1 §8.23).
  var tag: BERTag {
    switch self {
    case .text: 0x0C
    case .mail: 0x16
    default: 0x13
    }
  }

  /// The DER of `text`, in NFC where it is a UTF8String.
  func encode(_ text: String) throws(LayoutError) -> BERTLV {
    let kept = self == .text ? text.precomposedStringWithCanonicalMapping : text
    guard allows(kept) else { throw .value(tag) }
    return BERTLV(tag, Array(kept.utf8))
  }

  /// Reads the next object as this string, which must be in the one form that ``encode(_:)`` writes.
  func read(_ reader: inout LayoutReader) throws(LayoutError) -> String {
    let octets = try reader.next(tag, 0...EIDDataGroup.maximumFileLength)
    guard let text = String(validating: octets, as: UTF8.self), try encode(text).value == octets else {
      throw .value(tag)
    }
    return text
  }

  /// Reads `octets` as this string and nothing behind it.
  func read(all octets: [UInt8]) throws(LayoutError) -> String {
    var reader = LayoutReader(octets)
    let text = try read(&reader)
    try reader.finish()
    return text
  }

  private func allows(_ text: String) -> Bool {
    switch self {
    case .text: text.unicodeScalars.allSatisfy(Self.isVisible)
    case .printable: text.utf8.allSatisfy(Self.isPrintable)
    case .documentType: text.utf8.count == 2 && text.utf8.allSatisfy(Self.isICAO)
    case .country: [1, 3].contains(text.utf8.count) && text.utf8.allSatisfy(Self.isICAO)
    case .telephone: Self.isTelephone(Array(text.utf8))
    case .mail: !text.isEmpty && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }
  }

  /// Not a control, format (bidirectional override, zero width), private, unassigned or line-breaking character.
  private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
    default: true
    }
  }

  /// The characters of PrintableString (ISO/IEC 8824-1 §41.4).
  private static func isPrintable(_ octet: UInt8) -> Bool {
    switch octet {
    case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"): true
    case UInt8(ascii: "0")...UInt8(ascii: "9"): true
    default: " '()+,-./:=?".utf8.contains(octet)
    }
  }

  private static func isICAO(_ octet: UInt8) -> Bool {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(octet) || octet == 0x20
  }

  private static func isTelephone(_ octets: [UInt8]) -> Bool {
    guard octets.starts(with: "tel:+".utf8) else { return false }
    let digits = octets.dropFirst(5)
    let isDigit: (UInt8) -> Bool = { (0x30...0x39).contains($0) }
    return digits.contains(where: isDigit) && digits.allSatisfy { isDigit($0) || "-.()".utf8.contains($0) }
  }
}

/// `Date ::= NumericString (SIZE (8))`, YYYYMMDD (TR-03110-4 §2.2.3.1); parts that are not known are blanks (TR-03127
/// §3.2.2, DG8), where ``CardDate`` has 00.
enum EIDDate {
  static let tag: BERTag = 0x12

  /// The DER of a day that exists.
  ///
  /// - Parameter isPartial: the day, or day and month, may be unknown; the year never.
  static func encode(_ date: CardDate, isPartial: Bool) throws(LayoutError) -> BERTLV {
    let (year, month, day) = (date.yyyymmdd / 10_000, date.yyyymmdd / 100 % 100, date.yyyymmdd % 100)
    let isKnown = month != 0 && day != 0
    guard (1...9_999).contains(year), month <= 12, day <= days(inMonth: month, of: year), isKnown || isPartial else {
      throw .value(tag)
    }
    // A digit more than the eight, so that leading zeros stay.
    var digits = Array(String(100_000_000 + date.yyyymmdd).utf8.dropFirst())
    if month == 0 { digits.replaceSubrange(4..<6, with: [0x20, 0x20]) }
    if day == 0 { digits.replaceSubrange(6..<8, with: [0x20, 0x20]) }
    return BERTLV(tag, digits)
  }

  /// Reads `octets` as a date and nothing behind it.
  static func read(all octets: [UInt8], isPartial: Bool) throws(LayoutError) -> CardDate {
    var reader = LayoutReader(octets)
    let digits = try reader.next(tag, 8)
    try reader.finish()
    let zeros = String(decoding: digits.map { $0 == 0x20 ? 0x30 : $0 }, as: UTF8.self)
    guard let number = UInt32(zeros), let date = CardDate(yyyymmdd: number),
      try encode(date, isPartial: isPartial).value == digits
    else { throw .value(tag) }
    return date
  }

  /// 0 for the unknown month 0, so that no day goes with it.
  private static func days(inMonth month: UInt32, of year: UInt32) -> UInt32 {
    switch month {
    case 1, 3, 5, 7, 8, 10, 12: 31
    case 4, 6, 9, 11: 30
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    default: 0
    }
  }
}
