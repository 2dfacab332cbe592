import Benefits
import Ledger
import ServiceAPI
import VietnamReference

/// A unit's month as people and spreadsheets read it.
struct MonthText {
  /// Above the tables, and below.
  let title: String
  var notes: [String] = []
  /// Headings, rows, and a row of totals when there is one; for CSV plain numbers.
  private(set) var columns: [TextTable.Column] = []
  private(set) var rows: [[Cell]] = []

  /// Text, a count or đồng.
  enum Cell {
    case text(String)
    case count(Int64)
    case money(Int64)

    var shown: String {
      switch self {
      case .text(let text): text
      case .count(let number): String(number)
      case .money(let amount): VND.text(amount)
      }
    }

    var plain: String {
      switch self {
      case .text(let text): text
      case .count(let number), .money(let number): String(number)
      }
    }
  }

  static func show(_ text: MonthText, _ answer: some Encodable, _ csv: Bool, _ output: Output) throws {
    guard csv, !output.json else { return try output.result(answer) { text.rendered } }
    print(text.csv)
  }

  private var rendered: String {
    var table = TextTable(columns: columns)
    for row in rows { table.addRow(row.map(\.shown)) }
    return ([title, table.rendered()] + notes).joined(separator: "\n")
  }

  /// RFC 4180, UTF-8.
  private var csv: String {
    func cell(_ text: String) -> String {
      text.contains { ",\"\r\n".contains($0) } ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
    }
    return ([columns.map { cell($0.title) }] + rows.map { $0.map { cell($0.plain) } })
      .map { $0.joined(separator: ",") }.joined(separator: "\r\n")
  }

  /// Tells that the day by which something was to be done has come.
  static func warnIfLate(_ month: Period, from day: Int, _ output: Output) {
    guard let today = Clock.today,
      today.year * 100 + today.month > Int(month.yyyymm)
        || today.year * 100 + today.month == Int(month.yyyymm) && today.day >= day
    else { return }
    output.note(
      "Lưu ý: hạn là trước ngày \(day)/\(month.month)/\(month.year).",
      "Note: this was due before \(day)/\(month.month)/\(month.year).")
  }

  private static func month(_ yyyymm: UInt32) -> String { "\(yyyymm % 100)/\(yyyymm / 100)" }

  private static func counted(_ tally: TallyAnswer) -> [Cell] { [.count(tally.persons), .money(tally.amount)] }

  static func request(_ answer: NeedAnswer, _ output: Output) -> MonthText {
    let unit = Names.unit(answer.unit, on: Clock.today)
    var text = MonthText(
      title: output.pick(
        "ĐỀ NGHỊ KINH PHÍ THÁNG \(month(answer.month)) · \(unit)", "MONEY ASKED FOR, \(month(answer.month)) · \(unit)"))
    text.columns = [
      .init(output.pick("Nguồn", "Funder")), .init(output.pick("Nội dung", "Subject")),
      .init(output.pick("Số người", "Persons"), .trailing), .init(output.pick("Số tiền", "Amount"), .trailing),
    ]
    for line in answer.lines {
      let next =
        line.isEstimate
        ? ("Danh sách tháng (ước theo tháng trước)", "The month's list (as the month before)")
        : ("Danh sách tháng chưa phê duyệt", "The month's list, not approved yet")
      let parts: [((String, String), TallyAnswer)] = [
        (next, line.next), (("Truy lĩnh", "Arrears"), line.arrears), (("Mai táng phí", "Funeral grants"), line.funeral),
        (("Trợ cấp một lần", "One-off benefits"), line.oneOff),
      ]
      for (name, tally) in parts where tally.amount > 0 {
        text.rows.append([
          .text(line.funder), .text(output.pick(name.0, name.1)), .count(tally.persons), .money(tally.amount),
        ])
      }
      var sums: [((String, String), Int64)] = [
        (("Đã phê duyệt, chưa trả", "Approved and not paid yet"), line.owed),
        (("Trừ tiền còn giữ", "Less money held"), -line.held),
      ]
      if line.overdue > 0 {
        let name = (
          "Quá hạn lĩnh, chờ thu hồi (không đề nghị, không chi)",
          "Past the last day to collect: not to be paid"
        )
        sums.append((name, line.overdue))
      }
      sums.append((("ĐỀ NGHỊ CẤP", "TO BE ASKED FOR"), line.request))
      for (name, amount) in sums {
        text.rows.append([.text(line.funder), .text(output.pick(name.0, name.1)), .text(""), .money(amount)])
      }
    }
    return text
  }

  static func report(_ answer: MonthAnswer, _ output: Output) -> MonthText {
    let unit = Names.unit(answer.unit, on: Clock.today)
    var text = MonthText(
      title: output.pick(
        "BÁO CÁO CHI TRẢ THÁNG \(month(answer.month)) (C74b-HD) · \(unit)",
        "PAYOUT REPORT, \(month(answer.month)) (C74b-HD) · \(unit)"))
    text.columns = [
      .init(output.pick("Nhóm", "Group")), .init(output.pick("Nguồn", "Funder")),
      .init(output.pick("Loại đối tượng", "Programme"), maximumWidth: 40),
    ]
    let parts = [("Phải trả", "Due"), ("Thực trả", "Paid"), ("Chuyển trả", "Returned"), ("Chưa trả", "Unpaid")]
    for (vi, en) in parts {
      text.columns.append(.init(output.pick("\(vi): người", "\(en): persons"), .trailing))
      text.columns.append(.init(output.pick("\(vi): đồng", "\(en): đồng"), .trailing))
    }
    let groups: [(name: String, isBudget: Bool)] = [
      (output.pick("I. NSNN đảm bảo", "I. State budget"), true), (output.pick("II. Quỹ", "II. Funds"), false),
    ]
    for group in groups {
      for line in answer.lines where isBudget(line.funder) == group.isBudget {
        let name = output.pick(line.programmeName.vi, line.programmeName.en)
        var cells: [Cell] = [.text(group.name), .text(line.funder), .text(name)]
        for tally in [line.due, line.paid, line.returned, line.closing] { cells += counted(tally) }
        text.rows.append(cells)
      }
    }
    text.notes = Set(answer.lines.map(\.funder)).sorted().map { funder in
      equation(funder, answer.lines.filter { $0.funder == funder }, output)
    }
    return text
  }

  static func isBudget(_ funder: String) -> Bool {
    let kind = Funder(text: funder)?.kind
    return kind == .centralBudget || kind == .localBudget
  }

  /// cấp + dư đầu = thực trả + chuyển trả + dư cuối.
  private static func equation(_ funder: String, _ lines: [MonthLine], _ output: Output) -> String {
    func sum(_ part: KeyPath<MonthLine, TallyAnswer>) -> TallyAnswer {
      lines.reduce(TallyAnswer()) { $0 + $1[keyPath: part] }
    }
    let (granted, opening, paid) = (sum(\.granted), sum(\.opening), sum(\.paid))
    let (returned, closing, inFlight) = (sum(\.returned), sum(\.closing), sum(\.inFlight))
    let mark = lines.allSatisfy(\.isBalanced) ? "✔" : "✘"
    return output.pick(
      "\(mark) \(funder): cấp + dư đầu = thực trả + chuyển trả + dư cuối",
      "\(mark) \(funder): granted + opening = paid + returned + closing")
      + "\n    \(granted.persons) + \(opening.persons) = \(paid.persons) + \(returned.persons) + \(closing.persons)"
      + output.pick(" người", " persons")
      + "\n    \(VND.text(granted.amount)) + \(VND.text(opening.amount)) = \(VND.text(paid.amount)) + "
      + "\(VND.text(returned.amount)) + \(VND.text(closing.amount))"
      + (inFlight.amount > 0
        ? output.pick(
          "\n    trong đó đang chuyển qua ngân hàng: \(inFlight.persons) người, \(VND.text(inFlight.amount))",
          "\n    of it in flight through banks: \(inFlight.persons) persons, \(VND.text(inFlight.amount))") : "")
  }

  static func list(_ answer: DueAnswer, _ output: Output) -> MonthText {
    let unit = Names.unit(answer.unit, on: Clock.today)
    var text = MonthText(
      title: output.pick("DANH SÁCH CHI TRẢ · \(unit)", "PAYOUT LIST · \(unit)"))
    text.columns = [
      .init(output.pick("Họ và tên", "Name"), maximumWidth: 40), .init(output.pick("Số định danh", "Personal ID")),
      .init(output.pick("Chương trình", "Programme")), .init(output.pick("Tháng", "Months")),
      .init(output.pick("Điểm chi", "Point")), .init(output.pick("Còn được nhận", "Open"), .trailing),
    ]
    text.rows = answer.lines.map { line in
      [
        .text(line.name), .text(line.maskedPersonalID), .text(line.programme),
        .text(line.months.map(month).joined(separator: ", ")), .text(line.point), .money(line.amount),
      ]
    }
    let people = Set(answer.lines.map(\.person)).count
    let total = answer.lines.reduce(0) { $0 + $1.amount }
    text.notes = [
      output.pick(
        "Cộng: \(answer.lines.count) dòng, \(people) người, \(VND.text(total)).",
        "Total: \(answer.lines.count) rows, \(people) people, \(VND.text(total)).")
    ]
    text.notes += answer.unprinted.map { line in
      output.pick(
        "Tạm dừng in: \(line.persons) người, \(VND.text(line.amount)): đã \(line.afterMonths) tháng liền không nhận. "
          + "Vẫn được chi khi có đơn 19-CBH đã xác nhận.",
        "Not printed: \(line.persons) people, \(VND.text(line.amount)): nothing collected for \(line.afterMonths) "
          + "months in a row. They are paid with a certified form 19-CBH.")
    }
    text.notes += answer.overdue.map { line in
      output.pick(
        "Quá hạn lĩnh, chờ thu hồi: \(line.programme), \(line.persons) người, \(VND.text(line.amount)). Không chi; "
          + "có đơn 17-CBH thì truy lĩnh rồi mới chi.",
        "Past the last day to collect: \(line.programme), \(line.persons) people, \(VND.text(line.amount)). Not paid; "
          + "by form 17-CBH it is reclaimed first.")
    }
    return text
  }

  static func forecast(_ answer: ForecastAnswer, _ output: Output) -> MonthText {
    var text = MonthText(
      title: output.pick(
        "DỰ BÁO TIỀN MẶT ĐẾN HẾT THÁNG \(month(answer.month))",
        "CASH TO HAVE READY BY THE END OF \(month(answer.month))"))
    let notes = Set(answer.lines.flatMap { $0.notes.map(\.note) }).sorted(by: >)
    text.columns = [
      .init(output.pick("Đơn vị", "Unit")), .init(output.pick("Số lượt", "Visits"), .trailing),
      .init(output.pick("Phải trả", "Owed"), .trailing), .init(output.pick("Tiền mặt", "Cash"), .trailing),
    ]
    for note in notes { text.columns.append(.init("\(note / 1_000).000", .trailing)) }
    func row(_ name: String, _ lines: [ForecastLine]) -> [Cell] {
      var cells: [Cell] = [
        .text(name), .count(lines.reduce(0) { $0 + $1.visits }), .money(lines.reduce(0) { $0 + $1.amount }),
        .money(lines.reduce(0) { $0 + $1.cash }),
      ]
      for note in notes {
        let counts: [Int64] = lines.map { line in line.notes.first { $0.note == note }?.count ?? 0 }
        cells.append(.count(counts.reduce(0, +)))
      }
      return cells
    }
    text.rows = answer.lines.map { row($0.unit, [$0]) }
    if answer.lines.count > 1 { text.rows.append(row(output.pick("Cộng", "Total"), answer.lines)) }
    return text
  }
}
