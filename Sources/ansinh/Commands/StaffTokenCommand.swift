import ArgumentParser
import CardCrypto
import Foundation
import TransactionService
import VietnamReference

/// `ansinh staff token …`: on the centre's own machine, by whoever may write its state.
struct StaffTokenCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "token", abstract: "Mã truy cập của cán bộ qua mạng. / Officials' tokens for the network.",
    discussion: """
      Mã nằm trong một tệp chỉ chủ tệp đọc được; trung tâm chỉ giữ giá trị băm. / A token is in a file that its owner \
      alone may read; the centre keeps its hash alone.
      """, subcommands: [Issue.self, Revoke.self, List.self])

  private static func path(_ home: StateHome, _ config: String?) throws -> String {
    try ServePlan.tokens(home: home, config: config)
  }

  /// `ansinh staff token issue`
  struct Issue: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "issue", abstract: "Cấp mã truy cập. / Issue a token.")

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Họ tên cán bộ, như khi giao vai trò. / The official's name, as appointed.") var official: String
    @Option(name: .long, help: "Số ngày có hiệu lực. / Days it is good for.") var days = 90
    @Option(name: .long, help: "Tệp nhận mã. / File that gets the token.") var out: String
    @Option(name: .long, help: "Tệp thiết lập của dịch vụ. / The service's settings.") var config: String?

    func validate() throws {
      guard (1...AccessTokens.longestLife).contains(days) else {
        throw ValidationError("--days: 1…\(AccessTokens.longestLife)")
      }
      guard (1...64).contains(official.count) else { throw ValidationError("NAME: 1…64") }
    }

    func run() async throws {
      let home = global.home
      try home.make(home.centre)
      let until = Clock.seconds + Int64(days) * 86_400
      let token = try AccessTokens.issue(
        for: official, validUntil: until, path: try StaffTokenCommand.path(home, config), random: SystemRandom())
      try OwnerFile.create(out, SecretBytes(Array((token + "\n").utf8)))
      let output = global.output
      try output.result(["official": official, "file": out]) {
        output.pick(
          "Đã ghi mã truy cập của \(official) vào “\(out)”, hiệu lực đến \(ClockText.minute(until)).",
          "The token of \(official) is in “\(out)”, good until \(ClockText.minute(until)).")
      }
    }
  }

  /// `ansinh staff token revoke`
  struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "revoke", abstract: "Thu hồi mọi mã của một cán bộ. / Revoke every token of an official.")

    @OptionGroup var global: GlobalOptions
    @Argument(help: "Họ tên cán bộ. / The official's name.") var official: String
    @Option(name: .long, help: "Tệp thiết lập của dịch vụ. / The service's settings.") var config: String?

    func run() async throws {
      let count = try AccessTokens.revoke(
        official: official, path: try StaffTokenCommand.path(global.home, config))
      let output = global.output
      try output.result(["official": official, "revoked": String(count)]) {
        output.pick("Đã thu hồi \(count) mã của \(official).", "\(count) tokens of \(official) are revoked.")
      }
    }
  }

  /// `ansinh staff token list`
  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list", abstract: "Ai có mã, đến bao giờ. / Who has a token, until when.")

    @OptionGroup var global: GlobalOptions
    @Option(name: .long, help: "Tệp thiết lập của dịch vụ. / The service's settings.") var config: String?

    private struct Shown: Encodable {
      let official: String
      let validUntil: Int64
      let isGood: Bool
    }

    func run() async throws {
      let output = global.output
      let now = Clock.seconds
      let rows = try AccessTokens.read(try StaffTokenCommand.path(global.home, config)).map {
        Shown(official: $0.official, validUntil: $0.validUntil, isGood: now <= $0.validUntil)
      }
      try output.result(rows) {
        var table = TextTable(columns: [
          .init(output.pick("Cán bộ", "Official")), .init(output.pick("Đến", "Until")),
          .init(output.pick("Còn hiệu lực", "Good")),
        ])
        for row in rows {
          table.addRow([
            row.official, ClockText.minute(row.validUntil),
            row.isGood ? output.pick("có", "yes") : output.pick("không", "no"),
          ])
        }
        return table.rendered()
      }
    }
  }
}
