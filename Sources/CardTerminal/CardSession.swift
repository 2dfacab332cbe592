public import CardApplication
public import CardCrypto
public import ISO7816
public import SecureChannel

/// What a card gave in answer to AUTHORISE PAYOUT: the certificate read, and the octets as received.
public struct AuthorisedPayout: Sendable {
  /// The certificate's fields.
  public let certificate: PayoutCertificate
  /// Body and signature as received.
  public let signed: SignedLayout
}

/// A terminal's session with the payout application of one card (`card-application` §5).
///
/// A payout takes 15 APDUs: EF.CardAccess 1, PACE 5, Terminal Authentication 7, SELECT 1, AUTHORISE 1.
public struct CardSession: Sendable {
  let channel: any CardChannel
  /// The card's and the terminal's ephemeral PACE keys of step 3, uncompressed: they tie a certificate to this session.
  /// None in a session that the reader has opened.
  public let ephemeralPoints: [UInt8]
  /// What the card told of itself when the payout application was selected.
  public let selection: PayoutSelection

  /// The card's number.
  public var cardNumber: CardNumber { selection.cardNumber }

  init(channel: any CardChannel, ephemeralPoints: [UInt8], selection: PayoutSelection) {
    self.channel = channel
    self.ephemeralPoints = ephemeralPoints
    self.selection = selection
  }

  /// Opens the card and selects the payout application: see ``OpenedCard``.
  public static func open(
    _ channel: any CardChannel, _ reference: PACEPasswordReference, password: borrowing SecretBytes,
    parameters: PACEParameters? = nil, terminal: TerminalAccess? = nil,
    resumingWithCAN can: consuming SecretBytes? = nil,
    random: any RandomSource = SystemRandom()
  ) async throws(CardSessionError) -> CardSession {
    let card = try await OpenedCard.open(
      channel, reference, password: password, parameters: parameters, terminal: terminal, resumingWithCAN: can,
      random: random)
    return try await card.payout()
  }

  /// The whole content of a file, one APDU.
  public func read(_ file: PayoutFile) async throws(CardSessionError) -> [UInt8] {
    try await OpenedCard.exchange(
      channel, "READ BINARY", CommandAPDU(ins: 0xB0, p1: 0x80 | file.rawValue, expectedLength: 65_536))
  }

  /// EF.CardInfo.
  public func cardInfo() async throws(CardSessionError) -> CardInfo {
    let octets = try await read(.cardInfo)
    return try Self.layout("READ BINARY") { () throws(LayoutError) in try CardInfo(parsing: octets) }
  }

  /// EF.Holder.
  public func holder() async throws(CardSessionError) -> Holder {
    let octets = try await read(.holder)
    return try Self.layout("READ BINARY") { () throws(LayoutError) in try Holder(parsing: octets) }
  }

  /// EF.Lines.
  public func lines() async throws(CardSessionError) -> [CardLine] {
    let octets = try await read(.lines)
    return try Self.layout("READ BINARY") { () throws(LayoutError) in try CardLine.parse(octets) }
  }

  /// EF.OfflineAuthority: what the card may sign without the centre.
  public func offlineAuthority() async throws(CardSessionError) -> OfflineAuthority {
    let octets = try await read(.offlineAuthority)
    return try Self.layout("READ BINARY") { () throws(LayoutError) in try OfflineAuthority(parsing: octets) }
  }

  /// EF.Snapshot: the completion that wrote it, signed by the issuer; `nil` before the first one.
  public func snapshot() async throws(CardSessionError) -> (CompletionOrder, SignedLayout)? {
    let octets = try await read(.snapshot)
    guard !octets.isEmpty else { return nil }
    return try Self.layout("READ BINARY") { () throws(LayoutError) in try CompletionOrder.parse(octets) }
  }

  /// GET PAYOUT STATUS.
  public func status() async throws(CardSessionError) -> PayoutStatus {
    let octets = try await OpenedCard.exchange(
      channel, "GET PAYOUT STATUS",
      CommandAPDU(cla: 0x80, ins: PayoutCommand.status.rawValue, expectedLength: 256))
    return try Self.layout("GET PAYOUT STATUS") { () throws(LayoutError) in try PayoutStatus(parsing: octets) }
  }

  /// AUTHORISE PAYOUT: the card's certificate over `order`, checked to be about this order, card and session.
  ///
  /// - Throws: ``CardSessionError/untiedSession``, before anything is sent, in a session that the reader has opened.
  public func authorise(_ order: PayoutOrder) async throws(CardSessionError) -> AuthorisedPayout {
    guard isTied else { throw .untiedSession }
    let octets = try await OpenedCard.exchange(
      channel, "AUTHORISE PAYOUT",
      CommandAPDU(
        cla: 0x80, ins: PayoutCommand.authorise.rawValue, p1: order.mode.rawValue, data: order.bytes,
        expectedLength: 65_536))
    let payout = try authorised(octets, "AUTHORISE PAYOUT")
    guard payout.certificate.order == order, payout.certificate.cardNumber == cardNumber else {
      throw .foreignCertificate
    }
    return payout
  }

  /// GET LAST CERTIFICATE: what the card signed for `transactionID`, or `nil` when it signed nothing.
  public func lastCertificate(_ transactionID: [UInt8]) async throws(CardSessionError) -> AuthorisedPayout? {
    let octets: [UInt8]
    do throws(CardSessionError) {
      octets = try await OpenedCard.exchange(
        channel, "GET LAST CERTIFICATE",
        CommandAPDU(
          cla: 0x80, ins: PayoutCommand.lastCertificate.rawValue, data: transactionID, expectedLength: 65_536))
    } catch .refused(_, .referencedDataNotFound) {
      return nil
    }
    return try authorised(octets, "GET LAST CERTIFICATE")
  }

  /// One certificate of EF.PayoutLog; record 1 is the newest.
  public func logRecord(_ number: UInt8) async throws(CardSessionError) -> [UInt8] {
    try await OpenedCard.exchange(
      channel, "READ RECORD",
      CommandAPDU(ins: 0xB2, p1: number, p2: PayoutFile.payoutLog.rawValue << 3 | 0x04, expectedLength: 65_536))
  }

  /// One certificate of EF.PayoutLog; `nil` when the log has no such record.
  public func logRecordIfPresent(_ number: UInt8) async throws(CardSessionError) -> [UInt8]? {
    do throws(CardSessionError) {
      return try await logRecord(number)
    } catch .refused(_, .recordNotFound) {
      return nil
    }
  }

  /// COMPLETE PAYOUT with a signed E2; the card's signed receipt.
  public func complete(_ completion: [UInt8]) async throws(CardSessionError) -> (CompletionReceipt, SignedLayout) {
    // E2 and its signature have at most 1,024 octets (`card-application` §4); the octets come from the network.
    guard completion.count <= 1_024 else {
      throw .malformedAnswer(command: "COMPLETE PAYOUT", .length(0xE2, completion.count))
    }
    let octets = try await OpenedCard.exchange(
      channel, "COMPLETE PAYOUT",
      CommandAPDU(
        cla: 0x80, ins: PayoutCommand.complete.rawValue, data: completion, expectedLength: 65_536))
    return try Self.layout("COMPLETE PAYOUT") { () throws(LayoutError) in try CompletionReceipt.parse(octets) }
  }

  /// Whether a certificate can be tied to this session: its ephemeral keys are known here.
  public var isTied: Bool { !ephemeralPoints.isEmpty }

  /// Whether `certificate` was signed over this very PACE session; never in one that the reader has opened.
  public func isFromThisSession(_ certificate: PayoutCertificate) -> Bool {
    isTied && ConstantTime.areEqual(certificate.sessionHash, Digest.sha256.hash(ephemeralPoints))
  }

  private func authorised(_ octets: [UInt8], _ command: String) throws(CardSessionError) -> AuthorisedPayout {
    let (certificate, signed) = try Self.layout(command) { () throws(LayoutError) in
      try PayoutCertificate.parse(octets)
    }
    return AuthorisedPayout(certificate: certificate, signed: signed)
  }

  private static func layout<Value>(
    _ command: String, _ read: () throws(LayoutError) -> Value
  ) throws(CardSessionError) -> Value {
    do {
      return try read()
    } catch {
      throw .malformedAnswer(command: command, error)
    }
  }
}
