import Hummingbird
import ServiceAPI

/// Paths of a unit's month. All of them only read.
extension Routes {
  func addMonths(_ router: Router<BasicRequestContext>) {
    router.get("/v1/units/:unit/months/:month") { _, context in
      let trace = Self.traceID()
      return try await answer(trace) { () throws(Problem) in
        .ok(try await centre.month(unit: Self.unit(context), month: Self.month(context), traceID: trace))
      }
    }
    router.get("/v1/units/:unit/needs/:month") { _, context in
      let trace = Self.traceID()
      return try await answer(trace) { () throws(Problem) in
        .ok(try await centre.needs(unit: Self.unit(context), month: Self.month(context), traceID: trace))
      }
    }
    router.get("/v1/units/:unit/dues") { request, context in
      let trace = Self.traceID()
      let point = request.uri.queryParameters["point"].map(String.init)
      return try await answer(trace) { () throws(Problem) in
        .ok(try await centre.dues(unit: Self.unit(context), point: point, traceID: trace))
      }
    }
    router.get("/v1/forecasts/:month") { request, context in
      let trace = Self.traceID()
      let given = request.uri.queryParameters
      return try await answer(trace) { () throws(Problem) in
        .ok(
          try await centre.forecast(
            month: Self.month(context), unit: given["unit"].map(String.init),
            province: given["province"].map(String.init), point: given["point"].map(String.init), traceID: trace))
      }
    }
  }

  private static func unit(_ context: BasicRequestContext) -> String { context.parameters.get("unit") ?? "" }
  private static func month(_ context: BasicRequestContext) -> String { context.parameters.get("month") ?? "" }
}
