import HTTPTypes
import Hummingbird

/// Counts and times every request, by the template of its path.
struct MeasuringMiddleware<Context: RequestContext>: RouterMiddleware {
  let metrics: ServiceMetrics

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    let start = ContinuousClock.now
    metrics.active.add(1)
    defer { metrics.active.add(-1) }
    let response = try await next(request, context)
    // A path that no route has is counted as one: what a stranger asks for must not become a label.
    metrics.record(
      path: context.endpointPath ?? "unknown", method: request.method.rawValue, status: response.status.code,
      .now - start)
    return response
  }
}
