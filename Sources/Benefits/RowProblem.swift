public import VietnamReference

/// One thing wrong with, or to be checked in, one line of a file.
///
/// Holds no full personal ID and no name: ``value`` is masked.
public struct RowProblem: Hashable, Sendable, Codable {
  /// A stable word for programs, for example `amount.negative` or `csv.ragged`: a ``RowCode``.
  public let code: String
  /// The line in the file, from 1 (the header's).
  public let line: Int
  /// The column's name in the header; `nil` when the whole line or file is meant.
  public let column: String?
  /// What stands there, masked and fit to be shown; `nil` when nothing does.
  public let value: String?
  /// What is wrong.
  public let reason: BilingualText
  /// What to do about it.
  public let remedy: BilingualText

  /// A problem at a place; `value` must be masked by the caller.
  public init(
    code: RowCode, line: Int, column: String?, value: String?, reason: BilingualText, remedy: BilingualText
  ) {
    self.code = code.rawValue
    self.line = line
    self.column = column
    self.value = value
    self.reason = reason
    self.remedy = remedy
  }

  /// One line for the clerk: `Dòng 7, cột so_tien: “-500000”: số tiền âm. Cách sửa: …`.
  public func rendered(in language: Language) -> String {
    let place = BilingualText(
      vi: "Dòng \(line)" + (column.map { ", cột \($0)" } ?? ""),
      en: "Line \(line)" + (column.map { ", column \($0)" } ?? ""))
    let found = value.map { $0.isEmpty ? "" : " “\($0)”:" } ?? ""
    let advice = BilingualText(vi: "Cách sửa", en: "To correct")
    return "\(place(language)):\(found) \(reason(language)). \(advice(language)): \(remedy(language))."
  }
}
