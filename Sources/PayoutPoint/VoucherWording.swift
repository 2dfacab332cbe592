internal import VietnamReference

/// What a voucher says, whatever it is printed on: text, A5 form, receipt.
struct VoucherWording {
  let data: VoucherData
  let language: Language

  /// `05/11/2026 09:30:15`; the bare number of seconds for a time outside the calendar.
  var time: String { Self.text(of: data.time) }

  /// `700100 - Bưu cục Bến Thành`.
  var point: String { TextLayout.oneLine("\(data.pointCode) - \(data.pointName)") }

  /// The personal ID, never more than its last four digits.
  var personalID: String { Mask.printable(data.maskedPersonalID, limit: 64) }

  /// Which copy this is; of a reprint the how manieth.
  var copy: BilingualText { VoucherLabel.copy(data.copy, number: data.reprintNumber) }

  /// The card's field, or that of the signed list that stands in its place.
  var evidence: (label: BilingualText, value: String) {
    data.list.map { (VoucherLabel.list, Mask.printable($0, limit: 200)) } ?? (VoucherLabel.card, card)
  }

  /// The card number's last four digits.
  var card: String { "****\(data.cardLastFour.suffix(4))" }

  var connection: BilingualText { data.isOnline ? VoucherLabel.online : VoucherLabel.offline }

  /// The province of the payout point, to begin a line with.
  var hostName: String {
    let name = TextLayout.oneLine(data.hostProvinceName)
    return name.prefix(1).uppercased() + name.dropFirst()
  }

  /// `Thành phố Hồ Chí Minh, ngày 05 tháng 11 năm 2026`; `nil` for a time outside the calendar.
  var placeAndDate: String? {
    CalendarDate(unixSeconds: data.time, zone: .vietnam).map { "\(hostName), \($0.longVietnamese)" }
  }

  /// That this is printed again, and when.
  var reprintNote: BilingualText {
    data.reprintTime.map { VoucherLabel.reprinted(at: Self.text(of: $0)) } ?? VoucherLabel.reprintNote
  }

  /// What the recipient is told at the end.
  var notes: [BilingualText] {
    [VoucherLabel.countMoney] + (data.isOnline ? [] : [VoucherLabel.offlineNote])
      + (language == .english ? [VoucherLabel.legalText] : [])
  }

  /// The words for who collected.
  func label(_ collector: VoucherCollector) -> (who: BilingualText, paper: BilingualText, until: BilingualText) {
    VoucherLabel.collector(collector.kind)
  }

  func authorityNumber(_ collector: VoucherCollector) -> String {
    Mask.printable(collector.authorityNumber, limit: 200)
  }

  /// Whose line it is: the office that owns it, under another label when the point stands in its own province.
  func home(of line: VoucherLine) -> (label: BilingualText, value: String) {
    let home = bareName(line.homeProvinceName)
    let office =
      line.homeUnitName.lowercased().contains(home)
      ? line.homeUnitName : "\(line.homeUnitName), \(line.homeProvinceName)"
    let isHere = home == bareName(data.hostProvinceName)
    return (isHere ? VoucherLabel.homeUnit : VoucherLabel.onBehalf, office)
  }

  /// The Vietnamese text, in English with the English one beside it.
  func label(_ text: BilingualText) -> String {
    language == .vietnamese || text.vi == text.en ? text.vi : "\(text.vi) / \(text.en)"
  }

  /// A province's name without its kind, to compare by.
  private func bareName(_ province: String) -> String {
    let name = TextLayout.oneLine(province).lowercased()
    let kind = ["tỉnh ", "thành phố "].first { name.hasPrefix($0) } ?? ""
    return String(name.dropFirst(kind.count))
  }

  private static func text(of time: Int64) -> String {
    guard let date = CalendarDate(unixSeconds: time, zone: .vietnam) else { return "\(time) s" }
    return "\(date.slashed) \(clock(time).joined(separator: ":"))"
  }

  /// `20261105093015` in Vietnam's time; the bare number of seconds for a time outside the calendar.
  static func sortableTime(_ time: Int64) -> String {
    guard let date = CalendarDate(unixSeconds: time, zone: .vietnam) else { return "\(time)" }
    return date.iso.filter { $0 != "-" } + clock(time).joined()
  }

  /// Hours, minutes and seconds of Vietnam's day, two digits each.
  private static func clock(_ time: Int64) -> [String] {
    let second = (time + 7 * 3_600) % 86_400
    let ofDay = second < 0 ? second + 86_400 : second
    return [ofDay / 3_600, ofDay / 60 % 60, ofDay % 60].map { $0 < 10 ? "0\($0)" : "\($0)" }
  }
}
