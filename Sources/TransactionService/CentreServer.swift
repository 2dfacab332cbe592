import Foundation
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import LedgerStore
import Logging
import NIOCore
import ServiceAPI
import ServiceLifecycle
import Synchronization
import UnixSignals

/// Why the service could not run.
public enum CentreServerError: Error, Sendable {
  /// Another program listens on the port.
  case portInUse(Int)
  /// The ledger is not the one that the master chain names: the number of the anchor, the tip that it has, and whether
  /// the ledger ends before it.
  case ledgerBehind(anchor: Int64, tip: String, isShort: Bool)
}

/// How a service lets clients in.
public struct ServerAccess: Sendable {
  /// Certificate and key; `nil` for a service without TLS, on loopback.
  public var identity: ServerIdentity?
  /// The officials' tokens; used with TLS.
  public var tokens: AccessTokens
  /// Requests a second of one caller; 0 for any number.
  public var requestsPerSecond: Int
  /// Tokens and keys that an address may get wrong in a minute; 0 for any number.
  public var failuresPerMinute: Int
  /// Connections at once.
  public var connections: Int
  /// Seconds until an idle connection is closed.
  public var idleSeconds: Int
  /// Seconds that a request may take to arrive.
  public var requestSeconds: Int

  /// What a configuration says.
  public init(_ configuration: ServeConfiguration, identity: ServerIdentity?, tokens: AccessTokens) {
    self.identity = identity
    self.tokens = tokens
    requestsPerSecond = configuration.requestsPerSecond
    failuresPerMinute = configuration.failuresPerMinute
    connections = configuration.connections
    idleSeconds = configuration.idleSeconds
    requestSeconds = configuration.requestSeconds
  }
}

/// The centre behind HTTP.
public struct CentreServer: Sendable {
  private let centre: Centre
  private let endpoint: Endpoint
  private let operations: Endpoint?
  private let access: ServerAccess?
  private let isForensic: Bool
  private let logger: Logger
  /// For the lines of requests; nil for none.
  private let requestLogger: Logger?
  /// Connections of those who watch the service.
  private static let operationConnections = 64

  /// A server on loopback, without TLS, for the programs of this machine; it is not running yet.
  ///
  /// - Parameter isForensic: a command looks at the ledger, or copies it, whatever the master chain says of it; nothing
  ///   is anchored then that is not the ledger that was anchored before.
  public init(centre: Centre, port: Int, isForensic: Bool = false) {
    self.centre = centre
    self.isForensic = isForensic
    endpoint = Endpoint(host: "127.0.0.1", port: port)
    operations = nil
    access = nil
    var logger = Logger(label: "ansinh.serve")
    logger.logLevel = .warning
    self.logger = logger
    requestLogger = nil
  }

  /// A server as it is configured; it is not running yet.
  ///
  /// - Parameter log: takes the octets of a line of the log.
  public init(
    centre: Centre, configuration: ServeConfiguration, access: ServerAccess,
    log: @escaping @Sendable ([UInt8]) -> Void = ServiceLog.toStandardError
  ) {
    self.centre = centre
    endpoint = configuration.listen
    operations = configuration.operations
    self.access = access
    isForensic = false
    logger = ServiceLog(format: configuration.logFormat, level: configuration.logLevel, write: log).logger
    requestLogger = logger
  }

  /// Serves until `stop` is asked for or, with `stopsOnSignals`, SIGTERM or SIGINT comes: what was accepted is answered
  /// first.
  ///
  /// - Parameter onReady: called once with the port that is listened on, and how to stop.
  public func run(
    stopsOnSignals: Bool,
    onReady: @escaping @Sendable (_ port: Int, _ stop: @escaping @Sendable () async -> Void) async -> Void
  ) async throws {
    // Nothing is paid from a ledger that was put back, and nothing written to it: a chain that went on over it would
    // hide what was lost.
    do {
      try await centre.requireAnchored()
    } catch let error as CentreServerError {
      guard isForensic, let anchors = centre.anchors, let newest = anchors.newest else { throw error }
      anchors.stop(after: newest)
    }
    let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
    let isListening = Atomic(false)
    var services: [any Service] = [
      Application(
        router: router, server: try server(),
        configuration: .init(
          address: .hostname(endpoint.host, port: endpoint.port), serverName: "ansinh", backlog: 1_024,
          availableConnectionsDelegate: access.map { MaximumAvailableConnections(connections($0)) }),
        onServerRunning: { channel in
          isListening.store(true, ordering: .relaxed)
          continuation.yield(channel.localAddress?.port ?? 0)
          continuation.finish()
        }, logger: logger)
    ]
    if let operations {
      services.append(
        Application(
          router: OperationRoutes(centre: centre).router(),
          server: .http1(configuration: .init(idleTimeout: .seconds(Int64(access?.idleSeconds ?? 120)))),
          configuration: .init(
            address: .hostname(operations.host, port: operations.port), serverName: "ansinh",
            availableConnectionsDelegate: MaximumAvailableConnections(Self.operationConnections)),
          logger: logger))
    }
    let group = ServiceGroup(
      services: services, gracefulShutdownSignals: stopsOnSignals ? [.sigterm, .sigint] : [], logger: logger)
    async let running: Void = {
      defer { continuation.finish() }
      do {
        try await group.run()
      } catch let error as IOError where error.errnoCode == EADDRINUSE {
        // One of two ports: the service's, unless it listens already.
        let isOwn = !isListening.load(ordering: .relaxed)
        throw CentreServerError.portInUse(isOwn ? endpoint.port : operations?.port ?? endpoint.port)
      }
    }()
    let store = centre.store
    let watch = Task {
      var isAnchoring = true
      // A store that could not make a batch durable answers nothing any more: better no service than a useless one.
      while (try? await store.head()) != nil {
        await centre.anchor(.second)
        if let failure = centre.anchors?.failure, isAnchoring {
          isAnchoring = false
          logger.error("nothing is anchored any more", metadata: ["reason": "\(failure)"])
        }
        try await Task.sleep(for: .seconds(1))
      }
      await group.triggerGracefulShutdown()
    }
    defer { watch.cancel() }
    for await port in ports { await onReady(port) { await group.triggerGracefulShutdown() } }
    try await running
    _ = try await store.head()
    await centre.anchor(.close)
  }

  /// Connections that the service takes at once: as many as it is set to, and the system lets it.
  private func connections(_ access: ServerAccess) -> Int {
    let most = OpenFiles.raise(forConnections: access.connections)
    if most < access.connections {
      logger.warning("the system allows fewer connections than are set", metadata: ["connections": "\(most)"])
    }
    return most
  }

  /// The routes behind the door.
  private var router: Router<BasicRequestContext> {
    let tokens = access.flatMap { $0.identity == nil ? nil : $0.tokens }
    let guardian = AccessGuard(
      tokens: tokens, store: centre.store, requestsPerSecond: access?.requestsPerSecond ?? 0,
      failuresPerMinute: access?.failuresPerMinute ?? 0, clock: centre.clock)
    return Routes(centre: centre, logger: requestLogger).router(guardian)
  }

  /// HTTP/1.1, in TLS where there is a certificate.
  private func server() throws -> HTTPServerBuilder {
    guard let access else { return .http1() }
    let crowd = centre.crowd
    let limit = TimeAmount.seconds(Int64(access.requestSeconds))
    let http = HTTPServerBuilder.http1(
      configuration: .init(
        additionalChannelHandlers: [PeerStamp(), SlowRequestHandler(limit: limit), CrowdHandler(crowd)],
        idleTimeout: .seconds(Int64(access.idleSeconds))))
    guard let identity = access.identity else { return http }
    return try .tls(http, configuration: identity.tls)
  }
}
