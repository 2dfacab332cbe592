import ArgumentParser
import CardCrypto
import Foundation
import ISO7816
import PayoutPoint
import ServiceAPI
import VietnamReference

extension PointCommand {
  /// `ansinh point by-hand [FILE]`
  struct ByHand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "by-hand",
      abstract: "Ghi nhận chi tiền theo danh sách ký nhận. / Record payouts by hand from a signed list.",
      discussion: """
        Cho người không có thẻ hoặc thẻ không dùng được; người có thẻ phải có lý do (cột ly_do). Tệp CSV có các cột \
        so_dinh_danh,chuong_trinh,ky,so_tien,ly_do, mỗi người một dòng; để trống chương trình, kỳ, số tiền là chi hết. \
        Cột thứ sáu giay_linh_thay, khi có, là số giấy tờ của người nhận thay: không tính là người hưởng có mặt. \
        Cả danh sách được ghi, hoặc không dòng nào. / For people without a card that works; who has one needs a \
        reason (column ly_do). One person a line; programme, month and amount may be empty: everything is paid. A \
        sixth column giay_linh_thay names the paper of who receives for the person, which is no proof of life. All \
        of the list is recorded, or nothing.
        """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Tệp CSV của danh sách. / CSV file of the list.", completion: Completions.list) var file: String?
    @Option(
      name: .long, help: "Bản quét danh sách đã ký: PDF, PNG hoặc JPEG. / The scanned, signed list: PDF, PNG or JPEG.",
      completion: .file())
    var scan: String
    @Option(name: .long, help: "Số hiệu danh sách, ví dụ C72a-79-2026-11. / The list's reference.") var list: String
    @Option(name: .long, help: "Số định danh, khi chỉ có một người. / Personal ID, for one person alone.")
    var person: String?
    @Option(name: .long, help: "Số tiền của người đó, mặc định chi hết. / That person's amount, default everything.")
    var amount: Int64?
    @Option(
      name: .long, help: "Chỉ chi chương trình này cho người đó. / This programme only.",
      completion: Completions.programmes)
    var programme: String?
    @Option(
      name: .long, help: "Vì sao không dùng thẻ; không nêu tên ai. / Why no card was used; name nobody.")
    var cardReason: String?
    @Option(
      name: .long, help: "Số giấy tờ của người nhận thay cho người đó. / Paper of who receives for that person.")
    var collector: String?
    @OptionGroup var printing: PrintOptions
    @OptionGroup var place: PointOptions
    @OptionGroup var hands: CounterHandsOptions
    @OptionGroup var centre: CentreOptions

    private struct Recorded: Encodable {
      struct Payout: Encodable {
        let row: Int
        let transaction: String
        /// As the voucher has it.
        let documentNumber: String
        let amount: Int64
      }
      let list: String
      let sequence: Int64
      let amount: Int64
      let payouts: [Payout]
      let files: [PrintedFile]
    }

    func validate() throws {
      guard (file == nil) != (person == nil) else {
        throw ValidationError("cần một trong hai: tệp, --person / give one of a file, --person")
      }
    }

    func run() async throws {
      let output = global.output
      try printing.check()
      let home = global.home
      let place = try place.resolve(home)
      let rows = try rows()
      let scan = Digest.sha256.hash(try CounterFile.readScan(scan))
      let (list, request) = (list, hands.request)
      try home.make(home.point(place.point))
      let journal = try Journal(folder: home.point(place.point))
      let (answer, visits, entry) = try await CentreAccess.with(home, url: centre.service) { client in
        try await HandListFlow(client: client, list: list, scan: scan).record(rows, at: place, request, journal)
      }
      try place.save(home)
      let vouchers = visits.compactMap { PaidPayout($0.transaction, of: entry) }.map { place.voucher($0) }
      let files = printing.write(vouchers, copies: [.copy1, .copy2], output.language)
      let recorded = Recorded(
        list: list, sequence: answer.sequence, amount: answer.amount,
        payouts: visits.map { visit in
          Recorded.Payout(
            row: visit.row, transaction: visit.transaction, documentNumber: String(visit.transaction.suffix(12)),
            amount: visit.facts.lines.reduce(0) { $0 + $1.amount })
        }, files: files)
      try output.result(recorded) {
        // One person's voucher is the text too; of a list each is printed by its number.
        (vouchers.count == 1 ? vouchers.map { $0.text(output.language) + "\n" }.joined() : "")
          + Self.text(recorded, output)
      }
      PrintOptions.tell(files, output)
    }

    private func rows() throws -> [HandRow] {
      if let file { return try HandListFile.rows(try CounterFile.read(file)) }
      return [
        HandRow(
          line: 1, personalID: person ?? "", programme: programme, amount: amount, reason: cardReason,
          collector: collector)
      ]
    }

    private static func text(_ recorded: Recorded, _ output: Output) -> String {
      var table = TextTable(columns: [
        .init(output.pick("Dòng", "Line"), .trailing), .init(output.pick("Mã giao dịch", "Transaction")),
        .init(output.pick("Số tiền", "Amount"), .trailing),
      ])
      for payout in recorded.payouts {
        table.addRow([String(payout.row), payout.transaction, VND.text(payout.amount)])
      }
      table.setTotals([output.pick("Cộng", "Total"), "", VND.text(recorded.amount)])
      return table.rendered() + "\n"
        + output.pick(
          "Đã ghi danh sách \(recorded.list): \(recorded.payouts.count) người. Quyết định số \(recorded.sequence).",
          "List \(recorded.list) is recorded: \(recorded.payouts.count) people. Decision \(recorded.sequence).")
    }
  }
}
