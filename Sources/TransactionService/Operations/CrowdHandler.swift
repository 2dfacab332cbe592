import HTTPTypes
import NIOCore
import NIOHTTPTypes
import Synchronization

/// Requests to write something that have arrived whole and are not answered.
final class Crowd: Sendable {
  private let requests = Atomic<Int>(0)

  var count: Int { requests.load(ordering: .relaxed) }

  fileprivate func add(_ change: Int) { requests.add(change, ordering: .relaxed) }
}

/// Counts them on one connection: on its event loop, before anything of the service runs, so that those who wait for a
/// processor count too.
final class CrowdHandler: ChannelDuplexHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias InboundOut = HTTPRequestPart
  typealias OutboundIn = HTTPResponsePart
  typealias OutboundOut = HTTPResponsePart

  private let crowd: Crowd
  private var isPost = false
  private var waiting: [Bool] = []

  init(_ crowd: Crowd) { self.crowd = crowd }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): isPost = head.method == .post
    case .body: break
    case .end:
      waiting.append(isPost)
      if isPost { crowd.add(1) }
    }
    context.fireChannelRead(data)
  }

  func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
    if case .end = unwrapOutboundIn(data), !waiting.isEmpty, waiting.removeFirst() { crowd.add(-1) }
    context.write(data, promise: promise)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    crowd.add(-waiting.count { $0 })
    waiting = []
  }
}
