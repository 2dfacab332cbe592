import Hummingbird
import ServiceAPI

/// Paths of what offices decide about payouts.
extension Routes {
  func addCounter(_ router: Router<BasicRequestContext>) {
    keyed(router, "/v1/payouts/:id/reversal", of: "id", ReversalRequest.self) {
      (id, request, payload) async throws(Problem) in
      try await centre.reverse(payout: id, request, payload)
    }
    router.get("/v1/cards/:number/counter") { _, context in
      let trace = Self.traceID()
      let number = context.parameters.get("number") ?? ""
      return try await answer(trace) { () throws(Problem) in
        .ok(try await centre.counter(card: number, traceID: trace))
      }
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
    keyed(router, "/v1/payout-limits", PayoutLimitsRequest.self) { await centre.set($0, $1) }
    router.get("/v1/payout-limits") { _, _ in
      let trace = Self.traceID()
      return try await answer(trace) { () throws(Problem) in .ok(try await centre.payoutLimits(traceID: trace)) }
    }
    addTransfers(router)
    addShifts(router)
  }

  private func addTransfers(_ router: Router<BasicRequestContext>) {
    keyed(router, "/v1/transfers", TransferOrderRequest.self) { (request, payload) async throws(Problem) in
      try await centre.order(request, payload)
    }
    keyed(router, "/v1/transfers/:reference/return", of: "reference", TransferReturnRequest.self) {
      await centre.takeIn(transfer: $0, $1, $2)
    }
    keyed(router, "/v1/transfer-statements", TransferStatementRequest.self) { await centre.settle($0, $1) }
    router.get("/v1/transfers") { request, _ in
      let trace = Self.traceID()
      let after = request.uri.queryParameters["after"].map(String.init) ?? ""
      return try await answer(trace) { () throws(Problem) in
        .ok(try await centre.transfers(after: after, traceID: trace))
      }
    }
    router.get("/v1/cashless/:window") { _, context in
      let trace = Self.traceID()
      let window = context.parameters.get("window") ?? ""
      return try await answer(trace) { () throws(Problem) in
        .ok(try await centre.cashless(window: window, traceID: trace))
      }
    }
  }

  private func addShifts(_ router: Router<BasicRequestContext>) {
    keyed(router, "/v1/shifts", ShiftRequest.self) { await centre.open($0, $1) }
    keyed(router, "/v1/shifts/:id/top-ups", of: "id", ShiftAmountRequest.self) { await centre.topUp(shift: $0, $1, $2) }
    keyed(router, "/v1/shifts/:id/closing", of: "id", ShiftAmountRequest.self) { await centre.close(shift: $0, $1, $2) }
    router.get("/v1/shifts") { request, _ in
      let trace = Self.traceID()
      let agent = request.uri.queryParameters["agent"].map(String.init) ?? ""
      let point = request.uri.queryParameters["point"].map(String.init) ?? ""
      return try await answer(trace) { () throws(Problem) in
        .ok(try await centre.openShifts(agent: agent, point: point, traceID: trace))
      }
    }
  }
}
