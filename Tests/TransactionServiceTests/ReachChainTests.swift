import CardApplication
import CardCrypto
import CentreTestSupport
import Foundation
import LedgerStore
import PayoutPoint
import ServiceAPI

@testable import TransactionService

extension ReachTests {
  /// What a restored ledger and a contradicted one answer.
  func provokeChain(_ code: ProblemCode, _ centre: TestCentre) async throws -> HTTPAnswer {
    let ready = try await centre.ready()
    switch code {
    case .historyDiffers:
      let open = SignedHead(
        writer: "centre", epoch: 1, sequence: 1, hash: [UInt8](repeating: 7, count: 32), time: 1, signature: [])
      let key = try RecordsKey(folder: centre.folder + "/centre")
      let head = SignedHead(
        writer: open.writer, epoch: 1, sequence: 1, hash: open.hash, time: 1,
        signature: try key.sign(open.signedOctets))
      return try await centre.post(
        "/v1/ledger/heads",
        LedgerHeadsRequest(
          terminalKeyHash: WireBytes(ready.terminal.keyHash), heads: [head.description], isComplete: false))
    case .journalAwaited:
      try await centre.store.keepRestoring("of a test", at: centre.clock.milliseconds)
      return try await centre.post(
        "/v1/challenges",
        ChallengeRequest(
          transactionID: WireBytes(TestCentre.id(1)), cardNumber: ready.card.number.digits,
          terminalKeyHash: WireBytes(ready.terminal.keyHash)))
    default:
      return try await centre.post(
        "/v1/ledger/journals/\(hexText(ready.terminal.keyHash))/waiver", TestCentre.hands)
    }
  }
}
