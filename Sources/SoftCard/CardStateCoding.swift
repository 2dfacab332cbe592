import CardApplication
public import CardCrypto
public import ISO7816
import SecureChannel

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
    static let line: BERTag = 0x91
    static let slot: BERTag = 0x92
    static let counters: BERTag = 0x93
    static let completionHash: BERTag = 0x94
    static let receipt: BERTag = 0x95
    static let certificateHash: BERTag = 0x96
    static let cardDate: BERTag = 0x97
    static let retiredLines: BERTag = 0x98
    static let pinOrigin: BERTag = 0x99
    static let chipKey: BERTag = 0x9A
    static let anchor: BERTag = 0x9B
    static let cardSecurity: BERTag = 0x9C
    static let identity: BERTag = 0x9D
    static let limits: BERTag = 0x9E
    static let photo: BERTag = 0x9F01
  }

  private static let formatVersion: UInt8 = 2

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
    put(Tag.pinOrigin, [pinOrigin.rawValue] + pinSetter)
    payoutKey?.exportScalar().withOctets { put(Tag.payoutKey, $0) }
    if let chipKey { chipKey.exportScalar().withOctets { put(Tag.chipKey, [chipKey.publicKey.curve.rawValue] + $0) } }
    for anchor in anchors { put(Tag.anchor, anchor.certificate.bytes) }
    for key in issuerKeys { put(Tag.issuerKey, key.bytes) }
    put(Tag.cardInfo, cardInfo)
    put(Tag.holder, holder)
    put(Tag.snapshot, snapshot)
    put(Tag.certificate, certificate)
    put(Tag.photo, photo)
    put(Tag.cardSecurity, cardSecurity)
    for (number, content) in identity.sorted(by: { $0.key < $1.key }) { put(Tag.identity, [number] + content) }
    put(
      Tag.limits,
      [UInt8](bigEndian: offline.ceiling, width: 8) + [offline.count] + [UInt8](bigEndian: offline.until, width: 4)
        + [UInt8](bigEndian: minimumVerifierDate, width: 4) + [overrides, openSignatures])
    for line in lines { put(Tag.line, Self.encode(line)) }
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

  /// `EF.Lines entry(10), granted(8), next granted(8), not before(4), spent(8)`.
  private static func encode(_ line: LineState) -> [UInt8] {
    CardLine.encode([line.entry]) + [UInt8](bigEndian: line.granted, width: 8)
      + [UInt8](bigEndian: line.nextGranted, width: 8) + [UInt8](bigEndian: line.notBefore, width: 4)
      + [UInt8](bigEndian: line.spent, width: 8)
  }

  private static func line(_ value: [UInt8]) -> LineState? {
    guard value.count == 38, let entry = try? CardLine.parse(Array(value[0..<10])).first,
      let granted = value[10..<18].bigEndianValue, let next = value[18..<26].bigEndianValue,
      let notBefore = value[26..<30].bigEndianValue, let spent = value[30..<38].bigEndianValue
    else { return nil }
    return LineState(
      entry: entry, granted: Int64(clamping: granted), nextGranted: Int64(clamping: next),
      notBefore: UInt32(notBefore), spent: Int64(clamping: spent))
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
    try state.readAuthentication(fields)
    try state.readPayout(fields)
    return state
  }

  private func readAuthentication(_ fields: StateFields) throws(CardStateError) {
    let setter = try fields.value(Tag.pinOrigin)
    guard let origin = setter.first.flatMap({ PINOrigin(rawValue: $0) }) else { throw .field(Tag.pinOrigin) }
    pinOrigin = origin
    pinSetter = Array(setter.dropFirst())
    if let value = fields.optional(Tag.chipKey) {
      guard let curve = value.first.flatMap({ Curve(rawValue: $0) }) else { throw .field(Tag.chipKey) }
      do {
        chipKey = try ECPrivateKey(curve, scalar: SecretBytes(value.dropFirst()))
      } catch {
        throw .key(error)
      }
    }
    for value in fields.all(Tag.anchor) {
      guard let certificate = try? CVCertificate(parsing: value), let anchor = TrustAnchor(certificate) else {
        throw .field(Tag.anchor)
      }
      anchors.append(anchor)
    }
    cardSecurity = try fields.value(Tag.cardSecurity)
    for value in fields.all(Tag.identity) {
      guard let number = value.first else { throw .field(Tag.identity) }
      identity[number] = Array(value.dropFirst())
    }
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
    photo = try fields.value(Tag.photo)
    let limits = try fields.value(Tag.limits, 19)
    offline = OfflineLimits(
      ceiling: Int64(clamping: limits[0..<8].bigEndianValue ?? 0), count: limits[8],
      until: UInt32(limits[9..<13].bigEndianValue ?? 0))
    minimumVerifierDate = UInt32(limits[13..<17].bigEndianValue ?? 0)
    (overrides, openSignatures) = (limits[17], limits[18])
    for value in fields.all(Tag.line) {
      guard let line = Self.line(value) else { throw .field(Tag.line) }
      lines.append(line)
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
      lines.allSatisfy({ $0.spent <= $0.limit(on: nil) })
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
