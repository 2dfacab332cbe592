public import VietnamReference

/// What is said of a file that is not of the right shape.
extension CatalogueFault {
  struct Text {
    let code: CatalogueFaultCode
    let why: BilingualText
    let remedy: BilingualText

    init(_ code: CatalogueFaultCode, _ vi: String, _ en: String, _ remedyVi: String, _ remedyEn: String) {
      self.code = code
      why = BilingualText(vi: vi, en: en)
      remedy = BilingualText(vi: remedyVi, en: remedyEn)
    }
  }

  /// Its code.
  public var code: CatalogueFaultCode { text.code }

  /// What is wrong, without its place: part of a sentence.
  public var why: BilingualText { text.why }

  /// What to do about it, a sentence.
  public var remedy: BilingualText { text.remedy }

  private var text: Text { shapeText ?? dateText ?? referenceText ?? ruleText }

  /// `; có phải là “x”?`
  static func meant(_ nearest: String?) -> (vi: String, en: String) {
    nearest.map { ("; có phải là “\($0)”?", "; is “\($0)” meant?") } ?? ("", "")
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
      let meant = Self.meant(nearest)
      return Text(
        .unknownKey, "không có mục nào tên như vậy ở đây" + meant.vi, "there is no such key here" + meant.en,
        "Sửa tên mục đó hoặc bỏ nó đi.", "Correct the key's name or take it out.")
    case .missingKey:
      return Text(
        .missingKey, "phần bắt đầu ở đây thiếu mục này", "the section that begins here lacks it",
        "Thêm mục đó với giá trị.", "Add the key with its value.")
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
      return Text(
        .range, "giá trị phải trong khoảng \(lowest)…\(highest)", "the value has to be within \(lowest)…\(highest)",
        "Ghi một giá trị trong khoảng đó.", "Give a value within these bounds.")
    case .word(let words):
      let words = words.joined(separator: ", ")
      return Text(
        .word, "phải là một trong: \(words)", "it has to be one of: \(words)", "Chọn một trong các giá trị đó.",
        "Choose one of these.")
    case .form(let forms):
      let words = forms.joined(separator: " | ")
      return Text(
        .form, "phải có đúng một trong các dạng: \(words)", "it has to have exactly one of the forms: \(words)",
        "Giữ đúng một dạng.", "Keep exactly one of them.")
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
      BilingualText(vi: "chữ, không để trống, không quá 300 ký tự", en: "text, not blank, of 300 characters at most")
    case .name:
      BilingualText(
        vi: "tên gồm chữ cái thường không dấu, chữ số, dấu - và _",
        en: "a name of small Latin letters, digits, - and _, a letter first")
    case .code:
      BilingualText(
        vi: "mã chương trình: chữ hoa không dấu, chữ số và dấu -, không quá 15 ký tự",
        en: "a programme's code: capital Latin letters, digits and -, fifteen at most")
    case .wireCode:
      BilingualText(
        vi: "bốn chữ số thập lục phân trong ngoặc kép, khác \"0000\"",
        en: "four hexadecimal digits in quotes, not \"0000\"")
    case .whole: BilingualText(vi: "số nguyên viết bằng chữ số", en: "a whole number in plain digits")
    case .decimal:
      BilingualText(
        vi: "số lớn hơn 0, có thể có dấu chấm thập phân", en: "a number above 0, with a decimal point or without")
    case .flag: BilingualText(vi: "yes hoặc no", en: "yes or no")
    case .date: BilingualText(vi: "ngày dạng yyyy-MM-dd", en: "a day that exists, yyyy-MM-dd")
    case .evidence:
      BilingualText(
        vi: "nguồn: S và số hiệu nguồn, hoặc K khi là kiến thức chung",
        en: "evidence: S and a source, or K for general knowledge")
    case .list: BilingualText(vi: "danh sách", en: "a list")
    case .section: BilingualText(vi: "một phần có các mục riêng", en: "a section with keys of its own")
    }
  }
}
