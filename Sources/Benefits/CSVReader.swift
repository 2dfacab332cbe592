import VietnamReference

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

  private var decoder = TextDecoder(encoding: .utf8)
  private var splitter: CSVSplitter
  private var fieldCount: Int?

  /// A reader at the start of a file.
  ///
  /// - Parameter requiresFinalLineEnd: refuses a last record without a line end, by which a file cut off inside its
  ///   last record is told. RFC 4180 lets it be missing.
  public init(requiresFinalLineEnd: Bool = false) {
    splitter = CSVSplitter(requiresFinalLineEnd: requiresFinalLineEnd)
  }

  /// Reads the next bytes and hands over each record that ends in them, or what is wrong with it.
  public mutating func read(_ chunk: ArraySlice<UInt8>, _ handle: (Result<CSVRecord, CSVError>) -> Void) {
    var text: [UInt8] = []
    decoder.decode(chunk, into: &text)
    read(text, handle)
  }

  /// Ends the file: hands over the last record when it has no line end, or what is wrong with it.
  public mutating func finish(_ handle: (Result<CSVRecord, CSVError>) -> Void) {
    var text: [UInt8] = []
    decoder.finish(into: &text)
    read(text, handle)
    if splitter.finish() { handle(record()) }
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

  private mutating func read(_ text: [UInt8], _ handle: (Result<CSVRecord, CSVError>) -> Void) {
    splitter.feed(text)
    while splitter.next() {
      let result = record()
      if case .success(let record) = result, fieldCount == nil { fieldCount = record.fields.count }
      handle(result)
    }
  }

  private func record() -> Result<CSVRecord, CSVError> {
    let line = splitter.recordLine
    let ends = splitter.fieldEnds
    if let defect = splitter.defect { return .failure(CSVError(line: line, kind: defect)) }
    if splitter.buffer.isEmpty, ends.count == 1 { return .failure(CSVError(line: line, kind: .emptyLine)) }
    let expected = fieldCount ?? ends.count
    guard ends.count == expected else {
      return .failure(CSVError(line: line, kind: .ragged(expected: expected, found: ends.count)))
    }
    var fields: [String] = []
    fields.reserveCapacity(expected)
    var start = 0
    for end in ends {
      guard let field = String(validating: splitter.buffer[start..<end], as: UTF8.self) else {
        return .failure(CSVError(line: line, kind: .invalidUTF8(field: fields.count + 1)))
      }
      fields.append(field)
      start = end
    }
    return .success(CSVRecord(line: line, fields: fields))
  }
}
