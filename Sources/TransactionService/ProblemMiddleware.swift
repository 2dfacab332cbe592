import Hummingbird
import NIOCore
import ServiceAPI

/// Makes a problem (RFC 9457) of what the HTTP layer itself refuses: unknown paths, bodies that are too long.
struct ProblemMiddleware<Context: RequestContext>: RouterMiddleware {
  /// Makes the response of a problem.
  let respond: @Sendable (ProblemCode) -> Response

  func handle(
    _ request: Request, context: Context, next: (Request, Context) async throws -> Response
  ) async throws -> Response {
    do {
      return try await next(request, context)
    } catch is NIOTooManyBytesError {
      return respond(.bodyTooLarge)
    } catch let error as any HTTPResponseError {
      switch error.status.code {
      case 404, 405: return respond(.notFound)
      case 413: return respond(.bodyTooLarge)
      case 400..<500: return respond(.malformedRequest)
      default: throw error
      }
    }
  }
}
