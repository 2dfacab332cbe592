import Benefits
import CardApplication
import CardCrypto
import Ledger
import LedgerStore
import ServiceAPI
import VietnamReference

/// Completions and receipts, settlement and audit.
extension Centre {
  var issuer: IssuerAnswer { IssuerAnswer(completionKey: WireBytes(keys.completionPoint)) }

  /// Builds, signs and records the next completion of a card: its lines and what they hold now.
  func completion(card text: String, _ payload: KeyedPayload) async throws(Problem) -> Reply {
    let traceID = payload.traceID
    guard let number = CardNumber(text) else { throw Problem(code: .malformedRequest, traceID: traceID) }
    let card = try await knownCard(text, traceID)
    let serial = try await allotSerial(number, payload)
    let items = try await read(traceID) { () throws(LedgerStoreError) in
      try await store.payable(card: number.digits) ?? []
    }
    let lines = try await read(traceID) { () throws(LedgerStoreError) in
      try await store.lines(card: number.digits) ?? []
    }
    let acknowledged = try await read(traceID) { () throws(LedgerStoreError) in
      try await store.contiguousCounter(card: number.digits)
    }
    let generation = try await acknowledgedGeneration(card, traceID)
    var order = CompletionOrder(
      cardNumber: number, issuerKeyID: keyIdentifier(ofPoint: keys.completionPoint), serial: serial,
      acknowledgedCounter: acknowledged, issuerTime: now, state: card.state.completion,
      lines: lines.prefix(CompletionOrder.maximumLines).map { line in
        CompletionLine(
          line: line.line, programme: line.programme, province: UInt8(line.homeProvince) ?? 0, status: .active)
      }, acknowledgedGeneration: generation,
      // A card that is not its holder's any more, or may not be, tells nobody what the holder has.
      snapshot: (card.state == .active ? lines : []).prefix(CompletionOrder.maximumLines).map { line in
        let amount = items.filter { $0.line == line.line }.reduce(0) { $0 + $1.amount }
        return SnapshotLine(line: line.line, amount: amount, date: 0)
      })
    guard let minimum = minimumVerifierDate() else { throw Problem(code: .unavailable, traceID: traceID) }
    order.minimumVerifierDate = minimum
    guard let signed = try? SignedLayout(signing: order.body, with: keys.completion) else {
      throw Problem(code: .unavailable, traceID: traceID)
    }
    let command = CompletionIssue(
      card: number.digits, serial: serial, body: signed.body, signature: signed.signature,
      authorityEnds: Self.authorityEnds(order.offlineUntil))
    return await submit(.issueCompletion(command), payload, scope: "completions/\(number.digits)") { _ in
      CompletionAnswer(serial: serial, completion: WireBytes(signed.bytes))
    }
  }

  private func allotSerial(_ number: CardNumber, _ payload: KeyedPayload) async throws(Problem) -> UInt32 {
    let request = LedgerRequest(
      idempotencyKey: "serials/\(number.digits)/\(payload.key)", payloadHash: Digest.sha256.hash(payload.octets),
      command: .allotCompletionSerial(card: number.digits), receivedAt: clock()
    ) { _ in (200, []) }
    let outcome = try await read(payload.traceID) { () throws(LedgerStoreError) in
      try await writer.submit(request).outcome
    }
    guard case .serialAllotted(let serial) = outcome else {
      throw Problem(code: outcome.refusal?.code.problem ?? .unavailable, traceID: payload.traceID)
    }
    return serial
  }

  func receipt(_ request: ReceiptRequest, _ payload: KeyedPayload) async throws(Problem) -> Reply {
    let traceID = payload.traceID
    guard let (receipt, signed) = try? CardApplication.CompletionReceipt.parse(request.receipt.octets) else {
      throw Problem(code: .malformedRequest, traceID: traceID)
    }
    let number = receipt.cardNumber.digits
    let card = try await read(traceID) { () throws(LedgerStoreError) in try await store.card(number) }
    guard let card else { throw Problem(code: .unknownCard, traceID: traceID) }
    guard let key = try? ECPublicKey(.p256, point: card.publicKey), signed.isSigned(by: key) else {
      throw Problem(code: .signatureInvalid, traceID: traceID)
    }
    let command = Ledger.CompletionReceipt(card: number, serial: receipt.serial, receipt: signed.bytes)
    return await submit(.recordReceipt(command), payload, scope: "receipts") { _ in RegisteredAnswer() }
  }

  func settlement(window: String, traceID: String) async throws(Problem) -> SettlementAnswer {
    _ = try month(window, traceID)
    let rows = try await read(traceID) { () throws(LedgerStoreError) in
      try await store.settlement(window: window)
    }
    return SettlementAnswer(
      window: window,
      lines: rows.map { row in
        SettlementLine(
          homeUnit: row.home.text, hostUnit: row.host.text, funder: row.funder.text, count: row.count,
          amount: row.amount)
      })
  }

  /// Re-reads everything: chain, roots, double entry, and the signature of every payout's certificate.
  func audit(traceID: String) async throws(Problem) -> AuditAnswer {
    let chain = auditedAnchors
    let report = try await read(traceID) { () throws(LedgerStoreError) in
      try await store.audit(alone: auditsAlone) { payout in PayoutEvidence.verifies(payout) }
    }
    let master: AnchorCheck?
    if let chain { master = try await audit(chain, traceID: traceID) } else { master = nil }
    let problems = report.problems + (master?.problems ?? [])
    return AuditAnswer(
      batches: report.batches, leaves: report.leaves, accounts: report.accounts, payouts: report.payouts,
      headSequence: report.headSequence, headHash: hexText(report.headHash),
      problemCount: report.problemCount + (master?.problemCount ?? 0),
      problems: problems.prefix(AuditReport.keptProblems).map { problem in
        AuditFinding(check: problem.check.rawValue, place: problem.place)
      },
      withoutTerms: report.withoutTerms > 0 ? report.withoutTerms : nil, anchors: master?.count,
      anchored: master?.sequence)
  }
}
