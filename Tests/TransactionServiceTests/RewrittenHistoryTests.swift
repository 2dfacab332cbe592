import CardCrypto
import CentreTestSupport
import Foundation
import GRDB
import Ledger
import PayoutPoint
import ServiceAPI
import Testing

@testable import LedgerStore
@testable import TransactionService

/// History that somebody with the file and the key has written anew.
@Suite("Rewritten history")
struct RewrittenHistoryTests {
  /// A state with two payouts at a point that outlives the centre, each in a run of its own.
  private struct Scene {
    let state: ScratchFolder
    let point: ScratchFolder
    let clock = TestClock()
    let journal: Journal
    let terminal: Terminal
    let card: OfficeCard

    func desk(_ centre: TestCentre) -> PayoutDesk {
      let clock = clock
      return PayoutDesk(
        terminal: terminal, journal: journal, client: centre.client,
        keeper: HeadKeeper(folder: point.path, journal: journal, clock: { clock.milliseconds }),
        clock: { clock.milliseconds })
    }

    /// Runs the centre on the state again.
    func run(_ body: @escaping @Sendable (TestCentre) async throws -> Void) async throws {
      try await TestCentre.run(in: state, clock: clock, body)
    }
  }

  private actor Made {
    var scene: Scene?
    func set(_ scene: Scene) { self.scene = scene }
  }

  private static func scene() async throws -> Scene {
    let (state, point, made) = (try ScratchFolder(), try ScratchFolder(), Made())
    try await TestCentre.run(in: state) { centre in
      try await centre.registerAgent()
      let terminal = try await centre.terminal()
      let card = try await centre.issue(1, try centre.office())
      try await centre.credit([ListRow(1, 3_000_000)])
      let scene = Scene(
        state: state, point: point, journal: try Journal(folder: point.path), terminal: terminal, card: card)
      try await pay(scene, centre)
      await made.set(scene)
    }
    return try #require(await made.scene)
  }

  private static func pay(_ scene: Scene, _ centre: TestCentre) async throws {
    let desk = scene.desk(centre)
    _ = try await desk.recover()
    _ = try await desk.pay(scene.card.session(scene.terminal), amount: 100_000)
  }

  /// Changes a row in an early batch, and everything that follows from it: leaves, roots, hashes. Without the master
  /// chain, which whoever has the key can begin anew as well.
  private static func rewrite(_ path: String) throws {
    var configuration = Configuration()
    configuration.foreignKeysEnabled = false
    let queue = try DatabaseQueue(path: path, configuration: configuration)
    try queue.write { db in
      try db.execute(sql: "UPDATE act SET reason = 'theo lệnh khác' WHERE sequence = 1")
      let sources = try LeafSource.all(db)
      var previous = [UInt8](repeating: 0, count: 32)
      for row in try Row.fetchAll(db, sql: "SELECT writer, epoch, sequence, time FROM batch ORDER BY sequence") {
        var leaves: [CommittedLeaf] = []
        for source in sources { try source.take(row["sequence"], into: &leaves) { _ in } }
        var tree = MerkleTree()
        let hashes = leaves.sorted { $0.index < $1.index }.map(\.hash)
        for hash in hashes { tree.append(hash) }
        let link = ChainLink(
          writer: row["writer"], epoch: row["epoch"], sequence: row["sequence"], previous: previous, root: tree.root,
          time: row["time"], leaves: Int64(leaves.count), hash: [])
        try db.execute(
          sql: "UPDATE batch SET previous = ?, root = ?, hash = ?, leaf_hashes = ? WHERE sequence = ?",
          arguments: [
            Data(previous), Data(tree.root), Data(link.computedHash), Data(hashes.flatMap { $0 }), link.sequence,
          ])
        previous = link.computedHash
      }
    }
    try queue.close()
    try FileManager.default.removeItem(
      at: URL(fileURLWithPath: path).deletingLastPathComponent().appending(path: AnchorFile.name))
  }

  private static func history(_ body: () async throws -> some Sendable) async throws -> HistoryError? {
    do {
      _ = try await body()
      return nil
    } catch PayoutError.history(let error) {
      return error
    }
  }

  @Test("An insider with file and key: the audit is clean, the point's head and the centre's own word expose it")
  func insider() async throws {
    let scene = try await Self.scene()
    try await scene.run { centre in try await Self.pay(scene, centre) }
    try Self.rewrite(scene.state.path + "/centre/ledger.sqlite")
    try await scene.run { centre in
      try await centre.requireCleanAudit()
      let held = try #require(scene.journal.heads.last)
      let before = try await centre.store.counts().requests
      // The centre's own program compares, says so and keeps it.
      let request = LedgerHeadsRequest(
        terminalKeyHash: WireBytes(scene.terminal.keyHash), heads: [held.description], isComplete: false)
      try expect(try await centre.post("/v1/ledger/heads", request), is: .historyDiffers)
      try expect(try await centre.post("/v1/ledger/heads", request), is: .historyDiffers)
      #expect(try await centre.number("SELECT COUNT(*) FROM act WHERE kind = 81") == 1)
      #expect(try await centre.store.counts().requests == before + 2)
      // The point asks for the batch itself, and holds two signatures over two histories.
      let found = try await Self.history { try await scene.desk(centre).recover() }
      guard case .fork(let kept, let told)? = found, let told = SignedHead(told) else {
        Issue.record("\(String(describing: found))")
        return
      }
      let key = try TestCentre.recordsKey(scene.state).publicKey
      #expect(kept == held.description && told.isAtPlace(of: held) && told.hash != held.hash && told.isSigned(by: key))
      for _ in 0..<2 { #expect(try await Self.history { try await Self.pay(scene, centre) } != nil) }
      let lines = try Journal.entries(inFolder: scene.point.path).filter { $0.step == .fork }
      #expect(lines.count == 1 && lines.first?.head == kept)
      #expect(SignedHead(String(decoding: lines.first?.data ?? Data(), as: UTF8.self))?.hash == told.hash)
    }
  }

  @Test("An older copy put back by hand: the point's heads are missing, and no payout is made")
  func copied() async throws {
    let scene = try await Self.scene()
    let copy = try ScratchFolder()
    let files = ["ledger.sqlite", "ledger.sqlite-wal", AnchorFile.name]
    func carry(_ from: String, _ to: String) throws {
      for name in files {
        try? FileManager.default.removeItem(atPath: to + "/" + name)
        if FileManager.default.fileExists(atPath: from + "/" + name) {
          try FileManager.default.copyItem(atPath: from + "/" + name, toPath: to + "/" + name)
        }
      }
    }
    let centre = scene.state.path + "/centre"
    try carry(centre, copy.path)
    try await scene.run { try await Self.pay(scene, $0) }
    try? FileManager.default.removeItem(atPath: centre + "/ledger.sqlite-shm")
    try carry(copy.path, centre)
    try await scene.run { centre in
      let found = try await Self.history { try await Self.pay(scene, centre) }
      let isTold =
        switch found {
        case .missing, .denied, .fork: true;
        default: false
        }
      #expect(isTold, "\(String(describing: found))")
      #expect(try await centre.number("SELECT COUNT(*) FROM act WHERE kind = 81") == 1)
      #expect(try await centre.store.counts().payouts == 1)
    }
  }

  @Test("Heads of another key, of nobody, of another terminal and without form are not compared")
  func refused() async throws {
    try await TestCentre.run { centre in
      try await centre.registerAgent()
      let terminal = try await centre.terminal()
      func send(_ heads: [String], _ keyHash: [UInt8]? = nil) async throws -> HTTPAnswer {
        try await centre.post(
          "/v1/ledger/heads",
          LedgerHeadsRequest(
            terminalKeyHash: WireBytes(keyHash ?? terminal.keyHash), heads: heads, isComplete: true))
      }
      let head = try await centre.client.get("/v1/ledger/head", LedgerHeadAnswer.self).head
      let answer = try expect(try await send([head]), gives: LedgerHeadsAnswer.self)
      #expect(answer == LedgerHeadsAnswer(lost: [], restorings: [], isAwaited: false))
      try expect(try await send([head.replacing("centre/", with: "other/")]), is: .signatureInvalid)
      try expect(try await send([String(head.dropLast())]), is: .malformedRequest)
      try expect(try await send([head], [UInt8](repeating: 7, count: 32)), is: .unknownTerminal)
      try expect(try await send([], [7]), is: .malformedRequest)
      #expect(try await centre.number("SELECT COUNT(*) FROM act WHERE kind >= 80") == 0)
    }
  }
}
