import Foundation
import Ledger
import ServiceAPI
import VietnamReference

/// Settlement and audit, as people read them.
enum Reports {
  /// Who owes whom: by home unit, host unit and funder, then rolled up by province.
  static func settlement(_ answer: SettlementAnswer, _ output: Output, on date: CalendarDate?) -> String {
    var table = TextTable(columns: [
      .init(output.pick("Đơn vị nợ (nơi đi)", "Owes (home)")),
      .init(output.pick("Đơn vị được hoàn (nơi chi)", "Is owed (host)")),
      .init(output.pick("Nguồn", "Funder")), .init(output.pick("Số lượt", "Count"), .trailing),
      .init(output.pick("Số tiền", "Amount"), .trailing),
    ])
    for line in answer.lines {
      table.addRow([
        Names.unit(line.homeUnit, on: date), Names.unit(line.hostUnit, on: date), line.funder, String(line.count),
        VND.text(line.amount),
      ])
    }
    let count = answer.lines.reduce(0) { $0 + $1.count }
    let amount = answer.lines.reduce(0) { $0 + $1.amount }
    table.setTotals([output.pick("Cộng", "Total"), "", "", String(count), VND.text(amount)])
    let window = "\(answer.window.suffix(2))/\(answer.window.prefix(4))"
    return output.pick("ĐƠN VỊ NÀO NỢ ĐƠN VỊ NÀO · kỳ \(window)", "WHO OWES WHOM · window \(window)") + "\n"
      + table.rendered() + "\n\n" + provinces(answer, output, on: date)
  }

  private static func provinces(_ answer: SettlementAnswer, _ output: Output, on date: CalendarDate?) -> String {
    var net: [String: (owes: Int64, owed: Int64)] = [:]
    for line in answer.lines {
      guard let home = AccountingUnit(text: line.homeUnit), let host = AccountingUnit(text: line.hostUnit) else {
        continue
      }
      net[home.provinceCode, default: (0, 0)].owes += line.amount
      net[host.provinceCode, default: (0, 0)].owed += line.amount
    }
    var table = TextTable(columns: [
      .init(output.pick("Tỉnh, thành phố", "Province")), .init(output.pick("Phải trả", "Due to others"), .trailing),
      .init(output.pick("Phải thu", "Due from others"), .trailing),
    ])
    for (code, sums) in net.sorted(by: { $0.key < $1.key }) {
      table.addRow(["\(code) \(Names.province(code, on: date))", VND.text(sums.owes), VND.text(sums.owed)])
    }
    table.setTotals([
      output.pick("Cộng", "Total"), VND.text(net.values.reduce(0) { $0 + $1.owes }),
      VND.text(net.values.reduce(0) { $0 + $1.owed }),
    ])
    return output.pick("TỔNG HỢP THEO TỈNH", "BY PROVINCE") + "\n" + table.rendered()
  }

  private static func withoutTerms(_ answer: AuditAnswer, _ output: Output) -> String {
    guard let count = answer.withoutTerms else { return "" }
    return "\n"
      + output.pick(
        "Chưa xét hạn lĩnh (ghi trước khi sổ giữ quy tắc hạn lĩnh): \(count)",
        "Last days to collect not looked at (from before the ledger kept the rules): \(count)")
  }

  /// How much of a chain of so many batches the master chain holds.
  static func anchors(_ count: Int64, upTo batch: Int64, of batches: Int64, _ output: Output) -> String {
    let facts = output.pick(
      "Chuỗi neo: \(VND.grouped(count)) mốc, trung tâm đã ký, đến lô \(VND.grouped(batch))",
      "Master chain: \(count) anchors, signed, up to batch \(batch)")
    guard batch < batches else { return facts }
    return facts
      + output.pick(
        "; \(VND.grouped(batches - batch)) lô sau đó chưa neo", "; \(batches - batch) batches after it not anchored")
  }

  private static func anchors(_ answer: AuditAnswer, _ output: Output) -> String {
    guard let count = answer.anchors else { return "" }
    return "\n" + anchors(count, upTo: answer.anchored ?? 0, of: answer.headSequence, output)
  }

  static func audit(_ answer: AuditAnswer, _ output: Output) -> String {
    let head = "\(answer.headSequence) · \(answer.headHash.prefix(16))…"
    let facts =
      output.pick(
        """
        KIỂM TOÁN: đọc lại toàn bộ sổ
        Lô ghi: \(answer.batches), mục trong cây Merkle: \(answer.leaves), tài khoản: \(answer.accounts)
        Khoản chi đã kiểm bằng chứng (chữ ký thẻ, danh sách ký tay): \(answer.payouts)
        Đầu chuỗi: \(head)
        """,
        """
        AUDIT: everything re-read
        Batches: \(answer.batches), Merkle leaves: \(answer.leaves), accounts: \(answer.accounts)
        Payouts whose evidence was verified (card signature, signed list): \(answer.payouts)
        Chain head: \(head)
        """) + anchors(answer, output) + withoutTerms(answer, output)
    guard answer.problemCount > 0 else {
      return facts + "\n"
        + output.pick(
          "✔ Không có sai lệch: mỗi đồng đã chi đúng người, đúng một lần.",
          "✔ No difference: every đồng went to the right person once.")
    }
    let found = answer.problems.map { "  ✘ \($0.check): \($0.place)" }.joined(separator: "\n")
    return facts + "\n"
      + output.pick("✘ \(answer.problemCount) sai lệch:", "✘ \(answer.problemCount) problems:") + "\n" + found
  }
}
