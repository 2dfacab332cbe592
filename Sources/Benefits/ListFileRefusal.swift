internal import VietnamReference

/// Why a whole file is not read. It has no row to blame, so its problems stand at line 1 without a column.
enum ListFileRefusal {
  /// A file that is no text; `nil` when its first bytes don't tell so.
  static func problem(signature bytes: [UInt8]) -> RowProblem? {
    let workbook = BilingualText(
      vi: "mở tệp bằng Excel, chọn Lưu dưới dạng (Save As), loại “CSV UTF-8 (Comma delimited)”, rồi nhập tệp .csv",
      en: "open it in Excel, Save As “CSV UTF-8 (Comma delimited)” and import the .csv file")
    let original = BilingualText(
      vi: "xuất danh sách từ phần mềm nguồn ra tệp CSV UTF-8", en: "export the list as CSV UTF-8 from its own software")
    let kinds: [(signature: [UInt8], code: RowCode, reason: BilingualText, remedy: BilingualText)] = [
      (
        [0x50, 0x4B, 0x03, 0x04], .fileXlsx,
        BilingualText(
          vi: "đây là sổ tính Excel (.xlsx) hoặc tệp nén", en: "this is an Excel workbook (.xlsx) or a zip file"),
        workbook
      ),
      (
        [0xD0, 0xCF, 0x11, 0xE0], .fileXls,
        BilingualText(vi: "đây là sổ tính Excel cũ (.xls)", en: "this is an old Excel workbook (.xls)"), workbook
      ),
      (Array("%PDF".utf8), .filePdf, BilingualText(vi: "đây là tệp PDF", en: "this is a PDF file"), original),
      (
        Array("{\\rtf".utf8), .fileRtf, BilingualText(vi: "đây là tệp văn bản RTF", en: "this is an RTF document"),
        original
      ),
      ([0x1F, 0x8B], .fileArchive, BilingualText(vi: "đây là tệp nén", en: "this is a compressed file"), unpack),
      (
        Array("Rar!".utf8), .fileArchive, BilingualText(vi: "đây là tệp nén", en: "this is a compressed file"), unpack
      ),
      (
        Array("7z".utf8) + [0xBC, 0xAF], .fileArchive,
        BilingualText(vi: "đây là tệp nén", en: "this is a compressed file"), unpack
      ),
    ]
    for kind in kinds where bytes.starts(with: kind.signature) {
      return problem(code: kind.code, reason: kind.reason, remedy: kind.remedy)
    }
    let text = bytes.drop { $0 <= 0x20 || TextEncoding.utf8.byteOrderMark.contains($0) }
    if text.first == UInt8(ascii: "<") {
      return problem(
        code: .fileHtml,
        reason: BilingualText(
          vi: "đây là trang web hoặc XML, không phải CSV", en: "this is a web page or XML, not CSV"),
        remedy: workbook)
    }
    return nil
  }

  static let empty = problem(
    code: .fileEmpty, reason: BilingualText(vi: "tệp trống", en: "the file is empty"),
    remedy: BilingualText(
      vi: "xuất lại toàn bộ tệp từ phần mềm nguồn", en: "export the whole file again from the source software"))

  static let binary = problem(
    code: .fileBinary, reason: BilingualText(vi: "tệp không phải văn bản", en: "the file is no text"),
    remedy: BilingualText(
      vi: "chọn đúng tệp danh sách; xuất danh sách ra tệp CSV UTF-8",
      en: "choose the list's own file; export the list as CSV UTF-8"))

  static let noRows = problem(
    code: .listEmpty,
    reason: BilingualText(vi: "danh sách không có người hưởng nào", en: "the list has no beneficiary"),
    remedy: empty.remedy)

  static let changed = problem(
    code: .fileChanged,
    reason: BilingualText(
      vi: "tệp đã thay đổi sau khi được kiểm tra", en: "the file has changed since it was checked"),
    remedy: BilingualText(
      vi: "đóng tệp trong các phần mềm khác rồi nhập lại từ đầu", en: "close the file elsewhere and import it afresh"))

  static let tooLong = problem(
    code: .listTooLong,
    reason: BilingualText(
      vi: "danh sách có hơn \(VND.grouped(Int64(PaymentList.maximumRows))) dòng",
      en: "the list has more than \(PaymentList.maximumRows) rows"),
    remedy: BilingualText(vi: "chia thành nhiều danh sách", en: "split it into several lists"))

  static func encoding(_ error: TextEncodingError) -> RowProblem {
    let names = TextEncoding.allCases.map(\.rawValue).joined(separator: ", ")
    let remedy = BilingualText(
      vi: "lưu lại tệp dạng “CSV UTF-8”, hoặc chỉ rõ bảng mã khi nhập: \(names)",
      en: "save the file as “CSV UTF-8”, or name its character set when importing: \(names)")
    switch error {
    case .unknown:
      return problem(
        code: .encodingUnknown,
        reason: BilingualText(
          vi: "không nhận ra bảng mã của chữ có dấu trong tệp", en: "the character set of the letters is not recognised"
        ),
        remedy: remedy)
    case .ambiguous(let first, let second):
      return problem(
        code: .encodingAmbiguous,
        reason: BilingualText(
          vi: "bảng mã có thể là \(first.name) hoặc \(second.name), chưa đủ chữ có dấu để phân biệt",
          en: "the character set may be \(first.name) or \(second.name), there are too few letters to tell"),
        remedy: remedy)
    }
  }

  private static let unpack = BilingualText(
    vi: "giải nén rồi nhập tệp .csv bên trong", en: "unpack it and import the .csv file inside")

  private static func problem(code: RowCode, reason: BilingualText, remedy: BilingualText) -> RowProblem {
    RowProblem(code: code, line: 1, column: nil, value: nil, reason: reason, remedy: remedy)
  }
}
