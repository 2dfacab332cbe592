internal import Ledger
internal import VietnamReference

/// The rules of the single columns of a payment list.
struct PaymentFieldParser {
  let options: PaymentList.Options
  private let register = ProvinceRegister.embedded
  private let currentProvinces: Set<String>

  init(options: PaymentList.Options) {
    self.options = options
    currentProvinces = Set(register.current(on: options.today).map(\.code))
  }

  func personalID(_ text: String) throws(FieldDefect) -> Checked<PersonalID> {
    do throws(IdentifierError) {
      return try PersonalID.validate(
        text, today: options.today, allowingSampleData: options.allowsSampleData,
        allowingCountryCodes: options.allowsCountryCodes)
    } catch {
      throw FieldDefect(code: RowCode(error), reason: error.reason, remedy: error.remedy)
    }
  }

  func name(_ text: String) throws(FieldDefect) -> PersonName {
    if Self.hasLostLetters(text) {
      throw FieldDefect(
        code: .nameLostLetters,
        reason: BilingualText(
          vi: "họ và tên có dấu ? hoặc � thay cho chữ có dấu đã mất",
          en: "the name has ? or � in place of letters that were lost"),
        remedy: BilingualText(
          vi: "xuất lại từ tệp gốc, chọn “CSV UTF-8”; loại CSV thường làm mất chữ có dấu",
          en: "export again from the original as “CSV UTF-8”; plain CSV loses letters with diacritics"))
    }
    do throws(PersonNameError) {
      return try PersonName(text)
    } catch {
      throw FieldDefect(code: RowCode(error), reason: error.reason, remedy: error.remedy)
    }
  }

  /// Whether a conversion has put `?` or U+FFFD in place of letters.
  static func hasLostLetters(_ text: String) -> Bool {
    text.unicodeScalars.contains { $0 == "?" || $0.value == 0xFFFD }
  }

  func birthDate(_ text: String) throws(FieldDefect) -> PartialDate {
    guard let date = PartialDate(text: text) else {
      throw FieldDefect(
        code: .birthDateShape,
        reason: BilingualText(vi: "ngày sinh không hợp lệ", en: "the birth date is not valid"),
        remedy: BilingualText(
          vi: "ghi dd/MM/yyyy, --/MM/yyyy hoặc chỉ năm sinh, ví dụ 17/05/1945, --/05/1945, 1945",
          en: "write dd/MM/yyyy, --/MM/yyyy or only the year, for example 17/05/1945, --/05/1945, 1945"))
    }
    guard date.year >= 1900, date.earliest <= options.today else {
      throw FieldDefect(
        code: .birthDateRange,
        reason: BilingualText(
          vi: "ngày sinh phải từ năm 1900 đến hôm nay", en: "the birth date must lie between 1900 and today"),
        remedy: BilingualText(vi: "đối chiếu với thẻ căn cước", en: "compare with the ID card"))
    }
    return date
  }

  func programme(_ text: String) throws(FieldDefect) -> Programme {
    guard let programme = options.catalogue.programme(code: text) else {
      throw FieldDefect(
        code: .programmeUnknown,
        reason: BilingualText(vi: "không có chương trình này", en: "there is no such programme"),
        remedy: BilingualText(
          vi: "ghi đúng mã trong danh mục chương trình, ví dụ BHXH-HUU",
          en: "write a code of the programme catalogue, for example BHXH-HUU"))
    }
    guard !programme.allowedFunders.isEmpty else {
      throw FieldDefect(
        code: .programmeNotPayable,
        reason: BilingualText(
          vi: "chương trình \(programme.code) không chi trả tiền", en: "programme \(programme.code) pays no money"),
        remedy: BilingualText(vi: "bỏ dòng này khỏi danh sách chi trả", en: "take the line out of the payout list"))
    }
    return programme
  }

  func period(_ text: String) throws(FieldDefect) -> Period {
    let bytes = Array(text.utf8.prefix(8))
    if bytes.count == 7 {
      let number: Int32?
      if bytes[4] == UInt8(ascii: "-") {
        number = Self.number(bytes[0..<4] + bytes[5..<7])
      } else if bytes[2] == UInt8(ascii: "/") {
        number = Self.number(bytes[3..<7] + bytes[0..<2])
      } else {
        number = nil
      }
      if let period = number.flatMap({ Period(yyyymm: $0) }) { return period }
    }
    throw FieldDefect(
      code: .periodShape,
      reason: BilingualText(vi: "tháng hưởng không hợp lệ", en: "the benefit month is not valid"),
      remedy: BilingualText(
        vi: "ghi yyyy-MM hoặc MM/yyyy, ví dụ 2026-11 hoặc 11/2026",
        en: "write yyyy-MM or MM/yyyy, for example 2026-11 or 11/2026"))
  }

  /// Lists are made for the next month, before Tết for two.
  static func lastMonth(listedOn day: CalendarDate) -> Int32 {
    let month = day.year * 12 + day.month - 1 + 2
    return Int32(month / 12 * 100 + month % 12 + 1)
  }

  func check(isSoon period: Period) throws(FieldDefect) {
    let last = Self.lastMonth(listedOn: options.today)
    guard period.yyyymm > last else { return }
    let month = "\(last % 100)/\(last / 100)"
    throw FieldDefect(
      code: .periodAhead,
      reason: BilingualText(
        vi: "tháng hưởng còn quá xa; hôm nay chỉ lập danh sách đến tháng \(month)",
        en: "the benefit month is too far ahead; today lists are made until \(month)"),
      remedy: BilingualText(
        vi: "lập danh sách của tháng đó khi đến kỳ", en: "make that month's list when it is due"))
  }

  func check(_ programme: Programme, isInForceIn period: Period) throws(FieldDefect) {
    guard !programme.isInForce(in: period) else { return }
    let from = programme.validFrom?.slashed
    let to = programme.validTo?.slashed
    let interval = BilingualText(
      vi: [from.map { "từ \($0)" }, to.map { "đến \($0)" }].compactMap { $0 }.joined(separator: " "),
      en: [from.map { "from \($0)" }, to.map { "until \($0)" }].compactMap { $0 }.joined(separator: " "))
    let month = "\(period.month < 10 ? "0" : "")\(period.month)/\(period.year)"
    throw FieldDefect(
      code: .programmeNotInForce,
      reason: BilingualText(
        vi: "chương trình \(programme.code) có hiệu lực \(interval.vi), không có trong tháng hưởng \(month)",
        en: "programme \(programme.code) is in force \(interval.en), not in the benefit month \(month)"),
      remedy: BilingualText(
        vi: "kiểm tra tháng hưởng hoặc ghi chương trình thay thế",
        en: "check the benefit month or write the programme that replaced it"))
  }

  func amount(_ text: String) throws(FieldDefect) -> Int64 {
    let amount: Int64
    do throws(AmountError) {
      amount = try VND.parse(text, maximum: PaymentList.maximumAmount)
    } catch {
      throw FieldDefect(code: RowCode(error), reason: error.reason, remedy: error.remedy)
    }
    guard amount > 0 else {
      throw FieldDefect(
        code: .amountZero, reason: BilingualText(vi: "số tiền bằng 0", en: "the amount is zero"),
        remedy: BilingualText(
          vi: "ghi số tiền được hưởng hoặc bỏ dòng này", en: "write the amount entitled or take the line out"))
    }
    return amount
  }

  func funder(_ text: String, of programme: Programme?) throws(FieldDefect) -> FunderKind {
    let codes = (programme?.allowedFunders ?? FunderKind.allCases).map(\.code)
    let remedy = BilingualText(
      vi: "ghi một trong các mã: \(codes.joined(separator: ", "))", en: "write one of \(codes.joined(separator: ", "))")
    guard let kind = FunderKind(code: text) else {
      throw FieldDefect(
        code: .funderUnknown,
        reason: BilingualText(vi: "không có nguồn kinh phí này", en: "there is no such funding source"), remedy: remedy)
    }
    if let programme, !programme.allowedFunders.contains(kind) {
      throw FieldDefect(
        code: .funderNotAllowed,
        reason: BilingualText(
          vi: "nguồn kinh phí \(kind.code) không chi trả chương trình \(programme.code)",
          en: "the funding source \(kind.code) does not pay programme \(programme.code)"),
        remedy: remedy)
    }
    return kind
  }

  func province(_ text: String) throws(FieldDefect) -> String {
    if currentProvinces.contains(text) { return text }
    let today = options.today
    if let former = register.formerProvinces(code: text, before: today).first, let last = former.validTo,
      let successor = register.successor(ofCode: text, recordedOn: last, on: today)
    {
      throw FieldDefect(
        code: .provinceClosed,
        reason: BilingualText(
          vi: "mã tỉnh \(text) (\(former.name)) đã đóng sau ngày \(last.slashed)",
          en: "the province code \(text) (\(former.name)) was closed after \(last.slashed)"),
        remedy: BilingualText(
          vi: "ghi mã tỉnh mới \(successor.code) (\(successor.name))",
          en: "write the new province code \(successor.code) (\(successor.name))"))
    }
    throw FieldDefect(
      code: .provinceUnknown,
      reason: BilingualText(vi: "không có mã tỉnh này", en: "there is no such province code"),
      remedy: BilingualText(
        vi: "ghi hai chữ số của một trong \(currentProvinces.count) tỉnh, thành phố",
        en: "write the two digits of one of the \(currentProvinces.count) provinces"))
  }

  func unit(_ text: String, inProvince province: String?) throws(FieldDefect) -> AccountingUnit {
    guard let unit = AccountingUnit(text: text) else {
      throw FieldDefect(
        code: .unitShape, reason: BilingualText(vi: "mã đơn vị không hợp lệ", en: "the unit code is not valid"),
        remedy: BilingualText(
          vi: "ghi BHXH-PP, SNV-PP, SYT-PP hoặc XA-PP-CCCCC (PP mã tỉnh, CCCCC mã xã)",
          en: "write BHXH-PP, SNV-PP, SYT-PP or XA-PP-CCCCC (PP province, CCCCC commune)"))
    }
    try check(unit.provinceCode, is: province, code: .unitProvince, of: BilingualText(vi: "đơn vị", en: "unit"))
    return unit
  }

  /// `^[A-Z]{2,4}-\d{2}-\d{3,5}$`.
  func point(_ text: String, inProvince province: String?) throws(FieldDefect) -> String {
    let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
    guard parts.count == 3, (2...4).contains(parts[0].count), parts[1].count == 2, (3...5).contains(parts[2].count),
      parts[0].allSatisfy({ (0x41...0x5A).contains($0) }),
      parts[1].allSatisfy({ (0x30...0x39).contains($0) }), parts[2].allSatisfy({ (0x30...0x39).contains($0) })
    else {
      throw FieldDefect(
        code: .pointShape,
        reason: BilingualText(vi: "mã điểm chi trả không hợp lệ", en: "the payout point code is not valid"),
        remedy: BilingualText(
          vi: "ghi loại điểm, mã tỉnh và số thứ tự, ví dụ BD-19-001",
          en: "write kind, province code and number, for example BD-19-001"))
    }
    try check(
      String(Substring(parts[1])), is: province, code: .pointProvince,
      of: BilingualText(vi: "điểm chi trả", en: "payout point"))
    return text
  }

  /// A code's province part must be the row's province, when that is known to be one.
  private func check(
    _ found: String, is province: String?, code: RowCode, of what: BilingualText
  ) throws(FieldDefect) {
    guard let province, found != province else { return }
    throw FieldDefect(
      code: code,
      reason: BilingualText(
        vi: "mã tỉnh \(found) của \(what.vi) khác cột tinh (\(province))",
        en: "the \(what.en)'s province \(found) is not that of column tinh (\(province))"),
      remedy: BilingualText(
        vi: "ghi \(what.vi) và tỉnh cùng một mã tỉnh", en: "give the \(what.en) and the row the same province code"))
  }

  private static func number(_ bytes: ArraySlice<UInt8>) -> Int32? {
    var value: Int32 = 0
    for byte in bytes {
      guard (0x30...0x39).contains(byte) else { return nil }
      value = value * 10 + Int32(byte - 0x30)
    }
    return value
  }
}
