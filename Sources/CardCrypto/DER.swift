/// The little of DER (X.690) that is written here rather than by OpenSSL.
enum DER {
  /// Tag, length in the fewest octets, and the parts one after the other.
  static func value(_ tag: UInt8, _ parts: [UInt8]...) -> [UInt8] {
    let content = parts.flatMap { $0 }
    guard content.count >= 0x80 else { return [tag, UInt8(content.count)] + content }
    let length = withUnsafeBytes(of: content.count.bigEndian) { Array($0.drop { $0 == 0 }) }
    return [tag, 0x80 | UInt8(length.count)] + length + content
  }

  /// SEQUENCE of values.
  static func sequence(_ parts: [UInt8]...) -> [UInt8] { value(0x30, parts.flatMap { $0 }) }

  /// The content of a SET OF: the values in ascending order (X.690 §11.6).
  static func setContent(_ values: [[UInt8]]) -> [UInt8] {
    values.sorted { $0.lexicographicallyPrecedes($1) }.flatMap { $0 }
  }

  /// INTEGER of an unsigned number in big-endian octets.
  static func integer(_ magnitude: some Collection<UInt8>) -> [UInt8] {
    let digits = Array(magnitude.drop { $0 == 0 })
    // A first bit that is set would make it negative, and zero has one octet.
    let needsZero = digits.first.map { $0 >= 0x80 } ?? true
    return value(0x02, (needsZero ? [0] : []) + digits)
  }

  /// OBJECT IDENTIFIER by its content octets.
  static func identifier(_ octets: [UInt8]) -> [UInt8] { value(0x06, octets) }
}
