import CardApplication
import CardCrypto
import CardTerminal
import CentreTestSupport
import Foundation
import ISO7816
import PayoutPoint
import ServiceAPI
import Synchronization
import Testing

/// What a voucher needs, kept with PAID.
@Suite("Payouts in the journal")
struct PaidPayoutTests {
  @Test("What the voucher says is on the disk with PAID, before the hand-over, and is what the payout gives")
  func kept() async throws {
    try await Tap.run(rows: [ListRow(1, 3_000_000), ListRow(1, 1_000_000, .allowance40)]) { tap in
      let seen = Mutex<PaidPayout?>(nil)
      let result = try await tap.desk.pay(tap.card.session(tap.terminal), amount: 3_100_000) { _ in
        let payout = try? PaidPayout.find(nil, in: Journal.entries(inFolder: tap.folder))
        seen.withLock { $0 = payout }
      }
      #expect(seen.withLock { $0 } == result.payout)
      let payout = result.payout
      #expect(payout.transaction == result.transaction && payout.amount == 3_100_000)
      #expect(payout.facts.lines == result.paid && payout.facts.remaining == 900_000)
      #expect(payout.facts.holderName == "Nguyễn Thị Hòa")
      #expect(payout.facts.maskedPersonalID == result.challenge.maskedPersonalID)
      #expect(payout.facts.cardLastFour == String(result.cardNumber.digits.suffix(4)))
      #expect(payout.terminalKeyHash == tap.terminal.keyHash)
      #expect(payout.time == tap.centre.clock.seconds)
      let signed = tap.journal.entries(of: result.transaction).first { $0.step == .authorised }
      let certificate = try PayoutCertificate.parse([UInt8](try #require(signed).data)).1
      #expect(payout.certificateHash == certificate.identity)
      // Of the person no more than the voucher shows.
      let text = try String(contentsOfFile: tap.file, encoding: .utf8)
      #expect(!text.contains(result.cardNumber.digits))
      #expect(text.components(separatedBy: "holderName").count == 2)
      #expect(payout.facts.maskedPersonalID.prefix(8) == "********" && payout.facts.cardLastFour.count == 4)
    }
  }

  @Test("A payout is found by its transaction, by the number on the voucher, and as the last one")
  func found() async throws {
    try await Tap.run { tap in
      let first = try await tap.desk.pay(tap.card.session(tap.terminal), amount: 1_000_000).payout
      tap.centre.clock.advance(60)
      let second = try await tap.desk.pay(tap.card.session(tap.terminal), amount: 2_000_000).payout
      let entries = try Journal.entries(inFolder: tap.folder)
      #expect(try PaidPayout.find(nil, in: entries) == second)
      for payout in [first, second] {
        for wanted in [payout.transaction, payout.transaction.uppercased(), String(payout.transaction.suffix(12))] {
          #expect(try PaidPayout.find(wanted, in: entries) == payout)
        }
      }
      for wanted in ["", "0", String(first.transaction.suffix(11)), String(first.transaction.dropLast()), "đ"] {
        #expect(throws: ReprintError.notFound) { try PaidPayout.find(wanted, in: entries) }
      }
      #expect(throws: ReprintError.notFound) { try PaidPayout.find(nil, in: []) }
    }
  }

  @Test("What was not paid has no voucher: void, unfinished, without its facts, or with a record that is another's")
  func refused() async throws {
    try await Tap.run { tap in
      let paid = try await tap.desk.pay(tap.card.session(tap.terminal)).payout
      let entries = try Journal.entries(inFolder: tap.folder)
      let place = try #require(entries.firstIndex { $0.step == .paid })
      func find(_ change: (inout JournalEntry) -> Void) throws -> PaidPayout {
        var changed = entries
        change(&changed[place])
        return try PaidPayout.find(paid.transaction, in: changed)
      }
      #expect(try find { _ in } == paid)
      #expect(throws: ReprintError.void) { try find { $0.step = .void } }
      #expect(throws: ReprintError.unfinished) { try PaidPayout.find(paid.transaction, in: Array(entries[..<place])) }
      #expect(throws: ReprintError.factsMissing) { try find { $0.facts = nil } }
      #expect(throws: ReprintError.factsMissing) { try find { $0.data = Data() } }
      #expect(throws: ReprintError.factsMissing) { try find { $0.data.removeLast(80) } }
      let other = TerminalRecord(
        transactionID: [UInt8](repeating: 7, count: 16), outcome: .paid, time: 1,
        certificateHash: paid.certificateHash, terminalKeyHash: paid.terminalKeyHash)
      let signed = try SignedLayout(signing: other.body, with: tap.terminal.key).bytes
      #expect(throws: ReprintError.factsMissing) { try find { $0.data = Data(signed) } }
    }
  }

  @Test("Entries of before, without facts, are read; new ones keep them through the file")
  func olderLines() throws {
    let line = #"{"data":"AQI=","step":"paid","time":1793847600,"transaction":"00"}"#
    let old = try JSONDecoder().decode(JournalEntry.self, from: Data(line.utf8))
    #expect(old == JournalEntry(step: .paid, transaction: "00", time: 1_793_847_600, data: Data([1, 2])))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    #expect(String(decoding: try encoder.encode(old), as: UTF8.self) == line)
  }

  @Test("The journal is read beside the one who writes it, and nothing is changed by that")
  func readBeside() async throws {
    try await Tap.run { tap in
      let payout = try await tap.desk.pay(tap.card.session(tap.terminal)).payout
      let folder = tap.folder + "-copy"
      try FileManager.default.copyItem(atPath: tap.folder, toPath: folder)
      let file = folder + "/journal.jsonl"
      // A line that is being written.
      let handle = try #require(FileHandle(forWritingAtPath: file))
      try handle.seekToEnd()
      try handle.write(contentsOf: Data(#"{"data":"","step":"pa"#.utf8))
      try handle.close()
      let before = FileManager.default.contents(atPath: file)
      #expect(try PaidPayout.find(nil, in: Journal.entries(inFolder: folder)) == payout)
      #expect(FileManager.default.contents(atPath: file) == before)
      #expect(throws: JournalError.self) { try Journal.entries(inFolder: folder + "/none") }
      #expect(!FileManager.default.fileExists(atPath: folder + "/none"))
      try Data("{}\n".utf8).write(to: URL(fileURLWithPath: file))
      do {
        _ = try Journal.entries(inFolder: folder)
        Issue.record("read a line that is none")
      } catch JournalError.damaged(let line) {
        #expect(line == 1)
      }
      try Data().write(to: URL(fileURLWithPath: file))
      #expect(try Journal.entries(inFolder: folder).isEmpty)
    }
  }
}
