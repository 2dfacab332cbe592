internal import VietnamReference

/// Reads columns as people and spreadsheets write them: brings a text to the form that ``PaymentFieldParser`` knows, or
/// says what happened to it. Nothing is guessed: where a spreadsheet has lost digits, the text is refused.
struct PaymentFieldForms {
  let parser: PaymentFieldParser

  init(options: PaymentList.Options) {
    parser = PaymentFieldParser(options: options)
  }

  func personalID(_ text: String) throws(FieldDefect) -> Checked<PersonalID> {
    let digits = Self.unwrapped(text)
    if Self.isScientific(digits) {
      throw FieldDefect(
        code: .idScientific,
        reason: BilingualText(
          vi: "Excel đã đổi số định danh thành dạng 3,15E+09 và làm mất các chữ số cuối",
          en: "Excel turned the number into the form 3.15E+09 and lost its last digits"),
        remedy: Self.asText)
    }
    let count = digits.utf8.count
    if count == 10 || count == 11, Self.isDigits(digits), digits.utf8.first != UInt8(ascii: "0") {
      throw FieldDefect(
        code: .idLeadingZero,
        reason: BilingualText(
          vi: "số định danh còn \(count) chữ số, Excel đã bỏ số 0 ở đầu",
          en: "the number has \(count) digits left, Excel dropped the zeros it began with"),
        remedy: Self.asText)
    }
    if count == 9, Self.isDigits(digits) {
      throw FieldDefect(
        code: .idOldCard,
        reason: BilingualText(
          vi: "chín chữ số là số chứng minh nhân dân cũ", en: "nine digits are the number of an old identity card"),
        remedy: BilingualText(
          vi: "ghi số định danh cá nhân 12 chữ số trên thẻ căn cước",
          en: "write the 12-digit personal identification number of the ID card"))
    }
    return try parser.personalID(digits)
  }

  /// The name; signs that no name has are refused besides.
  func name(_ text: String) throws(FieldDefect) -> PersonName {
    if !PaymentFieldParser.hasLostLetters(text), text.unicodeScalars.contains(where: Self.isForeignSign) {
      throw FieldDefect(
        code: .nameSign,
        reason: BilingualText(
          vi: "họ và tên có ký hiệu không phải chữ, có thể do sai bảng mã",
          en: "the name has signs that are no letters, perhaps of a wrong character set"),
        remedy: BilingualText(
          vi: "xuất lại từ tệp gốc, chọn “CSV UTF-8”, hoặc ghi lại họ và tên như trên thẻ căn cước",
          en: "export again from the original as “CSV UTF-8”, or write the name as on the ID card"))
    }
    return try parser.name(text)
  }

  func province(_ text: String) throws(FieldDefect) -> String {
    if text.utf8.count == 1, Self.isDigits(text) {
      throw FieldDefect(
        code: .provinceLeadingZero,
        reason: BilingualText(
          vi: "mã tỉnh chỉ có một chữ số, Excel có thể đã bỏ số 0 ở đầu",
          en: "the province code has one digit, Excel may have dropped its zero"),
        remedy: Self.asText)
    }
    return try parser.province(text)
  }

  /// Đồng: `1234567`, `1.234.567`, `1,234,567`, `1 234 567`, any of them with `đ`, `₫`, `đồng` or `VND` after it.
  func amount(_ text: String) throws(FieldDefect) -> Int64 {
    if Self.isScientific(text) {
      throw FieldDefect(
        code: .amountScientific,
        reason: BilingualText(
          vi: "Excel đã đổi số tiền thành dạng 3,15E+09 và có thể đã làm tròn",
          en: "Excel turned the amount into the form 3.15E+09 and may have rounded it"),
        remedy: BilingualText(
          vi: "định dạng cột là Số, không có phần thập phân, rồi xuất lại từ tệp gốc",
          en: "format the column as Number without decimals and export again from the original"))
    }
    let figure = Self.withoutCurrency(text)
    if figure.first == "(", figure.last == ")" { return try parser.amount("-" + figure.dropFirst().dropLast()) }
    let groups = figure.split(omittingEmptySubsequences: false) { Self.isGroupSign($0) }
    guard groups.count > 1, figure.allSatisfy({ Self.isGroupSign($0) || $0.isASCII && $0.isWholeNumber }) else {
      return try parser.amount(figure)
    }
    let signs = Set(figure.filter(Self.isGroupSign).map { $0.isWhitespace ? " " : $0 })
    let isGrouped =
      (1...3).contains(groups[0].count) && groups[0].first != "0" && groups.dropFirst().allSatisfy { $0.count == 3 }
    if signs.count == 1, isGrouped { return try parser.amount(groups.joined()) }
    // One sign, or another sign the last time, and not three digits after it: a decimal part.
    let last = figure.last(where: Self.isGroupSign)
    let isLastSignUnique = figure.filter(Self.isGroupSign).count { $0 == last } == 1
    if last?.isWhitespace == false, isLastSignUnique, groups.count == 2 || signs.count > 1,
      groups[groups.count - 1].count != 3
    {
      throw FieldDefect(
        code: .amountDecimal, reason: AmountError.decimal.reason,
        remedy: AmountError.decimal.remedy)
    }
    throw FieldDefect(
      code: .amountGrouping,
      reason: BilingualText(
        vi: "số tiền có dấu phân cách sai chỗ hoặc lẫn hai loại dấu",
        en: "the amount has misplaced separators or two kinds of them"),
      remedy: BilingualText(
        vi: "ghi 1234567 hoặc 1.234.567, đơn vị đồng", en: "write 1234567 or 1.234.567, in đồng"))
  }

  /// What to do when a spreadsheet took a code for a number.
  static let asText = BilingualText(
    vi: "trong Excel định dạng cột là Văn bản (Text) trước khi nhập, lấy lại số từ tệp gốc rồi lưu “CSV UTF-8”",
    en: "in Excel format the column as Text before filling it, take the number from the original and save “CSV UTF-8”")

  static func isDigits(_ text: String) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  /// `3.15E+09`, `3,15E+09`, `3E9`.
  static func isScientific(_ text: String) -> Bool {
    let parts = text.utf8.split(maxSplits: 2, omittingEmptySubsequences: false) { $0 | 0x20 == UInt8(ascii: "e") }
    guard parts.count == 2, let first = parts[0].first, (0x30...0x39).contains(first) else { return false }
    let exponent = parts[1].first == UInt8(ascii: "+") ? parts[1].dropFirst() : parts[1]
    return parts[0].allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: ",") }
      && (1...2).contains(exponent.count) && exponent.allSatisfy { (0x30...0x39).contains($0) }
  }

  /// `'0031…` and `="0031…"`, by which spreadsheets are told that digits are text, without that.
  private static func unwrapped(_ text: String) -> String {
    if text.hasPrefix("=\""), text.hasSuffix("\""), text.utf8.count > 3 { return String(text.dropFirst(2).dropLast()) }
    return text.hasPrefix("'") ? String(text.dropFirst()) : text
  }

  private static func withoutCurrency(_ text: String) -> String {
    let lowered = text.lowercased()
    for unit in ["đồng", "vnđ", "vnd", "đ", "₫"] where lowered.hasSuffix(unit) {
      return ListCell.trimmed(String(text.dropLast(unit.count)))
    }
    return text
  }

  private static func isGroupSign(_ character: Character) -> Bool {
    ".,".contains(character) || [" ", "\u{A0}", "\u{202F}", "\u{2009}"].contains(character)
  }

  /// Signs that stand in a name only when its bytes were read in a wrong character set, or by a slip of the hand.
  private static func isForeignSign(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return "<>=@#$%&*+/\\^_{|}~;:\"!".unicodeScalars.contains(scalar) }
    switch scalar.value {
    case 0xB4, 0xB7, 0x2018, 0x2019, 0x2B9, 0x2BC, 0x2010...0x2015: return false
    default: break
    }
    switch scalar.properties.generalCategory {
    case .currencySymbol, .mathSymbol, .modifierSymbol, .otherSymbol, .otherNumber, .otherPunctuation,
      .initialPunctuation, .finalPunctuation, .openPunctuation, .closePunctuation:
      return true
    default: return false
    }
  }
}

/// A cell as it stands between two separators.
enum ListCell {
  /// `text` without the spaces around it, no-break spaces among them.
  static func trimmed(_ text: String) -> String {
    let isSpace: (Character) -> Bool = { $0.isWhitespace }
    guard let first = text.firstIndex(where: { !isSpace($0) }), let last = text.lastIndex(where: { !isSpace($0) })
    else { return "" }
    return String(text[first...last])
  }

  /// `range` of `bytes` without the spaces around it: ASCII white space, U+00A0, U+202F.
  static func trimmed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end {
      if bytes[start] <= 0x20 {
        start += 1
      } else if end - start >= 2, bytes[start] == 0xC2, bytes[start + 1] == 0xA0 {
        start += 2
      } else if end - start >= 3, bytes[start] == 0xE2, bytes[start + 1] == 0x80, bytes[start + 2] == 0xAF {
        start += 3
      } else {
        break
      }
    }
    while start < end {
      if bytes[end - 1] <= 0x20 {
        end -= 1
      } else if end - start >= 2, bytes[end - 1] == 0xA0, bytes[end - 2] == 0xC2 {
        end -= 2
      } else if end - start >= 3, bytes[end - 1] == 0xAF, bytes[end - 2] == 0x80, bytes[end - 3] == 0xE2 {
        end -= 3
      } else {
        break
      }
    }
    return start..<end
  }
}
