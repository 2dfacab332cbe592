import Foundation

/// What an issuing office asks the national population register (Cơ sở dữ liệu quốc gia về dân cư) about one person:
/// only what the register needs to say whether number, name and birth date belong together.
public struct RegisterQuestion: Hashable, Sendable, Codable {
  /// The line within the batch, from 1.
  public var line: Int
  /// Twelve digits.
  public var personalID: String
  /// Full name, NFC.
  public var name: String
  /// As far as it is known: `1952-05-17`, `1952-05`, `1952`.
  public var birthDate: String

  /// From its fields.
  public init(line: Int, personalID: String, name: String, birthDate: String) {
    self.line = line
    self.personalID = personalID
    self.name = name
    self.birthDate = birthDate
  }
}

/// What the register says of a person.
public enum RegisterOutcome: String, CaseIterable, Sendable, Codable {
  /// Number, name and birth date belong together.
  case matched
  /// The number belongs to another name or birth date.
  case mismatched
  /// There is no such number, or none yet.
  case noNumber = "no-number"
  /// The person is dead.
  case deceased
  /// The number was re-established: the person has a new one.
  case renumbered
}

/// The register's word on one line of a batch.
public struct RegisterReply: Hashable, Sendable, Codable {
  /// The line of the question.
  public var line: Int
  /// The personal ID that was asked about.
  public var personalID: String
  /// What is so.
  public var outcome: RegisterOutcome
  /// Of a mismatch: `name`, `birthDate`, or both.
  public var fields: [String]?
  /// Of a re-established number: the new one, twelve digits.
  public var newPersonalID: String?

  /// From its fields.
  public init(
    line: Int, personalID: String, outcome: RegisterOutcome, fields: [String]? = nil, newPersonalID: String? = nil
  ) {
    self.line = line
    self.personalID = personalID
    self.outcome = outcome
    self.fields = fields
    self.newPersonalID = newPersonalID
  }

  /// Whether the reply has what its outcome needs, and nothing else.
  var isWhole: Bool {
    let known: Set = ["name", "birthDate"]
    switch outcome {
    case .mismatched:
      guard let fields, !fields.isEmpty, Set(fields).count == fields.count else { return false }
      return Set(fields).isSubset(of: known) && newPersonalID == nil
    case .renumbered: return fields == nil && newPersonalID.map(Self.isID) == true && newPersonalID != personalID
    case .matched, .noNumber, .deceased: return fields == nil && newPersonalID == nil
    }
  }

  private static func isID(_ text: String) -> Bool {
    text.utf8.count == 12 && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }
}

/// The first line of a batch of questions.
public struct RegisterRequestHeader: Hashable, Sendable, Codable {
  /// ``RegisterDocument/requestKind``.
  public var kind: String
  /// ``RegisterDocument/version``.
  public var version: Int
  /// Names the batch: never given twice.
  public var batch: String
  /// Who asks: a two-digit province code, or `VN`.
  public var office: String
  /// Lines that follow.
  public var count: Int
  /// SHA-256 of the lines that follow, hexadecimal.
  public var sha256: String
}

/// The first line of a batch of replies.
public struct RegisterAnswerHeader: Hashable, Sendable, Codable {
  /// ``RegisterDocument/answerKind``.
  public var kind: String
  /// ``RegisterDocument/version``.
  public var version: Int
  /// The batch that was asked.
  public var batch: String
  /// SHA-256 of the whole request as it was received, hexadecimal.
  public var request: String
  /// Lines that follow: one for each question.
  public var count: Int
  /// SHA-256 of the lines that follow, hexadecimal.
  public var sha256: String
}

/// Why octets are not a batch of questions or replies. Names lines, never people.
public enum RegisterDocumentError: Error, Hashable, Sendable {
  /// Not a document of this kind: the first line is no header of one.
  case notOne
  /// Of another version of the format.
  case version(Int)
  /// More octets or lines than a batch may have.
  case tooLong
  /// A line, counted from 1 after the header, that has not its form.
  case malformed(line: Int)
  /// The document ends before its last line.
  case truncated(expected: Int, found: Int)
  /// More lines than the header says.
  case surplus(expected: Int)
  /// A line that came before.
  case repeated(line: Int)
  /// A line that is not the next one.
  case outOfOrder(line: Int, expected: Int)
  /// The lines are not those that the header's hash was made of.
  case digest
}

/// Batches of questions and replies as octets, the same in files and over HTTP: JSON lines in UTF-8, of which the first
/// is a header, each ended by a line feed.
///
/// This target has no cryptography of its own, so the hash function (SHA-256, 32 octets) is passed in.
public enum RegisterDocument {
  /// Of ``RegisterRequestHeader/kind``.
  public static let requestKind = "ansinh-register-request"
  /// Of ``RegisterAnswerHeader/kind``.
  public static let answerKind = "ansinh-register-answer"
  /// Media type of both over HTTP.
  public static let mediaType = "application/x-ndjson"
  /// Version of the format.
  public static let version = 1
  /// Most octets of a document.
  public static let maximumOctets = 64 << 20
  /// Most lines of a batch.
  public static let maximumLines = 100_000
  /// Most octets of a line.
  static let maximumLine = 4_096

  /// A hash function.
  public typealias Hash = (ArraySlice<UInt8>) -> [UInt8]

  /// A batch of questions; their ``RegisterQuestion/line`` has to count from 1.
  public static func request(
    batch: String, office: String, _ questions: [RegisterQuestion], sha256: Hash
  ) throws -> [UInt8] {
    let lines = try lines(questions)
    let header = RegisterRequestHeader(
      kind: requestKind, version: version, batch: batch, office: office, count: questions.count,
      sha256: hexadecimal(sha256(lines[...])))
    return try WireJSON.encode(header) + [lineFeed] + lines
  }

  /// The replies to a request.
  ///
  /// - Parameter request: the octets of the request.
  public static func answer(
    to request: [UInt8], batch: String, _ replies: [RegisterReply], sha256: Hash
  ) throws -> [UInt8] {
    let lines = try lines(replies)
    let header = RegisterAnswerHeader(
      kind: answerKind, version: version, batch: batch, request: hexadecimal(sha256(request[...])),
      count: replies.count, sha256: hexadecimal(sha256(lines[...])))
    return try WireJSON.encode(header) + [lineFeed] + lines
  }

  /// Reads a request.
  public static func readRequest(
    _ octets: [UInt8], sha256: Hash
  ) throws(RegisterDocumentError) -> (header: RegisterRequestHeader, questions: [RegisterQuestion]) {
    let (header, body) = try header(octets, RegisterRequestHeader.self)
    guard header.kind == requestKind else { throw .notOne }
    guard header.version == version else { throw .version(header.version) }
    let questions = try read(body, count: header.count, RegisterQuestion.self, line: \.line) { _ in true }
    guard hexadecimal(sha256(body)) == header.sha256 else { throw .digest }
    return (header, questions)
  }

  /// Reads an answer: whole, in order, each line once, and as its hash says; whether it is to a request of ours is for
  /// the caller to check.
  public static func readAnswer(
    _ octets: [UInt8], sha256: Hash
  ) throws(RegisterDocumentError) -> (header: RegisterAnswerHeader, replies: [RegisterReply]) {
    let (header, body) = try header(octets, RegisterAnswerHeader.self)
    guard header.kind == answerKind else { throw .notOne }
    guard header.version == version else { throw .version(header.version) }
    let replies = try read(body, count: header.count, RegisterReply.self, line: \.line) { $0.isWhole }
    guard hexadecimal(sha256(body)) == header.sha256 else { throw .digest }
    return (header, replies)
  }

  /// Two lower-case digits an octet.
  public static func hexadecimal(_ octets: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: octets.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0xF)]] }, as: UTF8.self)
  }

  private static let lineFeed = UInt8(ascii: "\n")

  private static func lines(_ values: [some Encodable]) throws -> [UInt8] {
    var octets: [UInt8] = []
    for value in values { octets += try WireJSON.encode(value) + [lineFeed] }
    return octets
  }

  private static func header<Header: Decodable>(
    _ octets: [UInt8], _ type: Header.Type
  ) throws(RegisterDocumentError) -> (Header, ArraySlice<UInt8>) {
    guard octets.count <= maximumOctets else { throw .tooLong }
    guard let end = octets.prefix(maximumLine).firstIndex(of: lineFeed),
      let header = try? WireJSON.decode(type, from: Array(octets[..<end]))
    else { throw .notOne }
    return (header, octets[(end + 1)...])
  }

  private static func read<Line: Decodable>(
    _ body: ArraySlice<UInt8>, count: Int, _ type: Line.Type, line number: KeyPath<Line, Int>,
    _ isWhole: (Line) -> Bool
  ) throws(RegisterDocumentError) -> [Line] {
    guard (0...maximumLines).contains(count) else { throw .tooLong }
    var lines: [Line] = []
    var rest = body
    while !rest.isEmpty {
      guard let end = rest.firstIndex(of: lineFeed) else { throw .truncated(expected: count, found: lines.count) }
      let expected = lines.count + 1
      guard end - rest.startIndex <= maximumLine, let line = try? WireJSON.decode(type, from: Array(rest[..<end])),
        isWhole(line)
      else { throw .malformed(line: expected) }
      let found = line[keyPath: number]
      guard found == expected else {
        throw (1..<expected).contains(found) ? .repeated(line: found) : .outOfOrder(line: found, expected: expected)
      }
      guard expected <= count else { throw .surplus(expected: count) }
      lines.append(line)
      rest = rest[(end + 1)...]
    }
    guard lines.count == count else { throw .truncated(expected: count, found: lines.count) }
    return lines
  }
}
