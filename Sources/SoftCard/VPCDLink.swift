import Foundation
import ISO7816

/// Why a software card is no longer in its reader.
public enum VPCDLinkError: Error, Sendable, CustomStringConvertible {
  /// Nobody listens on the reader's port: pcscd or its vpcd driver does not run.
  case notListening(host: String, port: UInt16)
  /// The reader closed the connection: pcscd was stopped.
  case closed
  /// A system call failed.
  case system(operation: String, code: Int32)

  /// Whether this is how a card leaves its reader: taken out, or the reader stopped.
  public var isClosed: Bool { if case .closed = self { true } else { false } }

  /// One line for a log.
  public var description: String {
    switch self {
    case .notListening(let host, let port): "nobody listens on \(host):\(port)"
    case .closed: "the reader closed the connection"
    case .system(let operation, let code): "\(operation): \(String(cString: strerror(code)))"
    }
  }
}

/// What stands in a ``VPCDLink``: a software card, or one behind something that changes what passes.
public protocol LinkedCard: Sendable {
  /// Power off and on, or a reset.
  func reset() async
  /// The answer to one command APDU, both as octets.
  func process(_ octets: [UInt8]) async -> [UInt8]
}

extension SoftCard: LinkedCard {}

/// A software card's place in a `vpcd` reader of pcscd.
///
/// Frames, both ways: length(2, big-endian) ‖ body. A body of one octet from the reader is control: 00 power off,
/// 01 power on, 02 reset (none is answered), 04 asks for the ATR. Anything else is a command APDU.
public final class VPCDLink: Sendable {
  private let card: any LinkedCard
  private let descriptor: Int32

  /// Connects to the reader.
  ///
  /// - Throws: ``VPCDLinkError/notListening(host:port:)`` when there is no reader.
  public init(card: any LinkedCard, host: String = "127.0.0.1", port: UInt16) throws(VPCDLinkError) {
    self.card = card
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw .system(operation: "socket", code: errno) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else {
      close(descriptor)
      throw .system(operation: "inet_pton", code: EINVAL)
    }
    let length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) }
    }
    guard result == 0 else {
      close(descriptor)
      throw .notListening(host: host, port: port)
    }
  }

  deinit { close(descriptor) }

  /// Serves the reader on a thread of its own until the connection ends or ``remove()`` is called.
  public func run() async throws(VPCDLinkError) {
    let error: VPCDLinkError? = await withCheckedContinuation { continuation in
      // The loop blocks in receive; it must not hold a thread of the shared pool.
      Thread.detachNewThread {
        let requests = self.receiveLoop()
        continuation.resume(returning: requests)
      }
    }
    if let error { throw error }
  }

  /// Takes the card out of the reader.
  public func remove() { shutdown(descriptor, Int32(SHUT_RDWR)) }

  private func receiveLoop() -> VPCDLinkError? {
    while true {
      do throws(VPCDLinkError) {
        let header = try receive(2)
        let body = try receive(Int(header[0]) << 8 | Int(header[1]))
        guard let answer = answer(body) else { continue }
        try send(answer)
      } catch {
        return error
      }
    }
  }

  /// The answer to one frame; `nil` for a control that has none.
  private func answer(_ body: [UInt8]) -> [UInt8]? {
    switch body.count {
    case 0: return nil
    case 1 where body[0] == 0x04: return SoftCard.answerToReset
    case 1 where body[0] <= 0x02:
      wait { await self.card.reset() }
      return nil
    default:
      let box = AnswerBox()
      wait { box.octets = await self.card.process(body) }
      // A frame of length 0 would hang the reader's slot.
      return box.octets.count < 2 ? StatusWord.unknownError.bytes : box.octets
    }
  }

  private func wait(_ work: @escaping @Sendable () async -> Void) {
    let done = DispatchSemaphore(value: 0)
    Task {
      await work()
      done.signal()
    }
    done.wait()
  }

  /// @unchecked: written before the semaphore is signalled, read after it was waited for.
  private final class AnswerBox: @unchecked Sendable {
    var octets: [UInt8] = []
  }

  private func receive(_ count: Int) throws(VPCDLinkError) -> [UInt8] {
    var octets = [UInt8](repeating: 0, count: count)
    var received = 0
    while received < count {
      // Without it the kernel delays its acknowledgement and every APDU takes 44 ms longer.
      var one: Int32 = 1
      setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_QUICKACK, &one, socklen_t(MemoryLayout<Int32>.size))
      let step = octets.withUnsafeMutableBytes {
        recv(descriptor, $0.baseAddress.map { $0 + received }, count - received, 0)
      }
      guard step != 0 else { throw .closed }
      guard step > 0 else {
        if errno == EINTR { continue }
        throw .system(operation: "recv", code: errno)
      }
      received += step
    }
    return octets
  }

  private func send(_ body: [UInt8]) throws(VPCDLinkError) {
    let frame = [UInt8](bigEndian: body.count, width: 2) + body
    var sent = 0
    while sent < frame.count {
      let step = frame[sent...].withUnsafeBytes {
        Foundation.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard step > 0 else {
        if step < 0, errno == EINTR { continue }
        throw .system(operation: "send", code: errno)
      }
      sent += step
    }
  }
}
