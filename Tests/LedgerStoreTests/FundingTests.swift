import GRDB
import Ledger
import Testing

@testable import LedgerStore

/// Money that comes in for funds and goes out to agents (`ledger` §7).
@Suite("Funding and advances")
struct FundingTests {
  static func fund(_ amount: Int64, checker: String = "Lê B") -> LedgerCommand {
    .fund(
      Funding(
        unit: World.social19, funder: World.pension, amount: amount, reference: "UNC 7", hands: World.hands(checker)))
  }

  static func topUp(_ amount: Int64, checker: String = "Lê B") -> LedgerCommand {
    .topUpAgent(
      AgentTopUp(
        agent: "BD01", unit: World.social19, funder: World.pension, amount: amount, hands: World.hands(checker)))
  }

  @Test("Both take two persons, whose names stay in the chain")
  func twoPersons() async throws {
    let twin = try await Twin()
    let balances = try await twin.store.balances(nil)
    for checker in ["", "nguyễn  A"] {
      #expect(try await twin.refusal(Self.fund(5, checker: checker)) == .fourEyesNeeded)
      #expect(try await twin.refusal(Self.topUp(5, checker: checker)) == .fourEyesNeeded)
    }
    #expect(try await twin.store.balances(nil) == balances)
    let fund = try twin.balance(.programmeFund)
    #expect(try await twin.run(Self.fund(5)) == .booked(balance: fund + 5))
    #expect(try await twin.run(Self.topUp(7)) == .booked(balance: 1_000_007))
    let kept = try await twin.store.pool.read { db in
      try String.fetchAll(
        db,
        sql: """
          SELECT kind || ' ' || subject || ': ' || content || ', ' || maker || ', ' || checker FROM act
          WHERE sequence > 2 ORDER BY sequence
          """)
    }
    #expect(
      kept == [
        "70 fund BHXH-19 QHTTT@VN: 5 by UNC 7, Nguyễn A, Lê B",
        "71 advance BD01 BHXH-19 QHTTT@VN: 7, Nguyễn A, Lê B",
      ])
    try await twin.compare()
  }

  @Test("Once anybody is appointed, who books and who looks over it need their roles")
  func roles() async throws {
    let twin = try await Twin()
    try await twin.run(StaffTests.appoint("Quản Trị", .administrator))
    try await twin.run(StaffTests.appoint("Thanh Tra", .inspector, maker: "Quản Trị"))
    func appoint(_ official: String, _ role: Role) async throws {
      let command = StaffTests.appoint(official, role, maker: "Quản Trị", checker: "Thanh Tra")
      #expect(try await twin.run(command).refusal == nil)
    }
    #expect(try await twin.refusal(Self.fund(5)) == .notAppointed)
    try await appoint("Nguyễn A", .office)
    try await appoint("Lê B", .office)
    #expect(try await twin.refusal(Self.fund(5)) == .notAppointed)
    #expect(try await twin.refusal(Self.topUp(5)) == .notAppointed)
    try await appoint("Lê B", .programmeOwner)
    #expect(try await twin.run(Self.fund(5)).refusal == nil)
    #expect(try await twin.run(Self.topUp(5)).refusal == nil)
    try await twin.compare()
  }

  @Test(
    "A funding or an advance that was changed behind the chain's back is found",
    arguments: [
      "UPDATE act SET content = '6 by UNC 1' WHERE sequence = 1", "UPDATE act SET content = '6' WHERE sequence = 2",
      "UPDATE act SET subject = 'fund BHXH-01 QHTTT@VN' WHERE sequence = 1", "UPDATE act SET kind = 70 WHERE kind = 71",
      "UPDATE act SET event = NULL WHERE sequence = 1",
      "UPDATE event SET reference = 'UNC 9' WHERE reference = 'UNC 1'",
      "DELETE FROM act WHERE kind = 71",
    ])
  func tampered(_ statement: String) async throws {
    let twin = try await Twin()
    try await twin.compare()
    try await twin.store.pool.writeWithoutTransaction { db in
      try db.execute(sql: "PRAGMA foreign_keys = OFF")
      try db.execute(sql: statement)
    }
    let report = try await twin.store.audit(evidence: World.verify)
    let finding = "funding or advance that is not as it was decided"
    #expect(report.problems.contains { $0.place.hasPrefix(finding) }, "\(report.problems)")
  }
}
