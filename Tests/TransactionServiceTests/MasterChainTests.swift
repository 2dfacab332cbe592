import CardCrypto
import CentreTestSupport
import Foundation
import GRDB
import LedgerStore
import PayoutPoint
import ServiceAPI
import Testing

@testable import TransactionService

/// The master chain of a running centre.
@Suite("Master chain")
struct MasterChainTests {
  /// What a closure keeps for those after it.
  private actor Kept {
    var anchors: [Anchor] = []
    var head: String?
    func add(_ anchor: Anchor) { anchors.append(anchor) }
    func set(_ head: String) { self.head = head }
  }

  /// Whether a head is anchored within ten seconds.
  private static func anchors(_ centre: TestCentre, _ head: ChainHead) async throws -> Bool {
    for _ in 0..<200 {
      let answer = try await centre.get("/v1/ledger/anchor")
      if answer.status == 200, try answer.decode(Anchor.self).tips.first?.hash == head.hash { return true }
      try await Task.sleep(for: .milliseconds(50))
    }
    return false
  }

  private static func newest(_ centre: TestCentre) async throws -> Anchor {
    try expect(try await centre.get("/v1/ledger/anchor"), gives: Anchor.self)
  }

  @Test("What was written is anchored within seconds and at the end, is read by number, and the next opening goes on")
  func seconds() async throws {
    let (scratch, kept) = (try ScratchFolder(), Kept())
    for opening in 1...3 as ClosedRange<Int64> {
      try await TestCentre.run(in: scratch) { centre in
        if opening == 1 {
          try expect(try await centre.get("/v1/ledger/anchor"), is: .notFound)
          try expect(try await centre.get("/v1/ledger/anchors/1"), is: .notFound)
        } else {
          // The last one of the opening before was made when it ended.
          let last = try await Self.newest(centre)
          let head = try await centre.store.head()
          #expect(last.tips.first?.sequence == head.sequence)
        }
        for number in ["0", "-1", "x", "1.5"] {
          try expect(try await centre.get("/v1/ledger/anchors/\(number)"), is: .malformedRequest)
        }
        _ = try await centre.post("/v1/agents", AgentRequest(agent: "A\(opening)", onlineLimit: 0), key: "A\(opening)")
        let head = try await centre.store.head()
        let isAnchored = try await Self.anchors(centre, head)
        #expect(isAnchored)
        let newest = try await Self.newest(centre)
        #expect(newest.occasion == .second && newest.tips.first?.hash == head.hash)
        #expect(newest.isSigned(by: try TestCentre.recordsKey(scratch).publicKey))
        let same = try expect(try await centre.get("/v1/ledger/anchors/\(newest.number)"), gives: Anchor.self)
        #expect(same == newest)
        try expect(try await centre.get("/v1/ledger/anchors/\(newest.number + 1)"), is: .notFound)
        await kept.add(newest)
        // Something that only the end can anchor, unless the second is over.
        _ = try await centre.post("/v1/agents", AgentRequest(agent: "B\(opening)", onlineLimit: 0), key: "B\(opening)")
        let audit = try await centre.client.get("/v1/audit", AuditAnswer.self)
        #expect((audit.anchors ?? 0) >= newest.number && audit.problemCount == 0)
      }
    }
    let anchors = await kept.anchors
    #expect(anchors.count == 3 && zip(anchors, anchors.dropFirst()).allSatisfy { $0.number < $1.number })
  }

  @Test("When a shift is closed, its closing is anchored before it is answered; a rehearsal of it anchors nothing")
  func shifts() async throws {
    try await TestCentre.run { centre in
      try await centre.registerAgent()
      let terminal = try await centre.terminal()
      let id = [UInt8](repeating: 9, count: 16)
      let opening = ShiftRequest(
        shift: WireBytes(id), kind: .counter, agent: TestCentre.agent, point: "BD-79-003",
        terminalKeyHash: WireBytes(terminal.keyHash), float: 0, hands: TestCentre.hands)
      #expect(try await centre.post("/v1/shifts", opening).status == 201)
      let closing = ShiftAmountRequest(amount: 0, hands: TestCentre.hands)
      let answer = try await centre.post("/v1/shifts/\(hexText(id))/closing", closing)
      #expect(answer.status == 201)
      let newest = try await Self.newest(centre)
      let head = try await centre.store.head()
      #expect(newest.occasion == .close && newest.tips.first?.sequence == head.sequence)
    }
  }

  @Test("A rewritten ledger and an older copy are found by the audit, and no service starts on them")
  func putBack() async throws {
    let scratch = try ScratchFolder()
    let ledger = scratch.path + "/centre/ledger.sqlite"
    let older = scratch.path + "/older.sqlite"
    for round in 1...2 {
      try await TestCentre.run(in: scratch) { centre in
        _ = try await centre.post("/v1/agents", AgentRequest(agent: "A\(round)", onlineLimit: 0), key: "A\(round)")
      }
      // What is left of the log would be read with whatever is put beside it.
      try await DatabaseQueue(path: ledger).writeWithoutTransaction { db in
        _ = try db.checkpoint(.truncate)
      }
      if round == 1 { try FileManager.default.copyItem(atPath: ledger, toPath: older) }
    }
    let changed = scratch.path + "/changed.sqlite"
    try FileManager.default.copyItem(atPath: ledger, toPath: changed)
    try await DatabaseQueue(path: changed).write { db in
      try db.execute(sql: "UPDATE batch SET hash = randomblob(32) WHERE sequence = (SELECT MAX(sequence) FROM batch)")
    }
    for (file, isShort) in [(older, true), (changed, false)] {
      try Self.put(file, at: ledger)
      for name in ["tls.key", "tls.pem"] where FileManager.default.fileExists(atPath: scratch.path + "/" + name) {
        try FileManager.default.removeItem(atPath: scratch.path + "/" + name)
      }
      await #expect { try await SecureCentre.run(in: scratch) { _ in } } throws: { error in
        guard case CentreServerError.ledgerBehind(_, _, isShort) = error else { return false }
        return true
      }
      // Nor does any command write to one: a chain that went on would hide what was lost.
      let chain = try Self.chain(scratch)
      await #expect(throws: CentreServerError.self) { try await TestCentre.run(in: scratch) { _ in } }
      try Self.put(file, at: ledger)
      try await TestCentre.run(in: scratch, audits: false, isForensic: true) { centre in
        // Whatever is written all the same, and however it ends: nothing is anchored.
        _ = try await centre.post("/v1/agents", AgentRequest(agent: "Z", onlineLimit: 0), key: "Z")
        _ = try await centre.post("/v1/agents", AgentRequest(agent: "Y", onlineLimit: 0), key: "Y")
      }
      #expect(try Self.chain(scratch) == chain)
      try Self.put(file, at: ledger)
      try await TestCentre.run(in: scratch, audits: false, isForensic: true) { centre in
        let audit = try await centre.client.get("/v1/audit", AuditAnswer.self)
        let places = audit.problems.filter { $0.check == "master" }.map(\.place)
        // The second batch may have two anchors: of the second in which it was written, and of the end.
        let fault = isShort ? "has no batch" : "has another batch"
        #expect((1...2).contains(places.count) && places.allSatisfy { $0.contains(fault) }, "\(places)")
      }
    }
  }

  private static func chain(_ scratch: ScratchFolder) throws -> Data {
    try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/centre/anchors.jsonl"))
  }

  private static func lines(_ folder: String) throws -> Int64 {
    let text = try String(contentsOfFile: folder + "/centre/anchors.jsonl", encoding: .utf8)
    return Int64(text.split(separator: "\n").count)
  }

  private static func put(_ file: String, at ledger: String) throws {
    for ending in ["", "-wal", "-shm"] where FileManager.default.fileExists(atPath: ledger + ending) {
      try FileManager.default.removeItem(atPath: ledger + ending)
    }
    try FileManager.default.copyItem(atPath: file, toPath: ledger)
  }

  @Test("A backup has the anchors as far as its ledger goes; the restored chain goes on after them")
  func restored() async throws {
    let (scratch, place, new, clock) = (try ScratchFolder(), try ScratchFolder(), try ScratchFolder(), TestClock())
    let backup = place.path + "/b"
    try await TestCentre.run(in: scratch, clock: clock) { centre in
      for step in 1...3 {
        _ = try await centre.post("/v1/agents", AgentRequest(agent: "A\(step)", onlineLimit: 0), key: "A\(step)")
        if step == 2 { try await centre.backUp(to: backup) }
        let head = try await centre.store.head()
        let isAnchored = try await Self.anchors(centre, head)
        #expect(isAnchored)
      }
      // Again, with more anchors than the first copy of the ledger has batches.
      try await centre.backUp(to: backup + "2")
    }
    let (first, second) = (try Self.lines(backup), try Self.lines(backup + "2"))
    let whole = try Self.lines(scratch.path)
    // The end may have added one, of the same batch.
    #expect(first < second && (second...(second + 1)).contains(whole))
    try await TestCentre.restore(backup, of: scratch, to: new, clock: clock)
    try await TestCentre.run(in: new, clock: clock) { centre in
      let head = try await centre.store.head()
      let isAnchored = try await Self.anchors(centre, head)
      #expect(isAnchored)
      let newest = try await Self.newest(centre)
      #expect(newest.number == first + 1)
    }
  }

  @Test("A bundle has the anchors, and each that was changed, left out or made up is found")
  func bundled() async throws {
    let (scratch, place, kept) = (try ScratchFolder(), try ScratchFolder(), Kept())
    let backup = place.path + "/b"
    for round in 1...3 {
      try await TestCentre.run(in: scratch) { centre in
        _ = try await centre.post("/v1/agents", AgentRequest(agent: "A\(round)", onlineLimit: 0), key: "A\(round)")
      }
    }
    try await TestCentre.run(in: scratch) { centre in
      try await centre.backUp(to: backup)
      await kept.set(try await centre.client.get("/v1/ledger/head", LedgerHeadAnswer.self).head)
    }
    let key = try TestCentre.recordsKey(scratch).publicKey
    let folder = place.path + "/bundle"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    _ = try StateBackup(path: backup, key: key).export(to: folder, head: await kept.head)
    let path = folder + "/anchors.jsonl"
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    let findings = try LedgerBundle.verify(folder, key: key)
    #expect(findings.report.problems.isEmpty && findings.anchors == Int64(lines.count) && lines.count >= 3)
    #expect(findings.anchored == findings.head.sequence)
    try Self.kept(lines, folder, try TestCentre.recordsKey(scratch))
    func problems(_ lines: [String]) throws -> [AuditProblem] {
      try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
      return try LedgerBundle.verify(folder, key: key).report.problems
    }
    for place in lines.indices {
      var other = lines
      if place < lines.count - 1 {
        other.remove(at: place)
        #expect(try problems(other).contains { $0.check == .master })
      }
      other = lines
      other[place] = lines[place].replacing("\"second\"", with: "\"close\"")
      if other == lines { other[place] = lines[place].replacing("\"close\"", with: "\"second\"") }
      #expect(other != lines)
      #expect(try problems(other).contains { $0.check == .master })
    }
    // The centre itself signs one of a batch that the bundle does not have.
    let last = try WireJSON.decode(Anchor.self, from: Array((try #require(lines.last)).utf8))
    let tip = ChainTip(writer: "centre", epoch: 9, sequence: 90, hash: [UInt8](repeating: 1, count: 32))
    let made = try Anchor(
      after: last, time: 1, occasion: .second, tips: [tip], key: try TestCentre.recordsKey(scratch))
    let text = String(decoding: try WireJSON.encode(made), as: UTF8.self)
    let next = lines.count + 1
    #expect(try problems(lines + [text]).map(\.place) == ["anchor \(next): the ledger ends before it"])
    #expect(try problems(lines + ["{}"]).map(\.place) == ["anchor \(next): unreadable"])
    #expect(try problems(lines).isEmpty)
    // What is cut off at the end is not a fault of what is left: it is told how far that goes.
    #expect(try problems(lines.dropLast()).isEmpty)
    let short = try LedgerBundle.verify(folder, key: key)
    #expect(short.anchors == Int64(lines.count - 1) && short.anchored ?? 0 <= short.head.sequence)
  }

  /// An anchor that somebody kept has to be in the bundle, and that very one.
  private static func kept(_ lines: [String], _ folder: String, _ key: RecordsKey) throws {
    let anchors = try lines.map { try WireJSON.decode(Anchor.self, from: Array($0.utf8)) }
    func places(_ kept: Anchor) throws -> [String] {
      try LedgerBundle.verify(folder, key: key.publicKey, expecting: kept).report.problems.map(\.place)
    }
    for anchor in anchors { #expect(try places(anchor).isEmpty) }
    let first = try #require(anchors.first)
    let other = try Anchor(after: nil, time: first.time + 1, occasion: first.occasion, tips: first.tips, key: key)
    #expect(try places(other) == ["anchor 1: not the one that was kept"])
    let last = try #require(anchors.last)
    let later = try Anchor(after: last, time: last.time, occasion: .second, tips: last.tips, key: key)
    #expect(try places(later) == ["anchor \(anchors.count + 1): was kept, and is not here"])
    let path = folder + "/anchors.jsonl"
    let chain = try Data(contentsOf: URL(fileURLWithPath: path))
    try FileManager.default.removeItem(atPath: path)
    #expect(try places(first) == ["anchor 1: was kept, and is not here"])
    #expect(try LedgerBundle.verify(folder, key: key.publicKey).anchors == nil)
    try chain.write(to: URL(fileURLWithPath: path))
  }

  @Test("The anchors after a number are given a thousand at a time")
  func pages() async throws {
    let scratch = try ScratchFolder()
    try FileManager.default.createDirectory(atPath: scratch.path + "/centre", withIntermediateDirectories: true)
    let made = try AnchorLog(folder: scratch.path + "/centre", key: TestCentre.recordsKey(scratch), clock: { 1 })
    let hash = [UInt8](repeating: 1, count: 32)
    for number in 1...1_100 as ClosedRange<Int64> {
      _ = try await made.add(ChainHead(writer: "gone", epoch: 1, sequence: number, hash: hash), .second)
    }
    // Of a ledger that is not there: looked at, no more.
    try await TestCentre.run(in: scratch, audits: false, isForensic: true) { centre in
      func numbers(_ query: String) async throws -> [Int64] {
        try expect(try await centre.get("/v1/ledger/anchors" + query), gives: [Anchor].self).map(\.number)
      }
      for (query, expected) in [
        ("", Array(1...1_000)), ("?after=0", Array(1...1_000)), ("?after=1", Array(2...1_001)),
        ("?after=1000", Array(1_001...1_100)), ("?after=1099", [1_100]), ("?after=1100", []),
        ("?after=\(Int64.max)", []),
      ] as [(String, [Int64])] {
        let found = try await numbers(query)
        #expect(found == expected, "\(query)")
      }
      for query in ["?after=-1", "?after=x", "?after=", "?after=9223372036854775808"] {
        try expect(try await centre.get("/v1/ledger/anchors" + query), is: .malformedRequest)
      }
    }
  }

  /// A state of one opening with a chain of a few anchors, its backup, and the lines of its chain.
  private static func faulty(
    _ scratch: ScratchFolder, _ backup: String, _ change: ([String]) throws -> [String]
  ) async throws {
    for round in 1...3 {
      try await TestCentre.run(in: scratch) { centre in
        _ = try await centre.post("/v1/agents", AgentRequest(agent: "A\(round)", onlineLimit: 0), key: "A\(round)")
      }
    }
    let path = scratch.path + "/centre/anchors.jsonl"
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    let text = try change(lines).joined(separator: "\n") + "\n"
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    try await TestCentre.run(in: scratch, audits: false, isForensic: true) { centre in
      try await centre.backUp(to: backup)
      // The audit says so as well, whatever can't be read.
      let audit = try await centre.client.get("/v1/audit", AuditAnswer.self)
      #expect(audit.problems.contains { $0.check == "master" } && audit.problems.allSatisfy { $0.check == "master" })
    }
  }

  @Test("A fault in the chain stops no backup; it is told, and put back only on purpose", arguments: [0, 1, 2])
  func faultyBackup(_ kind: Int) async throws {
    let (scratch, place, new, clock) = (try ScratchFolder(), try ScratchFolder(), try ScratchFolder(), TestClock())
    let backup = place.path + "/b"
    try await Self.faulty(scratch, backup) { lines in
      switch kind {
      case 0: [lines[0]] + lines.dropFirst(2)
      case 1: lines.dropLast() + ["{}"]
      default: [lines[0], String(repeating: "x", count: 20_000)] + lines.dropFirst()
      }
    }
    let key = try TestCentre.recordsKey(scratch).publicKey
    let manifest = try BackupManifest.read(backup, key: key)
    #expect(manifest.anchors?.fault != nil && manifest.anchors?.faultCount ?? 0 > 0)
    let opened = try StateBackup(path: backup, key: key)
    #expect {
      _ = try opened.verify()
    } throws: { error in
      guard case BackupError.anchors(manifest.anchors?.faultCount, _) = error else { return false }
      return true
    }
    await #expect(throws: BackupError.self) {
      try await TestCentre.restore(backup, of: scratch, to: new, clock: clock)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: new.path).isEmpty)
    try await TestCentre.restore(backup, of: scratch, to: new, clock: clock, setsAnchorsAside: true)
    let aside = try Data(contentsOf: URL(fileURLWithPath: new.path + "/centre/anchors-faulty.jsonl"))
    #expect(try aside == Data(contentsOf: URL(fileURLWithPath: backup + "/centre/anchors.jsonl")))
    try await TestCentre.run(in: new, clock: clock) { centre in
      let head = try await centre.store.head()
      let isAnchored = try await Self.anchors(centre, head)
      #expect(isAnchored)
      let newest = try await Self.newest(centre)
      #expect(newest.number == 1)
      // And a backup of it is whole again.
      try await centre.backUp(to: backup + "2")
    }
    let whole = try StateBackup(path: backup + "2", key: key).verify()
    #expect(whole.anchors?.count == 1 && whole.anchors?.fault == nil)
  }
}
