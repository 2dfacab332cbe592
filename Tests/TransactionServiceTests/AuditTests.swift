import CardApplication
import CentreTestSupport
import ISO7816
import PayoutPoint
import ServiceAPI
import Testing

@Suite("Audit over HTTP")
struct AuditTests {
  /// Payouts of every kind: paid, void, refused, open.
  private func story(_ centre: TestCentre) async throws {
    let ready = try await centre.ready()
    let first = try await centre.pay(1, ready.card, ready.terminal, amount: 11)
    try expect(try await centre.record(1, .paid, ready.terminal, of: first.identity), gives: RecordAnswer.self)
    let second = try await centre.pay(2, ready.card, ready.terminal, counter: 2, previous: first.identity, amount: 13)
    try expect(try await centre.record(2, .void, ready.terminal, of: second.identity), gives: RecordAnswer.self)
    let order = try await centre.order(3, ready.card.number, ready.terminal, amount: 9_000_000)
    let third = try ready.card.certificate(order, at: ready.terminal, counter: 3, previous: second.identity)
    try expect(try await centre.payout(third.bytes, ready.terminal), is: .amountOverOpen)
    try await centre.pay(4, ready.card, ready.terminal, counter: 4, previous: third.identity, amount: 17)
  }

  @Test("Clean after paid, void, refused and open payouts, also when opened again")
  func clean() async throws {
    let scratch = try ScratchFolder()
    try await TestCentre.run(in: scratch) { centre in try await story(centre) }
    try await TestCentre.run(in: scratch) { centre in
      let audit = try await centre.client.get("/v1/audit", AuditAnswer.self)
      #expect(audit.problemCount == 0 && audit.problems.isEmpty)
      #expect(audit.payouts == 3)
      #expect(audit.batches == audit.headSequence)
      #expect(audit.headHash.count == 64)
    }
  }

  @Test("One changed octet of a certificate, a record or an amount is found and named")
  func dirty() async throws {
    let tampering: [(table: String, column: String, place: Int, check: String)] = [
      ("outcome", "certificate", 40, "evidence"), ("outcome", "certificate", 300, "evidence"),
      ("outcome", "identity", 3, "evidence"), ("terminal_record", "record", 60, "evidence"),
      ("terminal_record", "signature", 5, "evidence"), ("card", "public_key", 30, "evidence"),
      ("request", "body", 10, "root"), ("batch", "root", 1, "root"),
    ]
    for (table, column, place, check) in tampering {
      try await TestCentre.run(audits: false) { centre in
        try await story(centre)
        try await centre.requireCleanAudit()
        try await centre.flip(table, column, place)
        let audit = try await centre.client.get("/v1/audit", AuditAnswer.self)
        #expect(audit.problems.contains { $0.check == check }, "\(table).\(column): \(audit.problems)")
      }
    }
  }

  @Test("A changed amount or place is found and named")
  func changed() async throws {
    let first = TestCentre.id(1).hex
    let tampering: [(statement: String, check: String)] = [
      (
        "UPDATE payout_part SET amount = amount + 1 "
          + "WHERE payout = (SELECT id FROM payout WHERE transaction_id = x'\(first)')", "outcomes"
      ),
      ("UPDATE payout SET host_province = '01' WHERE transaction_id = x'\(first)'", "evidence"),
      ("UPDATE transfer SET amount = amount + 1 WHERE id = (SELECT MIN(id) FROM transfer)", "balances"),
      (
        "UPDATE account SET debits = debits + 1, credits = credits + 1 WHERE id = (SELECT MIN(id) FROM account)",
        "balances"
      ),
    ]
    for (statement, check) in tampering {
      try await TestCentre.run(audits: false) { centre in
        try await story(centre)
        try await centre.write(statement)
        let audit = try await centre.client.get("/v1/audit", AuditAnswer.self)
        #expect(audit.problems.contains { $0.check == check }, "\(statement): \(audit.problems)")
      }
    }
  }

  @Test("A certificate that another card signed is no evidence, though every hash is right")
  func swapped() async throws {
    try await TestCentre.run(audits: false) { centre in
      try await story(centre)
      let other = try await centre.paperCard(2, person: 2)
      // The key of card 1 in the register becomes that of card 2.
      try await centre.write(
        "UPDATE card SET public_key = (SELECT public_key FROM card WHERE number = '\(other.number.digits)')")
      let audit = try await centre.client.get("/v1/audit", AuditAnswer.self)
      #expect(audit.problems.filter { $0.check == "evidence" }.count == 3)
    }
  }
}
