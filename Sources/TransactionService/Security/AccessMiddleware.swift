import Foundation
import HTTPTypes
import Hummingbird
import Ledger
import LedgerStore
import ServiceAPI
import Synchronization

/// Who gets in: finds out who sends a request, and whether the path is theirs to use and their turn has come.
struct AccessMiddleware<Context: RequestContext>: RouterMiddleware {
  /// Carries the token of a second official, who stands by.
  static var checkerField: HTTPField.Name? { HTTPField.Name("Ansinh-Checker") }

  let guardian: AccessGuard
  let respond: @Sendable (ProblemCode) -> Response

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let caller: Caller
    do throws(ProblemRefusal) {
      caller = try await guardian.admit(request, path: context.endpointPath)
    } catch {
      return respond(error.code)
    }
    RequestRecord.current?.note(caller)
    return try await Caller.$current.withValue(caller) { try await next(request, context) }
  }
}

/// A problem that keeps somebody out.
struct ProblemRefusal: Error {
  let code: ProblemCode
}

/// The centre's door.
final class AccessGuard: Sendable {
  private struct Staff {
    var readAt: Int64 = .min
    var roles: [String: Set<Role>] = [:]
  }

  private struct KnownTerminal {
    let readAt: Int64
    let refusal: ProblemCode?
  }

  /// Terminals that are remembered at once.
  private static let mostTerminals = 50_000

  private let terminals = Mutex<[[UInt8]: KnownTerminal]>([:])
  /// `nil` for a service on loopback, where whoever reaches it may do everything.
  private let tokens: AccessTokens?
  private let store: any LedgerStore
  private let limiter: RateLimiter
  private let guesses: GuessLimiter
  private let clock: @Sendable () -> Int64
  private let staff = Mutex(Staff())

  init(
    tokens: AccessTokens?, store: any LedgerStore, requestsPerSecond: Int, failuresPerMinute: Int = 0,
    clock: @escaping @Sendable () -> Int64
  ) {
    self.tokens = tokens
    self.store = store
    limiter = RateLimiter(perSecond: requestsPerSecond)
    guesses = GuessLimiter(perMinute: failuresPerMinute)
    self.clock = clock
  }

  /// The caller of `request`, when the path is theirs.
  func admit(_ request: Request, path: String?) async throws(ProblemRefusal) -> Caller {
    guard let tokens else { return .local }
    let now = DispatchTime.now().uptimeNanoseconds.signed
    let address = PeerStamp.addressField.flatMap { request.headers[$0] } ?? ""
    var caller = try identify(request.headers, tokens, address, now)
    guard limiter.admits(caller.limitKey, now: now) else { throw ProblemRefusal(code: .tooManyRequests) }
    // A path that there isn't is answered by the router.
    guard let path else { return caller }
    let access = RouteAccess.table["\(request.method.rawValue) \(path)"]
    guard let access else { throw ProblemRefusal(code: .notPermitted) }
    if access == .everybody { return caller }
    guard caller != .nobody else { throw ProblemRefusal(code: .notAuthenticated) }
    if let keyHash = caller.terminal, let refusal = try await refusal(ofTerminal: keyHash, caller, address, now) {
      // A key proves a terminal only while it is registered. An official at a new counter may go on without it.
      guard caller.official != nil else { throw ProblemRefusal(code: refusal) }
      caller.terminal = nil
    }
    let (roles, isStaffed) = try await roles(of: caller)
    guard access.admits(caller, roles: roles, isStaffed: isStaffed) else {
      throw ProblemRefusal(code: .notPermitted)
    }
    return caller
  }

  /// Why a key is no terminal's; whoever has no name besides and tries many has to wait.
  private func refusal(
    ofTerminal keyHash: [UInt8], _ caller: Caller, _ address: String, _ moment: Int64
  ) async throws(ProblemRefusal) -> ProblemCode? {
    guard caller.official == nil else { return try await refusal(ofTerminal: keyHash) }
    let name = hexText(keyHash)
    guard guesses.admits(name, from: address, now: moment) else { throw ProblemRefusal(code: .tooManyRequests) }
    let refusal = try await refusal(ofTerminal: keyHash)
    if refusal == nil { guesses.succeeded(name, from: address) }
    guard refusal != .unknownTerminal || guesses.failed(from: address, now: moment) else {
      throw ProblemRefusal(code: .tooManyRequests)
    }
    return refusal
  }

  /// Why a key is no terminal's; asked of the registry once a second for each.
  private func refusal(ofTerminal keyHash: [UInt8]) async throws(ProblemRefusal) -> ProblemCode? {
    let now = clock() / 1_000
    if let known = terminals.withLock({ $0[keyHash] }), known.readAt == now { return known.refusal }
    let terminal: StoredTerminal?
    do {
      terminal = try await store.terminal(keyHash)
    } catch {
      throw ProblemRefusal(code: .unavailable)
    }
    let refusal: ProblemCode? =
      terminal.map { $0.revokedAt == nil ? nil : .terminalRevoked } ?? .unknownTerminal
    // Its registration may be the next request, and strangers' keys must not push terminals out of the table.
    guard refusal != .unknownTerminal else { return refusal }
    terminals.withLock { terminals in
      if terminals.count >= Self.mostTerminals { terminals.removeAll() }
      terminals[keyHash] = KnownTerminal(readAt: now, refusal: refusal)
    }
    return refusal
  }

  private func identify(
    _ headers: HTTPFields, _ tokens: AccessTokens, _ address: String, _ moment: Int64
  ) throws(ProblemRefusal) -> Caller {
    let now = clock() / 1_000
    func official(_ value: String) throws(ProblemRefusal) -> String {
      let words = value.split(separator: " ")
      guard words.count == 2, words[0].lowercased() == "bearer",
        let name = tokens.official(token: String(words[1]), now: now)
      else {
        let isTold = guesses.failed(from: address, now: moment)
        throw ProblemRefusal(code: isTold ? .notAuthenticated : .tooManyRequests)
      }
      // While an address tries tokens, a right one is answered like a wrong one.
      guard guesses.admits(name, from: address, now: moment) else { throw ProblemRefusal(code: .tooManyRequests) }
      guesses.succeeded(name, from: address)
      return name
    }
    var caller = Caller()
    if let field = PeerStamp.field, let hash = headers[field] { caller.terminal = Routes.octets(hex: hash) }
    if let value = headers[.authorization] { caller.official = try official(value) }
    if let field = AccessMiddleware<BasicRequestContext>.checkerField, let value = headers[field] {
      caller.second = try official(value)
    }
    return caller
  }

  /// What the caller was appointed to, read from the ledger once a second, and whether anybody was to anything.
  private func roles(of caller: Caller) async throws(ProblemRefusal) -> (Set<Role>, Bool) {
    guard let name = caller.official else { return ([], true) }
    let now = clock() / 1_000
    let isKnown = staff.withLock { $0.readAt == now }
    if !isKnown {
      let officials: [StoredOfficial]
      do {
        officials = try await store.officials()
      } catch {
        throw ProblemRefusal(code: .unavailable)
      }
      var roles: [String: Set<Role>] = [:]
      for official in officials { roles[FourEyes.fold(official.name), default: []].insert(official.role) }
      staff.withLock { $0 = Staff(readAt: now, roles: roles) }
    }
    return staff.withLock { ($0.roles[FourEyes.fold(name)] ?? [], !$0.roles.isEmpty) }
  }
}

extension Caller {
  /// Under which name its requests are counted.
  fileprivate var limitKey: String { terminal.map(hexText) ?? official ?? "" }
}

extension UInt64 {
  fileprivate var signed: Int64 { Int64(truncatingIfNeeded: self) }
}
