public import ISO7816

/// What is wrong with the octets of a layout of `card-application` §3, §4 or §12, or of a data group of the eID
/// application. Carries tags, never values.
public enum LayoutError: Error, Hashable, Sendable {
  /// The octets are not BER-TLV in shortest form.
  case encoding(BERTLVError)
  /// Another tag, or none, where `BERTag` has to stand.
  case expected(BERTag)
  /// The object's value has a length that its layout does not allow.
  case length(BERTag, Int)
  /// The object's value is not one of those allowed.
  case value(BERTag)
  /// Octets after the last object.
  case trailing
}

/// Reads a signed layout: shortest lengths, every tag once and in its order (`card-application` §12).
struct LayoutReader {
  private var reader: BERTLVReader

  init(_ octets: [UInt8]) { reader = BERTLVReader(octets, shortestLengths: true) }

  /// Octets read so far.
  var offset: Int { reader.offset }

  /// The value of the next object, which must have `tag` and a length in `lengths`.
  mutating func next(_ tag: BERTag, _ lengths: ClosedRange<Int>) throws(LayoutError) -> [UInt8] {
    let object: BERTLV
    do {
      guard !reader.isAtEnd else { throw LayoutError.expected(tag) }
      object = try reader.next()
    } catch let error as BERTLVError {
      throw .encoding(error)
    } catch {
      throw .expected(tag)
    }
    guard object.tag == tag else { throw .expected(tag) }
    guard lengths.contains(object.value.count) else { throw .length(tag, object.value.count) }
    return object.value
  }

  /// A value of exactly `length` octets.
  mutating func next(_ tag: BERTag, _ length: Int) throws(LayoutError) -> [UInt8] {
    try next(tag, length...length)
  }

  /// The value of the next object when it has `tag`; `nil`, and nothing is read, when another stands there or none.
  mutating func nextIfPresent(_ tag: BERTag, _ lengths: ClosedRange<Int>) throws(LayoutError) -> [UInt8]? {
    guard !reader.isAtEnd else { return nil }
    var ahead = reader
    let object: BERTLV
    do { object = try ahead.next() } catch { throw .encoding(error) }
    return object.tag == tag ? try next(tag, lengths) : nil
  }

  /// An unsigned integer of exactly `width` octets.
  mutating func integer(_ tag: BERTag, width: Int) throws(LayoutError) -> UInt64 {
    guard let value = try next(tag, width).bigEndianValue else { throw .length(tag, width) }
    return value
  }

  /// Value of `tag` cut into records of `width` octets, at most `most`.
  mutating func records(_ tag: BERTag, width: Int, most: Int) throws(LayoutError) -> [[UInt8]] {
    let value = try next(tag, 0...width * most)
    guard value.count % width == 0 else { throw .length(tag, value.count) }
    return stride(from: 0, to: value.count, by: width).map { Array(value[$0..<$0 + width]) }
  }

  /// The constant text every layout starts with.
  mutating func constant(_ tag: BERTag, _ text: String) throws(LayoutError) {
    guard try next(tag, text.utf8.count) == Array(text.utf8) else { throw .value(tag) }
  }

  /// Nothing may follow.
  func finish() throws(LayoutError) {
    guard reader.isAtEnd else { throw .trailing }
  }
}

/// Packed decimal digits, two an octet.
enum BCD {
  /// `value` as `width` octets with leading zeros; digits beyond are cut off.
  static func encode(_ value: some FixedWidthInteger, width: Int) -> [UInt8] {
    var rest = UInt64(value)
    var octets: [UInt8] = []
    for _ in 0..<width {
      octets.append(UInt8(rest / 10 % 10) << 4 | UInt8(rest % 10))
      rest /= 100
    }
    return octets.reversed()
  }

  /// The number; `nil` for a nibble above 9.
  static func decode(_ octets: some Collection<UInt8>) -> UInt64? {
    var value: UInt64 = 0
    for octet in octets {
      guard octet >> 4 <= 9, octet & 15 <= 9 else { return nil }
      value = value * 100 + UInt64(octet >> 4) * 10 + UInt64(octet & 15)
    }
    return value
  }
}

/// A calendar date as the card keeps it: YYYYMMDD in four BCD octets, UTC.
public struct CardDate: Hashable, Comparable, Sendable {
  /// `year * 10000 + month * 100 + day`; month and day may be 0 where a layout allows partial precision.
  public let yyyymmdd: UInt32

  /// Any number of at most eight digits.
  public init?(yyyymmdd: UInt32) {
    guard yyyymmdd <= 99_991_231 else { return nil }
    self.yyyymmdd = yyyymmdd
  }

  /// The UTC date of a Unix time of 0…253,402,300,799 (9999-12-31); times outside are clamped.
  public init(unixTime: Int64) {
    let days = max(0, min(unixTime, 253_402_300_799)) / 86_400
    // Days to civil date, after the proleptic Gregorian cycle of 146,097 days in 400 years.
    let shifted = days + 719_468
    let era = shifted / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    yyyymmdd = UInt32(year * 10_000 + month * 100 + day)
  }

  /// Four BCD octets.
  public var bytes: [UInt8] { BCD.encode(yyyymmdd, width: 4) }

  /// From four BCD octets.
  public init?(bcd octets: [UInt8]) {
    guard octets.count == 4, let value = BCD.decode(octets) else { return nil }
    self.init(yyyymmdd: UInt32(value))
  }

  /// Earlier first.
  public static func < (left: CardDate, right: CardDate) -> Bool { left.yyyymmdd < right.yyyymmdd }
}

/// The number of a card: 16 digits, the last one by Luhn's rule (ISO/IEC 7812-1 Annex B). Never a citizen's number.
public struct CardNumber: Hashable, Sendable, CustomStringConvertible {
  /// First digits of every card of this scheme: major industry 9 (national), outside the banks' 9704.
  public static let prefix = "9900"

  /// Sixteen digits.
  public let digits: String

  /// `nil` unless 16 ASCII digits with a right check digit.
  public init?(_ digits: some StringProtocol) {
    guard Self.isRight(digits.utf8.map { $0 &- 0x30 }) else { return nil }
    self.digits = String(digits)
  }

  /// The card with `sequence` (0…99,999,999,999) in this scheme's range.
  public init?(sequence: UInt64) {
    guard sequence <= 99_999_999_999 else { return nil }
    let serial = String(sequence)
    let body = Self.prefix + String(repeating: "0", count: 11 - serial.count) + serial
    let sum = Self.luhnSum(body.utf8.map { $0 &- 0x30 } + [0])
    self.init(body + String((10 - sum % 10) % 10))
  }

  /// Eight BCD octets.
  public var bytes: [UInt8] { BCD.encode(UInt64(digits) ?? 0, width: 8) }

  /// From eight BCD octets.
  public init?(bcd octets: [UInt8]) {
    let values = octets.flatMap { [$0 >> 4, $0 & 15] }
    guard Self.isRight(values) else { return nil }
    digits = String(decoding: values.map { $0 + 0x30 }, as: UTF8.self)
  }

  /// Key diversification data of the card's SCP03 keys: two zero octets, then the number in BCD; 10 octets.
  public var diversificationData: [UInt8] { [0, 0] + bytes }

  /// In groups of four, as printed.
  public var grouped: String {
    stride(from: 0, to: 16, by: 4).map { start in
      String(digits.dropFirst(start).prefix(4))
    }.joined(separator: " ")
  }

  /// The last four digits behind asterisks, for vouchers and logs.
  public var masked: String { "**** **** **** \(digits.suffix(4))" }

  /// Sixteen digits.
  public var description: String { digits }

  /// Sixteen values of digits, of which the last one is right.
  private static func isRight(_ values: [UInt8]) -> Bool {
    values.count == 16 && values.allSatisfy { $0 <= 9 } && luhnSum(values) % 10 == 0
  }

  /// From the last digit backwards, each second one doubled.
  private static func luhnSum(_ values: [UInt8]) -> Int {
    var sum = 0
    for index in values.indices {
      let value = Int(values[index])
      let doubled = (values.count - index) % 2 == 0 ? value * 2 : value
      sum += doubled > 9 ? doubled - 9 : doubled
    }
    return sum
  }
}
