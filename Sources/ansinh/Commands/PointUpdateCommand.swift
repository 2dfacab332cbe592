import ArgumentParser
import CardApplication
import CardTerminal
import PayoutPoint
import VietnamReference

/// `ansinh point update`
struct PointUpdateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "update",
    abstract: "Ghi bản cập nhật của nơi cấp lên thẻ. / Write the issuing office's update to the card.",
    discussion: """
      Điểm chi trả chỉ chuyển, không đọc được bản cập nhật. Chi trả xong cũng tự ghi. / The point carries the update \
      and can't read it. A payout writes it by itself.
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var readers: ReaderOptions
  @OptionGroup var pin: PINOptions
  @OptionGroup var place: PointOptions
  @Option(name: .long, help: "Địa chỉ dịch vụ trung tâm. / URL of the centre's service.") var service: String?

  private struct Told: Codable, Sendable {
    let cardNumber: String
    /// `none`, `played`, `other-session`, `refused` or `interrupted`.
    let outcome: String
    /// What it changes; missing when none waited.
    let what: String?
    /// Whether the centre has the card's answers.
    let isReported: Bool
  }

  func run() async throws {
    let output = global.output
    let home = global.home
    let place = try place.resolve(home)
    let (readers, pin) = (readers, pin)
    let told = try await CentreAccess.with(home, url: service, point: place.point) { client in
      let flow = try await PayFlow(home: home, client: client, place: place)
      return try await readers.withCard(output) { channel in
        // A locked card too: an update is the way out of its lock.
        let session = try await pin.openCard(channel, output).payout(evenLocked: true)
        output.note("Đang xử lý, vui lòng không rút thẻ…", "Processing, please do not remove the card…")
        let update = try await flow.desk.relayUpdate(session)
        return Told(
          cardNumber: session.cardNumber.masked, outcome: update?.end.word ?? "none", what: update?.kind,
          isReported: update?.isReported ?? false)
      }
    }
    try output.result(told) { Self.text(told, output) }
  }

  private static func text(_ told: Told, _ output: Output) -> String {
    switch told.outcome {
    case "none":
      output.pick(
        "Thẻ \(told.cardNumber) không có bản cập nhật nào.", "No update waits for card \(told.cardNumber).")
    case "played":
      output.pick("Đã ghi bản cập nhật lên thẻ \(told.cardNumber).", "Card \(told.cardNumber) has taken its update.")
    default:
      output.pick(
        "Thẻ \(told.cardNumber) chưa nhận bản cập nhật; nơi cấp sẽ gửi lại.",
        "Card \(told.cardNumber) has not taken its update; the office sends it again.")
    }
  }
}

extension PlayedUpdate.End {
  /// A stable word for programs.
  var word: String {
    switch self {
    case .played: "played"
    case .otherSession: "other-session"
    case .refused: "refused"
    case .interrupted: "interrupted"
    }
  }
}
