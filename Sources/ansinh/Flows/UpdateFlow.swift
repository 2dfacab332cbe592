import CardApplication
import CardCrypto
import Foundation
import ISO7816
import Issuance
import PayoutPoint
import ServiceAPI
import VietnamReference

/// Updates of delivered cards: from the office to the centre, and back as what the cards have proven.
struct UpdateFlow: Sendable {
  let office: UpdateOffice
  let client: ServiceClient

  /// The office of this state.
  ///
  /// - Throws: ``UsageError/noOffice(home:)`` where none has worked yet.
  init(_ home: StateHome, _ client: ServiceClient, _ keys: OfficeKeyOptions) throws {
    guard FileManager.default.fileExists(atPath: home.office) else { throw UsageError.noOffice(home: home.path) }
    let store = try OfficeStore(folder: home.office)
    let custodian = try IssueFlow.keys(home).open(
      budget: OfficeSessionBudget(store), passphrase: { try keys.passphrase() })
    let policy = try CardProfile.adult().policy
    office = UpdateOffice(
      store: store,
      sessions: CustodianSessions(
        custodian, length: policy.scp03KeyLength, job: "updates-" + (Clock.today?.iso ?? "")),
      mode: policy.scp03Mode, clock: { Clock.seconds })
    self.client = client
  }

  /// Hands a script to the centre, under an id that was kept before.
  func post(_ update: OfficeUpdate) async throws {
    let request = CardUpdateRequest(
      id: WireBytes(update.id), serial: update.serial, kind: update.kind, script: WireBytes(update.script))
    _ = try await client.post(
      "/v1/cards/\(update.card)/updates", key: update.id.hex, request, RegisteredAnswer.self)
    try office.store.markPosted(update.id)
  }

  /// Looks after every update on its way: posts what the centre does not have, judges what terminals have reported, and
  /// posts the scripts that were made anew.
  func settle() async throws -> [(update: OfficeUpdate, outcome: UpdateOutcome)] {
    var settled: [(OfficeUpdate, UpdateOutcome)] = []
    for update in try office.store.waitingUpdates() {
      guard update.isPosted else {
        try await post(update)
        settled.append((update, .waiting))
        continue
      }
      let answer = try await client.get("/v1/card-updates/\(update.id.hex)", CardUpdateAnswer.self)
      let outcome = try office.judge(
        update, reports: answer.results.map(\.answers.octets), actor: NSUserName())
      if case .remade(let next) = outcome { try await post(next) }
      settled.append((update, outcome))
    }
    return settled
  }
}
