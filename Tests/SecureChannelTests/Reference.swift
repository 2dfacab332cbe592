import CardCrypto
import CardTestSupport
import ISO7816
import SecureChannel

/// Secure messaging written out from ISO/IEC 7816-4:2020 §10 and TR-03110-3 Annex F once more, apart from the product:
/// what a session with known keys must look like, and objects with a right MAC that no honest peer would send.
struct Reference: Sendable {
  static let example = Reference(
    encryption: octets("000102030405060708090A0B0C0D0E0F"), mac: octets("F0F1F2F3F4F5F6F7F8F9FAFBFCFDFEFF"))

  /// The same with keys of 16, 24 and 32 octets.
  static let ofEveryLength = AESKeyLength.allCases.map { length in
    Reference(
      encryption: (0..<length.rawValue).map { UInt8($0) }, mac: (0..<length.rawValue).map { 0xF0 ^ UInt8($0) })
  }

  let encryption: [UInt8]
  let mac: [UInt8]

  func keys() -> SessionKeys { SessionKeys(encryption: SecretBytes(encryption), mac: SecretBytes(mac)) }

  func counter(_ count: Int) -> [UInt8] { [UInt8](bigEndian: count, width: 16) }

  func cryptogram(_ plain: [UInt8], at count: Int) throws -> [UInt8] {
    let key = SecretBytes(encryption)
    return try AES.encryptCBC(padded(plain), key: key, iv: AES.encryptBlock(counter(count), key: key))
  }

  func tag(_ input: [UInt8]) throws -> [UInt8] { try CMAC.tag(input, key: SecretBytes(mac)) }

  func commandTag(_ header: [UInt8], _ objects: [UInt8], at count: Int) throws -> [UInt8] {
    try tag(counter(count) + padded(header) + (objects.isEmpty ? [] : padded(objects)))
  }

  func responseTag(_ objects: [UInt8], at count: Int) throws -> [UInt8] { try tag(counter(count) + padded(objects)) }

  /// A command with these objects and a right MAC.
  func command(
    _ header: String, _ objects: [BERTLV], at count: Int, macLength: Int = 8
  ) throws -> CommandAPDU {
    let header = octets(header)
    let covered = objects.flatMap(\.bytes)
    let mac = try BERTLV(0x8E, Array(commandTag(header, covered, at: count).prefix(macLength)))
    return CommandAPDU(
      cla: header[0], ins: header[1], p1: header[2], p2: header[3], data: covered + mac.bytes, expectedLength: 256)
  }

  /// A response with these objects and a right MAC.
  func response(
    _ objects: [BERTLV], at count: Int, status: StatusWord = .success, macLength: Int = 8
  ) throws -> ResponseAPDU {
    let covered = objects.flatMap(\.bytes)
    let mac = try BERTLV(0x8E, Array(responseTag(covered, at: count).prefix(macLength)))
    return ResponseAPDU(data: covered + mac.bytes, status: status)
  }

  private func padded(_ data: [UInt8]) -> [UInt8] {
    data + [0x80] + [UInt8](repeating: 0, count: 15 - data.count % 16)
  }
}

/// What the cards of these tests do with a plain command.
enum EchoApplication {
  /// INS B0/B1 reads P1-P2 octets, CA/CB gives the command's data back, 20 warns, 24 refuses; all else is accepted.
  static func answer(_ command: CommandAPDU) -> ResponseAPDU {
    switch command.ins & 0xFE {
    case 0xB0:
      let count = Int(command.p1) << 8 | Int(command.p2)
      return ResponseAPDU(data: (0..<count).map { UInt8(truncatingIfNeeded: $0) }, status: .success)
    case 0xCA: return ResponseAPDU(data: command.expectedLength == nil ? [] : command.data, status: .success)
    case 0x20: return ResponseAPDU(status: .triesLeft(2))
    case 0x24: return ResponseAPDU(status: .conditionsNotSatisfied)
    default: return ResponseAPDU(status: .success)
    }
  }
}

/// Changes what passes, as somebody on the way to the card could.
struct TamperingChannel: CardChannel {
  let base: any CardChannel
  var command: @Sendable (CommandAPDU) -> CommandAPDU = { $0 }
  var response: @Sendable (ResponseAPDU) -> ResponseAPDU = { $0 }

  func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    response(try await base.transmit(self.command(command)))
  }
}

extension Array<UInt8> {
  /// The octets with one bit turned over.
  func flipping(bit: Int) -> [UInt8] {
    var flipped = self
    flipped[bit / 8] ^= 1 << (bit % 8)
    return flipped
  }
}

extension CardChannelError {
  /// Whether a secure session found the answer wrong.
  var isSecureMessaging: Bool { if case .secureMessaging = self { true } else { false } }
  /// Whether the session was over before.
  var isSessionEnded: Bool { if case .sessionEnded = self { true } else { false } }
}
