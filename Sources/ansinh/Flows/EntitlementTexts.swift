import ServiceAPI
import VietnamReference

/// Lines, items, overpayments and deductions as tables.
enum EntitlementTexts {
  static func month(_ yyyymm: UInt32) -> String {
    (yyyymm % 100 < 10 ? "0" : "") + "\(yyyymm % 100)/\(yyyymm / 100)"
  }

  static func day(_ yyyymmdd: UInt32) -> String {
    (yyyymmdd % 100 < 10 ? "0" : "") + "\(yyyymmdd % 100)/" + month(yyyymmdd / 100)
  }

  static func kind(_ kind: ItemKindName, _ output: Output) -> String {
    switch kind {
    case .regular: output.pick("hằng tháng", "regular")
    case .arrears: output.pick("truy lĩnh", "arrears")
    case .oneOff: output.pick("một lần", "one-off")
    case .funeral: output.pick("mai táng", "funeral")
    case .inherited: output.pick("thừa kế", "inherited")
    }
  }

  /// Behind the kind of what is not the first of its line, month and kind.
  private static func number(_ number: UInt16?) -> String { number.map { " \($0)" } ?? "" }

  private static func amount(_ amount: Int64) -> String { amount == 0 ? "" : VND.grouped(amount) }

  static func lines(_ lines: [EntitlementLine], _ output: Output) -> String {
    guard !lines.isEmpty else { return output.pick("Không có khoản hưởng nào.", "There are no entitlements.") }
    return lines.map { line in
      let state =
        switch line.state {
        case .active: output.pick("đang hưởng", "active")
        case .suspended where line.lastPeriod != nil:
          output.pick("đang tạm dừng, đã thôi hưởng", "suspended, ended")
        case .suspended: output.pick("tạm dừng", "suspended")
        case .ended: output.pick("đã thôi hưởng", "ended")
        }
      let last = line.lastPeriod.map { output.pick(" từ sau tháng \(month($0))", " with \(month($0))") } ?? ""
      return output.pick("Khoản hưởng số", "Line") + " \(line.line) · \(line.programme) "
        + "\(line.programmeName(output.language)) · \(line.unit) · \(line.funder) · \(state)\(last)\n"
        + items(line.items, output)
    }.joined(separator: "\n\n")
  }

  private static func items(_ items: [CreditedItem], _ output: Output) -> String {
    var table = TextTable(columns: [
      .init(output.pick("Tháng", "Month")), .init(output.pick("Loại", "Kind")),
      .init(output.pick("Ghi có", "Credited"), .trailing), .init(output.pick("Đã chi", "Paid"), .trailing),
      .init(output.pick("Khấu trừ", "Deducted"), .trailing), .init(output.pick("Hết hạn", "Lapsed"), .trailing),
      .init(output.pick("Trả nguồn", "Returned"), .trailing), .init(output.pick("Chi thừa", "Overpaid"), .trailing),
      .init(output.pick("Còn nhận", "Open"), .trailing),
    ])
    for item in items {
      table.addRow([
        month(item.period), kind(item.kind, output) + number(item.number), VND.grouped(item.credited),
        amount(item.paid),
        amount(item.deducted), amount(item.uncollected), amount(item.taken - item.deducted - item.uncollected),
        amount(item.overpaid), VND.grouped(item.open),
      ])
    }
    table.setTotals(["", "", "", "", "", "", "", "", VND.grouped(items.reduce(0) { $0 + $1.open })])
    return table.rendered()
  }

  static func uncollected(_ items: [UncollectedLine], unit: String, _ output: Output) -> String {
    guard !items.isEmpty else {
      return output.pick("\(unit): không có khoản nào chưa nhận.", "\(unit): everything was collected.")
    }
    var table = TextTable(columns: [
      .init(output.pick("Chương trình", "Programme")), .init(output.pick("Khoản hưởng", "Line"), .trailing),
      .init(output.pick("Tháng", "Month")), .init(output.pick("Loại", "Kind")),
      .init(output.pick("Chưa nhận", "Open"), .trailing), .init(output.pick("Hết hạn", "Lapsed"), .trailing),
      .init(output.pick("Xử lý", "What becomes of it")),
    ])
    for item in items.sorted(by: { ($0.programme, $0.item.line) < ($1.programme, $1.item.line) }) {
      table.addRow([
        item.programme, String(item.item.line), month(item.item.period),
        kind(item.item.kind, output) + number(item.item.number),
        amount(item.open), amount(item.uncollected), rule(item, output),
      ])
    }
    table.setTotals([
      unit, "", "", "", VND.grouped(items.reduce(0) { $0 + $1.open }),
      VND.grouped(items.reduce(0) { $0 + $1.uncollected }), "",
    ])
    return table.rendered()
  }

  private static func rule(_ item: UncollectedLine, _ output: Output) -> String {
    if item.isUnlisted {
      return output.pick(
        "\(item.months) tháng liền chưa nhận: tạm dừng in danh sách", "\(item.months) months in a row: not listed")
    }
    if let last = item.lastDay {
      return item.isOver
        ? output.pick("đã hết hạn nhận ngày \(day(last))", "could be collected until \(day(last))")
        : output.pick("nhận đến ngày \(day(last))", "can be collected until \(day(last))")
    }
    return switch item.rule {
    case .carried: output.pick("chuyển danh sách tháng sau", "carried to the next list")
    case .afterEnd: output.pick("còn trong thời gian hưởng", "the entitlement goes on")
    default: output.pick("không hết hạn", "never lapses")
    }
  }

  static func receivables(_ receivables: [ReceivableLine], _ output: Output) -> String {
    guard !receivables.isEmpty else { return output.pick("Không có khoản chi thừa.", "Nothing was overpaid.") }
    var table = TextTable(columns: [
      .init(output.pick("Số", "Number"), .trailing), .init(output.pick("Khoản hưởng", "Line"), .trailing),
      .init(output.pick("Người nợ", "Owed by")), .init(output.pick("Đơn vị", "Unit")),
      .init(output.pick("Nguồn", "Funder")), .init(output.pick("Chi thừa", "Overpaid"), .trailing),
      .init(output.pick("Còn phải thu", "Rest"), .trailing),
    ])
    for owed in receivables {
      table.addRow([
        String(owed.number), String(owed.line), owed.agent ?? output.pick("người hưởng", "the person"), owed.unit,
        owed.funder, VND.grouped(owed.amount), VND.grouped(owed.rest),
      ])
    }
    table.setTotals([
      "", "", "", "", "", VND.grouped(receivables.reduce(0) { $0 + $1.amount }),
      VND.grouped(receivables.reduce(0) { $0 + $1.rest }),
    ])
    return table.rendered()
  }

  static func deductions(_ orders: [DeductionLine], _ output: Output) -> String {
    guard !orders.isEmpty else { return output.pick("Không có lệnh khấu trừ.", "There are no deduction orders.") }
    var table = TextTable(columns: [
      .init(output.pick("Số lệnh", "Order"), .trailing), .init(output.pick("Khoản hưởng", "Line"), .trailing),
      .init(output.pick("Để", "For")), .init(output.pick("Mỗi tháng", "A month"), .trailing),
      .init(output.pick("Trần", "Cap"), .trailing), .init(output.pick("Đã trừ", "Taken"), .trailing),
      .init(output.pick("Tổng", "In all"), .trailing), .init(output.pick("Tình trạng", "State")),
    ])
    for order in orders {
      let purpose =
        order.party
        ?? output.pick("khoản chi thừa số \(order.receivable ?? 0)", "overpayment \(order.receivable ?? 0)")
      table.addRow([
        String(order.number), String(order.line), purpose,
        order.amount.map(VND.grouped) ?? "\(order.percent ?? 0) %", "\(order.cap) %", VND.grouped(order.taken),
        order.total.map(VND.grouped) ?? "",
        order.isStopped ? output.pick("đã dừng", "stopped") : output.pick("đang trừ", "in force"),
      ])
    }
    return table.rendered()
  }
}
