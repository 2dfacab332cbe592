/// The end of one writer's chain: its newest batch. As text `WRITER/EPOCH/SEQUENCE/HASH`, as in a ``SignedHead``.
public struct ChainTip: Hashable, Sendable, Codable, CustomStringConvertible {
  /// The writer, 1…64 octets without `/`.
  public let writer: String
  /// The opening of the ledger that the batch was written in.
  public let epoch: Int64
  /// Number of the batch, from 1 on.
  public let sequence: Int64
  /// Hash of the batch, 32 octets.
  public let hash: [UInt8]

  /// From its fields.
  public init(writer: String, epoch: Int64, sequence: Int64, hash: [UInt8]) {
    self.writer = writer
    self.epoch = epoch
    self.sequence = sequence
    self.hash = hash
  }

  /// Reads the text; nil when it is not one.
  public init?(_ text: String) {
    let parts =
      text.utf8.count <= SignedHead.largestText ? text.split(separator: "/", omittingEmptySubsequences: false) : []
    guard parts.count == 4, (1...64).contains(parts[0].utf8.count), let epoch = SignedHead.number(parts[1]),
      let sequence = SignedHead.number(parts[2]), sequence > 0, let hash = SignedHead.hash(parts[3])
    else { return nil }
    self.init(writer: String(parts[0]), epoch: epoch, sequence: sequence, hash: hash)
  }

  /// A JSON string.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let tip = ChainTip(try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "no WRITER/EPOCH/SEQUENCE/HASH")
    }
    self = tip
  }

  /// A JSON string.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }

  /// The text.
  public var description: String { "\(writer)/\(epoch)/\(sequence)/\(SignedHead.hexadecimal(hash))" }
}

/// A link of the master chain: where every writer's chain ended at one time, signed by the centre (`ledger` §8).
///
/// Whoever keeps one holds the centre to everything that was written before it. The hash of an anchor is SHA-256 over
/// ``signedOctets``.
public struct Anchor: Hashable, Sendable, Codable {
  /// Why it was made.
  public enum Occasion: String, Hashable, Sendable, Codable, CaseIterable {
    /// A second has gone by, and something was written.
    case second
    /// A counter's shift was closed, or the service.
    case close

    var octet: UInt8 {
      switch self {
      case .second: 1
      case .close: 2
      }
    }
  }

  private static let domain = Array("ANSINH-ANCHOR-1".utf8) + [0]

  /// 1, 2, 3 …
  public var number: Int64
  /// Hash of the anchor before, 32 octets; zeros before the first.
  public var previous: WireBytes
  /// When it was signed, milliseconds since 1970.
  public var time: Int64
  /// Why it was made.
  public var occasion: Occasion
  /// A tip for each writer, by writer.
  public var tips: [ChainTip]
  /// ECDSA P-256 with SHA-256 over ``signedOctets``, `r ‖ s`, 64 octets, by the centre's records key.
  public var signature: WireBytes

  /// From its fields.
  public init(
    number: Int64, previous: WireBytes, time: Int64, occasion: Occasion, tips: [ChainTip], signature: WireBytes
  ) {
    self.number = number
    self.previous = previous
    self.time = time
    self.occasion = occasion
    self.tips = tips
    self.signature = signature
  }

  /// What is signed: `ANSINH-ANCHOR-1`, a zero octet, number (8), the hash before (32), time (8), the occasion (1; 1 a
  /// second, 2 a close), how many tips (4), then of each the writer after its length (4), epoch (8), sequence (8) and
  /// hash (32); integers big-endian.
  public var signedOctets: [UInt8] {
    var octets = Self.domain + SignedHead.octets(number) + previous.octets + SignedHead.octets(time)
    octets.append(occasion.octet)
    octets += SignedHead.octets(UInt32(truncatingIfNeeded: tips.count))
    for tip in tips {
      octets += SignedHead.octets(UInt32(truncatingIfNeeded: tip.writer.utf8.count)) + Array(tip.writer.utf8)
      octets += SignedHead.octets(tip.epoch) + SignedHead.octets(tip.sequence) + tip.hash
    }
    return octets
  }
}
