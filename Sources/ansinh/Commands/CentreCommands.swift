import ArgumentParser
import Benefits
import Foundation
import Ledger
import LedgerStore
import PayoutPoint
import ServiceAPI
import TransactionService
import VietnamReference

/// `ansinh serve`
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve", abstract: "Chạy dịch vụ trung tâm. / Run the transaction service.")

  @OptionGroup var global: GlobalOptions
  @Option(name: .long, help: "Địa chỉ loopback. / Loopback address.") var host = "127.0.0.1"
  @Option(name: .long, help: "Cổng. / Port.") var port = 8_741
  @Flag(name: .customLong("cho-phep-du-lieu-mau"), help: "Nhận số định danh mẫu. / Take sample personal IDs.")
  var sampleData = false

  func run() async throws {
    let output = global.output
    let home = global.home
    guard let address = ListenAddress(host: host, port: port) else {
      throw UsageError(
        BilingualText(
          vi: "Địa chỉ \(host):\(port) không phải loopback. Dịch vụ chỉ nghe trên 127.0.0.1 cho đến khi có TLS.",
          en: "\(host):\(port) is not a loopback address. The service listens on 127.0.0.1 only until it has TLS."))
    }
    let store = try CentreAccess.openStore(home)
    let server = CentreServer(centre: try CentreAccess.centre(home, store, sampleData: sampleData), address: address)
    let endpoint = CentreAccess.endpointPath(home)
    let host = host
    do {
      try await server.run(stopsOnSignals: true) { port, _ in
        let url = host == "::1" ? "http://[::1]:\(port)" : "http://\(host):\(port)"
        do {
          try Data(url.utf8).write(to: URL(fileURLWithPath: endpoint), options: .atomic)
        } catch {
          output.note("Không ghi được \(endpoint).", "\(endpoint) can't be written.")
        }
        output.note("Dịch vụ đang nghe tại \(url). Nhấn Ctrl-C để dừng.", "Listening on \(url). Press Ctrl-C to stop.")
      }
    } catch {
      try? FileManager.default.removeItem(atPath: endpoint)
      await store.close()
      throw error
    }
    try? FileManager.default.removeItem(atPath: endpoint)
    await store.close()
  }
}

/// `ansinh benefit …`: programme owners.
struct BenefitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benefit", abstract: "Chế độ và danh sách chi trả. / Benefits and payout lists.",
    subcommands: [Import.self])

  /// `ansinh benefit import LIST`
  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import",
      abstract: "Nhập danh sách chi trả, ghi kinh phí, ghi có. / Import a payout list, book its funding, credit it.")

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Tệp CSV. / CSV file.") var list: String
    @Option(name: .long, help: "Tổ chức dịch vụ chi trả. / Payment service organisation.") var agent = "VNPOST"
    @Option(name: .long, help: "Địa chỉ dịch vụ trung tâm. / URL of the centre's service.") var service: String?
    @Flag(name: .customLong("cho-phep-du-lieu-mau"), help: "Nhận số định danh mẫu. / Take sample personal IDs.")
    var sampleData = false

    func run() async throws {
      let output = global.output
      let (octets, list) = try ImportFlow.read(list, sampleData: sampleData)
      let (agent, sampleData) = (agent, sampleData)
      let result = try await CentreAccess.with(global.home, url: service, sampleData: sampleData) { client in
        try await ImportFlow.run(octets, client: client, agent: agent, sampleData: sampleData)
      }
      for warning in list.warnings {
        output.note("Lưu ý. " + warning.rendered(in: .vietnamese), "Note. " + warning.rendered(in: .english))
      }
      try output.result(result) {
        var table = TextTable(columns: [
          .init(output.pick("Đơn vị", "Unit")), .init(output.pick("Nguồn", "Funder")),
          .init(output.pick("Số khoản", "Items"), .trailing), .init(output.pick("Số tiền", "Amount"), .trailing),
        ])
        for total in result.totals {
          table.addRow([
            Names.unit(total.unit, on: Clock.today), total.funder, String(total.count), VND.text(total.amount),
          ])
        }
        table.setTotals([
          output.pick("Cộng", "Total"), "", String(result.items), VND.text(result.amount),
        ])
        return table.rendered() + "\n"
          + output.pick(
            "Danh sách \(result.list): đã ghi có \(result.credited) khoản.",
            "List \(result.list): \(result.credited) items credited.")
      }
    }
  }
}

/// `ansinh settle …`
struct SettleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "settle", abstract: "Đối soát, bù trừ giữa các tỉnh. / Settlement between provinces.",
    subcommands: [Report.self])

  /// `ansinh settle report`
  struct Report: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "report", abstract: "Đơn vị nào nợ đơn vị nào. / Who owes whom.")

    @OptionGroup var global: GlobalOptions
    @Option(name: .long, help: "Kỳ, YYYYMM (mặc định tháng này). / Window, YYYYMM (default this month).")
    var window: String?
    @Option(name: .long, help: "Địa chỉ dịch vụ trung tâm. / URL of the centre's service.") var service: String?

    func run() async throws {
      let output = global.output
      let today = Clock.today
      let chosen = window ?? today.map { String($0.year * 100 + $0.month) } ?? ""
      guard let number = Int32(chosen), Period(yyyymm: number) != nil else {
        throw UsageError(BilingualText(vi: "Kỳ phải có dạng YYYYMM.", en: "The window must be YYYYMM."))
      }
      let answer = try await CentreAccess.with(global.home, url: service) { client in
        try await client.get("/v1/settlement/\(chosen)", SettlementAnswer.self)
      }
      try output.result(answer) { Reports.settlement(answer, output, on: today) }
    }
  }
}

/// `ansinh audit …`
struct AuditCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "audit", abstract: "Kiểm toán. / Audit.", subcommands: [Verify.self])

  /// `ansinh audit verify`
  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "verify",
      abstract:
        "Đọc lại toàn bộ: chuỗi, bút toán kép, mọi chữ ký. / Re-read everything: chain, double entry, signatures.")

    @OptionGroup var global: GlobalOptions
    @Option(name: .long, help: "Địa chỉ dịch vụ trung tâm. / URL of the centre's service.") var service: String?

    func run() async throws {
      let output = global.output
      let answer = try await CentreAccess.with(global.home, url: service) { client in
        try await client.get("/v1/audit", AuditAnswer.self, timeoutSeconds: 3_600)
      }
      try output.result(answer) { Reports.audit(answer, output) }
      if answer.problemCount > 0 { throw ExitCode(4) }
    }
  }
}

/// A wrong use that ArgumentParser can't see; exit code 2.
struct UsageError: Error {
  let text: BilingualText
  init(_ text: BilingualText) { self.text = text }
}
