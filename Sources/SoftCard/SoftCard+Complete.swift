import CardApplication
import CardCrypto
import ISO7816
import SecureChannel

/// COMPLETE PAYOUT (`card-application` §4, §8).
extension SoftCard {
  /// COMPLETE PAYOUT: what the centre writes, answered by a signed receipt.
  func complete(_ command: CommandAPDU) throws -> ResponseAPDU {
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
    try apply(order, signed)
    let receipt = try receipt(for: order, signed)
    state.lastReceipt = receipt.bytes
    try save()
    // Also for a terminal that has yet to prove itself in this session.
    terminalAuthentication?.judge(by: trust)
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
      // A next grant is a date and the whole of what is granted from then on; one without the other is none.
      try require((line.nextGranted == 0) == (line.notBefore == 0), .incorrectData)
      try require(line.nextGranted == 0 || line.nextGranted >= line.granted, .incorrectData)
      let entry = CardLine(
        line: line.line, programme: line.programme, province: line.province, status: line.status)
      lines.append(
        LineState(
          entry: entry, granted: line.granted, nextGranted: line.nextGranted, notBefore: line.notBefore, spent: spent))
    }
    let kept = Set(order.lines.map(\.line))
    try require(state.lines.allSatisfy { kept.contains($0.entry.line) || $0.limit(on: nil) == $0.spent })
    // What is no day would hold no verifier back, and every later day would be below it.
    try require(
      order.minimumVerifierDate == 0 || CVDate(yyyymmdd: order.minimumVerifierDate) != nil, .incorrectData)
    if let key = order.newIssuerKey { try require(takes(key), .incorrectData) }
    state.retiredLines += state.lines.map(\.entry.line).filter { !kept.contains($0) }
    state.lines = lines
    state.offline = OfflineLimits(
      ceiling: order.offlineCeiling, count: order.offlineCount, until: order.offlineUntil)
    state.minimumVerifierDate = max(state.minimumVerifierDate, order.minimumVerifierDate)
    state.openSignatures = 0
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

  /// Puts an issuer's key into one of its two slots (§2), the newest two.
  func takes(_ key: IssuerKey) -> Bool {
    guard Curve.p256.isValid(key.point) else { return false }
    state.issuerKeys.removeAll { $0.id == key.id && $0.use == key.use }
    if state.issuerKeys.count(where: { $0.use == key.use }) == 2,
      let oldest = state.issuerKeys.firstIndex(where: { $0.use == key.use })
    {
      state.issuerKeys.remove(at: oldest)
    }
    state.issuerKeys.append(key)
    return true
  }
}
