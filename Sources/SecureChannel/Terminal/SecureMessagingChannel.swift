import CardCrypto
public import ISO7816

/// The terminal's side of ISO/IEC 7816-4:2020 §10 secure messaging with AES (TR-03110-3 Annex F).
///
/// Command data goes as 87 (85 for an odd INS), Ne as 97, MAC as 8E; the response must carry 99 and 8E. The first
/// failure of any kind ends the session for good.
public actor SecureMessagingChannel: CardChannel {
  private let base: any CardChannel
  private let keys: SessionKeys
  private var counter = SendSequenceCounter()
  private var isOpen = true
  private let gate = ExchangeGate()

  /// A session over `base` with fresh keys and a zero counter.
  public init(_ base: any CardChannel, keys: consuming SessionKeys) {
    self.base = base
    self.keys = keys
  }

  /// Protects, sends and checks one exchange.
  ///
  /// - Throws: ``CardChannelError/secureMessaging(reason:)`` when the answer does not verify,
  ///   ``CardChannelError/sessionEnded`` ever after.
  public func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    try await gate.exclusively { () async throws(CardChannelError) in
      do throws(CardChannelError) {
        return try await exchange(command)
      } catch {
        isOpen = false
        throw error
      }
    }
  }

  private func exchange(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    guard isOpen else { throw .sessionEnded }
    let protected: CommandAPDU
    do {
      protected = try wrap(command)
    } catch {
      throw .transport(error)
    }
    guard protected.data.count <= CommandAPDU.maximumDataLength else { throw .tooLong(protected.data.count) }
    let response = try await base.transmit(protected)
    return try unwrap(response)
  }

  private func wrap(_ command: CommandAPDU) throws(CryptoError) -> CommandAPDU {
    counter.increment()
    var objects: [UInt8] = []
    if !command.data.isEmpty {
      let cryptogram = try SecureMessagingCrypto.encrypt(command.data, counter: counter, keys: keys)
      objects +=
        command.ins & 1 == 0 ? BERTLV(0x87, [0x01] + cryptogram).bytes : BERTLV(0x85, cryptogram).bytes
    }
    if let ne = command.expectedLength {
      objects += BERTLV(0x97, ne <= 256 ? [UInt8(ne & 0xFF)] : [UInt8](bigEndian: ne & 0xFFFF, width: 2)).bytes
    }
    var protected = command
    protected.cla |= 0x0C
    let input = SecureMessagingCrypto.commandMACInput(header: protected.header, objects: objects, counter: counter)
    protected.data = objects + BERTLV(0x8E, Array(try CMAC.tag(input, key: keys.mac).prefix(8))).bytes
    // The protected answer is longer than Ne; the outer Le only has to be large enough.
    protected.expectedLength = protected.data.count > 255 || (command.expectedLength ?? 0) > 200 ? 65_536 : 256
    return protected
  }

  private func unwrap(_ response: ResponseAPDU) throws(CardChannelError) -> ResponseAPDU {
    counter.increment()
    guard !response.data.isEmpty else { throw .secureMessaging(reason: "unprotected answer \(response.status)") }
    let objects: [BERTLV]
    do {
      // Shortest lengths only: then the objects written out again for the MAC are the octets as received.
      objects = try BERTLV.sequence(response.data, shortestLengths: true)
    } catch {
      throw .secureMessaging(reason: "answer is not BER-TLV")
    }
    guard objects.count >= 2, let mac = objects.last, mac.tag == 0x8E else {
      throw .secureMessaging(reason: "answer without a MAC")
    }
    let covered = objects.dropLast()
    let input = SecureMessagingCrypto.responseMACInput(objects: covered.flatMap(\.bytes), counter: counter)
    guard (try? CMAC.verify(mac.value, of: input, key: keys.mac)) == true else {
      throw .secureMessaging(reason: "MAC of the answer does not verify")
    }
    return try open(Array(covered), outer: response.status)
  }

  /// Takes the checked objects apart: at most one cryptogram, exactly one status, in this order.
  private func open(_ objects: [BERTLV], outer: StatusWord) throws(CardChannelError) -> ResponseAPDU {
    guard let last = objects.last, last.tag == 0x99, last.value.count == 2, objects.count <= 2 else {
      throw .secureMessaging(reason: "answer without one protected status")
    }
    let status = StatusWord(sw1: last.value[0], sw2: last.value[1])
    guard status == outer else { throw .secureMessaging(reason: "status outside and inside differ") }
    guard objects.count == 2 else { return ResponseAPDU(status: status) }
    var cryptogram = objects[0].value
    switch objects[0].tag {
    case 0x87:
      guard cryptogram.first == 0x01 else { throw .secureMessaging(reason: "unknown padding indicator") }
      cryptogram.removeFirst()
    case 0x85: break
    default: throw .secureMessaging(reason: "unexpected data object \(objects[0].tag)")
    }
    do {
      let data = try SecureMessagingCrypto.decrypt(cryptogram, counter: counter, keys: keys)
      return ResponseAPDU(data: data, status: status)
    } catch {
      throw .secureMessaging(reason: "cryptogram of the answer does not open")
    }
  }
}
