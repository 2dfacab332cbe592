import CardApplication
import CardCrypto
import CardTerminal
import CardTestSupport
import ISO7816
import Issuance
import SecureChannel
import SoftCard
import Testing

/// The commands of `card-application` §4 and the files of §3, as they are before secure messaging.
extension CommandAPDU {
  static let selectPayout = CommandAPDU(ins: 0xA4, p1: 0x04, data: ApplicationName.payout, expectedLength: 256)
  static let selectIdentity = CommandAPDU(ins: 0xA4, p1: 0x04, data: ApplicationName.eID, expectedLength: 256)
  static let status = CommandAPDU(cla: 0x80, ins: 0x44, expectedLength: 256)
  static let cardSecurity = CommandAPDU(ins: 0xB0, p1: 0x9D, expectedLength: 65_536)
  static let unblock = CommandAPDU(ins: 0x2C, p1: 0x03, p2: 0x03)
  static let newestRecord = CommandAPDU(ins: 0xB2, p1: 1, p2: 0x34, expectedLength: 65_536)

  static func read(_ file: PayoutFile) -> CommandAPDU {
    CommandAPDU(ins: 0xB0, p1: 0x80 | file.rawValue, expectedLength: 65_536)
  }

  static func read(_ group: EIDDataGroup) -> CommandAPDU {
    CommandAPDU(ins: 0xB0, p1: 0x80 | group.shortIdentifier, expectedLength: 65_536)
  }

  static func authorise(_ order: PayoutOrder) -> CommandAPDU {
    CommandAPDU(cla: 0x80, ins: 0x40, p1: order.mode.rawValue, data: order.bytes, expectedLength: 65_536)
  }

  static func complete(_ signed: [UInt8]) -> CommandAPDU {
    CommandAPDU(cla: 0x80, ins: 0x42, data: signed, expectedLength: 65_536)
  }

  static func lastCertificate(_ id: UInt8) -> CommandAPDU {
    CommandAPDU(cla: 0x80, ins: 0x46, data: [UInt8](repeating: id, count: 16), expectedLength: 65_536)
  }

  static func setPIN(_ digits: String) -> CommandAPDU {
    CommandAPDU(ins: 0x2C, p1: 0x02, p2: 0x03, data: Array(digits.utf8))
  }
}

extension TestCard {
  /// Gives `command` in an open session and expects `status`. A refused command leaves every stored octet as it was.
  ///
  /// - Returns: the answer's data.
  @discardableResult
  func expect(
    _ status: StatusWord, _ command: CommandAPDU, in opened: OpenedCard,
    sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> [UInt8] {
    let before = storage.octets
    let answer = try await opened.channel.transmit(command)
    #expect(answer.status == status, sourceLocation: sourceLocation)
    if !answer.status.isSuccess { #expect(storage.octets == before, sourceLocation: sourceLocation) }
    return answer.data
  }

  /// AUTHORISE PAYOUT that the card obeys, checked against its key.
  func certificate(
    _ order: PayoutOrder, in opened: OpenedCard, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> PayoutCertificate {
    let octets = try await expect(.success, .authorise(order), in: opened, sourceLocation: sourceLocation)
    let (certificate, signed) = try PayoutCertificate.parse(octets)
    #expect(signed.isSigned(by: made.certificate.publicKey), sourceLocation: sourceLocation)
    #expect(certificate.order == order, sourceLocation: sourceLocation)
    return certificate
  }

  /// COMPLETE PAYOUT that the card obeys, in a session of its own with the CAN.
  func complete(_ order: CompletionOrder, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let opened = try await withCAN()
    try await expect(.success, .selectPayout, in: opened, sourceLocation: sourceLocation)
    try await expect(.success, .complete(try sign(order)), in: opened, sourceLocation: sourceLocation)
    await card.reset()
  }

  /// A payout point's session before SELECT.
  func atPoint(
    _ rights: AuthenticationTerminalRights = [], _ payout: PayoutRights = .online
  ) async throws -> OpenedCard {
    try await withPIN(.payout(try pki.terminal(rights, payout: payout)))
  }

  /// The same with the payout application selected.
  func inPayout(_ opened: OpenedCard) async throws -> OpenedCard {
    try await expect(.success, .selectPayout, in: opened)
    return opened
  }

  /// A session with the holder's PIN; without a terminal the holder's own reader.
  func withPIN(_ terminal: TerminalAccess? = nil) async throws -> OpenedCard {
    await card.reset()
    return try await OpenedCard.open(channel, .pin, password: Self.pin, terminal: terminal)
  }

  /// A session with the printed number.
  func withCAN(_ terminal: TerminalAccess? = nil) async throws -> OpenedCard {
    await card.reset()
    return try await OpenedCard.open(channel, .can, password: made.secrets.can, terminal: terminal)
  }

  /// A session with the unblocking key.
  func withPUK(_ terminal: TerminalAccess? = nil) async throws -> OpenedCard {
    await card.reset()
    return try await OpenedCard.open(channel, .puk, password: made.secrets.puk, terminal: terminal)
  }

  /// A session with the PIN the card was delivered with.
  func withTransportPIN(_ terminal: TerminalAccess? = nil) async throws -> OpenedCard {
    await card.reset()
    return try await OpenedCard.open(channel, .pin, password: made.secrets.pin, terminal: terminal)
  }

  /// Whom a terminal believes on the chip's key.
  var chipTrust: TerminalAccess.ChipTrust { TerminalAccess.ChipTrust(issuers: [issuer], time: Self.time) }

  /// What PACE with `digits` as the PIN comes to; `nil` is a session.
  func pinError(_ digits: String, resuming: Bool = false) async -> PACEError? {
    await card.reset()
    let pin = SecretBytes(Array(digits.utf8))
    do {
      if resuming {
        _ = try await OpenedCard.open(
          channel, .pin, password: pin, resumingWithCAN: made.secrets.can.copy())
      } else {
        _ = try await OpenedCard.open(channel, .pin, password: pin)
      }
      return nil
    } catch .pace(let error) {
      return error
    } catch {
      return .cardNotAuthentic
    }
  }
}

extension TestPKI {
  /// A verifier's certificate of its own dates and rights.
  func makeVerifier(
    _ rights: AuthenticationTerminalRights = .all, payout: PayoutRights = allPayoutRights, sequence: Int = 2,
    from: UInt32 = 20_261_001, until: UInt32 = 20_361_231, by signer: (CVCertificate, ECPrivateKey)? = nil
  ) throws -> CVCertificate {
    let (authority, key) = signer ?? (anchor, anchorKey)
    return try Self.content(
      try Self.name("DV79", sequence), by: authority.content.holder, verifierKey.publicKey, .verifierNonOfficial,
      rights, payout, try day(from), try day(until)
    ).signed(by: key)
  }

  /// A terminal under `verifier`.
  func terminal(
    under verifier: CVCertificate, _ rights: AuthenticationTerminalRights = [], payout: PayoutRights = .online,
    from: UInt32 = 20_261_001, until: UInt32 = 20_361_231, links: [CVCertificate] = []
  ) throws -> TerminalCredential {
    let key = try ECPrivateKey(generate: verifierKey.publicKey.curve)
    let certificate = try Self.content(
      try Self.name("79T", 7), by: verifier.content.holder, key.publicKey, .terminal, rights, payout, try day(from),
      try day(until)
    ).signed(by: verifierKey)
    return try #require(
      TerminalCredential(links: links, verifier: verifier, terminal: certificate, signer: key))
  }

  func day(_ yyyymmdd: UInt32) throws -> CVDate { try #require(CVDate(yyyymmdd: yyyymmdd)) }
}

/// The status of the step that a card refused Terminal or Chip Authentication with; `nil` when it did not.
func eacRefusal(_ body: () async throws -> Void) async throws -> StatusWord? {
  do {
    try await body()
    return nil
  } catch CardSessionError.eac(.certificateRefused(_, let status)) {
    return status
  } catch CardSessionError.eac(.refused(_, let status)) {
    return status
  }
}

/// Orders of every kind.
enum Orders {
  /// Reason and supervisor of an override.
  static let reason: [UInt8] = Array("01:79T00009".utf8)

  static func entry(_ amount: Int64, fromReserve: Int64 = 0, line: UInt32 = 7) throws -> PayoutEntry {
    try #require(PayoutEntry(line: line, period: 202_611, amount: amount, fromReserve: fromReserve))
  }

  static func make(
    id: UInt8 = 1, entries: [PayoutEntry], mode: PayoutMode = .online, time: Int64 = TestCard.time + 3_600,
    override: [UInt8] = []
  ) throws -> PayoutOrder {
    let lines = entries.flatMap { entry -> [UInt8] in
      [UInt8](bigEndian: entry.line, width: 4) + [0x20, 0x26, 0x11] + [UInt8](bigEndian: entry.amount, width: 8)
        + [UInt8](bigEndian: entry.fromReserve, width: 8)
    }
    let objects: [BERTLV] = [
      BERTLV(0x80, [UInt8](repeating: id, count: 16)), BERTLV(0x81, lines),
      BERTLV(0x84, [UInt8](bigEndian: time, width: 8)), BERTLV(0x85, [0x79, 0x02, 0x67, 0x34]),
      BERTLV(0x86, [mode.rawValue]), BERTLV(0x87, [UInt8]()),
      BERTLV(0x88, [UInt8](repeating: 9, count: mode == .online ? 16 : 0)), BERTLV(0x89, override),
    ]
    return try PayoutOrder(parsing: objects.flatMap(\.bytes))
  }

  /// All of `amount` from the reserve, without the centre.
  static func offline(
    id: UInt8 = 1, _ amount: Int64, time: Int64 = TestCard.time + 3_600, line: UInt32 = 7
  ) throws -> PayoutOrder {
    try make(id: id, entries: [entry(amount, fromReserve: amount, line: line)], mode: .offline, time: time)
  }
}
