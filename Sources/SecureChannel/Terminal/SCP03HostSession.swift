import CardCrypto
import ISO7816

/// The host's end of one SCP03 session without a channel: what ``SCP03Host`` sends at once and ``SCP03Script`` writes
/// down beforehand is the same octets, because it is made here for both (GPC Amendment D §6.2).
struct SCP03HostSession: ~Copyable, Sendable {
  private let keys: SCP03SessionKeys
  private let level: SCP03SecurityLevel
  private var counters = SCP03Counters()

  init(keys: consuming SCP03SessionKeys, level: SCP03SecurityLevel) {
    self.keys = keys
    self.level = level
  }

  /// EXTERNAL AUTHENTICATE, the first command of the session (§7.1.2).
  mutating func authenticate() throws(CryptoError) -> CommandAPDU {
    let header: [UInt8] = [0x84, 0x82, level.rawValue, 0x00]
    let length = keys.mode.length
    let input = scp03CommandMACInput(
      chaining: counters.chaining, header: header, data: keys.hostCryptogram, macLength: length)
    counters.chaining = try CMAC.tag(input, key: keys.mac)
    return CommandAPDU(
      cla: 0x84, ins: 0x82, p1: level.rawValue, data: keys.hostCryptogram + counters.chaining.prefix(length))
  }

  /// Protects one command; the class of a plain one is 80.
  mutating func wrap(_ command: CommandAPDU) throws(CryptoError) -> CommandAPDU {
    var data = command.data
    counters.encryption.increment()
    if level.contains(.commandEncryption), !data.isEmpty {
      let iv = try AES.encryptBlock(counters.block(response: false), key: keys.encryption)
      data = try AES.encryptCBC(Padding.add(data), key: keys.encryption, iv: iv)
    }
    var protected = command
    protected.cla |= 0x04
    // The length fields as they will be sent: with the MAC at the end of the data.
    let length = keys.mode.length
    protected.data = data + [UInt8](repeating: 0, count: length)
    let input = scp03CommandMACInput(
      chaining: counters.chaining, header: protected.header, data: data, macLength: length,
      isExtended: protected.isExtended)
    counters.chaining = try CMAC.tag(input, key: keys.mac)
    protected.data = data + counters.chaining.prefix(length)
    return protected
  }

  /// Checks and opens the answer to the command that was wrapped, or followed, last.
  func unwrap(_ response: ResponseAPDU) throws(CardChannelError) -> ResponseAPDU {
    // Error status words carry no R-MAC (§6.2.5); warnings and 9000 do.
    guard level.contains(.responseMAC), !response.status.isError else {
      guard response.data.isEmpty || !level.contains(.responseMAC) else {
        throw .secureMessaging(reason: "data under an error status")
      }
      return response
    }
    let length = keys.mode.length
    guard response.data.count >= length else { throw .secureMessaging(reason: "answer without an R-MAC") }
    var data = Array(response.data.dropLast(length))
    let input = counters.chaining + data + response.status.bytes
    let mac = response.data.suffix(length)
    guard (try? CMAC.verify(mac, of: input, key: keys.responseMAC, length: length)) == true else {
      throw .secureMessaging(reason: "R-MAC does not verify")
    }
    if level.contains(.responseEncryption), !data.isEmpty {
      guard let iv = try? AES.encryptBlock(counters.block(response: true), key: keys.encryption),
        let padded = try? AES.decryptCBC(data, key: keys.encryption, iv: iv), let plain = Padding.remove(padded)
      else { throw .secureMessaging(reason: "R-ENC does not open") }
      data = plain
    }
    return ResponseAPDU(data: data, status: response.status)
  }

  /// Goes on as if `protected` had been wrapped here: its C-MAC enters the chain once it is right.
  ///
  /// - Throws: ``CryptoError/verificationFailed`` when it was wrapped in another session or in another place of this.
  mutating func follow(_ protected: CommandAPDU) throws(CryptoError) {
    let length = keys.mode.length
    guard protected.data.count >= length else { throw .verificationFailed }
    let input = scp03CommandMACInput(
      chaining: counters.chaining, header: protected.header, data: Array(protected.data.dropLast(length)),
      macLength: length, isExtended: protected.isExtended)
    let tag = try CMAC.tag(input, key: keys.mac)
    let isRight = ConstantTime.areEqual(tag.prefix(length), protected.data.suffix(length))
    guard isRight else { throw .verificationFailed }
    counters.encryption.increment()
    counters.chaining = tag
  }
}
