import Benefits
import CardApplication
import CardCrypto
import Ledger
import LedgerStore
import ServiceAPI
import VietnamReference

/// Challenges, payouts, records (`card-application` §4–§6, `ledger` §2).
extension Centre {
  func challenge(_ request: ChallengeRequest, traceID: String) async throws(Problem) -> ChallengeAnswer {
    guard let number = CardNumber(request.cardNumber), request.transactionID.octets.count == 16,
      request.terminalKeyHash.octets.count == 32
    else { throw Problem(code: .malformedRequest, traceID: traceID) }
    try require(terminal: request.terminalKeyHash.octets, traceID)
    _ = try await usableCard(request.cardNumber, traceID)
    let terminal = try await read(traceID) { () throws(LedgerStoreError) in
      try await store.terminal(request.terminalKeyHash.octets)
    }
    guard let terminal else { throw Problem(code: .unknownTerminal, traceID: traceID) }
    guard terminal.revokedAt == nil else { throw Problem(code: .terminalRevoked, traceID: traceID) }
    try await requireJournal(of: terminal.keyHash, traceID)
    let items = try await payableItems(number.digits, traceID)
    let standing = try await standing(number.digits, traceID)
    let paper = try paper(request, standing, traceID)
    let payable = items.filter { paper?.terms.covers($0.programme) ?? true }
    guard payable.isEmpty || !collectable(payable).isEmpty else {
      throw Problem(code: .collectionOver, traceID: traceID)
    }
    if payable.isEmpty, let paper, standing.suspended.contains(where: paper.terms.covers) {
      throw Problem(code: .lineSuspended, traceID: traceID)
    }
    let person = try await read(traceID) { () throws(LedgerStoreError) in
      try await store.person(card: number.digits)
    }
    let acknowledged = try await read(traceID) { () throws(LedgerStoreError) in
      try await store.contiguousCounter(card: number.digits)
    }
    let expiresAt = now + CentreKeys.challengeLifetime
    let challenge: [UInt8]
    do {
      challenge = try keys.makeChallenge(
        transactionID: request.transactionID.octets, card: number, terminal: terminal.keyHash, expiresAt: expiresAt)
    } catch {
      throw Problem(code: .unavailable, traceID: traceID)
    }
    return ChallengeAnswer(
      challenge: WireBytes(challenge), expiresAt: expiresAt, payable: collectable(payable),
      holderName: person?.name ?? "",
      maskedPersonalID: person.map { Mask.tail($0.personalID) } ?? "", acknowledgedCounter: acknowledged,
      collector: paper.map(collectorPaper), presence: presence(standing))
  }

  /// Refuses a request in the name of another terminal than the one whose key the connection has proved.
  func require(terminal keyHash: [UInt8], _ traceID: String) throws(Problem) {
    guard Caller.current.isTerminal(keyHash) else { throw Problem(code: .notTheTerminal, traceID: traceID) }
  }

  func payableLine(_ item: PayableItem) -> PayableLine {
    let programme = catalogue.programme(wireCode: item.programme)
    let code = programme?.code ?? String(item.programme, radix: 16)
    return PayableLine(
      line: item.line, period: UInt32(item.period.yyyymm), amount: item.amount, programme: code,
      programmeName: programme?.name ?? BilingualText(vi: code, en: code), funder: item.funder.text,
      unit: item.unit.text, homeProvince: item.homeProvince, closing: item.isClosing ? true : nil)
  }

  /// Verifies a certificate, off the writer, and has it posted.
  func payout(_ request: PayoutRequest, _ payload: KeyedPayload) async throws(Problem) -> Reply {
    let traceID = payload.traceID
    guard let (certificate, signed) = try? PayoutCertificate.parse(request.certificate.octets),
      request.terminalKeyHash.octets.count == 32
    else { throw Problem(code: .malformedRequest, traceID: traceID) }
    // A log is read by whoever has the card, an office too.
    if !request.fromLog || Caller.current.official == nil {
      try require(terminal: request.terminalKeyHash.octets, traceID)
    }
    let parsed = ContinuousClock.now
    metrics.record(.parse, parsed - payload.since)
    let number = certificate.cardNumber
    guard let key = try cardKey(number.digits, traceID), signed.isSigned(by: key.key),
      certificate.keyID == key.identifier
    else { throw Problem(code: .signatureInvalid, traceID: traceID) }
    metrics.record(.verify, .now - parsed)
    // The certificate names the terminal that may pay it (`card-application` §6). A log is read by whoever has the
    // card.
    guard request.fromLog || certificate.terminal.keyHash == request.terminalKeyHash.octets else {
      throw Problem(code: .certificateOfOtherTerminal, traceID: traceID)
    }
    // An override needs the supervisor's signature, which is not kept here yet.
    guard request.fromLog || certificate.method == .pin else {
      throw Problem(code: .payoutKindNotOpen, traceID: traceID)
    }
    let answered = try await answered(request, certificate, traceID)
    guard let posting = posting(request, certificate, signed, answered) else {
      throw Problem(code: .malformedRequest, traceID: traceID)
    }
    // The terminal comes after its key, which begins with a time: keys of all terminals grow at one end of their index.
    // The first octets tell terminals apart, and what is kept three times over is short.
    let terminal = "/\(hexText(Array(request.terminalKeyHash.octets.prefix(8))))"
    var reply = await submit(.payout(posting), payload, scope: "payouts", suffix: terminal) { outcome in
      guard case .posted(let result) = outcome else { return nil }
      return PayoutAnswer(
        transactionID: WireBytes(result.transactionID), amount: result.amount,
        postedOn: result.postedOn.yyyymmdd)
    }
    let decided = ContinuousClock.now
    reply.onSent = { [metrics] in metrics.record(.answer, .now - decided) }
    return reply
  }

  /// The registered key of a card, read and parsed when nobody has lately; `nil` for one that is no point of the curve.
  private func cardKey(_ number: String, _ traceID: String) throws(Problem) -> CardKey? {
    if let known = cardKeys[number] { return known }
    let point: [UInt8]?
    do {
      point = try store.payoutKey(card: number)
    } catch {
      throw Problem(code: .unavailable, traceID: traceID)
    }
    guard let point else { throw Problem(code: .unknownCard, traceID: traceID) }
    guard let key = CardKey(point: point) else { return nil }
    cardKeys[number] = key
    return key
  }

  private func posting(
    _ request: PayoutRequest, _ certificate: PayoutCertificate, _ signed: SignedLayout, _ answered: SignedHead?
  ) -> PayoutPosting? {
    let order = certificate.order
    let terminal = request.fromLog ? PayoutPosting.unknownTerminal : request.terminalKeyHash.octets
    var allocations: [PayoutAllocation] = []
    for entry in order.entries {
      guard let period = Period(yyyymm: Int32(entry.period)) else { return nil }
      allocations.append(
        PayoutAllocation(line: entry.line, period: period, amount: entry.amount, fromReserve: entry.fromReserve))
    }
    return PayoutPosting(
      transactionID: order.transactionID, card: certificate.cardNumber.digits, counter: certificate.counter,
      identity: signed.identity, certificate: signed.bytes, previous: certificate.previousHash,
      allocations: allocations, terminal: terminal, hostProvince: padded(UInt32(order.hostProvince), 2),
      commune: padded(order.commune, 5), mode: order.mode == .online ? .online : .offline,
      terminalTime: order.terminalTime, challenge: challengeCheck(request, certificate, answered),
      collector: collector(order.collectorReference))
  }

  /// The paper's number; of octets that can't be one their hexadecimal text after a space, which no paper has.
  private func collector(_ reference: [UInt8]) -> String {
    reference.allSatisfy { (0x21...0x7E).contains($0) }
      ? String(decoding: reference, as: UTF8.self) : " " + hexText(reference)
  }

  private func challengeCheck(
    _ request: PayoutRequest, _ certificate: PayoutCertificate, _ answered: SignedHead?
  ) -> ChallengeCheck {
    let order = certificate.order
    if request.fromLog {
      // Whoever reads a log does not know the terminal, so the challenge can't be checked, only its time be read.
      // An expiry further away than any that was ever given is none of ours: nobody can still post it.
      let claimed = Int64(order.challenge.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
      return .fromLog(until: claimed <= now + CentreKeys.challengeLifetime ? claimed : 0)
    }
    let expiry = keys.checkChallenge(
      order.challenge, transactionID: order.transactionID, card: certificate.cardNumber,
      terminal: request.terminalKeyHash.octets)
    guard let expiry else { return .invalid }
    return answered.map { .answered(until: expiry, at: $0.time, head: $0.batch) } ?? .validUntil(expiry)
  }

  private func padded(_ number: UInt32, _ width: Int) -> String {
    let text = String(number)
    return String(repeating: "0", count: max(0, width - text.count)) + text
  }

  func payoutStatus(_ transactionID: [UInt8], traceID: String) async throws(Problem) -> PayoutStatusAnswer {
    let status = try await read(traceID) { () throws(LedgerStoreError) in
      try await store.payoutStatus(transactionID)
    }
    return switch status.state {
    case .unknown: PayoutStatusAnswer(state: .unknown)
    case .posted(let amount, _): PayoutStatusAnswer(state: .posted, amount: amount)
    case .voided(let amount, _): PayoutStatusAnswer(state: .voided, amount: amount)
    case .reversed(let amount, _): PayoutStatusAnswer(state: .reversed, amount: amount)
    case .refused(let code): PayoutStatusAnswer(state: .refused, code: code.problem.rawValue)
    }
  }

  /// A terminal's PAID or VOID, its signature checked against the terminal's registered key.
  func record(_ request: RecordRequest, _ payload: KeyedPayload) async throws(Problem) -> Reply {
    let traceID = payload.traceID
    guard let (record, signed) = try? CardApplication.TerminalRecord.parse(request.record.octets) else {
      throw Problem(code: .malformedRequest, traceID: traceID)
    }
    try require(terminal: record.terminalKeyHash, traceID)
    let terminal = try await read(traceID) { () throws(LedgerStoreError) in
      try await store.terminal(record.terminalKeyHash)
    }
    guard let terminal else { throw Problem(code: .unknownTerminal, traceID: traceID) }
    guard let key = try? ECPublicKey(.p256, point: terminal.publicKey), signed.isSigned(by: key) else {
      throw Problem(code: .signatureInvalid, traceID: traceID)
    }
    // A record about another certificate than the posted one would be final and could never be audited.
    let posted = try await read(traceID) { () throws(LedgerStoreError) in
      try await store.postedIdentity(record.transactionID)
    }
    let isAboutPosted = posted == nil || record.certificateHash == posted
    guard isAboutPosted || (record.certificateHash.isEmpty && record.outcome == .void) else {
      throw Problem(code: .signatureInvalid, traceID: traceID)
    }
    let command = Ledger.TerminalRecord(
      transactionID: record.transactionID, verdict: record.outcome == .paid ? .paid : .void, record: signed.body,
      signature: signed.signature, terminal: record.terminalKeyHash)
    let scope = "payout-records/\(hexText(record.terminalKeyHash))"
    return await submit(.terminalRecord(command), payload, scope: scope) { outcome in
      guard case .recorded(let result) = outcome else { return nil }
      return switch result {
      case .paid: RecordAnswer(result: "paid", returned: 0)
      case .paidUnposted: RecordAnswer(result: "paid-unposted", returned: 0)
      case .paidAgainstRefusal: RecordAnswer(result: "paid-against-refusal", returned: 0)
      case .voided(let returned): RecordAnswer(result: "voided", returned: returned)
      case .voidUnposted: RecordAnswer(result: "void-unposted", returned: 0)
      }
    }
  }
}
