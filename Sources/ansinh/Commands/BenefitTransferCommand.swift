import ArgumentParser
import Foundation
import ISO7816
import PayoutPoint
import ServiceAPI
import VietnamReference

/// `ansinh benefit transfer …`: payouts to bank accounts.
struct BenefitTransferCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "transfer", abstract: "Chi qua tài khoản ngân hàng. / Payouts to bank accounts.",
    subcommands: [Order.self, Confirm.self, Returned.self, List.self])

  /// `ansinh benefit transfer order LIST`
  struct Order: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "order",
      abstract: "Lập lệnh chuyển khoản và tệp gửi ngân hàng. / Order transfers and write the bank's file.",
      discussion: """
        Tệp CSV: so_dinh_danh,ngan_hang,so_tai_khoan,chu_tai_khoan,chuong_trinh,ky,so_tien; để trống chương trình, kỳ, \
        số tiền là chi hết. Số tài khoản đầy đủ chỉ có trong tệp gửi ngân hàng. Chủ tài khoản là người hưởng, hoặc \
        người lĩnh thay, giám hộ đã đăng ký giấy; nếu không thì thêm cột ly_do_chu_tai_khoan và ghi lý do, không ghi \
        tên ai; lý do ấy hiện trong “benefit transfer list”. / Programme, month and amount may be empty: everything is \
        paid. Whole account numbers are in the bank's file alone. The account's holder is the person or a registered \
        representative; else add the column ly_do_chu_tai_khoan with the reason, naming nobody: the list tells it.
        """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Tệp CSV. / CSV file.", completion: Completions.list) var list: String
    @Option(name: .long, help: "Mã tệp lệnh, ví dụ CK-79-2026-11. / The payment file's reference.") var batch: String
    @Option(name: .long, help: "Tệp gửi ngân hàng, chưa có sẵn. / File for the bank; must not be there yet.")
    var out: String
    @OptionGroup var hands: CounterHandsOptions
    @OptionGroup var centre: CentreOptions

    private struct Ordered: Codable, Sendable {
      let batch: String
      let sequence: Int64
      let amount: Int64
      let count: Int
      let file: String
    }

    func run() async throws {
      let output = global.output
      let rows = try TransferFile.rows(try CounterFile.read(list))
      let (batch, out, request) = (batch, out, hands.request)
      let ordered = try await CentreAccess.with(global.home, url: centre.service) { client in
        let orders = try await TransferFlow(client: client, batch: batch).orders(rows)
        // Before anything is ordered: a file that can't be written orders nothing.
        try Self.write(TransferFile.payment(rows, orders, batch: batch), out)
        do {
          let answer = try await client.post(
            "/v1/transfers", key: UUID().uuidString.lowercased(),
            TransferOrderRequest(batch: batch, orders: orders, hands: request), ActAnswer.self)
          return Ordered(
            batch: batch, sequence: answer.sequence, amount: answer.amount, count: orders.count, file: out)
        } catch {
          // What was refused must not go to the bank. When no answer came, it may have been ordered: the file stays.
          if case ServiceClientError.refused = error { try? FileManager.default.removeItem(atPath: out) }
          throw error
        }
      }
      try output.result(ordered) {
        output.pick(
          "Đã lập \(ordered.count) lệnh chuyển khoản, \(VND.text(ordered.amount)). Gửi tệp “\(ordered.file)” cho ngân "
            + "hàng; khi có sao kê: “ansinh benefit transfer confirm”.",
          "\(ordered.count) transfers ordered, \(VND.text(ordered.amount)). Send “\(ordered.file)” to the bank; with "
            + "its statement: “ansinh benefit transfer confirm”.")
      }
    }

    private static func write(_ text: String, _ path: String) throws {
      do {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path), options: .withoutOverwriting)
      } catch {
        throw UsageError.rejectsUnwritable(path: path)
      }
    }
  }

  /// `ansinh benefit transfer confirm STATEMENT`
  struct Confirm: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "confirm",
      abstract: "Ghi sao kê của ngân hàng: đã chuyển hoặc trả lại. / Take in the bank's statement.",
      discussion: """
        Tệp CSV: so_tham_chieu,so_tien,ket_qua; kết quả là da-chuyen hoặc tra-lai. Cả sao kê được ghi, hoặc không dòng \
        nào. / The result is da-chuyen (paid) or tra-lai (sent back). All of the statement is taken in, or nothing.
        """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Tệp CSV. / CSV file.", completion: Completions.list) var file: String
    @Option(name: .long, help: "Số sao kê. / The statement's reference.") var statement: String
    @OptionGroup var hands: CounterHandsOptions
    @OptionGroup var centre: CentreOptions

    func run() async throws {
      let output = global.output
      let reports = try TransferFile.reports(try CounterFile.read(file))
      let request = TransferStatementRequest(statement: statement, reports: reports, hands: hands.request)
      let answer = try await CentreAccess.with(global.home, url: centre.service) { client in
        try await client.post(
          "/v1/transfer-statements", key: UUID().uuidString.lowercased(), request, ActAnswer.self)
      }
      let back = reports.filter { !$0.confirmed }.count
      try output.result(answer) {
        output.pick(
          "Đã ghi sao kê: \(reports.count - back) lệnh đã chuyển, \(back) lệnh trả lại, cộng "
            + "\(VND.text(answer.amount)).",
          "Statement taken in: \(reports.count - back) paid, \(back) sent back, together \(VND.text(answer.amount)).")
      }
    }
  }

  /// `ansinh benefit transfer returned REFERENCE`
  struct Returned: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "returned",
      abstract: "Ngân hàng hoàn lại tiền đã chuyển; cần hai người. / A paid transfer came back; two persons.",
      discussion: """
        Dùng khi sao kê đã ghi là đã chuyển mà tiền về lại, ví dụ tài khoản đã đóng. Ghi đúng số tiền của lệnh; khoản \
        ấy lại chờ chi. / For what a statement confirmed and the bank gave back, as when the account was closed. \
        Exactly the transfer's amount; it is owed again.
        """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Số tham chiếu của lệnh. / Reference of the transfer.") var reference: String
    @Option(name: .long, help: "Số tiền, đồng. / Amount in đồng.") var amount: Int64
    @Option(name: .long, help: "Số chứng từ hoàn tiền của ngân hàng. / The bank's reference of the return.")
    var bankReference: String
    @OptionGroup var hands: CounterHandsOptions
    @OptionGroup var centre: CentreOptions

    func run() async throws {
      let (output, reference) = (global.output, reference)
      let path = reference.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
      let request = TransferReturnRequest(amount: amount, bankReference: bankReference, hands: hands.request)
      let answer = try await CentreAccess.with(global.home, url: centre.service) { client in
        try await client.post(
          "/v1/transfers/\(path)/return", key: UUID().uuidString.lowercased(), request, ActAnswer.self)
      }
      try output.result(answer) {
        output.pick(
          "Đã ghi ngân hàng hoàn lại lệnh \(reference), \(VND.text(answer.amount)); khoản này lại chờ chi.",
          "Transfer \(reference) came back, \(VND.text(answer.amount)); it is owed again.")
      }
    }
  }

  /// `ansinh benefit transfer list`
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Các lệnh chuyển khoản và kết quả. / Transfers and what became of them.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var centre: CentreOptions

    func run() async throws {
      let output = global.output
      let transfers = try await CentreAccess.with(global.home, url: centre.service) { client in
        var all: [TransferAnswer] = []
        while true {
          let next = try await client.get(
            "/v1/transfers?after=\(all.last?.reference ?? "")", [TransferAnswer].self)
          all += next
          if next.count < 1_000 { return all }
        }
      }
      try output.result(transfers) {
        var table = TextTable(columns: [
          .init(output.pick("Số tham chiếu", "Reference")), .init(output.pick("Ngân hàng", "Bank")),
          .init(output.pick("Tài khoản", "Account")), .init(output.pick("Kết quả", "Result")),
          .init(output.pick("Số tiền", "Amount"), .trailing),
          .init(output.pick("Chủ tài khoản", "Holder")),
        ])
        for transfer in transfers {
          let state =
            switch transfer.state {
            case .ordered: output.pick("đang chuyển", "in flight")
            case .confirmed: output.pick("đã chuyển", "paid")
            case .rejected: output.pick("trả lại", "sent back")
            case .returned: output.pick("hoàn lại", "given back")
            }
          table.addRow([
            transfer.reference, transfer.bank, "…" + transfer.lastFour, state, VND.text(transfer.amount),
            Self.holder(transfer, output),
          ])
        }
        table.setTotals([
          output.pick("Cộng", "Total"), "", "", "", VND.text(transfers.reduce(0) { $0 + $1.amount }), "",
        ])
        return table.rendered()
      }
    }

    /// Whose account it was, and why when it was another's.
    private static func holder(_ transfer: TransferAnswer, _ output: Output) -> String {
      guard let why = transfer.holder else { return output.pick("người hưởng", "the person") }
      let words = why.split(separator: " ", maxSplits: 1)
      let text = words.count == 2 ? String(words[1]) : why
      return words.first == "paper"
        ? output.pick("người lĩnh thay, giấy \(text)", "representative, paper \(text)")
        : output.pick("NGƯỜI KHÁC: \(text)", "ANOTHER'S: \(text)")
    }
  }
}

/// A file that an office names.
enum CounterFile {
  static func read(_ path: String) throws -> [UInt8] {
    guard let data = FileManager.default.contents(atPath: path) else { throw UsageError.listUnreadable(path: path) }
    return [UInt8](data)
  }

  /// A scanned paper: of it the centre keeps the hash alone, so it has to be one.
  static func readScan(_ path: String) throws -> [UInt8] {
    let octets = try read(path)
    guard scans.contains(where: { octets.starts(with: $0) }) else { throw UsageError.scanKind(path: path) }
    return octets
  }

  /// How PDF (ISO 32000-1 7.5.2), PNG (ISO 15948 5.2) and JPEG (ITU-T T.81 B.1.1.3) files begin.
  private static let scans: [[UInt8]] = [
    Array("%PDF-".utf8), [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], [0xFF, 0xD8, 0xFF],
  ]
}

extension SettleCommand {
  /// `ansinh settle cashless`
  struct Cashless: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "cashless",
      abstract: "Tỷ lệ chi không dùng tiền mặt theo tỉnh. / The cashless share by home province.")

    @OptionGroup var global: GlobalOptions
    @Option(name: .long, help: "Kỳ, YYYYMM (mặc định tháng này). / Month, YYYYMM (default this month).")
    var window: String?
    @OptionGroup var centre: CentreOptions

    func run() async throws {
      let output = global.output
      let today = Clock.today
      let chosen = window ?? today.map { String($0.year * 100 + $0.month) } ?? ""
      guard chosen.utf8.count == 6, Int32(chosen) != nil else { throw UsageError.window }
      let lines = try await CentreAccess.with(global.home, url: centre.service) { client in
        try await client.get("/v1/cashless/\(chosen)", [CashlessLine].self)
      }
      try output.result(lines) {
        var table = TextTable(columns: [
          .init(output.pick("Tỉnh, thành phố", "Province")), .init(output.pick("Người lĩnh", "People"), .trailing),
          .init(output.pick("qua tài khoản", "by transfer"), .trailing),
          .init(output.pick("Đã chi", "Paid"), .trailing),
          .init(output.pick("qua tài khoản", "by transfer"), .trailing),
          .init("%", .trailing),
        ])
        for line in lines {
          table.addRow([
            "\(line.province) \(Names.province(line.province, on: today))", String(line.persons),
            String(line.transferPersons), VND.text(line.amount), VND.text(line.transferAmount),
            Self.share(line.transferAmount, of: line.amount),
          ])
        }
        let (paid, sent) = (lines.reduce(0) { $0 + $1.amount }, lines.reduce(0) { $0 + $1.transferAmount })
        table.setTotals([
          output.pick("Cộng", "Total"), String(lines.reduce(0) { $0 + $1.persons }),
          String(lines.reduce(0) { $0 + $1.transferPersons }), VND.text(paid), VND.text(sent),
          Self.share(sent, of: paid),
        ])
        return table.rendered()
      }
    }

    /// Percent with one decimal, rounded down, so that nothing but all of it is 100.
    static func share(_ part: Int64, of whole: Int64) -> String {
      guard whole > 0, part <= whole else { return "–" }
      let tenths = whole.dividingFullWidth(part.multipliedFullWidth(by: 1_000)).quotient
      return "\(tenths / 10),\(tenths % 10)"
    }
  }
}
