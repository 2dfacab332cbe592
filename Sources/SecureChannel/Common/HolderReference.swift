import ISO7816

/// Name of a key holder in card-verifiable certificates (TR-03110-3 C.2, table 15): CAR and CHR.
///
/// Layout, ISO/IEC 8859-1: country code (2 letters, ISO 3166-1), holder mnemonic (0…9), sequence number (5).
public struct HolderReference: Hashable, Sendable, CustomStringConvertible {
  /// Fewest and most octets.
  public static let lengths = 7...16

  /// The octets as received.
  public let octets: [UInt8]

  /// `nil` unless 7 to 16 visible octets that begin with two capital letters.
  public init?(_ octets: [UInt8]) {
    guard Self.lengths.contains(octets.count), octets.prefix(2).allSatisfy({ (0x41...0x5A).contains($0) }),
      octets.allSatisfy({ (0x21...0x7E).contains($0) || $0 >= 0xA1 })
    else { return nil }
    self.octets = octets
  }

  /// From its parts; `nil` for another country than two letters, a mnemonic above nine or a sequence of other than five
  /// characters.
  public init?(country: String, mnemonic: String, sequence: String) {
    guard country.utf8.count == 2, mnemonic.utf8.count <= 9, sequence.utf8.count == 5 else { return nil }
    self.init(Array((country + mnemonic + sequence).utf8))
  }

  /// The first two characters.
  public var country: String { text(octets.prefix(2)) }
  /// What stands between country and sequence number.
  public var mnemonic: String { text(octets.dropFirst(2).dropLast(5)) }
  /// The last five characters.
  public var sequence: String { text(octets.suffix(5)) }
  /// All characters.
  public var description: String { text(octets[...]) }

  /// ISO/IEC 8859-1 is the first 256 code points.
  private func text(_ octets: ArraySlice<UInt8>) -> String {
    String(String.UnicodeScalarView(octets.map { Unicode.Scalar($0) }))
  }
}

/// A date in a card-verifiable certificate: six octets, one decimal digit each, `YYMMDD` of 2000…2099, UTC
/// (TR-03110-3 D.2.1.3).
public struct CVDate: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// Octets of the encoding.
  public static let length = 6

  /// `year * 10000 + month * 100 + day`, 20000101…20991231.
  public let yyyymmdd: UInt32
  /// The last day there is.
  public static let last = CVDate(unchecked: 20_991_231)

  private init(unchecked yyyymmdd: UInt32) { self.yyyymmdd = yyyymmdd }

  /// `nil` for a day that is not in the calendar of 2000…2099.
  public init?(yyyymmdd: UInt32) {
    let (year, month, day) = (yyyymmdd / 10_000, yyyymmdd / 100 % 100, yyyymmdd % 100)
    guard (2_000...2_099).contains(year), (1...12).contains(month) else { return nil }
    let isLeap = year % 4 == 0
    let lengths: [UInt32] = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
    guard (1...lengths[Int(month) - 1]).contains(day) else { return nil }
    self.yyyymmdd = yyyymmdd
  }

  /// From six octets of one digit.
  public init?(octets: [UInt8]) {
    guard octets.count == Self.length, octets.allSatisfy({ $0 <= 9 }) else { return nil }
    self.init(yyyymmdd: 20_000_000 + octets.reduce(0) { $0 * 10 + UInt32($1) })
  }

  /// Six octets of one digit.
  public var octets: [UInt8] {
    let digits = yyyymmdd % 1_000_000
    return [100_000, 10_000, 1_000, 100, 10, 1].map { UInt8(digits / $0 % 10) }
  }

  /// `YYYY-MM-DD`.
  public var description: String {
    let digits = String(yyyymmdd)
    return "\(digits.prefix(4))-\(digits.dropFirst(4).prefix(2))-\(digits.suffix(2))"
  }

  /// Earlier first.
  public static func < (left: CVDate, right: CVDate) -> Bool { left.yyyymmdd < right.yyyymmdd }
}
