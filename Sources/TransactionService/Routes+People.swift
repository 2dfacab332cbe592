import Foundation
import Hummingbird
import Ledger
import ServiceAPI

/// Paths about people and officials. A personal ID in a path is one percent-encoded part.
extension Routes {
  func addPeople(_ router: Router<BasicRequestContext>) {
    keyed(router, "/v1/people/:person/death", of: "person", DeathRequest.self) {
      (id, request, payload) async throws(Problem) in
      try await centre.death(id, request, payload)
    }
    keyed(router, "/v1/people/:person/death-withdrawals", of: "person", HandsRequest.self) {
      (id, hands, payload) async throws(Problem) in
      await centre.withdrawDeath(id, hands, payload)
    }
    keyed(router, "/v1/people/:person/heir", of: "person", PersonNameRequest.self) {
      (id, request, payload) async throws(Problem) in
      try await centre.heir(id, request, payload)
    }
    keyed(router, "/v1/people/:person/identity", of: "person", PersonNameRequest.self) {
      (id, request, payload) async throws(Problem) in
      try await centre.identity(id, request, payload)
    }
    keyed(router, "/v1/people/:person/funeral", of: "person", FuneralRequest.self) {
      (id, request, payload) async throws(Problem) in
      try await centre.funeral(id, request, payload)
    }
    keyed(router, "/v1/people/:person/funeral-withdrawals", of: "person", HandsRequest.self) {
      (id, hands, payload) async throws(Problem) in
      await centre.withdrawFuneral(id, hands, payload)
    }
    keyed(router, "/v1/people/:person/representatives", of: "person", RepresentativeRequest.self) {
      (id, request, payload) async throws(Problem) in
      try await centre.representative(id, request, payload)
    }
    keyed(router, "/v1/people/:person/representative-ends", of: "person", RepresentativeEndRequest.self) {
      (id, request, payload) async throws(Problem) in
      await centre.endRepresentative(id, request, payload)
    }
    keyed(router, "/v1/people/:person/presences", of: "person", PresenceRequest.self) {
      (id, request, payload) async throws(Problem) in
      await centre.presence(id, request, payload)
    }
    keyed(router, "/v1/staff/appointments", StaffRequest.self) { (request, payload) async throws(Problem) in
      await centre.staff(request, .staffAppointed, payload)
    }
    keyed(router, "/v1/staff/dismissals", StaffRequest.self) { (request, payload) async throws(Problem) in
      await centre.staff(request, .staffDismissed, payload)
    }
    addPeopleReads(router)
  }

  private func addPeopleReads(_ router: Router<BasicRequestContext>) {
    @Sendable func isFull(_ request: Request) -> Bool { request.uri.queryParameters["full"] == "true" }
    router.get("/v1/people/:person") { request, context in
      let trace = Self.traceID()
      let id = context.parameters.get("person")?.removingPercentEncoding ?? ""
      return try await answer(trace) { () throws(Problem) in
        .ok(try await centre.page(person: id, isFull: isFull(request), traceID: trace))
      }
    }
    router.get("/v1/cards/:number/person") { request, context in
      let trace = Self.traceID()
      let number = context.parameters.get("number") ?? ""
      return try await answer(trace) { () throws(Problem) in
        .ok(try await centre.page(card: number, isFull: isFull(request), traceID: trace))
      }
    }
    router.get("/v1/presences/due") { request, _ in
      let trace = Self.traceID()
      let after = request.uri.queryParameters["after"].map(String.init) ?? ""
      return try await answer(trace) { () throws(Problem) in
        .ok(try await centre.presencesDue(after: after, traceID: trace))
      }
    }
    router.get("/v1/staff") { _, _ in
      let trace = Self.traceID()
      return try await answer(trace) { () throws(Problem) in .ok(try await centre.officials(traceID: trace)) }
    }
  }
}
