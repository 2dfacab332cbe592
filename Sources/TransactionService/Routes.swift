import CardCrypto
import Foundation
import HTTPTypes
import Hummingbird
import LedgerStore
import Logging
import NIOCore
import ServiceAPI

/// Paths of the service. Handlers decode, call the centre, encode.
struct Routes: Sendable {
  /// Most octets of a request's body: a list of 1,000 rows is under 200 kB.
  static let maximumBody = 1 << 20
  /// Header that carries the newest signed head of the chain.
  static let headField = HTTPField.Name("Ansinh-Head")
  /// Header that tells a replayed answer.
  static let replayField = HTTPField.Name("Ansinh-Replayed")
  private static let keyField = HTTPField.Name("Idempotency-Key")

  let centre: Centre
  /// Gets a line for every request; nil for none.
  var logger: Logger?

  func router(_ guardian: AccessGuard) -> Router<BasicRequestContext> {
    let router = Router()
    router.add(middleware: MeasuringMiddleware(metrics: centre.metrics, logger: logger))
    router.add(
      middleware: ProblemMiddleware { code in
        RequestRecord.current?.note(code)
        return Self.response(.problem(Problem(code: code, traceID: Self.traceID())))
      })
    router.add(
      middleware: AccessMiddleware(guardian: guardian) { code in
        centre.metrics.refused(code)
        RequestRecord.current?.note(code)
        return Self.response(.problem(Problem(code: code, traceID: Self.traceID())))
      })
    router.add(middleware: DryRunMiddleware())
    addReads(router)
    addRegistrations(router)
    addLists(router)
    addCycles(router)
    addPayouts(router)
    addCardUpdates(router)
    addEntitlements(router)
    addItems(router)
    addPeople(router)
    addHealthInsurance(router)
    addCounter(router)
    addMonths(router)
    addBackups(router)
    addLedger(router)
    return router
  }

  /// Every path there is, as `METHOD /path/{part}`.
  func paths(_ guardian: AccessGuard) -> [String] {
    router(guardian).routes.map { "\($0.method.rawValue) \($0.path)" }
  }

  private func addReads(_ router: Router<BasicRequestContext>) {
    router.get("/v1/health") { _, _ in
      let trace = Self.traceID()
      return try await answer(trace) { () throws(Problem) in
        let head = try await centre.read(trace) { () throws(LedgerStoreError) in try await centre.store.head() }
        return .ok(HealthAnswer(headSequence: head.sequence))
      }
    }
    router.get("/metrics") { _, _ in await OperationRoutes.metrics(centre) }
    router.get("/v1/openapi.json") { _, _ in Self.response(Reply(status: 200, body: OpenAPIDocument.served ?? [])) }
    router.get("/v1/issuer") { _, _ in Self.response(.ok(centre.issuer)) }
    router.get("/v1/settlement/:window") { _, context in
      let trace = Self.traceID()
      let window = context.parameters.get("window") ?? ""
      return try await answer(trace) { () throws(Problem) in
        .ok(try await centre.settlement(window: window, traceID: trace))
      }
    }
    router.get("/v1/audit") { _, _ in
      let trace = Self.traceID()
      return try await answer(trace) { () throws(Problem) in .ok(try await centre.audit(traceID: trace)) }
    }
    router.get("/v1/payouts/:id") { _, context in
      let trace = Self.traceID()
      let id = context.parameters.get("id").flatMap(Self.octets) ?? []
      return try await answer(trace) { () throws(Problem) in
        guard id.count == 16 else { throw Problem(code: .malformedRequest, traceID: trace) }
        return .ok(try await centre.payoutStatus(id, traceID: trace))
      }
    }
    router.get("/v1/cards/:number/payable") { _, context in
      let trace = Self.traceID()
      let number = context.parameters.get("number") ?? ""
      return try await answer(trace) { () throws(Problem) in
        .ok(try await centre.payable(card: number, traceID: trace))
      }
    }
    router.get("/v1/cards/:number") { _, context in
      let trace = Self.traceID()
      let number = context.parameters.get("number") ?? ""
      return try await answer(trace) { () throws(Problem) in .ok(try await centre.life(card: number, traceID: trace)) }
    }
  }

  private func addRegistrations(_ router: Router<BasicRequestContext>) {
    keyed(router, "/v1/agents", AgentRequest.self) { await centre.registerAgent($0, $1) }
    keyed(router, "/v1/terminals", TerminalRequest.self) { await centre.registerTerminal($0, $1) }
    router.post("/v1/terminals/:keyHash/revocation") { request, context in
      let keyHash = context.parameters.get("keyHash").flatMap(Self.octets) ?? []
      return try await withPayload(request) { payload in await centre.revokeTerminal(keyHash, payload) }
    }
    keyed(router, "/v1/cards", CardRequest.self) { (request, payload) async throws(Problem) in
      try await centre.registerCard(request, payload)
    }
    keyed(router, "/v1/cards/:number/acts", of: "number", CardActRequest.self) {
      (number, request, payload) async throws(Problem) in
      try await centre.act(card: number, request, payload)
    }
    keyed(router, "/v1/cards/:number/pin-acts", of: "number", PINActRequest.self) {
      (number, request, payload) async throws(Problem) in
      try await centre.pinAct(card: number, request, payload)
    }
    keyed(router, "/v1/fundings", FundingRequest.self) { await centre.fund($0, $1) }
    keyed(router, "/v1/advances", AdvanceRequest.self) { await centre.advance($0, $1) }
  }

  /// A list's reference is any text: it comes percent-encoded.
  private static func list(_ context: BasicRequestContext) -> String {
    context.parameters.get("list")?.removingPercentEncoding ?? ""
  }

  private func addLists(_ router: Router<BasicRequestContext>) {
    @Sendable func allowsSampleData(_ request: Request) -> Bool { request.uri.queryParameters["sample-data"] == "true" }
    router.post("/v1/payment-lists") { request, _ in
      try await withPayload(request) { payload in
        await centre.importList(
          payload, maker: request.uri.queryParameters["maker"].map(String.init) ?? "",
          allowsSampleData: allowsSampleData(request))
      }
    }
    router.get("/v1/payment-lists/:list") { _, context in
      let trace = Self.traceID()
      return try await answer(trace) { () throws(Problem) in
        .ok(try await centre.listState(Self.list(context), traceID: trace))
      }
    }
    router.get("/v1/payment-lists/:list/totals") { _, context in
      let trace = Self.traceID()
      return try await answer(trace) { () throws(Problem) in
        .ok(try await centre.totals(list: Self.list(context), traceID: trace))
      }
    }
    router.post("/v1/payment-lists/:list/rows") { request, context in
      try await withPayload(request) { (payload) async throws(Problem) in
        guard let first = request.uri.queryParameters["first"].flatMap({ Int64($0) }) else {
          throw Problem(code: .malformedRequest, traceID: payload.traceID)
        }
        return try await centre.importRows(
          list: Self.list(context), first: first, payload, allowsSampleData: allowsSampleData(request))
      }
    }
    // A question: it stores nothing, so it needs no key.
    router.post("/v1/payment-lists/:list/duplicates") { request, context in
      let trace = Self.traceID()
      let payload = KeyedPayload(key: "", octets: try await Self.body(request), traceID: trace)
      return try await answer(trace) { () throws(Problem) in
        .ok(
          try await centre.duplicates(
            list: Self.list(context), payload, allowsSampleData: allowsSampleData(request)))
      }
    }
    router.post("/v1/payment-lists/:list/seal") { request, context in
      try await withPayload(request) { (payload) async throws(Problem) in
        guard let seal = try? WireJSON.decode(ListSealRequest.self, from: payload.octets) else {
          throw Problem(code: .malformedRequest, traceID: payload.traceID)
        }
        return await centre.seal(list: Self.list(context), seal, payload)
      }
    }
    router.post("/v1/payment-lists/:list/abandonment") { request, context in
      try await withPayload(request) { payload in await centre.abandon(list: Self.list(context), payload) }
    }
  }

  /// A sealed list on its way to people's lines.
  private func addCycles(_ router: Router<BasicRequestContext>) {
    @Sendable func hand(_ payload: KeyedPayload) throws(Problem) -> ListHandRequest {
      guard let hand = try? WireJSON.decode(ListHandRequest.self, from: payload.octets) else {
        throw Problem(code: .malformedRequest, traceID: payload.traceID)
      }
      return hand
    }
    router.post("/v1/payment-lists/:list/check") { request, context in
      try await withPayload(request) { (payload) async throws(Problem) in
        try await centre.check(list: Self.list(context), try hand(payload), payload)
      }
    }
    router.post("/v1/payment-lists/:list/approval") { request, context in
      try await withPayload(request) { (payload) async throws(Problem) in
        try await centre.approve(list: Self.list(context), try hand(payload), payload)
      }
    }
    router.post("/v1/payment-lists/:list/credits") { request, context in
      try await withPayload(request) { payload in await centre.credit(list: Self.list(context), payload) }
    }
  }

  private func addPayouts(_ router: Router<BasicRequestContext>) {
    // A challenge stores nothing, so it needs no key.
    router.post("/v1/challenges") { request, _ in
      let trace = Self.traceID()
      let octets = try await Self.body(request)
      return try await answer(trace) { () throws(Problem) in
        guard let challenge = try? WireJSON.decode(ChallengeRequest.self, from: octets) else {
          throw Problem(code: .malformedRequest, traceID: trace)
        }
        return .ok(try await centre.challenge(challenge, traceID: trace))
      }
    }
    keyed(router, "/v1/payouts", PayoutRequest.self) { (request, payload) async throws(Problem) in
      try await centre.payout(request, payload)
    }
    keyed(router, "/v1/payout-records", RecordRequest.self) { (request, payload) async throws(Problem) in
      try await centre.record(request, payload)
    }
    keyed(router, "/v1/receipts", ReceiptRequest.self) { (request, payload) async throws(Problem) in
      try await centre.receipt(request, payload)
    }
    router.post("/v1/cards/:number/completions") { request, context in
      let number = context.parameters.get("number") ?? ""
      return try await withPayload(request) { (payload) async throws(Problem) in
        try await centre.completion(card: number, payload)
      }
    }
  }

  private func addCardUpdates(_ router: Router<BasicRequestContext>) {
    router.post("/v1/cards/:number/updates") { request, context in
      let number = context.parameters.get("number") ?? ""
      return try await withPayload(request) { (payload) async throws(Problem) in
        guard let update = try? WireJSON.decode(CardUpdateRequest.self, from: payload.octets) else {
          throw Problem(code: .malformedRequest, traceID: payload.traceID)
        }
        return await centre.postUpdate(card: number, update, payload)
      }
    }
    router.get("/v1/cards/:number/updates") { request, context in
      let trace = Self.traceID()
      let number = context.parameters.get("number") ?? ""
      let terminal = request.uri.queryParameters["terminal"].map(String.init).flatMap(Self.octets) ?? []
      return try await answer(trace) { () throws(Problem) in
        .ok(try await centre.pendingUpdates(card: number, terminal: terminal, traceID: trace))
      }
    }
    router.get("/v1/card-updates/:id") { _, context in
      let trace = Self.traceID()
      let id = context.parameters.get("id").flatMap(Self.octets) ?? []
      return try await answer(trace) { () throws(Problem) in
        .ok(try await centre.cardUpdate(id, traceID: trace))
      }
    }
    router.post("/v1/card-updates/:id/results") { request, context in
      let id = context.parameters.get("id").flatMap(Self.octets) ?? []
      return try await withPayload(request) { (payload) async throws(Problem) in
        guard let result = try? WireJSON.decode(CardUpdateResultRequest.self, from: payload.octets) else {
          throw Problem(code: .malformedRequest, traceID: payload.traceID)
        }
        return await centre.reportUpdate(id, result, payload)
      }
    }
  }

  /// A POST with a JSON body and an idempotency key.
  func keyed<Body: Decodable & Sendable>(
    _ router: Router<BasicRequestContext>, _ path: RouterPath, _ type: Body.Type,
    _ handle: @escaping @Sendable (Body, KeyedPayload) async throws(Problem) -> Reply
  ) {
    router.post(path) { request, _ in
      try await withPayload(request) { (payload) async throws(Problem) in
        guard let body = try? WireJSON.decode(type, from: payload.octets) else {
          throw Problem(code: .malformedRequest, traceID: payload.traceID)
        }
        return try await handle(body, payload)
      }
    }
  }

  /// A POST with a JSON body and an idempotency key about what the path names.
  func keyed<Body: Decodable & Sendable>(
    _ router: Router<BasicRequestContext>, _ path: RouterPath, of name: String, _ type: Body.Type,
    _ handle: @escaping @Sendable (String, Body, KeyedPayload) async throws(Problem) -> Reply
  ) {
    router.post(path) { request, context in
      let named = context.parameters.get(name)?.removingPercentEncoding ?? ""
      return try await withPayload(request) { (payload) async throws(Problem) in
        guard let body = try? WireJSON.decode(type, from: payload.octets) else {
          throw Problem(code: .malformedRequest, traceID: payload.traceID)
        }
        return try await handle(named, body, payload)
      }
    }
  }

  func withPayload(
    _ request: Request, _ handle: (KeyedPayload) async throws(Problem) -> Reply
  ) async throws -> Response {
    let trace = Self.traceID()
    let key = Self.keyField.flatMap { request.headers[$0] }
    let octets = try await Self.body(request)
    let dryRun = DryRun.current
    return try await answer(trace) { () throws(Problem) in
      let isKeyless = dryRun == .yes && key == nil
      guard let key = isKeyless ? trace : key, (1...120).contains(key.utf8.count) else {
        throw Problem(code: .idempotencyKeyMissing, traceID: trace)
      }
      guard dryRun != .malformed else { throw Problem(code: .malformedRequest, traceID: trace) }
      return try await handle(
        KeyedPayload(key: key, octets: octets, traceID: trace, isDryRun: dryRun == .yes))
    }
  }

  func answer(_ trace: String, _ handle: () async throws(Problem) -> Reply) async throws -> Response {
    let reply: Reply
    do throws(Problem) {
      reply = try await handle()
    } catch {
      reply = .problem(error)
    }
    if let code = reply.problem {
      centre.metrics.refused(code)
      RequestRecord.current?.note(code)
    }
    return Self.response(reply)
  }

  static func body(_ request: Request) async throws -> [UInt8] {
    var request = request
    let buffer = try await request.collectBody(upTo: maximumBody)
    return Array(buffer.readableBytesView)
  }

  static func response(_ reply: Reply) -> Response {
    var headers: HTTPFields = [.contentType: reply.problem != nil ? Problem.mediaType : "application/json"]
    if let head = reply.head, let headField { headers[headField] = head }
    // RFC 9110 §11.6.1: a 401 says how to come in.
    if reply.problem == .notAuthenticated { headers[.wwwAuthenticate] = "Bearer" }
    if reply.isReplay, let replayField { headers[replayField] = "true" }
    let octets = ByteBuffer(bytes: reply.body)
    guard let onSent = reply.onSent else {
      return Response(status: .init(code: reply.status), headers: headers, body: .init(byteBuffer: octets))
    }
    let body = ResponseBody(contentLength: octets.readableBytes) { writer in
      try await writer.write(octets)
      try await writer.finish(nil)
      onSent()
    }
    return Response(status: .init(code: reply.status), headers: headers, body: body)
  }

  /// Of the request that is being answered: the log has it too.
  static func traceID() -> String { RequestRecord.current?.traceID ?? newTraceID() }

  static func newTraceID() -> String { traceIDs.next() }

  private static let traceIDs = TraceIDs()

  /// The octets that hexadecimal digits of either case stand for; nil for anything else.
  static func octets(hex: String) -> [UInt8]? {
    guard hex.utf8.count % 2 == 0 else { return nil }
    var octets: [UInt8] = []
    octets.reserveCapacity(hex.utf8.count / 2)
    var high: UInt8?
    for digit in hex.utf8 {
      let value: UInt8
      switch digit {
      case 0x30...0x39: value = digit - 0x30
      case 0x41...0x46: value = digit - 0x37
      case 0x61...0x66: value = digit - 0x57
      default: return nil
      }
      if let first = high {
        octets.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    return octets
  }
}
