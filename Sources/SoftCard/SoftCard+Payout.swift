import CardApplication
import CardCrypto
import ISO7816

/// The payout application's commands (`card-application` §4, §7, §8).
extension SoftCard {
  func payoutCommand(_ payout: PayoutCommand, _ command: CommandAPDU) -> ResponseAPDU {
    guard selection == .payout, let policy = state.policy else {
      return ResponseAPDU(status: .conditionsNotSatisfied)
    }
    guard policy.condition(payout).allows(access) else {
      return ResponseAPDU(status: .securityStatusNotSatisfied)
    }
    do {
      switch payout {
      case .authorise: return try authorise(command, policy)
      case .complete: return try complete(command)
      case .status: return status(command)
      case .lastCertificate: return lastCertificate(command)
      }
    } catch {
      // Whatever was changed before the refusal is taken back: a refused command changes nothing.
      guard (try? rollBack()) != nil, let refusal = error as? PayoutRefusal else {
        return ResponseAPDU(status: .memoryFailure)
      }
      return ResponseAPDU(status: refusal.status)
    }
  }

  /// Ne that a command with a long answer must allow, so that no answer is signed and then cut off.
  static let longAnswer = 1_024

  private struct PayoutRefusal: Error {
    let status: StatusWord
    init(_ status: StatusWord) { self.status = status }
  }

  private func require(_ holds: Bool, _ status: StatusWord = .conditionsNotSatisfied) throws {
    guard holds else { throw PayoutRefusal(status) }
  }

  /// AUTHORISE PAYOUT: the order, checked and signed into a certificate.
  private func authorise(_ command: CommandAPDU, _ policy: CardPolicy) throws -> ResponseAPDU {
    try require([1, 2].contains(command.p1) && command.p2 == 0, .incorrectP1P2)
    try require((command.expectedLength ?? 0) >= Self.longAnswer, .wrongLength)
    guard let order = try? PayoutOrder(parsing: command.data), order.mode.rawValue == command.p1 else {
      throw PayoutRefusal(.incorrectData)
    }
    try require(state.application == .active)
    let orderHash = Digest.sha256.hash(order.bytes)
    if let slot = state.log.first(where: { $0.transactionID == order.transactionID }) {
      // A repeated transaction is answered as before, or refused when anything in it changed.
      try require(ConstantTime.areEqual(slot.orderHash, orderHash))
      return ResponseAPDU(data: slot.certificate, status: .success)
    }
    try require(!hasAuthorised)
    // Offline payouts need the offline authority and terminal authentication, which this version does not have.
    try require(order.mode == .online, .functionNotSupported)
    try require(order.collectorReference.isEmpty && order.override.isEmpty, .incorrectData)
    try checkDates(order)
    try require(state.counter - state.acknowledgedCounter < UInt32(policy.logSlots), .notEnoughMemory)
    try require(state.counter < UInt32.max)
    var lines = state.lines
    for entry in order.entries where entry.fromReserve > 0 {
      guard let index = lines.firstIndex(where: { $0.entry.line == entry.line }) else {
        throw PayoutRefusal(.conditionsNotSatisfied)
      }
      try require(entry.fromReserve <= lines[index].granted - lines[index].spent)
      lines[index].spent += entry.fromReserve
    }
    let signed = try sign(order, policy, lines: lines)
    state.lines = lines
    state.counter += 1
    state.lastCertificateHash = signed.identity
    state.log.append(
      LogSlot(
        counter: state.counter, transactionID: order.transactionID, orderHash: orderHash, certificate: signed.bytes))
    if state.log.count > Int(policy.logSlots) { state.log.removeFirst() }
    // One replacement of the stored state is the switch of §7: before it nothing happened, after it all of it did.
    try save()
    hasAuthorised = true
    return ResponseAPDU(data: signed.bytes, status: .success)
  }

  private func checkDates(_ order: PayoutOrder) throws {
    let date = CardDate(unixTime: order.terminalTime)
    // A day of grace: the terminal's clock may be just before midnight of the card's date.
    try require(CardDate(unixTime: order.terminalTime + 86_400) >= state.cardDate)
    guard let info = try? CardInfo(parsing: state.cardInfo) else { throw PayoutRefusal(.conditionsNotSatisfied) }
    try require(date <= info.validUntil)
  }

  private func sign(_ order: PayoutOrder, _ policy: CardPolicy, lines: [LineState]) throws -> SignedLayout {
    guard let key = state.payoutKey, let number = state.cardNumber else {
      throw PayoutRefusal(.conditionsNotSatisfied)
    }
    let orderedLines = order.entries.map(\.line).reduce(into: [UInt32]()) { seen, line in
      if !seen.contains(line) { seen.append(line) }
    }
    let certificate = PayoutCertificate(
      cardNumber: number, keyID: keyIdentifier(ofPoint: key.publicKey.point), versions: policy.versions,
      responseSerial: state.responseSerial, counter: state.counter + 1, order: order, terminal: .none,
      cardDate: state.cardDate, method: .pin, pinGeneration: state.pinGeneration,
      acknowledgedGeneration: state.acknowledgedGeneration, pinOrigin: .issuer, pinSetter: [],
      spent: orderedLines.map { id in
        LineSpent(line: id, spent: lines.first { $0.entry.line == id }?.spent ?? 0)
      }, unacknowledgedOffline: 0, overrides: 0, sessionHash: sessionHash, previousHash: state.lastCertificateHash)
    return try SignedLayout(signing: certificate.body, with: key)
  }

  /// COMPLETE PAYOUT: what the centre writes, answered by a signed receipt.
  private func complete(_ command: CommandAPDU) throws -> ResponseAPDU {
    try require(command.p1 == 0 && command.p2 == 0, .incorrectP1P2)
    try require((command.expectedLength ?? 0) >= Self.longAnswer, .wrongLength)
    guard let (order, signed) = try? CompletionOrder.parse(command.data), order.cardNumber == state.cardNumber else {
      throw PayoutRefusal(.incorrectData)
    }
    guard let issuer = state.issuerKeys.first(where: { $0.use == .completion && $0.id == order.issuerKeyID }) else {
      throw PayoutRefusal(.referencedDataNotFound)
    }
    try require(issuer.validFrom <= max(state.cardDate, CardDate(unixTime: order.issuerTime)))
    guard let key = try? ECPublicKey(.p256, point: issuer.point), signed.isSigned(by: key) else {
      throw PayoutRefusal(.authenticationFailed)
    }
    if order.serial == state.responseSerial, signed.identity == state.lastCompletionHash {
      return ResponseAPDU(data: state.lastReceipt, status: .success)
    }
    try require(order.serial > state.responseSerial)
    // A receipt proves what was loaded: what this version does not keep is refused, not acknowledged.
    let asksForMore = order.lines.contains { $0.nextGranted != 0 || $0.notBefore != 0 }
    try require(
      !asksForMore && order.offlineCeiling == 0 && order.offlineCount == 0 && order.offlineUntil == 0
        && order.minimumVerifierDate == 0, .functionNotSupported)
    try apply(order, signed)
    let receipt = try receipt(for: order, signed)
    state.lastReceipt = receipt.bytes
    try save()
    return ResponseAPDU(data: receipt.bytes, status: .success)
  }

  /// Checks everything first, then changes everything.
  private func apply(_ order: CompletionOrder, _ signed: SignedLayout) throws {
    try require(state.application == .active || state.application == .suspended)
    try require((state.acknowledgedCounter...state.counter).contains(order.acknowledgedCounter))
    try require((state.acknowledgedGeneration...state.pinGeneration).contains(order.acknowledgedGeneration))
    var lines: [LineState] = []
    for line in order.lines {
      // The id of a line that has left is never used again (§3): its spent total is gone.
      try require(!state.retiredLines.contains(line.line))
      let spent = state.line(line.line)?.spent ?? 0
      try require(line.granted >= spent)
      let entry = CardLine(
        line: line.line, programme: line.programme, province: line.province, status: line.status)
      lines.append(LineState(entry: entry, granted: line.granted, spent: spent))
    }
    let kept = Set(order.lines.map(\.line))
    try require(state.lines.allSatisfy { kept.contains($0.entry.line) || $0.granted == $0.spent })
    state.retiredLines += state.lines.map(\.entry.line).filter { !kept.contains($0) }
    state.lines = lines
    state.acknowledgedCounter = order.acknowledgedCounter
    state.acknowledgedGeneration = order.acknowledgedGeneration
    state.responseSerial = order.serial
    state.lastCompletionHash = signed.identity
    state.cardDate = max(state.cardDate, CardDate(unixTime: order.issuerTime))
    if !order.snapshot.isEmpty { state.snapshot = signed.bytes }
    switch order.state {
    case .active: state.application = .active
    case .suspended: state.application = .suspended
    case .terminated: state.application = .terminated
    }
  }

  private func receipt(for order: CompletionOrder, _ signed: SignedLayout) throws -> SignedLayout {
    guard let key = state.payoutKey else { throw PayoutRefusal(.conditionsNotSatisfied) }
    let receipt = CompletionReceipt(
      cardNumber: order.cardNumber, keyID: keyIdentifier(ofPoint: key.publicKey.point), serial: order.serial,
      completionHash: signed.identity, counter: state.counter, lastCertificateHash: state.lastCertificateHash,
      lines: state.lines.map { ReceiptLine(line: $0.entry.line, spent: $0.spent, granted: $0.granted) },
      pinGeneration: state.pinGeneration, state: order.state)
    return try SignedLayout(signing: receipt.body, with: key)
  }

  private func status(_ command: CommandAPDU) -> ResponseAPDU {
    guard command.p1 == 0, command.p2 == 0 else { return ResponseAPDU(status: .incorrectP1P2) }
    guard command.data.isEmpty else { return ResponseAPDU(status: .wrongLength) }
    let answer = PayoutStatus(
      counter: state.counter, spent: state.lines.map { LineSpent(line: $0.entry.line, spent: $0.spent) },
      offlineCount: 0, responseSerial: state.responseSerial, lastCompletionHash: state.lastCompletionHash,
      acknowledgedCounter: state.acknowledgedCounter)
    return ResponseAPDU(data: answer.bytes, status: .success)
  }

  private func lastCertificate(_ command: CommandAPDU) -> ResponseAPDU {
    guard command.p1 == 0, command.p2 == 0 else { return ResponseAPDU(status: .incorrectP1P2) }
    guard command.data.count == 16, (command.expectedLength ?? 0) >= Self.longAnswer else {
      return ResponseAPDU(status: .wrongLength)
    }
    guard let slot = state.log.first(where: { $0.transactionID == command.data }) else {
      return ResponseAPDU(status: .referencedDataNotFound)
    }
    return ResponseAPDU(data: slot.certificate, status: .success)
  }
}
