import ArgumentParser
import Benefits
import CardApplication
import CardTerminal
import Foundation
import SecureChannel
import VietnamReference

/// `ansinh card …`: what a citizen does with any reader.
struct CardCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "card", abstract: "Xem thẻ của mình, mã PIN. / One's own card and its PIN.",
    subcommands: [
      Info.self, Balance.self, CardHistoryCommand.self, ChangePIN.self, Unblock.self, Identity.self,
      CardConformanceCommand.self,
    ])

  /// `ansinh card info`
  struct Info: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "info", abstract: "Thông tin thẻ, mở bằng số CAN. / The card's data, opened with the CAN.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var readers: ReaderOptions
    @OptionGroup var secrets: SecretOptions
    @OptionGroup var keyboard: KeyboardOptions

    private struct Shown: Codable {
      let cardNumber: String
      let validFrom: String
      let validUntil: String
      let issuingProvince: String
      let profile: String
    }

    func run() async throws {
      let output = global.output
      let secrets = secrets
      let info = try await readers.withCard(output, keyboard: keyboard) { channel in
        try await secrets.openWithCAN(channel, output).payout().cardInfo()
      }
      let province = info.province < 10 ? "0\(info.province)" : "\(info.province)"
      let shown = Shown(
        cardNumber: info.cardNumber.grouped, validFrom: CardTexts.date(info.validFrom),
        validUntil: CardTexts.date(info.validUntil), issuingProvince: Names.province(province, on: Clock.today),
        profile: "\(info.profileID).\(info.profileVersion)")
      try output.result(shown) {
        output.pick(
          """
          Số thẻ: \(shown.cardNumber)
          Có giá trị: \(shown.validFrom) đến \(shown.validUntil)
          Nơi cấp: \(shown.issuingProvince)
          """,
          """
          Card number: \(shown.cardNumber)
          Valid: \(shown.validFrom) to \(shown.validUntil)
          Issued in: \(shown.issuingProvince)
          """)
      }
    }
  }

  /// `ansinh card balance`
  struct Balance: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "balance",
      abstract: "Số tiền còn được lĩnh, đọc từ thẻ. / What can still be collected, read from the card.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var readers: ReaderOptions
    @OptionGroup var pin: PINOptions
    @OptionGroup var keyboard: KeyboardOptions

    func run() async throws {
      let output = global.output
      let pin = pin
      let balance = try await readers.withCard(output, keyboard: keyboard) { channel in
        try await CardTexts.balance(try await pin.open(channel, output))
      }
      try output.result(balance) { CardTexts.text(balance, output) }
    }
  }
}

/// A card's own account of what it holds.
struct CardBalance: Codable, Sendable {
  struct Line: Codable, Sendable {
    let line: UInt32
    let programme: String
    let programmeName: BilingualText
    let homeProvince: String
    let amount: Int64
  }

  let cardNumber: String
  let holder: String
  /// When the centre wrote it; `nil` before the first time.
  let asOf: Int64?
  let lines: [Line]
  let total: Int64
}

/// How a card's data are read and shown.
enum CardTexts {
  static func date(_ date: CardDate) -> String {
    let (year, month, day) = (date.yyyymmdd / 10_000, date.yyyymmdd / 100 % 100, date.yyyymmdd % 100)
    return "\(day < 10 ? "0" : "")\(day)/\(month < 10 ? "0" : "")\(month)/\(year)"
  }

  static func balance(_ session: CardSession) async throws -> CardBalance {
    let holder = try await session.holder()
    let lines = try await session.lines()
    let snapshot = try await session.snapshot()?.0
    let shown = (snapshot?.snapshot ?? []).map { item in
      let line = lines.first { $0.line == item.line }
      let programme = line.flatMap { ProgrammeCatalogue.embedded.programme(wireCode: $0.programme) }
      let code = programme?.code ?? "?"
      let province = line.map { $0.province < 10 ? "0\($0.province)" : "\($0.province)" } ?? ""
      return CardBalance.Line(
        line: item.line, programme: code, programmeName: programme?.name ?? BilingualText(vi: code, en: code),
        homeProvince: Names.province(province, on: Clock.today), amount: item.amount)
    }
    return CardBalance(
      cardNumber: session.cardNumber.masked, holder: holder.name, asOf: snapshot?.issuerTime, lines: shown,
      total: shown.reduce(0) { $0 + $1.amount })
  }

  static func text(_ balance: CardBalance, _ output: Output) -> String {
    let head = output.pick(
      "Chủ thẻ: \(balance.holder) · thẻ \(balance.cardNumber)",
      "Cardholder: \(balance.holder) · card \(balance.cardNumber)")
    guard let asOf = balance.asOf else {
      return head + "\n"
        + output.pick(
          "Thẻ chưa có số dư; số dư được ghi khi đưa thẻ vào máy ở điểm chi trả.",
          "No balance on the card yet; it is written at a payout point.")
    }
    var table = TextTable(columns: [
      .init(output.pick("Chế độ", "Benefit")), .init(output.pick("Tỉnh chi trả", "Home province")),
      .init(output.pick("Còn được lĩnh", "Collectable"), .trailing),
    ])
    for line in balance.lines {
      table.addRow([line.programmeName(output.language), line.homeProvince, VND.text(line.amount)])
    }
    table.setTotals([output.pick("Cộng", "Total"), "", VND.text(balance.total)])
    let day = CalendarDate(unixSeconds: asOf, zone: .vietnam)?.slashed ?? ""
    return head + "\n" + output.pick("Theo số liệu ngày \(day)", "As of \(day)") + "\n" + table.rendered()
  }
}
