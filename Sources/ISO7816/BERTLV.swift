/// A BER tag of one to three octets, kept as the number its octets spell (ISO/IEC 7816-4:2020 §6.3,
/// ISO/IEC 8825-1 §8.1.2).
public struct BERTag: RawRepresentable, Hashable, Sendable, ExpressibleByIntegerLiteral, CustomStringConvertible {
  /// The tag's octets as one number: 0x80, 0x7F49, 0x7F4E…
  public let rawValue: UInt32

  /// Wraps a tag number; octet 00 alone is no tag in ISO/IEC 7816-4 but is kept.
  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// `0x7F49` and the like.
  public init(integerLiteral value: UInt32) { rawValue = value }

  /// One to three octets.
  public var bytes: [UInt8] {
    switch rawValue {
    case 0...0xFF: [UInt8(rawValue)]
    case 0x100...0xFFFF: [UInt8](bigEndian: rawValue, width: 2)
    default: [UInt8](bigEndian: rawValue, width: 3)
    }
  }

  /// Bit 6 of the first octet: the value is itself a sequence of data objects.
  public var isConstructed: Bool { bytes[0] & 0x20 != 0 }

  /// Hexadecimal digits.
  public var description: String { bytes.hex }
}

/// What is wrong with BER-TLV octets; `offset` counts from the start of the octets given to the reader.
public enum BERTLVError: Error, Hashable, Sendable {
  /// The octets end inside a tag, length or value.
  case truncated(offset: Int)
  /// A tag of more than three octets.
  case tagTooLong(offset: Int)
  /// A length that is indefinite, longer than three octets or (strict reading) not the shortest form.
  case lengthForm(offset: Int)
  /// Octets are left over after the one data object expected.
  case trailingOctets(offset: Int)
  /// A data object of another tag than the layout says.
  case unexpectedTag(offset: Int)
  /// Nested deeper than ``BERTLV/maximumDepth``.
  case tooDeep(offset: Int)
  /// More data objects than ``BERTLV/maximumCount``.
  case tooMany(offset: Int)
}

/// One BER-TLV data object: tag, length, value (ISO/IEC 7816-4:2020 §6.3).
///
/// The value is kept as octets; ``children()`` reads it as nested objects when the caller's layout says so.
public struct BERTLV: Hashable, Sendable {
  /// Deepest nesting that ``validateNesting(_:)`` accepts.
  public static let maximumDepth = 16
  /// Most data objects read from one string.
  public static let maximumCount = 1_024

  /// The tag.
  public let tag: BERTag
  /// The value field.
  public let value: [UInt8]

  /// A data object with the octets of its value.
  public init(_ tag: BERTag, _ value: [UInt8]) {
    self.tag = tag
    self.value = value
  }

  /// A constructed data object.
  public init(_ tag: BERTag, _ children: [BERTLV]) {
    self.tag = tag
    value = children.flatMap(\.bytes)
  }

  /// Tag, shortest length and value.
  public var bytes: [UInt8] { tag.bytes + Self.lengthBytes(value.count) + value }

  /// The shortest length field for `count` octets: 1 octet to 127, 81 to 255, 82 to 65,535, 83 above.
  public static func lengthBytes(_ count: Int) -> [UInt8] {
    switch count {
    case 0...0x7F: [UInt8(count)]
    case 0x80...0xFF: [0x81, UInt8(count)]
    case 0x100...0xFFFF: [0x82] + [UInt8](bigEndian: count, width: 2)
    default: [0x83] + [UInt8](bigEndian: count, width: 3)
    }
  }

  /// The value read as nested data objects.
  public func children() throws(BERTLVError) -> [BERTLV] { try Self.sequence(value) }

  /// The first nested object with `tag`; `nil` when there is none.
  public func first(_ tag: BERTag) throws(BERTLVError) -> BERTLV? {
    try children().first { $0.tag == tag }
  }

  /// Reads exactly one data object.
  ///
  /// - Parameter shortestLengths: refuse lengths that are not in their shortest form, as signed layouts need.
  public init(parsing octets: some Collection<UInt8>, shortestLengths: Bool = false) throws(BERTLVError) {
    var reader = BERTLVReader(octets, shortestLengths: shortestLengths)
    self = try reader.next()
    guard reader.isAtEnd else { throw .trailingOctets(offset: reader.offset) }
  }

  /// Reads data objects to the end of `octets`.
  public static func sequence(
    _ octets: some Collection<UInt8>, shortestLengths: Bool = false
  ) throws(BERTLVError) -> [BERTLV] {
    var reader = BERTLVReader(octets, shortestLengths: shortestLengths)
    var objects: [BERTLV] = []
    while !reader.isAtEnd {
      guard objects.count < maximumCount else { throw .tooMany(offset: reader.offset) }
      objects.append(try reader.next())
    }
    return objects
  }

  /// Walks every constructed object of `octets`, to check nesting before a recursive use.
  public static func validateNesting(_ octets: some Collection<UInt8>) throws(BERTLVError) {
    var pending: [(octets: [UInt8], depth: Int)] = [(Array(octets), 0)]
    var seen = 0
    while let (level, depth) = pending.popLast() {
      guard depth <= maximumDepth else { throw .tooDeep(offset: 0) }
      for object in try sequence(level) {
        seen += 1
        guard seen <= maximumCount else { throw .tooMany(offset: 0) }
        if object.tag.isConstructed { pending.append((object.value, depth + 1)) }
      }
    }
  }
}

/// Reads data objects one after the other from a string of octets.
public struct BERTLVReader {
  private let octets: [UInt8]
  private let shortestLengths: Bool
  /// Octets read so far.
  public private(set) var offset = 0

  /// A reader at the start of `octets`.
  public init(_ octets: [UInt8], shortestLengths: Bool = false) {
    self.octets = octets
    self.shortestLengths = shortestLengths
  }

  /// A reader at the start of a copy of `octets`.
  public init(_ octets: some Collection<UInt8>, shortestLengths: Bool = false) {
    self.init(Array(octets), shortestLengths: shortestLengths)
  }

  /// Whether all octets are read.
  public var isAtEnd: Bool { offset == octets.count }

  /// The next data object.
  public mutating func next() throws(BERTLVError) -> BERTLV {
    let tag = try readTag()
    let length = try readLength()
    guard octets.count - offset >= length else { throw .truncated(offset: offset) }
    defer { offset += length }
    return BERTLV(tag, Array(octets[offset..<offset + length]))
  }

  private mutating func octet() throws(BERTLVError) -> UInt8 {
    guard offset < octets.count else { throw .truncated(offset: offset) }
    defer { offset += 1 }
    return octets[offset]
  }

  private mutating func readTag() throws(BERTLVError) -> BERTag {
    let start = offset
    let first = try octet()
    guard first & 0x1F == 0x1F else { return BERTag(rawValue: UInt32(first)) }
    var number = UInt32(first)
    for _ in 0..<2 {
      let following = try octet()
      number = number << 8 | UInt32(following)
      if following & 0x80 == 0 { return BERTag(rawValue: number) }
    }
    throw .tagTooLong(offset: start)
  }

  private mutating func readLength() throws(BERTLVError) -> Int {
    let start = offset
    let first = try octet()
    guard first >= 0x80 else { return Int(first) }
    guard (0x81...0x83).contains(first) else { throw .lengthForm(offset: start) }
    var length = 0
    for _ in 0..<Int(first & 0x7F) { length = length << 8 | Int(try octet()) }
    if shortestLengths, offset - start != BERTLV.lengthBytes(length).count { throw .lengthForm(offset: start) }
    return length
  }
}
