import CardApplication
import CardCrypto
import CardTerminal
import Foundation
import ISO7816
import Issuance
import PayoutPoint
import SecureChannel
import ServiceAPI
import SoftCard
import VietnamReference

/// Software cards of sample people, whose holders have all chosen the same PIN, and a day's taps with them.
struct SampleCards: Sendable {
  /// A card and where its holder's benefits come from.
  struct Held: Codable, Sendable {
    let cardNumber: String
    let personalID: String
    let province: String
  }

  /// What became of a day's taps.
  struct Taps: Codable, Sendable {
    var paid = 0
    var amount: Int64 = 0
    /// Cards with nothing to collect.
    var empty = 0
    var seconds = 0.0
  }

  let home: StateHome
  let client: ServiceClient

  /// What every sample holder chooses: no secret, since nobody is the holder.
  static var pin: SecretBytes { SecretBytes(Array("246810".utf8)) }

  /// Makes, registers and activates a card for each of `people`.
  func make(_ people: [Applicant], _ output: Output) async throws -> [Held] {
    let office = try await IssueFlow(home: home, client: client).office()
    try office.store.take(people, time: Clock.seconds)
    _ = try await RegisterFlow(store: office.store, actor: "mẫu").run(
      records: try RegisterFlow.sampleRegister(people))
    var bar = ProgressBar(
      BilingualText(vi: "Thẻ mẫu", en: "Sample cards"), total: people.count, language: output.language,
      output: output.progress)
    var held: [Held] = []
    for person in people {
      guard let applicant = try office.store.waiting(personalID: person.personalID).first else { continue }
      let folder = home.card("mau-\(person.personalID)")
      let card = try await make(applicant, office, folder)
      held.append(Held(cardNumber: card.cardNumber.digits, personalID: person.personalID, province: person.province))
      bar.advance()
    }
    bar.finish()
    return held
  }

  private func make(_ applicant: Applicant, _ office: Office, _ folder: String) async throws -> PersonalisedCard {
    let storage = try FileCardStorage(folder: folder, durability: .deferred)
    let result = try await office.issue(applicant, on: SoftCardChannel(try SoftCard(storage: storage)))
    if let failure = result.registrationFailure { throw failure }
    let channel = SoftCardChannel(try SoftCard(storage: storage))
    let opened = try await OpenedCard.open(channel, .pin, password: result.card.secrets.pin)
    try await opened.setPIN(Self.pin)
    try storage.synchronise()
    return result.card
  }

  /// Pays each card whatever it can collect, at a point of another province than its own.
  func tap(_ cards: [Held], at points: [PointPlace], _ output: Output) async throws -> Taps {
    var flows: [PayFlow] = []
    for point in points {
      let flow = try await PayFlow(home: home, client: client, place: point)
      _ = try await flow.desk.recover()
      flows.append(flow)
    }
    var bar = ProgressBar(
      BilingualText(vi: "Chi trả", en: "Paying"), total: cards.count, language: output.language,
      output: output.progress)
    var taps = Taps()
    let start = ContinuousClock.now
    for (index, card) in cards.enumerated() {
      let away = flows.filter { $0.place.province != card.province }
      guard let flow = away.isEmpty ? flows.first : away[index % away.count] else { continue }
      let amount = try await pay(card, flow)
      taps.amount += amount
      taps.paid += amount > 0 ? 1 : 0
      taps.empty += amount > 0 ? 0 : 1
      bar.advance()
    }
    bar.finish()
    taps.seconds = ((ContinuousClock.now - start).milliseconds / 10).rounded() / 100
    return taps
  }

  /// One tap; đồng, 0 when nothing could be collected.
  private func pay(_ card: Held, _ flow: PayFlow) async throws -> Int64 {
    let payable = try await client.get("/v1/cards/\(card.cardNumber)/payable", [PayableLine].self)
    guard !payable.isEmpty else { return 0 }
    let storage = try FileCardStorage(folder: home.card("mau-\(card.personalID)"))
    let channel = SoftCardChannel(try SoftCard(storage: storage))
    let session = try await CardSession.open(channel, .pin, password: Self.pin, terminal: try flow.payoutAccess())
    return try await flow.desk.pay(session).amount
  }
}
