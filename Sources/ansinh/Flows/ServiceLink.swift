import Foundation
import PayoutPoint

/// Where the centre's service is, and how a program proves itself to it: what the environment says, else the files of
/// `DIR/service`.
///
/// `address` (its URL), `trust.pem` (the certificates to believe), `token` and `checker-token` (of the official who
/// works, and of one who stands by). Tokens come from files alone, never from the command line.
struct ServiceLink {
  /// Variables that stand above the files.
  enum Variable {
    static let address = "ANSINH_SERVICE"
    static let trust = "ANSINH_TRUST"
    static let token = "ANSINH_TOKEN_FILE"
    static let checkerToken = "ANSINH_CHECKER_TOKEN_FILE"
  }

  let home: StateHome
  /// Code of the point that asks.
  let point: String?

  private var folder: String { home.path + "/service" }
  private var environment: [String: String] { ProcessInfo.processInfo.environment }

  /// Where the service is; `nil` for the one of this state.
  var address: String? {
    environment[Variable.address] ?? (try? String(contentsOfFile: folder + "/address", encoding: .utf8))
  }

  /// A client of the service at `url`.
  ///
  /// - Throws: what is wrong with a token's file, the trusted certificates or the point's key.
  func client(_ url: String) throws -> ServiceClient {
    let base = url.trimmingCharacters(in: .whitespacesAndNewlines)
    guard base.hasPrefix("https://") else { return ServiceClient(base: base) }
    var identity = ServiceIdentity()
    identity.trust = file(Variable.trust, "trust.pem")
    identity.token = try file(Variable.token, "token").map { try ServiceToken(file: $0) }
    identity.checkerToken = try file(Variable.checkerToken, "checker-token").map { try ServiceToken(file: $0) }
    if let point {
      try home.make(home.point(point))
      identity.terminal = try PointKey.open(home.point(point))
    }
    do {
      return try ServiceClient(base: base, identity: identity, now: Clock.seconds)
    } catch {
      throw CentreAccessError.trust(path: identity.trust ?? "")
    }
  }

  private func file(_ variable: String, _ name: String) -> String? {
    if let path = environment[variable] { return path }
    let path = folder + "/" + name
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }
}
