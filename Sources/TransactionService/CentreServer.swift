import Hummingbird
import Logging
import NIOCore
import ServiceAPI
import UnixSignals

/// Where the service listens, and why it may not.
public struct ListenAddress: Hashable, Sendable {
  /// A loopback address.
  public let host: String
  /// TCP port; 0 lets the system choose.
  public let port: Int

  /// `nil` for an address outside loopback: until terminals are authenticated by TLS, nothing else may connect.
  public init?(host: String, port: Int) {
    guard host == "::1" || host == "localhost" || Self.isLoopbackV4(host), (0...65_535).contains(port) else {
      return nil
    }
    self.host = host
    self.port = port
  }

  private static func isLoopbackV4(_ host: String) -> Bool {
    let parts = host.split(separator: ".", omittingEmptySubsequences: false)
    return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
  }
}

/// The centre behind HTTP.
public struct CentreServer: Sendable {
  private let centre: Centre
  private let address: ListenAddress

  /// A server that is not running yet.
  public init(centre: Centre, address: ListenAddress) {
    self.centre = centre
    self.address = address
  }

  /// Serves until the task is cancelled or, with `stopsOnSignals`, SIGTERM or SIGINT comes: what was accepted is
  /// answered first.
  ///
  /// - Parameter onReady: called once with the port that is listened on.
  public func run(stopsOnSignals: Bool, onReady: @escaping @Sendable (Int) async -> Void) async throws {
    var logger = Logger(label: "ansinh.serve")
    logger.logLevel = .warning
    let application = Application(
      router: Routes(centre: centre).router(),
      configuration: .init(address: .hostname(address.host, port: address.port), serverName: "ansinh"),
      onServerRunning: { channel in await onReady(channel.localAddress?.port ?? 0) }, logger: logger)
    try await application.runService(gracefulShutdownSignals: stopsOnSignals ? [.sigterm, .sigint] : [])
  }
}
