internal import Ledger
public import VietnamReference

/// Payment list files (danh sách chi trả) as offices write them, of up to ``PaymentList/maximumRows`` rows, read twice.
///
/// The first reading (``survey(chunks:options:progress:)``) checks every row and the rows against each other, in little
/// memory; the second (``read(chunks:survey:progress:onRow:onReject:)``) hands out the good rows and the bad, whose
/// file (``PaymentListRejects``) can be corrected and imported again. Unlike ``PaymentList``, which takes one exact
/// form whole or not at all, these take
/// - UTF-8, UTF-16, Windows-1258, TCVN3 (ABC) and VNI, told by the content (``TextEncoding/detect(_:isWhole:)``);
/// - commas, semicolons or tabs; CRLF, LF or CR; Excel's `sep=;` line; rows and columns with nothing in them;
/// - columns in any order, named by their codes or by what people call them;
/// - the usual spellings of dates, months and amounts.
///
/// What Excel has damaged, what can be read in two ways and what is unknown is refused with line, column, reason and
/// remedy, never guessed. Of rows that repeat a due the first is good; of a person with two names or birth dates no row
/// is, for which of them is right is not known.
public enum PaymentListFile {
  /// How a file is read.
  public struct Options: Sendable {
    /// What rows may have in them.
    public var content: PaymentList.Options
    /// The character set; `nil` to tell it from the content.
    public var encoding: TextEncoding?
    /// How many problems a survey keeps; the others are counted.
    public var maximumProblems: Int
    /// How many warnings a survey keeps; the others are counted.
    public var maximumWarnings: Int

    /// Options for rows as `content` has them.
    public init(
      content: PaymentList.Options, encoding: TextEncoding? = nil, maximumProblems: Int = 200,
      maximumWarnings: Int = 100
    ) {
      self.content = content
      self.encoding = encoding
      self.maximumProblems = max(1, maximumProblems)
      self.maximumWarnings = max(0, maximumWarnings)
    }
  }

  /// Reads a file for the first time.
  ///
  /// - Parameters:
  ///   - chunks: the file's bytes, in pieces of any size; 64 KB to 1 MB are best.
  ///   - progress: called after each piece with the bytes read so far.
  /// - Returns: the findings; a refusal when the file as a whole cannot be read (no text, no line of column names, a
  ///   character set that cannot be told, a quote that is never closed, more than ``PaymentList/maximumRows`` rows).
  public static func survey(
    chunks: some Sequence<[UInt8]>, options: Options, progress: (Int) -> Void = { _ in }
  ) -> Result<PaymentListSurvey, PaymentListRefusal> {
    var surveyor = PaymentListSurveyor(options: options)
    for chunk in chunks {
      surveyor.read(chunk)
      progress(surveyor.bytes)
      if surveyor.isRefused { break }
    }
    return surveyor.finish()
  }

  /// Reads a surveyed file again and hands out its rows in their order.
  ///
  /// - Parameters:
  ///   - chunks: the same bytes as before, in pieces of any size.
  ///   - progress: called after each piece with the bytes read so far.
  /// - Throws: ``PaymentListRefusal`` with `file.changed` at the end when the file is another than the surveyed one
  ///   (rows handed out before must then be taken back), and what the closures throw.
  public static func read(
    chunks: some Sequence<[UInt8]>, survey: PaymentListSurvey, progress: (Int) -> Void = { _ in },
    onRow: (PaymentRow) throws -> Void, onReject: (RejectedRow) throws -> Void
  ) throws {
    var reader = PaymentListFileReader(survey)
    func drain() throws {
      while let entry = reader.next() {
        switch entry {
        case .row(let row): try onRow(row)
        case .reject(let reject): try onReject(reject)
        }
      }
    }
    for chunk in chunks {
      reader.feed(chunk)
      try drain()
      progress(reader.bytes)
    }
    reader.finish()
    try drain()
    try reader.checkUnchanged()
  }
}

/// A row that cannot be paid, as it was written.
///
/// Has full personal data: it goes into the file of rejects, never into a log.
public struct RejectedRow: Hashable, Sendable {
  /// The line in the file, from 1.
  public let line: Int
  /// The cells in the order of ``PaymentColumn``, converted to UTF-8; cells too many follow in the last one.
  public let cells: [String]
  /// Everything that is wrong with it, at least one, by column.
  public let problems: [RowProblem]

  init(line: Int, cells: [String], problems: [RowProblem]) {
    self.line = line
    self.cells = cells
    self.problems = problems
  }
}

/// What the second reading hands out.
public enum PaymentListEntry: Hashable, Sendable {
  /// A row that can be paid.
  case row(PaymentRow)
  /// A row that cannot.
  case reject(RejectedRow)
}
