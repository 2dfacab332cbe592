import Foundation
import Hummingbird
import ServiceAPI

/// Paths about people's health insurance.
extension Routes {
  func addHealthInsurance(_ router: Router<BasicRequestContext>) {
    keyed(router, "/v1/people/:person/health-covers", of: "person", HealthCoverRequest.self) {
      (id, request, payload) async throws(Problem) in
      try await centre.cover(id, request, payload)
    }
    keyed(router, "/v1/people/:person/co-payments", of: "person", CoPaymentRequest.self) {
      (id, request, payload) async throws(Problem) in
      try await centre.coPayment(id, request, payload)
    }
    router.get("/v1/people/:person/health-insurance") { request, context in
      let trace = Self.traceID()
      let id = context.parameters.get("person")?.removingPercentEncoding ?? ""
      let on = request.uri.queryParameters["on"].map { Int32($0) ?? 0 }
      return try await answer(trace) { () throws(Problem) in
        .ok(try await centre.healthInsurance(id, on: on, traceID: trace))
      }
    }
  }
}
