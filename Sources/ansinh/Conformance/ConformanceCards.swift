import Conformance
import Foundation
import ISO7816
import PCSC
import SoftCard
import Synchronization

extension ReaderOptions {
  /// The card that is put to the test: in a reader, or a software card in a folder.
  func conformanceCard(_ output: Output) async throws -> any ConformanceCard {
    guard let reader, reader.hasPrefix("virtual:") else { return try await CardInReader(first: connection(output)) }
    let folder = String(reader.dropFirst("virtual:".count))
    guard FileManager.default.fileExists(atPath: folder) else { throw CardChoiceError.noSuchReader(reader) }
    return try VirtualConformanceCard(folder: folder)
  }
}

/// A card in a PC/SC reader, for this program alone: connected anew for every session.
actor CardInReader: ConformanceCard {
  private static let patience = Duration.seconds(5)

  private let context: Context
  private let reader: String
  private var connection: CardConnection?
  /// As the card last told it.
  private(set) var atr: [UInt8]?

  /// The card that was waited for.
  init(first: CardConnection) async throws {
    reader = first.reader
    await first.disconnect(.reset)
    context = try await Context()
  }

  func channel() async throws(CardChannelError) -> any CardChannel {
    await connection?.disconnect(.reset)
    connection = nil
    let next: CardConnection
    do {
      next = try await context.connect(to: reader, share: .exclusive, patience: Self.patience)
    } catch {
      guard let loss = error.cardLoss else { throw .transport(error) }
      throw .cardLost(loss)
    }
    connection = next
    let answer = try await next.atr()
    atr = answer.bytes
    let limits = ExchangeLimits(
      card: CardCapabilities(historicalBytes: answer.historicalBytes),
      readerMaximumData: await next.readerProperties().maximumAPDUData)
    return FittedChannel(next, limits: limits)
  }

  func powerOff() async throws(CardChannelError) {
    await connection?.disconnect(.unpower)
    connection = nil
  }
}

/// A software card of this process, kept in a folder.
final class VirtualConformanceCard: ConformanceCard {
  private let storage: FileCardStorage
  private let card: Mutex<SoftCard>

  init(folder: String) throws {
    storage = try FileCardStorage(folder: folder)
    card = Mutex(try SoftCard(storage: storage))
  }

  var atr: [UInt8]? { SoftCard.answerToReset }

  func channel() async throws(CardChannelError) -> any CardChannel {
    let card = card.withLock { $0 }
    await card.reset()
    return SoftCardChannel(card)
  }

  /// What was not kept is gone: the card is read again from its folder.
  func powerOff() async throws(CardChannelError) {
    do {
      let next = try SoftCard(storage: storage)
      card.withLock { $0 = next }
    } catch {
      throw .transport(error)
    }
  }
}
