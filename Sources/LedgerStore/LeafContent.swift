internal import CardCrypto
internal import Ledger

/// What the octets of a leaf say, of those kinds that somebody without the ledger can check (``Leaf/octets``).
enum LeafContent {
  case transfer(id: [UInt8], event: [UInt8], debit: String, credit: String, amount: Int64, kind: Int64)
  case certificate(card: String, counter: Int64, identity: [UInt8], certificate: [UInt8], refusal: Int64)
  case card(number: String, publicKey: [UInt8])
  case terminal(keyHash: [UInt8], publicKey: [UInt8])
  case record(transactionID: [UInt8], terminal: [UInt8], verdict: Int64, record: [UInt8], signature: [UInt8])
  case payout(CommittedPayout)
  case handPayout(transactionID: [UInt8], event: [UInt8], amount: Int64)
  case other(kind: UInt8)

  /// Nil for octets that are no leaf of their kind.
  init?(_ octets: [UInt8]) {
    var reader = CanonicalReader(octets)
    guard let kind: UInt8 = reader.int(), let content = Self.read(kind, &reader) else { return nil }
    self = content
  }

  private static func read(_ kind: UInt8, _ reader: inout CanonicalReader) -> LeafContent? {
    switch kind {
    case 1:
      guard let id = reader.bytes(), let event = reader.bytes(), let debit = reader.text(),
        let credit = reader.text(), let amount: Int64 = reader.int(), let kind: Int64 = reader.int(), reader.isAtEnd
      else { return nil }
      return .transfer(id: id, event: event, debit: debit, credit: credit, amount: amount, kind: kind)
    case 3:
      guard let card = reader.text(), let counter: Int64 = reader.int(), let identity = reader.bytes(),
        let certificate = reader.bytes(), let refusal: Int64 = reader.int(), reader.isAtEnd
      else { return nil }
      return .certificate(
        card: card, counter: counter, identity: identity, certificate: certificate, refusal: refusal)
    case 4:
      guard let number = reader.text(), reader.bytes() != nil, reader.bytes() != nil, let key = reader.bytes(),
        let _: Int64 = reader.int(), reader.isAtEnd
      else { return nil }
      return .card(number: number, publicKey: key)
    case 5:
      guard let hash = reader.bytes(), let key = reader.bytes(), (0..<3).allSatisfy({ _ in reader.text() != nil }),
        let _: Int64 = reader.int(), reader.isAtEnd
      else { return nil }
      return .terminal(keyHash: hash, publicKey: key)
    case 7:
      guard let id = reader.bytes(), let terminal = reader.bytes(), let verdict: Int64 = reader.int(),
        let record = reader.bytes(), let signature = reader.bytes(), reader.isAtEnd
      else { return nil }
      return .record(
        transactionID: id, terminal: terminal, verdict: verdict, record: record, signature: signature)
    case 9: return payout(&reader)
    default: return .other(kind: kind)
    }
  }

  private static func payout(_ reader: inout CanonicalReader) -> LeafContent? {
    guard let id = reader.bytes(), let event = reader.bytes(), let amount: Int64 = reader.int(),
      let first = reader.text()
    else { return nil }
    // What a list says of a payout by hand has no certificate beside it.
    guard first != "hand" else { return .handPayout(transactionID: id, event: event, amount: amount) }
    let facts = (0..<5).compactMap { _ in reader.text() }
    let times: [Int64] = (0..<6).compactMap { _ in reader.int() }
    guard facts.count == 5, times.count == 6, reader.isAtEnd, let counter = UInt32(exactly: times[0]) else {
      return nil
    }
    return .payout(
      CommittedPayout(
        transactionID: id, event: event, amount: amount, card: first, counter: counter, hostProvince: facts[0],
        commune: facts[1], terminal: facts[4], postedAt: times[4], terminalTime: times[5]))
  }
}

/// What the chain says of a card payout.
public struct CommittedPayout: Hashable, Sendable {
  /// Transaction id, 16 octets.
  public let transactionID: [UInt8]
  /// Id of its event, 16 octets.
  public let event: [UInt8]
  /// Đồng.
  public let amount: Int64
  /// Card number.
  public let card: String
  /// Payout counter of the card.
  public let counter: UInt32
  /// Two-digit code of the host province.
  public let hostProvince: String
  /// Five-digit code of the host commune.
  public let commune: String
  /// SHA-256 of the terminal key's point, 64 hexadecimal digits.
  public let terminal: String
  /// Milliseconds since 1970.
  public let postedAt: Int64
  /// The terminal's time, seconds since 1970.
  public let terminalTime: Int64
}

/// Reads what ``CanonicalOctets`` wrote; from anybody's file, so that nothing of it is believed.
struct CanonicalReader {
  private var rest: ArraySlice<UInt8>

  init(_ octets: [UInt8]) { rest = octets[...] }

  var isAtEnd: Bool { rest.isEmpty }

  mutating func int<Value: FixedWidthInteger>() -> Value? {
    let width = Value.bitWidth / 8
    guard rest.count >= width else { return nil }
    let value = rest.prefix(width).reduce(Value(0)) { $0 << 8 | Value(truncatingIfNeeded: $1) }
    rest = rest.dropFirst(width)
    return value
  }

  mutating func bytes() -> [UInt8]? {
    guard let length: UInt32 = int(), Int(length) <= rest.count else { return nil }
    defer { rest = rest.dropFirst(Int(length)) }
    return [UInt8](rest.prefix(Int(length)))
  }

  mutating func text() -> String? { bytes().flatMap { String(validating: $0, as: UTF8.self) } }
}
