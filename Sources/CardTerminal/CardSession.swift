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

/// A terminal's session with one card: PACE, then the payout application (`card-application` §5).
///
/// Without terminal authentication a payout takes 8 APDUs: EF.CardAccess 1, PACE 5, SELECT 1, AUTHORISE 1.
public struct CardSession: Sendable {
  private let channel: SecureMessagingChannel
  /// The card's and the terminal's ephemeral PACE keys of step 3, uncompressed: they tie a certificate to this session.
  public let ephemeralPoints: [UInt8]
  /// What the card told of itself when the payout application was selected.
  public let selection: PayoutSelection

  /// The card's number.
  public var cardNumber: CardNumber { selection.cardNumber }

  /// Reads EF.CardAccess, runs PACE with one password and selects the payout application: 7 APDUs.
  ///
  /// - Parameters:
  ///   - channel: the way to the card, freshly connected.
  ///   - parameters: the PACE parameters that the profile pins; `nil` tries those of this scheme in turn.
  ///   - can: when given, a session with the CAN is opened first, which lets a suspended PIN be tried once more.
  public static func open(
    _ channel: any CardChannel, _ reference: PACEPasswordReference, password: borrowing SecretBytes,
    parameters: PACEParameters? = nil, resumingWithCAN can: consuming SecretBytes? = nil,
    random: any RandomSource = SystemRandom()
  ) async throws(CardSessionError) -> CardSession {
    let pinned = try await pinnedParameters(channel, parameters)
    let session: PACESession
    if let can {
      let opened = try await pace(channel, .can, can, pinned, over: nil, random).channel
      session = try await pace(opened, reference, password, pinned, over: channel, random)
    } else {
      session = try await pace(channel, reference, password, pinned, over: nil, random)
    }
    let answer = try await exchange(
      session.channel, "SELECT",
      CommandAPDU(ins: 0xA4, p1: 0x04, data: ApplicationName.payout, expectedLength: 256))
    let selection = try layout("SELECT") { () throws(LayoutError) in try PayoutSelection(parsing: answer) }
    return CardSession(
      channel: session.channel, ephemeralPoints: session.cardEphemeral + session.terminalEphemeral,
      selection: selection)
  }

  private static func pinnedParameters(
    _ channel: any CardChannel, _ wanted: PACEParameters?
  ) async throws(CardSessionError) -> PACEParameters {
    let file: [UInt8]
    do throws(CardSessionError) {
      file = try await exchange(
        channel, "READ BINARY", CommandAPDU(ins: 0xB0, p1: 0x80 | CardAccess.shortIdentifier, expectedLength: 256))
    } catch .refused {
      throw .notThisScheme
    }
    // The longest keys first.
    let all = AESKeyLength.allCases.reversed().flatMap { length in
      Curve.scheme.map { PACEParameters.ecdhGM($0, length) }
    }
    let candidates = wanted.map { [$0] } ?? all
    guard let offered = candidates.first(where: { (try? CardAccess.offers($0, in: file)) == true }) else {
      throw .pace(.parametersNotOffered)
    }
    return offered
  }

  private static func pace(
    _ channel: any CardChannel, _ reference: PACEPasswordReference, _ password: borrowing SecretBytes,
    _ parameters: PACEParameters, over base: (any CardChannel)?, _ random: any RandomSource
  ) async throws(CardSessionError) -> PACESession {
    do {
      return try await PACETerminal(channel, parameters: parameters, random: random)
        .run(reference, password: password, over: base)
    } catch {
      throw .pace(error)
    }
  }

  /// The whole content of a file, one APDU.
  public func read(_ file: PayoutFile) async throws(CardSessionError) -> [UInt8] {
    try await Self.exchange(
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

  /// EF.Snapshot: the completion that wrote it, signed by the issuer; `nil` before the first one.
  public func snapshot() async throws(CardSessionError) -> (CompletionOrder, SignedLayout)? {
    let octets = try await read(.snapshot)
    guard !octets.isEmpty else { return nil }
    return try Self.layout("READ BINARY") { () throws(LayoutError) in try CompletionOrder.parse(octets) }
  }

  /// GET PAYOUT STATUS.
  public func status() async throws(CardSessionError) -> PayoutStatus {
    let octets = try await Self.exchange(
      channel, "GET PAYOUT STATUS",
      CommandAPDU(cla: 0x80, ins: PayoutCommand.status.rawValue, expectedLength: 256))
    return try Self.layout("GET PAYOUT STATUS") { () throws(LayoutError) in try PayoutStatus(parsing: octets) }
  }

  /// AUTHORISE PAYOUT: the card's certificate over `order`, checked to be about this order, card and session.
  public func authorise(_ order: PayoutOrder) async throws(CardSessionError) -> AuthorisedPayout {
    let octets = try await Self.exchange(
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
      octets = try await Self.exchange(
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
    try await Self.exchange(
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
    let octets = try await Self.exchange(
      channel, "COMPLETE PAYOUT",
      CommandAPDU(
        cla: 0x80, ins: PayoutCommand.complete.rawValue, data: completion, expectedLength: 65_536))
    return try Self.layout("COMPLETE PAYOUT") { () throws(LayoutError) in try CompletionReceipt.parse(octets) }
  }

  /// Whether `certificate` was signed over this very PACE session.
  public func isFromThisSession(_ certificate: PayoutCertificate) -> Bool {
    ConstantTime.areEqual(certificate.sessionHash, Digest.sha256.hash(ephemeralPoints))
  }

  private func authorised(_ octets: [UInt8], _ command: String) throws(CardSessionError) -> AuthorisedPayout {
    let (certificate, signed) = try Self.layout(command) { () throws(LayoutError) in
      try PayoutCertificate.parse(octets)
    }
    return AuthorisedPayout(certificate: certificate, signed: signed)
  }

  private static func exchange(
    _ channel: any CardChannel, _ name: String, _ command: CommandAPDU
  ) async throws(CardSessionError) -> [UInt8] {
    let response: ResponseAPDU
    do {
      response = try await channel.transmit(command)
    } catch {
      throw .channel(error)
    }
    guard response.status.isSuccess else { throw .refused(command: name, status: response.status) }
    return response.data
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
