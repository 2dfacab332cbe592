import ArgumentParser
import Benefits
import Foundation
import Ledger
import LedgerStore
import PayoutPoint
import ServiceAPI
import Synchronization
import TransactionService
import VietnamReference

/// By which programmes a centre works.
struct CentreProgrammes: ParsableArguments {
  @Option(
    name: .long,
    help: "Thư mục tệp chương trình; mặc định “programmes” trong thư mục trạng thái. / Folder of programme files.",
    completion: .directory)
  var programmes: String?
}

/// `ansinh benefit …`: programme owners.
struct BenefitCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "benefit", abstract: "Chế độ và danh sách chi trả. / Benefits and payout lists.",
    subcommands: [
      ProgrammesCommand.self, Import.self, Abandon.self, BenefitCycleCommand.self,
      BenefitLineCommand.self, BenefitItemCommand.self, BenefitUncollectedCommand.self, BenefitDebtCommand.self,
      BenefitDeductCommand.self, BenefitAgentCommand.self, BenefitTransferCommand.self,
    ])

  /// `ansinh benefit abandon LIST`
  struct Abandon: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "abandon",
      abstract: "Hủy một danh sách nhập dở, để nhập lại được các dòng của nó. / Give up a list that was never finished."
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Mã danh sách, ví dụ DS-B39A61D49175318A. / The list's reference.") var list: String
    @Option(name: .long, help: "Địa chỉ dịch vụ trung tâm. / URL of the centre's service.") var service: String?

    func run() async throws {
      let output = global.output
      let list = list
      let state = try await CentreAccess.with(global.home, url: service) { client in
        let upload = ListUpload(client: client, list: list, sampleData: false)
        try await upload.abandon()
        return try await client.get("/v1/payment-lists/\(list)", ListStateAnswer.self)
      }
      try output.result(state) {
        output.pick(
          "Đã hủy danh sách \(list) (\(state.items) dòng); chưa chi cho ai. Các dòng đó có thể nhập lại.",
          "List \(list) is given up (\(state.items) rows); nobody was paid by it. Its rows can be imported again.")
      }
    }
  }

  /// `ansinh benefit import LIST`
  struct Import: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "import",
      abstract: "Nhập và chốt danh sách chi trả. / Import and seal a payout list.",
      discussion: """
        Danh sách do một người lập, người khác kiểm soát và phê duyệt: “ansinh benefit cycle”. Với --checker và \
        --approver thì làm luôn các bước đó, ghi kinh phí, tạm ứng và ghi có. Truy lĩnh: thêm cột truy_linh, ghi \
        tháng được truy lĩnh (2026-08); tháng đó đã truy lĩnh một lần thì ghi 2026-08/2. / One person makes a list, \
        others check and approve it: “ansinh benefit cycle”. With --checker and --approver those steps are taken at \
        once, with funding, advances and crediting. Arrears: column truy_linh has the month they are owed for \
        (2026-08), and 2026-08/2 when arrears were paid for it before.
        """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Tệp CSV. / CSV file.", completion: Completions.list) var list: String
    @Option(
      name: .long, help: "Tổ chức dịch vụ chi trả. / Payment service organisation.", completion: Completions.agents)
    var agent = "VNPOST"
    @Option(name: .long, help: "Địa chỉ dịch vụ trung tâm. / URL of the centre's service.") var service: String?
    @OptionGroup var reading: ListOptions
    @OptionGroup var rules: CentreProgrammes
    @Option(name: .long, help: "Người lập, mặc định là tài khoản máy. / Who makes it; the account by default.")
    var maker: String?
    @Option(name: .long, help: "Người kiểm soát. / Who checks it.") var checker: String?
    @Option(name: .long, help: "Người phê duyệt. / Who approves it.") var approver: String?
    @Flag(
      name: .customLong("accept-valid"),
      help: "Nhận các dòng đúng, ghi các dòng lỗi ra tệp riêng. / Take the good rows, write the bad ones to a file.")
    var acceptValid = false
    @Option(
      name: .long, help: "Tệp dòng lỗi (mặc định cạnh danh sách). / File of rejects (default beside the list).",
      completion: Completions.list)
    var rejects: String?

    func validate() throws {
      try HandsOptions.require(checker)
      guard (checker == nil) == (approver == nil) else { throw ValidationError("--checker, --approver: both or none") }
    }

    func run() async throws {
      let output = global.output
      let catalogue = try ProgrammeFolder.catalogue(rules.programmes, of: global.home)
      let file = try reading.file(list, output, catalogue)
      if !acceptValid { try file.requireAllGood() }
      let options = ImportOptions(
        agent: agent, maker: maker ?? OfficeAccess.actor, checker: checker, approver: approver,
        sampleData: reading.sampleData, acceptsValid: acceptValid, rejects: rejects,
        language: output.language)
      let result = try await CentreAccess.with(
        global.home, url: service, sampleData: reading.sampleData, programmes: rules.programmes
      ) { client in
        try await ImportProgress.run(file, client, options, output)
      }
      Self.warn(file.survey, output)
      if let path = result.rejectsFile {
        output.note(
          "\(result.rejected) dòng lỗi ở tệp “\(path)”: sửa rồi nhập tệp đó bằng chính lệnh này.",
          "\(result.rejected) bad rows are in “\(path)”: correct them and import that file with this very command.")
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
          + (result.credited > 0 || result.returned != nil
            ? output.pick(
              "Danh sách \(result.list): đã ghi có \(result.credited) khoản.",
              "List \(result.list): \(result.credited) items credited.")
              + CycleText.returned(result.returned, result.returnedAmount, output)
            : output.pick(
              "Danh sách \(result.list) đã chốt. Người khác kiểm soát: “ansinh benefit cycle check \(result.list)”.",
              "List \(result.list) is sealed. Somebody else checks it: “ansinh benefit cycle check \(result.list)”."))
      }
    }

    private static func warn(_ survey: PaymentListSurvey, _ output: Output) {
      for warning in survey.warnings {
        output.note("Lưu ý. " + warning.rendered(in: .vietnamese), "Note. " + warning.rendered(in: .english))
      }
      let more = survey.warningCount - survey.warnings.count
      if more > 0 { output.note("… và \(more) lưu ý nữa.", "… and \(more) more notes.") }
    }
  }
}

/// How a list file is read.
struct ListOptions: ParsableArguments {
  @Flag(name: .customLong("cho-phep-du-lieu-mau"), help: "Nhận số định danh mẫu. / Take sample personal IDs.")
  var sampleData = false
  @Option(
    name: .long,
    help: "Bảng mã: utf-8, utf-16le, utf-16be, windows-1258, tcvn3, vni; mặc định tự nhận. / Character set.")
  var encoding: TextEncoding?

  /// Reads the file for the first time, with a progress bar when it is long.
  func file(_ path: String, _ output: Output, _ catalogue: ProgrammeCatalogue = .embedded) throws -> ListFile {
    var bar: ProgressBar?
    let file = try ListFile(path, sampleData: sampleData, encoding: encoding, catalogue: catalogue) { done, size in
      guard size > ImportProgress.longList else { return }
      if bar == nil {
        bar = ProgressBar(
          BilingualText(vi: "Kiểm tra (KB)", en: "Checking (kB)"), total: size / 1_000, language: output.language,
          output: output.progress)
      }
      bar?.update(done: done / 1_000)
    }
    bar?.finish()
    return file
  }
}

/// An import with its progress bars.
enum ImportProgress {
  /// Octets from which on a list is long enough for a progress bar.
  static let longList = 2_000_000

  static func run(
    _ file: ListFile, _ client: ServiceClient, _ options: ImportOptions, _ output: Output
  ) async throws -> ImportResult {
    var flow = ImportFlow(client: client, options: options)
    guard file.survey.bytes > longList else { return try await flow.run(file) }
    let sending = Mutex(
      ProgressBar(
        BilingualText(vi: "Nhập", en: "Importing"), total: file.survey.goodRows, language: output.language,
        output: output.progress))
    let crediting = Mutex<ProgressBar?>(nil)
    flow.onSent = { count in sending.withLock { $0.update(done: $0.done + count) } }
    flow.onCredited = { done in
      sending.withLock { $0.finish() }
      crediting.withLock { bar in
        if bar == nil {
          bar = ProgressBar(
            BilingualText(vi: "Ghi có", en: "Crediting"), total: file.survey.goodRows, language: output.language,
            output: output.progress)
        }
        bar?.update(done: done)
      }
    }
    let result = try await flow.run(file)
    sending.withLock { $0.finish() }
    crediting.withLock { $0?.finish() }
    return result
  }
}

/// `ansinh settle …`
struct SettleCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "settle", abstract: "Đối soát, bù trừ giữa các tỉnh. / Settlement between provinces.",
    subcommands: [Report.self, Cashless.self])

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
        throw UsageError.window
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
    commandName: "audit", abstract: "Kiểm toán. / Audit.",
    subcommands: [Verify.self, Export.self, Proof.self, AnchorCommand.self])

  /// `ansinh audit verify`
  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "verify",
      abstract:
        "Đọc lại toàn bộ: chuỗi, bút toán kép, mọi chữ ký. / Re-read everything: chain, double entry, signatures.")

    @OptionGroup var global: GlobalOptions
    @Option(name: .long, help: "Địa chỉ dịch vụ trung tâm. / URL of the centre's service.") var service: String?
    @Option(
      name: .long, help: "Kiểm gói của `audit export`, không cần trung tâm. / Check a bundle, without the centre.",
      completion: .directory)
    var bundle: String?
    @Option(
      name: .long, help: "Tệp mốc neo đã giữ: chuỗi neo phải còn nối từ nó. / A kept anchor, which has to be there.",
      completion: .file())
    var expect: String?
    @OptionGroup var records: RecordsKeyOptions

    func run() async throws {
      let output = global.output
      let kept = try expect.map { try KeptAnchor.read($0, key: records.read(global.home)) }
      if let bundle {
        let checked = try BundleFlow.verify(bundle, key: records.read(global.home), expecting: kept, output)
        try output.result(checked) { checked.text(output) }
        if checked.problemCount > 0 { throw AuditProblemsError(count: checked.problemCount) }
        return
      }
      let key = try kept.map { _ in try records.read(global.home) }
      let answer = try await CentreAccess.with(global.home, url: service, isForensic: true) { client in
        if let kept, let key {
          let newest = try await client.get("/v1/ledger/anchor", Anchor.self)
          try await KeptAnchor.compare(kept, newest, key, client, output)
        }
        return try await client.get("/v1/audit", AuditAnswer.self, timeoutSeconds: 3_600)
      }
      try output.result(answer) { Reports.audit(answer, output) }
      if answer.problemCount > 0 { throw AuditProblemsError(count: answer.problemCount) }
    }
  }
}
