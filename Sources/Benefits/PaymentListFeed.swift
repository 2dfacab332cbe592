internal import VietnamReference

/// Turns the bytes of a file into records: tells its character set, its separator and its line ends, reads the line of
/// column names, and hands out the records after it.
struct PaymentListFeed: Sendable {
  private enum Stage: Sendable {
    /// The first bytes, from which the character set is told.
    case sampling
    /// Only ASCII so far: any of the eight-bit sets, or UTF-8.
    case plain
    /// The set is known.
    case decoding
    case refused
  }

  /// The first bytes looked at; a line of column names ends in them.
  static let sampleBytes = 65_536
  /// The most lines of one record: cells with line ends are rare and short, a lost quote swallows whole lists.
  static let maximumRecordLines = 16

  /// Why nothing more is read.
  private(set) var refusal: PaymentListRefusal?
  /// The columns' places, once the line of their names was read.
  private(set) var columns: ListColumns?
  /// The record that stands, after `next()` said so.
  private(set) var splitter = CSVSplitter(requiresFinalLineEnd: true)
  /// How many records had nothing in them.
  private(set) var emptyRecords = 0
  /// What tells this content from another.
  private(set) var fingerprint = ContentFingerprint()

  private var stage = Stage.sampling
  private var held: [UInt8] = []
  private var heading: [UInt8] = []
  private var isHeadingFound = false
  private var skipsSeparatorLine = false
  private var isStarted = false
  private var isFinished = false
  private var decoder = TextDecoder(encoding: .utf8)
  private let named: TextEncoding?
  private let kinds: [ListKind]
  /// Whether the line of column names, right or wrong, is one of an applicant list.
  private(set) var isApplicantHeading = false

  /// - Parameters:
  ///   - encoding: the character set, when the caller knows it.
  ///   - kinds: what kinds of lists the file may be.
  init(encoding: TextEncoding?, kinds: [ListKind] = [.payments]) {
    named = encoding
    self.kinds = kinds
  }

  /// The character set; UTF-8 while nothing but ASCII came.
  var encoding: TextEncoding { decoder.encoding }

  /// Takes the next bytes; `next()` must have come to its end before.
  mutating func feed(_ chunk: [UInt8]) {
    fingerprint.add(chunk)
    switch stage {
    case .sampling:
      held += chunk
      if held.count >= Self.sampleBytes { decide(isWhole: false) }
    case .plain: feedPlain(chunk)
    case .decoding: decode(chunk)
    case .refused: break
    }
  }

  /// Ends the file; `next()` goes on until the last record.
  mutating func finish() {
    if case .sampling = stage { decide(isWhole: true) }
    guard refusal == nil else { return }
    var rest: [UInt8] = []
    decoder.finish(into: &rest)
    take(rest, isFinal: true)
    isFinished = true
  }

  /// Reads on to the next record that has something in it.
  mutating func next() -> Bool {
    while refusal == nil, isHeadingFound {
      guard splitter.next() || isFinished && splitter.finish() else { return false }
      if isEmptyRecord {
        emptyRecords += 1
        continue
      }
      if skipsSeparatorLine {
        skipsSeparatorLine = false
        continue
      }
      if splitter.isStopped || splitter.defect == .unbalancedQuote {
        refuse(RowProblem(CSVError(line: splitter.recordLine, kind: splitter.defect ?? .recordTooLong)))
        return false
      }
      guard columns == nil else { return true }
      readHeading()
    }
    return false
  }

  /// Whether the record has nothing but spaces.
  private var isEmptyRecord: Bool {
    guard splitter.defect == nil || splitter.defect == .missingFinalLineEnd else { return false }
    return splitter.buffer.allSatisfy { $0 <= 0x20 || $0 == 0xC2 || $0 == 0xA0 }
  }

  private mutating func readHeading() {
    if let defect = splitter.defect, defect != .missingFinalLineEnd {
      return refuse(RowProblem(CSVError(line: splitter.recordLine, kind: defect)))
    }
    var cells: [String] = []
    var start = 0
    for end in splitter.fieldEnds {
      cells.append(String(decoding: splitter.buffer[start..<end], as: UTF8.self))
      start = end
    }
    isApplicantHeading =
      ListKind.recognise(cells, kinds).columns == ListKind.applicants.columns
      && cells.contains { ListKind.applicants.labels[LabelKey.key($0)] != nil }
    switch ListColumns.read(cells, line: splitter.recordLine, kinds: kinds) {
    case .success(let columns): self.columns = columns
    case .failure(let refusal):
      self.refusal = refusal
      stage = .refused
    }
  }

  private mutating func refuse(_ problem: RowProblem) {
    refusal = PaymentListRefusal(problems: [problem], warnings: [])
    stage = .refused
    held = []
    heading = []
  }

  private mutating func decide(isWhole: Bool) {
    let sample = held
    held = []
    let isStart = !isStarted
    isStarted = true
    if isStart, let problem = ListFileRefusal.problem(signature: sample) { return refuse(problem) }
    if isStart, isWhole, sample.allSatisfy(Self.isBlank) || sample == TextEncoding.utf8.byteOrderMark {
      return refuse(ListFileRefusal.empty)
    }
    do throws(TextEncodingError) {
      let encoding = try encoding(of: sample, isWhole: isWhole)
      if Self.isBinary(sample, encoding) { return refuse(ListFileRefusal.binary) }
      let isPlain = named == nil && encoding == .utf8 && !sample.contains { $0 >= 0x80 }
      decoder = TextDecoder(encoding: encoding)
      stage = isPlain ? .plain : .decoding
      decode(sample)
    } catch {
      refuse(Self.isBinary(sample, .utf8) ? ListFileRefusal.binary : ListFileRefusal.encoding(error))
    }
  }

  private func encoding(of sample: [UInt8], isWhole: Bool) throws(TextEncodingError) -> TextEncoding {
    if let named { return named }
    return try TextEncoding.detect(sample, isWhole: isWhole)
  }

  /// Spaces, line ends and what else a file without content has.
  private static func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || (9...13).contains(byte) || byte == 26 }

  /// Control characters other than tab, line ends, form feed and the old end-of-file mark do not belong in text.
  private static func isBinary(_ sample: [UInt8], _ encoding: TextEncoding) -> Bool {
    if encoding == .utf16LittleEndian || encoding == .utf16BigEndian { return false }
    return sample.contains(0) || sample.count { $0 < 0x20 && ![9, 10, 12, 13, 26].contains($0) } * 100 > sample.count
  }

  /// Passes ASCII on, and starts a new sample at the line of the first other byte.
  private mutating func feedPlain(_ chunk: [UInt8]) {
    guard let first = chunk.firstIndex(where: { $0 >= 0x80 }) else { return decode(chunk) }
    let start = chunk[..<first].lastIndex(of: CSVSplitter.lineFeed).map { $0 + 1 } ?? 0
    decode(Array(chunk[..<start]))
    held = Array(chunk[start...])
    stage = .sampling
    if held.count >= Self.sampleBytes { decide(isWhole: false) }
  }

  private mutating func decode(_ chunk: [UInt8]) {
    if encoding == .utf8, isHeadingFound { return take(chunk, isFinal: false) }
    var text: [UInt8] = []
    text.reserveCapacity(chunk.count * 5 / 4 + 8)
    decoder.decode(chunk[...], into: &text)
    take(text, isFinal: false)
  }

  private mutating func take(_ text: [UInt8], isFinal: Bool) {
    guard !isHeadingFound else { return splitter.feed(text) }
    heading += text
    if heading.allSatisfy(Self.isBlank), isFinal { return refuse(ListFileRefusal.empty) }
    guard let dialect = ListDialect.recognise(heading, isFinal: isFinal || heading.count > Self.sampleBytes) else {
      return
    }
    splitter = CSVSplitter(
      separator: dialect.separator, lineEnd: dialect.lineEnd, requiresFinalLineEnd: true,
      maximumLines: Self.maximumRecordLines)
    skipsSeparatorLine = dialect.hasSeparatorLine
    isHeadingFound = true
    splitter.feed(heading)
    heading = []
  }
}

/// Separator and line ends of one file.
struct ListDialect {
  let separator: UInt8
  let lineEnd: UInt8
  /// Whether the first line is Excel's `sep=;`.
  let hasSeparatorLine: Bool

  /// Tells them from the first line that has something in it; `nil` while it has not ended.
  static func recognise(_ text: [UInt8], isFinal: Bool) -> ListDialect? {
    var named: UInt8?
    var start = 0
    while true {
      guard let line = line(in: text, from: start, isFinal: isFinal) else { return nil }
      let content = Array(text[start..<line.end])
      if named == nil, content.count == 5, separators.contains(content[4]),
        LabelKey.key(String(decoding: content.prefix(4), as: UTF8.self)) == "sep"
      {
        named = content[4]
      } else if content.contains(where: { $0 > 0x20 && !separators.contains($0) }) || line.next == text.count {
        return ListDialect(
          separator: named ?? separator(content), lineEnd: line.mark, hasSeparatorLine: named != nil)
      }
      start = line.next
    }
  }

  private static let separators = [UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "\t")]

  /// The separator that makes the most names of columns, then the most cells.
  private static func separator(_ line: [UInt8]) -> UInt8 {
    var best = (separator: separators[0], known: -1, cells: 0)
    for separator in separators {
      var splitter = CSVSplitter(separator: separator, requiresFinalLineEnd: false)
      splitter.feed(line)
      guard splitter.next() || splitter.finish() else { continue }
      var cells: [String] = []
      var start = 0
      for end in splitter.fieldEnds {
        cells.append(String(decoding: splitter.buffer[start..<end], as: UTF8.self))
        start = end
      }
      let known = ListColumns.known(cells)
      if (known, cells.count) > (best.known, best.cells) { best = (separator, known, cells.count) }
    }
    return best.separator
  }

  /// The line from `start` on: its end, what ends it, and where the next begins.
  private static func line(
    in text: [UInt8], from start: Int, isFinal: Bool
  ) -> (end: Int, mark: UInt8, next: Int)? {
    var isQuoted = false
    for index in start..<max(start, text.count) {
      let byte = text[index]
      if byte == CSVSplitter.quote { isQuoted.toggle() }
      guard !isQuoted else { continue }
      if byte == CSVSplitter.lineFeed { return (index, CSVSplitter.lineFeed, index + 1) }
      if byte == CSVSplitter.carriageReturn {
        guard index + 1 < text.count else {
          return isFinal ? (index, CSVSplitter.carriageReturn, index + 1) : nil
        }
        if text[index + 1] == CSVSplitter.lineFeed { return (index, CSVSplitter.lineFeed, index + 2) }
        return (index, CSVSplitter.carriageReturn, index + 1)
      }
    }
    return isFinal ? (text.count, CSVSplitter.lineFeed, text.count) : nil
  }
}

/// The length and a hash of content; tells a file that changed between two readings. Not against forgery.
struct ContentFingerprint: Hashable, Sendable {
  private(set) var bytes = 0
  private var hash: UInt64 = 0xCBF2_9CE4_8422_2325

  mutating func add(_ chunk: [UInt8]) {
    bytes += chunk.count
    var hash = self.hash
    let span = chunk.span
    for index in 0..<span.count { hash = (hash ^ UInt64(span[index])) &* 0x100_0000_01B3 }
    self.hash = hash
  }
}
