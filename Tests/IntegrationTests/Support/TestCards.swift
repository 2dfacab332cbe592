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
import Testing

@testable import ansinh

/// A personalised and registered software card in this process.
struct HeldCard: Sendable {
  /// What every holder has chosen.
  static let pinDigits = "246810"
  static var pin: SecretBytes { SecretBytes(Array(pinDigits.utf8)) }

  let card: SoftCard
  let made: PersonalisedCard
  /// Certifies the terminals that the card trusts.
  let authority: TestAuthority

  var number: String { made.cardNumber.digits }

  /// The card powered anew, and a session with its PIN over `wrap`ped channel: a payout session at `point`, or one at
  /// the holder's own reader.
  func open(
    at point: TestPoint? = nil, _ wrap: (any CardChannel) -> any CardChannel = { $0 }
  ) async throws -> CardSession {
    await card.reset()
    return try await session(wrap(SoftCardChannel(card)), at: point)
  }

  /// A session with its PIN over a channel that leads to it.
  func session(_ channel: any CardChannel, at point: TestPoint? = nil) async throws -> CardSession {
    let access = try point.map { try authority.access($0.terminal) }
    return try await CardSession.open(channel, .pin, password: Self.pin, terminal: access)
  }

  /// The holder chooses the PIN, which activates the card.
  func activate() async throws {
    await card.reset()
    try await OpenedCard.open(SoftCardChannel(card), .pin, password: made.secrets.pin).setPIN(Self.pin)
    await card.reset()
  }

  /// Cards for the first people of the sample list, registered at the service behind `client`.
  ///
  /// - Parameter storage: where the one card is kept; `nil` for a place of its own.
  static func issue(
    _ count: Int, home: String, client: ServiceClient, storage: MemoryCardStorage? = nil
  ) async throws -> [HeldCard] {
    let home = StateHome(path: home)
    let authority = try TestAuthority(home)
    let people = try await IssueFlow.applicants(try ListFile(sampleList, sampleData: true), limit: count)
    let office = try await IssueFlow(home: home, client: client).office()
    try office.store.take(people)
    _ = try await RegisterFlow(store: office.store, actor: "test").run(
      records: try RegisterFlow.sampleRegister(people))
    var cards: [HeldCard] = []
    for person in people {
      let card = try SoftCard(storage: storage ?? MemoryCardStorage())
      let made = try await office.issue(person, on: SoftCardChannel(card)).card
      let held = HeldCard(card: card, made: made, authority: authority)
      try await held.activate()
      cards.append(held)
    }
    return cards
  }
}

/// A town's certificate authority, which certifies each terminal once.
final class TestAuthority: Sendable {
  private let authority: DemoAuthority
  private let given = Mutex<[[UInt8]: TerminalAccess]>([:])

  init(_ home: StateHome) throws { authority = try DemoAuthority(home) }

  /// Certificates of Hồ Chí Minh City's verifier for the terminal of a point that runs in processes of its own.
  static func certify(point: String, home: String) async throws {
    for words in [["dv", "--province", "79"], ["terminal", "--province", "79", "--point", point]] {
      let end = try await Ansinh.run(["ca"] + words + ["--state", home])
      #expect(end.exitCode == 0, "\(words): \(end.diagnostics)")
    }
  }

  /// What the terminal proves itself with.
  func access(_ terminal: Terminal) throws -> TerminalAccess {
    try given.withLock { given in
      if let access = given[terminal.keyHash] { return access }
      let access = try authority.access(terminal)
      given[terminal.keyHash] = access
      return access
    }
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
