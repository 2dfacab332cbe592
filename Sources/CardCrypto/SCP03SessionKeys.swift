/// What passed in INITIALIZE UPDATE, as far as session keys depend on it (GPC Amendment D v1.2 §6.2).
public struct SCP03Challenge: Hashable, Sendable {
  /// The mode, which fixes the length of everything here: 8 or 16 octets.
  public let mode: SCP03Mode
  /// The host's challenge.
  public let host: [UInt8]
  /// The card's challenge.
  public let card: [UInt8]
  /// The card's cryptogram, which proves that the card knows the keys.
  public let cardCryptogram: [UInt8]

  /// From its fields.
  public init(mode: SCP03Mode, host: [UInt8], card: [UInt8], cardCryptogram: [UInt8]) {
    self.mode = mode
    self.host = host
    self.card = card
    self.cardCryptogram = cardCryptogram
  }
}

/// A session that has not been opened yet: a card with pseudo-random challenges answers INITIALIZE UPDATE in a way that
/// who knows its keys can compute (GPC Amendment D v1.2 §6.2.2.1).
public struct SCP03Prediction: Hashable, Sendable {
  /// The mode, which fixes the length of the challenges.
  public let mode: SCP03Mode
  /// The challenge that the host is going to send.
  public let hostChallenge: [UInt8]
  /// The card's sequence counter in that session, 1…FFFFFF: one more than in its last.
  public let sequenceCounter: UInt32
  /// Of the application that the session is with.
  public let aid: [UInt8]

  /// From its fields.
  public init(mode: SCP03Mode, hostChallenge: [UInt8], sequenceCounter: UInt32, aid: [UInt8]) {
    self.mode = mode
    self.hostChallenge = hostChallenge
    self.sequenceCounter = sequenceCounter
    self.aid = aid
  }
}

/// Session keys of SCP03 and the cryptograms of both sides (GPC Amendment D v1.2 §6.2). Good for one session.
public struct SCP03SessionKeys: ~Copyable, Sendable {
  /// S-ENC.
  public let encryption: SecretBytes
  /// S-MAC.
  public let mac: SecretBytes
  /// S-RMAC.
  public let responseMAC: SecretBytes
  /// What the card proves itself with, as long as the mode says.
  public let cardCryptogram: [UInt8]
  /// What the host proves itself with, as long as the mode says.
  public let hostCryptogram: [UInt8]
  /// The session's mode.
  public let mode: SCP03Mode

  /// From a card's static keys Key-ENC and Key-MAC and both challenges.
  ///
  /// - Throws: ``CryptoError/malformed(_:)`` for challenges that are not both of the mode's length.
  public init(
    staticEncryption: borrowing SecretBytes, staticMAC: borrowing SecretBytes, mode: SCP03Mode,
    hostChallenge: [UInt8], cardChallenge: [UInt8]
  ) throws(CryptoError) {
    guard hostChallenge.count == mode.length, cardChallenge.count == mode.length else {
      throw .malformed("challenge length")
    }
    let context = hostChallenge + cardChallenge
    let bits = staticMAC.count * 8
    let encryption = try SCP03KDF.derive(
      key: staticEncryption, constant: .sessionEncryption, context: context, bits: bits)
    let mac = try SCP03KDF.derive(key: staticMAC, constant: .sessionMAC, context: context, bits: bits)
    let responseMAC = try SCP03KDF.derive(
      key: staticMAC, constant: .sessionResponseMAC, context: context, bits: bits)
    try self.init(
      encryption: encryption, mac: mac, responseMAC: responseMAC, mode: mode, hostChallenge: hostChallenge,
      cardChallenge: cardChallenge)
  }

  /// From session keys that were derived elsewhere, and both challenges.
  ///
  /// - Throws: ``CryptoError/malformed(_:)`` for challenges that are not both of the mode's length.
  public init(
    encryption: consuming SecretBytes, mac: consuming SecretBytes, responseMAC: consuming SecretBytes, mode: SCP03Mode,
    hostChallenge: [UInt8], cardChallenge: [UInt8]
  ) throws(CryptoError) {
    guard hostChallenge.count == mode.length, cardChallenge.count == mode.length else {
      throw .malformed("challenge length")
    }
    let context = hostChallenge + cardChallenge
    let card = try SCP03KDF.derive(key: mac, constant: .cardCryptogram, context: context, bits: mode.length * 8)
      .withOctets { Array($0) }
    let host = try SCP03KDF.derive(key: mac, constant: .hostCryptogram, context: context, bits: mode.length * 8)
      .withOctets { Array($0) }
    self.encryption = encryption
    self.mac = mac
    self.responseMAC = responseMAC
    cardCryptogram = card
    hostCryptogram = host
    self.mode = mode
  }
}

/// The keys of a session that has not been opened yet.
public struct PredictedSCP03Session: ~Copyable, Sendable {
  /// What the card will answer as its challenge.
  public let cardChallenge: [UInt8]
  /// The session's keys, and the cryptogram that the card will answer.
  public let keys: SCP03SessionKeys

  /// From its parts.
  public init(cardChallenge: [UInt8], keys: consuming SCP03SessionKeys) {
    self.cardChallenge = cardChallenge
    self.keys = keys
  }

  /// The keys alone; the rest is given up.
  public consuming func takeKeys() -> SCP03SessionKeys { keys }
}
