import ServiceAPI
import Testing
import VietnamReference

@testable import PayoutPoint

/// Banknotes and rounding at the counter.
@Suite("Banknotes")
struct NoteCountTests {
  private func counts(_ result: NoteCount.Result) -> [Int64: Int64] {
    Dictionary(uniqueKeysWithValues: result.notes.map { ($0.denomination, $0.count) })
  }

  @Test("A full drawer gives the fewest notes")
  func full() {
    let result = NoteCount.fewest(3_786_000)
    #expect(
      counts(result) == [500_000: 7, 200_000: 1, 50_000: 1, 20_000: 1, 10_000: 1, 5_000: 1, 1_000: 1])
    #expect(result.amount == 3_786_000 && result.missing == 0)
    #expect(counts(NoteCount.fewest(0)).isEmpty)
    #expect(NoteCount.fewest(1_999).missing == 999)
    let large = NoteCount.fewest(1_000_000_000_000)
    #expect(counts(large) == [500_000: 2_000_000])
  }

  @Test("What the highest notes alone would miss is made of others")
  func clever() {
    #expect(counts(NoteCount.fewest(60_000, drawer: [50_000: 1, 20_000: 3])) == [20_000: 3])
    #expect(counts(NoteCount.fewest(8_000, drawer: [5_000: 1, 2_000: 4])) == [2_000: 4])
  }

  @Test("A drawer that can't make it says by how much")
  func missing() {
    let result = NoteCount.fewest(1_234_000, drawer: [500_000: 2, 200_000: 1, 20_000: 1, 10_000: 5])
    #expect(result.amount == 1_230_000 && result.missing == 4_000)
    #expect(NoteCount.fewest(5_000, drawer: [:]) == NoteCount.Result(notes: [], amount: 0, missing: 5_000))
    let poor = NoteCount.fewest(90_000_000, drawer: [500_000: 41, 1_000: 12])
    #expect(poor.amount == 20_512_000 && poor.missing == 69_488_000)
  }

  /// Every choice of notes tried, for small drawers.
  private func tried(_ amount: Int64, _ drawer: [Int64: Int64]) -> (amount: Int64, count: Int64) {
    var best: [Int64: Int64] = [0: 0]
    for (note, bound) in drawer {
      var next = best
      for (sum, used) in best {
        for count in 0...bound where sum + note * count <= amount {
          next[sum + note * count] = min(next[sum + note * count] ?? .max, used + count)
        }
      }
      best = next
    }
    let most = best.keys.max() ?? 0
    return (most, best[most] ?? 0)
  }

  @Test("No other choice makes more of the amount, or the same with fewer notes", arguments: 0..<60)
  func optimal(_ seed: Int64) {
    func pick(_ bound: Int64, _ place: Int64) -> Int64 { (seed &* 7_919 + place &* 104_729 + seed * seed) % bound }
    let drawer = Dictionary(
      uniqueKeysWithValues: NoteCount.denominations.enumerated().map { ($1, pick(seed < 30 ? 4 : 40, Int64($0))) })
    let amount = pick(seed < 30 ? 1_500 : 45_000, 11) * 1_000
    let result = NoteCount.fewest(amount, drawer: drawer)
    let expected = tried(amount, drawer)
    #expect(result.amount == expected.amount, "\(amount) \(drawer)")
    #expect(result.notes.reduce(0) { $0 + $1.count } == expected.count, "\(amount) \(drawer)")
    #expect(result.notes.allSatisfy { $0.count <= drawer[$0.denomination] ?? 0 })
    #expect(result.missing == amount - result.amount)
  }

  private func line(_ amount: Int64, closing: Bool? = nil) -> PayableLine {
    PayableLine(
      line: 1, period: 202_611, amount: amount, programme: "a", programmeName: BilingualText(vi: "a", en: "a"),
      funder: "a", unit: "a", homeProvince: "19", closing: closing)
  }

  @Test(
    "The visit's total is rounded on its last line that goes on; a closing line is exact",
    arguments: [
      ([1_234_567], [false], 1_000, [1_234_000]), ([1_234_000], [false], 1_000, [1_234_000]),
      ([700, 600], [false, false], 1_000, [700, 300]), ([5_900, 300], [false, false], 1_000, [5_900, 100]),
      ([5_600, 300], [false, false], 1_000, [5_000]), ([5_000, 567], [false, true], 1_000, [4_433, 567]),
      ([1_234_567], [true], 1_000, [1_234_567]), ([300, 1_567], [false, true], 1_000, [300, 1_567]),
      ([900], [false], 1_000, []), ([1_234_567], [false], 50_000, [1_200_000]),
    ] as [([Int64], [Bool], Int64, [Int64])])
  func rounding(_ amounts: [Int64], _ closing: [Bool], _ note: Int64, _ expected: [Int64]) {
    let lines = zip(amounts, closing).map { line($0, closing: $1 ? true : nil) }
    #expect(VisitRounding.rounded(lines, to: note).map(\.amount) == expected)
  }
}
