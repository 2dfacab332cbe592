import CardApplication
import VietnamReference

/// A profile file that can't be used.
enum ProfileFileError: Error {
  /// Not there, not to be read, longer than ``ProfileFiles/maximumBytes``, or not UTF-8.
  case unreadable(path: String)
  /// What is wrong in it.
  case content(path: String, CardProfileError)
  /// So many files were checked and refused; what is wrong in them was printed.
  case refused(count: Int)
}

extension ProfileFileError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .unreadable(let path):
      let path = Mask.printable(path, limit: 200)
      return UserMessage(
        ProfileCode.unreadable, .usage,
        vi: "Không đọc được hồ sơ thẻ “\(path)”: không phải tên hồ sơ có sẵn; tệp không có, không được phép đọc, quá "
          + "64 KiB hoặc không phải UTF-8.",
        en:
          "The card profile “\(path)” can't be read: it is none of the names supplied, and as a file it is not there, "
          + "may not be read, is over 64 KiB or is not UTF-8.",
        remedy: BilingualText(
          vi: "Kiểm tra tên hoặc tên tệp; các hồ sơ có sẵn: ansinh profile show.",
          en: "Check the name or the file's; those supplied: ansinh profile show."))
    case .content(let path, let error):
      let path = Mask.printable(path, limit: 200)
      return error.userMessage(of: BilingualText(vi: "Tệp “\(path)”", en: "File “\(path)”"))
    case .refused(let count):
      return UserMessage(
        ProfileCode.refused, .refused, vi: "Bị từ chối: \(count) tệp hồ sơ thẻ.",
        en: "Card profiles refused: \(count).",
        remedy: BilingualText(
          vi: "Sửa các dòng đã nêu ở trên rồi kiểm tra lần nữa.", en: "Correct the lines told above and check again."))
    }
  }
}

extension CardProfileError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    userMessage(of: BilingualText(vi: "Hồ sơ thẻ", en: "Card profile"))
      .mentioningMoney(moneyWasPaid, afterPayment: .keepRemedy)
  }

  /// The first fault, and how many more there are.
  func userMessage(of file: BilingualText) -> UserMessage {
    guard let first = faults.first else {
      return ProfileFault(line: 1, column: 1, key: "", reason: .syntax("")).userMessage(of: file)
    }
    var message = first.userMessage(of: file)
    if faults.count > 1 {
      message.remedy =
        message.remedy
        + BilingualText(
          vi: " Còn \(faults.count - 1) lỗi nữa; xem tất cả: ansinh profile check.",
          en: " There are \(faults.count - 1) more; see all: ansinh profile check.")
    }
    return message
  }
}

extension ProfileFault {
  /// Where it is: `dòng 7, cột 3, mục “pin.length”`.
  private var place: BilingualText {
    let key = Mask.printable(key, limit: 100)
    return BilingualText(
      vi: "dòng \(line), cột \(column)" + (key.isEmpty ? "" : ", mục “\(key)”"),
      en: "line \(line), column \(column)" + (key.isEmpty ? "" : ", key “\(key)”"))
  }

  /// The whole message.
  func userMessage(of file: BilingualText) -> UserMessage {
    let text = text
    return UserMessage(
      text.code, .refused, vi: "\(file.vi), \(place.vi): \(text.why.vi).",
      en: "\(file.en), \(place.en): \(text.why.en).",
      remedy: text.remedy)
  }

  /// What is wrong, without its place: part of a sentence.
  var why: BilingualText { text.why }

  /// What to do about it.
  var remedy: BilingualText { text.remedy }

  /// Its code.
  var code: ProfileCode { text.code }

  /// Code, reason and remedy.
  struct Text {
    let code: ProfileCode
    let why: BilingualText
    let remedy: BilingualText

    init(_ code: ProfileCode, _ vi: String, _ en: String, _ remedyVi: String, _ remedyEn: String) {
      self.code = code
      why = BilingualText(vi: vi, en: en)
      remedy = BilingualText(vi: remedyVi, en: remedyEn)
    }
  }

  private var text: Text { shapeText ?? holderText ?? limitText ?? accessText ?? faceText }

  /// `1…255`, with no fraction that is zero.
  private static func range(_ lowest: Double, _ highest: Double) -> String {
    [lowest, highest].map { $0 == $0.rounded() && abs($0) < 1e16 ? String(Int64($0)) : String($0) }
      .joined(separator: "…")
  }

  private var shapeText: Text? {
    switch reason {
    case .syntax(let words):
      let words = Mask.printable(TextLayout.oneLine(words), limit: 200)
      return Text(
        .syntax, "sai cú pháp YAML (\(words))", "not well-formed YAML (\(words))", "Sửa dòng đó; tệp có sẵn là mẫu.",
        "Correct that line; the files supplied are examples.")
    case .duplicateKey(let first):
      return Text(
        .duplicateKey, "mục này đã có ở dòng \(first)", "the key stands in line \(first) already",
        "Bỏ một trong hai mục.", "Take one of the two out.")
    case .unknownKey(let nearest):
      return Text(
        .unknownKey, "không có mục nào tên như vậy ở đây" + (nearest.map { "; có phải là “\($0)”?" } ?? ""),
        "there is no such key here" + (nearest.map { "; is “\($0)” meant?" } ?? ""),
        "Sửa tên mục đó hoặc bỏ nó đi.", "Correct the key's name or take it out.")
    case .missingKey:
      return Text(
        .missingKey, "phần bắt đầu ở đây thiếu mục này", "the section that begins here lacks it",
        "Thêm mục đó với giá trị.",
        "Add the key with its value.")
    case .empty:
      return Text(
        .empty, "mục không có giá trị", "the key has no value", "Ghi giá trị, hoặc bỏ cả mục nếu mục không bắt buộc.",
        "Give the value, or take the key out where it may be left out.")
    case .kind(let kind):
      let name = Self.kind(kind)
      return Text(
        .kind, "giá trị phải là \(name.vi)", "the value has to be \(name.en)", "Sửa giá trị ở dòng đó.",
        "Correct the value in that line.")
    case .range(let lowest, let highest):
      let range = Self.range(lowest, highest)
      return Text(
        .range, "giá trị phải trong khoảng \(range)", "the value has to be within \(range)",
        "Ghi một giá trị trong khoảng đó.", "Give a value within these bounds.")
    case .word(let words):
      let words = words.joined(separator: ", ")
      return Text(
        .word, "phải là một trong: \(words); thẻ không có giá trị khác",
        "it has to be one of: \(words); the card offers no other", "Chọn một trong các giá trị đó.",
        "Choose one of these."
      )
    case .count(let lowest, let highest):
      let range = lowest == highest ? "\(lowest)" : "\(lowest)…\(highest)"
      return Text(
        .count, "danh sách phải có \(range) phần tử", "the list has to have \(range) entries",
        "Thêm hoặc bớt phần tử của danh sách.", "Add entries to the list or take some out.")
    default: return nil
    }
  }

  private static func kind(_ kind: Kind) -> BilingualText {
    switch kind {
    case .text:
      BilingualText(vi: "chữ, không để trống, không quá 120 ký tự", en: "text, not blank, of 120 characters at most")
    case .whole: BilingualText(vi: "số nguyên viết bằng chữ số", en: "a whole number in plain digits")
    case .decimal:
      BilingualText(vi: "số, có thể có dấu chấm thập phân", en: "a number, with a decimal point or without")
    case .flag: BilingualText(vi: "true hoặc false", en: "true or false")
    case .list: BilingualText(vi: "danh sách", en: "a list")
    case .section: BilingualText(vi: "một phần có các mục riêng", en: "a section with keys of its own")
    case .colour: BilingualText(vi: "màu dạng \"#RRGGBB\"", en: "a colour, \"#RRGGBB\"")
    }
  }
}
