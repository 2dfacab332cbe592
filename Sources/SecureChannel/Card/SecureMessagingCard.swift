public import CardCrypto
public import ISO7816

/// Why a protected command is refused: the status the card gives in the clear. The session ends.
public struct SecureMessagingRefusal: Error, Hashable, Sendable {
  /// 6987 or 6988.
  public let status: StatusWord
}

/// The card's side of secure messaging (ISO/IEC 7816-4:2020 §10, TR-03110-3 Annex F).
public struct SecureMessagingCard: ~Copyable, Sendable {
  private let keys: SessionKeys
  private var counter = SendSequenceCounter()
  private var isOver = false
  private var cryptogramTag: BERTag = 0x87

  /// A session that starts with the next command.
  public init(keys: consuming SessionKeys) { self.keys = keys }

  /// Checks and opens one command whose class has the secure-messaging bits 0C.
  ///
  /// Accepts `[87 | 85] [97] 8E` in this order, the MAC over header and objects. The plain command keeps the class
  /// without its secure-messaging bits.
  ///
  /// - Throws: ``SecureMessagingRefusal`` with 6987 or 6988, and with 6982 for ever after.
  public mutating func unwrap(_ command: CommandAPDU) throws(SecureMessagingRefusal) -> CommandAPDU {
    guard !isOver else { throw SecureMessagingRefusal(status: .securityStatusNotSatisfied) }
    do throws(SecureMessagingRefusal) {
      return try check(command)
    } catch {
      isOver = true
      throw error
    }
  }

  private mutating func check(_ command: CommandAPDU) throws(SecureMessagingRefusal) -> CommandAPDU {
    counter.increment()
    cryptogramTag = command.ins & 1 == 0 ? 0x87 : 0x85
    guard let objects = try? BERTLV.sequence(command.data, shortestLengths: true), let mac = objects.last else {
      throw SecureMessagingRefusal(status: .secureMessagingObjectsMissing)
    }
    guard mac.tag == 0x8E else { throw SecureMessagingRefusal(status: .secureMessagingObjectsMissing) }
    let covered = objects.dropLast().flatMap(\.bytes)
    let input = SecureMessagingCrypto.commandMACInput(header: command.header, objects: covered, counter: counter)
    guard (try? CMAC.verify(mac.value, of: input, key: keys.mac)) == true else {
      throw SecureMessagingRefusal(status: .secureMessagingObjectsIncorrect)
    }
    return try plain(command, Array(objects.dropLast()))
  }

  /// Protects one response with 87 (85 after an odd INS) when there are data, 99 and 8E.
  public mutating func wrap(_ response: ResponseAPDU) throws(CryptoError) -> ResponseAPDU {
    counter.increment()
    var objects: [UInt8] = []
    if !response.data.isEmpty {
      let cryptogram = try SecureMessagingCrypto.encrypt(response.data, counter: counter, keys: keys)
      objects += BERTLV(cryptogramTag, cryptogramTag == 0x87 ? [0x01] + cryptogram : cryptogram).bytes
    }
    objects += BERTLV(0x99, response.status.bytes).bytes
    let mac = try CMAC.tag(
      SecureMessagingCrypto.responseMACInput(objects: objects, counter: counter), key: keys.mac)
    return ResponseAPDU(data: objects + BERTLV(0x8E, Array(mac.prefix(8))).bytes, status: response.status)
  }

  private func plain(_ command: CommandAPDU, _ objects: [BERTLV]) throws(SecureMessagingRefusal) -> CommandAPDU {
    let incorrect = SecureMessagingRefusal(status: .secureMessagingObjectsIncorrect)
    var data: [UInt8] = []
    var ne: Int?
    var rest = objects[...]
    if let first = rest.first, first.tag == cryptogramTag {
      rest = rest.dropFirst()
      var cryptogram = first.value
      if first.tag == 0x87 {
        guard cryptogram.first == 0x01 else { throw incorrect }
        cryptogram.removeFirst()
      }
      guard let opened = try? SecureMessagingCrypto.decrypt(cryptogram, counter: counter, keys: keys) else {
        throw incorrect
      }
      data = opened
    }
    if let next = rest.first, next.tag == 0x97 {
      rest = rest.dropFirst()
      guard (1...2).contains(next.value.count), let value = next.value.bigEndianValue else { throw incorrect }
      let whole = next.value.count == 1 ? 256 : 65_536
      ne = value == 0 ? whole : Int(value)
    }
    guard rest.isEmpty else { throw incorrect }
    return CommandAPDU(
      cla: command.cla & ~0x0C, ins: command.ins, p1: command.p1, p2: command.p2, data: data, expectedLength: ne)
  }
}
