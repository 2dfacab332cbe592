public import VietnamReference

/// A place where a file is not the CSV it should be.
public struct CSVError: Error, Hashable, Sendable {
  /// What is wrong. Fields count from 1.
  public enum Kind: Hashable, Sendable {
    /// A quoted field is open when the file ends.
    case unbalancedQuote
    /// A quote inside an unquoted field, or text after the closing quote.
    case bareQuote(field: Int)
    /// Bytes that are not UTF-8.
    case invalidUTF8(field: Int)
    /// Another number of fields than the first record.
    case ragged(expected: Int, found: Int)
    /// A line with nothing in it.
    case emptyLine
    /// A carriage return without its line feed.
    case bareCarriageReturn
    /// A record longer than ``CSVReader/maximumRecordBytes``; the rest of the file is not read.
    case recordTooLong
    /// The last record has no line end, so the file may have been cut off.
    case missingFinalLineEnd
  }

  /// The line the record begins on, from 1.
  public let line: Int
  /// What is wrong.
  public let kind: Kind

  /// What is wrong, in words.
  public var reason: BilingualText {
    switch kind {
    case .unbalancedQuote:
      BilingualText(vi: "dấu nháy kép mở mà không đóng", en: "a double quote is opened and never closed")
    case .bareQuote(let field):
      BilingualText(vi: "dấu nháy kép sai chỗ ở cột thứ \(field)", en: "a misplaced double quote in column \(field)")
    case .invalidUTF8(let field):
      BilingualText(vi: "cột thứ \(field) không phải bảng mã UTF-8", en: "column \(field) is not UTF-8 text")
    case .ragged(let expected, let found):
      BilingualText(
        vi: "dòng có \(found) cột, phải có \(expected) cột", en: "the line has \(found) columns instead of \(expected)")
    case .emptyLine: BilingualText(vi: "dòng trống", en: "the line is empty")
    case .bareCarriageReturn:
      BilingualText(vi: "dấu xuống dòng không hợp lệ", en: "an invalid line end")
    case .recordTooLong:
      BilingualText(
        vi: "dòng quá dài, có thể do thiếu dấu nháy kép đóng; phần sau của tệp chưa được đọc",
        en: "the line is too long, perhaps for want of a closing quote; the rest of the file was not read")
    case .missingFinalLineEnd:
      BilingualText(
        vi: "dòng cuối không có dấu xuống dòng, tệp có thể bị cắt cụt",
        en: "the last line has no line end, the file may have been cut off")
    }
  }

  /// What to do about it.
  public var remedy: BilingualText {
    switch kind {
    case .unbalancedQuote, .bareQuote, .recordTooLong:
      BilingualText(
        vi: "đặt cả ô trong dấu nháy kép và viết đôi dấu nháy bên trong",
        en: "put the whole cell in double quotes and double each quote inside")
    case .invalidUTF8:
      BilingualText(vi: "lưu lại tệp dạng CSV UTF-8", en: "save the file again as CSV UTF-8")
    case .ragged:
      BilingualText(
        vi: "kiểm tra dấu phẩy thừa hoặc thiếu trong dòng", en: "look for a missing or an extra comma in the line")
    case .emptyLine: BilingualText(vi: "xóa dòng trống", en: "delete the empty line")
    case .missingFinalLineEnd:
      BilingualText(
        vi: "nếu dòng cuối còn đủ, đặt con trỏ vào cuối tệp, nhấn Enter rồi lưu; nếu không, xuất lại toàn bộ tệp",
        en: "if the last line is whole, put the cursor at the end of the file, press Enter and save; else export again")
    case .bareCarriageReturn:
      BilingualText(
        vi: "xuất lại toàn bộ tệp từ phần mềm nguồn", en: "export the whole file again from the source software")
    }
  }

  /// A stable word for programs.
  public var code: RowCode {
    switch kind {
    case .unbalancedQuote: .csvUnbalancedQuote
    case .bareQuote: .csvBareQuote
    case .invalidUTF8: .csvUTF8
    case .ragged: .csvRagged
    case .emptyLine: .csvEmptyLine
    case .bareCarriageReturn: .csvLineEnd
    case .recordTooLong: .csvTooLong
    case .missingFinalLineEnd: .csvCut
    }
  }
}
