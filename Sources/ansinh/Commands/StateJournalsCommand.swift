import ArgumentParser
import Foundation
import PayoutPoint
import ServiceAPI
import VietnamReference

extension StateCommand {
  /// `ansinh state journals`
  struct Journals: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "journals",
      abstract: "Các điểm chi mà sổ vừa khôi phục còn chờ nhật ký. / Points that a restored centre still waits for.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var centre: CentreOptions

    func run() async throws {
      let output = global.output
      let journals = try await CentreAccess.with(global.home, url: centre.service) { client in
        try await client.get("/v1/ledger/journals", LedgerJournalsAnswer.self)
      }
      try output.result(journals) { Self.text(journals, output) }
    }

    private static func text(_ journals: LedgerJournalsAnswer, _ output: Output) -> String {
      guard let last = journals.restorings.last else {
        return output.pick("Sổ này chưa từng được khôi phục.", "This ledger was never restored.")
      }
      let first = output.pick(
        "Khôi phục ở đời \(last.epoch), từ lô \(last.firstSequence). Đã có \(journals.reported) thiết bị gửi lại "
          + "nhật ký, còn chờ \(journals.awaited.count).",
        "Restored in epoch \(last.epoch), from batch \(last.firstSequence). \(journals.reported) terminals have sent "
          + "their journals again, \(journals.awaited.count) are waited for.")
      return ([first] + journals.awaited.map { "\($0.point)  \($0.agent)  \($0.keyHash)" }).joined(separator: "\n")
    }
  }

  /// `ansinh state waive TERMINAL`
  struct Waive: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "waive",
      abstract: "Thôi chờ nhật ký của một thiết bị đã mất; hai người. / Wait no more for a lost terminal's journal.",
      discussion: """
        Những gì thiết bị đó đã chi sau bản sao lưu sẽ không có trong sổ và có thể bị chi lần nữa. / What that \
        terminal paid after the backup stays out of the ledger, and may be paid again.
        """)

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Mã băm khóa của thiết bị, 64 chữ số hex. / The terminal's key hash.") var terminal: String
    @OptionGroup var hands: CounterHandsOptions
    @OptionGroup var centre: CentreOptions

    private struct Waived: Encodable {
      let terminal: String
      let act: Int64
    }

    func run() async throws {
      let output = global.output
      let (terminal, request) = (terminal, hands.request)
      let answer = try await CentreAccess.with(global.home, url: centre.service) { client in
        let path = terminal.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
        return try await client.post(
          "/v1/ledger/journals/\(path)/waiver", key: UUID().uuidString.lowercased(), request, ActAnswer.self)
      }
      try output.result(Waived(terminal: terminal, act: answer.sequence)) {
        output.pick(
          "Không chờ nhật ký của thiết bị \(terminal.prefix(16))… nữa (quyết định số \(answer.sequence)).",
          "The journal of terminal \(terminal.prefix(16))… is not waited for any more (act \(answer.sequence)).")
      }
    }
  }
}
