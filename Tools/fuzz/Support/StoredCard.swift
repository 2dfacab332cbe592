import ISO7816

/// What a card has stored, field by field.
struct StoredCard {
  static let lifeCycle: BERTag = 0x81
  /// Sequence counter and tries of SCP03.
  static let sequence: BERTag = 0x84
  /// The PIN behind its tries.
  static let pin: BERTag = 0x87
  static let puk: BERTag = 0x88
  static let generations: BERTag = 0x89
  static let line: BERTag = 0x91
  static let slot: BERTag = 0x92
  static let counters: BERTag = 0x93
  static let certificateHash: BERTag = 0x96
  static let cardDate: BERTag = 0x97
  static let pinOrigin: BERTag = 0x99
  static let anchor: BERTag = 0x9B
  /// Its last octet counts signatures that were begun.
  static let limits: BERTag = 0x9E
  /// What COMPLETE PAYOUT writes: beside those above issuer keys, snapshot, hash, receipt and retired lines.
  static let completed: Set<BERTag> = [
    lifeCycle, generations, line, counters, cardDate, limits, 0x8B, 0x8E, 0x94, 0x95, 0x98,
  ]

  private let octets: [UInt8]
  private let fields: [BERTLV]

  init(_ octets: [UInt8]) {
    self.octets = octets
    fields = (try? BERTLV.sequence(octets)) ?? []
    require(!fields.isEmpty, "nothing stored")
  }

  private func value(_ tag: BERTag) -> [UInt8] { fields.first { $0.tag == tag }?.value ?? [] }

  /// Nothing but `tags` is another than in `before`.
  func requireOnly(_ tags: Set<BERTag>, since before: StoredCard, _ name: String) {
    guard octets != before.octets else { return }
    let others = { (card: StoredCard) in card.fields.filter { !tags.contains($0.tag) } }
    let changed = zip(others(self), others(before)).first { $0 != $1 }.map { $0.0.bytes.hex } ?? "a field more or less"
    require(others(self) == others(before), "\(name) changes what is not its own: \(changed)")
    require(value(Self.cardDate).lexicographicallyPrecedes(before.value(Self.cardDate)) == false, "the card date falls")
  }

  /// What a refusal may change: tries taken, and a signature that was begun.
  func requireUnchanged(since before: StoredCard, _ command: [UInt8], _ status: StatusWord) {
    requireOnly([Self.sequence, Self.pin, Self.limits], since: before, "\(command.hex), refused with \(status),")
    let (old, new) = (before.value(Self.sequence), value(Self.sequence))
    // The counter, and behind it the tries, of which a wrong EXTERNAL AUTHENTICATE takes one without a new counter.
    require(
      new[4] <= old[4] && !new.prefix(4).lexicographicallyPrecedes(old.prefix(4)),
      "tries of SCP03 given back by a refusal")
    let (oldPIN, newPIN) = (before.value(Self.pin), value(Self.pin))
    require(oldPIN.dropFirst() == newPIN.dropFirst(), "another PIN after a refusal")
    require((newPIN.first ?? 0) <= (oldPIN.first ?? 0), "tries of the PIN given back by a refusal")
    let (oldLimits, newLimits) = (before.value(Self.limits), value(Self.limits))
    require(oldLimits.dropLast() == newLimits.dropLast(), "other limits after a refusal")
    require((oldLimits.last ?? 0) <= (newLimits.last ?? 0), "signatures forgotten by a refusal")
  }

  /// It opens as the same card again.
  func requireOpens() {
    guard let again = SoftCardState.again(octets) else {
      return require(false, "what is stored is no card: \(octets.hex)")
    }
    require(again == octets, "what is stored opens as another card")
  }
}
