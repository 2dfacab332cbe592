import HTTPTypes
import Hummingbird
import ServiceAPI

/// Whether a request asks only what would become of it (`dryRun=true`).
///
/// The whole of it is decided as if it were sent in earnest, in the writer's turn, and taken back (`ledger` §7). It
/// needs no key, and none is kept for it. Acts of officials take it; what terminals send does not: a completion that is
/// signed exists, whatever the books say.
enum DryRun: Sendable {
  /// It is in earnest.
  case no
  /// It is a question.
  case yes
  /// The path has none, or the value is neither `true` nor `false`. Carried out it must not be: whoever sent it hoped
  /// that nothing would happen.
  case malformed

  /// Name of the query's part.
  static let parameter = "dryRun"
  /// Header that tells that nothing was written.
  static let field = HTTPField.Name("Ansinh-Dry-Run")
  /// Of the request that is being answered.
  @TaskLocal static var current = DryRun.no

  /// What the parts of a query say; `takesDryRun`: its path has it.
  ///
  /// Said twice, or nearly (`dry-run`, `dryrun`), it is malformed too.
  init(_ query: [(name: Substring, value: Substring)], takesDryRun: Bool) {
    let said = query.filter { $0.name.filter(\.isLetter).lowercased() == Self.parameter.lowercased() }
    self =
      switch (said.first?.value, said.count) {
      case (nil, _): .no
      case _ where said.contains { $0.name != Self.parameter }: .malformed
      case ("false", 1) where takesDryRun: .no
      case ("true", 1) where takesDryRun: .yes
      default: .malformed
      }
  }
}

/// Finds out whether a request is a dry run, and says so in its answer.
struct DryRunMiddleware<Context: RequestContext>: RouterMiddleware {
  private static var routes: Set<String> {
    Set(ServiceOperation.table.filter(\.takesDryRun).map(\.route))
  }

  private let routes = Self.routes

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let route = "\(request.method.rawValue) \(context.endpointPath ?? "")"
    let query = request.uri.queryParameters.map { (name: $0.key, value: $0.value) }
    let dryRun = DryRun(query, takesDryRun: routes.contains(route))
    guard dryRun != .no else { return try await next(request, context) }
    var response = try await DryRun.$current.withValue(dryRun) { try await next(request, context) }
    guard dryRun == .yes else { return response }
    // Nothing was made: 201 would be untrue (RFC 9110 §15.3.2).
    if response.status == .created { response.status = .ok }
    if let field = DryRun.field { response.headers[field] = "true" }
    return response
  }
}
