import CardApplication
import CardCrypto
import CentreTestSupport
import Foundation
import Ledger
import LedgerStore
import PayoutPoint
import ServiceAPI
import Testing

@testable import TransactionService

@Suite("Proofs of payouts, and bundles")
struct ProofTests {
  private static func path(_ number: UInt8) -> String {
    let hex = String(number, radix: 16)
    return "/v1/payouts/" + String(repeating: "0", count: 32 - hex.count) + hex + "/proof"
  }

  @Test("A payout is proven with the centre's public key alone; with another key, or changed, it is not")
  func proof() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let certificate = try await centre.pay(1, ready.card, ready.terminal)
      let key = try #require(RecordsKey.readPublic(RecordsKey.publicPath(centre.folder + "/centre")))
      let answer = try expect(try await centre.get(Self.path(1)), gives: PayoutProofAnswer.self)
      let (payout, head) = try ChainEvidence.payout(answer, key: key)
      #expect(payout.amount == 1_000 && payout.card == ready.card.number.digits)
      #expect(head.sequence <= (try await centre.store.head()).sequence)
      let octets = answer.leaves.map(\.octets.octets)
      #expect(octets.contains { $0.firstRange(of: certificate.bytes) != nil })
      #expect(throws: ChainEvidence.Fault.head) {
        try ChainEvidence.payout(answer, key: try ECPrivateKey(generate: .p256).publicKey)
      }
      var other = answer
      other.time += 1
      #expect(throws: ChainEvidence.Fault.leaves) { try ChainEvidence.payout(other, key: key) }
      other = answer
      other.leaves.removeAll { $0.octets.octets.first == 3 }
      #expect(throws: ChainEvidence.Fault.leaves) { try ChainEvidence.payout(other, key: key) }
      other = answer
      other.head = other.head.replacing("/1/", with: "/2/", maxReplacements: 1)
      #expect(throws: ChainEvidence.Fault.head) { try ChainEvidence.payout(other, key: key) }
      try expect(try await centre.get(Self.path(2)), is: .notFound)
      try expect(try await centre.get("/v1/payouts/00/proof"), is: .malformedRequest)
    }
  }

  @Test("A terminal is given the proofs of its own payouts, and no other's")
  func ofItsOwn() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      _ = try await centre.pay(1, ready.card, ready.terminal)
      let records = try RecordsKey(folder: centre.folder + "/centre")
      let inside = Centre(
        store: centre.store, keys: centre.keys, trust: IssuerTrust(folders: []), allowsSampleData: true,
        records: records,
        clock: { centre.clock.milliseconds })
      let id = [UInt8](repeating: 0, count: 15) + [1]
      let own = Digest.sha256.hash(ready.terminal.key.publicKey.point)
      for (caller, isGiven) in [
        (Caller(terminal: own), true), (Caller(terminal: [1]), false), (Caller(official: "Lê B"), true),
        (.nobody, false),
      ] {
        let code = await Caller.$current.withValue(caller) { () async -> ProblemCode? in
          do throws(Problem) {
            _ = try await inside.proof(id, traceID: "t")
            return nil
          } catch {
            return ProblemCode(rawValue: error.code)
          }
        }
        #expect(code == (isGiven ? nil : .notTheTerminal))
      }
    }
  }

  @Test("A bundle is checked with every card's signature; a certificate that says something else is found")
  func bundle() async throws {
    let scratch = try ScratchFolder()
    let bundle = scratch.path + "/bundle"
    try await TestCentre.run(in: scratch) { centre in
      let ready = try await centre.ready()
      let first = try await centre.pay(1, ready.card, ready.terminal)
      try await centre.pay(2, ready.card, ready.terminal, counter: 2, previous: first.identity)
      _ = try await centre.record(1, .paid, ready.terminal, of: first.identity)
      let copy = scratch.path + "/copy.sqlite"
      let head = try await centre.store.copy(to: copy)
      try FileManager.default.createDirectory(atPath: bundle, withIntermediateDirectories: true)
      let signed = try expect(
        try await centre.get("/v1/ledger/heads/\(head.sequence)"), gives: LedgerBatchAnswer.self)
      _ = try LedgerSnapshot(path: copy).export(to: bundle, head: signed.head)
    }
    let key = try #require(RecordsKey.readPublic(RecordsKey.publicPath(scratch.path + "/centre")))
    let findings = try LedgerBundle.verify(bundle, key: key)
    #expect(findings.report.problems.isEmpty && findings.report.payouts == 2)
    #expect(throws: ChainEvidence.Fault.head) {
      try LedgerBundle.verify(bundle, key: try ECPrivateKey(generate: .p256).publicKey)
    }
  }

  @Test("A card payout of a bundle is evidence only as it is")
  func evidence() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let certificate = try await centre.pay(1, ready.card, ready.terminal)
      let proof = try #require(try await centre.store.proof([UInt8](repeating: 0, count: 15) + [1]))
      let payout = try proof.verify()
      let cardKey = try #require(try await centre.store.card(ready.card.number.digits)).publicKey
      let terminalKey = ready.terminal.key.publicKey.point
      func verifies(_ octets: [UInt8], _ card: [UInt8], _ terminal: [UInt8]) -> Bool {
        PayoutEvidence.verifies(
          BundlePayout(payout: payout, certificate: octets, cardKey: card, terminalKey: terminal))
      }
      #expect(verifies(certificate.bytes, cardKey, terminalKey))
      #expect(!verifies(certificate.bytes, terminalKey, terminalKey))
      #expect(!verifies(certificate.bytes, cardKey, cardKey))
      for place in stride(from: 0, to: certificate.bytes.count, by: 7) {
        var octets = certificate.bytes
        octets[place] ^= 1
        #expect(!verifies(octets, cardKey, terminalKey))
      }
    }
  }
}
