import ArgumentParser
import Foundation
import ISO7816
import PayoutPoint
import ServiceAPI
import VietnamReference

/// Two persons who decide something at a counter, and why.
struct CounterHandsOptions: ParsableArguments {
  @Option(name: .long, help: "Người lập, mặc định là tài khoản máy. / Who makes it; the account by default.")
  var maker: String?
  @Option(name: .long, help: "Người kiểm soát, khác người lập. / Who checks it: somebody else.") var checker: String
  @Option(name: .long, help: "Đơn vị, ví dụ BHXH-79. / The office.") var office = "BHXH-79"
  @OptionGroup var reason: ReasonOptions

  func validate() throws { try HandsOptions.require(checker) }

  var request: HandsRequest {
    HandsRequest(maker: maker ?? OfficeAccess.actor, checker: checker, office: office, reason: reason.reason)
  }
}

extension PointCommand {
  /// `ansinh point reverse TRANSACTION`
  struct Reverse: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "reverse",
      abstract: "Hủy kết quả một lần đã chi, hai người cùng làm. / Take a paid payout back, by two persons.",
      discussion: """
        Tiền trở về đúng khoản đã chi và được chi lại như cũ; phần chi thừa trở về nguồn kinh phí, và phần tổ chức chi \
        trả đã nộp bù thì trả lại cho tổ chức đó. Một lần chi chỉ hủy được một lần; lần đã hủy từ đầu \
        (VOID) thì không hủy nữa. / The money returns to what it was paid from, and can be paid again; what \
        was overpaid goes to the fund, and what the agent had paid for it is owed to the agent. A payout is taken back \
        once, and never after a VOID.
        """)

    @OptionGroup var global: GlobalOptions
    @Argument(
      help: "Mã giao dịch, hoặc số chứng từ của điểm này. / Transaction, or document number of this point.")
    var transaction: String
    @Option(name: .long, help: "Mã điểm chi trả, ví dụ BD-79-003. / Point code.") var point = "BD-79-003"
    @OptionGroup var hands: CounterHandsOptions
    @OptionGroup var centre: CentreOptions

    private struct Reversed: Codable, Sendable {
      let transaction: String
      let sequence: Int64
      let amount: Int64
      let takenBack: TakenBackAnswer?
    }

    func run() async throws {
      let output = global.output
      let id = try Self.identifier(transaction, point: point, global.home)
      let request = ReversalRequest(hands: hands.request)
      let answer = try await CentreAccess.with(global.home, url: centre.service) { client in
        // A key of its own each time: a payout is taken back once whatever the key, and "not paid yet" may change.
        try await client.post(
          "/v1/payouts/\(id)/reversal", key: UUID().uuidString.lowercased(), request, ActAnswer.self)
      }
      let reversed = Reversed(
        transaction: id, sequence: answer.sequence, amount: answer.amount, takenBack: answer.takenBack)
      try output.result(reversed) {
        let went = Self.went(answer, output)
        return output.pick(
          "Đã hủy kết quả chi \(id.suffix(12)): \(went). Quyết định số \(answer.sequence).",
          "Payout \(id.suffix(12)) is taken back: \(went). Decision \(answer.sequence).")
      }
    }

    /// Where the money went.
    static func went(_ answer: ActAnswer, _ output: Output) -> String {
      let split = answer.takenBack ?? TakenBackAnswer(toLine: answer.amount, toFund: 0, toAgent: 0)
      let parts: [(Int64, String, String)] = [
        (split.toLine, "trở về khoản được hưởng", "returned to the entitlement"),
        (-split.toLine, "của phần chưa chi được trừ thêm cho khoản chi thừa", "of what was open made up for more"),
        (split.toFund, "trở về nguồn kinh phí", "went to the fund"),
        (split.toAgent, "trả lại tổ chức chi trả đã nộp bù", "is owed to the agent that had paid for it"),
      ]
      return parts.filter { $0.0 > 0 }.map { "\(VND.text($0.0)) \(output.pick($0.1, $0.2))" }.joined(separator: "; ")
    }

    /// A whole transaction id as it is; anything else is looked for in the point's journal.
    static func identifier(_ text: String, point: String, _ home: StateHome) throws -> String {
      if text.utf8.count == 32, [UInt8](hex: text.lowercased()) != nil { return text.lowercased() }
      guard PointPlace.known(point, home) != nil else { throw ReprintError.notFound }
      return try PaidPayout.find(text, in: Journal.entries(inFolder: home.point(point))).transaction
    }
  }
}
