internal import Ledger
public import VietnamReference

/// Writes the file of rejects (tệp dòng bị loại): rows that cannot be paid as they were written, each with its line in
/// the original and what to do, to be corrected and imported again.
///
/// UTF-8 with a byte order mark, CRLF, the separator of the original, every cell quoted; the columns in the order of
/// ``PaymentColumn`` or ``ApplicantColumn``, then ``extraColumns``, which the import passes over. Has full personal
/// data. The cells of the original stay as they are; text of ours never begins with a sign that a spreadsheet takes for
/// a formula.
public struct PaymentListRejects: Sendable {
  /// Line in the original file, and what is wrong.
  public static let extraColumns = ["dong_goc", "loi"]

  private let separator: ListSeparator
  private let language: Language
  private let columns: [String]

  /// A writer.
  ///
  /// - Parameters:
  ///   - separator: ``PaymentListSurvey/separator`` of the original.
  ///   - language: of the reasons.
  ///   - ofApplicants: for rows of an applicant list.
  public init(separator: ListSeparator, language: Language, ofApplicants: Bool = false) {
    self.separator = separator
    self.language = language
    columns = (ofApplicants ? ListKind.applicants : .payments).columns
  }

  /// The byte order mark and the line of column names.
  public func header() -> [UInt8] {
    var bytes: [UInt8] = TextEncoding.utf8.byteOrderMark
    append(columns + Self.extraColumns, to: &bytes)
    return bytes
  }

  /// Appends one row.
  public func append(_ reject: RejectedRow, to bytes: inout [UInt8]) {
    let remedy = BilingualText(vi: "Cách sửa", en: "To correct")
    let reasons = reject.problems.map { problem in
      (problem.column.map { "\($0): " } ?? "")
        + "\(problem.reason(language)). \(remedy(language)): \(problem.remedy(language))."
    }
    append(reject.cells + ["\(reject.line)", Self.harmless(reasons.joined(separator: " "))], to: &bytes)
  }

  /// `text` behind an apostrophe when a spreadsheet would calculate it.
  static func harmless(_ text: String) -> String {
    guard let first = text.unicodeScalars.first, "=+-@\t\r\n|%".unicodeScalars.contains(first) else { return text }
    return "'" + text
  }

  private func append(_ cells: [String], to bytes: inout [UInt8]) {
    for (place, cell) in cells.enumerated() {
      if place > 0 { bytes.append(separator.rawValue) }
      CSVCell.appendQuoted(cell, to: &bytes)
    }
    bytes += [CSVSplitter.carriageReturn, CSVSplitter.lineFeed]
  }
}

/// Cells as RFC 4180 writes them.
enum CSVCell {
  static func appendQuoted(_ text: String, to bytes: inout [UInt8]) {
    bytes.append(CSVSplitter.quote)
    for byte in text.utf8 {
      if byte == CSVSplitter.quote { bytes.append(CSVSplitter.quote) }
      bytes.append(byte)
    }
    bytes.append(CSVSplitter.quote)
  }

  /// Quoted only when it must be.
  static func append(_ text: String, to bytes: inout [UInt8]) {
    let special: [UInt8] = [CSVSplitter.quote, UInt8(ascii: ","), CSVSplitter.lineFeed, CSVSplitter.carriageReturn]
    if text.utf8.contains(where: special.contains) {
      appendQuoted(text, to: &bytes)
    } else {
      bytes += text.utf8
    }
  }
}

extension PaymentRow {
  /// The line of all column names that ``PaymentList`` takes, with its line end: that of ``appendCSV(to:)``.
  public static var csvHeader: [UInt8] { header(PaymentColumn.allCases) }

  /// The line of the column names that ``PaymentList`` asks for, with its line end.
  ///
  /// - Parameter hasArrears: with the column of arrears after them.
  public static func csvHeader(hasArrears: Bool) -> [UInt8] {
    header(PaymentColumn.required + (hasArrears ? [.arrears] : []))
  }

  private static func header(_ columns: [PaymentColumn]) -> [UInt8] {
    Array((columns.map(\.rawValue).joined(separator: ",") + "\n").utf8)
  }

  /// Appends the row in the one form that ``PaymentList`` takes, with its line end: UTF-8 (NFC), digits alone for the
  /// amount, `dd/MM/yyyy`, `--/MM/yyyy` or `yyyy` for the birth date, `yyyy-MM` for the month.
  ///
  /// Read again it is an equal row but for ``rowNumber``.
  public func appendCSV(to bytes: inout [UInt8]) {
    let comma = UInt8(ascii: ",")
    for (index, cell) in cells.enumerated() {
      if index > 0 { bytes.append(comma) }
      CSVCell.append(cell, to: &bytes)
    }
    bytes.append(CSVSplitter.lineFeed)
  }
}

extension PaymentRow {
  /// The cells as ``appendCSV(to:)`` writes them, unquoted.
  var cells: [String] {
    [
      personalID.digits, name.text, birthDate.precision == .year ? birthDate.iso : birthDate.slashed, programmeCode,
      Self.text(listed), "\(amount)", funder.kind.code, unit.text, provinceCode, pointCode,
      arrearsRound.map { Self.text(period) + ($0 > 1 ? "/\($0)" : "") } ?? "", deceased?.digits ?? "",
    ]
  }

  private static func text(_ month: Period) -> String { "\(month.year)-\(month.month < 10 ? "0" : "")\(month.month)" }
}
