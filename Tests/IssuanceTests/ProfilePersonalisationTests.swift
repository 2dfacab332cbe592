import CardApplication
import CardCrypto
import CardTerminal
import CardTestSupport
import CentreTestSupport
import ISO7816
import SecureChannel
import Testing

@testable import Issuance
@testable import SoftCard

extension SoftCard {
  fileprivate var policy: CardPolicy? { state.policy }
  fileprivate var cardInfo: [UInt8] { state.cardInfo }
  fileprivate var dataGroups: [UInt8] { state.identity.keys.sorted() }
}

/// Cards of every profile shipped.
@Suite("Personalisation by profile")
struct ProfilePersonalisationTests {
  private struct Desk {
    let folder: ScratchFolder
    let pki: TestPKI
    let personaliser: Personaliser
    let order: PersonalisationOrder

    init(_ profile: CardProfile, birthDate: UInt32) throws {
      folder = try ScratchFolder()
      pki = try TestPKI(from: 20_260_101)
      let custodian = try SoftwareKeyCustodian(path: folder.path + "/custodian.keys", issuerName: "Test issuer")
      personaliser = Personaliser(
        custodian: custodian, profile: profile,
        completionKey: IssuerKey(
          use: .completion, validFrom: CardDate(unixTime: TestClock.start),
          point: try ECPrivateKey(generate: .p256).publicKey.point),
        trust: try .test(custodian, pki), transportKey: SoftCard.transportKey,
        transportVersion: SoftCard.transportKeyVersion)
      let birth = try #require(CardDate(yyyymmdd: birthDate))
      var order = PersonalisationOrder(
        cardNumber: try #require(CardNumber(sequence: 1)),
        holder: Holder(name: "Nguyễn Thị Hòa", asciiName: "NGUYEN THI HOA", birthDate: birth), province: 19,
        time: TestClock.start)
      var identity = EIDContent(
        familyNames: "Nguyễn", givenNames: "Thị Hòa", sex: .female, dateOfBirth: birth,
        dateOfIssuance: CardDate(unixTime: TestClock.start), dateOfExpiry: order.cardInfo(profile).validUntil)
      identity.phoneNumber = EIDContent.telephoneURI(national: "0900000000")
      order.identity = identity
      self.order = order
    }
  }

  @Test(
    "A software card takes each profile, reads back as ordered, and has the data groups that the profile names",
    arguments: [
      (.adult, 20_361_105, true), (.child, 20_311_105, false), (.collector, 20_311_105, false),
      (.test, 20_270_203, true),
    ] as [(EmbeddedProfile, UInt32, Bool)])
  func made(_ name: EmbeddedProfile, _ until: UInt32, _ hasPhone: Bool) async throws {
    let profile = try name.profile()
    let desk = try Desk(profile, birthDate: name == .child ? 20_180_601 : 19_520_517)
    let card = try SoftCard(storage: MemoryCardStorage())
    let channel = SoftCardChannel(card)
    let made = try await desk.personaliser.personalise(channel, desk.order)
    await card.reset()
    try await desk.personaliser.readBack(
      channel, desk.order, made, terminal: .payout(try desk.pki.terminal(.canAllowed)))
    #expect(await card.policy == profile.policy)
    let info = try CardInfo(parsing: await card.cardInfo)
    #expect((info.profileID, info.profileVersion) == (profile.policy.profileID, profile.policy.profileVersion))
    #expect(info.validUntil.yyyymmdd == until)
    let groups = await card.dataGroups
    #expect(groups == [1, 2, 3, 4, 5, 8, 10, 11, 15] + (hasPhone ? [21] : []))
    await card.reset()
    let pin = SecretBytes(Array("246810".utf8))
    try await OpenedCard.open(channel, .pin, password: made.secrets.pin).setPIN(pin)
  }

  @Test("A card for a child ends before the last age; one who has it gets none, and the card stays fresh")
  func children() async throws {
    let profile = try EmbeddedProfile.child.profile()
    let nearly = try Desk(profile, birthDate: 20_120_301)
    #expect(nearly.order.cardInfo(profile).validUntil.yyyymmdd == 20_280_229)
    let grown = try Desk(profile, birthDate: 20_101_105)
    let card = try SoftCard(storage: MemoryCardStorage())
    do throws(PersonalisationError) {
      _ = try await grown.personaliser.personalise(SoftCardChannel(card), grown.order)
      Issue.record("made")
    } catch {
      guard case .outgrown = error else {
        Issue.record("\(error)")
        return
      }
    }
    _ = try await nearly.personaliser.personalise(SoftCardChannel(card), nearly.order)
  }

  @Test("A profile without the eID application makes a card without one")
  func withoutIdentity() async throws {
    let yaml = EmbeddedProfile.adult.yaml.replacing(#/ {2}eid: .*\n/#, with: "")
    let desk = try Desk(try CardProfile(yaml: yaml), birthDate: 19_520_517)
    let card = try SoftCard(storage: MemoryCardStorage())
    _ = try await desk.personaliser.personalise(SoftCardChannel(card), desk.order)
    #expect(await card.dataGroups.isEmpty)
  }
}
