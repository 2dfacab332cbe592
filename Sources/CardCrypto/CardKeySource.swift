/// Which static SCP03 keys of which card.
public struct CardKeyReference: Hashable, Sendable {
  /// Generation of the master that they are derived from: the card's key version number, 1 and up.
  public let generation: UInt8
  /// How long they are.
  public let length: AESKeyLength
  /// Key diversification data of INITIALIZE UPDATE, 10 octets: names the card.
  public let serial: [UInt8]

  /// From its fields.
  public init(generation: UInt8, length: AESKeyLength, serial: [UInt8]) {
    self.generation = generation
    self.length = length
    self.serial = serial
  }
}

/// Three keys of a card, ready for PUT KEY under the key that the card has now (GPC Amendment D v1.2 §7.2).
public struct CardKeyData: Hashable, Sendable {
  /// `version(1) ‖ 3 × {88, 1 + n, length(1), cryptogram(n), 03, check value(3)}`: the command's data.
  public let command: [UInt8]
  /// `version(1) ‖ 3 × check value(3)`: what the card has to answer.
  public let answer: [UInt8]
}

/// Where static card keys come from. Only a custodian holds one, and gives nothing away but what this page makes of
/// them: they exist while one of these functions runs and are overwritten at its end.
public protocol CardKeySource: Sendable {
  /// One static key, diversified by SP 800-108 counter-mode CMAC from the master of its generation and length.
  ///
  /// - Throws: ``KeyCustodianError/noMaster(generation:length:)``, or a failure of where the master is kept.
  func cardKey(_ purpose: CardKeyDiversification.Purpose, _ card: CardKeyReference) throws -> SecretBytes
}

extension CardKeySource {
  /// Session keys, for a card that has proven that it knows the keys.
  ///
  /// - Throws: ``KeyCustodianError/wrongKeys`` when its cryptogram is another.
  public func sessionKeys(
    _ card: CardKeyReference, answering challenge: SCP03Challenge
  ) throws -> SCP03SessionKeys {
    let encryption = try cardKey(.encryption, card)
    let mac = try cardKey(.mac, card)
    let keys = try SCP03SessionKeys(
      staticEncryption: encryption, staticMAC: mac, mode: challenge.mode, hostChallenge: challenge.host,
      cardChallenge: challenge.card)
    guard ConstantTime.areEqual(keys.cardCryptogram, challenge.cardCryptogram) else {
      throw KeyCustodianError.wrongKeys
    }
    return keys
  }

  /// Session keys of a session to come.
  ///
  /// - Throws: ``CryptoError/malformed(_:)`` for a counter of more than three octets or a challenge of another length.
  public func predictedSession(
    _ card: CardKeyReference, _ prediction: SCP03Prediction
  ) throws -> PredictedSCP03Session {
    guard (1...0xFF_FFFF).contains(prediction.sequenceCounter) else { throw CryptoError.malformed("sequence counter") }
    let encryption = try cardKey(.encryption, card)
    let mac = try cardKey(.mac, card)
    let counter = [16, 8, 0].map { UInt8(truncatingIfNeeded: prediction.sequenceCounter >> $0) }
    let challenge = try SCP03KDF.derive(
      key: encryption, constant: .cardChallenge, context: counter + prediction.aid, bits: prediction.mode.length * 8
    ).withOctets { Array($0) }
    let keys = try SCP03SessionKeys(
      staticEncryption: encryption, staticMAC: mac, mode: prediction.mode, hostChallenge: prediction.hostChallenge,
      cardChallenge: challenge)
    return PredictedSCP03Session(cardChallenge: challenge, keys: keys)
  }

  /// The three keys of `card` for PUT KEY, encrypted under `key`, the Key-DEK that the card has now. Each is filled up
  /// to whole blocks with random octets, which the key's own length tells apart.
  public func keyData(
    _ card: CardKeyReference, under key: borrowing SecretBytes, random: any RandomSource
  ) throws -> CardKeyData {
    var command = [card.generation]
    var answer = [card.generation]
    for purpose in CardKeyDiversification.Purpose.allCases {
      let new = try cardKey(purpose, card)
      let filling = try random.bytes((AES.blockLength - new.count % AES.blockLength) % AES.blockLength)
      let cryptogram = try new.withOctets { octets in
        var filled = octets + filling
        defer { SecretBytes.clear(&filled) }
        return try AES.encryptCBC(filled, key: key)
      }
      let check = try CardKeyDiversification.checkValue(new)
      command += [0x88, UInt8(1 + cryptogram.count), UInt8(new.count)] + cryptogram + [UInt8(check.count)] + check
      answer += check
    }
    return CardKeyData(command: command, answer: answer)
  }

  /// The same for a card that has keys of an older generation already.
  public func keyData(
    _ card: CardKeyReference, replacing old: CardKeyReference, random: any RandomSource
  ) throws -> CardKeyData {
    let key = try cardKey(.dataEncryption, old)
    return try keyData(card, under: key, random: random)
  }

  /// A CAN, PIN or PUK with padding method 2 under the card's Key-DEK.
  public func encrypt(_ secret: borrowing SecretBytes, for card: CardKeyReference) throws -> [UInt8] {
    let key = try cardKey(.dataEncryption, card)
    return try secret.withOctets { octets in
      var padded = Padding.add(octets)
      defer { SecretBytes.clear(&padded) }
      return try AES.encryptCBC(padded, key: key)
    }
  }
}
