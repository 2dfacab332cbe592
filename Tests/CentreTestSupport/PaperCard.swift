package import CardApplication
package import CardCrypto
package import PayoutPoint
package import ServiceAPI

/// A card whose payout key the test holds, so that it can sign what no honest card signs.
package struct PaperCard: Sendable {
  package let number: CardNumber
  package let person: Int
  package let key: ECPrivateKey
  /// Payout-key certificate, DER.
  package let der: [UInt8]

  package static let zeros = [UInt8](repeating: 0, count: 32)

  /// A certificate over `order`, signed; it names `terminal`, or none at all.
  package func certificate(
    _ order: PayoutOrder, at terminal: Terminal?, counter: UInt32 = 1, previous: [UInt8] = zeros,
    signer: (any ECSigner)? = nil, keyID: [UInt8]? = nil, method: VerificationMethod = .pin,
    generation: UInt16 = 2, origin: PINOrigin = .holder, setter: String = ""
  ) throws -> SignedLayout {
    let certificate = PayoutCertificate(
      cardNumber: number, keyID: keyID ?? keyIdentifier(ofPoint: key.publicKey.point), versions: [1, 1, 1, 1],
      responseSerial: 0, counter: counter, order: order, terminal: terminal?.certified ?? .none,
      cardDate: CardDate(unixTime: TestClock.start), method: method, pinGeneration: generation,
      acknowledgedGeneration: 1,
      pinOrigin: origin, pinSetter: Array(setter.utf8),
      spent: [], unacknowledgedOffline: 0, overrides: 0, sessionHash: [UInt8](repeating: 7, count: 32),
      previousHash: previous)
    return try SignedLayout(signing: certificate.body, with: signer ?? key)
  }
}

extension Terminal {
  /// What a card writes of this terminal once it has proven itself for payouts online.
  package var certified: CertifiedTerminal {
    CertifiedTerminal(
      authority: Array("VNDV\(province)00001".utf8), holder: Array("VN\(province)T00001".utf8), keyHash: keyHash,
      effectiveRights: [UInt8](repeating: 0, count: 5) + PayoutRights.online.octets)
  }
}

extension TestCentre {
  /// Makes and registers a paper card of a person.
  package func paperCard(_ number: UInt64, person: Int, replaces: ReplacedCard? = nil) async throws -> PaperCard {
    let card = try unregisteredCard(number, person: person)
    var request = Self.request(card)
    request.replaces = replaces
    _ = try await client.post("/v1/cards", key: freshKey(), request, RegisteredAnswer.self)
    return card
  }

  package func unregisteredCard(_ number: UInt64, person: Int) throws -> PaperCard {
    guard let number = CardNumber(sequence: number) else { throw TestSupportError.invalid("card number") }
    let key = try ECPrivateKey(generate: .p256)
    let certificate = try custodian.certify(
      CertificateRequest(
        subject: number.digits, serial: [1] + number.bytes, publicKey: key.publicKey,
        notBefore: TestClock.start - 300, notAfter: TestClock.start + 366 * 86_400, isAuthority: false))
    return PaperCard(number: number, person: person, key: key, der: certificate.der)
  }

  package static func request(_ card: PaperCard, certificate: [UInt8]? = nil) -> CardRequest {
    CardRequest(
      cardNumber: card.number.digits, personalID: ListRow.personalID(card.person), name: ListRow.name(card.person),
      birthDate: "1952-05-17", certificate: WireBytes(certificate ?? card.der))
  }

  /// A transaction id that tells itself by its number.
  package static func id(_ number: UInt8) -> [UInt8] { [UInt8](repeating: 0, count: 15) + [number] }

  package func challenge(_ id: UInt8, _ card: CardNumber, _ terminal: Terminal) async throws -> ChallengeAnswer {
    let request = ChallengeRequest(
      transactionID: WireBytes(Self.id(id)), cardNumber: card.digits, terminalKeyHash: WireBytes(terminal.keyHash))
    return try await client.post("/v1/challenges", key: nil, request, ChallengeAnswer.self)
  }

  /// An order with a fresh challenge, or with `challenge`.
  package func order(
    _ id: UInt8, _ card: CardNumber, _ terminal: Terminal, line: UInt32 = 1, period: UInt32 = 202_611,
    amount: Int64 = 1_000, challenge: [UInt8]? = nil, mode: PayoutMode = .online, time: Int64? = nil,
    province: UInt8? = nil
  ) async throws -> PayoutOrder {
    let octets: [UInt8]
    if let challenge {
      octets = challenge
    } else {
      octets = try await self.challenge(id, card, terminal).challenge.octets
    }
    guard let entry = PayoutEntry(line: line, period: period, amount: amount), let home = UInt8(terminal.province),
      let commune = UInt32(terminal.commune),
      let order = PayoutOrder(
        transactionID: Self.id(id), entries: [entry], terminalTime: time ?? clock.seconds,
        hostProvince: province ?? home, commune: commune, mode: mode, challenge: octets)
    else { throw TestSupportError.invalid("order") }
    return order
  }

  package func payout(
    _ certificate: [UInt8], _ terminal: Terminal, fromLog: Bool = false, key: String? = nil
  ) async throws -> HTTPAnswer {
    let request = PayoutRequest(
      certificate: WireBytes(certificate), terminalKeyHash: WireBytes(terminal.keyHash), fromLog: fromLog)
    return try await post("/v1/payouts", request, key: key)
  }

  /// Pays with a paper card; the certificate.
  @discardableResult
  package func pay(
    _ id: UInt8, _ card: PaperCard, _ terminal: Terminal, counter: UInt32 = 1, previous: [UInt8] = PaperCard.zeros,
    line: UInt32 = 1, amount: Int64 = 1_000
  ) async throws -> SignedLayout {
    let order = try await order(id, card.number, terminal, line: line, amount: amount)
    let certificate = try card.certificate(order, at: terminal, counter: counter, previous: previous)
    let answer = try await payout(certificate.bytes, terminal)
    guard answer.status == 201 else { throw TestSupportError.invalid(String(decoding: answer.body, as: UTF8.self)) }
    return certificate
  }

  /// Sends a terminal's record; signed by `signer` when given.
  package func record(
    _ id: UInt8, _ outcome: TerminalOutcome, _ terminal: Terminal, of certificate: [UInt8] = [],
    signer: (any ECSigner)? = nil, key: String? = nil
  ) async throws -> HTTPAnswer {
    let record = TerminalRecord(
      transactionID: Self.id(id), outcome: outcome, time: clock.seconds, certificateHash: certificate,
      terminalKeyHash: terminal.keyHash)
    let signed = try SignedLayout(signing: record.body, with: signer ?? terminal.key)
    return try await post("/v1/payout-records", RecordRequest(record: WireBytes(signed.bytes)), key: key)
  }
}
