import ArgumentParser
import Foundation
import Issuance
import ServiceAPI
import VietnamReference

/// Who acts, for the record.
struct MakerOption: ParsableArguments {
  @Option(
    name: .long,
    help: "Người làm, ghi vào sổ; mặc định là tài khoản máy. / Who acts, for the record; default the account.")
  var maker: String?

  var name: String { maker ?? NSUserName() }
}

extension StateHome {
  /// The office's database, which has to be there.
  func openOffice() throws -> OfficeStore {
    guard FileManager.default.fileExists(atPath: office) else { throw UsageError.noOffice(home: path) }
    return try OfficeStore(folder: office)
  }
}

/// `ansinh issue verify …`: checks against the national population register.
struct IssueVerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Đối chiếu với cơ sở dữ liệu quốc gia về dân cư. / Check against the national population register.",
    discussion: """
      Không làm thẻ cho người chưa khớp. Bằng tệp: send, rồi receive; qua mạng: run. / No card is made for a person \
      who is not matched. By files: send, then receive; over the network: run.
      """, subcommands: [Send.self, Receive.self, Run.self, Withdraw.self, Batches.self])

  /// Completion of request and answer files.
  static let document = CompletionKind.file(extensions: ["jsonl"])

  static func outcomes(_ outcomes: [String: Int], _ output: Output) -> String {
    RegisterState.allCases.compactMap { state in
      outcomes[state.rawValue].map { "\(PeopleTexts.state(state)(output.language)) \($0)" }
    }.joined(separator: "; ")
  }

  /// `ansinh issue verify send`
  struct Send: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "send", abstract: "Ghi một đợt yêu cầu ra tệp. / Write a batch of questions to a file.",
      discussion: """
        Tệp chỉ có số định danh, họ tên và ngày sinh của những người chưa đối chiếu. / The file has personal ID, name \
        and birth date of people who are unchecked, nothing else.
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var maker: MakerOption
    @Option(name: .long, help: "Tệp yêu cầu. / The request's file.", completion: IssueVerifyCommand.document)
    var out: String
    @Option(name: .long, help: "Số người nhiều nhất. / People at most.") var limit = 10_000
    @Option(name: .long, help: "Lập lại đợt đã gửi. / Make a batch again that was sent.") var again: String?

    private struct Sent: Codable {
      let batch: String?
      let count: Int
    }

    func validate() throws {
      guard (1...RegisterDocument.maximumLines).contains(limit) else { throw ValidationError("--limit: 1…100000") }
    }

    func run() throws {
      let output = global.output
      let store = try global.home.openOffice()
      // A place that can't be written is told before anybody is marked as asked about.
      try PrintFile.check(out, overwrites: false)
      let request =
        try again.map { try store.askRegisterAgain($0, actor: maker.name, time: Clock.seconds) }
        ?? store.askRegister(limit: limit, actor: maker.name, time: Clock.seconds)
      guard let request else {
        return try output.result(Sent(batch: nil, count: 0)) {
          output.pick("Không còn ai chưa đối chiếu.", "Nobody is unchecked.")
        }
      }
      do throws(PrintFileError) {
        try PrintFile.write(request.octets, to: out, overwrites: false)
      } catch {
        output.note(
          "Đợt \(request.batch) đã ghi nhận; lập lại tệp bằng --again \(request.batch).",
          "Batch \(request.batch) is recorded; write its file with --again \(request.batch).")
        throw error
      }
      try output.result(Sent(batch: request.batch, count: request.count)) {
        output.pick(
          "Đợt \(request.batch): \(request.count) người, tệp “\(out)”.",
          "Batch \(request.batch): \(request.count) people, in “\(out)”.")
      }
    }
  }

  /// `ansinh issue verify receive`
  struct Receive: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "receive", abstract: "Nhận tệp trả lời. / Take an answer's file.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var maker: MakerOption
    @Argument(help: "Tệp trả lời. / The answer's file.", completion: IssueVerifyCommand.document) var answer: String

    func run() throws {
      let output = global.output
      let store = try global.home.openOffice()
      guard let size = (try? FileManager.default.attributesOfItem(atPath: answer))?[.size] as? Int,
        size <= RegisterDocument.maximumOctets, let octets = FileManager.default.contents(atPath: answer)
      else { throw UsageError.listUnreadable(path: answer) }
      let result = try store.takeAnswer([UInt8](octets), actor: maker.name, time: Clock.seconds)
      try output.result(result) {
        let outcomes = IssueVerifyCommand.outcomes(result.outcomes, output)
        let again = result.isRepeated ? output.pick(" (đã nhận trước đây)", " (taken before)") : ""
        return output.pick("Đợt \(result.batch)\(again): ", "Batch \(result.batch)\(again): ") + outcomes + "."
          + (result.stale > 0
            ? output.pick(
              " \(result.stale) người đã đổi hồ sơ nên cần hỏi lại.", " \(result.stale) changed and are asked again.")
            : "")
      }
    }
  }

  /// `ansinh issue verify run`
  struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "run", abstract: "Đối chiếu mọi người chưa đối chiếu, qua mạng. / Check everybody over HTTP.",
      discussion: """
        --sample-register chạy một dịch vụ dân cư trên máy này, chỉ biết những người mẫu của một danh sách. / \
        --sample-register runs a register on this machine that knows the sample people of a list and nobody else.
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var maker: MakerOption
    @Option(name: .long, help: "Địa chỉ dịch vụ dân cư. / URL of the register.") var register: String?
    @Option(
      name: .long, help: "Danh sách người mẫu. / A list of sample people.", completion: Completions.list)
    var sampleRegister: String?
    @Option(name: .long, help: "Số người mỗi đợt. / People in a batch.") var batch = 10_000

    func validate() throws {
      guard (register == nil) != (sampleRegister == nil) else {
        throw ValidationError("--register URL, --sample-register LIST: one of them")
      }
      guard (1...RegisterDocument.maximumLines).contains(batch) else { throw ValidationError("--batch: 1…100000") }
    }

    func run() async throws {
      let output = global.output
      let flow = RegisterFlow(store: try global.home.openOffice(), actor: maker.name)
      let outcome: RegisterFlow.Outcome
      if let sampleRegister {
        let people = try await PeopleFlow.people(sampleRegister, sampleData: true)
        outcome = try await flow.run(records: try RegisterFlow.sampleRegister(people), batchSize: batch)
      } else {
        outcome = try await flow.run(address: register ?? "", batchSize: batch)
      }
      try output.result(outcome) {
        output.pick(
          "Đã hỏi \(outcome.asked) người trong \(outcome.batches) đợt. ",
          "\(outcome.asked) people asked about in \(outcome.batches) batches. ")
          + IssueVerifyCommand.outcomes(outcome.outcomes, output)
      }
    }
  }

  /// `ansinh issue verify withdraw`
  struct Withdraw: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "withdraw", abstract: "Rút một đợt sẽ không có trả lời. / Give up a batch that stays unanswered.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var maker: MakerOption
    @Argument(help: "Tên đợt. / The batch.") var batch: String
    @Option(name: .long, help: "Lý do. / Why.") var reason: String

    private struct Withdrawn: Codable {
      let batch: String
    }

    func run() throws {
      let output = global.output
      try global.home.openOffice().withdrawBatch(batch, actor: maker.name, reason: reason, time: Clock.seconds)
      try output.result(Withdrawn(batch: batch)) {
        output.pick("Đã rút đợt \(batch).", "Batch \(batch) is withdrawn.")
      }
    }
  }

  /// `ansinh issue verify list`
  struct Batches: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Các đợt đã gửi, mới nhất trước. / Batches sent, the newest first.")

    @OptionGroup var global: GlobalOptions

    func run() throws {
      let output = global.output
      let batches = try global.home.openOffice().registerBatches()
      try output.result(batches) {
        var table = TextTable(columns: [
          .init(output.pick("Đợt", "Batch")), .init(output.pick("Số người", "People"), .trailing),
          .init(output.pick("Trạng thái", "State")),
        ])
        for batch in batches {
          let state =
            switch batch.state {
            case "sent": output.pick("chờ trả lời", "waiting")
            case "answered": output.pick("đã có trả lời", "answered")
            default: output.pick("đã rút", "withdrawn")
            }
          table.addRow([batch.batch, String(batch.count), state])
        }
        return table.rendered()
      }
    }
  }
}
