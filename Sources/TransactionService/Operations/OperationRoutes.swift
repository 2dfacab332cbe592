import HTTPTypes
import Hummingbird
import LedgerStore
import ServiceAPI

/// What those who run the service ask it, on a listener of its own: no money, no people.
struct OperationRoutes: Sendable {
  let centre: Centre

  func router() -> Router<BasicRequestContext> {
    let router = Router()
    router.get("/metrics") { _, _ in await Self.metrics(centre) }
    // Alive: the process answers.
    router.get("/health/live") { _, _ in Response(status: .ok) }
    // Ready: the store takes money.
    router.get("/health/ready") { _, _ in
      Response(status: await centre.isReady ? .ok : .serviceUnavailable)
    }
    return router
  }

  /// The metrics as Prometheus reads them.
  static func metrics(_ centre: Centre) async -> Response {
    let journals = try? await centre.ledgerJournals(traceID: "")
    let awaited = journals.flatMap { $0.restorings.isEmpty ? nil : $0.awaited.count }
    return Response(
      status: .ok, headers: [.contentType: "text/plain; version=0.0.4"],
      body: .init(
        byteBuffer: ByteBuffer(
          string: centre.metrics.page(
            head: try? await centre.store.head(), epoch: centre.store.epoch,
            awaited: awaited, anchors: centre.anchors))))
  }
}

extension Centre {
  /// Whether the store takes requests; one whose disk has failed takes none until it is opened again.
  var isReady: Bool {
    get async { (try? await store.head()) != nil }
  }
}
