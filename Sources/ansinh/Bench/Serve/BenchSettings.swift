import CardCrypto
import Foundation
import NIOSSL
import PayoutPoint
import TransactionService

/// A service behind TLS for a benchmark: its certificate, its settings, and what each terminal proves itself with.
struct BenchSettings {
  /// Where metrics are told.
  let operations: Int
  private let trust: String

  /// Makes certificate and settings in the centre's folder, or takes those that are there.
  init(centre: String) throws {
    trust = centre + "/tls.pem"
    if !FileManager.default.fileExists(atPath: trust) {
      _ = try TLSFiles(folder: centre, hosts: ["127.0.0.1"], days: 3_650)
    }
    operations = try Self.freePort()
    let settings =
      "listen: 127.0.0.1:0\noperations: 127.0.0.1:\(operations)\ntls-certificate: tls.pem\ntls-key: tls.key\n"
      // Its standard error is the bench's own: no line for each request there.
      + "log-level: warning\n"
    try Data(settings.utf8).write(to: URL(fileURLWithPath: centre + "/serve.yaml"))
  }

  /// The TLS of each terminal's connection.
  func identities() throws -> [NIOSSLContext] {
    try (0..<BenchNation.terminals).map { terminal in
      var identity = ServiceIdentity()
      identity.trust = trust
      identity.terminal = try BenchNation.key(terminal: terminal)
      return try NIOSSLContext(configuration: try identity.tlsConfiguration(now: Clock.seconds))
    }
  }

  /// A token of a day for an official. A running service looks for new ones once a second.
  static func token(_ official: String, centre: String) throws -> ServiceToken {
    let file = centre + "/\(UUID().uuidString).token"
    let token = try AccessTokens.issue(
      for: official, validUntil: Clock.seconds + 86_400, path: centre + "/tokens.jsonl", random: SystemRandom())
    try OwnerFile.create(file, SecretBytes(Array((token + "\n").utf8)))
    defer { try? FileManager.default.removeItem(atPath: file) }
    return try ServiceToken(file: file)
  }

  /// A client for the official with a token.
  func client(_ token: ServiceToken, port: Int) throws -> ServiceClient {
    var identity = ServiceIdentity()
    identity.trust = trust
    identity.token = token
    return try ServiceClient(base: "https://127.0.0.1:\(port)", identity: identity, now: Clock.seconds)
  }

  /// A port that nobody listens on now.
  private static func freePort() throws -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw BenchError.system(errno) }
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
    guard isBound else { throw BenchError.system(errno) }
    return Int(UInt16(bigEndian: address.sin_port))
  }
}
