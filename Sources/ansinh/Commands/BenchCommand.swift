import ArgumentParser
import Foundation
import Synchronization
import VietnamReference

/// `ansinh bench …`: figures that anybody can repeat.
struct BenchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Đo tốc độ, kèm giới hạn của máy. / Measure, beside the machine's own limits.",
    subcommands: [Tap.self, Issue.self, Pay.self, Cycle.self, Serve.self])

  /// Runs a benchmark and prints its report.
  static func run(
    _ output: Output, state: String?, _ measure: (String) async throws -> BenchReport
  ) async throws {
    let report = try await inFolder(state, measure)
    try output.result(report) { report.text(output) }
  }

  /// Runs a benchmark in a folder that is removed afterwards.
  static func inFolder<Report>(_ state: String?, _ measure: (String) async throws -> Report) async throws -> Report {
    // The disk that is measured is the one that would be used.
    let parent = state ?? NSTemporaryDirectory()
    let folder = parent + "/ansinh-bench-" + UUID().uuidString.lowercased()
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(atPath: folder) }
    return try await measure(folder)
  }

  /// `ansinh bench tap`
  struct Tap: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "tap", abstract: "Thời gian một lần chạm thẻ, theo APDU. / The time of a tap, by APDU.")

    @OptionGroup var global: GlobalOptions
    @Option(name: .long, help: "Số lần chạm, mặc định 200. / Taps, by default 200.") var count: Int?
    @Flag(name: .long, help: "Qua pcscd và vpcd thật. / Through the real pcscd and vpcd.") var pcsc = false
    @Flag(
      name: .long,
      help: "Không đo mà tính cho thẻ thật không tiếp xúc. / Don't measure; reckon for a real contactless card.")
    var model = false
    @Option(
      name: .long, help: "Tệp số liệu của thẻ khác, dùng với --model. / Another card's times, with --model.",
      completion: .file(extensions: ["yaml"]))
    var modelFile: String?

    func validate() throws {
      guard (1...100_000).contains(count ?? 1) else { throw ValidationError("--count: 1…100000") }
      guard model || modelFile == nil else { throw ValidationError("--model-file needs --model") }
      guard !model || !pcsc && count == nil else { throw ValidationError("--model: without --pcsc and --count") }
    }

    func run() async throws {
      if model {
        let bench = BenchModel(times: try ModelFile.read(modelFile))
        let report = try await BenchCommand.inFolder(global.state) { try await bench.run(folder: $0) }
        return try global.output.result(report) { report.text(global.output) }
      }
      let bench = BenchTap(count: count ?? 200, isThroughReader: pcsc)
      try await BenchCommand.run(global.output, state: global.state) { try await bench.run(folder: $0) }
    }
  }

  /// `ansinh bench issue`
  struct Issue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "issue",
      abstract: "Số thẻ mỗi giây, từ SCP03 đến đăng ký. / Cards a second, from SCP03 to registration.")

    @OptionGroup var global: GlobalOptions
    @Option(name: .long, help: "Số thẻ. / Cards.") var count = 200
    @Option(name: .long, help: "Số bàn làm việc song song. / Desks at work at once.") var desks = 16
    @Option(name: .long, help: "Số người của đợt được làm tiếp. / People of the job that is resumed.")
    var resume = 100_000
    @Option(
      name: .long,
      help: "Không làm thẻ mà nhận chừng này người. / Make no cards; take so many people in, duplicates among them.")
    var applicants: Int?

    func validate() throws {
      guard (1...100_000).contains(count) else { throw ValidationError("--count: 1…100000") }
      guard (20...100_000).contains(resume) else { throw ValidationError("--resume: 20…100000") }
      guard (1...64).contains(desks) else { throw ValidationError("--desks: 1…64") }
      guard (100...1_000_000).contains(applicants ?? 100) else { throw ValidationError("--applicants: 100…1000000") }
    }

    func run() async throws {
      if let applicants {
        let bench = BenchApplicants(count: applicants)
        return try await BenchCommand.run(global.output, state: global.state) { try bench.run(folder: $0) }
      }
      let bench = BenchIssue(count: count, desks: desks, resume: resume)
      try await BenchCommand.run(global.output, state: global.state) { try await bench.run(folder: $0) }
    }
  }

  /// `ansinh bench pay`
  struct Pay: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "pay",
      abstract: "Chi trả qua trung tâm: hỏi, ghi sổ, báo đã chi. / Payouts through the centre: ask, post, report.")

    @OptionGroup var global: GlobalOptions
    @Option(name: .long, help: "Số thẻ, mỗi thẻ một lần chi. / Cards, each paid once.") var count = 2_000
    @Option(name: .long, help: "Số kết nối. / Connections.") var connections = 16

    func validate() throws {
      guard (1...1_000_000).contains(count) else { throw ValidationError("--count: 1…1000000") }
      guard (1...256).contains(connections) else { throw ValidationError("--connections: 1…256") }
    }

    func run() async throws {
      let bench = BenchPay(count: count, connections: connections)
      try await BenchCommand.run(global.output, state: global.state) { try await bench.run(folder: $0) }
    }
  }

  /// `ansinh bench cycle`
  struct Cycle: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "cycle",
      abstract: "Nhập và ghi có một kỳ, trang của một người. / A month imported and credited, a person's page.")

    @OptionGroup var global: GlobalOptions
    @Option(name: .long, help: "Số khoản. / Items.") var items = 3_400_000

    func validate() throws {
      guard (1_000...10_000_000).contains(items) else { throw ValidationError("--items: 1000…10000000") }
    }

    func run() async throws {
      let bench = BenchCycle(items: items)
      try await BenchCommand.run(global.output, state: global.state) { try await bench.run(folder: $0) }
    }
  }

  /// `ansinh bench serve`
  struct Serve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "serve",
      abstract: "Chi trả mỗi giây qua dịch vụ chạy riêng. / Payouts a second through the service in its own process.")

    @OptionGroup var global: GlobalOptions
    @Option(name: .long, help: "Số thẻ của đất nước mẫu. / Cards of the made-up country.") var cards = 10_000
    @Option(name: .long, help: "Số giây đo. / Seconds of load.") var seconds = 60
    @Option(
      name: .long, help: "Giữ đất nước mẫu ở thư mục này cho lần sau. / Keep the country in this folder.",
      completion: .directory)
    var keep: String?

    func validate() throws {
      guard (1_000...20_000_000).contains(cards) else { throw ValidationError("--cards: 1000…20000000") }
      guard (1...3_600).contains(seconds) else { throw ValidationError("--seconds: 1…3600") }
    }

    func run() async throws {
      let output = global.output
      let bench = BenchServe(cards: cards, seconds: seconds) { figure in
        output.note("… \(figure.text(output))", "… \(figure.text(output))")
      }
      let bar = Mutex(
        ProgressBar(
          BilingualText(vi: "Lập đất nước mẫu", en: "Making the country"), total: cards, language: output.language,
          output: output.progress))
      let progress: @Sendable (Int) -> Void = { done in
        bar.withLock { bar in
          bar.update(done: done)
        }
      }
      if let keep {
        try FileManager.default.createDirectory(atPath: keep, withIntermediateDirectories: true)
        let report = try await bench.run(folder: keep, progress: progress)
        return try output.result(report) { report.text(output) }
      }
      try await BenchCommand.run(output, state: global.state) { try await bench.run(folder: $0, progress: progress) }
    }
  }
}
