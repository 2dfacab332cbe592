package import CardApplication
package import CardCrypto
package import CardTerminal
package import CardTestSupport
import Foundation
import ISO7816
package import Issuance
package import PayoutPoint
import PopulationRegister
import SecureChannel
package import ServiceAPI
package import SoftCard
import TransactionService

/// A software card made by the issuing office.
package struct OfficeCard: Sendable {
  package let storage: TestStorage
  package let card: SoftCard
  package let made: PersonalisedCard
  package let pki: TestPKI
  /// What the holder chose.
  package static var pin: SecretBytes { SecretBytes(Array("246810".utf8)) }

  /// A payout session at `terminal`, with the holder's PIN; without a terminal the holder's own reader.
  package func session(_ terminal: Terminal? = nil) async throws -> CardSession {
    let access = try terminal.map { TerminalAccess.payout(try pki.terminal(key: $0.key)) }
    return try await CardSession.open(SoftCardChannel(card), .pin, password: Self.pin, terminal: access)
  }

  /// The holder chooses the PIN, which activates the card.
  package func activate() async throws {
    let opened = try await OpenedCard.open(SoftCardChannel(card), .pin, password: made.secrets.pin)
    try await opened.setPIN(Self.pin)
    await card.reset()
  }

  /// A second card with the very same state, as a cloned chip would have.
  package func clone() throws -> OfficeCard {
    let storage = storage.clone()
    return OfficeCard(storage: storage, card: try SoftCard(storage: storage), made: made, pki: pki)
  }
}

/// Registers cards over the service's client, or fails as long as it is told to.
package struct TestRegistry: CardRegistry {
  package let client: ServiceClient

  package init(client: ServiceClient) { self.client = client }

  package func register(
    _ number: CardNumber, holder: Applicant, certificate: [UInt8], replaces: ReplacedCard?
  ) async throws {
    let request = CardRequest(
      cardNumber: number.digits, personalID: holder.personalID, name: holder.name, birthDate: holder.birthDate,
      certificate: WireBytes(certificate), replaces: replaces)
    _ = try await client.post("/v1/cards", key: "card-\(number.digits)", request, RegisteredAnswer.self)
  }

  package func isRefusal(_ error: any Error) -> Bool {
    if case ServiceClientError.refused = error { true } else { false }
  }
}

extension OfficeStore {
  /// Takes people in and has a population register match all who are not yet: by real batches and answers of a register
  /// that knows everybody as the office does.
  package func takeMatched(_ people: [Applicant]) throws {
    try take(people)
    try matchAll()
  }

  /// Has a register that knows everybody as the office does match all who are unchecked.
  package func matchAll() throws {
    while let request = try askRegister(limit: 1_000, actor: "test", time: 0) {
      let questions = try RegisterDocument.readRequest(request.octets) { Digest.sha256.hash($0) }.questions
      let records = RegisterRecords(
        questions.map { RegisterRecord(personalID: $0.personalID, name: $0.name, birthDate: $0.birthDate) })
      _ = try takeAnswer(try records.answer(to: request.octets), actor: "test", time: 0)
    }
  }
}

extension TestCentre {
  package static func applicant(_ person: Int) -> Applicant {
    Applicant(
      personalID: ListRow.personalID(person), name: ListRow.name(person), asciiName: "NGUYEN THI HOA",
      birthDate: "1952-05-17", province: "19")
  }

  package func office(
    registry: (any CardRegistry)? = nil, custodian: (any KeyCustodian)? = nil,
    random: any RandomSource = SystemRandom()
  ) throws -> Office {
    let personaliser = Personaliser(
      custodian: custodian ?? self.custodian, profile: try CardProfile.adult(),
      completionKey: IssuerKey(
        use: .completion, validFrom: CardDate(unixTime: clock.seconds), point: keys.completionPoint),
      trust: CardTrust(anchor: pki.anchor, issuer: issuer),
      transportKey: SoftCard.transportKey, transportVersion: SoftCard.transportKeyVersion, random: random)
    let clock = clock
    return Office(
      store: try OfficeStore(folder: folder + "/office"), personaliser: personaliser,
      registry: registry ?? TestRegistry(client: client), clock: { clock.seconds })
  }

  /// Takes a person in, makes the card and registers it.
  package func issue(
    _ person: Int, _ office: Office, random: any RandomSource = SystemRandom()
  ) async throws -> OfficeCard {
    let storage = TestStorage()
    let card = try SoftCard(storage: storage, random: random)
    try office.store.takeMatched([Self.applicant(person)])
    let issued = try await office.issue(Self.applicant(person), on: SoftCardChannel(card))
    if let failure = issued.registrationFailure { throw failure }
    await card.reset()
    let made = OfficeCard(storage: storage, card: card, made: issued.card, pki: pki)
    try await made.activate()
    return made
  }

  /// A desk with a journal in a folder of its own.
  package func desk(_ terminal: Terminal, journal: Journal, client: ServiceClient? = nil) -> PayoutDesk {
    let clock = clock
    return PayoutDesk(
      terminal: terminal, journal: journal, client: client ?? self.client, clock: { clock.milliseconds })
  }
}
