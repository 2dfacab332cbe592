import NIOCore
import NIOHTTPTypes

/// Closes a connection whose request does not arrive in time, or whose client does not take the answer: a client that
/// sends an octet a minute, or reads none, would else hold a connection and a task for ever.
final class SlowRequestHandler: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart

  private let limit: TimeAmount
  private var deadline: Scheduled<Void>?
  /// Of a client that takes nothing while more waits to be sent than is kept for it.
  private var takingDeadline: Scheduled<Void>?

  init(limit: TimeAmount) { self.limit = limit }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head: deadline = close(context)
    case .end:
      deadline?.cancel()
      deadline = nil
    case .body: break
    }
    context.fireChannelRead(data)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    takingDeadline?.cancel()
    takingDeadline = context.channel.isWritable ? nil : close(context)
    context.fireChannelWritabilityChanged()
  }

  private func close(_ context: ChannelHandlerContext) -> Scheduled<Void> {
    let channel = context.channel
    return context.eventLoop.scheduleTask(in: limit) { channel.close(promise: nil) }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    deadline?.cancel()
    takingDeadline?.cancel()
    (deadline, takingDeadline) = (nil, nil)
  }
}
