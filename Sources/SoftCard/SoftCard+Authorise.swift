import CardApplication
import CardCrypto
import ISO7816
import SecureChannel

/// AUTHORISE PAYOUT (`card-application` §4, §6–§9).
extension SoftCard {
  /// Signatures that may be begun without being committed: an attacker who cuts the power learns from no more (§7).
  static let maximumOpenSignatures: UInt8 = 32

  /// The order, checked and signed into a certificate.
  func authorise(_ command: CommandAPDU, _ policy: CardPolicy) throws -> ResponseAPDU {
    try require([1, 2].contains(command.p1) && command.p2 == 0, .incorrectP1P2)
    try require((command.expectedLength ?? 0) >= Self.longAnswer, .wrongLength)
    guard let order = try? PayoutOrder(parsing: command.data), order.mode.rawValue == command.p1 else {
      throw PayoutRefusal(.incorrectData)
    }
    guard let terminal else { throw PayoutRefusal(.securityStatusNotSatisfied) }
    let method = try method(order)
    try require(state.application == .active)
    let orderHash = Digest.sha256.hash(order.bytes)
    if let slot = state.log.first(where: { $0.transactionID == order.transactionID }) {
      // A repeated transaction is answered as before, or refused when anything in it changed or another terminal asks.
      try require(ConstantTime.areEqual(slot.orderHash, orderHash))
      try require(slot.content?.terminal.keyHash == terminal.publicKey.hash)
      return ResponseAPDU(data: slot.certificate, status: .success)
    }
    // One new payout a session; none after the PIN was changed in it.
    try require(!hasAuthorised)
    try checkDates(order, terminal)
    if order.mode == .offline { try checkOffline(order, policy) }
    if method == .canWithOverride {
      // §9: up to its own ceiling, and so often between payouts with the PIN.
      try require(order.total <= policy.overrideCeiling && state.overrides < policy.overrideUses)
    }
    try require(state.counter - state.acknowledgedCounter < UInt32(policy.logSlots), .notEnoughMemory)
    try require(state.counter < UInt32.max && state.openSignatures < Self.maximumOpenSignatures)
    let lines = try spend(order)
    let overrides = method == .pin ? 0 : state.overrides + 1
    // Counted before it is made: a signature that power is cut from is counted too.
    state.openSignatures += 1
    try save()
    let signed = try sign(order, policy, method, lines: lines, overrides: overrides)
    state.lines = lines
    state.counter += 1
    state.overrides = overrides
    state.openSignatures = 0
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

  /// How the holder was verified, and whether the terminal may ask for this kind of payout at all.
  private func method(_ order: PayoutOrder) throws -> VerificationMethod {
    try require(
      access.payoutRights.contains(order.mode == .online ? .online : .offline), .securityStatusNotSatisfied)
    guard access.password != .pin else {
      try require(order.override.isEmpty, .incorrectData)
      return .pin
    }
    // §9: online only, with a reason and a supervisor.
    try require(access.mayOverride, .securityStatusNotSatisfied)
    try require(!order.override.isEmpty && order.mode == .online, .incorrectData)
    return .canWithOverride
  }

  private func checkDates(_ order: PayoutOrder, _ terminal: AuthenticatedTerminal) throws {
    let date = CardDate(unixTime: order.terminalTime)
    // A day of grace: the terminal's clock may be just before midnight of the card's date.
    try require(CardDate(unixTime: order.terminalTime + 86_400) >= state.cardDate)
    try require((terminal.effective.yyyymmdd...terminal.expiration.yyyymmdd).contains(date.yyyymmdd))
    guard let info = try? CardInfo(parsing: state.cardInfo) else { throw PayoutRefusal(.conditionsNotSatisfied) }
    try require(date <= info.validUntil)
  }

  /// §8: the authority's last day, its number of certificates, its ceiling and the terminal's, and a PIN that the
  /// centre knows of.
  private func checkOffline(_ order: PayoutOrder, _ policy: CardPolicy) throws {
    let limits = state.offline
    try require(limits.until > 0 && CardDate(unixTime: order.terminalTime).yyyymmdd <= limits.until)
    try require(state.unacknowledgedOffline < Int(limits.count))
    try require(order.total <= min(limits.ceiling, policy.offlineCeiling(access.payoutRights)))
    try require(state.pinGeneration == state.acknowledgedGeneration)
    try require(order.entries.allSatisfy { $0.fromReserve == $0.amount }, .incorrectData)
  }

  /// The lines after the order's part from the reserve is spent.
  private func spend(_ order: PayoutOrder) throws -> [LineState] {
    let date = order.mode == .offline ? CardDate(unixTime: order.terminalTime) : nil
    var lines = state.lines
    for entry in order.entries where entry.fromReserve > 0 {
      guard let index = lines.firstIndex(where: { $0.entry.line == entry.line }) else {
        throw PayoutRefusal(.conditionsNotSatisfied)
      }
      // The centre decides what is open; offline the card knows of a line that was suspended or closed.
      try require(order.mode == .online || lines[index].entry.status == .active)
      try require(entry.fromReserve <= lines[index].limit(on: date) - lines[index].spent)
      lines[index].spent += entry.fromReserve
    }
    return lines
  }

  private func sign(
    _ order: PayoutOrder, _ policy: CardPolicy, _ method: VerificationMethod, lines: [LineState], overrides: UInt8
  ) throws -> SignedLayout {
    guard let key = state.payoutKey, let number = state.cardNumber, let terminal else {
      throw PayoutRefusal(.conditionsNotSatisfied)
    }
    let orderedLines = order.entries.map(\.line).reduce(into: [UInt32]()) { seen, line in
      if !seen.contains(line) { seen.append(line) }
    }
    let rights = HolderAuthorization(.terminal, terminal.rights).template + access.payoutRights.octets
    let certificate = PayoutCertificate(
      cardNumber: number, keyID: keyIdentifier(ofPoint: key.publicKey.point), versions: policy.versions,
      responseSerial: state.responseSerial, counter: state.counter + 1, order: order,
      terminal: CertifiedTerminal(
        authority: terminal.authority.octets, holder: terminal.holder.octets, keyHash: terminal.publicKey.hash,
        effectiveRights: rights),
      cardDate: state.cardDate, method: method, pinGeneration: state.pinGeneration,
      acknowledgedGeneration: state.acknowledgedGeneration, pinOrigin: state.pinOrigin, pinSetter: state.pinSetter,
      spent: orderedLines.map { id in
        LineSpent(line: id, spent: lines.first { $0.entry.line == id }?.spent ?? 0)
      },
      unacknowledgedOffline: UInt8(
        clamping: state.unacknowledgedOffline + (order.mode == .offline ? 1 : 0)), overrides: overrides,
      sessionHash: sessionHash, previousHash: state.lastCertificateHash)
    return try SignedLayout(signing: certificate.body, with: key)
  }
}
