import Foundation
import Testing
import VietnamReference

@testable import Benefits

/// Reads list files as a caller would, and puts texts into older character sets by tables made with other tools.
enum ListFiles {
  static func options(_ encoding: TextEncoding? = nil, sample: Bool = true) throws -> PaymentListFile.Options {
    PaymentListFile.Options(content: try Samples.options(sample: sample), encoding: encoding)
  }

  static func pieces(_ bytes: [UInt8], _ size: Int) -> [[UInt8]] {
    stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
  }

  static func survey(
    _ bytes: [UInt8], step: Int = .max, encoding: TextEncoding? = nil
  ) throws -> Result<PaymentListSurvey, PaymentListRefusal> {
    PaymentListFile.survey(chunks: pieces(bytes, min(step, max(bytes.count, 1))), options: try options(encoding))
  }

  static func survey(_ text: String) throws -> PaymentListSurvey { try survey(Array(text.utf8)).get() }

  /// Code of the refusal of a whole file.
  static func refusal(_ bytes: [UInt8], encoding: TextEncoding? = nil) throws -> String? {
    guard case .failure(let refusal) = try survey(bytes, encoding: encoding) else { return nil }
    return refusal.problems.map { "\($0.line) \($0.column ?? "-") \($0.code)" }.joined(separator: "; ")
  }

  /// Both readings; the rows, the rejects and the survey.
  static func read(
    _ bytes: [UInt8], step: Int = .max, encoding: TextEncoding? = nil
  ) throws -> (rows: [PaymentRow], rejects: [RejectedRow], survey: PaymentListSurvey) {
    let survey = try survey(bytes, step: step, encoding: encoding).get()
    var rows: [PaymentRow] = []
    var rejects: [RejectedRow] = []
    try PaymentListFile.read(chunks: pieces(bytes, min(step, max(bytes.count, 1))), survey: survey) {
      rows.append($0)
    } onReject: {
      rejects.append($0)
    }
    #expect(survey.goodRows == rows.count && survey.badRows == rejects.count)
    #expect(survey.total == rows.reduce(0) { $0 + $1.amount })
    #expect(survey.problemCount == rejects.reduce(0) { $0 + $1.problems.count })
    #expect(rejects.allSatisfy { !$0.problems.isEmpty && $0.cells.count == PaymentColumn.allCases.count })
    return (rows, rejects, survey)
  }

  static func read(_ text: String) throws -> (rows: [PaymentRow], rejects: [RejectedRow], survey: PaymentListSurvey) {
    try read(Array(text.utf8))
  }

  /// The header and rows, LF.
  static func text(_ rows: [String], header: String = Samples.header) -> String {
    ([header] + rows).map { $0 + "\n" }.joined()
  }

  /// `line column code` of every problem of the rejects.
  static func places(_ rejects: [RejectedRow]) -> [String] {
    rejects.flatMap(\.problems).map { "\($0.line) \($0.column ?? "-") \($0.code)" }
  }

  /// `text` in a character set; letters are looked up in `Vectors/vietnamese_letters.csv`, which iconv and recode made.
  ///
  /// TCVN3 has no capitals with a tone: they are written in lower case, as its fonts of capitals do.
  static func encode(_ text: String, _ encoding: TextEncoding, mark: Bool = true) throws -> [UInt8] {
    let units = Array(text.utf16)
    switch encoding {
    case .utf8: return (mark ? encoding.byteOrderMark : []) + Array(text.utf8)
    case .utf16LittleEndian:
      return (mark ? encoding.byteOrderMark : []) + units.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    case .utf16BigEndian:
      return (mark ? encoding.byteOrderMark : []) + units.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    case .windows1258, .vni, .tcvn3:
      let table = try letters(encoding)
      return try text.unicodeScalars.flatMap { scalar in
        scalar.isASCII ? [UInt8(scalar.value)] : try #require(table[Character(scalar)], "\(scalar)")
      }
    }
  }

  /// Bytes of each letter.
  static func letters(_ encoding: TextEncoding) throws -> [Character: [UInt8]] {
    let column = try #require([.windows1258: 1, .vni: 2, .tcvn3: 3][encoding])
    var folder = URL(fileURLWithPath: #filePath)
    for _ in 0..<2 { folder.deleteLastPathComponent() }
    let path = folder.appendingPathComponent("VietnamReferenceTests/Vectors/vietnamese_letters.csv")
    var table: [Character: [UInt8]] = [:]
    for line in try String(contentsOf: path, encoding: .utf8).split(separator: "\n").dropFirst() {
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      let hex = Array(cells[column].utf8)
      table[Character(String(cells[0]))] = stride(from: 0, to: hex.count, by: 2).compactMap {
        UInt8(String(decoding: hex[$0..<($0 + 2)], as: UTF8.self), radix: 16)
      }
    }
    for (letter, bytes) in table where bytes.isEmpty { table[letter] = table[Character(letter.lowercased())] }
    return table
  }
}
