import CardCrypto
import Ledger
import LedgerStore
import ServiceAPI

/// Scripts of the issuing office on their way to cards. The centre carries them and can't read them.
extension Centre {
  func postUpdate(card: String, _ request: CardUpdateRequest, _ payload: KeyedPayload) async -> Reply {
    let command = CardUpdatePost(
      id: request.id.octets, card: card, serial: request.serial, kind: request.kind, script: request.script.octets)
    // The card is in the path, not in the body: it is part of what the key was used for.
    let whole = payload.after(Array(card.utf8))
    return await submit(.postCardUpdate(command), whole, scope: "card-updates") { _ in RegisteredAnswer() }
  }

  /// What waits for a card, for a registered terminal that is not revoked.
  func pendingUpdates(
    card: String, terminal keyHash: [UInt8], traceID: String
  ) async throws(Problem) -> PendingUpdatesAnswer {
    guard keyHash.count == Digest.sha256.length else { throw Problem(code: .malformedRequest, traceID: traceID) }
    try require(terminal: keyHash, traceID)
    let known = try await read(traceID) { () throws(LedgerStoreError) in try await store.card(card) }
    guard known != nil else { throw Problem(code: .unknownCard, traceID: traceID) }
    let terminal = try await read(traceID) { () throws(LedgerStoreError) in try await store.terminal(keyHash) }
    guard let terminal else { throw Problem(code: .unknownTerminal, traceID: traceID) }
    guard terminal.revokedAt == nil else { throw Problem(code: .terminalRevoked, traceID: traceID) }
    let update = try await read(traceID) { () throws(LedgerStoreError) in
      try await store.pendingUpdate(card: card, terminal: keyHash)
    }
    return PendingUpdatesAnswer(
      updates: update.map {
        [CardUpdateRequest(id: WireBytes($0.id), serial: $0.serial, kind: $0.kind, script: WireBytes($0.script))]
      } ?? [])
  }

  func reportUpdate(_ id: [UInt8], _ request: CardUpdateResultRequest, _ payload: KeyedPayload) async -> Reply {
    guard Caller.current.isTerminal(request.terminalKeyHash.octets) else {
      return .problem(Problem(code: .notTheTerminal, traceID: payload.traceID))
    }
    let command = CardUpdateReport(
      id: id, terminal: request.terminalKeyHash.octets, answers: request.answers.octets)
    let whole = payload.after(id)
    return await submit(.reportCardUpdate(command), whole, scope: "card-update-results") { _ in RegisteredAnswer() }
  }

  func cardUpdate(_ id: [UInt8], traceID: String) async throws(Problem) -> CardUpdateAnswer {
    let update = try await read(traceID) { () throws(LedgerStoreError) in try await store.cardUpdate(id) }
    guard let update else { throw Problem(code: .notFound, traceID: traceID) }
    return CardUpdateAnswer(
      cardNumber: update.card, serial: update.serial, isSuperseded: update.isSuperseded,
      results: update.results.map {
        CardUpdateResultRequest(terminalKeyHash: WireBytes($0.terminal), answers: WireBytes($0.answers))
      })
  }
}
