internal import Ledger
internal import VietnamReference

/// The second reading of a list file, fed with chunks and asked for one row after another, so that the caller may wait
/// for a service between two rows.
///
/// ```swift
/// var reader = PaymentListFileReader(survey)
/// for chunk in chunks {
///   reader.feed(chunk)
///   while let entry = reader.next() { … }
/// }
/// reader.finish()
/// while let entry = reader.next() { … }
/// try reader.checkUnchanged()
/// ```
public struct PaymentListFileReader: Sendable {
  private let survey: PaymentListSurvey
  private var feeder: PaymentListFeed
  private var scanner: PaymentRowScanner?
  private var nextDuplicate = 0
  private var nextSplit = 0
  private var goodRows = 0
  private var badRows = 0
  private var total: Int64 = 0

  /// A reading that has not begun, of the file `survey` is about.
  public init(_ survey: PaymentListSurvey) {
    self.survey = survey
    feeder = PaymentListFeed(encoding: survey.encoding)
  }

  /// How many bytes were read.
  public var bytes: Int { feeder.fingerprint.bytes }

  /// Takes the next bytes of the file.
  public mutating func feed(_ chunk: [UInt8]) {
    feeder.feed(chunk)
  }

  /// Takes the end of the file; ``next()`` may still have a last row.
  public mutating func finish() {
    feeder.finish()
  }

  /// The next row; `nil` when the bytes fed so far have no other.
  public mutating func next() -> PaymentListEntry? {
    guard feeder.next() else { return nil }
    if scanner == nil, let columns = feeder.columns {
      scanner = PaymentRowScanner(
        options: survey.options.content, columns: columns, repairsCapitals: survey.encoding == .tcvn3,
        seed: survey.findings.seed)
    }
    guard let row = scanner?.scan(feeder.splitter), let scanner else { return nil }
    let others = problemsAmongRows(row, scanner)
    if others.isEmpty, let good = scanner.row(row, feeder.splitter) {
      goodRows += 1
      total &+= good.amount
      return .row(good)
    }
    badRows += 1
    return .reject(
      RejectedRow(
        line: row.line, cells: scanner.texts(feeder.splitter), problems: RowProblem.sorted(scanner.problems + others)))
  }

  /// Checks, at the end, that this was the surveyed file.
  ///
  /// - Throws: `file.changed` when it was not.
  public func checkUnchanged() throws(PaymentListRefusal) {
    guard feeder.fingerprint == survey.fingerprint, goodRows == survey.goodRows, badRows == survey.badRows,
      total == survey.total
    else { throw PaymentListRefusal(problems: [ListFileRefusal.changed], warnings: []) }
  }

  /// What only the survey of all rows could tell of this one.
  private mutating func problemsAmongRows(_ row: ScannedRow, _ scanner: borrowing PaymentRowScanner) -> [RowProblem] {
    let findings = survey.findings
    var problems: [RowProblem] = []
    while nextDuplicate < findings.duplicateCount, findings.duplicates[nextDuplicate].line < row.line {
      nextDuplicate += 1
    }
    if nextDuplicate < findings.duplicateCount, findings.duplicates[nextDuplicate].line == row.line,
      let id = row.personalID.flatMap({ PersonalID(number: $0) }), let programme = row.programme
    {
      let firstLine = Int(findings.duplicates[nextDuplicate].firstLine)
      let code = scanner.codes.programmes[programme].code
      problems.append(.duplicate(id, programme: code, line: row.line, firstLine: firstLine))
    }
    while nextSplit < findings.splitCount, findings.splits[nextSplit] < row.line { nextSplit += 1 }
    if nextSplit < findings.splitCount, findings.splits[nextSplit] == row.line, let programme = row.programme,
      let period = row.period
    {
      problems.append(.wrongSplit(scanner.codes.programmes[programme], period, line: row.line))
    }
    guard findings.contradictory.count > 0 else { return problems }
    let splitter = feeder.splitter
    return problems + findings.problems(row) { scanner.person(row, splitter) }
  }
}
