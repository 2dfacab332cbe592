import Foundation
import ISO7816
import Synchronization

/// A card for the tests: connects to vpcd like a virtual card and answers each command as its script says.
///
/// Frames both ways: two octets of length, most significant first, then the body. A body of one octet from vpcd is
/// control: 00 off, 01 on, 02 reset (none answered), 04 asks for the answer to reset. Anything else is a command.
final class ScriptedCard: Sendable {
  /// What the card does with a command.
  enum Action: Sendable {
    /// Sends these octets, which need not be a proper response.
    case answer([UInt8])
    /// Leaves the reader without an answer.
    case vanish
  }

  /// Contactless-like: T=0 and T=1 are offered.
  static let defaultATR: [UInt8] = [0x3B, 0x80, 0x80, 0x01, 0x01]

  private let socket: Int32
  private let atr: [UInt8]
  private let respond: @Sendable ([UInt8]) -> Action
  private let record = Mutex<(commands: [[UInt8]], resets: Int, isGone: Bool)>(([], 0, false))

  /// Commands received so far.
  var commands: [[UInt8]] { record.withLock { $0.commands } }
  /// How many times the card was reset or switched off or on.
  var resets: Int { record.withLock { $0.resets } }

  /// Puts a card in the reader that listens on `port`.
  init(
    port: UInt16, atr: [UInt8] = defaultATR,
    respond: @escaping @Sendable ([UInt8]) -> Action = { _ in .answer([0x90, 0x00]) }
  ) throws {
    self.atr = atr
    self.respond = respond
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let connected = withUnsafeBytes(of: &address) {
      connect(socket, $0.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t($0.count))
    }
    guard connected == 0 else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    Thread.detachNewThread { self.serve() }
  }

  /// Takes the card out of the reader.
  func remove() {
    record.withLock { record in
      if !record.isGone { shutdown(socket, Int32(SHUT_RDWR)) }
      record.isGone = true
    }
  }

  private func serve() {
    while let body = receiveFrame() {
      switch body {
      case [0x00], [0x01], [0x02]: record.withLock { $0.resets += 1 }
      case [0x04]: send(atr)
      default:
        record.withLock { $0.commands.append(body) }
        switch respond(body) {
        case .answer(let octets): send(octets)
        case .vanish: remove()
        }
      }
    }
    remove()
    close(socket)
  }

  private func receiveFrame() -> [UInt8]? {
    guard let length = receive(2)?.bigEndianValue else { return nil }
    return receive(Int(length))
  }

  private func receive(_ count: Int) -> [UInt8]? {
    var octets = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      // Without this before every receive each exchange costs 44 ms.
      var one: Int32 = 1
      setsockopt(socket, Int32(IPPROTO_TCP), TCP_QUICKACK, &one, socklen_t(MemoryLayout<Int32>.size))
      let received = octets.withUnsafeMutableBytes { recv(socket, $0.baseAddress! + filled, count - filled, 0) }
      guard received > 0 else { return nil }
      filled += received
    }
    return octets
  }

  private func send(_ body: [UInt8]) {
    let frame = [UInt8](bigEndian: body.count, width: 2) + body
    var sent = 0
    while sent < frame.count {
      let count = frame.withUnsafeBytes {
        Glibc.send(socket, $0.baseAddress! + sent, frame.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return }
      sent += count
    }
  }
}
