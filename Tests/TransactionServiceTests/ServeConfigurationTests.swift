import CardCrypto
import CardTestSupport
import CentreTestSupport
import Foundation
import NIOCore
import Testing
import VietnamReference

@testable import TransactionService

@Suite("The service's settings")
struct ServeConfigurationTests {
  private func read(
    _ yaml: String, _ environment: [String: String] = [:], _ options: [ServeSetting: String] = [:]
  ) throws -> ServeConfiguration {
    let scratch = try ScratchFolder()
    let path = scratch.path + "/serve.yaml"
    try Data(yaml.utf8).write(to: URL(fileURLWithPath: path))
    return try ServeConfiguration(file: path, environment: environment, options: options)
  }

  @Test("Options stand above the environment, that above the file, that above what nobody set")
  func origins() throws {
    let configuration = try read(
      "listen: 127.0.0.1:1\nidle-seconds: 7\nrequest-seconds: 8\n",
      ["ANSINH_SERVE_LISTEN": "127.0.0.1:2", "ANSINH_SERVE_IDLE_SECONDS": "9", "PATH": "/bin"],
      [.listen: "127.0.0.1:3"])
    #expect(configuration.listen.port == 3 && configuration.values[.listen]?.origin == .option)
    #expect(configuration.idleSeconds == 9 && configuration.values[.idleSeconds]?.origin == .environment)
    #expect(configuration.requestSeconds == 8 && configuration.values[.requestSeconds]?.origin == .file)
    #expect(configuration.connections == 4_096 && configuration.values[.connections]?.origin == .standard)
    #expect(try read("").listen == Endpoint(host: "127.0.0.1", port: 8_741))
  }

  @Test("Paths count from the file's folder")
  func paths() throws {
    let configuration = try read("tls-certificate: a.pem\ntls-key: /b/c.key\ntokens: t\n")
    #expect(configuration.tls?.certificate.hasSuffix("/a.pem") == true)
    #expect(configuration.tls?.certificate.hasPrefix("/") == true)
    #expect(configuration.tls?.key == "/b/c.key" && configuration.tokens?.hasSuffix("/t") == true)
  }

  @Test(
    "Every fault is told with its place and key",
    arguments: [
      ("lisen: x\n", "lisen", ":1"), ("listen: here\n", "listen", ":1"), ("\nconnections: 0\n", "connections", ":2"),
      ("connections: many\n", "connections", ":1"), ("idle-seconds: 1.5\n", "idle-seconds", ":1"),
      ("log-level: loud\n", "log-level", ":1"), ("log-format: xml\n", "log-format", ":1"),
      ("failures-per-minute: -1\n", "failures-per-minute", ":1"), ("tls-key: a\n", "tls-certificate", ":1"),
      ("tls-certificate: a\n", "tls-key", ":1"), ("listen: 0.0.0.0:8741\n", "listen", ":1"),
      ("listen: [a, b]\n", "listen", ":1"), ("- a\n", "", ":1"),
      ("listen: 127.0.0.1:1\nlisten: 127.0.0.1:2\n", "listen", ":2"),
      ("operations: x\n", "operations", ":1"), ("listen: \"a\n", "", ":"),
    ])
  func faults(yaml: String, key: String, place: String) throws {
    let error = try #require(throws: ServeConfigurationError.self) { try read(yaml) }
    let fault = try #require(error.faults.first)
    #expect(fault.key == key && fault.place.contains(place), "\(fault)")
    #expect(!fault.reason.vi.isEmpty && !fault.reason.en.isEmpty && fault.reason.vi != fault.reason.en)
  }

  @Test("Several faults at once, of file and environment")
  func several() throws {
    let error = try #require(throws: ServeConfigurationError.self) {
      try read("lisen: x\nconnections: 0\n", ["ANSINH_SERVE_IDLE_SECOND": "3", "ANSINH_SERVE_LOG_LEVEL": "x"])
    }
    #expect(error.faults.map(\.key) == ["lisen", "ANSINH_SERVE_IDLE_SECOND", "log-level", "connections"])
    #expect(throws: ServeConfigurationError.self) { try ServeConfiguration(file: "/nowhere.yaml", environment: [:]) }
  }

  @Test("A certificate with another key, a key that others may read, one that is over")
  func identity() throws {
    let scratch = try ScratchFolder()
    func certificate(_ name: String, _ key: ECPrivateKey, until: Int64) throws -> String {
      var request = CertificateRequest(
        subject: "a", serial: [1], publicKey: key.publicKey, notBefore: until - 86_400, notAfter: until,
        isAuthority: true)
      request.hosts = ["a"]
      let path = scratch.path + "/" + name
      try OwnerFile.create(
        path, Array(PEM.certificate(try Certificate.issue(request, issuer: "a", key: key).der).utf8))
      return path
    }
    let (key, other) = (try ECPrivateKey(generate: .p256), try ECPrivateKey(generate: .p256))
    let keyPath = scratch.path + "/key"
    try OwnerFile.create(keyPath, try key.pem())
    let good = try certificate("good", key, until: 2_000_000)
    let identity = try ServerIdentity(certificate: good, key: keyPath, now: 1_990_000)
    #expect(identity.validUntil == 2_000_000)
    #expect(throws: ServerIdentityError.self) {
      try ServerIdentity(certificate: good, key: keyPath, now: 2_000_001)
    }
    let wrong = try certificate("wrong", other, until: 2_000_000)
    #expect(throws: ServerIdentityError.self) {
      try ServerIdentity(certificate: wrong, key: keyPath, now: 1_990_000)
    }
    #expect(throws: ServerIdentityError.self) {
      try ServerIdentity(certificate: keyPath, key: keyPath, now: 1_990_000)
    }
    try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: keyPath)
    #expect(throws: KeyFileError.self) { try ServerIdentity(certificate: good, key: keyPath, now: 1_990_000) }
  }
}

@Suite("Rates and figures")
struct RateLimiterTests {
  @Test("Two seconds' worth at once, then so many a second, each caller alone")
  func bucket() {
    let limiter = RateLimiter(perSecond: 5)
    #expect((0..<20).filter { _ in limiter.admits("a", now: 0) }.count == 10)
    #expect((0..<20).filter { _ in limiter.admits("a", now: 1_000_000_000) }.count == 5)
    #expect(limiter.admits("b", now: 1_000_000_000))
    #expect((0..<1_000).allSatisfy { _ in RateLimiter(perSecond: 0).admits("a", now: 0) })
  }

  @Test("To look whether a bucket is empty takes nothing out of it")
  func spent() {
    let limiter = RateLimiter(perSecond: 1, atOnce: 3)
    #expect((0..<9).allSatisfy { _ in !limiter.isSpent("a", now: 0) })
    #expect((0..<9).filter { _ in limiter.admits("a", now: 0) }.count == 3)
    #expect(limiter.isSpent("a", now: 999_999_999) && !limiter.isSpent("a", now: 1_000_000_000))
    #expect(!RateLimiter(perSecond: 0).isSpent("a", now: 0))
  }

  @Test("An IPv4 address is counted alone, an IPv6 line as one, a mapped address as what it is")
  func lines() throws {
    func key(_ text: String) throws -> String { try SocketAddress(ipAddress: text, port: 1).lineKey }
    #expect(try key("192.0.2.7") == "192.0.2.7")
    #expect(try key("::ffff:192.0.2.7") == "192.0.2.7")
    let (first, second) = (try key("2001:db8:1:2::1"), try key("2001:db8:1:2:ffff::9"))
    #expect(first == second && first == "20010db800010002")
    let other = try key("2001:db8:1:3::1")
    #expect(first != other)
  }

  @Test("Many callers are not all remembered")
  func bounded() {
    let limiter = RateLimiter(perSecond: 1)
    for number in 0..<30_000 { _ = limiter.admits(String(number), now: Int64(number)) }
    #expect(limiter.size <= 10_001)
  }

  @Test("A measurement falls into the bucket of its bound, and one above all into the last")
  func histogram() {
    let histogram = Histogram(bounds: [10, 20, 30])
    for value in [Int64(0), 10, 11, 20, 21, 30, 31, 1_000] { histogram.record(value) }
    #expect(histogram.reading.counts == [2, 2, 2, 2])
    #expect(histogram.reading.sum == 1_123)
  }
}
