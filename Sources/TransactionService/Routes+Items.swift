import Hummingbird
import ServiceAPI

/// Paths of what happens to items besides payouts.
extension Routes {
  func addItems(_ router: Router<BasicRequestContext>) {
    addPeopleItems(router)
    keyed(router, "/v1/items/corrections", CorrectionRequest.self) { (request, payload) async throws(Problem) in
      try await centre.correct(request, payload)
    }
    keyed(router, "/v1/uncollected/acts", UncollectedActRequest.self) { (request, payload) async throws(Problem) in
      try await centre.act(request, payload)
    }
    keyed(router, "/v1/funding-returns", FundingReturnRequest.self) { (request, payload) async throws(Problem) in
      try await centre.returnFunding(request, payload)
    }
    keyed(router, "/v1/receivables", OverpaymentRequest.self) { (request, payload) async throws(Problem) in
      try await centre.findOverpayment(request, payload)
    }
    keyed(router, "/v1/receivables/:number/acts", of: "number", ReceivableActRequest.self) {
      (number, request, payload) async throws(Problem) in
      try await centre.act(receivable: number, request, payload)
    }
    keyed(router, "/v1/deductions", DeductionRequest.self) { (request, payload) async throws(Problem) in
      try await centre.order(request, payload)
    }
    keyed(router, "/v1/deductions/:number/stop", of: "number", HandsRequest.self) {
      (number, request, payload) async throws(Problem) in
      try await centre.stop(deduction: number, request, payload)
    }
    keyed(router, "/v1/third-parties/:party/payments", of: "party", ThirdPartyPaymentRequest.self) {
      (party, request, payload) async throws(Problem) in
      try await centre.pay(party: party, request, payload)
    }
    addAgents(router)
  }

  private func addAgents(_ router: Router<BasicRequestContext>) {
    keyed(router, "/v1/agents/:agent/payments", of: "agent", AgentPaymentRequest.self) {
      (agent, request, payload) async throws(Problem) in
      try await centre.pay(agent: agent, request, payload)
    }
    router.get("/v1/agents/owed") { _, _ in
      let trace = Self.traceID()
      return try await answer(trace) { () throws(Problem) in .ok(try await centre.agentDebts(traceID: trace)) }
    }
  }

  private func addPeopleItems(_ router: Router<BasicRequestContext>) {
    router.get("/v1/people/:person/lines") { _, context in
      let trace = Self.traceID()
      let person = context.parameters.get("person") ?? ""
      return try await answer(trace) { () throws(Problem) in
        .ok(try await centre.lines(person: person, traceID: trace))
      }
    }
    router.get("/v1/people/:person/receivables") { _, context in
      let trace = Self.traceID()
      let person = context.parameters.get("person") ?? ""
      return try await answer(trace) { () throws(Problem) in
        .ok(try await centre.receivables(person: person, traceID: trace))
      }
    }
    router.get("/v1/people/:person/deductions") { _, context in
      let trace = Self.traceID()
      let person = context.parameters.get("person") ?? ""
      return try await answer(trace) { () throws(Problem) in
        .ok(try await centre.deductions(person: person, traceID: trace))
      }
    }
    router.get("/v1/uncollected") { request, _ in
      let trace = Self.traceID()
      let unit = request.uri.queryParameters["unit"].map(String.init) ?? ""
      let cursor = request.uri.queryParameters["after"] ?? "0"
      return try await answer(trace) { () throws(Problem) in
        // From the beginning again would be an endless walk.
        guard let after = UInt32(cursor) else { throw Problem(code: .malformedRequest, traceID: trace) }
        return .ok(try await centre.uncollected(unit: unit, after: after, traceID: trace))
      }
    }
  }
}
