import Hummingbird
import ServiceAPI

/// Paths about the ledger's chain.
extension Routes {
  func addLedger(_ router: Router<BasicRequestContext>) {
    router.get("/v1/ledger/head") { _, _ in
      let trace = Self.traceID()
      return try await answer(trace) { () throws(Problem) in .ok(try await centre.ledgerHead(traceID: trace)) }
    }
    router.get("/v1/payouts/:id/proof") { _, context in
      let trace = Self.traceID()
      let id = context.parameters.get("id").flatMap(Self.octets) ?? []
      return try await answer(trace) { () throws(Problem) in
        guard id.count == 16 else { throw Problem(code: .malformedRequest, traceID: trace) }
        return .ok(try await centre.proof(id, traceID: trace))
      }
    }
    router.get("/v1/ledger/heads/:sequence") { _, context in
      let trace = Self.traceID()
      let number = context.parameters.get("sequence") ?? ""
      return try await answer(trace) { () throws(Problem) in
        .ok(try await centre.ledgerBatch(number, traceID: trace))
      }
    }
    router.get("/v1/ledger/anchor") { _, _ in
      let trace = Self.traceID()
      return try await answer(trace) { () throws(Problem) in .ok(try centre.newestAnchor(traceID: trace)) }
    }
    router.get("/v1/ledger/anchors") { request, _ in
      let trace = Self.traceID()
      let cursor = request.uri.queryParameters["after"] ?? "0"
      return try await answer(trace) { () throws(Problem) in
        .ok(try centre.anchors(after: String(cursor), traceID: trace))
      }
    }
    router.get("/v1/ledger/anchors/:number") { _, context in
      let trace = Self.traceID()
      let number = context.parameters.get("number") ?? ""
      return try await answer(trace) { () throws(Problem) in .ok(try centre.anchor(number, traceID: trace)) }
    }
    keyed(router, "/v1/ledger/heads", LedgerHeadsRequest.self) { (request, payload) async throws(Problem) in
      try await centre.reportHeads(request, payload)
    }
    router.get("/v1/ledger/journals") { _, _ in
      let trace = Self.traceID()
      return try await answer(trace) { () throws(Problem) in .ok(try await centre.ledgerJournals(traceID: trace)) }
    }
    keyed(router, "/v1/ledger/journals/:keyHash/waiver", of: "keyHash", HandsRequest.self) {
      (keyHash, hands, payload) async throws(Problem) in
      try await centre.waive(Self.octets(hex: keyHash) ?? [], hands, payload)
    }
  }
}
