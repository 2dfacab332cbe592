import Hummingbird
import ServiceAPI

/// Paths of what offices decide about payouts.
extension Routes {
  func addCounter(_ router: Router<BasicRequestContext>) {
    keyed(router, "/v1/payouts/:id/reversal", of: "id", ReversalRequest.self) {
      (id, request, payload) async throws(Problem) in
      try await centre.reverse(payout: id, request, payload)
    }
    router.post("/v1/collectables") { request, _ in
      let trace = Self.traceID()
      let octets = try await Self.body(request)
      return try await answer(trace) { () throws(Problem) in
        guard let question = try? WireJSON.decode(CollectableRequest.self, from: octets) else {
          throw Problem(code: .malformedRequest, traceID: trace)
        }
        return .ok(try await centre.collectables(question, traceID: trace))
      }
    }
    keyed(router, "/v1/hand-payouts", HandPayoutRequest.self) { (request, payload) async throws(Problem) in
      try await centre.payByHand(request, payload)
    }
  }
}
