internal import Yams

/// What is wrong with a file of card times. Lines count from 1.
public enum CardTimesError: Error, Hashable, Sendable {
  /// Why a value is refused.
  public enum Reason: Hashable, Sendable, CaseIterable {
    /// Not digits with, at most, one decimal point.
    case notANumber
    /// Below zero.
    case negative
    /// Above what any card or reader takes: 1,000,000, or 1,000 of something that is counted in ones.
    case tooGreat
    /// Not a whole number, or 0, of something that is counted in ones.
    case notACount
    /// Not what stands in every other line: a name or a source is text that is not empty, a section holds keys.
    case wrongShape
  }

  /// Not YAML, or one key twice; the parser's own words. `line` is `nil` when it does not tell.
  case syntax(line: Int?, detail: String)
  /// A key that such a file does not have: with a slip of the pen in its name a value would be lost.
  case unknownKey(line: Int, key: String)
  /// A key that is not there; `line` is that of the section it belongs to.
  case missingKey(line: Int, key: String)
  /// The value of a key.
  case value(line: Int, key: String, Reason)
}

/// How long a kind of card and its reader take for what a tap is made of, each number with its source
/// (`CardModels/*.yaml`).
public struct CardTimes: Hashable, Sendable {
  /// The numbers of such a file, as `section.key`; the key ends in the unit.
  public enum Key: String, CaseIterable, Sendable {
    /// One Diffie–Hellman agreement on P-256.
    case ecdh = "card.ecdh-ms"
    /// One key pair on P-256.
    case keyGeneration = "card.key-generation-ms"
    /// The point arithmetic of PACE's generic mapping, without the agreement before it.
    case genericMapping = "card.generic-mapping-ms"
    /// One ECDSA signature with its hash.
    case sign = "card.sign-ms"
    /// One ECDSA verification.
    case verify = "card.verify-ms"
    /// One SHA-256 over little data.
    case sha256 = "card.sha-256-ms"
    /// One AES encryption, decryption or CMAC over little data.
    case aes = "card.aes-ms"
    /// AES operations of one APDU under secure messaging.
    case secureMessagingAES = "card.secure-messaging-aes"
    /// Elementary time units of one byte.
    case etuPerByte = "air.etu-per-byte"
    /// Microseconds of a unit at 106 kbit/s.
    case etuMicroseconds106 = "air.etu-us-106"
    /// Microseconds of a unit at 424 kbit/s.
    case etuMicroseconds424 = "air.etu-us-424"
    /// Bytes of a block besides its data, and of a block R(ACK).
    case frameOverhead = "air.frame-overhead-bytes"
    /// Most bytes of data in a block.
    case frameData = "air.frame-data-bytes"
    /// Milliseconds between a frame and the answer to it.
    case turnRound = "air.turn-round-ms"
    /// Milliseconds of an APDU's way to the reader and back.
    case usb = "usb.apdu-ms"

    /// Whether it counts things that there are at least one of.
    fileprivate var isCount: Bool { self == .frameData }
    /// Whether it counts things.
    fileprivate var isWhole: Bool { [.frameData, .frameOverhead, .secureMessagingAES].contains(self) }
  }

  /// A number and where it is from.
  public struct Value: Hashable, Sendable {
    /// 0…1,000,000 in the key's unit, 0…1,000 where it counts things.
    public let number: Double
    /// Where it is from, as the file says it.
    public let source: String
  }

  /// Greatest value that is taken.
  private static let greatest = 1_000_000.0

  /// The card's name.
  public let name: String
  private let values: [Key: Value]

  /// The number of `key`.
  public subscript(key: Key) -> Double { values[key]?.number ?? 0 }

  /// Where the number of `key` is from.
  public func source(of key: Key) -> String { values[key]?.source ?? "" }

  /// The times shipped with the product: an NXP J3R180.
  public static func j3r180() throws(CardTimesError) -> CardTimes {
    try CardTimes(yaml: String(decoding: PackageResources.j3r180_yaml, as: UTF8.self))
  }

  /// Reads a file: `name`, and the sections of ``Key`` with `{ value, source }` for each of their keys.
  public init(yaml: String) throws(CardTimesError) {
    let root: Node?
    do {
      root = try Yams.compose(yaml: yaml)
    } catch {
      throw Self.syntax(error)
    }
    guard let root, let file = root.mapping else { throw .value(line: root?.line ?? 1, key: "name", .wrongShape) }
    let sections = Set(Key.allCases.map { Self.section(of: $0) })
    try Self.requireKnown(file, sections.union(["name"]), prefix: "")
    let name = try Self.value("name", in: file, prefix: "", of: root)
    self.name = try Self.text(name, "name")
    for section in sections {
      guard let node = file[Node(section)], let keys = node.mapping else { continue }
      let known = Key.allCases.filter { Self.section(of: $0) == section }.map {
        $0.rawValue.dropFirst(section.count + 1)
      }
      try Self.requireKnown(keys, Set(known.map(String.init)), prefix: section + ".")
    }
    var values: [Key: Value] = [:]
    for key in Key.allCases { values[key] = try Self.read(key, root) }
    self.values = values
  }

  private static func section(of key: Key) -> String { String(key.rawValue.prefix { $0 != "." }) }

  /// One key of one section.
  private static func read(_ key: Key, _ root: Node) throws(CardTimesError) -> Value {
    var node = root
    var path = ""
    for part in key.rawValue.split(separator: ".").map(String.init) {
      guard let mapping = node.mapping else { throw .value(line: node.line, key: path, .wrongShape) }
      node = try value(part, in: mapping, prefix: path.isEmpty ? "" : path + ".", of: node)
      path = path.isEmpty ? part : path + "." + part
    }
    guard let mapping = node.mapping else { throw .value(line: node.line, key: path, .wrongShape) }
    try requireKnown(mapping, ["value", "source"], prefix: path + ".")
    let number = try value("value", in: mapping, prefix: path + ".", of: node)
    let source = try value("source", in: mapping, prefix: path + ".", of: node)
    return Value(number: try Self.number(number, key), source: try text(source, path + ".source"))
  }

  private static func value(
    _ key: String, in mapping: Node.Mapping, prefix: String, of parent: Node
  ) throws(CardTimesError) -> Node {
    guard let node = mapping[Node(key)] else { throw .missingKey(line: parent.line, key: prefix + key) }
    return node
  }

  /// The first key, from the top, that the file must not have.
  private static func requireKnown(
    _ mapping: Node.Mapping, _ known: Set<String>, prefix: String
  ) throws(CardTimesError) {
    for (key, _) in mapping where !known.contains(key.scalar?.string ?? "") {
      throw .unknownKey(line: key.line, key: prefix + (key.scalar?.string ?? "?"))
    }
  }

  private static func text(_ node: Node, _ key: String) throws(CardTimesError) -> String {
    guard let text = node.scalar?.string, !text.isEmpty else { throw .value(line: node.line, key: key, .wrongShape) }
    return text
  }

  private static func number(_ node: Node, _ key: Key) throws(CardTimesError) -> Double {
    func refused(_ reason: CardTimesError.Reason) -> CardTimesError {
      .value(line: node.line, key: key.rawValue + ".value", reason)
    }
    let text = node.scalar?.string ?? ""
    let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
    let parts = digits.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let isNumber = parts.allSatisfy { part in !part.isEmpty && part.utf8.allSatisfy { (0x30...0x39).contains($0) } }
    guard isNumber, let number = Double(digits) else { throw refused(.notANumber) }
    guard !text.hasPrefix("-") else { throw refused(.negative) }
    guard number <= (key.isWhole ? 1_000 : greatest) else { throw refused(.tooGreat) }
    if key.isWhole, number != number.rounded() || key.isCount && number == 0 { throw refused(.notACount) }
    return number
  }

  private static func syntax(_ error: any Error) -> CardTimesError {
    switch error {
    case YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
      YamlError.composer(_, let problem, let mark, _):
      .syntax(line: mark.line, detail: problem)
    case YamlError.duplicatedKeysInMapping(let keys, let context):
      .syntax(line: context.mark.line, detail: "duplicate key " + keys.joined(separator: ", "))
    case YamlError.reader(let problem, _, _, _): .syntax(line: nil, detail: problem)
    default: .syntax(line: nil, detail: "unreadable")
    }
  }
}

extension Node {
  /// The line that it begins in, from 1.
  fileprivate var line: Int { max(1, mark?.line ?? 1) }
}
