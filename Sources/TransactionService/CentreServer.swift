import Foundation
import Hummingbird
import LedgerStore
import Logging
import NIOCore
import ServiceAPI
import ServiceLifecycle
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
    return parts.count == 4 && parts[0] == "127"
      && parts.allSatisfy { part in
        part.utf8.allSatisfy { (0x30...0x39).contains($0) } && UInt8(part) != nil
      }
  }
}

/// Why the service could not run.
public enum CentreServerError: Error, Sendable {
  /// Another program listens on the port.
  case portInUse(Int)
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

  /// Serves until `stop` is asked for or, with `stopsOnSignals`, SIGTERM or SIGINT comes: what was accepted is answered
  /// first.
  ///
  /// - Parameter onReady: called once with the port that is listened on, and how to stop.
  public func run(
    stopsOnSignals: Bool,
    onReady: @escaping @Sendable (_ port: Int, _ stop: @escaping @Sendable () async -> Void) async -> Void
  ) async throws {
    var logger = Logger(label: "ansinh.serve")
    logger.logLevel = .warning
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let application = Application(
      router: Routes(centre: centre).router(),
      configuration: .init(address: .hostname(address.host, port: address.port), serverName: "ansinh"),
      onServerRunning: { channel in
        continuation.yield(channel.localAddress?.port ?? 0)
        continuation.finish()
      }, logger: logger)
    let group = ServiceGroup(
      services: [application], gracefulShutdownSignals: stopsOnSignals ? [.sigterm, .sigint] : [], logger: logger)
    async let running: Void = {
      defer { continuation.finish() }
      do {
        try await group.run()
      } catch let error as IOError where error.errnoCode == EADDRINUSE {
        throw CentreServerError.portInUse(address.port)
      }
    }()
    let store = centre.store
    let watch = Task {
      // A store that could not make a batch durable answers nothing any more: better no service than a useless one.
      while (try? await store.head()) != nil { try await Task.sleep(for: .seconds(1)) }
      await group.triggerGracefulShutdown()
    }
    defer { watch.cancel() }
    for await port in ports { await onReady(port) { await group.triggerGracefulShutdown() } }
    try await running
    _ = try await store.head()
  }
}
