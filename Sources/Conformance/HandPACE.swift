import CardCrypto
import ISO7816
import SecureChannel

/// PACE step by step, so that a check can stop, repeat or spoil any of them (TR-03110-3 B.11.1, A.3).
final class HandPACE {
  let channel: any CardChannel
  private let parameters: PACEParameters
  private let random = SystemRandom()
  private var nonce: SecretBytes?
  private var generator: [UInt8] = []
  private var keys: SessionKeys?
  private var peer: [UInt8] = []
  private var own: [UInt8] = []

  init(_ channel: any CardChannel, _ parameters: PACEParameters) {
    self.channel = channel
    self.parameters = parameters
  }

  /// What MSE:Set AT carries for `reference`.
  func template(_ reference: UInt8) -> [BERTLV] {
    [BERTLV(0x80, parameters.oid), BERTLV(0x83, [reference]), BERTLV(0x84, [parameters.curve.rawValue])]
  }

  /// MSE:Set AT.
  func begin(_ objects: [BERTLV]) async throws -> ResponseAPDU {
    try await channel.transmit(CommandAPDU(ins: 0x22, p1: 0xC1, p2: 0xA4, data: objects.flatMap(\.bytes)))
  }

  /// GENERAL AUTHENTICATE with `objects` in its template.
  func step(_ objects: [BERTLV], isLast: Bool = false) async throws -> ResponseAPDU {
    try await channel.transmit(
      CommandAPDU(cla: isLast ? 0x00 : 0x10, ins: 0x86, data: BERTLV(0x7C, objects).bytes, expectedLength: 256))
  }

  /// The value of `tag` in the answer's template.
  static func value(_ answer: ResponseAPDU, _ tag: BERTag) -> [UInt8]? {
    guard let template = try? BERTLV(parsing: answer.data), template.tag == 0x7C else { return nil }
    return (try? template.first(tag))?.value
  }

  /// MSE:Set AT and the nonce, still encrypted.
  func encryptedNonce(_ reference: PACEPasswordReference) async throws -> [UInt8] {
    _ = try await begin(template(reference.rawValue))
    let answer = try await step([])
    guard let value = Self.value(answer, 0x80) else {
      throw Expectation.status("GENERAL AUTHENTICATE 1", answer, "9000")
    }
    return value
  }

  /// Everything but the token. Returns the card's mapping and agreement keys.
  func agree(
    _ reference: PACEPasswordReference, _ password: borrowing SecretBytes
  ) async throws -> [[UInt8]] {
    let cryptogram = try await encryptedNonce(reference)
    let key = try SessionKDF.derive(password, .password, keyLength: parameters.keyLength)
    var plain = try AES.decryptCBC(cryptogram, key: key)
    let nonce = SecretBytes(taking: &plain)
    let curve = parameters.curve
    let scalar = try curve.randomScalar(random)
    let mapping = try await step([BERTLV(0x81, try curve.multiply(try curve.generator, by: scalar))])
    guard let mapped = Self.value(mapping, 0x82) else {
      throw Expectation.status("GENERAL AUTHENTICATE 2", mapping, "9000")
    }
    let shared = try curve.multiply(mapped, by: scalar)
    let generator = try curve.add(try curve.multiply(try curve.generator, by: try curve.reduced(nonce)), shared)
    let second = try curve.randomScalar(random)
    own = try curve.multiply(generator, by: second)
    let agreement = try await step([BERTLV(0x83, own)])
    guard let peer = Self.value(agreement, 0x84) else {
      throw Expectation.status("GENERAL AUTHENTICATE 3", agreement, "9000")
    }
    self.peer = peer
    let secret = SecretBytes(try curve.multiply(peer, by: second)[1...curve.width])
    keys = .some(try SessionKeys(sharedSecret: secret, keyLength: parameters.keyLength))
    return [mapped, peer]
  }

  /// The terminal's token; spoilt in its last bit when `isWrong`.
  func sendToken(isWrong: Bool = false) async throws -> ResponseAPDU {
    guard let mac = keys?.mac.copy() else { throw CryptoError.malformed("PACE") }
    var token = Array(try CMAC.tag(parameters.tokenInput(peer: peer), key: mac).prefix(8))
    if isWrong { token[7] ^= 1 }
    return try await step([BERTLV(0x85, token)], isLast: true)
  }

  /// The session after ``sendToken(isWrong:)``.
  func session() throws -> HandSession {
    guard let keys = keys.take() else { throw CryptoError.malformed("PACE") }
    return HandSession(channel, keys)
  }
}

/// Secure messaging by hand: what is sent can be changed, kept back, repeated (TR-03110-3 Annex F).
final class HandSession {
  let channel: any CardChannel
  private let keys: SessionKeys
  private(set) var counter = SendSequenceCounter()

  init(_ channel: any CardChannel, _ keys: consuming SessionKeys) {
    self.channel = channel
    self.keys = keys
  }

  /// How a command is spoilt before its MAC is made.
  struct Shape {
    /// 97 before 87.
    var isSwapped = false
    /// Without 8E.
    var hasNoMAC = false
    /// Counts on before the command.
    var skip = 0
  }

  /// The protected command; the counter moves on.
  func wrap(_ command: CommandAPDU, _ shape: Shape = Shape()) throws -> CommandAPDU {
    for _ in 0...shape.skip { counter.increment() }
    var objects: [BERTLV] = []
    if !command.data.isEmpty {
      let iv = try AES.encryptBlock(counter.bytes, key: keys.encryption)
      let cryptogram = try AES.encryptCBC(Padding.add(command.data), key: keys.encryption, iv: iv)
      objects.append(BERTLV(0x87, [0x01] + cryptogram))
    }
    if let ne = command.expectedLength {
      objects.append(BERTLV(0x97, ne <= 256 ? [UInt8(ne & 0xFF)] : [UInt8](bigEndian: ne & 0xFFFF, width: 2)))
    }
    if shape.isSwapped { objects.reverse() }
    let octets = objects.flatMap(\.bytes)
    var wire = command
    wire.cla |= 0x0C
    let input = counter.bytes + Padding.add(wire.header) + (octets.isEmpty ? [] : Padding.add(octets))
    let mac = BERTLV(0x8E, Array(try CMAC.tag(input, key: keys.mac).prefix(8))).bytes
    wire.data = octets + (shape.hasNoMAC ? [] : mac)
    wire.expectedLength = (command.expectedLength ?? 0) > 200 || wire.data.count > 255 ? 65_536 : 256
    return wire
  }

  /// The status of a protected answer whose MAC is right; `nil` for an answer in the clear.
  func status(of answer: ResponseAPDU) throws -> StatusWord? {
    counter.increment()
    guard let objects = try? BERTLV.sequence(answer.data), let mac = objects.last, mac.tag == 0x8E else { return nil }
    let covered = objects.dropLast()
    let input = counter.bytes + Padding.add(covered.flatMap(\.bytes))
    guard (try? CMAC.verify(mac.value, of: input, key: keys.mac)) == true, let last = covered.last, last.tag == 0x99,
      last.value.count == 2
    else { return nil }
    return StatusWord(sw1: last.value[0], sw2: last.value[1])
  }
}
