import CardCrypto
import Foundation
import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// The chain in files, checked without the ledger.
@Suite("Bundles of the chain")
struct BundleTests {
  /// A bundle of a ledger in which everything happened, and its head.
  private static func bundle() async throws -> (scratch: Scratch, folder: String, head: ChainHead) {
    let twin = try await LateLeafTests.worked()
    let copy = twin.scratch.path + "/copy.sqlite"
    let head = try await twin.store.copy(to: copy)
    await twin.store.close()
    let folder = twin.scratch.path + "/bundle"
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
    let manifest = try LedgerSnapshot(path: copy).export(to: folder, head: "signed")
    #expect(manifest.batches == head.sequence && manifest == LedgerBundle.manifest(in: folder))
    return (twin.scratch, folder, head)
  }

  private static func verify(_ folder: String, _ head: ChainHead) throws -> BundleReport {
    try LedgerBundle.verify(folder, head: head) { payout in
      payout.certificate.count > 300 && payout.cardKey.count == 65 && payout.terminalKey.count == 65
    }
  }

  @Test("A whole bundle is clean, and has nothing in it that names anybody")
  func whole() async throws {
    let (scratch, folder, head) = try await Self.bundle()
    let report = try Self.verify(folder, head)
    #expect(report.problems.isEmpty && report.head == head && report.batches == head.sequence)
    #expect(report.payouts == 2 && report.handPayouts == 1 && report.transfers > 5)
    let lines = try String(contentsOfFile: folder + "/chain.jsonl", encoding: .utf8).split(separator: "\n")
    let octets = lines.compactMap { line in
      (try? JSONDecoder().decode(LedgerBundle.Line.self, from: Data(line.utf8)))?.octets
        .flatMap { Data(base64Encoded: $0) }
    }
    #expect(octets.count > 30)
    for person in 1...3 {
      let identity = World.person(person)
      for text in [identity.personalID, identity.name, "Nguyễn A", "Lê B"] {
        #expect(!octets.contains { $0.firstRange(of: Data(text.utf8)) != nil }, "\(text)")
      }
    }
    _ = scratch
  }

  @Test("Whatever line is changed, left out, doubled or cut is found, and so is another end")
  func changed() async throws {
    let (scratch, folder, head) = try await Self.bundle()
    let path = folder + "/chain.jsonl"
    let lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    for place in stride(from: 0, to: lines.count, by: 3) {
      for change in 0..<3 {
        var other = lines
        switch change {
        case 0: other.remove(at: place)
        case 1: other.insert(lines[place], at: place)
        default: other[place] = lines[place].replacing("A", with: "B", maxReplacements: 1)
        }
        guard other != lines else { continue }
        try Data((other.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
        let report = try? Self.verify(folder, head)
        #expect(report?.problems.isEmpty != true, "line \(place) change \(change)")
      }
    }
    try Data(lines.joined(separator: "\n").utf8).write(to: URL(fileURLWithPath: path))
    #expect(throws: LedgerStoreError.corrupt(place: "line \(lines.count)")) { try Self.verify(folder, head) }
    try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
    let before = ChainHead(writer: head.writer, epoch: head.epoch, sequence: head.sequence, hash: [1])
    #expect(
      try Self.verify(folder, before).problems
        == [AuditProblem(check: .chain, place: "does not end with the head that was signed")])
    _ = scratch
  }

  @Test("A chain that is whole but tells of what must not be is found out: books, keys, evidence, sums")
  func forged() throws {
    let scratch = Scratch()
    let key = [UInt8](repeating: 4, count: 65)
    let hash = Digest.sha256.hash(key)
    let card = Leaf.card(number: "9704", person: [1], certificate: [2], publicKey: key, registeredAt: 0)
    let terminal = Leaf.terminal(keyHash: hash, publicKey: key, agent: "A", point: "P", place: "1905443", at: 0)
    let certificate = Leaf.certificate(card: "9704", counter: 1, identity: hash, certificate: [9], refusal: 0)
    func payout(_ amount: Int64) -> Leaf {
      .payout(
        transactionID: World.id(1), event: World.id(2), amount: amount,
        facts: ["9704", "19", "05443", "A", "P", hash.hexText], times: [1, 1, 1, 20_261_101, 0, 0])
    }
    func transfer(_ debit: String, _ credit: String, _ amount: Int64 = 5) -> Leaf {
      .transfer(id: World.id(3), event: World.id(2), debit: debit, credit: credit, amount: amount, kind: 5)
    }
    let funded = Leaf.transfer(
      id: World.id(4), event: World.id(5), debit: "1100 BHXH-19 QHTTT@VN ", credit: "2200 BHXH-19 QHTTT@VN 1",
      amount: 5, kind: 2)
    let good = transfer("2200 BHXH-19 QHTTT@VN 1", "1200 BHXH-19 QHTTT@VN A")
    let cases: [([Leaf], AuditCheck?)] = [
      ([card, terminal, funded, certificate, payout(5), good], nil),
      ([card, terminal, certificate, payout(5), good], .signs),
      ([card, terminal, funded, certificate, payout(6), good], .outcomes),
      ([card, terminal, funded, payout(5), good], .evidence),
      ([terminal, funded, certificate, payout(5), good], .evidence),
      ([card, funded, certificate, payout(5), good], .evidence),
      ([card, card, terminal, funded, certificate, payout(5), good], .evidence),
      (
        [
          card, terminal, funded, certificate, payout(5), good, transfer("2200 BHXH-19 QHTTT@VN 1", "1200 BHXH-01 X A"),
        ],
        .doubleEntry
      ),
      ([funded, transfer("nonsense", "nonsense")], .doubleEntry),
    ]
    for (place, (leaves, check)) in cases.enumerated() {
      let folder = scratch.path + "/\(place)"
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      let head = try Self.write(leaves, to: folder)
      let report = try Self.check(folder, head)
      #expect(report.problems.isEmpty == (check == nil), "\(place): \(report.problems)")
      if let check { #expect(report.problems.contains { $0.check == check }, "\(place): \(report.problems)") }
    }
  }

  private static func check(_ folder: String, _ head: ChainHead) throws -> BundleReport {
    try LedgerBundle.verify(folder, head: head) { $0.certificate == [9] }
  }

  /// A chain of one batch.
  private static func write(_ leaves: [Leaf], to folder: String) throws -> ChainHead {
    let hashes = leaves.map(\.hash)
    let open = ChainLink(
      writer: "centre", epoch: 1, sequence: 1, previous: [UInt8](repeating: 0, count: 32),
      root: MerkleTree.root(hashes[...]), time: 0, leaves: Int64(leaves.count), hash: [])
    let link = ChainLink(
      writer: open.writer, epoch: 1, sequence: 1, previous: open.previous, root: open.root, time: 0,
      leaves: open.leaves, hash: open.computedHash)
    let lines =
      [LedgerBundle.Line(link)]
      + leaves.enumerated().map {
        LedgerBundle.Line(CommittedLeaf(index: Int64($0.offset), octets: $0.element.octets))
      }
    let text = try lines.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) + "\n" }.joined()
    try Data(text.utf8).write(to: URL(fileURLWithPath: folder + "/chain.jsonl"))
    let manifest = LedgerBundle.Manifest(
      batches: 1, leaves: open.leaves, hash: link.hash.hexText, head: nil)
    try JSONEncoder().encode(manifest).write(to: URL(fileURLWithPath: folder + "/bundle.json"))
    return ChainHead(writer: "centre", epoch: 1, sequence: 1, hash: link.hash)
  }
}
