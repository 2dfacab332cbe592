internal import Foundation
internal import VietnamReference

/// Splits JSON lines, fed with chunks of any size.
struct JSONLines: Sendable {
  /// Why nothing more is read.
  private(set) var refusal: PaymentListRefusal?
  private var chunk: [UInt8] = []
  private var position = 0
  private var line = 0
  private var isFinished = false

  mutating func feed(_ bytes: [UInt8]) {
    chunk = position < chunk.count ? Array(chunk[position...]) + bytes : bytes
    position = 0
  }

  mutating func finish() { isFinished = true }

  /// The next line that has something in it; `nil` when the bytes run out before its end.
  mutating func next() -> (line: Int, bytes: [UInt8])? {
    while refusal == nil, position < chunk.count {
      let rest = chunk[position...]
      let end = rest.firstIndex(of: CSVSplitter.lineFeed)
      if (end ?? chunk.count) - position > ApplicantListReader.maximumLineBytes {
        refuse(.recordTooLong)
        return nil
      }
      guard let end else {
        guard isFinished else { return nil }
        // A line without its end may be half a line.
        refuse(.missingFinalLineEnd)
        return nil
      }
      line += 1
      let bytes = Array(chunk[position..<end])
      position = end + 1
      if bytes.contains(where: { $0 > 0x20 }) { return (line, bytes) }
    }
    return nil
  }

  private mutating func refuse(_ kind: CSVError.Kind) {
    refusal = PaymentListRefusal(problems: [RowProblem(CSVError(line: line + 1, kind: kind))], warnings: [])
  }
}

/// One line of an applicant list as a JSON object.
enum ApplicantObject {
  /// A line that has not its form.
  struct Bad: Error {
    let row: RejectedRow
  }

  /// The texts of the columns, in the order of ``ApplicantColumn``.
  static func texts(_ bytes: [UInt8], line: Int) -> Result<[String], Bad> {
    var bytes = bytes
    if bytes.starts(with: TextEncoding.utf8.byteOrderMark) { bytes.removeFirst(3) }
    var texts = [String](repeating: "", count: ApplicantColumn.allCases.count)
    guard isShallow(bytes), let object = (try? JSONSerialization.jsonObject(with: Data(bytes))) as? [String: Any]
    else {
      return .failure(
        bad(
          .jsonSyntax, texts, line, nil,
          BilingualText(vi: "dòng không phải một đối tượng JSON", en: "the line is no JSON object")))
    }
    var seen: Set<Int> = []
    for (key, value) in object {
      guard let column = ListKind.applicants.labels[LabelKey.key(key)], seen.insert(column).inserted else {
        return .failure(
          bad(
            .jsonField, texts, line, Mask.printable(key),
            BilingualText(vi: "không có trường nào tên này, hoặc trường lặp lại", en: "an unknown or repeated field")))
      }
      if value is NSNull { continue }
      guard let text = value as? String else {
        return .failure(
          bad(
            .jsonType, texts, line, ApplicantColumn.allCases[column].rawValue,
            BilingualText(vi: "giá trị phải là chuỗi", en: "the value has to be a text")))
      }
      texts[column] = ListCell.trimmed(text)
    }
    return .success(texts)
  }

  /// Whether no object or array stands within another: the parser takes them by recursion.
  private static func isShallow(_ bytes: [UInt8]) -> Bool {
    bytes.count { $0 == UInt8(ascii: "{") || $0 == UInt8(ascii: "[") } <= 16
  }

  private static func bad(
    _ code: RowCode, _ cells: [String], _ line: Int, _ column: String?, _ reason: BilingualText
  ) -> Bad {
    let problem = RowProblem(
      code: code, line: line, column: column, value: nil, reason: reason,
      remedy: BilingualText(
        vi: "ghi mỗi người một dòng {\"so_dinh_danh\":\"…\",\"ho_ten\":\"…\"}, mọi giá trị là chuỗi",
        en: "write a person a line, {\"so_dinh_danh\":\"…\",\"ho_ten\":\"…\"}, every value a text"))
    return Bad(row: RejectedRow(line: line, cells: cells, problems: [problem]))
  }
}
