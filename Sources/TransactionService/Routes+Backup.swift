import Hummingbird
import ServiceAPI

/// The path by which the machine's operator has the running centre make a backup.
extension Routes {
  func addBackups(_ router: Router<BasicRequestContext>) {
    router.post("/v1/backups/:request") { _, context in
      let trace = Self.traceID()
      let name = context.parameters.get("request") ?? ""
      return try await answer(trace) { () throws(Problem) in .ok(try await centre.backup(name, traceID: trace)) }
    }
  }
}
