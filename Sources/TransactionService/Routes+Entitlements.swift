import Hummingbird
import ServiceAPI

/// Paths of decisions about lines and items.
extension Routes {
  func addEntitlements(_ router: Router<BasicRequestContext>) {
    keyed(router, "/v1/lines/:line/acts", of: "line", LineActRequest.self) {
      (line, request, payload) async throws(Problem) in
      try await centre.act(line: line, request, payload)
    }
  }
}
