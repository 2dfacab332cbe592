import ArgumentParser
import CardApplication
import CardTerminal
import PayoutPoint
import ServiceAPI
import VietnamReference

/// Which point this is.
struct PointOptions: ParsableArguments {
  @Option(name: .long, help: "Mã điểm chi trả, ví dụ BD-79-003. / Point code.") var point = "BD-79-003"
  @Option(
    name: .long, help: "Mã xã của điểm chi trả, 5 số; cần ở lần đầu. / Commune code, 5 digits; needed the first time.")
  var commune: String?
  @Option(
    name: .long, help: "Tổ chức dịch vụ chi trả (VNPOST). / Payment service organisation.",
    completion: Completions.agents)
  var agent: String?

  func resolve(_ home: StateHome) throws -> PointPlace {
    try PointPlace.resolve(point, commune: commune, agent: agent, home)
  }
}

/// `ansinh point balance`
struct PointBalanceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "balance",
    abstract: "Số tiền còn được lĩnh theo trung tâm. / What the centre can pay.",
    discussion: "Số dư mới cũng được ghi lên thẻ. / The card is brought up to date too.")

  @OptionGroup var global: GlobalOptions
  @OptionGroup var readers: ReaderOptions
  @OptionGroup var pin: PINOptions
  @OptionGroup var place: PointOptions
  @Option(name: .long, help: "Địa chỉ dịch vụ trung tâm. / URL of the centre's service.") var service: String?

  private struct Balance: Codable, Sendable {
    let cardNumber: String
    let holder: String
    let payable: [PayableLine]
    let total: Int64
    /// What can't be collected any more and has not lapsed yet.
    let overdue: [PayableLine]
    /// Who may collect for the holder today, and until when.
    let collectors: [CollectorPaper]
    /// When the holder is to be seen again.
    let presence: PresenceAnswer
    /// Whether the card now shows the same.
    let isOnCard: Bool
  }

  func run() async throws {
    let output = global.output
    let home = global.home
    let place = try place.resolve(home)
    let (readers, pin) = (readers, pin)
    try await CentreAccess.with(home, url: service, point: place.point) { client in
      let flow = try await PayFlow(home: home, client: client, place: place)
      let balance = try await readers.withCard(output) { channel in
        // Only with the holder's PIN: what somebody is owed is nobody else's business.
        let session = try await pin.open(channel, output)
        let view = try await client.get("/v1/cards/\(session.cardNumber.digits)/counter", CounterAnswer.self)
        let isOnCard = await flow.desk.refresh(session)
        return Balance(
          cardNumber: session.cardNumber.masked, holder: try await session.holder().name, payable: view.payable,
          total: view.payable.reduce(0) { $0 + $1.amount }, overdue: view.overdue,
          collectors: view.collectors, presence: view.presence,
          isOnCard: isOnCard)
      }
      try output.result(balance) {
        ([Self.text(balance, output)] + balance.overdue.map { Self.overdue($0, output) }
          + balance.collectors.map { PresenceTexts.collector($0, output) })
          .joined(separator: "\n")
      }
      PresenceTexts.warn(balance.presence, at: place.point, output)
      if !balance.isOnCard {
        output.note(
          "Số dư mới chưa ghi được lên thẻ; sẽ ghi ở lần đưa thẻ sau.",
          "The new balance is not on the card yet; it is written at the next tap.")
      }
    }
  }

  private static func overdue(_ line: PayableLine, _ output: Output) -> String {
    let (name, month) = (line.programmeName(output.language), "\(line.period % 100)/\(line.period / 100)")
    return output.pick(
      "Đã hết hạn nhận, chờ chuyển: \(name), tháng \(month), \(VND.text(line.amount))",
      "Too late to collect, to lapse: \(name), \(month), \(VND.text(line.amount))")
  }

  private static func text(_ balance: Balance, _ output: Output) -> String {
    let head = output.pick(
      "Chủ thẻ: \(balance.holder) · thẻ \(balance.cardNumber)",
      "Cardholder: \(balance.holder) · card \(balance.cardNumber)")
    guard !balance.payable.isEmpty else {
      return head + "\n" + output.pick("Không còn khoản nào được lĩnh.", "Nothing is left to collect.")
    }
    var table = TextTable(columns: [
      .init(output.pick("Chế độ", "Benefit"), maximumWidth: 40), .init(output.pick("Tháng", "Month")),
      .init(output.pick("Tỉnh chi trả", "Home province")),
      .init(output.pick("Còn được lĩnh", "Collectable"), .trailing),
    ])
    for line in balance.payable {
      table.addRow([
        line.programmeName(output.language), "\(line.period % 100)/\(line.period / 100)",
        Names.province(line.homeProvince, on: Clock.today), VND.text(line.amount),
      ])
    }
    table.setTotals([output.pick("Cộng", "Total"), "", "", VND.text(balance.total)])
    return head + "\n" + table.rendered()
  }
}
