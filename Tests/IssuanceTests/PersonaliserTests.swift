import CardApplication
import CardCrypto
import CardTerminal
import CardTestSupport
import CentreTestSupport
import ISO7816
import SecureChannel
import SoftCard
import Synchronization
import Testing

@testable import Issuance

/// What a card is given besides its files, and what it is worth before it has all of it.
@Suite("Personalisation")
struct PersonaliserTests {
  private static let pin = SecretBytes(Array("246810".utf8))

  private struct Desk {
    let folder: ScratchFolder
    let pki: TestPKI
    let trust: CardTrust
    let personaliser: Personaliser
    let order: PersonalisationOrder

    init(seed: UInt64 = 1) throws {
      folder = try ScratchFolder()
      pki = try TestPKI(from: 20_260_101)
      let custodian = try SoftwareKeyCustodian(path: folder.path + "/custodian.keys", issuerName: "Test issuer")
      trust = try .test(custodian, pki)
      personaliser = Personaliser(
        custodian: custodian, profile: try CardProfile.adult(),
        completionKey: IssuerKey(
          use: .completion, validFrom: CardDate(unixTime: TestClock.start),
          point: try ECPrivateKey(generate: .p256).publicKey.point),
        trust: trust, transportKey: SoftCard.transportKey, transportVersion: SoftCard.transportKeyVersion,
        random: SeededRandom(seed: seed))
      let applicant = TestCentre.applicant(1)
      let holder = try #require(applicant.holder)
      var order = PersonalisationOrder(
        cardNumber: try #require(CardNumber(sequence: 1)), holder: holder, province: 19, time: TestClock.start)
      order.identity = applicant.identity(
        holder, from: order.time, until: order.cardInfo(try CardProfile.adult()).validUntil)
      self.order = order
    }

    /// The same desk at the same moment, for another card: the random octets begin anew.
    func again(seed: UInt64 = 1) throws -> Personaliser {
      let custodian = try SoftwareKeyCustodian(path: folder.path + "/custodian.keys", issuerName: "Test issuer")
      return Personaliser(
        custodian: custodian, profile: try CardProfile.adult(),
        completionKey: IssuerKey(
          use: .completion, validFrom: CardDate(unixTime: TestClock.start),
          point: try ECPrivateKey(generate: .p256).publicKey.point),
        trust: trust, transportKey: SoftCard.transportKey, transportVersion: SoftCard.transportKeyVersion,
        random: SeededRandom(seed: seed))
    }

    var chipTrust: TerminalAccess.ChipTrust {
      TerminalAccess.ChipTrust(issuers: [trust.issuer], time: TestClock.start)
    }

    func make() async throws -> (SoftCard, PersonalisedCard) {
      let card = try SoftCard(storage: MemoryCardStorage())
      let made = try await personaliser.personalise(SoftCardChannel(card), order)
      await card.reset()
      return (card, made)
    }
  }

  @Test("The trust anchor is the one given: its terminals are believed, another CVCA's are not")
  func anchor() async throws {
    let desk = try Desk()
    let (card, made) = try await desk.make()
    let access = TerminalAccess.payout(try desk.pki.terminal(.canAllowed))
    let session = try await CardSession.open(
      SoftCardChannel(card), .can, password: made.secrets.can, terminal: access)
    #expect(try await session.status().counter == 0)
    await card.reset()
    let other = TerminalAccess.payout(try TestPKI(from: 20_260_101).terminal(.canAllowed))
    do throws(CardSessionError) {
      _ = try await CardSession.open(SoftCardChannel(card), .can, password: made.secrets.can, terminal: other)
      Issue.record("believed")
    } catch {
      guard case .eac = error else {
        Issue.record("\(error)")
        return
      }
    }
  }

  @Test("EF.CardSecurity is signed by the issuer, repeats what EF.CardAccess offers, and has a key of this card alone")
  func cardSecurity() async throws {
    let desk = try Desk()
    var points: Set<[UInt8]> = []
    for _ in 0..<2 {
      let (card, made) = try await desk.make()
      let access = TerminalAccess.identity(try desk.pki.terminal([.canAllowed, .readAll]), desk.chipTrust)
      let opened = try await OpenedCard.open(
        SoftCardChannel(card), .can, password: made.secrets.can, terminal: access)
      let file = try await opened.channel.transmit(
        CommandAPDU(ins: 0xB0, p1: 0x80 | 0x1D, expectedLength: 65_536))
      #expect(file.status == .success)
      let content = try SignedData.verify(
        file.data, contentType: SignedData.securityObject, trusted: [desk.trust.issuer], at: TestClock.start)
      let signed = try SecurityInfos(parsing: content)
      let offered = try await SoftCardChannel(card).transmit(
        CommandAPDU(ins: 0xB0, p1: 0x80 | CardAccess.shortIdentifier, expectedLength: 256))
      let open = try SecurityInfos(parsing: offered.data)
      #expect(signed.pace == open.pace && signed.chipAuthentication == open.chipAuthentication)
      #expect(signed.hasTerminalAuthentication && open.hasTerminalAuthentication)
      #expect(open.chipPublicKeys.isEmpty, "nothing unique to a card before PACE")
      let key = try #require(signed.chipPublicKeys.first)
      #expect(signed.chipPublicKeys.count == 1 && key.curve.isValid(key.point))
      points.insert(key.point)
      let stranger = try SoftwareKeyCustodian(path: desk.folder.path + "/other.keys", issuerName: "Test issuer")
      #expect(throws: (any Error).self) {
        try SignedData.verify(
          file.data, contentType: SignedData.securityObject, trusted: [try CardTrust.test(stranger).issuer],
          at: TestClock.start)
      }
    }
    #expect(points.count == 2)
  }

  @Test("The eID application holds what the office knows of the applicant, and only terminals with the right read it")
  func identity() async throws {
    let desk = try Desk()
    let (card, made) = try await desk.make()
    let content = try #require(desk.order.identity)
    #expect(content.familyNames == "Nguyễn" && content.givenNames == "Thị Hòa" && content.sex == .female)
    #expect(content.dateOfBirth.yyyymmdd == 19_520_517 && content.dateOfIssuance.yyyymmdd == 20_261_105)
    let groups = EIDDataGroup.allCases.filter { $0 != .reserved }
    let channel = SoftCardChannel(card)
    let reader = TerminalAccess.identity(try desk.pki.terminal([.canAllowed, .readAll]), desk.chipTrust)
    let opened = try await OpenedCard.open(channel, .can, password: made.secrets.can, terminal: reader)
    let record = try await opened.identity(groups)
    #expect(
      try record.groups.sorted { $0.rawValue < $1.rawValue }
        == content.dataGroups.keys.sorted { $0.rawValue < $1.rawValue })
    for (group, file) in try content.dataGroups {
      #expect(try record[group]?.encode() == file, "\(group)")
    }
    await card.reset()
    let one = TerminalAccess.identity(
      try desk.pki.terminal([.canAllowed, .read(dataGroup: 8)]), desk.chipTrust)
    let limited = try await OpenedCard.open(channel, .can, password: made.secrets.can, terminal: one)
    #expect(try await limited.identity([.dateOfBirth]).groups == [.dateOfBirth])
    await #expect(throws: CardSessionError.self) { try await limited.identity([.givenNames]) }
  }

  @Test("One word is a given name; a personal ID that is none, and a birth date of zeros, give no identity")
  func names() throws {
    var applicant = TestCentre.applicant(1)
    let until = try #require(CardDate(yyyymmdd: 20_361_105))
    func identity() throws -> EIDContent? {
      applicant.identity(try #require(applicant.holder), from: TestClock.start, until: until)
    }
    applicant.name = "  Hòa "
    #expect(try identity()?.familyNames == "" && identity()?.givenNames == "Hòa")
    applicant.name = "Nguyễn  Thị  Hòa"
    #expect(try identity()?.familyNames == "Nguyễn" && identity()?.givenNames == "Thị Hòa")
    applicant.personalID = "003052000001"
    #expect(try identity()?.sex == .male)
    applicant.personalID = "00315200000"
    #expect(try identity() == nil)
  }

  @Test("Cut off at every APDU, before it or before its answer: none of the card's secrets opens it, until it is made")
  func cut() async throws {
    let desk = try Desk()
    let counter = CutChannel(SoftCardChannel(try SoftCard(storage: MemoryCardStorage())), at: .max, .beforeCommand)
    // The random octets of each run are the same, and with them the secrets.
    let whole = try await desk.personaliser.personalise(counter, desk.order)
    let count = counter.exchanges
    #expect(count == 11)
    for number in 1...count {
      for moment in CutChannel.Moment.allCases {
        let storage = TestStorage()
        let card = try SoftCard(storage: storage)
        let channel = CutChannel(SoftCardChannel(card), at: number, moment)
        await #expect(throws: PersonalisationError.self) {
          try await desk.again().personalise(channel, desk.order)
        }
        let powered = try SoftCard(storage: storage)
        // What the last command did is done; only its answer is missing.
        guard !(number == count && moment == .beforeAnswer) else {
          #expect(await powered.isDelivered)
          continue
        }
        #expect(await !powered.isDelivered)
        try await expectUseless(powered, whole, "\(number) of \(count), \(moment)")
        await powered.reset()
        let made = try await desk.again(seed: 2).personalise(SoftCardChannel(powered), desk.order)
        await powered.reset()
        try await desk.personaliser.readBack(SoftCardChannel(powered), desk.order, made)
      }
    }
  }

  private func expectUseless(_ card: SoftCard, _ whole: PersonalisedCard, _ note: Comment) async throws {
    let channel = SoftCardChannel(card)
    await #expect(throws: CardSessionError.self, note) {
      try await OpenedCard.open(channel, .can, password: whole.secrets.can)
    }
    await #expect(throws: CardSessionError.self, note) {
      try await OpenedCard.open(channel, .pin, password: whole.secrets.pin)
    }
    await #expect(throws: CardSessionError.self, note) {
      try await OpenedCard.open(channel, .puk, password: whole.secrets.puk)
    }
    for name in [ApplicationName.payout, ApplicationName.eID] {
      let answer = try await channel.transmit(CommandAPDU(ins: 0xA4, p1: 0x04, data: name, expectedLength: 256))
      #expect(!answer.status.isSuccess, note)
    }
  }
}

/// The way to a card that is taken away during one exchange.
private final class CutChannel: CardChannel {
  enum Moment: CaseIterable, Sendable { case beforeCommand, beforeAnswer }

  private let base: any CardChannel
  private let place: Int
  private let moment: Moment
  private let count = Mutex(0)

  /// Taken away during exchange `place`, counted from 1.
  init(_ base: any CardChannel, at place: Int, _ moment: Moment) {
    (self.base, self.place, self.moment) = (base, place, moment)
  }

  var exchanges: Int { count.withLock { $0 } }

  func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    let number = count.withLock { count in
      count += 1
      return count
    }
    guard number < place || (number == place && moment == .beforeAnswer) else { throw .cardLost(.removed) }
    let response = try await base.transmit(command)
    guard number < place else { throw .cardLost(.removed) }
    return response
  }
}
