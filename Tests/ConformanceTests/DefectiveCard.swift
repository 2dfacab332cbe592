import CardApplication
import CardCrypto
import Conformance
import ISO7816
import Synchronization

@testable import SoftCard

/// A software card in this process, with or without a defect.
final class CardInProcess: ConformanceCard {
  private let defect: Defect
  private let storage: LosingStorage
  private let held: Mutex<SoftCard>
  private let commands = CommandCount()

  init(_ defect: Defect = Defect()) async throws {
    self.defect = defect
    storage = LosingStorage(defect.losesWrites)
    let card = try await Self.insert(storage, defect)
    held = Mutex(card)
  }

  private static func insert(_ storage: LosingStorage, _ defect: Defect) async throws -> SoftCard {
    let card = try SoftCard(storage: storage, random: defect.random)
    await card.plant(defect.interceptor)
    return card
  }

  /// What the card keeps.
  var stored: [UInt8] { storage.newest }

  private var card: SoftCard { held.withLock { $0 } }

  var atr: [UInt8]? { defect.atr }

  func channel() async throws(CardChannelError) -> any CardChannel {
    await card.reset()
    return AnsweringChannel(base: SoftCardChannel(card), defect: defect, commands: commands)
  }

  func powerOff() async throws(CardChannelError) {
    storage.lose()
    do {
      let next = try await Self.insert(storage, defect)
      held.withLock { $0 = next }
    } catch {
      throw .transport(error)
    }
  }

  /// Changes the card's answers on the wire.
  private struct AnsweringChannel: CardChannel {
    let base: SoftCardChannel
    let defect: Defect
    let commands: CommandCount

    func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
      if let most = defect.vanishesAfter, commands.next() > most { throw .cardLost(.removed) }
      let answer = try await base.transmit(command)
      return defect.onWire?(command, answer) ?? answer
    }
  }
}

/// Commands that a card was sent.
final class CommandCount: Sendable {
  private let count = Mutex(0)

  func next() -> Int {
    count.withLock {
      $0 += 1
      return $0
    }
  }
}

extension SoftCard {
  func plant(_ interceptor: (any SoftCardInterceptor)?) { self.interceptor = interceptor }
}

/// What is wrong with a card.
struct Defect: Sendable {
  var atr: [UInt8]? = SoftCard.answerToReset
  var random: any RandomSource = SystemRandom()
  var interceptor: (any SoftCardInterceptor)?
  var losesWrites = LosingStorage.Habit.none
  /// The card is taken away after so many commands.
  var vanishesAfter: Int?
  /// The answer that goes out instead of one of the card's.
  var onWire: (@Sendable (CommandAPDU, ResponseAPDU) -> ResponseAPDU?)?

  /// A defect in what the card makes of a command inside secure messaging and chaining.
  static func inside(
    _ answer: @escaping @Sendable (CommandAPDU, isolated SoftCard) -> ResponseAPDU?
  ) -> Defect {
    Defect(interceptor: PlainInterceptor(answer: answer))
  }

  /// A defect in what goes over the wire.
  static func wire(_ answer: @escaping @Sendable (CommandAPDU, ResponseAPDU) -> ResponseAPDU?) -> Defect {
    Defect(onWire: answer)
  }
}

private struct PlainInterceptor: SoftCardInterceptor {
  let answer: @Sendable (CommandAPDU, isolated SoftCard) -> ResponseAPDU?

  func protected(_ command: CommandAPDU, on card: isolated SoftCard) -> ResponseAPDU? { nil }
  func plain(_ command: CommandAPDU, on card: isolated SoftCard) -> ResponseAPDU? { answer(command, card) }
}

/// Storage in memory that may forget.
final class LosingStorage: CardStorage {
  enum Habit: Sendable {
    case none
    /// Forgets so many of its last writes when power is lost, but not the first time.
    case last(Int)
    /// Never keeps more than so many writes: a worn-out memory.
    case failsAfter(Int)
  }

  struct Worn: Error {}

  private let habit: Habit
  private let history = Mutex<[[UInt8]]>([])
  private let losses = Mutex(0)

  init(_ habit: Habit) { self.habit = habit }

  var newest: [UInt8] { history.withLock { $0.last ?? [] } }

  func load() throws -> SecretBytes? { history.withLock { $0.last }.map { SecretBytes($0) } }

  func replace(_ state: borrowing SecretBytes) throws {
    let octets = state.withOctets { $0 }
    try history.withLock { history in
      if case .failsAfter(let most) = habit, history.count >= most { throw Worn() }
      history.append(octets)
    }
  }

  func lose() {
    guard case .last(let count) = habit,
      losses.withLock({
        $0 += 1; return $0 > 1
      })
    else { return }
    history.withLock { $0.removeLast(min(count, $0.count - 1)) }
  }
}
