import CardApplication
import CardTerminal
import CentreTestSupport
import Foundation
import ISO7816
import Issuance
import LedgerStore
import ServiceAPI
import Synchronization
import Testing

@testable import PayoutPoint

/// A point that outlives the centre it pays for.
struct LastingPoint: Sendable {
  let terminal: Terminal
  let folder: String
  let journal: Journal
  let clock: TestClock

  init(_ centre: TestCentre, _ folder: String, province: String, commune: String) async throws {
    terminal = try await centre.terminal(province: province, commune: commune)
    self.folder = folder
    journal = try Journal(folder: folder)
    clock = centre.clock
  }

  func desk(_ client: ServiceClient) -> PayoutDesk {
    let clock = clock
    return PayoutDesk(
      terminal: terminal, journal: journal, client: client,
      keeper: HeadKeeper(folder: folder, journal: journal, clock: { clock.milliseconds }),
      clock: { clock.milliseconds })
  }

  func pay(_ card: OfficeCard, _ client: ServiceClient, _ amount: Int64? = nil) async throws -> String {
    let desk = desk(client)
    _ = try await desk.recover()
    return try await desk.pay(card.session(terminal), amount: amount).transaction
  }
}

/// A centre, two points and two cards, paid before and after a backup.
struct LostWork: Sendable {
  let old: ScratchFolder
  let place: ScratchFolder
  let clock: TestClock
  let near: LastingPoint
  let far: LastingPoint
  let first: OfficeCard
  let second: OfficeCard
  /// Transactions that the backup does not have, with their amounts.
  let lost: [String: Int64]

  var backup: String { place.path + "/b" }

  static func make() async throws -> LostWork {
    let (old, place, clock) = (try ScratchFolder(), try ScratchFolder(), TestClock())
    let made = Mutex<LostWork?>(nil)
    try await TestCentre.run(in: old, clock: clock) { centre in
      try await centre.registerAgent()
      let near = try await LastingPoint(centre, place.path + "/near", province: "79", commune: "26734")
      let far = try await LastingPoint(centre, place.path + "/far", province: "01", commune: "00004")
      let office = try centre.office()
      let (first, second) = (try await centre.issue(1, office), try await centre.issue(2, office))
      try await centre.credit([ListRow(1, 3_000_000), ListRow(2, 2_000_000)])
      _ = try await near.pay(first, centre.client, 100_000)
      _ = try await far.pay(second, centre.client, 50_000)
      try await centre.backUp(to: place.path + "/b")
      var lost: [String: Int64] = [:]
      lost[try await near.pay(first, centre.client, 200_000)] = 200_000
      lost[try await far.pay(first, centre.client, 300_000)] = 300_000
      lost[try await far.pay(second, centre.client)] = 1_950_000
      let work = LostWork(
        old: old, place: place, clock: clock, near: near, far: far, first: first, second: second, lost: lost)
      made.withLock { $0 = work }
    }
    return try #require(made.withLock { $0 })
  }

  /// The centre as the backup has it, a day later.
  func restored(_ body: @escaping @Sendable (TestCentre) async throws -> Void) async throws {
    let new = try ScratchFolder()
    clock.advance(86_400)
    try await TestCentre.restore(backup, of: old, to: new, clock: clock)
    try await TestCentre.run(in: new, clock: clock, body)
  }

  static func payable(_ card: OfficeCard, _ centre: TestCentre) async throws -> Int64 {
    try await centre.client.get("/v1/cards/\(card.made.cardNumber.digits)/payable", [PayableLine].self)
      .reduce(0) { $0 + $1.amount }
  }

  static func isAwaited(_ body: () async throws -> some Sendable) async throws -> Bool {
    do {
      _ = try await body()
      return false
    } catch PayoutError.service(let error) {
      return error.isRefusal(.journalAwaited)
    }
  }
}

@Suite("A ledger restored from an older backup")
struct RestoredLedgerTests {
  @Test("Every point sends again what was lost: the same transactions, everything accounted for, nothing paid twice")
  func sentAgain() async throws {
    let work = try await LostWork.make()
    try await work.restored { centre in
      let awaited = try await centre.client.get("/v1/ledger/journals", LedgerJournalsAnswer.self)
      #expect(awaited.awaited.map(\.point) == ["BD-01-003", "BD-79-003"] && awaited.restorings.count == 1)
      // A desk that does not look at the centre's history gets no challenge.
      let blind = PayoutDesk(
        terminal: work.near.terminal, journal: work.near.journal, client: centre.client,
        clock: { work.clock.milliseconds })
      #expect(try await LostWork.isAwaited { try await blind.pay(work.first.session(work.near.terminal)) })
      let near = try #require(try await work.near.desk(centre.client).sync())
      #expect(near.resent == 1 && near.refused.isEmpty && near.unproven.isEmpty && !near.isAwaited && near.lost >= 1)
      // The card was paid at the other point since, as its own log says: that point comes first.
      #expect(try await LostWork.isAwaited { try await work.near.pay(work.first, centre.client) })
      let far = try #require(try await work.far.desk(centre.client).recover().sync)
      #expect(far.resent == 2 && far.refused.isEmpty && !far.isAwaited)
      for (transaction, amount) in work.lost {
        let status = try await centre.client.get("/v1/payouts/\(transaction)", PayoutStatusAnswer.self)
        #expect(status == PayoutStatusAnswer(state: .posted, amount: amount))
      }
      #expect(try await LostWork.payable(work.first, centre) == 2_400_000)
      #expect(try await LostWork.payable(work.second, centre) == 0)
      #expect(try await centre.store.counts().cases == 0)
      let after = try await centre.client.get("/v1/ledger/journals", LedgerJournalsAnswer.self)
      #expect(after.awaited.isEmpty && after.reported == 2)
      _ = try await work.near.pay(work.first, centre.client)
      #expect(try await LostWork.payable(work.first, centre) == 0)
      let again = try #require(try await work.far.desk(centre.client).sync())
      #expect(again.resent == 0 && !again.isAwaited)
    }
  }

  @Test("A point's first payout takes the centre's key, also when nothing was synced before")
  func firstUse() async throws {
    let place = try ScratchFolder()
    try await TestCentre.run { centre in
      try await centre.registerAgent()
      let point = try await LastingPoint(centre, place.path + "/p", province: "79", commune: "26734")
      let card = try await centre.issue(1, try centre.office())
      try await centre.credit([ListRow(1, 3_000_000)])
      let result = try await point.desk(centre.client).pay(card.session(point.terminal), amount: 1_000)
      #expect(result.amount == 1_000 && point.journal.heads.count == 2)
      let kept = try String(contentsOfFile: HeadKeeper.path(point.folder), encoding: .utf8)
      let told = try await centre.client.get("/v1/ledger/head", LedgerHeadAnswer.self)
      #expect(kept == told.key.octets.hex.lowercased() + "\n")
    }
  }

  @Test("A second restoring, of a backup from before the first one's payouts: everything is sent a third time")
  func twice() async throws {
    let work = try await LostWork.make()
    for _ in 0..<2 {
      try await work.restored { centre in
        for point in [work.near, work.far] {
          let sync = try #require(try await point.desk(centre.client).sync())
          #expect(!sync.isAwaited && sync.refused.isEmpty && sync.resent > 0)
        }
        for transaction in work.lost.keys {
          #expect(
            try await centre.client.get("/v1/payouts/\(transaction)", PayoutStatusAnswer.self).state == .posted)
        }
      }
    }
  }

  @Test("A journal that is not waited for and comes late: what was paid twice meanwhile is a case, and told")
  func paidTwice() async throws {
    let work = try await LostWork.make()
    try await work.restored { centre in
      _ = try await work.near.desk(centre.client).sync()
      let waived = try await centre.post(
        "/v1/ledger/journals/\(work.far.terminal.keyHash.hex)/waiver", TestCentre.hands)
      #expect(waived.status == 201)
      // Nobody knows of the payouts at the far point: their amounts are open, and are paid again.
      _ = try await work.near.pay(work.first, centre.client)
      _ = try await work.near.pay(work.second, centre.client)
      #expect(try await LostWork.payable(work.first, centre) == 0)
      #expect(try await centre.store.counts().cases == 0)
      let late = try #require(try await work.far.desk(centre.client).sync())
      #expect(late.resent == 0 && late.refused.count == 2 && late.refused.allSatisfy(\.isFinal))
      #expect(late.refused.reduce(0) { $0 + $1.amount } == 2_250_000)
      #expect(try await centre.store.counts().cases == 2)
      #expect(try await work.far.desk(centre.client).sync()?.refused.isEmpty == true)
    }
  }
}
