import Foundation

/// A blocking TCP connection or listener on 127.0.0.1 for the tests' own ends.
final class TCPSocket: Sendable {
  struct Failure: Error {
    let operation: String
    let code = errno
  }

  let descriptor: Int32

  private init(_ descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// Makes every call that waits return.
  func shut() { shutdown(descriptor, Int32(SHUT_RDWR)) }

  /// Ends the stream that goes out; what comes in is still read.
  func shutWriting() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// Closing it later tells the other end that it is gone (RST), instead of taking leave.
  func resetAtEnd() {
    var option = linger(l_onoff: 1, l_linger: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
  }

  /// From now on a wait for octets ends after so many seconds, with an error.
  func limit(seconds: Int) {
    var time = timeval(tv_sec: seconds, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &time, socklen_t(MemoryLayout<timeval>.size))
  }

  private static func make() throws -> TCPSocket {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard descriptor >= 0 else { throw Failure(operation: "socket") }
    var one: Int32 = 1
    setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
    return TCPSocket(descriptor)
  }

  private static func withLoopback<Value>(
    _ port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Value
  ) -> Value {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    return withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
  }

  /// A listener; its port.
  static func listen() throws -> (socket: TCPSocket, port: UInt16) {
    let made = try make()
    guard withLoopback(0, { bind(made.descriptor, $0, $1) }) == 0, Foundation.listen(made.descriptor, 32) == 0 else {
      throw Failure(operation: "listen")
    }
    var address = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(made.descriptor, $0, &length) }
    }
    guard result == 0 else { throw Failure(operation: "getsockname") }
    return (made, UInt16(bigEndian: address.sin_port))
  }

  /// A port that nobody listens on now.
  static func freePort() throws -> UInt16 { try listen().port }

  static func connect(port: UInt16) throws -> TCPSocket {
    let made = try make()
    guard withLoopback(port, { Foundation.connect(made.descriptor, $0, $1) }) == 0 else {
      throw Failure(operation: "connect")
    }
    return made
  }

  /// The next connection; `nil` when the listener was shut.
  func accept() -> TCPSocket? {
    let accepted = Foundation.accept(descriptor, nil, nil)
    return accepted >= 0 ? TCPSocket(accepted) : nil
  }

  func send(_ octets: [UInt8]) throws {
    var sent = 0
    while sent < octets.count {
      let count = octets[sent...].withUnsafeBytes {
        Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw Failure(operation: "send") }
      sent += count
    }
  }

  /// Some octets; none at the end of the stream.
  func receive() throws -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &buffer, buffer.count, 0)
    guard count >= 0 else { throw Failure(operation: "recv") }
    return Array(buffer.prefix(count))
  }

  /// Whether the other end has closed or reset it; what has come until then is thrown away. Does not wait.
  func hasEnded() -> Bool {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
      if count == 0 { return true }
      if count < 0 { return errno != EAGAIN && errno != EINTR }
    }
  }
}

/// One HTTP/1.1 message with its length in `Content-Length`, as both ends of this project write them.
struct HTTPText: Sendable {
  /// Request or status line and fields, with the empty line.
  var head: String
  var body: [UInt8]

  var bytes: [UInt8] { Array(head.utf8) + body }

  /// Of a request.
  var path: String { head.split(separator: " ").dropFirst().first.map(String.init) ?? "" }
  /// Of a response.
  var status: Int { head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0 }

  func field(_ name: String) -> String? {
    for line in head.split(separator: "\r\n") {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2, parts[0].lowercased() == name { return parts[1].trimmingCharacters(in: .whitespaces) }
    }
    return nil
  }

  /// Reads the next message; `nil` at the end of the stream.
  static func receive(_ socket: TCPSocket) throws -> HTTPText? {
    var octets: [UInt8] = []
    let mark = Array("\r\n\r\n".utf8)
    while true {
      if let end = octets.indices.dropLast(3).first(where: { Array(octets[$0..<$0 + 4]) == mark }) {
        var message = HTTPText(head: String(decoding: octets[..<(end + 4)], as: UTF8.self), body: [])
        message.body = Array(octets[(end + 4)...])
        let length = message.field("content-length").flatMap { Int($0) } ?? 0
        while message.body.count < length {
          let more = try socket.receive()
          guard !more.isEmpty else { return nil }
          message.body += more
        }
        return message
      }
      let more = try socket.receive()
      guard !more.isEmpty else { return nil }
      octets += more
    }
  }

  /// Sends a POST to a port of this machine and gives the answer as it came.
  static func post(_ port: UInt16, _ path: String, key: String?, _ body: [UInt8]) throws -> HTTPText? {
    let socket = try TCPSocket.connect(port: port)
    let keyField = key.map { "Idempotency-Key: \($0)\r\n" } ?? ""
    let head =
      "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n\(keyField)"
      + "Content-Length: \(body.count)\r\nConnection: close\r\n\r\n"
    try socket.send(HTTPText(head: head, body: body).bytes)
    return try receive(socket)
  }
}
