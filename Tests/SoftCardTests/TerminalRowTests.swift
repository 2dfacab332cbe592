import CardApplication
import CardCrypto
import CardTerminal
import CardTestSupport
import ISO7816
import Issuance
import SecureChannel
import SoftCard
import Testing

/// Every row of `card-application` §3 and §4 from both sides: what opens it, and everything that does not.
@Suite("Rows of files and commands")
struct TerminalRowTests {
  /// One way to come to the card.
  struct Visitor: Sendable, CustomTestStringConvertible {
    let isPIN: Bool
    /// `nil` is a reader that proves nothing.
    var payout: PayoutRights?
    var isCANAllowed = false

    /// *Terminal right* of §2.
    var hasTerminalRight: Bool {
      guard let payout else { return false }
      return (payout.contains(.online) || payout.contains(.offline)) && (isPIN || isCANAllowed)
    }

    var testDescription: String {
      "\(isPIN ? "PIN" : "CAN"), \(payout.map { "payout \($0.rawValue)" } ?? "no terminal"), \(isCANAllowed)"
    }
  }

  static let rights: [PayoutRights] = [
    [], .ceiling(16), .online, .offline, .override, [.online, .offline], [.online, .override], [.offline, .override],
    TestPKI.allPayoutRights,
  ]

  static let visitors: [Visitor] =
    [true, false].flatMap { isPIN in
      [Visitor(isPIN: isPIN)]
        + rights.flatMap { payout in
          [false, true].map { Visitor(isPIN: isPIN, payout: payout, isCANAllowed: $0) }
        }
    }

  private func open(_ visitor: Visitor, _ test: TestCard) async throws -> OpenedCard {
    let access = try visitor.payout.map {
      TerminalAccess.payout(try test.pki.terminal(visitor.isCANAllowed ? [.canAllowed] : [], payout: $0))
    }
    return visitor.isPIN ? try await test.withPIN(access) : try await test.withCAN(access)
  }

  @Test("Who may read which file, and what SELECT tells")
  func files() async throws {
    let test = try await TestCard.make()
    for visitor in Self.visitors {
      let opened = try await open(visitor, test)
      let pinOrTerminal = visitor.isPIN || visitor.hasTerminalRight
      let selected = try PayoutSelection(parsing: try await test.expect(.success, .selectPayout, in: opened))
      #expect(selected.cardNumber == test.made.cardNumber)
      #expect((selected.status != nil) == pinOrTerminal, "\(visitor.testDescription)")
      let rows: [(PayoutFile, Bool)] = [
        (.cardInfo, true), (.holder, pinOrTerminal), (.lines, pinOrTerminal), (.snapshot, visitor.isPIN),
        (.payoutKeyCertificate, pinOrTerminal), (.offlineAuthority, pinOrTerminal),
      ]
      for (file, isOpen) in rows {
        let data = try await test.expect(isOpen ? .success : .securityStatusNotSatisfied, .read(file), in: opened)
        if !isOpen { #expect(data.isEmpty) }
      }
      // The log is read by record, and there is no photo on this card: the condition comes first.
      try await test.expect(
        pinOrTerminal ? .fileNotFound : .securityStatusNotSatisfied, .read(.payoutLog), in: opened)
      try await test.expect(
        pinOrTerminal ? .recordNotFound : .securityStatusNotSatisfied, .newestRecord, in: opened)
      try await test.expect(
        visitor.hasTerminalRight ? .fileNotFound : .securityStatusNotSatisfied, .read(.photo), in: opened)
    }
  }

  @Test("Who may give which command")
  func commands() async throws {
    let test = try await TestCard.make()
    // Refused for its time, after every right was looked at.
    let old = TestCard.time - 5 * 86_400
    let online = try Orders.make(entries: [Orders.entry(1_000)], time: old)
    let offline = try Orders.offline(1_000, time: old)
    let override = try Orders.make(entries: [Orders.entry(1_000)], time: old, override: Orders.reason)
    let forbidden = StatusWord.securityStatusNotSatisfied
    for visitor in Self.visitors {
      let opened = try await test.inPayout(try await open(visitor, test))
      let pinOrTerminal = visitor.isPIN || visitor.hasTerminalRight
      let payout = visitor.payout ?? []
      try await test.expect(pinOrTerminal ? .success : forbidden, .status, in: opened)
      // Its own certificate a terminal may ask for under every CAN (§4): it learns that there is none.
      let asksForOwn = !visitor.isPIN && !payout.isDisjoint(with: [.online, .offline])
      try await test.expect(
        pinOrTerminal || asksForOwn ? .referencedDataNotFound : forbidden, .lastCertificate(1), in: opened)
      // Any password: refused for its content only.
      try await test.expect(.incorrectData, .complete([0xE2, 0x00]), in: opened)
      let mayOverride = !visitor.isPIN && visitor.isCANAllowed && payout.isSuperset(of: [.online, .override])
      // Who may override has to say why, and not offline (§9).
      func expected(_ bit: PayoutRights) -> StatusWord {
        guard payout.contains(bit) else { return forbidden }
        return visitor.isPIN ? .conditionsNotSatisfied : mayOverride ? .incorrectData : forbidden
      }
      try await test.expect(expected(.online), .authorise(online), in: opened)
      try await test.expect(expected(.offline), .authorise(offline), in: opened)
      let refused: StatusWord = visitor.isPIN && payout.contains(.online) ? .incorrectData : forbidden
      try await test.expect(mayOverride ? .conditionsNotSatisfied : refused, .authorise(override), in: opened)
    }
  }

  @Test("P1 of AUTHORISE is the order's mode, P2 is 0")
  func mode() async throws {
    let test = try await TestCard.make()
    let opened = try await test.inPayout(try await test.atPoint([], [.online, .offline]))
    var command = CommandAPDU.authorise(try test.order())
    for (p1, p2, status) in [
      (2, 0, StatusWord.incorrectData), (0, 0, .incorrectP1P2), (3, 0, .incorrectP1P2), (1, 1, .incorrectP1P2),
    ] as [(UInt8, UInt8, StatusWord)] {
      (command.p1, command.p2) = (p1, p2)
      try await test.expect(status, command, in: opened)
    }
  }

  @Test("Payout rights start after Terminal Authentication, not with the request")
  func afterAuthentication() async throws {
    let test = try await TestCard.make()
    let access = TerminalAccess.payout(try test.pki.terminal([.canAllowed], payout: TestPKI.allPayoutRights))
    for reference in [PACEPasswordReference.pin, .can] {
      await test.card.reset()
      let secret = reference == .can ? test.made.secrets.can.copy() : TestCard.pin
      let session = try await PACETerminal(test.channel, parameters: .ecdhGMAES128(.p256))
        .run(reference, password: secret, request: access.request)
      func status(_ command: CommandAPDU) async throws -> StatusWord {
        try await session.channel.transmit(command).status
      }
      // The verifier's and the terminal's certificates without the terminal's signature give nothing either.
      for certificate in [access.credential.verifier, access.credential.terminal] {
        let reference = BERTLV(0x83, certificate.content.authority.octets).bytes
        #expect(try await status(CommandAPDU(ins: 0x22, p1: 0x81, p2: 0xB6, data: reference)) == .success)
        #expect(try await status(CommandAPDU(ins: 0x2A, p2: 0xBE, data: certificate.unwrapped)) == .success)
      }
      #expect(try await status(.selectPayout) == .success)
      #expect(try await status(.authorise(try test.order())) == .securityStatusNotSatisfied)
      #expect(try await status(.read(.photo)) == .securityStatusNotSatisfied)
      #expect(try await status(.status) == (reference == .pin ? .success : .securityStatusNotSatisfied))
    }
  }

  @Test("A right that the verifier, the certificate or the request does not have is off")
  func confined() async throws {
    let test = try await TestCard.make()
    func request(
      _ rights: AuthenticationTerminalRights, _ payout: PayoutRights?
    ) -> RequestedAuthorization {
      RequestedAuthorization(
        HolderAuthorization(.terminal, rights),
        extensions: payout.map { [AuthorizationExtension(identifier: PayoutRights.identifier, bitmap: $0.octets)] }
          ?? [])
    }
    let all = TestPKI.allPayoutRights
    let full = try test.pki.terminal([.canAllowed], payout: all)
    let plain = try test.pki.makeVerifier(.readAll, payout: .offline)
    let bare = try test.pki.makeVerifier(.all, payout: [])
    let poor: [(TerminalCredential, RequestedAuthorization)] = [
      (full, request([.canAllowed], .offline)), (full, request([.canAllowed], nil)),
      (try test.pki.terminal(under: plain, [.canAllowed], payout: all), request([.canAllowed], all)),
      (try test.pki.terminal(under: bare, [.canAllowed], payout: all), request([.canAllowed], all)),
      (try test.pki.terminal([.canAllowed], payout: .offline), request([.canAllowed], all)),
    ]
    for (credential, asked) in poor {
      let access = TerminalAccess(credential: credential, request: asked, chipTrust: nil)
      let opened = try await test.inPayout(try await test.withPIN(access))
      try await test.expect(.securityStatusNotSatisfied, .authorise(try test.order()), in: opened)
    }
    // *CAN allowed* not asked for.
    let access = TerminalAccess(credential: full, request: request([], all), chipTrust: nil)
    try await test.expect(
      .securityStatusNotSatisfied, .status, in: try await test.inPayout(try await test.withCAN(access)))
    // What is left stands in the certificate.
    let some: PayoutRights = [.online, .ceiling(3)]
    let confined = TerminalAccess(credential: full, request: request([.canAllowed], some), chipTrust: nil)
    let opened = try await test.inPayout(try await test.withPIN(confined))
    let certificate = try await test.certificate(try test.order(), in: opened)
    #expect(certificate.terminal.effectiveRights == [0, 0, 0, 0, 0x10, 0, 0x07, 0x01])
  }

  @Test("Chip Authentication within a payout session takes nothing away: rights, session and its one payout stay")
  func chipInPayout() async throws {
    let test = try await TestCard.make()
    let payout = TerminalAccess.payout(try test.pki.terminal())
    let access = TerminalAccess(
      credential: payout.credential, request: payout.request, chipTrust: test.chipTrust)
    let opened = try await test.inPayout(try await test.withPIN(access))
    let certificate = try await test.certificate(try test.order(), in: opened)
    #expect(certificate.sessionHash == Digest.sha256.hash(opened.ephemeralPoints))
    try await test.expect(.conditionsNotSatisfied, .authorise(try test.order(id: 2)), in: opened)
  }

  @Test("A new PACE over the session begins without what the terminal had proven in the old one")
  func newSession() async throws {
    let test = try await TestCard.make(identity: try IdentityTests.person())
    let credential = try test.pki.terminal([.canAllowed, .readAll], payout: TestPKI.allPayoutRights)
    let access = TerminalAccess(
      credential: credential, request: TerminalAccess.payout(credential).request, chipTrust: test.chipTrust)
    let opened = try await test.withPIN(access)
    let next = try await PACETerminal(opened.channel, parameters: .ecdhGMAES128(.p256))
      .run(.pin, password: TestCard.pin, over: test.channel).channel
    let before = test.storage.octets
    let forbidden = StatusWord.securityStatusNotSatisfied
    #expect(try await next.transmit(.cardSecurity).status == forbidden)
    #expect(try await next.transmit(.selectPayout).status == .success)
    #expect(try await next.transmit(.authorise(try test.order())).status == forbidden)
    #expect(try await next.transmit(.read(.photo)).status == forbidden)
    #expect(try await next.transmit(.selectIdentity).status == .success)
    #expect(try await next.transmit(.read(EIDDataGroup.givenNames)).status == forbidden)
    #expect(test.storage.octets == before)
  }

  @Test("No tap starts within ten minutes of a certificate's end, nor before its beginning")
  func margin() throws {
    let pki = try TestPKI()
    let (first, last) = (try pki.day(20_261_103), try pki.day(20_261_105))
    let access = TerminalAccess.payout(try pki.terminal(from: first, until: last))
    let start = TestCard.time + 2 * 86_400
    for (offset, may) in [
      (-1, false), (0, true), (3 * 86_400 - 601, true), (3 * 86_400 - 600, false), (3 * 86_400, false),
    ] as [(Int64, Bool)] {
      #expect(access.mayStart(at: start + offset) == may, "\(offset)")
    }
    let verifier = try pki.makeVerifier(until: 20_261_105)
    let short = TerminalAccess.payout(try pki.terminal(under: verifier))
    #expect(short.mayStart(at: start))
    #expect(!short.mayStart(at: start + 3 * 86_400 - 600))
  }
}
