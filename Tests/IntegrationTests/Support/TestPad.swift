import CardApplication
import CardCrypto
import Dispatch
import Foundation
import ISO7816
import PCSC
import SecureChannel
import SoftCard
import Synchronization

/// The reader with a PIN pad that `Tools/pcscd-private --pad` adds, and who plays its pad: PACE with the card in it, by
/// a password that is "typed" here.
final class TestPad: Sendable {
  static let reader = "Ansinh Test PIN Pad"
  static let port = ProcessInfo.processInfo.environment["ANSINH_TEST_PAD_PORT"].flatMap { UInt16($0) } ?? 0
  static var isAvailable: Bool { VirtualSlot.isAvailable && port != 0 }

  private let socket: TCPSocket
  private let seen = Mutex<[[UInt8]]>([])

  /// The calls of FEATURE_EXECUTE_PACE so far, as they came.
  var calls: [[UInt8]] { seen.withLock { $0 } }

  /// Plays the pad until ``leave()``: `answer` gives the octets for each call.
  init(_ answer: @escaping @Sendable ([UInt8]) async -> [UInt8]) throws {
    socket = try TCPSocket.connect(port: Self.port + 1)
    Thread.detachNewThread { [self] in
      while let call = receive(2).flatMap({ receive(Int($0[0]) << 8 | Int($0[1])) }) {
        seen.withLock { $0.append(call) }
        let done = DispatchSemaphore(value: 0)
        Task {
          let octets = await answer(call)
          try? socket.send([UInt8](bigEndian: octets.count, width: 2) + octets)
          done.signal()
        }
        done.wait()
      }
    }
  }

  func leave() { socket.shut() }

  private func receive(_ count: Int) -> [UInt8]? {
    var octets = [UInt8](repeating: 0, count: count)
    var filled = 0
    while filled < count {
      let received = octets.withUnsafeMutableBytes {
        recv(socket.descriptor, $0.baseAddress.map { $0 + filled }, count - filled, 0)
      }
      guard received > 0 else { return nil }
      filled += received
    }
    return octets
  }

  /// What the reader's program would do with `EstablishPACEChannel`: EF.CardAccess, PACE, and their story.
  static func establish(on card: SoftCard, typed digits: String) async -> [UInt8] {
    await card.reset()
    let channel = SoftCardChannel(card)
    let read = CommandAPDU(ins: 0xB0, p1: 0x80 | CardAccess.shortIdentifier, expectedLength: 256)
    guard let file = try? await channel.transmit(read).data else { return [0x01, 0x00, 0x10, 0xF0] }
    do throws(PACEError) {
      let password = SecretBytes(Array(digits.utf8))
      _ = try await PACETerminal(channel, parameters: .ecdhGM(.p256, .aes128)).run(.pin, password: password)
    } catch {
      // F006: GENERAL AUTHENTICATE, the tokens; the tries that are left in the last digit.
      guard case .wrongPassword(let tries) = error else { return [0x06, 0x00, 0x00, 0xE0] }
      return [0xC0 | UInt8(tries ?? 0), 0x63, 0x06, 0xF0, 0x00, 0x00]
    }
    let output: [UInt8] = [0x90, 0x00, UInt8(file.count & 0xFF), UInt8(file.count >> 8)] + file
    return [0, 0, 0, 0, UInt8(output.count & 0xFF), UInt8(output.count >> 8)] + output
  }
}
