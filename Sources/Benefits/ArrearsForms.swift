internal import Ledger
internal import VietnamReference

/// A month that arrears (truy lĩnh) are owed for, and the how-manieth payment of them it is.
struct ArrearsMonth: Hashable {
  let period: Period
  let round: Int
}

extension PaymentFieldParser {
  /// `2026-08` or `08/2026`; `2026-08/2` for the second payment of arrears for that month.
  func arrears(_ text: String) throws(FieldDefect) -> ArrearsMonth {
    let (month, round) = Self.parts(text)
    guard let round, let period = try? period(month) else { throw Self.arrearsShape }
    return ArrearsMonth(period: period, round: round)
  }

  /// Arrears are of the list's month or an earlier one, and of a benefit that has months.
  func check(
    _ arrears: ArrearsMonth, listed: Period?, programme: Programme?
  ) throws(FieldDefect) -> ArrearsMonth {
    if let programme, programme.rhythm == .onDeath {
      throw FieldDefect(
        code: .arrearsOnDeath,
        reason: BilingualText(
          vi: "mai táng phí không có truy lĩnh", en: "a funeral grant has no arrears"),
        remedy: BilingualText(
          vi: "để trống cột truy_linh", en: "leave column truy_linh empty"))
    }
    guard let listed, arrears.period > listed else { return arrears }
    throw FieldDefect(
      code: .arrearsFuture,
      reason: BilingualText(
        vi: "tháng truy lĩnh sau tháng của danh sách", en: "the arrears are for a month after the list's"),
      remedy: BilingualText(
        vi: "ghi tháng còn nợ người hưởng, không sau cột ky", en: "write the month that is owed, not after column ky"))
  }

  /// The month and the number behind it; a number that is none is `nil`.
  static func parts(_ text: String) -> (month: String, round: Int?) {
    guard let slash = text.lastIndex(of: "/"), text[..<slash].utf8.count >= 6 else { return (text, 1) }
    let digits = text[text.index(after: slash)...]
    guard (1...2).contains(digits.utf8.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
      let round = Int(digits), (1...ItemRule.maximumRound).contains(round)
    else { return (text, nil) }
    return (String(text[..<slash]), round)
  }

  static var arrearsShape: FieldDefect {
    FieldDefect(
      code: .arrearsShape,
      reason: BilingualText(vi: "tháng truy lĩnh không hợp lệ", en: "the arrears' month is not valid"),
      remedy: BilingualText(
        vi: "ghi 2026-08 hoặc 08/2026; lần truy lĩnh thứ hai của tháng đó ghi 2026-08/2",
        en: "write 2026-08 or 08/2026; 2026-08/2 for the second payment of that month's arrears"))
  }
}

extension PaymentFieldParser {
  /// Whose funeral a grant is for, which every funeral grant has and nothing else.
  func deceased(
    _ text: String, of programme: Programme?, claimant: PersonalID?
  ) throws(FieldDefect) -> PersonalID? {
    guard let programme else { return nil }
    guard programme.rhythm == .onDeath else {
      guard text.isEmpty else {
        throw FieldDefect(
          code: .deceasedUnneeded,
          reason: BilingualText(
            vi: "chương trình \(programme.code) không phải mai táng phí",
            en: "programme \(programme.code) is no funeral grant"),
          remedy: BilingualText(vi: "để trống cột nguoi_chet", en: "leave column nguoi_chet empty"))
      }
      return nil
    }
    let remedy = BilingualText(
      vi: "ghi số định danh cá nhân của người chết vào cột nguoi_chet",
      en: "write the dead person's personal identification number in column nguoi_chet")
    guard !text.isEmpty else {
      throw FieldDefect(
        code: .deceasedMissing,
        reason: BilingualText(
          vi: "mai táng phí phải ghi người chết", en: "a funeral grant has to name the dead person"), remedy: remedy)
    }
    let found = try personalID(text).value
    guard found != claimant else {
      throw FieldDefect(
        code: .deceasedSelf,
        reason: BilingualText(
          vi: "người nhận mai táng phí chính là người chết", en: "the dead person is the one who is to be paid"),
        remedy: remedy)
    }
    return found
  }
}

extension PaymentFieldForms {
  /// As ``PaymentFieldParser/arrears(_:)``, with the month in any spelling that the list's own may have, and the number
  /// behind `lần` as well.
  func arrears(_ text: String) throws(FieldDefect) -> ArrearsMonth {
    let words = text.split(whereSeparator: \.isWhitespace).map(String.init)
    var text = text
    if words.count >= 3, ["lần", "lan"].contains(words[words.count - 2].lowercased()) {
      text = words.dropLast(2).joined(separator: " ") + "/" + words[words.count - 1]
    }
    let (month, round) = PaymentFieldParser.parts(text)
    guard let round, let period = try? period(month) else { throw PaymentFieldParser.arrearsShape }
    return ArrearsMonth(period: period, round: round)
  }
}
