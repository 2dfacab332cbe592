import Ledger
import Testing

struct ValueTests {
  @Test func moneyIsChecked() throws {
    #expect(try Money.sum(2, 3) == 5)
    #expect(try Money.difference(2, 3) == -1)
    #expect(try Money.total([1, 2, 3]) == 6)
    #expect(throws: MoneyOverflow()) { try Money.sum(.max, 1) }
    #expect(throws: MoneyOverflow()) { try Money.difference(.min, 1) }
    #expect(throws: MoneyOverflow()) { try Money.total([.max, 1]) }
    #expect(throws: MoneyOverflow()) { try AccountTotals(debits: .min, credits: 1).balance(.debit) }
    #expect(Money.isAmount(1) && Money.isAmount(Money.highestAmount))
    #expect(!Money.isAmount(0) && !Money.isAmount(-1) && !Money.isAmount(Money.highestAmount + 1))
  }

  @Test(arguments: [
    (Int64(0), Int32(19_700_101), "197001"),
    (1_763_769_599_999, 20_251_122, "202511"),
    (1_796_057_999_999, 20_261_130, "202611"),
    (1_796_058_000_000, 20_261_201, "202612"),
    (1_709_139_600_000, 20_240_229, "202402"),
    (-5, 19_700_101, "197001"),
    (253_402_275_599_999, 99_991_231, "999912"),
    (.max, 99_991_231, "999912"),
  ])
  func postingDayIsVietnamese(_ milliseconds: Int64, _ day: Int32, _ window: String) {
    let posted = PostingDay(unixMilliseconds: milliseconds)
    #expect(posted.yyyymmdd == day)
    #expect(posted.window == window)
  }

  @Test func uuidsGrowWhateverTheClockDoes() {
    var generator = UUIDv7Generator { .max }
    var previous = generator.next(at: 1_000)
    #expect(previous.high >> 16 == 1_000)
    for time in [1_000, 1_000, 999, 0, -1, 1_001, 1_001, 5_000, 2] as [Int64] {
      let next = generator.next(at: time)
      #expect(next > previous)
      #expect(next.octets.lexicographicallyPrecedes(previous.octets) == false)
      #expect(next.octets[6] >> 4 == 7)
      #expect(next.octets[8] >> 6 == 2)
      previous = next
    }
  }

  @Test func uuidOctetsKeepTheirOrder() {
    var generator = UUIDv7Generator { 0x0123_4567_89AB_CDEF }
    let id = generator.next(at: 0x0102_0304_0506)
    let expected: [UInt8] = [1, 2, 3, 4, 5, 6, 0x7D, 0xEF, 0x81, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF]
    #expect(id.octets == expected)
  }

  @Test func refusalCodesAreOrderedAndStable() {
    let expected: [UInt16] = [
      1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32,
      33, 34, 35,
      36, 37, 40, 41, 42, 43, 44, 45, 46, 47, 48, 50, 51, 52, 53, 54, 55, 56, 57, 58, 59, 60, 61, 70, 71, 72, 73,
      74, 75, 76, 77, 78, 79, 80, 81, 82, 83,
      85, 86, 87, 88, 89, 90, 91, 92, 93, 94, 95, 96, 97, 98, 99, 100, 101, 102, 103, 104,
      105, 106, 107, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118, 119, 120, 121, 125, 126, 127, 128, 129, 135,
      136, 137, 150, 151, 152, 153, 154, 155, 156, 157, 159, 160, 161, 162, 170, 171,
    ]
    #expect(RefusalCode.allCases.map(\.rawValue) == expected)
    #expect(RefusalCode.allCases.sorted() == RefusalCode.allCases)
  }
}

struct InvariantTests {
  static let unit = AccountingUnit(provincial: .socialInsurance, provinceCode: "19")
  static let host = AccountingUnit(provincial: .socialInsurance, provinceCode: "01")
  static let funder = Funder(kind: .pensionSurvivorFund, provinceCode: "19")

  static func found(_ accounts: [(AccountKey, AccountTotals)]) -> [InvariantViolation] {
    var rules = AccountInvariants()
    for (key, totals) in accounts { rules.add(key, totals) }
    return rules.violations()
  }

  @Test func unevenBook() {
    let treasury = AccountKey(.treasury, book: Self.unit, funder: Self.funder)
    let fund = AccountKey(.programmeFund, book: Self.unit, funder: Self.funder)
    #expect(Self.found([(treasury, AccountTotals(debits: 5)), (fund, AccountTotals(credits: 5))]).isEmpty)
    #expect(
      Self.found([(treasury, AccountTotals(debits: 5)), (fund, AccountTotals(credits: 4))])
        == [InvariantViolation(rule: 1, place: "BHXH-19")])
  }

  @Test(arguments: [
    AccountCode.programmeFund, .cycleApproved, .entitlementPayable, .offlineReserve,
  ])
  func negativeBalance(_ code: AccountCode) {
    let key = AccountKey(code, book: Self.unit, funder: Self.funder)
    #expect(Self.found([(key, AccountTotals(debits: 1))]).contains(InvariantViolation(rule: 2, place: key.text)))
    #expect(!Self.found([(key, AccountTotals(credits: 1))]).contains { $0.rule == 2 })
  }

  @Test func unevenPair() {
    let dueTo = AccountKey(.dueTo, book: Self.unit, funder: Self.funder, subject: "BHXH-01/202611")
    let dueFrom = AccountKey(.dueFrom, book: Self.host, funder: Self.funder, subject: "BHXH-19/202611")
    #expect(
      !Self.found([(dueTo, AccountTotals(credits: 5)), (dueFrom, AccountTotals(debits: 5))]).contains { $0.rule == 7 })
    #expect(
      Self.found([(dueTo, AccountTotals(credits: 5)), (dueFrom, AccountTotals(debits: 4))])
        .contains(InvariantViolation(rule: 7, place: "BHXH-19 → BHXH-01 202611 QHTTT@VN")))
    #expect(Self.found([(dueTo, AccountTotals(credits: 5))]).contains { $0.rule == 7 })
    let odd = AccountKey(.dueTo, book: Self.unit, funder: Self.funder, subject: "nonsense")
    #expect(Self.found([(odd, AccountTotals())]).contains { $0.rule == 7 })
  }

  @Test func outcomesAnswersHoldsEvidence() {
    let once: [(card: String, counter: UInt32)] = [("A", 1), ("A", 2), ("B", 1)]
    #expect(Invariants.oneOutcome(once).isEmpty)
    #expect(Invariants.oneOutcome(once + once.prefix(1)) == [InvariantViolation(rule: 3, place: "A 1")])
    let same: [(key: String, answer: [UInt8])] = [("k", [1]), ("k", [1]), ("l", [2])]
    #expect(Invariants.identicalAnswers(same).isEmpty)
    #expect(Invariants.identicalAnswers(same + [("k", [2])]) == [InvariantViolation(rule: 4, place: "k")])
    #expect(Invariants.holdsEndOnce(opened: ["a", "b"], ended: ["a"], allEnded: false).isEmpty)
    #expect(Invariants.holdsEndOnce(opened: ["a", "b"], ended: ["a"], allEnded: true).map(\.place) == ["b"])
    #expect(Invariants.holdsEndOnce(opened: ["a"], ended: ["a", "a"], allEnded: true).map(\.place) == ["a"])
    struct Unreadable: Error {}
    let verify: (Int) throws -> Bool = { number in
      guard number < 3 else { throw Unreadable() }
      return number == 1
    }
    let found = Invariants.evidence([1, 2, 3], place: { "\($0)" }, verify: verify)
    #expect(found.map(\.place) == ["2", "3"])
  }

  @Test func chain() {
    let zeros = [UInt8](repeating: 0, count: 32)
    func link(_ sequence: Int64, _ epoch: Int64, _ previous: [UInt8]) -> ChainLink {
      ChainLink(
        writer: "w", epoch: epoch, sequence: sequence, previous: previous, root: zeros, time: 0, leaves: 1,
        hash: [UInt8(sequence)])
    }
    var good = ChainInvariant()
    #expect(good.add(link(1, 1, zeros), computedHash: [1]).isEmpty)
    #expect(good.add(link(2, 2, [1]), computedHash: [2]).isEmpty)
    #expect(good.add(link(3, 2, [2]), computedHash: [9]).map(\.place) == ["hash of batch 3"])
    var gap = good
    #expect(!gap.add(link(5, 2, [3]), computedHash: [5]).isEmpty)
    var fork = good
    #expect(!fork.add(link(4, 2, [7]), computedHash: [4]).isEmpty)
    var old = good
    #expect(!old.add(link(4, 1, [3]), computedHash: [4]).isEmpty)
  }
}
