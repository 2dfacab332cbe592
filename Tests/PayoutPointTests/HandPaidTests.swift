import CardTestSupport
import CentreTestSupport
import Foundation
import PayoutPoint
import ServiceAPI
import Testing
import VietnamReference

/// Signed lists and reprints in the journal.
@Suite("Signed lists and reprints in the journal")
struct HandPaidTests {
  private static let key = String(repeating: "0a", count: 16)
  private static let scan = [UInt8](repeating: 9, count: 32)
  private static let visits = [1, 2].map { number in
    HandPaid(
      row: number, transaction: String(repeating: "A\(number)", count: 16),
      facts: PaidFacts(
        holderName: "Nguyễn Thị Hòa", maskedPersonalID: "********000\(number)", cardLastFour: "", lines: [],
        remaining: 0, list: "C72a-1"))
  }

  private func journal(_ body: (Journal, String) throws -> Void) throws {
    let folder = try ScratchFolder()
    try body(try Journal(folder: folder.path), folder.path)
  }

  @Test("A voucher by hand is printed when the centre has the list, not before, and never when it refused it")
  func recorded() throws {
    try journal { journal, folder in
      func find(_ wanted: String?) throws -> PaidPayout {
        try PaidPayout.find(wanted, in: Journal.entries(inFolder: folder))
      }
      try journal.begin(list: Self.key, scan: Self.scan, visits: Self.visits, time: 5)
      // Begun again with the same key: once in the journal.
      try journal.begin(list: Self.key, scan: Self.scan, visits: [], time: 6)
      #expect(journal.openLists.map(\.visits) == [Self.visits])
      let wanted = Self.visits[0].transaction
      #expect(throws: ReprintError.unfinished) { try find(wanted) }
      #expect(throws: ReprintError.notFound) { try find(nil) }
      // A list's key is no payout.
      #expect(throws: ReprintError.notFound) { try find(Self.key) }
      try journal.end(list: Self.key, isRecorded: false, time: 7)
      #expect(throws: ReprintError.void) { try find(wanted) }
      #expect(journal.openLists.isEmpty)
      try journal.end(list: Self.key, isRecorded: true, time: 8)
      // The same people on a list that is refused later: what was recorded stands.
      let other = String(repeating: "0b", count: 16)
      try journal.begin(list: other, scan: Self.scan, visits: Self.visits, time: 9)
      try journal.end(list: other, isRecorded: false, time: 9)
      let payout = try find(String(wanted.suffix(12)).lowercased())
      #expect(payout.transaction == wanted && payout.facts == Self.visits[0].facts && payout.time == 5)
      #expect(payout.certificateHash.count == 32 && payout.terminalKeyHash.isEmpty)
      #expect(try find(nil).transaction == Self.visits[1].transaction)
      #expect(try find(Self.visits[1].transaction).certificateHash != payout.certificateHash)
    }
  }

  @Test("Each reprint is counted and kept, who and when; nothing of it is voided or reported at the next start")
  func reprints() async throws {
    try await Tap.run { tap in
      let paid = try await tap.desk.pay(tap.card.session(tap.terminal)).payout
      try tap.journal.begin(list: Self.key, scan: Self.scan, visits: Self.visits, time: 5)
      try tap.journal.end(list: Self.key, isRecorded: true, time: 6)
      let byHand = try PaidPayout.find(Self.visits[0].transaction, in: Journal.entries(inFolder: tap.folder))
      #expect(try tap.journal.reprint(paid, maker: "Lê Thu", time: 7) == 1)
      #expect(try tap.journal.reprint(byHand, maker: "Lê Thu", time: 8) == 1)
      #expect(try tap.journal.reprint(byHand, maker: "Trần An", time: 9) == 2)
      let kept = try Journal.entries(inFolder: tap.folder).filter { $0.step == .reprinted }
      #expect(kept.map(\.time) == [7, 8, 9])
      #expect(kept.map(\.reprint?.maker) == ["Lê Thu", "Lê Thu", "Trần An"])
      #expect(kept.map(\.transaction) == [paid.transaction, byHand.transaction, byHand.transaction])
      #expect(try await tap.desk.recover().has(0, 0))
      #expect(try PaidPayout.find(paid.transaction, in: Journal.entries(inFolder: tap.folder)) == paid)
      let text = try String(contentsOfFile: tap.file, encoding: .utf8)
      #expect(!text.contains("\"void\""))
    }
  }
}
