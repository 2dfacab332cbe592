import CardApplication
import CardCrypto
import CardTerminal
import Foundation
import ISO7816
import Issuance
import PayoutPoint
import SecureChannel
import SoftCard
import Synchronization

@testable import ansinh

/// A personalised and registered software card in this process.
struct HeldCard: Sendable {
  let card: SoftCard
  let made: PersonalisedCard

  var number: String { made.cardNumber.digits }

  /// The card powered anew, and a session with its PIN over `wrap`ped channel.
  func open(_ wrap: (any CardChannel) -> any CardChannel = { $0 }) async throws -> CardSession {
    await card.reset()
    return try await CardSession.open(wrap(SoftCardChannel(card)), .pin, password: made.secrets.pin)
  }

  /// Cards for the first people of the sample list, registered at the service behind `client`.
  ///
  /// - Parameter storage: where the one card is kept; `nil` for a place of its own.
  static func issue(
    _ count: Int, home: String, client: ServiceClient, storage: MemoryCardStorage? = nil
  ) async throws -> [HeldCard] {
    let home = StateHome(path: home)
    let people = try await IssueFlow.applicants(try ListFile(sampleList, sampleData: true), limit: count)
    let office = try await IssueFlow(home: home, client: client).office()
    try office.store.take(people)
    var cards: [HeldCard] = []
    for person in people {
      let card = try SoftCard(storage: storage ?? MemoryCardStorage())
      let made = try await office.issue(person, on: SoftCardChannel(card)).card
      await card.reset()
      cards.append(HeldCard(card: card, made: made))
    }
    return cards
  }
}

/// A card that is pulled from the reader during an exchange: before the command reaches it, or before its answer is
/// out. Every later exchange fails, too.
struct PulledChannel: CardChannel {
  enum Moment: CaseIterable { case beforeCommand, beforeAnswer }

  private let base: any CardChannel
  private let moment: Moment
  private let left: Mutexed

  private final class Mutexed: Sendable {
    let count: Mutex<Int>
    init(_ count: Int) { self.count = Mutex(count) }
    func next() -> Int {
      count.withLock { count in
        count -= 1
        return count
      }
    }
  }

  /// Pulled during exchange `number`, counted from 1.
  init(_ base: any CardChannel, during number: Int, _ moment: Moment) {
    self.base = base
    self.moment = moment
    left = Mutexed(number)
  }

  func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    let number = left.next()
    guard number >= 0, number > 0 || moment == .beforeAnswer else { throw .cardLost(.removed) }
    let response = try await base.transmit(command)
    guard number > 0 else { throw .cardLost(.removed) }
    return response
  }
}
