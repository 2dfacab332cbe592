import CardCrypto
import CentreTestSupport
import Foundation
import LedgerStore
import PayoutPoint
import ServiceAPI
import Testing

@testable import TransactionService

@Suite("Signed heads of the chain")
struct SignedHeadTests {
  private static func made() throws -> (head: SignedHead, key: ECPublicKey) {
    let key = try ECPrivateKey(generate: .p256)
    let hash = [UInt8](0..<32)
    let open = SignedHead(
      writer: "centre", epoch: 1_800_000_000_000, sequence: 42, hash: hash, time: 1_800_000_000_123, signature: [])
    let signed = SignedHead(
      writer: open.writer, epoch: open.epoch, sequence: open.sequence, hash: hash, time: open.time,
      signature: try key.sign(open.signedOctets))
    return (signed, key.publicKey)
  }

  @Test("What is signed, octet for octet, and the text there and back")
  func form() throws {
    let (head, key) = try Self.made()
    let expected: [UInt8] =
      Array("ANSINH-HEAD-1".utf8) + [0, 0, 0, 0, 6] + Array("centre".utf8) + [0, 0, 0x01, 0xA3, 0x18, 0x5C, 0x50, 0]
      + [0, 0, 0, 0, 0, 0, 0, 42] + [UInt8](0..<32) + [0, 0, 0x01, 0xA3, 0x18, 0x5C, 0x50, 0x7B]
    #expect(head.signedOctets == expected)
    #expect(head.isSigned(by: key))
    let text = head.description
    #expect(text.utf8.count <= SignedHead.largestText)
    #expect(SignedHead(text) == head)
    #expect(text.hasPrefix("centre/1800000000000/42/000102030405"))
    #expect(BackupHead(text)?.description == head.batch)
  }

  @Test("Every cut and every changed character is no head, or none of this signature")
  func changed() throws {
    let (head, key) = try Self.made()
    let text = Array(head.description.utf8)
    for length in 0..<text.count { #expect(SignedHead(String(decoding: text[..<length], as: UTF8.self)) == nil) }
    for index in text.indices {
      for bit in 0..<7 as Range<UInt8> {
        var other = text
        other[index] ^= 1 << bit
        let read = SignedHead(String(decoding: other, as: UTF8.self))
        #expect(read?.isSigned(by: key) != true, "\(index) \(bit)")
      }
    }
    for bad in [head.description + "/", "/" + head.description, head.description.replacing("/42/", with: "/042/")] {
      #expect(SignedHead(bad) == nil)
    }
    #expect(!head.isSigned(by: try ECPrivateKey(generate: .p256).publicKey))
  }

  @Test("Answers carry the newest head, signed once; a replay the newest, too; reads tell it and where epochs began")
  func answers() async throws {
    let scratch = try ScratchFolder()
    let first = Answers()
    for opening in 1...3 as ClosedRange<Int64> {
      try await TestCentre.run(in: scratch) { centre in
        let key = try #require(RecordsKey.readPublic(RecordsKey.publicPath(centre.folder + "/centre")))
        // Nothing is written yet: the newest batch is one of the opening before, and so is its head.
        let before = try expect(try await centre.get("/v1/ledger/head"), gives: LedgerHeadAnswer.self)
        let old = try #require(SignedHead(before.head))
        #expect(old.epoch == max(1, opening - 1) && old.isSigned(by: key) && before.key.octets == key.point)
        let answer = try await centre.post(
          "/v1/agents", AgentRequest(agent: "A\(opening)", onlineLimit: 0), key: "k\(opening)")
        let text = try #require(answer.head)
        let head = try #require(SignedHead(text))
        #expect(head.isSigned(by: key) && head.epoch == opening && head.sequence == old.sequence + 1)
        #expect(try await centre.store.head().hash == head.hash)
        let replay = try await centre.post("/v1/agents", AgentRequest(agent: "A1", onlineLimit: 0), key: "k1")
        #expect(replay.isReplay && replay.head == text)
        let now = try expect(try await centre.get("/v1/ledger/head"), gives: LedgerHeadAnswer.self)
        #expect(now.head == text)
        #expect(now.epochs.map(\.epoch) == (1...opening).reversed())
        #expect(now.epochs.map(\.firstSequence) == (1...opening).reversed())
        let link = try expect(
          try await centre.get("/v1/ledger/heads/\(head.sequence)"), gives: LedgerBatchAnswer.self)
        let batch = try #require(SignedHead(link.head))
        #expect(batch.batch == head.batch && batch.isSigned(by: key))
        try expect(try await centre.get("/v1/ledger/heads/\(head.sequence + 1)"), is: .notFound)
        for bad in ["0", "-1", "x", "99999999999999999999"] {
          try expect(try await centre.get("/v1/ledger/heads/\(bad)"), is: .malformedRequest)
        }
        await first.add(text)
      }
    }
    #expect(await Set(first.all).count == 3)
  }

  @Test("Epochs of many batches, and of none, are found by halving")
  func epochs() async throws {
    let scratch = try ScratchFolder()
    for opening in [3, 0, 1, 8] {
      try await TestCentre.run(in: scratch) { centre in
        let epoch = centre.store.epoch
        for number in 0..<opening {
          _ = try await centre.post(
            "/v1/agents", AgentRequest(agent: "A\(epoch)-\(number)", onlineLimit: 0),
            key: "\(epoch)-\(number)")
        }
      }
    }
    try await TestCentre.run(in: scratch) { centre in
      let all = try await centre.store.epochs(limit: 100)
      #expect(all.map(\.epoch) == [4, 3, 1] && all.map(\.sequence) == [5, 4, 1])
      #expect(try await centre.store.epochs(limit: 2).map(\.epoch) == [4, 3])
    }
  }

  actor Answers {
    var all: [String] = []
    func add(_ text: String) { all.append(text) }
  }
}
