import Foundation

/// The newest batch of a centre's chain as the centre signs it: that at `time` its history ended so.
///
/// As text, in the header `Ansinh-Head` and in a point's journal: `WRITER/EPOCH/SEQUENCE/HASH/TIME/SIGNATURE`, numbers
/// decimal, the hash 64 hexadecimal digits in lower case, the signature base64url without padding (RFC 4648 §5), at
/// most ``largestText`` characters. Two of them that name one batch by two hashes prove that history was written twice.
public struct SignedHead: Hashable, Sendable, CustomStringConvertible {
  /// Most characters of the text.
  public static let largestText = 300
  private static let domain = Array("ANSINH-HEAD-1".utf8) + [0]

  /// The writer of the chain, 1…64 octets without `/`.
  public let writer: String
  /// The opening of the ledger that the batch was written in.
  public let epoch: Int64
  /// Number of the batch; 0 before the first.
  public let sequence: Int64
  /// Hash of the batch, 32 octets; zeros before the first.
  public let hash: [UInt8]
  /// When this was signed, milliseconds since 1970.
  public let time: Int64
  /// ECDSA P-256 with SHA-256 over ``signedOctets``, `r ‖ s`, 64 octets, by the centre's records key.
  public let signature: [UInt8]

  /// From its fields.
  public init(writer: String, epoch: Int64, sequence: Int64, hash: [UInt8], time: Int64, signature: [UInt8]) {
    self.writer = writer
    self.epoch = epoch
    self.sequence = sequence
    self.hash = hash
    self.time = time
    self.signature = signature
  }

  /// Reads the text; nil when it is not one. The signature has still to be verified.
  public init?(_ text: String) {
    let parts = text.utf8.count <= Self.largestText ? text.split(separator: "/", omittingEmptySubsequences: false) : []
    guard parts.count == 6, (1...64).contains(parts[0].utf8.count), let epoch = Self.number(parts[1]),
      let sequence = Self.number(parts[2]), let hash = Self.hash(parts[3]), let time = Self.number(parts[4]),
      let signature = Self.signature(parts[5])
    else { return nil }
    self.init(
      writer: String(parts[0]), epoch: epoch, sequence: sequence, hash: hash, time: time, signature: signature)
  }

  /// What is signed: `ANSINH-HEAD-1`, a zero octet, the writer after its length (4), then epoch (8), sequence (8), hash
  /// (32) and time (8), integers big-endian.
  public var signedOctets: [UInt8] {
    Self.domain + Self.octets(UInt32(truncatingIfNeeded: writer.utf8.count)) + Array(writer.utf8) + Self.octets(epoch)
      + Self.octets(sequence) + hash + Self.octets(time)
  }

  /// The text.
  public var description: String { "\(batch)/\(time)/\(Self.text(signature))" }

  /// The batch alone: `WRITER/EPOCH/SEQUENCE/HASH`.
  public var batch: String { "\(writer)/\(epoch)/\(sequence)/\(Self.hexadecimal(hash))" }

  /// Whether both name the same place of a chain.
  public func isAtPlace(of other: SignedHead) -> Bool {
    writer == other.writer && epoch == other.epoch && sequence == other.sequence
  }

  static func octets(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.bigEndian) { Array($0) }
  }

  /// A number has one form: no sign, no zero before it.
  static func number(_ text: Substring) -> Int64? {
    Int64(text).flatMap { "\($0)" == text && $0 >= 0 ? $0 : nil }
  }

  static func hash(_ text: Substring) -> [UInt8]? {
    let digits = Array(text.utf8)
    guard digits.count == 64, digits.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }) else {
      return nil
    }
    return stride(from: 0, to: 64, by: 2).map {
      UInt8(String(decoding: digits[$0...$0 + 1], as: UTF8.self), radix: 16) ?? 0
    }
  }

  static func hexadecimal(_ octets: [UInt8]) -> String {
    octets.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  private static func signature(_ text: Substring) -> [UInt8]? {
    let standard = text.replacing("-", with: "+").replacing("_", with: "/")
    guard text.utf8.count == 86, let data = Data(base64Encoded: standard + "=="), data.count == 64 else { return nil }
    let octets = [UInt8](data)
    // The last character carries two bits that say nothing: only one of its four forms is taken.
    return Self.text(octets) == text ? octets : nil
  }

  private static func text(_ signature: [UInt8]) -> String {
    let octets = Data(signature).base64EncodedData().compactMap { octet -> UInt8? in
      switch octet {
      case UInt8(ascii: "+"): UInt8(ascii: "-")
      case UInt8(ascii: "/"): UInt8(ascii: "_")
      case UInt8(ascii: "="): nil
      default: octet
      }
    }
    return String(decoding: octets, as: UTF8.self)
  }
}
