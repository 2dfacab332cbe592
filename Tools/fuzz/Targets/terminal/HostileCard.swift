import CardApplication
import CardCrypto
import CardTestSupport
import FuzzSupport
import ISO7816
import SecureChannel

/// A card whose answers come from the input, and where the input says so from PACE as it should be; then it has the
/// session's keys and puts answers of the input under secure messaging.
actor HostileCard: CardChannel {
  /// An answer is the protocol's own, before the session; bare, inside it.
  static let genuine: UInt8 = 1
  static let bare: UInt8 = 2
  /// Nothing that a terminal does with a card takes more exchanges: a handful of commands, each answered in parts.
  private static let maximumExchanges = 20_000

  private var input: InputReader
  private var last: (flags: UInt8, octets: [UInt8]) = (genuine, [])
  private var pace: PACECard?
  private var session: SecureMessagingCard?
  private var exchanges = 0
  /// Whether the terminal has proven that it knows the password.
  private(set) var hasSession = false
  private let parameters = PACEParameters.ecdhGM(.p256, .aes128)

  init(_ input: InputReader) { self.input = input }

  func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    exchanges += 1
    require(exchanges < Self.maximumExchanges, "a terminal without end")
    // The last answer is given again and again when the input has no more: a terminal must come to an end.
    if !input.isAtEnd { last = input.string() }
    if session != nil { return try inSession(command) }
    if last.flags & Self.genuine != 0 { return genuine(command) }
    return try bare()
  }

  private func bare() throws(CardChannelError) -> ResponseAPDU {
    do {
      return try ResponseAPDU(parsing: last.octets)
    } catch {
      throw .malformedResponse(error)
    }
  }

  private func inSession(_ command: CommandAPDU) throws(CardChannelError) -> ResponseAPDU {
    guard last.flags & Self.bare == 0 else { return try bare() }
    _ = try? session?.unwrap(command)
    let plain = (try? ResponseAPDU(parsing: last.octets)) ?? ResponseAPDU(status: .success)
    do {
      return try session?.wrap(plain) ?? plain
    } catch {
      throw .transport(error)
    }
  }

  private func genuine(_ command: CommandAPDU) -> ResponseAPDU {
    switch command.ins {
    case 0xB0: return ResponseAPDU(data: CardAccess.encode([parameters]), status: .success)
    case 0x22:
      pace = try? PACECard(
        parameters: parameters, password: SecretBytes(FuzzCard.pin), random: SeededRandom(seed: 11))
      return ResponseAPDU(status: .success)
    case 0x86:
      let objects = (try? BERTLV(parsing: command.data).children()) ?? []
      guard pace?.expectsToken == true else {
        guard let answer = try? pace?.answer(objects) else { return ResponseAPDU(status: .incorrectData) }
        return ResponseAPDU(data: BERTLV(0x7C, answer).bytes, status: .success)
      }
      guard let token = objects.first?.value, let result = try? pace?.authenticate(token: token) else {
        return ResponseAPDU(status: .authenticationFailed)
      }
      let answer = BERTLV(0x7C, [BERTLV(0x86, result.token)]).bytes
      session = .some(SecureMessagingCard(keys: result.takeKeys()))
      hasSession = true
      return ResponseAPDU(data: answer, status: .success)
    default: return ResponseAPDU(status: .instructionNotSupported)
    }
  }
}
