/// One record of a CSV file.
public struct CSVRecord: Hashable, Sendable {
  /// The line the record begins on, from 1. A quoted field may hold line ends, so lines are not records.
  public let line: Int
  /// The fields, unquoted.
  public let fields: [String]
}

/// A strict reader of RFC 4180 CSV over UTF-8, fed with chunks of any size.
///
/// Written here and not taken from a library because clerks need the exact line of each defect, *every* defect of a
/// file in one pass, and a list of a million rows must stream. Commas, quotes doubled inside quotes, CRLF or LF, a byte
/// order mark; every record has as many fields as the first. After a defect the reader goes on with the next line,
/// except after an unbalanced quote or an overlong record.
public struct CSVReader: Sendable {
  /// The greatest length of one record, in bytes, so that a forgotten quote does not swallow the file.
  public static let maximumRecordBytes = 65_536

  private enum State: Sendable {
    case byteOrderMark(matched: Int)
    case fieldStart
    case unquoted
    case quoted
    case quoteInQuoted
    case carriageReturn
    case skipping
    case stopped
  }

  private var state = State.byteOrderMark(matched: 0)
  private var buffer: [UInt8] = []
  private var fieldEnds: [Int] = []
  private var line = 1
  private var recordLine = 1
  private var fieldCount: Int?
  private let requiresFinalLineEnd: Bool

  /// A reader at the start of a file.
  ///
  /// - Parameter requiresFinalLineEnd: refuses a last record without a line end, by which a file cut off inside its
  ///   last record is told. RFC 4180 lets it be missing.
  public init(requiresFinalLineEnd: Bool = false) {
    self.requiresFinalLineEnd = requiresFinalLineEnd
    buffer.reserveCapacity(512)
    fieldEnds.reserveCapacity(32)
  }

  /// Reads the next bytes and hands over each record that ends in them, or what is wrong with it.
  public mutating func read(_ chunk: ArraySlice<UInt8>, _ handle: (Result<CSVRecord, CSVError>) -> Void) {
    var index = chunk.startIndex
    while index < chunk.endIndex {
      switch state {
      case .unquoted:
        let end = Self.endOfRun(in: chunk, from: index) { Self.isPlain($0) }
        append(chunk[index..<end], handle)
        index = end
      case .quoted:
        let end = Self.endOfRun(in: chunk, from: index) { $0 != Self.quote && $0 != Self.lineFeed }
        append(chunk[index..<end], handle)
        index = end
      case .stopped:
        return
      default: break
      }
      guard index < chunk.endIndex else { break }
      step(chunk[index], handle)
      index += 1
    }
  }

  /// Ends the file: hands over the last record when it has no line end, or what is wrong with it.
  public mutating func finish(_ handle: (Result<CSVRecord, CSVError>) -> Void) {
    defer { state = .stopped }
    switch state {
    case .byteOrderMark(let matched):
      guard matched > 0 else { return }
      handle(.failure(CSVError(line: 1, kind: .invalidUTF8(field: 1))))
    case .stopped, .skipping: return
    case .quoted: handle(.failure(CSVError(line: recordLine, kind: .unbalancedQuote)))
    case .carriageReturn: handle(.failure(CSVError(line: recordLine, kind: .bareCarriageReturn)))
    case .fieldStart where buffer.isEmpty && fieldEnds.isEmpty: return
    case .fieldStart, .unquoted, .quoteInQuoted:
      if requiresFinalLineEnd {
        handle(.failure(CSVError(line: recordLine, kind: .missingFinalLineEnd)))
      } else {
        endRecord(handle)
      }
    }
  }

  /// Reads a whole file that must have no defect.
  ///
  /// - Throws: the first defect.
  public static func records(in bytes: [UInt8]) throws(CSVError) -> [CSVRecord] {
    var records: [CSVRecord] = []
    var defect: CSVError?
    func keep(_ result: Result<CSVRecord, CSVError>) {
      switch result {
      case .success(let record): records.append(record)
      case .failure(let error): defect = defect ?? error
      }
    }
    var reader = CSVReader()
    reader.read(bytes[...], keep)
    reader.finish(keep)
    if let defect { throw defect }
    return records
  }

  private mutating func step(_ byte: UInt8, _ handle: (Result<CSVRecord, CSVError>) -> Void) {
    switch state {
    case .byteOrderMark(let matched):
      if byte == Self.byteOrderMark[matched] {
        state = matched == 2 ? .fieldStart : .byteOrderMark(matched: matched + 1)
      } else if matched == 0 {
        state = .fieldStart
        step(byte, handle)
      } else {
        buffer += Self.byteOrderMark[..<matched]
        state = .unquoted
        step(byte, handle)
      }
    case .fieldStart where byte == Self.quote:
      state = .quoted
    case .fieldStart, .unquoted:
      stepUnquoted(byte, handle)
    case .quoted:
      if byte == Self.quote {
        state = .quoteInQuoted
      } else {
        line += 1
        append([byte], handle)
      }
    case .quoteInQuoted:
      if byte == Self.quote {
        state = .quoted
        append([byte], handle)
      } else if byte == Self.comma || byte == Self.carriageReturn || byte == Self.lineFeed {
        stepUnquoted(byte, handle)
      } else {
        fail(.bareQuote(field: fieldEnds.count + 1), at: byte, handle)
      }
    case .carriageReturn:
      guard byte == Self.lineFeed else {
        fail(.bareCarriageReturn, at: byte, handle)
        return
      }
      endRecord(handle)
    case .skipping:
      if byte == Self.lineFeed { beginRecord() }
    case .stopped: break
    }
  }

  private mutating func stepUnquoted(_ byte: UInt8, _ handle: (Result<CSVRecord, CSVError>) -> Void) {
    switch byte {
    case Self.comma:
      fieldEnds.append(buffer.count)
      state = .fieldStart
    case Self.lineFeed: endRecord(handle)
    case Self.carriageReturn: state = .carriageReturn
    case Self.quote: fail(.bareQuote(field: fieldEnds.count + 1), at: byte, handle)
    default:
      state = .unquoted
      append([byte], handle)
    }
  }

  private mutating func append(_ bytes: ArraySlice<UInt8>, _ handle: (Result<CSVRecord, CSVError>) -> Void) {
    guard buffer.count + bytes.count <= Self.maximumRecordBytes else {
      handle(.failure(CSVError(line: recordLine, kind: .recordTooLong)))
      state = .stopped
      return
    }
    buffer.append(contentsOf: bytes)
  }

  /// Reports the record and looks for the next line.
  private mutating func fail(
    _ kind: CSVError.Kind, at byte: UInt8, _ handle: (Result<CSVRecord, CSVError>) -> Void
  ) {
    handle(.failure(CSVError(line: recordLine, kind: kind)))
    if byte == Self.lineFeed { beginRecord() } else { state = .skipping }
  }

  private mutating func endRecord(_ handle: (Result<CSVRecord, CSVError>) -> Void) {
    fieldEnds.append(buffer.count)
    let result = record()
    if case .success(let record) = result, fieldCount == nil { fieldCount = record.fields.count }
    handle(result)
    beginRecord()
  }

  private mutating func beginRecord() {
    line += 1
    recordLine = line
    buffer.removeAll(keepingCapacity: true)
    fieldEnds.removeAll(keepingCapacity: true)
    state = .fieldStart
  }

  private func record() -> Result<CSVRecord, CSVError> {
    let expected = fieldCount ?? fieldEnds.count
    if buffer.isEmpty, fieldEnds.count == 1 {
      return .failure(CSVError(line: recordLine, kind: .emptyLine))
    }
    guard fieldEnds.count == expected else {
      return .failure(CSVError(line: recordLine, kind: .ragged(expected: expected, found: fieldEnds.count)))
    }
    var fields: [String] = []
    fields.reserveCapacity(expected)
    var start = 0
    for end in fieldEnds {
      guard let field = String(validating: buffer[start..<end], as: UTF8.self) else {
        return .failure(CSVError(line: recordLine, kind: .invalidUTF8(field: fields.count + 1)))
      }
      fields.append(field)
      start = end
    }
    return .success(CSVRecord(line: recordLine, fields: fields))
  }

  private static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
  private static let quote = UInt8(ascii: "\"")
  private static let comma = UInt8(ascii: ",")
  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  private static func isPlain(_ byte: UInt8) -> Bool {
    byte != quote && byte != comma && byte != lineFeed && byte != carriageReturn
  }

  @inline(__always)
  private static func endOfRun(
    in chunk: ArraySlice<UInt8>, from start: Int, while isInside: (UInt8) -> Bool
  ) -> Int {
    var index = start
    while index < chunk.endIndex, isInside(chunk[index]) { index += 1 }
    return index
  }
}
