import Hummingbird
import ServiceAPI

/// Paths of what offices decide about payouts.
extension Routes {
  func addCounter(_ router: Router<BasicRequestContext>) {
    keyed(router, "/v1/payouts/:id/reversal", of: "id", ReversalRequest.self) {
      (id, request, payload) async throws(Problem) in
      try await centre.reverse(payout: id, request, payload)
    }
  }
}
