import Ledger
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
}
