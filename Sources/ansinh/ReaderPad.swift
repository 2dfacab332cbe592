import ArgumentParser
import CardTerminal
import ISO7816
import PCSC
import SecureChannel

/// Where the holder types PIN, CAN and PUK.
enum Keyboard: String, ExpressibleByArgument, CaseIterable {
  /// The computer's keyboard.
  case computer = "may-tinh"
  /// The reader's own pad.
  case reader = "dau-doc"
}

/// Which keyboard, for the commands that a session opened by the reader is enough for.
struct KeyboardOptions: ParsableArguments {
  @Option(
    name: .customLong("ban-phim"),
    help: """
      Nhập mã ở máy tính hay ở bàn phím của đầu đọc (mặc định là đầu đọc, nếu đầu đọc tự làm được PACE và không có \
      --pin-fd, --can-fd, --puk-fd). / Type codes at the computer or on the reader's pad (default: the reader, if it \
      does PACE itself and no --pin-fd, --can-fd, --puk-fd is given).
      """)
  var keyboard: Keyboard?
}

/// `--ban-phim dau-doc` with a reader whose pad does no PACE.
struct NoReaderPadError: Error {}

/// Whether a command may and must use the reader's pad.
struct PadUse: Sendable {
  private let isAllowed: Bool
  private let isRequired: Bool
  private let output: Output

  /// `nil` for commands that never use it.
  init(_ options: KeyboardOptions?, _ output: Output) {
    isAllowed = options.map { $0.keyboard != .computer } ?? false
    isRequired = options?.keyboard == .reader
    self.output = output
  }

  /// Lends `channel`, or the one through the pad; a session that the reader has opened is ended however `body` ends.
  func lend<Value: Sendable>(
    _ channel: any CardChannel, _ connection: CardConnection,
    _ body: @Sendable (any CardChannel) async throws -> Value
  ) async throws -> Value {
    guard isAllowed, let pad = await PadChannel(channel, connection, output) else {
      guard !isRequired else { throw NoReaderPadError() }
      return try await body(channel)
    }
    let result: Result<Value, any Error>
    do {
      result = .success(try await body(pad))
    } catch {
      result = .failure(error)
    }
    await pad.close()
    return try result.get()
  }
}

/// A card in a reader whose pad does PACE.
struct PadChannel: ReaderPACE {
  private let base: any CardChannel
  private let connection: CardConnection
  private let output: Output
  private let destroysChannels: Bool
  private let hasOpened = OnceFlag()

  /// `nil` when the reader's pad does not do PACE with every card. To be called inside the transaction.
  init?(_ base: any CardChannel, _ connection: CardConnection, _ output: Output) async {
    guard await connection.pinPad()?.doesPACE == true,
      let capabilities = try? await connection.paceCapabilities(), capabilities.contains(.generic)
    else { return nil }
    self.base = base
    self.connection = connection
    self.output = output
    destroysChannels = capabilities.contains(.destroyChannel)
  }

  func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    try await base.transmit(command)
  }

  func openPACE(_ reference: PACEPasswordReference) async throws(CardSessionError) {
    // The reader can't be called off once it asks.
    guard !Task.isCancelled else { throw .channel(.transport(CancellationError())) }
    tell(reference)
    do {
      _ = try await connection.establishPACEChannel(ReaderPACEChannelRequest(Self.password(reference)))
    } catch {
      throw Self.sessionError(error)
    }
    hasOpened.raise()
  }

  /// Ends what the reader has opened, when it can.
  func close() async {
    guard hasOpened.isRaised, destroysChannels else { return }
    // The reset of the card that follows ends the session in any case.
    try? await connection.destroyPACEChannel()
  }

  private func tell(_ reference: PACEPasswordReference) {
    switch reference {
    case .pin: output.note("Nhập mã PIN trên bàn phím của đầu đọc.", "Enter the PIN on the reader's pad.")
    case .can:
      output.note(
        "Nhập số CAN in trên mặt thẻ trên bàn phím của đầu đọc.",
        "Enter the CAN printed on the card on the reader's pad.")
    case .puk:
      output.note(
        "Nhập mã PUK (trong phiếu mã PIN) trên bàn phím của đầu đọc.",
        "Enter the PUK (in the PIN mailer) on the reader's pad.")
    }
  }

  private static func password(_ reference: PACEPasswordReference) -> ReaderPACEChannelRequest.Password {
    switch reference {
    case .can: .can
    case .pin: .pin
    case .puk: .puk
    }
  }
}

/// What the reader tells of PACE, as PACE at this computer would have told it.
extension PadChannel {
  static func sessionError(_ error: CardChannelError) -> CardSessionError {
    guard case .transport(let cause) = error, case .refused(let result, let setUp)? = cause as? ReaderPACEError else {
      return .channel(error)
    }
    switch result {
    case .noCard: return .channel(.cardLost(.removed))
    case .wrongToken: return .pace(.cardNotAuthentic)
    case .responseSyntax, .responseObject: return .pace(.malformedAnswer(step: "EstablishPACEChannel"))
    default: break
    }
    guard let (step, status) = result.refusal else { return .channel(error) }
    switch step {
    case .selectCardAccess, .readCardAccess: return .notThisScheme
    case .setUp: return .pace(setUpError(status) ?? .refused(step: "MSE:Set AT", status: status))
    case .nonce, .map, .agree, .tokens: return .pace(runError(status, setUp))
    }
  }

  /// What the card's answer to MSE:Set AT says of the password (TR-03110-3 B.11.1); `nil` when it can be used.
  private static func setUpError(_ status: StatusWord) -> PACEError? {
    switch status {
    case .deactivated, .referenceDataNotUsable: .deactivated
    case .authenticationBlocked: .blocked
    case let status where status.triesLeft == 0: .blocked
    case let status where status.triesLeft == 1: .suspended
    default: nil
    }
  }

  /// A refusal of GENERAL AUTHENTICATE. Readers that go on although the PIN is suspended get another refusal then, and
  /// the reason is in the answer before.
  private static func runError(_ status: StatusWord, _ setUp: StatusWord?) -> PACEError {
    switch status {
    case .authenticationFailed: .wrongPassword(triesLeft: nil)
    case .authenticationBlocked: .blocked
    case let status where status.triesLeft != nil: .wrongPassword(triesLeft: status.triesLeft)
    default: setUp.flatMap(setUpError) ?? .refused(step: "GENERAL AUTHENTICATE", status: status)
    }
  }
}
