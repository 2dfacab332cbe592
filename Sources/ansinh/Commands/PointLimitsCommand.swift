import ArgumentParser
import Foundation
import PayoutPoint
import ServiceAPI
import VietnamReference

extension PointCommand {
  /// `ansinh point limits …`
  struct Limits: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "limits", abstract: "Mức cao nhất khi chi bằng thẻ. / What card payouts may come to.",
      subcommands: [Show.self, Set.self])

    /// `ansinh point limits show`
    struct Show: AsyncParsableCommand {
      static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Các mức đang áp dụng. / The limits that hold.")

      @OptionGroup var global: GlobalOptions
      @OptionGroup var centre: CentreOptions

      func run() async throws {
        let limits = try await CentreAccess.with(global.home, url: centre.service) { client in
          try await client.get("/v1/payout-limits", PayoutLimitsAnswer.self)
        }
        let output = global.output
        try output.result(limits) { Limits.text(limits, output) }
      }
    }

    /// `ansinh point limits set`
    struct Set: AsyncParsableCommand {
      static let configuration = CommandConfiguration(
        commandName: "set",
        abstract: "Quyết định các mức, hai người cùng làm; 0 là không giới hạn. / Decide the limits; 0 is none.")

      @OptionGroup var global: GlobalOptions
      @Option(name: .long, help: "Mức cao nhất một lần chi, đồng. / Most per visit, đồng.") var visit: Int64
      @Option(name: .long, help: "Số lần chi của một thẻ trong ngày. / Visits of a card in a day.") var cardDay: Int64
      @Option(name: .long, help: "Mức cao nhất một thiết bị trong ngày, đồng. / Most per terminal and day, đồng.")
      var terminalDay: Int64
      @OptionGroup var hands: CounterHandsOptions
      @OptionGroup var centre: CentreOptions

      func run() async throws {
        let output = global.output
        let limits = PayoutLimitsAnswer(
          mostPerVisit: visit, visitsPerCardDay: cardDay, mostPerTerminalDay: terminalDay)
        let request = PayoutLimitsRequest(limits: limits, hands: hands.request)
        _ = try await CentreAccess.with(global.home, url: centre.service) { client in
          try await client.post(
            "/v1/payout-limits", key: UUID().uuidString.lowercased(), request, ActAnswer.self)
        }
        try output.result(limits) { Limits.text(limits, output) }
      }
    }

    private static func text(_ limits: PayoutLimitsAnswer, _ output: Output) -> String {
      let none = output.pick("không giới hạn", "no limit")
      func money(_ amount: Int64) -> String { amount == 0 ? none : VND.text(amount) }
      let visits = limits.visitsPerCardDay == 0 ? none : String(limits.visitsPerCardDay)
      return output.pick(
        "Một lần chi: \(money(limits.mostPerVisit)) · số lần của một thẻ trong ngày: \(visits) · một thiết bị trong "
          + "ngày: \(money(limits.mostPerTerminalDay)).",
        "One visit: \(money(limits.mostPerVisit)) · visits of a card in a day: \(visits) · one terminal in a day: "
          + "\(money(limits.mostPerTerminalDay)).")
    }
  }
}
