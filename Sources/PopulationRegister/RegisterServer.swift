import CardCrypto
import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import ServiceAPI
import ServiceLifecycle
import Synchronization

/// A population register behind HTTP on the loopback interface, with the interface of
/// `Resources/population-register.openapi.json`: a stand-in for the national register in tests and demonstrations.
public struct RegisterServer: Sendable {
  private let desk: RegisterDesk

  /// A register that knows `records`.
  ///
  /// - Parameter fault: how it answers wrongly; `nil` for rightly.
  public init(_ records: RegisterRecords, fault: RegisterFault? = nil) {
    desk = RegisterDesk(records: records, fault: fault)
  }

  /// The description of the interface, OpenAPI 3.1 as JSON.
  public static var openAPI: [UInt8] { PackageResources.population_register_openapi_json }

  /// Methods and paths that are answered, for comparison with ``openAPI``.
  public var routes: [String] { router().routes.map { "\($0.method.rawValue) \($0.path)" }.sorted() }

  /// Serves for as long as `body` runs, which is given the register's address, `http://127.0.0.1:PORT`.
  public func run<Value: Sendable>(_ body: @Sendable @escaping (String) async throws -> Value) async throws -> Value {
    var logger = Logger(label: "ansinh.register")
    logger.logLevel = .warning
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let application = Application(
      router: router(), configuration: .init(address: .hostname("127.0.0.1", port: 0), serverName: "ansinh-register"),
      onServerRunning: { channel in
        continuation.yield(channel.localAddress?.port ?? 0)
        continuation.finish()
      }, logger: logger)
    let group = ServiceGroup(services: [application], gracefulShutdownSignals: [], logger: logger)
    async let running: Void = {
      defer { continuation.finish() }
      try await group.run()
    }()
    var outcome: Result<Value, any Error>?
    for await port in ports {
      do {
        outcome = .success(try await body("http://127.0.0.1:\(port)"))
      } catch {
        outcome = .failure(error)
      }
    }
    await group.triggerGracefulShutdown()
    try await running
    guard let outcome else { throw RegisterServerError.notListening }
    return try outcome.get()
  }

  func router() -> Router<BasicRequestContext> {
    let router = Router()
    router.get("/v1/health") { _, _ in
      Self.response(.ok, "application/json", Array(#"{"status":"ok"}"#.utf8))
    }
    router.post("/v1/checks") { request, _ in
      var request = request
      guard let buffer = try? await request.collectBody(upTo: RegisterDocument.maximumOctets) else {
        return Self.problem(.bodyTooLarge)
      }
      return Self.response(desk.check(Array(buffer.readableBytesView)))
    }
    router.get("/v1/checks/:batch") { _, context in
      Self.response(desk.answer(of: context.parameters.get("batch") ?? ""))
    }
    return router
  }

  private static func response(_ answer: Result<[UInt8], DeskRefusal>) -> Response {
    switch answer {
    case .success(let octets): response(.ok, RegisterDocument.mediaType, octets)
    case .failure(let refusal): problem(refusal.code)
    }
  }

  private static func problem(_ code: ProblemCode) -> Response {
    let problem = Problem(code: code, traceID: UUID().uuidString.lowercased())
    return response(
      .init(code: problem.status), Problem.mediaType, (try? WireJSON.encode(problem)) ?? [])
  }

  private static func response(_ status: HTTPResponse.Status, _ type: String, _ octets: [UInt8]) -> Response {
    Response(
      status: status, headers: [.contentType: type], body: .init(byteBuffer: ByteBuffer(bytes: octets)))
  }
}

/// Why the register could not be run.
public enum RegisterServerError: Error, Sendable {
  /// No loopback address to listen on.
  case notListening
}

struct DeskRefusal: Error {
  let code: ProblemCode
}

/// What the register has been asked and has answered: the same question has one answer.
final class RegisterDesk: Sendable {
  private let records: RegisterRecords
  private let fault: RegisterFault?
  private let answers = Mutex<[String: (request: [UInt8], answer: [UInt8])]>([:])

  init(records: RegisterRecords, fault: RegisterFault?) {
    self.records = records
    self.fault = fault
  }

  func check(_ request: [UInt8]) -> Result<[UInt8], DeskRefusal> {
    let answer: [UInt8]
    let batch: String
    do {
      batch = try RegisterDocument.readRequest(request) { Digest.sha256.hash($0) }.header.batch
      answer = try fault?.answer(to: request, records) ?? records.answer(to: request)
    } catch {
      return .failure(DeskRefusal(code: .malformedRequest))
    }
    return answers.withLock { answers in
      if let known = answers[batch] {
        guard known.request == request else { return .failure(DeskRefusal(code: .idempotencyKeyReused)) }
        return .success(known.answer)
      }
      answers[batch] = (request, answer)
      return .success(answer)
    }
  }

  func answer(of batch: String) -> Result<[UInt8], DeskRefusal> {
    answers.withLock { $0[batch] }.map { .success($0.answer) } ?? .failure(DeskRefusal(code: .notFound))
  }
}
