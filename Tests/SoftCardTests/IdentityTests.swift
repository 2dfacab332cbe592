import CardApplication
import CardCrypto
import CardTerminal
import CardTestSupport
import ISO7816
import Issuance
import SecureChannel
import SoftCard
import Testing

/// `card-application` §1, row eID: each data group needs PACE, Terminal and Chip Authentication, and its right.
@Suite("The eID application")
struct IdentityTests {
  /// A person with every diacritic of a name.
  static func person() throws -> EIDContent {
    EIDContent(
      familyNames: "Nguyễn", givenNames: "Thị Hòa", sex: .female,
      dateOfBirth: try #require(CardDate(yyyymmdd: 19_520_517)),
      dateOfIssuance: try #require(CardDate(yyyymmdd: 20_261_101)),
      dateOfExpiry: try #require(CardDate(yyyymmdd: 20_361_101)))
  }

  private func reader(_ test: TestCard, _ rights: AuthenticationTerminalRights = .readAll) throws -> TerminalAccess {
    .identity(try test.pki.terminal(rights, payout: []), test.chipTrust)
  }

  @Test("A Vietnamese name is read as it was written, under the PIN and under an allowed CAN")
  func roundTrip() async throws {
    let person = try Self.person()
    let test = try await TestCard.make(identity: person)
    let groups = person.values.map(\.dataGroup)
    let opened = try await test.withPIN(try reader(test))
    let record = try await opened.identity(EIDDataGroup.allCases)
    #expect(record.fullName == "Nguyễn Thị Hòa")
    #expect(record == EIDRecord(person.values))
    #expect(record.groups == groups.sorted { $0.rawValue < $1.rawValue })
    let underCAN = try await test.withCAN(try reader(test, [.canAllowed, .readAll]))
    #expect(try await underCAN.identity(EIDDataGroup.allCases) == record)
  }

  @Test("Each group needs its own bit, in the certificate and in the request")
  func eachBit() async throws {
    let person = try Self.person()
    let test = try await TestCard.make(identity: person)
    let present = Set(person.values.map(\.dataGroup))
    for group in EIDDataGroup.allCases {
      let credential = try test.pki.terminal(.read(dataGroup: Int(group.rawValue)), payout: [])
      let opened = try await test.withPIN(.identity(credential, test.chipTrust))
      try await test.expect(.success, .selectIdentity, in: opened)
      for other in EIDDataGroup.allCases {
        let status: StatusWord =
          other != group ? .securityStatusNotSatisfied : present.contains(group) ? .success : .fileNotFound
        try await test.expect(status, .read(other), in: opened)
      }
    }
    // The certificate has them all; DG4 alone was asked for.
    let request = RequestedAuthorization(HolderAuthorization(.terminal, .read(dataGroup: 4)))
    let confined = TerminalAccess(
      credential: try test.pki.terminal(.readAll, payout: []), request: request, chipTrust: test.chipTrust)
    let opened = try await test.withPIN(confined)
    try await test.expect(.success, .selectIdentity, in: opened)
    try await test.expect(.success, .read(EIDDataGroup.givenNames), in: opened)
    try await test.expect(.securityStatusNotSatisfied, .read(EIDDataGroup.familyNames), in: opened)
    // By its file identifier too.
    let select = CommandAPDU(ins: 0xA4, p1: 0x02, data: [0x01, 0x05], expectedLength: 256)
    try await test.expect(.securityStatusNotSatisfied, select, in: opened)
  }

  @Test("Nothing before Chip Authentication, nothing without a terminal, nothing under a CAN that is not allowed")
  func notProven() async throws {
    let test = try await TestCard.make(identity: try Self.person())
    let full = try reader(test, [.canAllowed, .readAll])
    let early = TerminalAccess(credential: full.credential, request: full.request, chipTrust: nil)
    func refuses(_ opened: OpenedCard) async throws {
      try await test.expect(.success, .selectIdentity, in: opened)
      for group in EIDDataGroup.allCases {
        try await test.expect(.securityStatusNotSatisfied, .read(group), in: opened)
      }
    }
    try await refuses(try await test.withPIN())
    try await refuses(try await test.withPIN(early))
    try await refuses(try await test.withCAN())
    try await refuses(try await test.withCAN(early))
    try await refuses(try await test.withCAN(try reader(test)))
    // Before PACE the application is not there at all.
    await test.card.reset()
    #expect(await test.card.process(CommandAPDU.selectIdentity.bytes) == [0x6A, 0x82])
  }

  @Test("EF.CardSecurity is read after Terminal Authentication only, and believed from its issuer only")
  func cardSecurity() async throws {
    let test = try await TestCard.make()
    try await test.expect(.securityStatusNotSatisfied, .cardSecurity, in: try await test.withPIN())
    try await test.expect(.securityStatusNotSatisfied, .cardSecurity, in: try await test.withCAN())
    let file = try await test.expect(.success, .cardSecurity, in: try await test.atPoint())
    #expect(!file.isEmpty)
    let content = try SignedData.verify(
      file, contentType: SignedData.securityObject, trusted: [test.issuer], at: TestCard.time)
    let infos = try SecurityInfos(parsing: content)
    #expect(infos.chipPublicKeys.count == 1)
    let strange = try TestCard.issuer(try TestCard.custodian())
    let credential = try test.pki.terminal(.readAll, payout: [])
    do {
      _ = try await test.withPIN(
        .identity(credential, TerminalAccess.ChipTrust(issuers: [strange], time: TestCard.time)))
      Issue.record("another issuer's word on the chip's key was believed")
    } catch CardSessionError.eac(.cardSecurity) {}
  }
}
