import AsyncHTTPClient
import Foundation
import ISO7816
import NIOCore
import NIOHTTP1
public import ServiceAPI

/// Why the service gave no answer that can be used.
public enum ServiceClientError: Error, Sendable {
  /// The service could not be reached, or the answer was lost: what became of the request is not known.
  case unreachable(String)
  /// The service refused the request.
  case refused(Problem)
  /// The answer has not the form it should have.
  case malformedAnswer(status: Int)

  /// Whether the service refused with `code`.
  public func isRefusal(_ code: ProblemCode) -> Bool {
    if case .refused(let problem) = self { problem.code == code.rawValue } else { false }
  }
}

/// A client of the transaction service. Every POST carries an idempotency key and may be sent again.
///
/// A refusal that is over in a moment (``ProblemCode/isPassing``) is waited out: the same request goes out again after
/// 50 ms, then after twice as long each time, until the time for the answer is over. That is how a request whose answer
/// was lost gets it, while the centre is still at work on the first.
public struct ServiceClient: Sendable {
  private let base: String
  private let client: HTTPClient
  private let timeoutSeconds: Int64
  private let token, checkerToken: ServiceToken?

  /// A client of the service at `base`, for example `http://127.0.0.1:8741`.
  public init(base: String, timeoutSeconds: Int64 = 10) {
    self.base = base
    self.timeoutSeconds = timeoutSeconds
    (token, checkerToken) = (nil, nil)
    client = HTTPClient(eventLoopGroupProvider: .singleton)
  }

  /// A client of the service at `base`, an `https` address, as `identity`; `now` is Unix time.
  ///
  /// - Throws: what is wrong with the file of trusted certificates, or with the terminal's key.
  public init(base: String, identity: ServiceIdentity, now: Int64, timeoutSeconds: Int64 = 10) throws {
    self.base = base
    self.timeoutSeconds = timeoutSeconds
    (token, checkerToken) = (identity.token, identity.checkerToken)
    client = HTTPClient(
      eventLoopGroupProvider: .singleton,
      configuration: .init(tlsConfiguration: try identity.tlsConfiguration(now: now)))
  }

  /// Closes the connections.
  public func shutdown() async { try? await client.shutdown() }

  /// GET of `path`; `timeoutSeconds` when the answer may take longer than others.
  public func get<Answer: Decodable>(
    _ path: String, _ type: Answer.Type, timeoutSeconds: Int64? = nil
  ) async throws(ServiceClientError) -> Answer {
    try decode(try await send(.GET, path, key: nil, body: [], timeoutSeconds: timeoutSeconds), type)
  }

  /// POST of a JSON body; `key` is sent as `Idempotency-Key`, `timeoutSeconds` is for answers that take longer.
  public func post<Answer: Decodable>(
    _ path: String, key: String?, _ body: some Encodable, _ type: Answer.Type, timeoutSeconds: Int64? = nil
  ) async throws(ServiceClientError) -> Answer {
    let octets: [UInt8]
    do {
      octets = try WireJSON.encode(body)
    } catch {
      throw .malformedAnswer(status: 0)
    }
    return try decode(
      try await send(.POST, path, key: key, body: octets, timeoutSeconds: timeoutSeconds), type)
  }

  /// POST of a JSON body; the answer with the head of the centre's chain that came with it (`Ansinh-Head`).
  func postWithHead<Answer: Decodable>(
    _ path: String, key: String, _ body: some Encodable, _ type: Answer.Type
  ) async throws(ServiceClientError) -> (answer: Answer, head: String?) {
    guard let octets = try? WireJSON.encode(body) else { throw .malformedAnswer(status: 0) }
    let answer = try await send(.POST, path, key: key, body: octets)
    return (try decode(answer, type), answer.head)
  }

  /// POST of octets as they are.
  public func post<Answer: Decodable>(
    _ path: String, key: String, octets: [UInt8], _ type: Answer.Type
  ) async throws(ServiceClientError) -> Answer {
    try decode(try await send(.POST, path, key: key, body: octets), type)
  }

  /// POST of a document of `type`; the document that is answered, octet for octet.
  public func exchange(
    _ path: String, _ octets: [UInt8], type: String, timeoutSeconds: Int64
  ) async throws(ServiceClientError) -> [UInt8] {
    let answer = try await send(
      .POST, path, key: nil, body: octets, type: type, limit: 1 << 26, timeoutSeconds: timeoutSeconds)
    guard (200..<300).contains(answer.status) else {
      _ = try decode(answer, [String].self)
      throw .malformedAnswer(status: answer.status)
    }
    return answer.body
  }

  /// Revokes the terminal whose public point has this SHA-256. Safe to repeat: refused with `terminal-revoked` when it
  /// is so already.
  public func revokeTerminal(_ keyHash: [UInt8]) async throws(ServiceClientError) {
    // A key of its own each time: an answer that the terminal is unknown must not be the answer for ever.
    _ = try await post(
      "/v1/terminals/\(keyHash.hex)/revocation", key: UUID().uuidString.lowercased(), [String](), RegisteredAnswer.self)
  }

  /// Status, body and `Ansinh-Head` as they came.
  private struct Received {
    let status: Int
    let body: [UInt8]
    let head: String?

    /// Whether it is a refusal that is over in a moment.
    var isPassing: Bool {
      guard status == 409 || status == 429, let problem = try? WireJSON.decode(Problem.self, from: body) else {
        return false
      }
      return problem.retryable && ProblemCode(rawValue: problem.code)?.isPassing ?? false
    }
  }

  private func decode<Answer: Decodable>(
    _ answer: Received, _ type: Answer.Type
  ) throws(ServiceClientError) -> Answer {
    guard (200..<300).contains(answer.status) else {
      guard let problem = try? WireJSON.decode(Problem.self, from: answer.body) else {
        throw .malformedAnswer(status: answer.status)
      }
      throw .refused(problem)
    }
    do {
      return try WireJSON.decode(type, from: answer.body)
    } catch {
      throw .malformedAnswer(status: answer.status)
    }
  }

  private func send(
    _ method: HTTPMethod, _ path: String, key: String?, body: [UInt8], type: String = "application/json",
    limit: Int = 1 << 24, timeoutSeconds: Int64? = nil
  ) async throws(ServiceClientError) -> Received {
    let timeout = timeoutSeconds ?? self.timeoutSeconds
    let deadline = ContinuousClock.now + .seconds(timeout)
    var pause = Duration.milliseconds(50)
    while true {
      let received = try await sendOnce(
        method, path, key: key, body: body, type: type, limit: limit, timeoutSeconds: timeout)
      // Points that lost their line together must not come back together: between half and the whole of it.
      let wait = pause * Double.random(in: 0.5...1)
      guard received.isPassing, ContinuousClock.now + wait < deadline, (try? await Task.sleep(for: wait)) != nil
      else { return received }
      pause = min(pause * 2, .seconds(2))
    }
  }

  private func sendOnce(
    _ method: HTTPMethod, _ path: String, key: String?, body: [UInt8], type: String, limit: Int, timeoutSeconds: Int64
  ) async throws(ServiceClientError) -> Received {
    do {
      var request = HTTPClientRequest(url: base + path)
      request.method = method
      if let key { request.headers.add(name: "Idempotency-Key", value: key) }
      if let token { request.headers.add(name: "Authorization", value: "Bearer " + token.text) }
      if let checkerToken { request.headers.add(name: "Ansinh-Checker", value: "Bearer " + checkerToken.text) }
      if method == .POST {
        request.headers.add(name: "Content-Type", value: type)
        request.body = .bytes(ByteBuffer(bytes: body))
      }
      let response = try await client.execute(request, timeout: .seconds(timeoutSeconds))
      let buffer = try await response.body.collect(upTo: limit)
      // A journal line keeps it: bounded, whoever answers.
      let head = response.headers.first(name: "Ansinh-Head").map { String($0.prefix(SignedHead.largestText)) }
      return Received(status: Int(response.status.code), body: Array(buffer.readableBytesView), head: head)
    } catch {
      throw .unreachable(String(describing: error))
    }
  }
}
