import HTTPTypes
import Hummingbird
import Logging
import ServiceAPI

/// Counts, times and logs every request, by the template of its path.
struct MeasuringMiddleware<Context: RequestContext>: RouterMiddleware {
  let metrics: ServiceMetrics
  let logger: Logger?

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    metrics.active.add(1)
    defer { metrics.active.add(-1) }
    let record = RequestRecord(traceID: Routes.newTraceID())
    let response: Response
    do {
      response = try await RequestRecord.$current.withValue(record) { try await next(request, context) }
    } catch {
      // Its client is gone, or sent half of it: nobody gets an answer.
      log(request, context, record, status: nil, .now - start)
      throw error
    }
    let duration = ContinuousClock.now - start
    // A path that no route has is counted as one: what a stranger asks for must not become a label.
    metrics.record(
      path: Self.route(context), method: Self.method(request), status: response.status.code, duration)
    log(request, context, record, status: response.status.code, duration)
    return response
  }

  /// The template of the path; one word for all that there isn't. Hummingbird has one of its own for those.
  private static func route(_ context: Context) -> String {
    context.endpointPath.flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "unknown"
  }

  /// Methods are open text, and what a stranger sends goes nowhere.
  private static func method(_ request: Request) -> String {
    let known: [HTTPRequest.Method] = [.get, .post, .put, .delete, .patch, .head, .options]
    return known.contains(request.method) ? request.method.rawValue : "other"
  }

  private func log(
    _ request: Request, _ context: Context, _ record: RequestRecord, status: Int?, _ duration: Duration
  ) {
    let level: Logger.Level = record.code == .unavailable || status.map { $0 >= 500 } ?? false ? .error : .info
    guard let logger, logger.logLevel <= level else { return }
    var metadata: Logger.Metadata = [
      "method": .string(Self.method(request)), "route": .string(Self.route(context)),
      "ms": .stringConvertible(Int(duration.nanoseconds / 1_000_000)), "trace": .string(record.traceID),
    ]
    if let status { metadata["status"] = .stringConvertible(status) }
    if let code = record.code { metadata["code"] = .string(code.rawValue) }
    if let caller = record.caller?.logName {
      metadata["caller"] = .string(caller.kind)
      if let terminal = caller.terminal { metadata["terminal"] = .string(terminal) }
    }
    logger.log(level: level, "request", metadata: metadata)
  }
}
