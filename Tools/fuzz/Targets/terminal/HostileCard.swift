import CardApplication
import CardCrypto
import CardTestSupport
import FuzzSupport
import ISO7816
import SecureChannel

/// A card whose answers come from the input, and where the input says so from PACE, Terminal and Chip Authentication as
/// they should be; in a session it has the keys and puts answers of the input under secure messaging.
actor HostileCard: CardChannel {
  /// An answer is the protocol's own; bare, inside the session; Chip Authentication is done with a key of its own, and
  /// EF.CardSecurity is signed over that key, by itself.
  static let genuine: UInt8 = 1
  static let bare: UInt8 = 2
  static let ownKey: UInt8 = 4
  /// Nothing that a terminal does with a card takes more exchanges: a handful of commands, each answered in parts.
  private static let maximumExchanges = 20_000

  private var input: InputReader
  private var last: (flags: UInt8, octets: [UInt8]) = (genuine, [])
  private var pace: PACECard?
  private var session: SecureMessagingCard?
  private var exchanges = 0
  /// Whether the terminal has proven that it knows the password.
  private(set) var hasSession = false
  /// Whether it has done Chip Authentication with the key that the issuer signed.
  private(set) var hasProvenChip = false
  private var next: SecureMessagingCard?
  private var compressedKey: [UInt8] = []
  private let parameters = PACEParameters.ecdhGM(.p256, .aes128)
  /// The key that the issuer has signed, and one that it has not.
  static let chipKeys = [71, 72].map { (seed: UInt64) in
    guard let key = try? ECPrivateKey(generate: .p256, random: SeededRandom(seed: seed)) else { fatalError("key") }
    return key
  }
  private static let genuineSecurity =
    (try? FuzzCard.cardSecurity(ChipAuthenticationPublicKey(curve: .p256, point: chipKeys[0].publicKey.point))) ?? []

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
    let command = (try? session?.unwrap(command)) ?? command
    let given = (try? ResponseAPDU(parsing: last.octets)) ?? ResponseAPDU(status: .success)
    let plain = last.flags & Self.genuine != 0 ? genuineInSession(command) : given
    do {
      let answer = try session?.wrap(plain) ?? plain
      if let opened = next.take() { session = consume opened }
      return answer
    } catch {
      throw .transport(error)
    }
  }

  private func genuineInSession(_ command: CommandAPDU) -> ResponseAPDU {
    let own = last.flags & Self.ownKey != 0
    switch (command.ins, command.p1) {
    case (0x22, 0x81):
      let objects = (try? BERTLV.sequence(command.data)) ?? []
      compressedKey = objects.first { $0.tag == 0x91 }?.value ?? compressedKey
      return ResponseAPDU(status: .success)
    case (0x84, _): return ResponseAPDU(data: [1, 2, 3, 4, 5, 6, 7, 8], status: .success)
    case (0xB0, 0x9D): return ResponseAPDU(data: own ? ownSecurity : Self.genuineSecurity, status: .success)
    case (0xB0, 0x9C): return genuine(command)
    case (0x86, _): return chip(command, isOwn: own)
    default: return ResponseAPDU(status: .success)
    }
  }

  private var ownSecurity: [UInt8] {
    var infos = FuzzCard.securityInfos
    let key = Self.chipKeys[1]
    infos.chipPublicKeys = [ChipAuthenticationPublicKey(curve: .p256, point: key.publicKey.point)]
    let request = CertificateRequest(
      subject: "Test issuer", serial: [1], publicKey: key.publicKey, notBefore: FuzzCard.time - 86_400,
      notAfter: FuzzCard.time + 86_400, isAuthority: true)
    guard let issuer = try? Certificate.issue(request, issuer: "Test issuer", key: key),
      let file = try? SignedData.sign(
        content: infos.bytes, contentType: SignedData.securityObject, certificate: issuer, key: key)
    else { return [] }
    return file
  }

  private func chip(_ command: CommandAPDU, isOwn: Bool) -> ResponseAPDU {
    guard let variant = FuzzCard.securityInfos.chipAuthentication.first,
      let point = try? BERTLV(parsing: command.data).first(0x80)?.value,
      let result = try? ChipAuthenticationCard.agree(
        variant, key: Self.chipKeys[isOwn ? 1 : 0], terminalKey: point, boundTo: compressedKey,
        random: SeededRandom(seed: 73))
    else { return ResponseAPDU(status: .authenticationFailed) }
    let answer = [BERTLV(0x81, result.nonce), BERTLV(0x82, result.token)]
    next = .some(SecureMessagingCard(keys: result.takeKeys()))
    hasProvenChip = !isOwn
    return ResponseAPDU(data: BERTLV(0x7C, answer).bytes, status: .success)
  }

  private func genuine(_ command: CommandAPDU) -> ResponseAPDU {
    switch command.ins {
    case 0xB0: return ResponseAPDU(data: FuzzCard.securityInfos.bytes, status: .success)
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
      let anchor = FuzzPKI.shared.anchor.content.holder.octets
      let answer = BERTLV(0x7C, [BERTLV(0x86, result.token), BERTLV(0x87, anchor)]).bytes
      session = .some(SecureMessagingCard(keys: result.takeKeys()))
      hasSession = true
      return ResponseAPDU(data: answer, status: .success)
    default: return ResponseAPDU(status: .instructionNotSupported)
    }
  }
}
