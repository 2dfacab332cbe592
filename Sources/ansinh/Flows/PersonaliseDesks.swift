import CardApplication
import Foundation
import ISO7816
import Issuance
import PCSC
import SoftCard
import Synchronization
import VietnamReference

/// Software cards of this process, kept under `card/NUMBER` when they are finished.
struct VirtualDesk: PersonalisationDesk {
  let name: String
  let job: Int64
  let home: StateHome

  /// Removes what a run of this job that was cut off left: cards that are given up, with their secrets. Whoever calls
  /// this holds the job.
  static func sweep(_ home: StateHome, job: Int64, scrapped: [String]) {
    for number in scrapped { try? FileManager.default.removeItem(atPath: home.card(number)) }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: home.cards)) ?? []
    for name in names where name.hasPrefix("new-\(job)-") {
      try? FileManager.default.removeItem(atPath: home.card(name))
    }
  }

  func withCard(_ body: @escaping @Sendable (DeskCard) async throws -> Bool) async throws -> Bool {
    let temporary = home.card("new-\(job)-" + UUID().uuidString.lowercased())
    // Flushed once, when it is complete and before anything rests on it: a card that is cut off while being made is
    // thrown away, never used.
    let storage = try FileCardStorage(folder: temporary, durability: .deferred)
    let channel = SoftCardChannel(try SoftCard(storage: storage))
    let home = home
    let card = DeskCard(channel: channel, label: temporary) { made in
      try storage.synchronise()
      try FileManager.default.moveItem(atPath: temporary, toPath: home.card(made.cardNumber.digits))
      try FileCardStorage.flush(home.cards)
    }
    defer { try? FileManager.default.removeItem(atPath: temporary) }
    _ = try await body(card)
    return true
  }
}

/// A PC/SC reader, into which an officer puts one fresh card after the other.
struct ReaderDesk: PersonalisationDesk {
  let readers: ReaderOptions
  let output: Output
  let name: String
  /// Whether more than one card is to be made, so that the one that is done has to be taken away.
  let isSeries: Bool

  init(_ reader: String?, _ readers: ReaderOptions, isSeries: Bool, _ output: Output) {
    var readers = readers
    readers.reader = reader
    self.readers = readers
    self.output = output
    self.isSeries = isSeries
    name = reader ?? "reader"
  }

  func withCard(_ body: @escaping @Sendable (DeskCard) async throws -> Bool) async throws -> Bool {
    let verdict = Mutex<Bool?>(nil)
    do {
      let isGood = try await readers.withCard(output) { channel in
        try await body(DeskCard(channel: channel, label: name))
      }
      verdict.withLock { $0 = isGood }
    } catch let error as PCSCError where error.code == .timeout {
      return false
    }
    if isSeries, readers.reader?.hasPrefix("virtual:") != true {
      let isGood = verdict.withLock { $0 } ?? false
      output.note(
        isGood
          ? "\(name): xong, lấy thẻ ra." : "\(name): thẻ này không dùng được; lấy ra và để vào hộp thẻ hỏng.",
        isGood ? "\(name): done, take the card away." : "\(name): this card is no good; take it to the scrap box.")
      try await waitForRemoval()
    }
    return true
  }

  private func waitForRemoval() async throws {
    let context = try await Context()
    let deadline = ContinuousClock.now + .seconds(max(1, readers.wait))
    while ContinuousClock.now < deadline {
      let states = try await context.readerStates()
      let here = try ReaderChoice.choose(readers.reader, states, isFirstLook: false)
      guard let here, states.contains(where: { $0.reader == here && $0.isCardPresent }) else { return }
      try await Task.sleep(for: .milliseconds(200))
    }
  }
}
