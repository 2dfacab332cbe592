internal import Foundation
public import VietnamReference

/// What stands next in an applicant list.
public enum ApplicantEntry: Hashable, Sendable {
  /// A person who can be taken in.
  case row(ApplicantRow)
  /// A row that can't.
  case reject(RejectedRow)
}

/// A list of people who are to have a card, fed with chunks of any size and asked for one row after another.
///
/// CSV as payment lists have it (``PaymentListFile``: character sets, separators, column names in any order), or JSON
/// lines in UTF-8: an object a line, with the columns' names as keys and texts as values. Which of the two it is shows
/// its first character. Year-only birth dates and names of one word are good; a personal ID that does not agree with
/// birth year or sex is a finding, not a fault.
///
/// ```swift
/// var reader = ApplicantListReader(options: options)
/// for chunk in chunks {
///   reader.feed(chunk)
///   while let entry = reader.next() { … }
/// }
/// reader.finish()
/// while let entry = reader.next() { … }
/// if let refusal = reader.refusal { … }
/// ```
public struct ApplicantListReader: Sendable {
  private enum Form {
    case unknown
    case csv
    case json
  }

  /// The greatest length of a JSON line, in bytes.
  public static let maximumLineBytes = CSVReader.maximumRecordBytes

  private let options: PaymentListFile.Options
  private var form = Form.unknown
  private var held: [UInt8] = []
  private var feeder: PaymentListFeed
  private var parser: ApplicantParser?
  private var lines = JSONLines()
  /// Rows handed out, bad ones too.
  public private(set) var rows = 0
  private var tooLong: PaymentListRefusal?
  private var isFinished = false

  /// A reading that has not begun.
  public init(options: PaymentListFile.Options) {
    self.options = options
    feeder = PaymentListFeed(encoding: options.encoding, kinds: [.applicants])
  }

  /// Why the file as a whole is not read; known at the end.
  public var refusal: PaymentListRefusal? {
    if let refusal = tooLong ?? feeder.refusal ?? lines.refusal { return refusal }
    return isFinished && rows == 0 ? PaymentListRefusal(problems: [ListFileRefusal.noRows], warnings: []) : nil
  }

  /// What is said of a file that is another than the one looked at before.
  public static var changed: PaymentListRefusal {
    PaymentListRefusal(problems: [ListFileRefusal.changed], warnings: [])
  }

  /// What stands between the cells; a comma for JSON lines, whose rejects are written as CSV.
  public var separator: ListSeparator {
    form == .csv ? ListSeparator(rawValue: feeder.splitter.separator) ?? .comma : .comma
  }

  /// Takes the next bytes; ``next()`` must have come to its end before.
  public mutating func feed(_ chunk: [UInt8]) {
    switch form {
    case .unknown:
      held += chunk
      guard let first = held.first(where: { $0 > 0x20 && !TextEncoding.utf8.byteOrderMark.contains($0) }) else {
        return
      }
      begin(first == UInt8(ascii: "{") ? .json : .csv)
    case .csv: feeder.feed(chunk)
    case .json: lines.feed(chunk)
    }
  }

  /// Takes the end of the file; ``next()`` may still have rows.
  public mutating func finish() {
    if case .unknown = form { begin(.csv) }
    isFinished = true
    switch form {
    case .json: lines.finish()
    default: feeder.finish()
    }
  }

  /// The next row; `nil` when the bytes fed so far have no other.
  public mutating func next() -> ApplicantEntry? {
    guard tooLong == nil else { return nil }
    let entry: ApplicantEntry?
    switch form {
    case .unknown: return nil
    case .csv: entry = nextRecord()
    case .json: entry = nextLine()
    }
    guard entry != nil else { return nil }
    guard rows < PaymentList.maximumRows else {
      tooLong = PaymentListRefusal(problems: [ListFileRefusal.tooLong], warnings: [])
      return nil
    }
    rows += 1
    return entry
  }

  private mutating func begin(_ form: Form) {
    self.form = form
    let first = held
    held = []
    if form == .json {
      parser = ApplicantParser(options: options.content, repairsCapitals: false)
      lines.feed(first)
    } else if !first.isEmpty {
      feeder.feed(first)
    }
  }

  private mutating func nextRecord() -> ApplicantEntry? {
    guard feeder.next(), let columns = feeder.columns else { return nil }
    if parser == nil {
      parser = ApplicantParser(options: options.content, repairsCapitals: feeder.encoding == .tcvn3)
    }
    let record = feeder.splitter
    let ends = record.fieldEnds
    if let kind = defect(columns) {
      let problem = RowProblem(CSVError(line: record.recordLine, kind: kind), columns)
      return .reject(RejectedRow(line: record.recordLine, cells: texts(columns), problems: [problem]))
    }
    var texts: [String] = []
    texts.reserveCapacity(columns.places.count)
    let bytes = record.buffer.span
    for (column, place) in columns.places.enumerated() {
      guard place >= 0 else {
        texts.append("")
        continue
      }
      let cell = ListCell.trimmed(bytes, (place == 0 ? 0 : ends[place - 1])..<ends[place])
      guard let text = String(validating: record.buffer[cell], as: UTF8.self) else {
        let error = CSVError(line: record.recordLine, kind: .invalidUTF8(field: column + 1))
        let problem = RowProblem(
          code: error.code, line: error.line, column: columns.kind.columns[column], value: nil, reason: error.reason,
          remedy: error.remedy)
        return .reject(RejectedRow(line: record.recordLine, cells: self.texts(columns), problems: [problem]))
      }
      texts.append(text)
    }
    return read(texts, line: record.recordLine)
  }

  /// What is wrong with the shape of the record.
  private func defect(_ columns: ListColumns) -> CSVError.Kind? {
    let record = feeder.splitter
    if let defect = record.defect { return defect }
    let ends = record.fieldEnds
    if ends.count < columns.needed { return .ragged(expected: columns.width, found: ends.count) }
    guard ends.count > columns.width, ends[columns.width - 1] < record.buffer.count else { return nil }
    return .ragged(expected: columns.width, found: ends.count)
  }

  /// The cells of the record as they were written, in the order of ``ApplicantColumn``; cells too many follow the last.
  private func texts(_ columns: ListColumns) -> [String] {
    var fields: [String] = []
    var start = 0
    for end in feeder.splitter.fieldEnds {
      fields.append(String(decoding: feeder.splitter.buffer[start..<end], as: UTF8.self))
      start = end
    }
    var texts = columns.places.map { fields.indices.contains($0) ? fields[$0] : "" }
    let surplus = fields.dropFirst(columns.width).filter { !$0.isEmpty }
    if !surplus.isEmpty { texts[texts.count - 1] = ([texts[texts.count - 1]] + surplus).joined(separator: " ") }
    return texts
  }

  private mutating func nextLine() -> ApplicantEntry? {
    guard let (line, bytes) = lines.next() else { return nil }
    switch ApplicantObject.texts(bytes, line: line) {
    case .success(let texts): return read(texts, line: line)
    case .failure(let bad): return .reject(bad.row)
    }
  }

  private mutating func read(_ texts: [String], line: Int) -> ApplicantEntry {
    if let row = parser?.read(texts, line: line) { return .row(row) }
    return .reject(RejectedRow(line: line, cells: texts, problems: parser?.problems ?? []))
  }
}

extension ApplicantListReader {
  /// Whether a file is an applicant list, by its first bytes: JSON lines, or column names of which none is a payment
  /// list's alone. A file that can't be told is a payment list, whose reader says what is wrong with it.
  ///
  /// - Parameter beginning: the first bytes, 64 kB are plenty.
  public static func isApplicantList(_ beginning: [UInt8], encoding: TextEncoding? = nil) -> Bool {
    let mark = TextEncoding.utf8.byteOrderMark
    if beginning.first(where: { $0 > 0x20 && !mark.contains($0) }) == UInt8(ascii: "{") { return true }
    var feeder = PaymentListFeed(encoding: encoding, kinds: [.payments, .applicants])
    feeder.feed(beginning)
    feeder.finish()
    _ = feeder.next()
    return feeder.columns?.kind.columns == ListKind.applicants.columns || feeder.isApplicantHeading
  }
}
