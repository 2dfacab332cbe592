import Foundation
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization

/// What a load came to.
struct LoadResult: Sendable {
  /// Milliseconds of each answered request, in no order.
  var latencies: [Double] = []
  /// Answers that were no success, and the first one's octets.
  var failures = 0
  var firstFailure = ""
  var seconds = 0.0

  var rate: Double { Double(latencies.count) / seconds }

  func percentile(_ share: Double) -> Double {
    let sorted = latencies.sorted()
    return sorted.isEmpty ? 0 : sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
  }
}

/// Keep-alive connections that send prepared requests, each the next one when the last is answered.
///
/// Only what a load needs is read of an answer: its status and its length. What it costs is taken off the same two
/// cores as the service, so it is one thread that copies octets.
struct LoadGenerator: Sendable {
  let host: String
  let port: Int
  /// A client certificate each; plain TCP when empty.
  var identities: [NIOSSLContext] = []

  /// Sends `queues[i]` from `starts[i]` on, each on `connections` of its own, for at most `duration`.
  func run(
    _ queues: [RequestQueue], from starts: [Int], connections: Int = 1, for duration: Duration
  ) async throws -> (LoadResult, [Int]) {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let deadline = ContinuousClock.now + duration
    let sources = zip(queues, starts).map { RequestSource(queue: $0, next: $1) }
    let clients = (0..<connections).flatMap { _ in
      sources.map { LoadClient(source: $0, deadline: deadline, promise: group.next().makePromise()) }
    }
    let start = ContinuousClock.now
    do {
      for (index, client) in clients.enumerated() {
        let identity = identities.isEmpty ? nil : identities[index % queues.count % identities.count]
        _ = try await ClientBootstrap(group: group)
          .channelOption(.tcpOption(.tcp_nodelay), value: 1)
          .channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
              if let identity {
                try channel.pipeline.syncOperations.addHandler(
                  NIOSSLClientHandler(context: identity, serverHostname: nil))
              }
              try channel.pipeline.syncOperations.addHandler(client)
            }
          }.connect(host: host, port: port).get()
      }
      var result = LoadResult()
      for client in clients {
        let part = try await client.promise.futureResult.get()
        result.latencies += part.latencies
        result.failures += part.failures
        if result.firstFailure.isEmpty { result.firstFailure = part.firstFailure }
      }
      result.seconds = (ContinuousClock.now - start).milliseconds / 1_000
      try await group.shutdownGracefully()
      return (result, sources.map(\.next))
    } catch {
      try? await group.shutdownGracefully()
      throw error
    }
  }
}

/// Requests that one connection sends, or a few of one terminal.
private final class RequestSource: @unchecked Sendable {
  // @unchecked: used on the one event loop, and read after the promises of its clients are kept.
  private let queue: RequestQueue
  private(set) var next: Int

  init(queue: RequestQueue, next: Int) {
    self.queue = queue
    self.next = next
  }

  func take() -> ArraySlice<UInt8>? {
    guard next < queue.count else { return nil }
    defer { next += 1 }
    return queue[next]
  }
}

/// One connection of a load.
private final class LoadClient: ChannelInboundHandler, @unchecked Sendable {
  // @unchecked: everything below is used on the one event loop, and read after its promise is kept.
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  let promise: EventLoopPromise<LoadResult>
  private let source: RequestSource
  private let deadline: ContinuousClock.Instant
  private var sent = ContinuousClock.now
  private var received: [UInt8] = []
  private var result = LoadResult()
  private var isDone = false

  init(source: RequestSource, deadline: ContinuousClock.Instant, promise: EventLoopPromise<LoadResult>) {
    self.source = source
    self.deadline = deadline
    self.promise = promise
  }

  func channelActive(context: ChannelHandlerContext) { send(context) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let buffer = unwrapInboundIn(data)
    received.append(contentsOf: buffer.readableBytesView)
    guard let answer = HTTPAnswer(received) else { return }
    result.latencies.append((ContinuousClock.now - sent).milliseconds)
    if answer.status != 201 {
      result.failures += 1
      if result.firstFailure.isEmpty { result.firstFailure = String(decoding: received, as: UTF8.self) }
    }
    received.removeAll(keepingCapacity: true)
    send(context)
  }

  func channelInactive(context: ChannelHandlerContext) {
    guard !isDone else { return }
    isDone = true
    promise.fail(BenchError.refused(""))
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    guard !isDone else { return }
    isDone = true
    promise.fail(error)
    context.close(promise: nil)
  }

  private func send(_ context: ChannelHandlerContext) {
    guard ContinuousClock.now < deadline, let request = source.take() else {
      isDone = true
      promise.succeed(result)
      context.close(promise: nil)
      return
    }
    sent = .now
    var buffer = context.channel.allocator.buffer(capacity: request.count)
    buffer.writeBytes(request)
    context.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
  }
}

/// The status of an answer that is whole. Read octet by octet: what is saved here is the service's to use.
private struct HTTPAnswer {
  let status: Int

  init?(_ octets: [UInt8]) {
    guard octets.count > 12, let body = Self.body(octets), let length = Self.length(octets, before: body),
      octets.count >= body + length
    else { return nil }
    status = octets[9..<12].reduce(0) { $0 * 10 + Int($1 & 15) }
  }

  /// Where the body begins.
  private static func body(_ octets: [UInt8]) -> Int? {
    var index = 3
    while index < octets.count {
      if octets[index] == 10, octets[index - 1] == 13, octets[index - 2] == 10, octets[index - 3] == 13 {
        return index + 1
      }
      index += 1
    }
    return nil
  }

  /// The number in the field Content-Length.
  private static func length(_ octets: [UInt8], before end: Int) -> Int? {
    let name = Array("content-length:".utf8)
    var start = 0
    while start + name.count < end {
      var index = 0
      while index < name.count, octets[start + index] | 0x20 == name[index] | 0x20 { index += 1 }
      if index == name.count {
        var value = 0
        for octet in octets[(start + index)..<end] where octet != 32 {
          guard (48...57).contains(octet) else { return value }
          value = value * 10 + Int(octet - 48)
        }
      }
      while start < end, octets[start] != 10 { start += 1 }
      start += 1
    }
    return nil
  }
}
