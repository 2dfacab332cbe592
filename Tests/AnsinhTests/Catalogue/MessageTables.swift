import Foundation
import VietnamReference

@testable import ansinh

/// The tables of `Messages.md`.
enum MessageTables {
  /// The page in the program's documentation.
  static let path: String = {
    var folder = URL(fileURLWithPath: #filePath)
    for _ in 0..<4 { folder.deleteLastPathComponent() }
    return folder.path + "/Sources/ansinh/ansinh.docc/Messages.md"
  }()

  static func page() throws -> String {
    var text = """
      # Thông báo và mã lỗi

      Messages and their codes: what people read, and the stable words that programs go by.

      ## Overview

      Mỗi lỗi có một mã không đổi, một câu nói điều gì đã xảy ra và một câu nói cần làm gì, bằng hai thứ tiếng. Tên, \
      số và đường dẫn trong bảng chỉ là ví dụ. Với `--json`, lỗi là một đối tượng JSON trên một dòng của stderr, có \
      `code` là mã trong các bảng này; các dòng khác của stderr là `{"note": …}`.

      Every error has a code that stays, a sentence that tells what happened and one that tells what to do, in both \
      languages. Names, numbers and paths in the tables are examples. With `--json` an error is one JSON object on one \
      line of stderr, its `code` the one of these tables; other lines of stderr are `{"note": …}`.

      This page is written by the tests of the program from the program itself (`ANSINH_WRITE_MESSAGES=1`); a test \
      fails when the two differ.

      """
    text += heading("Mã thoát", "Exit codes")
    text += table(
      ["Mã / Code", "Tiếng Việt", "English"],
      ExitStatus.allCases.map { [String($0.rawValue), $0.meaning.vi, $0.meaning.en] })
    text += heading("Lời từ chối của trung tâm", "Refusals of the centre")
    text += messages(MessageCatalogue.problems, ["HTTP", "Gửi lại được / May be sent again"])
    text += heading("Dòng của danh sách chi trả", "Rows of payout lists")
    text += messages(try MessageCatalogue.rows(), [])
    for part in MessageCatalogue.parts {
      text += heading(part.title.vi, part.title.en)
      text += messages(MessageCatalogue.entries(part.codes), ["Mã thoát / Exit"])
    }
    text += heading("Mã của PC/SC", "Codes of PC/SC")
    text += table(["PC/SC", "Tên / Name", "Mã / Code"], MessageCatalogue.readerCodes)
    text += heading("Từ trạng thái của thẻ", "Status words of the card")
    text += table(["Lệnh / Command", "SW1-SW2", "Mã / Code"], MessageCatalogue.statusWords)
    return text
  }

  private static func heading(_ vi: String, _ en: String) -> String { "\n## \(vi == en ? vi : "\(vi) / \(en)")\n\n" }

  private static func messages(_ entries: [CatalogueEntry], _ facts: [String]) -> String {
    table(
      ["Mã / Code"] + facts + ["Điều xảy ra", "Cần làm gì", "What happened", "What to do"],
      entries.map {
        ["`\($0.code)`"] + $0.facts + [$0.problem.vi, $0.remedy.vi, $0.problem.en, $0.remedy.en]
      })
  }

  private static func table(_ head: [String], _ rows: [[String]]) -> String {
    ([head, head.map { _ in "---" }] + rows).map { row in
      "| " + row.map(cell).joined(separator: " | ") + " |\n"
    }.joined()
  }

  /// Text as a cell of a Markdown table shows it.
  private static func cell(_ text: String) -> String {
    guard !text.hasPrefix("`") else { return text }
    var shown = TextLayout.oneLine(text)
    for sign in ["\\", "|", "*", "<", "_"] { shown = shown.replacing(sign, with: "\\" + sign) }
    return shown
  }
}
