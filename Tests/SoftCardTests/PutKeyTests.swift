import CardApplication
import CardCrypto
import ISO7816
import SecureChannel
import SoftCard
import Testing

/// PUT KEY with keys of every length, octet for octet (GPC Amendment D §7.2).
@Suite("PUT KEY")
struct PutKeyTests {
  static let serial = [UInt8](repeating: 0x07, count: 10)

  /// A fresh card's domain, opened with the transport keys.
  private func domain(_ card: SoftCard, _ mode: SCP03Mode = .s16) async throws -> SCP03Host {
    let channel = SoftCardChannel(card)
    let select = CommandAPDU(ins: 0xA4, p1: 0x04, data: ApplicationName.issuerSecurityDomain, expectedLength: 256)
    #expect(try await channel.transmit(select).status == .success)
    let update = try await SCP03Host.initialize(channel, mode: mode)
    func key() -> SecretBytes { SecretBytes(SoftCard.transportKey) }
    return try await SCP03Host.open(
      channel, answering: update,
      keys: SCP03KeySet(
        version: SoftCard.transportKeyVersion, encryption: key(), mac: key(), dataEncryption: key()))
  }

  /// Three keys of `length`: 20 21…, 40 41…, 60 61….
  private func keys(_ length: Int) -> [[UInt8]] {
    [0x20, 0x40, 0x60].map { start in (0..<length).map { start + UInt8($0) } }
  }

  /// One key's block, filled up to whole blocks with EE.
  private func block(_ key: [UInt8]) throws -> [UInt8] {
    let filled = key + [UInt8](repeating: 0xEE, count: (16 - key.count % 16) % 16)
    let cryptogram = try AES.encryptCBC(filled, key: SecretBytes(SoftCard.transportKey))
    let check = try AES.encryptBlock([UInt8](repeating: 1, count: 16), key: SecretBytes(key)).prefix(3)
    return [0x88, UInt8(1 + cryptogram.count), UInt8(key.count)] + cryptogram + [3] + check
  }

  /// The command's data: version 01 and the blocks.
  private func data(_ keys: [[UInt8]]) throws -> [UInt8] {
    try keys.reduce(into: [0x01]) { $0 += try block($1) }
  }

  private func put(_ session: SCP03Host, _ data: [UInt8]) async throws -> ResponseAPDU {
    try await session.transmit(
      CommandAPDU(
        cla: 0x80, ins: 0xD8, p1: SoftCard.transportKeyVersion, p2: 0x81, data: data, expectedLength: 256))
  }

  @Test("The new keys open the domain", arguments: AESKeyLength.allCases, SCP03Mode.allCases)
  func newKeys(_ length: AESKeyLength, _ mode: SCP03Mode) async throws {
    let card = try SoftCard(storage: MemoryStorage())
    let keys = keys(length.rawValue)
    let answer = try await put(try await domain(card, mode), data(keys))
    #expect(answer.status == .success)
    #expect(try answer.data == keys.reduce(into: [0x01]) { $0 += try block($1).suffix(3) })
    let channel = SoftCardChannel(card)
    let update = try await SCP03Host.initialize(channel, mode: mode)
    #expect(update.keyVersion == 0x01)
    let host = try await SCP03Host.open(
      channel, answering: update,
      keys: SCP03KeySet(
        version: 0x01, encryption: SecretBytes(keys[0]), mac: SecretBytes(keys[1]),
        dataEncryption: SecretBytes(keys[2])))
    #expect(try await host.transmit(CommandAPDU(cla: 0x80, ins: 0xCA)).status == .instructionNotSupported)
  }

  @Test("Anything else is refused and changes no key", arguments: AESKeyLength.allCases)
  func refused(_ length: AESKeyLength) async throws {
    let right = try data(keys(length.rawValue))
    let card = try SoftCard(storage: MemoryStorage())
    let session = try await domain(card)
    var wrong: [[UInt8]] = (0..<right.count).map { Array(right.prefix($0)) } + [right + [0]]
    let width = (right.count - 1) / 3
    // Type, both lengths, the check value's length and its octets of every block; the keys through their check values.
    for index in 0..<3 {
      for place in [0, 1, 2, 3, width - 4, width - 3, width - 1] {
        var changed = right
        changed[1 + index * width + place] ^= 0x08
        wrong.append(changed)
      }
    }
    for version: UInt8 in [0x00, 0x80] { wrong.append([version] + right.dropFirst()) }
    // Keys of different lengths.
    for other in AESKeyLength.allCases where other != length {
      wrong.append(try data([keys(length.rawValue)[0]] + keys(other.rawValue)[1...]))
    }
    for data in wrong { #expect(try await put(session, data).status == .incorrectData, "\(data.count) octets") }
    #expect(try await put(session, right).status == .success)
  }
}
