import AsyncHTTPClient
import Benefits
package import CardCrypto
import CardTestSupport
import Foundation
import Ledger
package import LedgerStore
import NIOCore
import NIOHTTP1
package import PayoutPoint
import ServiceAPI
import Synchronization
import TransactionService

/// A whole centre behind TLS, as it would be deployed: a certificate of its own, officials' tokens, terminals' keys.
package final class SecureCentre: Sendable {
  package let folder: String
  package let clock: TestClock
  package let store: SQLiteLedgerStore
  package let port: Int
  /// Where metrics and readiness are told.
  package let operations: Int
  private let lines: LogLines
  /// What the service has logged.
  package var log: String { lines.text }
  private let http = Mutex<[String: HTTPClient]>([:])
  private let clients = Mutex<[ServiceClient]>([])

  package var base: String { "https://127.0.0.1:\(port)" }
  /// PEM file of the service's certificate.
  package var trust: String { folder + "/tls.pem" }
  package var tokens: String { folder + "/tokens.jsonl" }

  private init(
    folder: String, clock: TestClock, store: SQLiteLedgerStore, port: Int, operations: Int, lines: LogLines
  ) {
    self.lines = lines
    (self.folder, self.clock, self.store, self.port, self.operations) = (folder, clock, store, port, operations)
  }

  /// Runs a centre behind TLS for as long as `body` takes. `settings` are lines of its `serve.yaml`.
  package static func run(
    in scratch: ScratchFolder? = nil, settings: String = "",
    _ body: @escaping @Sendable (SecureCentre) async throws -> Void
  ) async throws {
    let scratch = try scratch ?? ScratchFolder()
    let clock = TestClock()
    try makeCertificate(scratch.path)
    let operations = try freePort()
    let file = scratch.path + "/serve.yaml"
    try Data(
      ("listen: 127.0.0.1:0\noperations: 127.0.0.1:\(operations)\ntls-certificate: tls.pem\ntls-key: tls.key\n"
        + "tokens: tokens.jsonl\n" + settings).utf8
    ).write(to: URL(fileURLWithPath: file))
    let configuration = try ServeConfiguration(file: file, environment: [:])
    let identity = try configuration.tls.map {
      try ServerIdentity(certificate: $0.certificate, key: $0.key, now: TestClock.now)
    }
    let store = try SQLiteLedgerStore(folder: scratch.path + "/centre", clock: { clock.milliseconds })
    let records = try RecordsKey(folder: scratch.path + "/centre")
    let centre = Centre(
      store: store, keys: try CentreKeys(path: scratch.path + "/centre/centre.keys"), trust: IssuerTrust(folders: []),
      allowsSampleData: true, records: records,
      anchors: try AnchorLog(folder: scratch.path + "/centre", key: records, clock: { clock.milliseconds }),
      clock: { clock.milliseconds })
    let access = ServerAccess(
      configuration, identity: identity, tokens: AccessTokens(path: configuration.tokens ?? ""))
    let failure = Mutex<(any Error)?>(nil)
    let lines = LogLines()
    let server = CentreServer(centre: centre, configuration: configuration, access: access) { lines.append($0) }
    try await server.run(stopsOnSignals: false) { port, stop in
      let running = SecureCentre(
        folder: scratch.path, clock: clock, store: store, port: port, operations: operations, lines: lines)
      do {
        try await body(running)
      } catch {
        failure.withLock { $0 = error }
      }
      for client in running.http.withLock({ Array($0.values) }) { try? await client.shutdown() }
      for client in running.clients.withLock({ $0 }) { await client.shutdown() }
      await stop()
    }
    await store.close()
    if let error = failure.withLock({ $0 }) { throw error }
  }

  private static func makeCertificate(_ folder: String) throws {
    let key = try ECPrivateKey(generate: .p256)
    // TLS asks the machine's clock, not the test's.
    var request = CertificateRequest(
      subject: "127.0.0.1", serial: [1], publicKey: key.publicKey, notBefore: TestClock.now - 300,
      notAfter: TestClock.now + 86_400, isAuthority: true)
    request.hosts = ["127.0.0.1", "localhost"]
    let certificate = try Certificate.issue(request, issuer: "127.0.0.1", key: key)
    try OwnerFile.create(folder + "/tls.key", try key.pem())
    try OwnerFile.create(folder + "/tls.pem", Array(PEM.certificate(certificate.der).utf8))
  }

  /// A port that nobody listens on now.
  private static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
      }
    }
    guard isBound else { throw TestSupportError.invalid("port") }
    return Int(UInt16(bigEndian: address.sin_port))
  }

  /// The file of a new token of `official`.
  package func token(_ official: String, days: Int64 = 1) throws -> String {
    let token = try AccessTokens.issue(
      for: official, validUntil: clock.milliseconds / 1_000 + days * 86_400, path: tokens, random: SystemRandom())
    let path = folder + "/token-" + UUID().uuidString
    try OwnerFile.create(path, Array(token.utf8))
    return path
  }

  /// A client that proves what it is given; it is closed with the centre.
  package func client(
    token: String? = nil, checker: String? = nil, terminal: (any ECSigner)? = nil
  ) throws -> ServiceClient {
    var identity = ServiceIdentity()
    identity.trust = trust
    identity.token = try token.map { try ServiceToken(file: $0) }
    identity.checkerToken = try checker.map { try ServiceToken(file: $0) }
    identity.terminal = terminal
    let client = try ServiceClient(base: base, identity: identity, now: TestClock.now, timeoutSeconds: 30)
    clients.withLock { $0.append(client) }
    return client
  }

  /// One request with headers as they are given; `terminal` is the key of the connection.
  package func send(
    _ method: String, _ path: String, headers: [String: String] = [:], body: [UInt8] = [],
    terminal: (any ECSigner)? = nil
  ) async throws -> HTTPAnswer {
    var request = HTTPClientRequest(url: base + path)
    request.method = HTTPMethod(rawValue: method)
    for (name, value) in headers { request.headers.add(name: name, value: value) }
    if method == "POST" { request.body = .bytes(ByteBuffer(bytes: body)) }
    let response = try await connection(terminal).execute(request, timeout: .seconds(30))
    let buffer = try await response.body.collect(upTo: 1 << 24)
    let answer = HTTPAnswer(
      status: Int(response.status.code), body: Array(buffer.readableBytesView),
      mediaType: response.headers.first(name: "Content-Type") ?? "")
    try ServiceContract.shared.get().require(method, path, sent: body, got: answer)
    return answer
  }

  private func connection(_ terminal: (any ECSigner)?) throws -> HTTPClient {
    let name = terminal.map { $0.publicKey.point.map { String($0) }.joined(separator: " ") } ?? ""
    return try http.withLock { known in
      if let client = known[name] { return client }
      var identity = ServiceIdentity()
      identity.trust = trust
      identity.terminal = terminal
      let client = HTTPClient(
        eventLoopGroupProvider: .singleton,
        configuration: .init(tlsConfiguration: try identity.tlsConfiguration(now: TestClock.now)))
      known[name] = client
      return client
    }
  }
}

/// Lines of a log, kept.
private final class LogLines: Sendable {
  private let octets = Mutex<[UInt8]>([])

  var text: String { String(decoding: octets.withLock { $0 }, as: UTF8.self) }

  func append(_ line: [UInt8]) { octets.withLock { $0 += line } }
}

extension TestClock {
  /// The machine's own clock, Unix seconds: what TLS goes by.
  package static var now: Int64 { Int64(Date().timeIntervalSince1970) }
}
