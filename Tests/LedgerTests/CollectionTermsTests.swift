import Ledger
import Testing

@Suite("Terms of collection")
struct CollectionTermsTests {
  private typealias Rule = CollectionTerms.Rule

  private static let terms = CollectionTerms([
    Rule(programme: 7, last: 202_512, term: .afterEnd(months: 3)),
    Rule(programme: 7, first: 202_601, term: nil),
    Rule(programme: 2, first: 202_601, last: 202_603, term: .until(20_260_331)),
    Rule(programme: 2, first: 202_603, last: 202_603, term: .until(20_260_430)),
  ])

  @Test("What is kept is read again, and nothing else is")
  func text() {
    #expect(
      Self.terms.text == """
        2 202601 202603 until 20260331
        2 202603 202603 until 20260430
        7 0 202512 after-end 3
        7 202601 999999 always
        """)
    #expect(CollectionTerms(text: Self.terms.text) == Self.terms)
    #expect(CollectionTerms(text: "") == CollectionTerms.none && CollectionTerms.none.text.isEmpty)
    for text in [
      "x", "1 0 0", "1 0 0 until", "1 0 0 until 20260230", "1 0 0 after-end -1",
      "1 0 0 after-end 1201",
      "1 0 0 always 1", "1 0 0 until 20260331 ", "70000 0 0 always", "1 0 0 always\n",
      "1  0 always",
    ] {
      #expect(CollectionTerms(text: text) == nil, "\(text)")
    }
  }

  @Test("The rule of the month holds, the later of two")
  func months() throws {
    func day(_ programme: UInt16, _ month: Int32, ends: Int32? = nil) -> Int32? {
      Period(yyyymm: month).flatMap { period in
        Self.terms.lastDay(
          programme: programme, period: period, lineEnds: ends.flatMap { Period(yyyymm: $0) })
      }
    }
    #expect(
      day(2, 202_512) == nil && day(2, 202_601) == 20_260_331 && day(2, 202_603) == 20_260_430)
    #expect(day(2, 202_604) == nil && day(9, 202_601) == nil)
    #expect(day(7, 202_512) == nil && day(7, 202_512, ends: 202_511) == 20_260_228)
    #expect(
      day(7, 202_512, ends: 202_509) == 20_251_230 && day(7, 202_512, ends: 202_312) == 20_240_331)
    #expect(day(7, 202_512, ends: 202_311) == 20_240_229 && day(7, 202_601, ends: 202_601) == nil)
    #expect(Self.terms.programmes == [2, 7])
  }
}
