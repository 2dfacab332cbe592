import Benefits
import Ledger
import Testing

@testable import TransactionService

/// The ledger's terms are the catalogue's, of every programme and month.
@Suite("Terms of the catalogue")
struct CatalogueTermTests {
  @Test("Both say the same last day, whether the line goes on or ended")
  func agree() throws {
    let catalogue = ProgrammeCatalogue.embedded
    let terms = CollectionTerms(catalogue)
    #expect(CollectionTerms(text: terms.text) == terms)
    var days = 0
    for programme in catalogue.programmes {
      for month in (2023...2027).flatMap({ year in (1...12).map { Int32(year * 100 + $0) } }) {
        let period = try #require(Period(yyyymm: month))
        for ends in [nil, period, period.previous] {
          let rule = CollectionRule(
            programme: programme.wireCode, period: period, lastPeriod: ends, in: catalogue)
          let day = terms.lastDay(
            programme: programme.wireCode, period: period, lineEnds: ends)
          #expect(day == rule.lastDay.map { Int32($0) }, "\(programme.code) \(month)")
          days += day == nil ? 0 : 1
        }
      }
    }
    #expect(days > 100)
  }
}
