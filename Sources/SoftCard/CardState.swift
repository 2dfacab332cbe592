import CardApplication
public import CardCrypto
public import ISO7816
import SecureChannel

/// Life cycle of the card (GlobalPlatform card specification 2.3 §11.1.1).
enum CardLifeCycle: UInt8 {
  case opReady = 0x01
  case initialized = 0x07
  case secured = 0x0F
  case locked = 0x7F
  case terminated = 0xFF
}

/// Life cycle of the payout application (`card-application` §10).
enum ApplicationLifeCycle: UInt8 {
  case selectable = 0x07
  case personalized = 0x0F
  case active = 0x1F
  case suspended = 0x3F
  case terminated = 0x7F
}

/// A password with the tries that are left.
struct CountedSecret: ~Copyable {
  var value: SecretBytes
  var triesLeft: UInt8
}

/// A line of the card: what EF.Lines shows, and its offline reserve.
struct LineState {
  var entry: CardLine
  var granted: Int64
  var spent: Int64
}

/// One slot of EF.PayoutLog.
struct LogSlot {
  var counter: UInt32
  var transactionID: [UInt8]
  /// SHA-256 of the order's octets, to tell a repeated order from another one.
  var orderHash: [UInt8]
  var certificate: [UInt8]
}

/// Everything that survives power-off. Encoded as one string of TLVs and replaced as a whole.
///
/// A class, so that its secrets have one owner; it never leaves the card's actor.
final class CardState {
  var lifeCycle = CardLifeCycle.opReady
  var application = ApplicationLifeCycle.selectable
  /// Key diversification data, 10 octets, given at manufacture.
  let serial: [UInt8]
  var keys: SCP03KeySet
  var sequenceCounter: UInt32 = 0
  /// Failed SCP03 authentications left before the card locks itself.
  var authenticationsLeft: UInt8 = 10

  var policy: CardPolicy?
  var can: SecretBytes?
  var pin: CountedSecret?
  var puk: CountedSecret?
  var pinGeneration: UInt16 = 1
  var acknowledgedGeneration: UInt16 = 0
  var payoutKey: ECPrivateKey?
  var issuerKeys: [IssuerKey] = []

  var cardInfo: [UInt8] = []
  var holder: [UInt8] = []
  var snapshot: [UInt8] = []
  var certificate: [UInt8] = []
  var offlineAuthority: [UInt8] = []
  var lines: [LineState] = []
  /// Ids of lines that have left the card.
  var retiredLines: [UInt32] = []
  var log: [LogSlot] = []

  var counter: UInt32 = 0
  var acknowledgedCounter: UInt32 = 0
  var responseSerial: UInt32 = 0
  var lastCompletionHash: [UInt8] = []
  var lastReceipt: [UInt8] = []
  var lastCertificateHash = [UInt8](repeating: 0, count: 32)
  var cardDate = CardDate(unixTime: 0)

  init(serial: [UInt8], keys: consuming SCP03KeySet) {
    self.serial = serial
    self.keys = keys
  }

  /// The card's number once EF.CardInfo is written.
  var cardNumber: CardNumber? { (try? CardInfo(parsing: cardInfo))?.cardNumber }

  func line(_ id: UInt32) -> LineState? { lines.first { $0.entry.line == id } }
}

/// Why stored octets are not a card.
public enum CardStateError: Error, Sendable {
  /// They are not BER-TLV.
  case layout(BERTLVError)
  /// A field is missing, or has a value it can't have.
  case field(BERTag)
  /// A key can't be used.
  case key(CryptoError)
}

extension CardState {
  private enum Tag {
    static let version: BERTag = 0x80
    static let lifeCycle: BERTag = 0x81
    static let serial: BERTag = 0x82
    static let keys: BERTag = 0x83
    static let sequence: BERTag = 0x84
    static let policy: BERTag = 0x85
    static let can: BERTag = 0x86
    static let pin: BERTag = 0x87
    static let puk: BERTag = 0x88
    static let generations: BERTag = 0x89
    static let payoutKey: BERTag = 0x8A
    static let issuerKey: BERTag = 0x8B
    static let cardInfo: BERTag = 0x8C
    static let holder: BERTag = 0x8D
    static let snapshot: BERTag = 0x8E
    static let certificate: BERTag = 0x8F
    static let offlineAuthority: BERTag = 0x90
    static let line: BERTag = 0x91
    static let slot: BERTag = 0x92
    static let counters: BERTag = 0x93
    static let completionHash: BERTag = 0x94
    static let receipt: BERTag = 0x95
    static let certificateHash: BERTag = 0x96
    static let cardDate: BERTag = 0x97
    static let retiredLines: BERTag = 0x98
  }

  private static let formatVersion: UInt8 = 1

  /// The whole state, secrets included: it never leaves the card's own storage.
  func encode() -> SecretBytes {
    var octets: [UInt8] = []
    func put(_ tag: BERTag, _ value: [UInt8]) { octets += BERTLV(tag, value).bytes }
    put(Tag.version, [Self.formatVersion])
    put(Tag.lifeCycle, [lifeCycle.rawValue, application.rawValue])
    put(Tag.serial, serial)
    keys.encryption.withOctets { enc in
      keys.mac.withOctets { mac in keys.dataEncryption.withOctets { put(Tag.keys, [keys.version] + enc + mac + $0) } }
    }
    put(Tag.sequence, [UInt8](bigEndian: sequenceCounter, width: 4) + [authenticationsLeft])
    if let policy { put(Tag.policy, policy.bytes) }
    can?.withOctets { put(Tag.can, $0) }
    pin?.value.withOctets { put(Tag.pin, [pin?.triesLeft ?? 0] + $0) }
    puk?.value.withOctets { put(Tag.puk, [puk?.triesLeft ?? 0] + $0) }
    put(
      Tag.generations,
      [UInt8](bigEndian: pinGeneration, width: 2) + [UInt8](bigEndian: acknowledgedGeneration, width: 2))
    payoutKey?.exportScalar().withOctets { put(Tag.payoutKey, $0) }
    for key in issuerKeys { put(Tag.issuerKey, key.bytes) }
    put(Tag.cardInfo, cardInfo)
    put(Tag.holder, holder)
    put(Tag.snapshot, snapshot)
    put(Tag.certificate, certificate)
    put(Tag.offlineAuthority, offlineAuthority)
    for line in lines {
      put(
        Tag.line,
        CardLine.encode([line.entry]) + [UInt8](bigEndian: line.granted, width: 8)
          + [UInt8](bigEndian: line.spent, width: 8))
    }
    for slot in log {
      put(
        Tag.slot,
        [UInt8](bigEndian: slot.counter, width: 4) + slot.transactionID + slot.orderHash + slot.certificate)
    }
    put(
      Tag.counters,
      [UInt8](bigEndian: counter, width: 4) + [UInt8](bigEndian: acknowledgedCounter, width: 4)
        + [UInt8](bigEndian: responseSerial, width: 4))
    put(Tag.completionHash, lastCompletionHash)
    put(Tag.receipt, lastReceipt)
    put(Tag.certificateHash, lastCertificateHash)
    put(Tag.cardDate, cardDate.bytes)
    put(Tag.retiredLines, retiredLines.flatMap { [UInt8](bigEndian: $0, width: 4) })
    return SecretBytes(taking: &octets)
  }

  /// Reads what ``encode()`` wrote.
  static func decode(_ octets: [UInt8]) throws(CardStateError) -> CardState {
    let objects: [BERTLV]
    do {
      objects = try BERTLV.sequence(octets)
    } catch {
      throw .layout(error)
    }
    let fields = StateFields(objects: objects)
    guard try fields.value(Tag.version) == [formatVersion] else { throw .field(Tag.version) }
    let state = CardState(serial: try fields.value(Tag.serial, 10), keys: try fields.keySet(Tag.keys))
    let cycles = try fields.value(Tag.lifeCycle, 2)
    guard let lifeCycle = CardLifeCycle(rawValue: cycles[0]),
      let application = ApplicationLifeCycle(rawValue: cycles[1])
    else { throw .field(Tag.lifeCycle) }
    state.lifeCycle = lifeCycle
    state.application = application
    let sequence = try fields.value(Tag.sequence, 5)
    state.sequenceCounter = UInt32(sequence[0..<4].bigEndianValue ?? 0)
    state.authenticationsLeft = sequence[4]
    if let policy = fields.optional(Tag.policy) {
      guard let policy = try? CardPolicy(parsing: policy) else { throw .field(Tag.policy) }
      state.policy = policy
    }
    if let value = fields.optional(Tag.can) { state.can = SecretBytes(value) }
    if let value = fields.optional(Tag.pin), let tries = value.first {
      state.pin = CountedSecret(value: SecretBytes(value.dropFirst()), triesLeft: tries)
    }
    if let value = fields.optional(Tag.puk), let tries = value.first {
      state.puk = CountedSecret(value: SecretBytes(value.dropFirst()), triesLeft: tries)
    }
    try state.readPayout(fields)
    return state
  }

  private func readPayout(_ fields: StateFields) throws(CardStateError) {
    let generations = try fields.value(Tag.generations, 4)
    pinGeneration = UInt16(generations[0]) << 8 | UInt16(generations[1])
    acknowledgedGeneration = UInt16(generations[2]) << 8 | UInt16(generations[3])
    if let scalar = fields.optional(Tag.payoutKey) {
      do {
        payoutKey = try ECPrivateKey(.p256, scalar: SecretBytes(scalar))
      } catch {
        throw .key(error)
      }
    }
    for value in fields.all(Tag.issuerKey) {
      guard let key = IssuerKey(parsing: value) else { throw .field(Tag.issuerKey) }
      issuerKeys.append(key)
    }
    cardInfo = try fields.value(Tag.cardInfo)
    holder = try fields.value(Tag.holder)
    snapshot = try fields.value(Tag.snapshot)
    certificate = try fields.value(Tag.certificate)
    offlineAuthority = try fields.value(Tag.offlineAuthority)
    for value in fields.all(Tag.line) {
      guard value.count == 26, let entry = try? CardLine.parse(Array(value[0..<10])).first,
        let granted = value[10..<18].bigEndianValue, let spent = value[18..<26].bigEndianValue
      else { throw .field(Tag.line) }
      lines.append(LineState(entry: entry, granted: Int64(clamping: granted), spent: Int64(clamping: spent)))
    }
    for value in fields.all(Tag.slot) {
      guard value.count > 52, let counter = value[0..<4].bigEndianValue else { throw .field(Tag.slot) }
      log.append(
        LogSlot(
          counter: UInt32(counter), transactionID: Array(value[4..<20]), orderHash: Array(value[20..<52]),
          certificate: Array(value[52...])))
    }
    let counters = try fields.value(Tag.counters, 12)
    counter = UInt32(counters[0..<4].bigEndianValue ?? 0)
    acknowledgedCounter = UInt32(counters[4..<8].bigEndianValue ?? 0)
    responseSerial = UInt32(counters[8..<12].bigEndianValue ?? 0)
    lastCompletionHash = try fields.value(Tag.completionHash)
    lastReceipt = try fields.value(Tag.receipt)
    lastCertificateHash = try fields.value(Tag.certificateHash, 32)
    guard let date = CardDate(bcd: try fields.value(Tag.cardDate, 4)) else { throw .field(Tag.cardDate) }
    cardDate = date
    let retired = try fields.value(Tag.retiredLines)
    retiredLines = stride(from: 0, to: retired.count - retired.count % 4, by: 4).map {
      UInt32(retired[$0..<$0 + 4].bigEndianValue ?? 0)
    }
    // Sums and ranges elsewhere rest on these orders.
    guard acknowledgedCounter <= counter, acknowledgedGeneration <= pinGeneration,
      lines.allSatisfy({ $0.spent <= $0.granted })
    else { throw .field(Tag.counters) }
  }
}

/// Looks up the fields of a stored state.
private struct StateFields {
  let objects: [BERTLV]

  func optional(_ tag: BERTag) -> [UInt8]? { objects.first { $0.tag == tag }?.value }
  func all(_ tag: BERTag) -> [[UInt8]] { objects.filter { $0.tag == tag }.map(\.value) }

  func value(_ tag: BERTag, _ length: Int? = nil) throws(CardStateError) -> [UInt8] {
    guard let value = optional(tag), length.map({ $0 == value.count }) ?? true else { throw .field(tag) }
    return value
  }

  func keySet(_ tag: BERTag) throws(CardStateError) -> SCP03KeySet {
    let value = try self.value(tag)
    let width = (value.count - 1) / 3
    guard [16, 24, 32].contains(width), value.count == 3 * width + 1 else { throw .field(tag) }
    return SCP03KeySet(
      version: value[0], encryption: SecretBytes(value[1..<1 + width]),
      mac: SecretBytes(value[1 + width..<1 + 2 * width]), dataEncryption: SecretBytes(value[(1 + 2 * width)...]))
  }
}
