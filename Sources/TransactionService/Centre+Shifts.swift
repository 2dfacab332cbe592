import Ledger
import LedgerStore
import ServiceAPI

/// Drawers and bags.
extension Centre {
  func open(_ request: ShiftRequest, _ payload: KeyedPayload) async -> Reply {
    let desk = ShiftDesk(
      agent: request.agent, point: request.point, terminal: request.terminalKeyHash?.octets ?? ShiftDesk.byHand)
    let opening = ShiftOpening(
      shift: request.shift.octets, kind: request.kind == .bag ? .bag : .counter, desk: desk, float: request.float,
      hands: request.hands.hands)
    return await submit(act: .openShift(opening), payload, scope: "shifts")
  }

  func topUp(shift text: String, _ request: ShiftAmountRequest, _ payload: KeyedPayload) async -> Reply {
    let topUp = ShiftTopUp(shift: Routes.octets(hex: text) ?? [], amount: request.amount, hands: request.hands.hands)
    return await submit(act: .topUpShift(topUp), payload, scope: "shift-top-ups/\(hexText(topUp.shift))")
  }

  func close(shift text: String, _ request: ShiftAmountRequest, _ payload: KeyedPayload) async -> Reply {
    let closing = ShiftClosing(
      shift: Routes.octets(hex: text) ?? [], counted: request.amount, hands: request.hands.hands)
    let reply = await submit(act: .closeShift(closing), payload, scope: "shift-closings/\(hexText(closing.shift))")
    if reply.problem == nil, !payload.isDryRun { await anchor(.close) }
    return reply
  }

  func openShifts(agent: String, point: String, traceID: String) async throws(Problem) -> [ShiftAnswer] {
    let shifts = try await read(traceID) { () throws(LedgerStoreError) in
      try await store.openShifts(agent: agent, point: point)
    }
    var answers: [ShiftAnswer] = []
    for shift in shifts {
      guard let expected = try? shift.sums.expected() else { throw Problem(code: .amountOverflow, traceID: traceID) }
      answers.append(
        ShiftAnswer(
          shift: WireBytes(shift.id), kind: shift.kind == .bag ? .bag : .counter,
          terminalKeyHash: WireBytes(shift.desk.terminal), clerk: shift.clerk, openedAt: shift.openedAt,
          float: shift.sums.float, added: shift.sums.added, paid: shift.sums.paid, returned: shift.sums.returned,
          expected: expected, silent: shift.silent))
    }
    return answers
  }
}
