import Ledger
import Testing

@testable import LedgerStore

/// Months in a row without collecting, after which a name is not printed any more.
@Suite("Months without collecting")
struct UnprintedTests {
  @Test("Months of which nothing was collected count in a row up to the last before the asked one")
  func row() async throws {
    let twin = try await Twin()
    // Person 1 has November already; arrears were never there to be collected.
    let months: [Int32] = [202_612, 202_701, 202_702, 202_704, 202_705]
    for month in months {
      try await credit(
        twin, "T\(month)", [World.row(1, 100, period: month), World.row(2, 50, period: month)], in: month)
    }
    try await credit(twin, "TL", [World.row(2, 7, period: 202_703, kind: .arrears)], in: 202_705)
    func counts(before month: Int32) async throws -> [String: Int] {
      let dues = try await twin.store.dues(
        of: World.social19, point: nil, before: World.period(month), on: World.today)
      return Dictionary(
        uniqueKeysWithValues: dues.map { ($0.person.personalID, $0.monthsUncollected) })
    }
    let (first, second) = (World.person(1).personalID, World.person(2).personalID)
    #expect(try await counts(before: 202_703) == [first: 4, second: 3])
    #expect(try await counts(before: 202_702) == [first: 3, second: 2])
    // A month that was not owed parts the row.
    #expect(try await counts(before: 202_706) == [first: 2, second: 2])
    // A part that was collected ends it too.
    let paid = World.posting(1, counter: 1, parts: [World.part(1, period: 202_705)])
    #expect(try await twin.posting(paid).refusal == nil)
    #expect(try await counts(before: 202_706)[first] == 1)
    try await twin.compare()
  }

  @Test("Months that were credited late could not be collected before")
  func late() async throws {
    let twin = try await Twin()
    let rows = (202_605...202_610).map { World.row(3, 10, period: Int32($0)) }
    try await credit(twin, "T05", rows, in: 202_611)
    func count(before month: Int32) async throws -> Int? {
      try await twin.store.dues(
        of: World.social19, point: nil, before: World.period(month), on: World.today
      )
      .first { $0.person == World.person(3) }?.monthsUncollected
    }
    #expect(try await count(before: 202_611) == 0)
    #expect(try await count(before: 202_612) == 6)
  }

  private func credit(_ twin: Twin, _ list: String, _ rows: [ItemRow], in month: Int32) async throws {
    let time = World.period(month).start + 86_400_000
    try await twin.run(.importItems(ItemImport(wholeList: list, rows: rows, maker: "Nguyễn A")), at: time)
    try await twin.approve(list)
    #expect(try await twin.run(.creditCycle(CycleCredit(list: list)), at: time).refusal == nil)
  }
}
