internal import Ledger
internal import VietnamReference

/// Dates and months as people and spreadsheets write them.
extension PaymentFieldForms {
  /// `17/05/1952`, `17-5-1952`, `17.05.1952`, `1952-05-17`, `--/05/1952`, `05/1952`, `1952`.
  func birthDate(_ text: String) throws(FieldDefect) -> PartialDate {
    if PartialDate(text: text) != nil { return try parser.birthDate(text) }
    let parts = Self.parts(text)
    if parts.count == 3 {
      if parts[2].count == 2, Self.isNumber(parts[0], 1...2), Self.isNumber(parts[1], 1...2),
        Self.isNumber(parts[2], 2...2)
      {
        throw FieldDefect(
          code: .birthDateTwoDigitYear,
          reason: BilingualText(
            vi: "năm sinh chỉ có hai chữ số, không rõ thế kỷ",
            en: "the birth year has two digits, of an unknown century"),
          remedy: BilingualText(vi: "ghi năm đủ bốn chữ số, ví dụ 17/05/1945", en: "write all four, as in 17/05/1945"))
      }
      if Self.isNumber(parts[2], 4...4), Self.isNumber(parts[1], 1...2) {
        let isUnknown = parts[0].isEmpty || parts[0].allSatisfy { $0 == "-" }
        if Self.isNumber(parts[0], 1...2) {
          try refuseMonthFirst(parts)
          return try parser.birthDate("\(Self.padded(parts[0]))/\(Self.padded(parts[1]))/\(parts[2])")
        }
        if isUnknown { return try parser.birthDate("--/\(Self.padded(parts[1]))/\(parts[2])") }
      }
      if Self.isNumber(parts[0], 4...4), Self.isNumber(parts[1], 1...2), Self.isNumber(parts[2], 1...2) {
        return try parser.birthDate("\(parts[0])-\(Self.padded(parts[1]))-\(Self.padded(parts[2]))")
      }
    }
    if parts.count == 2, Self.isNumber(parts[0], 1...2), Self.isNumber(parts[1], 4...4) {
      return try parser.birthDate("--/\(Self.padded(parts[0]))/\(parts[1])")
    }
    if text.utf8.count == 5, Self.isDigits(text) {
      throw FieldDefect(
        code: .birthDateSerial,
        reason: BilingualText(
          vi: "ngày sinh là số ngày của Excel, không phải ngày",
          en: "the birth date is Excel's count of days, not a date"),
        remedy: BilingualText(
          vi: "định dạng cột ngày sinh là dd/mm/yyyy hoặc Văn bản (Text) rồi lưu lại",
          en: "format the column as dd/mm/yyyy or as Text and save again"))
    }
    return try parser.birthDate(text)
  }

  /// `2026-11`, `11/2026`, `1/2026`, `T11/2026`, `tháng 11/2026`.
  func period(_ text: String) throws(FieldDefect) -> Period {
    var figure = text.lowercased()
    for word in ["tháng", "thang", "t"] where figure.hasPrefix(word) {
      figure = ListCell.trimmed(String(figure.dropFirst(word.count)))
      break
    }
    let parts = Self.parts(figure)
    if parts.count == 2 {
      if Self.isNumber(parts[0], 1...2), Self.isNumber(parts[1], 4...4) {
        return try parser.period("\(Self.padded(parts[0]))/\(parts[1])")
      }
      if Self.isNumber(parts[0], 4...4), Self.isNumber(parts[1], 1...2) {
        return try parser.period("\(parts[0])-\(Self.padded(parts[1]))")
      }
      if parts.contains(where: { $0.contains(where: \.isLetter) }) { throw Self.monthDamaged }
    }
    if parts.count == 3, parts.allSatisfy({ Self.isNumber($0, 1...4) }) { throw Self.monthDamaged }
    return try parser.period(text)
  }

  private static let monthDamaged = FieldDefect(
    code: .periodDate,
    reason: BilingualText(
      vi: "Excel đã đổi tháng hưởng thành ngày hoặc dạng Nov-26",
      en: "Excel turned the benefit month into a date or the form Nov-26"),
    remedy: BilingualText(
      vi: "định dạng cột là Văn bản (Text) rồi ghi MM/yyyy, ví dụ 11/2026",
      en: "format the column as Text and write MM/yyyy, for example 11/2026"))

  /// 12/31/1950 is no day and month; 05/04/1950 is taken as 5 April, the only order used in Vietnam.
  private func refuseMonthFirst(_ parts: [Substring]) throws(FieldDefect) {
    guard let first = Int(parts[0]), let second = Int(parts[1]), (1...12).contains(first), (13...31).contains(second)
    else { return }
    throw FieldDefect(
      code: .birthDateMonthFirst,
      reason: BilingualText(
        vi: "ngày sinh ghi tháng trước ngày (MM/dd/yyyy)", en: "the birth date has the month first (MM/dd/yyyy)"),
      remedy: BilingualText(
        vi: "đổi cả cột sang dd/MM/yyyy, kể cả những ngày đọc được cả hai cách",
        en: "turn the whole column into dd/MM/yyyy, also the dates that can be read both ways"))
  }

  /// What stands between `/`, `-`, `.`; leading hyphens of unknown parts stay together.
  private static func parts(_ text: String) -> [Substring] {
    guard !text.hasPrefix("-") else {
      return text.split(separator: "/", omittingEmptySubsequences: false)
    }
    guard let sign = text.first(where: { "/-.".contains($0) }) else { return [text[...]] }
    return text.split(separator: sign, omittingEmptySubsequences: false)
  }

  private static func isNumber(_ text: Substring, _ lengths: ClosedRange<Int>) -> Bool {
    lengths.contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  private static func padded(_ text: Substring) -> String { text.utf8.count == 1 ? "0\(text)" : String(text) }
}
