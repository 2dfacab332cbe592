import ArgumentParser
import CardCrypto
import CardTerminal
import ISO7816
import SecureChannel
import VietnamReference

/// What was done with a PIN.
struct PINOutcome: Codable {
  /// `set` or `unblocked`.
  let outcome: String
}

extension CardCommand {
  /// `ansinh card change-pin`
  struct ChangePIN: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "change-pin",
      abstract:
        "Chọn mã PIN lần đầu (kích hoạt thẻ) hoặc đổi mã PIN. / Choose the PIN (activates the card) or change it.",
      discussion: """
        Lần đầu: nhập mã PIN tạm 5 số trong phiếu mã PIN, rồi chọn mã PIN 6 số của mình. Mã PIN mới luôn được nhập ở \
        máy tính, kể cả khi mã cũ được nhập ở bàn phím của đầu đọc. / The first time: enter the transport PIN of 5 \
        digits from the PIN mailer, then choose six digits of your own. The new PIN is always typed at the computer, \
        also when the old one is typed on the reader's pad.
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var readers: ReaderOptions
    @OptionGroup var pin: PINOptions
    @OptionGroup var keyboard: KeyboardOptions
    @OptionGroup var new: NewPINOptions

    func run() async throws {
      let output = global.output
      let (pin, new) = (pin, new)
      try await readers.withCard(output, keyboard: keyboard) { channel in
        // The old one first: a wrong one is told before somebody has thought of a new one.
        let card = try await pin.openCard(channel, output)
        try await card.setPIN(try new.newPIN(output))
      }
      try output.result(PINOutcome(outcome: "set")) {
        output.pick(
          "Đã đặt mã PIN mới. Không ghi mã PIN ra giấy và không nói cho ai.",
          "The new PIN is set. Do not write it down and tell nobody.")
      }
    }
  }

  /// `ansinh card unblock`
  struct Unblock: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "unblock",
      abstract: "Mở khóa mã PIN bằng mã PUK. / Unblock the PIN with the PUK.",
      discussion: """
        Mã PUK ở trong phiếu mã PIN, dùng được 10 lần. Mã PIN giữ nguyên. / The PUK is in the PIN mailer and good for \
        ten times. The PIN stays what it was.
        """)

    @OptionGroup var global: GlobalOptions
    @OptionGroup var readers: ReaderOptions
    @OptionGroup var puk: PUKOptions
    @OptionGroup var keyboard: KeyboardOptions

    func run() async throws {
      let output = global.output
      let puk = puk
      try await readers.withCard(output, keyboard: keyboard) { channel in
        try await Self.open(channel, puk, output).unblockPIN()
      }
      try output.result(PINOutcome(outcome: "unblocked")) {
        output.pick(
          "Đã mở khóa mã PIN; mã PIN không đổi. Nếu đã quên mã PIN, hãy mang thẻ đến cơ quan cấp thẻ.",
          "The PIN is unblocked and has not changed. If you have forgotten it, bring the card to the issuing office.")
      }
    }

    private static func open(
      _ channel: any CardChannel, _ puk: PUKOptions, _ output: Output
    ) async throws -> OpenedCard {
      do {
        return try await puk.openCard(channel, output)
      } catch let error as CardSessionError {
        // Of a password of its own, not of the PIN.
        switch error {
        case .pace(.blocked): throw PUKError.exhausted
        case .pace(.wrongPassword): throw PUKError.wrong
        default: throw error
        }
      }
    }
  }
}

/// What is wrong with a PUK.
enum PUKError: Error {
  /// All its uses are gone.
  case exhausted
  /// It is another one.
  case wrong
}
