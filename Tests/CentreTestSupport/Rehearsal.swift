import ServiceAPI
import Synchronization

/// Has every act that a test sends asked for as a dry run first: it must leave nothing, and be answered as the act then
/// is.
package final class Rehearsal: Sendable {
  /// Of the test that runs.
  @TaskLocal package static var current: Rehearsal?

  private struct State {
    var granted: Set<String> = []
    var refused: Set<String> = []
    var faults: [String] = []
  }

  private let state = Mutex(State())
  /// Everything that a dry run could change.
  private let fingerprint: @Sendable (TestCentre) async throws -> String

  /// - Parameter fingerprint: everything of a centre that a dry run could change.
  package init(fingerprint: @escaping @Sendable (TestCentre) async throws -> String) { self.fingerprint = fingerprint }

  /// Paths of which a dry run was granted.
  package var granted: Set<String> { state.withLock(\.granted) }
  /// Codes that a dry run was refused with.
  package var refused: Set<String> { state.withLock(\.refused) }
  /// What was not as it has to be.
  package var faults: [String] { state.withLock(\.faults) }

  /// Codes that a dry run does not give: it has no key, and nothing waits for it.
  private static let ofKeys = Set(
    [ProblemCode.idempotencyKeyMissing, .idempotencyKeyReused, .requestInFlight, .unavailable].map(\.rawValue))

  func run(
    _ centre: TestCentre, _ path: String, _ send: (_ query: String) async throws -> HTTPAnswer
  ) async throws -> HTTPAnswer {
    guard let template = try ServiceContract.shared.get().dryRunTemplate(path),
      let before = try? await fingerprint(centre)
    else { return try await send("") }
    let asked = try await send(path.contains("?") ? "&dryRun=true" : "?dryRun=true")
    let isUnchanged = try await fingerprint(centre) == before
    let done = try await send("")
    let code = (try? asked.problem())?.code
    let doneCode = (try? done.problem())?.code
    state.withLock { state in
      func fault(_ what: String) { state.faults.append("\(path): \(what)") }
      if !isUnchanged { fault("something was written") }
      if asked.isReplay || done.isDryRun { fault("marked as what it is not") }
      if doneCode.map(Self.ofKeys.contains) ?? done.isReplay { return }
      if !asked.isDryRun { fault("no mark: \(asked.status)") }
      if let code {
        if code != doneCode { fault("\(code), and then \(doneCode ?? "done")") }
        state.refused.insert(code)
      } else {
        if asked.status != 200 || done.status != 201 { fault("\(asked.status), and then \(done.status)") }
        if asked.body != done.body { fault("another answer: \(String(decoding: asked.body, as: UTF8.self))") }
        state.granted.insert(template)
      }
    }
    return done
  }
}
