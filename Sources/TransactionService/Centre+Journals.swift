import Ledger
import LedgerStore
import ServiceAPI

/// What terminals' journals say of the chain.
extension Centre {
  /// What a head says of the chain.
  private enum Comparison {
    case contained
    case lost
    case differs(ours: ChainHead?)
  }

  func reportHeads(_ request: LedgerHeadsRequest, _ payload: KeyedPayload) async throws(Problem) -> Reply {
    let traceID = payload.traceID
    let terminal = request.terminalKeyHash.octets
    let reported = request.heads.compactMap { SignedHead($0) }
    guard terminal.count == 32, reported.count == request.heads.count, reported.count <= LedgerHeadsRequest.mostHeads
    else { throw Problem(code: .malformedRequest, traceID: traceID) }
    try require(terminal: terminal, traceID)
    try await requireRegistered(terminal, traceID)
    guard let heads, reported.allSatisfy({ $0.isSigned(by: heads.publicKey) }) else {
      throw Problem(code: .signatureInvalid, traceID: traceID)
    }
    let restoration = try await restoration(traceID)
    var lost: [String] = []
    for head in reported {
      switch try await compare(head, restoration, traceID) {
      case .contained: break
      case .lost: lost.append(head.description)
      case .differs(let ours): return await contradict(head, ours, terminal, payload)
      }
    }
    let restorings = (restoration?.firsts ?? []).map(LedgerEpoch.init)
    let isAwaited = restoration.map { !$0.reported.contains(terminal) } ?? false
    guard isAwaited, request.isComplete else {
      return .ok(LedgerHeadsAnswer(lost: lost, restorings: restorings, isAwaited: isAwaited), status: 201)
    }
    let newest = reported.max { ($0.time, $0.sequence) < ($1.time, $1.sequence) }?.batch ?? "none"
    let act = ChainAct(
      .journalReported, terminal: terminal, content: "newest head \(newest)",
      hands: ChainAct.byItself("journal sent again after a restoring"))
    let answer = LedgerHeadsAnswer(lost: lost, restorings: restorings, isAwaited: false)
    return await settle(act, payload) { _ in answer }
  }

  private func requireRegistered(_ terminal: [UInt8], _ traceID: String) async throws(Problem) {
    let known = try await read(traceID) { () throws(LedgerStoreError) in try await store.terminal(terminal) }
    guard let known else { throw Problem(code: .unknownTerminal, traceID: traceID) }
    guard known.revokedAt == nil else { throw Problem(code: .terminalRevoked, traceID: traceID) }
  }

  private func compare(
    _ head: SignedHead, _ restoration: StoredRestoration?, _ traceID: String
  ) async throws(Problem) -> Comparison {
    guard head.sequence > 0 else { return .contained }
    let ours = try await read(traceID) { () throws(LedgerStoreError) in try await store.batch(head.sequence) }
    if let ours, ours.writer == head.writer, ours.epoch == head.epoch, ours.hash == head.hash { return .contained }
    return restoration?.explains(epoch: head.epoch, sequence: head.sequence) == true ? .lost : .differs(ours: ours)
  }

  /// Keeps for ever what a terminal holds and what the chain has in its place, and says so.
  private func contradict(
    _ head: SignedHead, _ ours: ChainHead?, _ terminal: [UInt8], _ payload: KeyedPayload
  ) async -> Reply {
    let chain = ours.map { "\($0.writer)/\($0.epoch)/\($0.sequence)/\(hexText($0.hash))" } ?? "none"
    let act = ChainAct(
      .headContradicted, terminal: terminal, content: "\(head.description) against \(chain)",
      hands: ChainAct.byItself("head of a journal is not the chain's"))
    return await submit(.actOnChain(act), payload, scope: "ledger-heads/\(hexText(terminal))") { _ in nil }
  }

  /// Two persons decide that a terminal's journal is not waited for any more.
  func waive(_ terminal: [UInt8], _ hands: HandsRequest, _ payload: KeyedPayload) async throws(Problem) -> Reply {
    guard terminal.count == 32 else { throw Problem(code: .malformedRequest, traceID: payload.traceID) }
    _ = try await restoration(payload.traceID)
    return await settle(ChainAct(.journalWaived, terminal: terminal, hands: hands.hands), payload) { outcome in
      guard case .acted(let result) = outcome else { return nil }
      return ActAnswer(sequence: result.sequence, amount: 0)
    }
  }

  /// Submits an act after which a terminal is not waited for.
  private func settle(
    _ act: ChainAct, _ payload: KeyedPayload,
    _ success: @escaping @Sendable (LedgerOutcome) -> (any Encodable & Sendable)?
  ) async -> Reply {
    let reply = await submit(
      .actOnChain(act), payload, scope: "ledger-journals/\(hexText(act.terminal))", success: success)
    if reply.problem == nil { journals.ended(act.terminal, isWaived: act.kind == .journalWaived) }
    return reply
  }

  func ledgerJournals(traceID: String) async throws(Problem) -> LedgerJournalsAnswer {
    let restoration = try await restoration(traceID)
    let awaited = try await read(traceID) { () throws(LedgerStoreError) in
      try await store.awaitedTerminals(limit: LedgerJournalsAnswer.mostTerminals)
    }
    return LedgerJournalsAnswer(
      restorings: (restoration?.firsts ?? []).map(LedgerEpoch.init),
      awaited: awaited.map { AwaitedJournal(keyHash: hexText($0.keyHash), agent: $0.agent, point: $0.point) },
      reported: restoration.map { $0.reported.union($0.waived).count } ?? 0)
  }
}

extension LedgerEpoch {
  /// The epoch that a batch is the first of.
  init(_ first: ChainHead) {
    self.init(writer: first.writer, epoch: first.epoch, firstSequence: first.sequence)
  }
}
