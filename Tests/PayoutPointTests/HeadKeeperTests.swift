import CardCrypto
import CentreTestSupport
import Foundation
import ISO7816
import ServiceAPI
import Testing

@testable import PayoutPoint

@Suite("Heads that a point keeps")
struct HeadKeeperTests {
  private static func head(_ key: ECPrivateKey, _ sequence: Int64, _ octet: UInt8, epoch: Int64 = 1) throws -> String {
    let open = SignedHead(
      writer: "centre", epoch: epoch, sequence: sequence, hash: [UInt8](repeating: octet, count: 32), time: 5,
      signature: [])
    return SignedHead(
      writer: open.writer, epoch: epoch, sequence: sequence, hash: open.hash, time: 5,
      signature: try key.sign(open.signedOctets)
    ).description
  }

  private static func error(_ body: () throws -> Void) -> HistoryError? {
    do {
      try body()
      return nil
    } catch {
      return error as? HistoryError
    }
  }

  @Test("The first key stays; another one, none and a broken one are told apart")
  func keys() throws {
    let scratch = try ScratchFolder()
    let (key, other) = (try ECPrivateKey(generate: .p256), try ECPrivateKey(generate: .p256))
    let keeper = HeadKeeper(folder: scratch.path, journal: try Journal(folder: scratch.path), clock: { 0 })
    let head = try Self.head(key, 1, 1)
    #expect(Self.error { try keeper.check(head) } == .noHead)
    #expect(Self.error { try keeper.take([4]) } == .keyFile(path: HeadKeeper.path(scratch.path)))
    try keeper.take(key.publicKey.point)
    try keeper.take(key.publicKey.point)
    #expect(try keeper.check(head).sequence == 1)
    for bad in [nil, "", "centre/1/1/0123456789abcdef", head + "A"] {
      #expect(Self.error { try keeper.check(bad) } == .noHead)
    }
    guard case .otherKey(let path, let kept, _)? = Self.error({ try keeper.take(other.publicKey.point) }) else {
      Issue.record("another key was taken")
      return
    }
    #expect(path == HeadKeeper.path(scratch.path) && kept == key.publicKey.point.hex.lowercased())
    let foreign = try Self.head(other, 1, 1)
    guard case .otherKey? = Self.error({ try keeper.check(foreign) }) else {
      Issue.record("a head of another key was believed")
      return
    }
    try Data("rubbish".utf8).write(to: URL(fileURLWithPath: path))
    #expect(Self.error { try keeper.check(head) } == .keyFile(path: path))
  }

  @Test("Heads are in the journal after it is opened again; two of one batch are kept as evidence, once")
  func forks() throws {
    let scratch = try ScratchFolder()
    let key = try ECPrivateKey(generate: .p256)
    let heads = try (1...3).map { try Self.head(key, $0, UInt8($0)) }
    do {
      let journal = try Journal(folder: scratch.path)
      for (index, head) in (heads + heads).enumerated() {
        try journal.append(
          JournalEntry(step: .posted, transaction: "\(index)", time: 1, data: Data(), head: head))
      }
      // A head of an earlier version, without a signature, is no evidence.
      try journal.append(
        JournalEntry(step: .posted, transaction: "x", time: 1, data: Data(), head: "centre/1/9/0123456789abcdef"))
    }
    let journal = try Journal(folder: scratch.path)
    #expect(journal.heads.map(\.description) == heads)
    let keeper = HeadKeeper(folder: scratch.path, journal: journal, clock: { 7_000 })
    try keeper.take(key.publicKey.point)
    try keeper.check(heads[1])
    try keeper.check(try Self.head(key, 2, 9, epoch: 2))
    let other = try Self.head(key, 2, 9)
    for _ in 0..<3 { #expect(Self.error { try keeper.check(other) } == .fork(kept: heads[1], told: other)) }
    let lines = try Journal.entries(inFolder: scratch.path).filter { $0.step == .fork }
    #expect(lines.count == 1 && lines.first?.head == heads[1] && lines.first?.time == 7)
    #expect(journal.heads.count == 3 && journal.unfinished.isEmpty == false)
  }
}
