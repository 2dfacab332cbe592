import CardCrypto
import Synchronization

/// What one command cost a software card.
public struct CommandCost: Sendable {
  /// Second octet of the command.
  public let instruction: UInt8
  /// Octets of the command and of its answer, as they crossed the interface.
  public let octets: (command: Int, response: Int)
  /// From the command's arrival to its answer, storage included.
  public let processing: Duration
  /// Of that, within cryptographic primitives.
  public let cryptography: Duration
}

/// Times a software card's commands, so that a benchmark can tell the card's cryptography, which a chip would do in its
/// own time, from everything else.
public final class SoftCardMeter: Sendable {
  private let costs = Mutex<[CommandCost]>([])

  /// A meter without commands.
  public init() {}

  /// The commands since the last call, oldest first.
  public func take() -> [CommandCost] {
    costs.withLock { costs in
      defer { costs = [] }
      return costs
    }
  }

  func measure(_ command: [UInt8], _ answer: () -> [UInt8]) -> [UInt8] {
    let cryptography = CryptoMeter()
    let start = ContinuousClock.now
    let response = CryptoMeter.$current.withValue(cryptography) { answer() }
    let cost = CommandCost(
      instruction: command.count > 1 ? command[1] : 0, octets: (command.count, response.count),
      processing: .now - start, cryptography: cryptography.total)
    costs.withLock { $0.append(cost) }
    return response
  }
}
