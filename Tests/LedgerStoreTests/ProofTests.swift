import CardCrypto
import Foundation
import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// That payouts are in the chain, for somebody who has not the ledger.
@Suite("Proofs of payouts")
struct ProofTests {
  /// The leaves that RFC 6962's authors test their own trees with.
  private static let published: [[UInt8]] = [
    [], [0x00], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43], Array(0x50...0x57), Array(0x60...0x6F),
  ]

  @Test("A published tree, and every path of trees of 1 to 40 leaves; none of them leads from elsewhere")
  func paths() {
    let known = Self.published.map { Leaf.hash(of: $0) }
    #expect(
      MerkleTree.root(known[...]).hexText == "5DC9DA79A70659A9AD559CB701DED9A2AB9D823AAD2F4960CFE370EFF4604328")
    for count in 1...40 {
      let leaves = (0..<count).map { Leaf.hash(of: [UInt8($0)]) }
      let root = MerkleTree.root(leaves[...])
      for index in 0..<count {
        let path = MerkleTree.path(index, in: leaves[...])
        func found(_ leaf: [UInt8], _ index: Int, _ path: [[UInt8]]) -> [UInt8]? {
          MerkleTree.root(from: leaf, at: Int64(index), of: Int64(count), by: path)
        }
        #expect(found(leaves[index], index, path) == root)
        #expect(found(leaves[(index + 1) % count], index, path) != root || count == 1)
        #expect(found(leaves[index], (index + 1) % count, path) != root || count == 1)
        #expect(found(leaves[index], index, path + [root]) != root)
        #expect(found(leaves[index], index, path.dropLast()) != root || count == 1)
        #expect(found(leaves[index], -1, path) == nil && found(leaves[index], count, path) == nil)
      }
    }
  }

  /// Two payouts of one batch, the second hosted elsewhere.
  static func paid() async throws -> Twin {
    let twin = try await Twin()
    let first = World.posting(1, counter: 1, parts: [World.part(700)])
    let second = World.posting(
      2, counter: 2, previous: first.identity, parts: [World.part(800)], terminal: 2, province: "01")
    try await twin.run([twin.request(.payout(first)), twin.request(.payout(second))])
    try await twin.compare()
    return twin
  }

  @Test("A payout is proven by its leaves, also one of a batch without hashes beside it; what is unknown is not")
  func proof() async throws {
    let twin = try await Self.paid()
    let head = try await twin.store.head()
    for (number, amount, entries) in [(1, 700, 1), (2, 800, 2)] as [(Int, Int64, Int)] {
      let proof = try #require(try await twin.store.proof(World.id(number)))
      let payout = try proof.verify()
      #expect(payout.transactionID == World.id(number) && payout.amount == amount && payout.card == World.card(1))
      #expect(payout.terminal == World.terminalKey(number).hexText && payout.counter == UInt32(number))
      #expect(proof.link.hash == head.hash && proof.leaves.count == 2 + entries)
    }
    #expect(try await twin.store.proof(World.id(3)) == nil)
    let kept = try await twin.store.proof(World.id(2))
    try await twin.store.pool.write { db in try db.execute(sql: "UPDATE batch SET leaf_hashes = NULL") }
    #expect(try await twin.store.proof(World.id(2)) == kept)
    #expect(try await twin.store.audit(evidence: World.verify).isClean)
    try await DeathWithdrawalTests.tamper(
      twin, "UPDATE batch SET leaf_hashes = zeroblob(64)", "batch 1: the hashes beside it are not those of its leaves")
  }

  @Test("Nothing of a proof can be changed, left out or taken from another payout")
  func changed() async throws {
    let twin = try await Self.paid()
    let proof = try #require(try await twin.store.proof(World.id(2)))
    let other = try #require(try await twin.store.proof(World.id(1)))
    for (place, leaf) in proof.leaves.enumerated() {
      for octet in leaf.octets.indices {
        var octets = leaf.octets
        octets[octet] ^= 1
        #expect(throws: PayoutProof.Fault.self) { try Self.replaced(proof, place, octets: octets).verify() }
      }
      for step in leaf.path.indices {
        var path = leaf.path
        path[step][7] ^= 1
        #expect(throws: PayoutProof.Fault.leaf(index: leaf.index)) {
          try Self.replaced(proof, place, path: path).verify()
        }
      }
      var fewer = proof.leaves
      fewer.remove(at: place)
      // An entry that pays nobody (1300 to the agent's advance) may be missing.
      let isPaying = (try? PayoutProof(leaves: fewer, link: proof.link).verify()) == nil
      #expect(isPaying || leaf.octets.first == 1)
      let twice = PayoutProof(leaves: proof.leaves + [leaf], link: proof.link)
      #expect(throws: PayoutProof.Fault.incomplete) { try twice.verify() }
    }
    #expect(throws: PayoutProof.Fault.incomplete) {
      try PayoutProof(leaves: proof.leaves + other.leaves, link: proof.link).verify()
    }
    let link = ChainLink(
      writer: "other", epoch: proof.link.epoch, sequence: proof.link.sequence, previous: proof.link.previous,
      root: proof.link.root, time: proof.link.time, leaves: proof.link.leaves, hash: proof.link.hash)
    #expect(throws: PayoutProof.Fault.link) { try PayoutProof(leaves: proof.leaves, link: link).verify() }
  }

  private static func replaced(
    _ proof: PayoutProof, _ place: Int, octets: [UInt8]? = nil, path: [[UInt8]]? = nil
  ) -> PayoutProof {
    var leaves = proof.leaves
    leaves[place] = PayoutProof.ProvenLeaf(
      index: leaves[place].index, octets: octets ?? leaves[place].octets, path: path ?? leaves[place].path)
    return PayoutProof(leaves: leaves, link: proof.link)
  }
}
