import CardApplication
import CardCrypto
import CardTerminal
import CardTestSupport
import ISO7816
import Issuance
import SecureChannel
import SoftCard
import Testing

/// `card-application` §2, row PIN, and §10: delivered, active.
@Suite("The PIN's life")
struct PINLifeTests {
  private func manager(_ test: TestCard, rights: AuthenticationTerminalRights = .pinManagement) throws -> TerminalAccess
  {
    .pinManagement(try test.pki.terminal(rights, payout: []), test.chipTrust)
  }

  /// What the card's next certificate says of the PIN.
  private func certificate(_ test: TestCard, pin: String, id: UInt8) async throws -> PayoutCertificate {
    await test.card.reset()
    let terminal = TerminalAccess.payout(try test.pki.terminal())
    let opened = try await OpenedCard.open(
      test.channel, .pin, password: SecretBytes(Array(pin.utf8)), terminal: terminal)
    return try await test.certificate(try test.order(id: id), in: try await test.inPayout(opened))
  }

  @Test("The transport PIN opens nothing but the choice of the PIN, also to a terminal with every payout right")
  func transportPIN() async throws {
    let test = try await TestCard.make(identity: try IdentityTests.person(), isActive: false)
    let terminal = TerminalAccess.payout(
      try test.pki.terminal([.canAllowed, .readAll], payout: TestPKI.allPayoutRights))
    let identity = TerminalAccess.identity(try test.pki.terminal([.canAllowed, .readAll]), test.chipTrust)
    for access in [nil, terminal, identity] {
      let opened = try await test.withTransportPIN(access)
      try await test.expect(.securityStatusNotSatisfied, .selectPayout, in: opened)
      for command in [
        .authorise(try test.order()), .complete(try test.sign(test.completion())), .status, .lastCertificate(1),
      ] as [CommandAPDU] {
        try await test.expect(.conditionsNotSatisfied, command, in: opened)
      }
      try await test.expect(.success, .selectIdentity, in: opened)
      for group in EIDDataGroup.allCases {
        try await test.expect(.securityStatusNotSatisfied, .read(group), in: opened)
      }
      try await test.expect(.securityStatusNotSatisfied, .unblock, in: opened)
    }
    let opened = try await test.withTransportPIN()
    try await test.expect(.success, .setPIN("246810"), in: opened)
    // What was opened with the transport PIN stays opened with it.
    try await test.expect(.securityStatusNotSatisfied, .selectPayout, in: opened)
  }

  @Test("Before the first PIN the card takes no completion and authorises nothing, not by override either")
  func inactive() async throws {
    let test = try await TestCard.make(isActive: false)
    let rights: PayoutRights = [.online, .override]
    let opened = try await test.inPayout(
      try await test.withCAN(.payout(try test.pki.terminal([.canAllowed], payout: rights))))
    try await test.expect(.conditionsNotSatisfied, .complete(try test.sign(test.completion())), in: opened)
    let order = try Orders.make(entries: [Orders.entry(1_000)], override: Orders.reason)
    try await test.expect(.conditionsNotSatisfied, .authorise(order), in: opened)
  }

  @Test("The first PIN activates the card; its generation, its setter and its end as transport PIN are seen")
  func firstPIN() async throws {
    let test = try await TestCard.make(isActive: false)
    try await test.expect(.success, .setPIN("135790"), in: try await test.withTransportPIN())
    await test.card.reset()
    do {
      _ = try await OpenedCard.open(test.channel, .pin, password: test.made.secrets.pin)
      Issue.record("the transport PIN is still one")
    } catch CardSessionError.pace(.wrongPassword(triesLeft: 2)) {}
    let certificate = try await certificate(test, pin: "135790", id: 1)
    #expect(certificate.pinGeneration == 2)
    #expect(certificate.acknowledgedGeneration == 0)
    #expect(certificate.pinOrigin == .holder)
    #expect(certificate.pinSetter.isEmpty)
    #expect(certificate.method == .pin)
  }

  @Test("The holder changes the PIN, at a terminal too, whose name the certificates carry from then on")
  func change() async throws {
    let test = try await TestCard.make()
    try await test.expect(.success, .setPIN("111111"), in: try await test.withPIN())
    let first = try await certificate(test, pin: "111111", id: 1)
    #expect((first.pinGeneration, first.pinOrigin, first.pinSetter) == (3, .holder, []))
    let terminal = try test.pki.terminal(sequence: 42)
    await test.card.reset()
    let opened = try await OpenedCard.open(
      test.channel, .pin, password: SecretBytes(Array("111111".utf8)), terminal: .payout(terminal))
    try await test.expect(.success, .setPIN("222222"), in: opened)
    let second = try await certificate(test, pin: "222222", id: 2)
    #expect((second.pinGeneration, second.pinOrigin) == (4, .holder))
    #expect(second.pinSetter == terminal.terminal.content.holder.octets)
    guard case .wrongPassword(triesLeft: 2)? = await test.pinError("111111") else { throw Unexpected() }
  }

  @Test("A change ends AUTHORISE for the session, and for no other")
  func changeEndsAuthorise() async throws {
    let test = try await TestCard.make()
    let opened = try await test.inPayout(try await test.atPoint())
    try await test.expect(.success, .setPIN("111111"), in: opened)
    try await test.expect(.conditionsNotSatisfied, .authorise(try test.order()), in: opened)
    #expect(try await certificate(test, pin: "111111", id: 1).counter == 1)
  }

  @Test("A terminal with PIN management sets the PIN after Chip Authentication; certificates say so")
  func setByTerminal() async throws {
    let test = try await TestCard.make()
    let access = try manager(test)
    let opened = try await test.withCAN(access)
    for wrong in ["24681", "2468101", ""] { try await test.expect(.wrongLength, .setPIN(wrong), in: opened) }
    try await test.expect(.success, .setPIN("333333"), in: opened)
    let certificate = try await certificate(test, pin: "333333", id: 1)
    #expect((certificate.pinGeneration, certificate.pinOrigin) == (3, .terminalRight))
    #expect(certificate.pinSetter == access.credential.terminal.content.holder.octets)
  }

  @Test("A change by PIN does not hide that a terminal set the one before, until the centre has acknowledged that one")
  func provenance() async throws {
    let test = try await TestCard.make()
    let access = try manager(test)
    try await test.expect(.success, .setPIN("333333"), in: try await test.withCAN(access))
    func change(_ old: String, _ new: String) async throws {
      await test.card.reset()
      let opened = try await OpenedCard.open(test.channel, .pin, password: SecretBytes(Array(old.utf8)))
      try await test.expect(.success, .setPIN(new), in: opened)
    }
    try await change("333333", "444444")
    let hidden = try await certificate(test, pin: "444444", id: 1)
    #expect((hidden.pinGeneration, hidden.pinOrigin) == (4, .terminalRight))
    #expect(hidden.pinSetter == access.credential.terminal.content.holder.octets)
    var order = test.completion(serial: 1, counter: 1)
    order.acknowledgedGeneration = 4
    try await test.complete(order)
    try await change("444444", "246810")
    let own = try await certificate(test, pin: "246810", id: 2)
    #expect((own.pinGeneration, own.pinOrigin, own.pinSetter) == (5, .holder, []))
  }

  @Test("An office may set the first PIN of a card, which activates it")
  func firstByTerminal() async throws {
    let test = try await TestCard.make(isActive: false)
    try await test.expect(.success, .setPIN("333333"), in: try await test.withCAN(try manager(test)))
    #expect(try await certificate(test, pin: "333333", id: 1).pinOrigin == .terminalRight)
  }

  @Test("Not before Chip Authentication, not without the right, not without a terminal")
  func notByOthers() async throws {
    let test = try await TestCard.make()
    let entitled = try manager(test)
    let none = try manager(test, rights: [.canAllowed, .readAll])
    let asked = RequestedAuthorization(HolderAuthorization(.terminal, [.canAllowed]))
    let confined = TerminalAccess(credential: entitled.credential, request: asked, chipTrust: test.chipTrust)
    let early = TerminalAccess(credential: entitled.credential, request: entitled.request, chipTrust: nil)
    for access in [nil, none, confined, early] {
      let opened = try await test.withCAN(access)
      try await test.expect(.securityStatusNotSatisfied, .setPIN("333333"), in: opened)
      try await test.expect(.securityStatusNotSatisfied, .unblock, in: opened)
    }
    #expect(await test.pinError("246810") == nil)
  }

  @Test("A PIN of another length or with another character than a digit is refused")
  func wrongForms() async throws {
    let test = try await TestCard.make(isActive: false)
    let opened = try await test.withTransportPIN()
    for wrong in ["", "12345", "1234567", "123456789012"] {
      try await test.expect(.wrongLength, .setPIN(wrong), in: opened)
    }
    for wrong in ["12345a", "1234 6", "12345/", "12345:", "１２"] {
      try await test.expect(.incorrectData, .setPIN(wrong), in: opened)
    }
    var other = CommandAPDU.setPIN("123456")
    for (p1, p2) in [(0x00, 0x03), (0x01, 0x03), (0x02, 0x02), (0x02, 0x04)] as [(UInt8, UInt8)] {
      (other.p1, other.p2) = (p1, p2)
      try await test.expect(.incorrectP1P2, other, in: opened)
    }
    try await test.expect(.success, .setPIN("123456"), in: opened)
  }

  @Test("A PIN that can't be kept is not set")
  func notKept() async throws {
    let test = try await TestCard.make()
    for late in [false, true] {
      let opened = try await test.withPIN()
      test.storage.fail(after: 0, late: late)
      #expect(try await opened.channel.transmit(.setPIN("999999")).status == .memoryFailure)
      test.storage.fail(after: nil)
      guard case .wrongPassword(triesLeft: 2)? = await test.pinError("999999") else { throw Unexpected() }
      #expect(await test.pinError("246810") == nil)
    }
    #expect(try await certificate(test, pin: "246810", id: 1).pinGeneration == 2)
  }

  @Test("Payout and PIN management in one request are refused, whatever the payout right")
  func bothRequested() async throws {
    let test = try await TestCard.make()
    let credential = try test.pki.terminal(.all, payout: TestPKI.allPayoutRights)
    for payout in [.online, .offline, .override, .ceiling(1)] as [PayoutRights] {
      let request = RequestedAuthorization(
        HolderAuthorization(.terminal, .pinManagement),
        extensions: [AuthorizationExtension(identifier: PayoutRights.identifier, bitmap: payout.octets)])
      let access = TerminalAccess(credential: credential, request: request, chipTrust: nil)
      do {
        _ = try await test.withCAN(access)
        Issue.record("both rights in one session")
      } catch CardSessionError.pace(.refused(step: "MSE:Set AT", .incorrectData)) {}
    }
  }

  struct Unexpected: Error {}
}
