import ArgumentParser
import Benefits
import CardApplication
import CardCrypto
import CardTerminal
import Foundation
import ISO7816
import VietnamReference

/// `ansinh card history`
struct CardHistoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Các lần lĩnh tiền mà thẻ đã ký xác nhận. / The payouts that the card has signed.",
    discussion: """
      Đọc từ thẻ, không cần mạng; thẻ giữ 30 lần gần nhất. / Read from the card, without a network; it keeps the \
      last 30.
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var readers: ReaderOptions
  @OptionGroup var pin: PINOptions
  @OptionGroup var keyboard: KeyboardOptions

  func run() async throws {
    let output = global.output
    let pin = pin
    let history = try await readers.withCard(output, keyboard: keyboard) { channel in
      try await CardHistory.read(try await pin.open(channel, output))
    }
    try output.result(history) { history.text(output) }
  }
}

/// What a card has signed, as its holder reads it.
struct CardHistory: Codable, Sendable {
  /// One line and month of a payout.
  struct Entry: Codable, Sendable {
    let programme: String
    let programmeName: BilingualText
    let period: String
    let amount: Int64
  }

  /// One signed payout.
  struct Payout: Codable, Sendable {
    let counter: UInt32
    /// Twelve digits, as on the voucher.
    let transaction: String
    /// The terminal's clock, Unix seconds.
    let time: Int64
    let hostProvince: String
    let entries: [Entry]
    let amount: Int64
    /// Whether the signature is the one of this card's payout key.
    let isSigned: Bool
  }

  let cardNumber: String
  let holder: String
  /// Newest first.
  let payouts: [Payout]

  static func read(_ session: CardSession) async throws -> CardHistory {
    let holder = try await session.holder()
    let lines = try await session.lines()
    let key = try Certificate(der: try await session.read(.payoutKeyCertificate)).publicKey
    var payouts: [Payout] = []
    for number: UInt8 in 1...254 {
      guard let octets = try await session.logRecordIfPresent(number) else { break }
      let (certificate, signed) = try PayoutCertificate.parse(octets)
      payouts.append(payout(certificate, isSigned: signed.isSigned(by: key), lines))
    }
    return CardHistory(cardNumber: session.cardNumber.masked, holder: holder.name, payouts: payouts)
  }

  private static func payout(_ certificate: PayoutCertificate, isSigned: Bool, _ lines: [CardLine]) -> Payout {
    let order = certificate.order
    let entries = order.entries.map { entry in
      let line = lines.first { $0.line == entry.line }
      let programme = line.flatMap { ProgrammeCatalogue.embedded.programme(wireCode: $0.programme) }
      let code = programme?.code ?? "?"
      return Entry(
        programme: code, programmeName: programme?.name ?? BilingualText(vi: code, en: code),
        period: "\(entry.period % 100)/\(entry.period / 100)", amount: entry.amount)
    }
    let province = order.hostProvince < 10 ? "0\(order.hostProvince)" : "\(order.hostProvince)"
    return Payout(
      counter: certificate.counter, transaction: String(order.transactionID.hex.suffix(12)), time: order.terminalTime,
      hostProvince: Names.province(
        province, on: CalendarDate(unixSeconds: order.terminalTime, zone: .vietnam)), entries: entries,
      amount: order.total, isSigned: isSigned)
  }

  func text(_ output: Output) -> String {
    let head = output.pick(
      "Chủ thẻ: \(holder) · thẻ \(cardNumber)", "Cardholder: \(holder) · card \(cardNumber)")
    guard !payouts.isEmpty else {
      return head + "\n" + output.pick("Thẻ chưa ký lần lĩnh tiền nào.", "The card has signed no payout yet.")
    }
    var table = TextTable(columns: [
      .init(output.pick("Lần", "No."), .trailing), .init(output.pick("Ngày giờ", "Time")),
      .init(output.pick("Nơi chi", "Paid in")), .init(output.pick("Chế độ", "Benefit"), maximumWidth: 40),
      .init(output.pick("Tháng", "Month")), .init(output.pick("Số tiền", "Amount"), .trailing),
      .init(output.pick("Số giao dịch", "Transaction")),
    ])
    for payout in payouts {
      for (index, entry) in payout.entries.enumerated() {
        let isFirst = index == 0
        table.addRow([
          isFirst ? String(payout.counter) : "", isFirst ? ClockText.minute(payout.time) : "",
          isFirst ? payout.hostProvince : "", entry.programmeName(output.language), entry.period,
          VND.text(entry.amount), isFirst ? payout.transaction : "",
        ])
      }
    }
    let forged = payouts.filter { !$0.isSigned }.map { String($0.counter) }
    var text = head + "\n" + table.rendered() + "\n"
    text += output.pick(
      "Thẻ đã ký các lần trên; giấy nhận tiền là chứng từ cho biết tiền đã được đưa.",
      "The card has signed these; the voucher is what shows that the money was handed over.")
    if !forged.isEmpty {
      text +=
        "\n"
        + output.pick(
          "CẢNH BÁO: chữ ký của lần \(forged.joined(separator: ", ")) không đúng; báo cơ quan cấp thẻ.",
          "WARNING: the signature of no. \(forged.joined(separator: ", ")) is wrong; tell the issuing office.")
    }
    return text
  }
}

/// Times as people read them.
enum ClockText {
  /// `05/11/2026 10:00`, in Vietnam.
  static func minute(_ unixSeconds: Int64) -> String {
    guard let day = CalendarDate(unixSeconds: unixSeconds, zone: .vietnam) else { return String(unixSeconds) }
    let secondsOfDay: Int64 = (unixSeconds + 25_200) % 86_400
    let minutes: Int64 = (secondsOfDay < 0 ? secondsOfDay + 86_400 : secondsOfDay) / 60
    func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(day.slashed) \(two(minutes / 60)):\(two(minutes % 60))"
  }
}
