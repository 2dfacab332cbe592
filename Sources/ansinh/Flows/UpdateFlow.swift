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
}

extension UpdateFlow: UpdateCarrier {
  func post(_ update: OfficeUpdate) async throws {
    let request = CardUpdateRequest(
      id: WireBytes(update.id), serial: update.serial, kind: update.kind, script: WireBytes(update.script))
    _ = try await client.post(
      "/v1/cards/\(update.card)/updates", key: update.id.hex, request, RegisteredAnswer.self)
  }

  func reports(_ update: OfficeUpdate) async throws -> [UpdateReport] {
    try await client.get("/v1/card-updates/\(update.id.hex)", CardUpdateAnswer.self).results.map {
      UpdateReport(terminal: $0.terminalKeyHash.octets, answers: $0.answers.octets)
    }
  }
}
