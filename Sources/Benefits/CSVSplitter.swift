/// Splits CSV into records without making texts of them, fed with chunks of any size and asked for one record after
/// another.
///
/// RFC 4180: fields in double quotes may hold separators, line ends and doubled quotes. A record with a defect is
/// handed out too, with what could be read of it; after a misplaced quote or carriage return the rest of its line is
/// taken literally, so that the next line is read as usual.
struct CSVSplitter: Sendable {
  private enum State: Sendable {
    case fieldStart
    case unquoted
    case quoted
    case quoteInQuoted
    case carriageReturn
    case stopped
  }

  /// What lies between fields.
  let separator: UInt8
  /// Line feed, or carriage return in files of the old Mac OS.
  let lineEnd: UInt8
  private let requiresFinalLineEnd: Bool
  private let maximumLines: Int

  /// The fields of the record one after another, unquoted.
  private(set) var buffer: [UInt8] = []
  /// Where each field of the record ends in ``buffer``.
  private(set) var fieldEnds: [Int] = []
  /// The line the record begins on, from 1.
  private(set) var recordLine = 1
  /// What is wrong with the record.
  private(set) var defect: CSVError.Kind?

  /// Whether the record is the last and has no line end.
  private(set) var isUnended = false

  private var state = State.fieldStart
  private var isLiteral = false
  private var isDone = false
  private var line = 1
  private var chunk: [UInt8] = []
  private var position = 0

  /// - Parameters:
  ///   - requiresFinalLineEnd: makes a last record without a line end a defect.
  ///   - maximumLines: the most lines of one record; a record with more has lost a quote, and reading stops.
  init(
    separator: UInt8 = UInt8(ascii: ","), lineEnd: UInt8 = UInt8(ascii: "\n"), requiresFinalLineEnd: Bool,
    maximumLines: Int = .max
  ) {
    self.separator = separator
    self.lineEnd = lineEnd
    self.requiresFinalLineEnd = requiresFinalLineEnd
    self.maximumLines = maximumLines
    buffer.reserveCapacity(512)
    fieldEnds.reserveCapacity(32)
  }

  /// Whether reading ended before the file did: the record has lost a quote or is too long.
  private(set) var isStopped = false

  /// Takes the next bytes; what was not yet read of those before stays before them.
  mutating func feed(_ bytes: [UInt8]) {
    chunk = position < chunk.count ? Array(chunk[position...]) + bytes : bytes
    position = 0
  }

  /// Reads to the end of the next record; `false` when the bytes run out before it.
  mutating func next() -> Bool {
    if isDone { beginRecord() }
    let chunk = self.chunk
    while position < chunk.count {
      switch state {
      case .fieldStart, .unquoted: readPlain(chunk)
      case .quoted: readQuoted(chunk)
      default: break
      }
      guard position < chunk.count, state != .stopped, !isDone else { break }
      step(chunk[position])
      if isDone { break }
    }
    if state == .stopped { position = chunk.count }
    return isDone
  }

  /// Ends the file: `true` when a last record without a line end stands to be read, with what is wrong with it.
  mutating func finish() -> Bool {
    if isDone { beginRecord() }
    switch state {
    case .stopped: return false
    case .quoted: defect = defect ?? .unbalancedQuote
    case .carriageReturn: defect = defect ?? .bareCarriageReturn
    case .fieldStart where buffer.isEmpty && fieldEnds.isEmpty && defect == nil: return false
    case .fieldStart, .unquoted, .quoteInQuoted:
      if requiresFinalLineEnd, defect == nil { defect = .missingFinalLineEnd }
    }
    isUnended = true
    endRecord()
    state = .stopped
    return true
  }

  /// Takes what needs no decision, up to the next separator, quote or line end.
  private mutating func readPlain(_ chunk: [UInt8]) {
    let start = position
    let bytes = chunk.span
    var index = start
    while index < bytes.count {
      let byte = bytes[index]
      if byte == separator || byte <= Self.quote && Self.isSpecial(byte) { break }
      index += 1
    }
    guard index > start else { return }
    state = .unquoted
    append(chunk, start, index)
    position = index
  }

  private mutating func readQuoted(_ chunk: [UInt8]) {
    let start = position
    let bytes = chunk.span
    var index = start
    while index < bytes.count, bytes[index] != Self.quote, bytes[index] != lineEnd { index += 1 }
    append(chunk, start, index)
    position = index
  }

  /// Takes one byte that needs a decision.
  private mutating func step(_ byte: UInt8) {
    position += 1
    switch state {
    case .fieldStart where byte == Self.quote && !isLiteral:
      state = .quoted
    case .fieldStart, .unquoted:
      stepUnquoted(byte)
    case .quoted:
      if byte == Self.quote {
        state = .quoteInQuoted
      } else {
        line += 1
        append(byte)
        if line - recordLine >= maximumLines { stop(.unbalancedQuote) }
      }
    case .quoteInQuoted:
      if byte == Self.quote {
        state = .quoted
        append(byte)
      } else if byte == separator || byte == Self.carriageReturn || byte == lineEnd {
        stepUnquoted(byte)
      } else {
        fail(.bareQuote(field: fieldEnds.count + 1))
        append(byte)
      }
    case .carriageReturn:
      if byte == Self.lineFeed {
        endRecord()
      } else {
        fail(.bareCarriageReturn)
        append(Self.carriageReturn)
        position -= 1
      }
    case .stopped: break
    }
  }

  private mutating func stepUnquoted(_ byte: UInt8) {
    if byte == separator {
      fieldEnds.append(buffer.count)
      state = .fieldStart
    } else if byte == lineEnd {
      endRecord()
    } else if byte == Self.carriageReturn {
      state = .carriageReturn
    } else if byte == Self.quote {
      fail(.bareQuote(field: fieldEnds.count + 1))
      append(byte)
    } else {
      // A line feed where lines end in carriage returns.
      fail(.bareCarriageReturn)
      append(byte)
    }
  }

  /// Notes the first defect of the record and takes the rest of the line literally.
  private mutating func fail(_ kind: CSVError.Kind) {
    defect = defect ?? kind
    isLiteral = true
    state = .unquoted
  }

  private mutating func append(_ byte: UInt8) {
    guard buffer.count < CSVReader.maximumRecordBytes else { return overflow() }
    buffer.append(byte)
  }

  private mutating func append(_ chunk: [UInt8], _ start: Int, _ end: Int) {
    guard buffer.count + (end - start) <= CSVReader.maximumRecordBytes else { return overflow() }
    buffer.append(contentsOf: chunk[start..<end])
  }

  /// A record that is too long stops the reading, unless only the rest of a bad line is.
  private mutating func overflow() {
    if !isLiteral { stop(.recordTooLong) }
  }

  private mutating func stop(_ kind: CSVError.Kind) {
    defect = kind
    isStopped = true
    endRecord()
    state = .stopped
  }

  private mutating func endRecord() {
    fieldEnds.append(buffer.count)
    isDone = true
  }

  private mutating func beginRecord() {
    isDone = false
    guard state != .stopped else { return }
    line += 1
    recordLine = line
    buffer.removeAll(keepingCapacity: true)
    fieldEnds.removeAll(keepingCapacity: true)
    defect = nil
    isLiteral = false
    state = .fieldStart
  }

  static let quote = UInt8(ascii: "\"")
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")

  private static func isSpecial(_ byte: UInt8) -> Bool {
    byte == quote || byte == lineFeed || byte == carriageReturn
  }
}
