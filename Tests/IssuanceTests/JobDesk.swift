import CentreTestSupport
import ISO7816
import Issuance
import SoftCard
import Synchronization

/// A desk with a pile of software cards. A card may be pulled at one APDU, before or after the card has seen it; a card
/// that was pulled comes again once, as a clerk would try it again.
final class JobDesk: PersonalisationDesk {
  /// Where a card is pulled.
  struct Cut: Sendable {
    /// Number of the APDU, from 0.
    let apdu: Int
    /// The card gets the command, its answer is lost.
    let afterCard: Bool
  }

  struct Pulled: Error {}

  private struct State {
    var cards: [TestStorage] = []
    var good: [TestStorage] = []
    var scrapped: [TestStorage] = []
    var cut: Cut?
    var apdus = 0
    /// Only so many cards come; `nil` for any number.
    var supply: Int?
  }

  let name: String
  private let state: Mutex<State>
  private let isTriedAgain: Bool

  init(_ name: String = "desk", cards: [TestStorage] = [], cut: Cut? = nil, supply: Int? = nil, triesAgain: Bool = true)
  {
    self.name = name
    isTriedAgain = triesAgain
    state = Mutex(State(cards: cards, cut: cut, supply: supply))
  }

  /// Cards of the good pile and of the other, in order.
  var piles: (good: [TestStorage], scrapped: [TestStorage]) { state.withLock { ($0.good, $0.scrapped) } }
  /// APDUs sent so far.
  var apdus: Int { state.withLock { $0.apdus } }

  func withCard(_ body: @escaping @Sendable (DeskCard) async throws -> Bool) async throws -> Bool {
    let storage = state.withLock { state -> TestStorage? in
      if state.cards.isEmpty {
        guard state.supply != 0 else { return nil }
        state.supply = state.supply.map { $0 - 1 }
        state.cards.append(TestStorage())
      }
      return state.cards.removeFirst()
    }
    guard let storage else { return false }
    let card = DeskCard(channel: Channel(base: SoftCardChannel(try SoftCard(storage: storage)), desk: self))
    let isGood = try await body(card)
    state.withLock { state in
      if isGood {
        state.good.append(storage)
      } else {
        state.scrapped.append(storage)
        if isTriedAgain, state.scrapped.count == 1 { state.cards.append(storage) }
      }
    }
    return true
  }

  private func step() -> Cut? {
    state.withLock { state in
      defer { state.apdus += 1 }
      guard let cut = state.cut, cut.apdu == state.apdus else { return nil }
      state.cut = nil
      return cut
    }
  }

  private struct Channel: CardChannel {
    let base: SoftCardChannel
    let desk: JobDesk

    func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
      guard let cut = desk.step() else { return try await base.transmit(command) }
      if cut.afterCard { _ = try await base.transmit(command) }
      throw .cardLost(.removed)
    }
  }
}
