import Ledger
import LedgerStore
import ServiceAPI

/// What offices decide about payouts.
extension Centre {
  func reverse(
    payout text: String, _ request: ReversalRequest, _ payload: KeyedPayload
  ) async throws(Problem) -> Reply {
    guard let id = Routes.octets(hex: text), id.count == 16 else {
      throw Problem(code: .malformedRequest, traceID: payload.traceID)
    }
    let command = PayoutReversal(transactionID: id, hands: request.hands.hands)
    return await submit(act: .reversePayout(command), payload, scope: "reversals/\(hexText(id))")
  }

  func set(_ request: PayoutLimitsRequest, _ payload: KeyedPayload) async -> Reply {
    let limits = PayoutLimits(
      mostPerVisit: request.limits.mostPerVisit, visitsPerCardDay: request.limits.visitsPerCardDay,
      mostPerTerminalDay: request.limits.mostPerTerminalDay)
    let decision = PayoutLimitsDecision(limits: limits, hands: request.hands.hands)
    return await submit(act: .setPayoutLimits(decision), payload, scope: "payout-limits")
  }

  func payoutLimits(traceID: String) async throws(Problem) -> PayoutLimitsAnswer {
    let limits = try await read(traceID) { () throws(LedgerStoreError) in try await store.payoutLimits() }
    return PayoutLimitsAnswer(
      mostPerVisit: limits.mostPerVisit, visitsPerCardDay: limits.visitsPerCardDay,
      mostPerTerminalDay: limits.mostPerTerminalDay)
  }
}
