import CardApplication
import CardCrypto
import ISO7816
import SecureChannel

/// The issuer security domain: SCP03, PUT KEY, INSTALL [for personalization], STORE DATA, SET STATUS
/// (GlobalPlatform card specification 2.3 §11, GPC Amendment D §7).
extension SoftCard {
  /// INITIALIZE UPDATE and EXTERNAL AUTHENTICATE. After delivery the domain is silent: its answer would name the card.
  func domain(_ command: CommandAPDU) -> ResponseAPDU {
    guard selection == .issuerSecurityDomain, state.lifeCycle.rawValue < CardLifeCycle.secured.rawValue else {
      return ResponseAPDU(status: .conditionsNotSatisfied)
    }
    switch command.ins {
    case 0x50: return initializeUpdate(command)
    case 0x82: return externalAuthenticate(command)
    default: return ResponseAPDU(status: .securityStatusNotSatisfied)
    }
  }

  private func initializeUpdate(_ command: CommandAPDU) -> ResponseAPDU {
    domainSession = nil
    personalisesPayout = false
    // A card that has its profile is in the profile's mode; a fresh one is in the mode it is asked in.
    guard let mode = SCP03Mode(rawValue: command.data.count), mode == state.policy?.scp03Mode ?? mode else {
      return ResponseAPDU(status: .wrongLength)
    }
    guard command.p1 == 0 || command.p1 == state.keys.version, command.p2 == 0 else {
      return ResponseAPDU(status: .referencedDataNotFound)
    }
    guard state.authenticationsLeft > 0, state.sequenceCounter < 0xFF_FFFF else {
      return ResponseAPDU(status: .authenticationBlocked)
    }
    do {
      // Taken before the host proves anything, given back when it does: a wrong key costs a try also without power.
      state.sequenceCounter += 1
      state.authenticationsLeft -= 1
      try save()
      let opened = try SCP03Card(
        keys: state.keys, mode: mode, hostChallenge: command.data, diversificationData: state.serial,
        sequenceCounter: state.sequenceCounter, aid: ApplicationName.issuerSecurityDomain)
      let answer = opened.initializeUpdateAnswer
      domainSession = consume opened
      return ResponseAPDU(data: answer, status: .success)
    } catch {
      return ResponseAPDU(status: .memoryFailure)
    }
  }

  private func externalAuthenticate(_ command: CommandAPDU) -> ResponseAPDU {
    guard domainSession != nil else { return ResponseAPDU(status: .conditionsNotSatisfied) }
    // Keys and secrets go in, the payout key comes out: nothing less than full protection will do (§10).
    guard command.p1 == SCP03SecurityLevel.full.rawValue else { return ResponseAPDU(status: .incorrectP1P2) }
    guard (try? domainSession?.authenticate(command)) == true else {
      domainSession = nil
      return ResponseAPDU(status: .authenticationFailed)
    }
    do {
      state.authenticationsLeft = 10
      try save()
      return ResponseAPDU(status: .success)
    } catch {
      domainSession = nil
      return ResponseAPDU(status: .memoryFailure)
    }
  }

  /// One command inside the SCP03 session.
  func personalise(_ command: CommandAPDU) -> ResponseAPDU {
    guard selection == .issuerSecurityDomain, state.lifeCycle.rawValue < CardLifeCycle.secured.rawValue else {
      return ResponseAPDU(status: .conditionsNotSatisfied)
    }
    do {
      switch command.ins {
      case 0xD8: return try putKey(command)
      case 0xE6: return try install(command)
      case 0xE2: return try storeData(command)
      case 0xF0: return try setStatus(command)
      default: return ResponseAPDU(status: .instructionNotSupported)
      }
    } catch is CryptoError {
      return ResponseAPDU(status: .incorrectData)
    } catch {
      return ResponseAPDU(status: .memoryFailure)
    }
  }

  /// PUT KEY, P1 = version replaced, P2 81: `new version, 3 × {88, 1 + n, key length(1), key under Key-DEK(n), 03,
  /// check value(3)}`, n the key's whole blocks, all three keys of one length (GPC Amendment D §7.2).
  private func putKey(_ command: CommandAPDU) throws -> ResponseAPDU {
    guard command.p1 == state.keys.version, command.p2 == 0x81, command.data.count > 3,
      let version = command.data.first, (1...0x7F).contains(version),
      let length = AESKeyLength(rawValue: Int(command.data[3]))
    else { return ResponseAPDU(status: .incorrectData) }
    let cryptogram = (length.rawValue + AES.blockLength - 1) / AES.blockLength * AES.blockLength
    let width = 3 + cryptogram + 4
    guard command.data.count == 1 + 3 * width else { return ResponseAPDU(status: .incorrectData) }
    var checks: [UInt8] = []
    func key(_ index: Int) throws -> SecretBytes? {
      let block = Array(command.data[(1 + index * width)..<(1 + (index + 1) * width)])
      guard Array(block[0..<3]) == [0x88, UInt8(1 + cryptogram), UInt8(length.rawValue)], block[3 + cryptogram] == 3
      else { return nil }
      var octets = try AES.decryptCBC(Array(block[3..<3 + cryptogram]), key: state.keys.dataEncryption)
      defer { SecretBytes.clear(&octets) }
      let key = SecretBytes(octets.prefix(length.rawValue))
      let check = try CardKeyDiversification.checkValue(key)
      guard ConstantTime.areEqual(check, block.suffix(3)) else { return nil }
      checks += check
      return .some(consume key)
    }
    guard let encryption = try key(0), let mac = try key(1), let data = try key(2) else {
      return ResponseAPDU(status: .incorrectData)
    }
    state.keys = SCP03KeySet(version: version, encryption: encryption, mac: mac, dataEncryption: data)
    try save()
    return ResponseAPDU(data: [version] + checks, status: .success)
  }

  /// INSTALL [for personalization] of the payout application: later STORE DATA go there.
  private func install(_ command: CommandAPDU) throws -> ResponseAPDU {
    let name = ApplicationName.payout
    guard command.p1 == 0x20, command.p2 == 0, command.data == [0, 0, UInt8(name.count)] + name + [0, 0, 0] else {
      return ResponseAPDU(status: .incorrectData)
    }
    personalisesPayout = true
    // A card that was cut off before SECURED is made again from the start.
    state.application = .selectable
    (state.identity, state.photo) = ([:], [])
    try save()
    return ResponseAPDU(data: [0], status: .success)
  }

  /// STORE DATA with one or several data groupings: all are taken or none, and their answers stand one after the other
  /// (EMV CPS 2.0 §4.3.5.4).
  private func storeData(_ command: CommandAPDU) throws -> ResponseAPDU {
    guard personalisesPayout, state.application == .selectable else {
      return ResponseAPDU(status: .conditionsNotSatisfied)
    }
    guard let groupings = DataGrouping.decodeSequence(command.data) else {
      return ResponseAPDU(status: .incorrectData)
    }
    var answer: [UInt8] = []
    do {
      for (grouping, data) in groupings {
        guard let part = try store(grouping, data) else {
          try restore()
          return ResponseAPDU(status: .incorrectData)
        }
        answer += part
      }
    } catch {
      try restore()
      throw error
    }
    try save()
    return ResponseAPDU(data: answer, status: .success)
  }

  /// The answer's data; `nil` when `data` is not what the grouping holds.
  private func store(_ grouping: DataGrouping, _ data: [UInt8]) throws -> [UInt8]? {
    switch grouping {
    case .policy:
      guard let policy = try? CardPolicy(parsing: data) else { return nil }
      state.policy = policy
    case .issuerKey:
      guard let key = IssuerKey(parsing: data), takes(key) else { return nil }
    case .cardInfo:
      guard (try? CardInfo(parsing: data)) != nil else { return nil }
      state.cardInfo = data
    case .holder:
      guard (try? Holder(parsing: data)) != nil else { return nil }
      state.holder = data
    case .can:
      guard let can = try secretDigits(data, length: 6) else { return nil }
      state.can = consume can
    case .pin:
      guard let policy = state.policy, let pin = try secretDigits(data, length: Int(policy.transportPINLength)) else {
        return nil
      }
      state.pin = CountedSecret(value: pin, triesLeft: policy.pinTries)
      (state.pinOrigin, state.pinSetter) = (.issuer, [])
    case .puk:
      guard let policy = state.policy, let puk = try secretDigits(data, length: Int(policy.pukLength)) else {
        return nil
      }
      state.puk = CountedSecret(value: puk, triesLeft: policy.pukUses)
    case .generatePayoutKey:
      guard data.first == 0x01, data.count == 1 + PayoutKeyProof.challengeLength else { return nil }
      let key = try ECPrivateKey(generate: .p256, random: random)
      state.payoutKey = key
      state.certificate = []
      let point = key.publicKey.point
      return try PayoutKeyProof(point: point, challenge: Array(data.dropFirst())).answer(point, signedWith: key)
    case .payoutKeyCertificate:
      // A certificate for another key would make every payout of this card fail at the centre.
      guard let point = state.payoutKey?.publicKey.point, let certificate = try? Certificate(der: data),
        certificate.publicKey.point == point
      else { return nil }
      state.certificate = data
    case .photo:
      guard data.count <= Self.maximumChain else { return nil }
      state.photo = data
    case .identity:
      guard let groups = identity(data) else { return nil }
      state.identity = groups
    case .trustAnchor:
      guard let certificate = try? CVCertificate(parsing: data), let anchor = TrustAnchor(certificate),
        Curve.scheme.contains(certificate.content.publicKey.curve),
        certificate.content.publicKey.verifies(certificate.signature, of: certificate.body)
      else { return nil }
      state.anchors = [anchor]
    case .generateChipKey:
      guard data == [0x01], let curve = chipVariant?.curve else { return nil }
      let key = try ECPrivateKey(generate: curve, random: random)
      state.chipKey = key
      state.cardSecurity = []
      return BERTLV(0x7F49, [BERTLV(0x86, key.publicKey.point)]).bytes
    case .cardSecurity:
      guard state.chipKey != nil, !data.isEmpty, data.count <= Self.maximumChain else { return nil }
      state.cardSecurity = data
    case .finish:
      guard isComplete else { return nil }
      state.application = .personalized
      if let date = (try? CardInfo(parsing: state.cardInfo))?.validFrom { state.cardDate = date }
    }
    return []
  }

  /// The data groups by number; `nil` when one of them is none, or comes twice.
  func identity(_ data: [UInt8]) -> [UInt8: [UInt8]]? {
    guard let objects = try? BERTLV.sequence(data, shortestLengths: true) else { return nil }
    var groups: [UInt8: [UInt8]] = [:]
    for object in objects {
      guard let group = EIDDataGroup.allCases.first(where: { $0.tag == object.tag }),
        (try? group.decode(object.bytes)) != nil, groups.updateValue(object.bytes, forKey: group.rawValue) == nil
      else { return nil }
    }
    return groups
  }

  private var isComplete: Bool {
    state.policy != nil && state.can != nil && state.pin != nil && state.puk != nil && state.payoutKey != nil
      && state.policy?.scp03KeyLength.rawValue == state.keys.mac.count && certifiesThisCard && !state.holder.isEmpty
      && state.issuerKeys.contains { $0.use == .completion } && !state.anchors.isEmpty && state.chipKey != nil
      && !state.cardSecurity.isEmpty
  }

  /// The certificate is for this card's number and payout key.
  private var certifiesThisCard: Bool {
    guard let certificate = try? Certificate(der: state.certificate), let number = state.cardNumber else {
      return false
    }
    return certificate.subject == number.digits && certificate.publicKey.point == state.payoutKey?.publicKey.point
  }

  /// ASCII digits encrypted under Key-DEK with padding method 2.
  private func secretDigits(_ cryptogram: [UInt8], length: Int) throws -> SecretBytes? {
    var padded = try AES.decryptCBC(cryptogram, key: state.keys.dataEncryption)
    defer { SecretBytes.clear(&padded) }
    guard var digits = Padding.remove(padded) else { return nil }
    guard digits.count == length, digits.allSatisfy({ (0x30...0x39).contains($0) }) else {
      SecretBytes.clear(&digits)
      return nil
    }
    return .some(SecretBytes(taking: &digits))
  }

  /// SET STATUS of the card, P1 80: OP_READY → INITIALIZED → SECURED, forward only.
  private func setStatus(_ command: CommandAPDU) throws -> ResponseAPDU {
    guard command.p1 == 0x80, let next = CardLifeCycle(rawValue: command.p2),
      next.rawValue >= state.lifeCycle.rawValue, next == .initialized || next == .secured
    else { return ResponseAPDU(status: .incorrectP1P2) }
    guard next == .initialized || (state.lifeCycle == .initialized && state.application == .personalized) else {
      return ResponseAPDU(status: .conditionsNotSatisfied)
    }
    state.lifeCycle = next
    try save()
    return ResponseAPDU(status: .success)
  }
}
