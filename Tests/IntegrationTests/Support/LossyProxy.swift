import Foundation
import Synchronization

/// A line between a point and the service that loses what the test wants lost.
///
/// Every request passes through as it is and is remembered with its answer, also when the answer never arrives.
final class LossyProxy: Sendable {
  enum Loss: Sendable {
    /// The request never reaches the service.
    case request
    /// The service has done it; its answer never comes back.
    case answer
  }

  /// What passed by.
  struct Exchange: Sendable {
    let path: String
    let key: String?
    let request: HTTPText
    let answer: HTTPText
    let arrived: Bool
  }

  private struct State {
    var losses: [(path: String, loss: Loss)] = []
    var exchanges: [Exchange] = []
    var lost = 0
    var connections: [TCPSocket] = []
  }

  let port: UInt16
  private let listener: TCPSocket
  private let target: UInt16
  private let state = Mutex(State())

  var url: String { "http://127.0.0.1:\(port)" }
  var exchanges: [Exchange] { state.withLock { $0.exchanges } }
  /// The exchanges since the last time, which are forgotten.
  func take() -> [Exchange] {
    state.withLock { state in
      defer { state.exchanges = [] }
      return state.exchanges
    }
  }
  /// How many losses have happened.
  var lost: Int { state.withLock { $0.lost } }

  /// Listens on a port of its own in front of `target`.
  init(to target: UInt16) throws {
    self.target = target
    (listener, port) = try TCPSocket.listen()
    let listener = listener
    Thread.detachNewThread { [weak self] in
      while let client = listener.accept() {
        guard let self else { return }
        self.state.withLock { $0.connections.append(client) }
        Thread.detachNewThread { self.serve(client) }
      }
    }
  }

  deinit { listener.shut() }

  /// Loses the next `count` requests to paths that start with `path`, or their answers.
  func lose(_ loss: Loss, of path: String, times count: Int) {
    state.withLock { $0.losses += Array(repeating: (path, loss), count: count) }
  }

  /// Cuts every connection and takes no more.
  func close() {
    listener.shut()
    state.withLock { state in
      for connection in state.connections { connection.shut() }
      state.connections = []
    }
  }

  private func next(_ path: String) -> Loss? {
    state.withLock { state in
      guard let index = state.losses.firstIndex(where: { path.hasPrefix($0.path) }) else { return nil }
      state.lost += 1
      return state.losses.remove(at: index).loss
    }
  }

  private func serve(_ client: TCPSocket) {
    defer {
      client.shut()
      state.withLock { $0.connections.removeAll { $0 === client } }
    }
    guard let upstream = try? TCPSocket.connect(port: target) else { return }
    defer { upstream.shut() }
    while let request = try? HTTPText.receive(client) {
      let loss = next(request.path)
      guard loss != .request, (try? upstream.send(request.bytes)) != nil,
        let answer = try? HTTPText.receive(upstream)
      else { return }
      let exchange = Exchange(
        path: request.path, key: request.field("idempotency-key"), request: request, answer: answer,
        arrived: loss == nil)
      state.withLock { $0.exchanges.append(exchange) }
      guard loss == nil, (try? client.send(answer.bytes)) != nil else { return }
    }
  }
}
