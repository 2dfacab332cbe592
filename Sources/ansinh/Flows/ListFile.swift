import Benefits
import CardCrypto
import Foundation
import ISO7816
import VietnamReference

/// Why a payment list was not taken: its rows, ready to read in both languages.
struct ListRefusedError: Error {
  let rows: [ListRow]
  /// Problems beyond the rows shown.
  var more = 0
  /// Good rows that could be taken without the bad ones; `nil` when that is not known.
  var goodRows: Int?
  /// Whether the list could be taken without these rows.
  var remedyIsToAcceptValid = false
}

/// Why a list that can be read was not imported.
enum ListImportError: Error {
  /// Every name that the list could have was given up before.
  case givenUpTooOften
  /// No row is left to be taken; the rejects are in this file.
  case nothingUsable(rejects: String)
  /// Rows of the list are in others that were begun and never finished.
  case unfinished(lists: [String])
  /// So many birth dates are written month first that none of the file can be trusted.
  case monthFirst(rows: Int)
  /// What an earlier import left at the centre does not agree with the list, and was given up.
  case stale
}

/// A payment list on this computer, read once and found readable.
struct ListFile: Sendable {
  /// Octets read at once.
  private static let chunk = 1 << 20

  let path: String
  let survey: PaymentListSurvey
  /// What its rows may have in them.
  let options: PaymentList.Options
  /// Names the list by its content: the same file is the same list, however often it is imported.
  let reference: String

  /// Reads the file for the first time, with every row checked.
  ///
  /// - Throws: ``UsageError`` when it can't be opened, ``ListRefusedError`` when it can't be read as a list.
  init(
    _ path: String, sampleData: Bool, encoding: TextEncoding? = nil, catalogue: ProgrammeCatalogue = .embedded,
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws {
    guard let today = Clock.today else { throw CentreAccessError.noLoopback }
    let size = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? nil
    options = PaymentList.Options(today: today, allowsSampleData: sampleData, catalogue: catalogue)
    var surveyor = PaymentListSurveyor(options: PaymentListFile.Options(content: options, encoding: encoding))
    var hashes: [UInt8] = []
    try Self.chunks(path) { chunk in
      hashes += Digest.sha256.hash(chunk)
      surveyor.read(chunk)
      progress(surveyor.bytes, size ?? surveyor.bytes)
      return !surveyor.isRefused
    }
    switch surveyor.finish() {
    case .success(let survey):
      self.survey = survey
      hashes += [UInt8](bigEndian: survey.goodRows, width: 8) + [UInt8](bigEndian: survey.total, width: 8)
    case .failure(let refusal):
      throw ListRefusedError(rows: refusal.problems.map(ListRow.init))
    }
    self.path = path
    reference = "DS-" + Digest.sha256.hash(hashes).prefix(8).hex
  }

  /// Throws unless every row is good.
  func requireAllGood() throws {
    guard survey.badRows > 0 else { return }
    throw ListRefusedError(
      rows: survey.problems.map(ListRow.init), more: survey.problemCount - survey.problems.count,
      goodRows: survey.goodRows, remedyIsToAcceptValid: survey.goodRows > 0)
  }

  /// Reads the file again and hands out its rows in their order.
  func read(
    onRow: (PaymentRow) async throws -> Void, onReject: (RejectedRow) throws -> Void
  ) async throws {
    var reader = PaymentListFileReader(survey)
    let handle = try Self.open(path)
    defer { try? handle.close() }
    func drain() async throws {
      while let entry = reader.next() {
        switch entry {
        case .row(let row): try await onRow(row)
        case .reject(let reject): try onReject(reject)
        }
      }
    }
    while let chunk = try handle.read(upToCount: Self.chunk), !chunk.isEmpty {
      reader.feed([UInt8](chunk))
      try await drain()
    }
    reader.finish()
    try await drain()
    do {
      try reader.checkUnchanged()
    } catch {
      throw ListRefusedError(rows: error.problems.map(ListRow.init))
    }
  }

  static func chunks(_ path: String, _ body: ([UInt8]) -> Bool) throws {
    let handle = try open(path)
    defer { try? handle.close() }
    while let chunk = try handle.read(upToCount: Self.chunk), !chunk.isEmpty {
      guard body([UInt8](chunk)) else { return }
    }
  }

  private static func open(_ path: String) throws -> FileHandle {
    var kind = stat()
    guard stat(path, &kind) == 0, kind.st_mode & S_IFMT == S_IFREG, let handle = FileHandle(forReadingAtPath: path)
    else {
      throw UsageError.listUnreadable(path: path)
    }
    return handle
  }

}

/// A row of a list that was not taken, as it is told.
struct ListRow: Hashable, Sendable, Encodable {
  /// Its `RowCode`, line and column when this program found it; not of a row that the service names.
  var code: String?
  var line: Int?
  var column: String?
  let text: BilingualText

  init(_ text: BilingualText) { self.text = text }

  init(_ problem: RowProblem) {
    code = problem.code
    line = problem.line
    column = problem.column
    text = BilingualText(vi: problem.rendered(in: .vietnamese), en: problem.rendered(in: .english))
  }
}
