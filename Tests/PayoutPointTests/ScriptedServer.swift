import Foundation
import NIOCore
import NIOPosix

/// A request as it came in.
struct ScriptedRequest: Sendable {
  var method: String
  var path: String
  var key: String?
  var body: [UInt8]
}

/// An HTTP server whose every answer is a script's; no answer closes the connection, as a lost one looks.
struct ScriptedServer: Sendable {
  typealias Script = @Sendable (ScriptedRequest) async -> (status: Int, body: [UInt8], head: String?)?

  let base: String

  /// Serves `script` on a loopback port for as long as `body` takes.
  static func run(_ script: @escaping Script, _ body: (ScriptedServer) async throws -> Void) async throws {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(Handler(script)) }
      }
      .bind(host: "127.0.0.1", port: 0).get()
    do {
      try await body(ScriptedServer(base: "http://127.0.0.1:\(channel.localAddress?.port ?? 0)"))
    } catch {
      try await channel.close()
      throw error
    }
    try await channel.close()
  }

  /// One request a connection, which is all a test needs of HTTP/1.1.
  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let script: Script
    private var octets: [UInt8] = []
    private var isAnswered = false

    init(_ script: @escaping Script) { self.script = script }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      octets += Array(unwrapInboundIn(data).readableBytesView)
      guard !isAnswered, let request = Self.parse(octets) else { return }
      isAnswered = true
      let channel = context.channel
      let script = script
      Task {
        if let (status, body, newest) = await script(request) {
          let field = newest.map { "Ansinh-Head: \($0)\r\n" } ?? ""
          let head =
            "HTTP/1.1 \(status) X\r\n\(field)Content-Length: \(body.count)\r\nConnection: close\r\n\r\n"
          try? await channel.writeAndFlush(ByteBuffer(bytes: Array(head.utf8) + body))
        }
        try? await channel.close()
      }
    }

    private static func parse(_ octets: [UInt8]) -> ScriptedRequest? {
      let text = String(decoding: octets, as: Unicode.ASCII.self)
      guard let end = text.range(of: "\r\n\r\n") else { return nil }
      let lines = text[..<end.lowerBound].split(separator: "\r\n").map(String.init)
      let first = lines[0].split(separator: " ").map(String.init)
      var fields: [String: String] = [:]
      for line in lines.dropFirst() {
        let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
        if parts.count == 2 { fields[parts[0].lowercased()] = parts[1].trimmed }
      }
      let start = text.utf8.distance(from: text.startIndex, to: end.upperBound)
      let length = fields["content-length"].flatMap { Int($0) } ?? 0
      guard octets.count >= start + length else { return nil }
      return ScriptedRequest(
        method: first[0], path: first[1], key: fields["idempotency-key"],
        body: Array(octets[start..<start + length]))
    }
  }
}

extension String {
  fileprivate var trimmed: String { String(drop { $0 == " " }) }
}
