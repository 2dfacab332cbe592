import Ledger
import ServiceAPI

/// Decisions about lines and items.
extension Centre {
  func act(line text: String, _ request: LineActRequest, _ payload: KeyedPayload) async throws(Problem) -> Reply {
    var last: Period?
    if let given = request.lastPeriod { last = try period(given, payload.traceID) }
    guard let line = UInt32(text) else { throw Problem(code: .malformedRequest, traceID: payload.traceID) }
    let command = LineAct(
      line: line, kind: request.act.kind, lastPeriod: last, isMove: request.moved ?? false, hands: request.hands.hands)
    return await submit(act: .actOnLine(command), payload, scope: "line-acts/\(line)")
  }

  /// Submits a command whose outcome is an act.
  func submit(act command: LedgerCommand, _ payload: KeyedPayload, scope: String) async -> Reply {
    await submit(command, payload, scope: scope) { outcome in
      guard case .acted(let result) = outcome else { return nil }
      return ActAnswer(
        sequence: result.sequence, amount: result.amount,
        takenBack: result.takenBack.map {
          TakenBackAnswer(toLine: $0.toLine, toFund: $0.toFund, toAgent: $0.toAgent)
        },
        withdrawn: result.withdrawn.map { DeathWithdrawnAnswer(lines: $0.lines, cards: $0.cards) })
    }
  }

  /// A month of a request, year * 100 + month.
  func period(_ yyyymm: UInt32, _ traceID: String) throws(Problem) -> Period {
    guard let period = Int32(exactly: yyyymm).flatMap({ Period(yyyymm: $0) }) else {
      throw Problem(code: .malformedRequest, traceID: traceID)
    }
    return period
  }
}

extension HandsRequest {
  /// As the ledger takes it.
  var hands: ActHands { ActHands(maker: maker, checker: checker ?? "", office: office, reason: reason) }
}

extension LineActName {
  var kind: EntitlementActKind {
    switch self {
    case .suspend: .lineSuspended
    case .resume: .lineResumed
    case .end: .lineEnded
    }
  }
}
