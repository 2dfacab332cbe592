/// Banknotes that people are paid with, and how few of them make an amount.
public enum NoteCount {
  /// Banknotes in circulation that are counted out, đồng, highest first.
  public static let denominations: [Int64] = [
    500_000, 200_000, 100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000,
  ]

  /// The smallest note that a visit's total is rounded to, đồng.
  public static let smallestNote: Int64 = 1_000

  /// Every denomination divides it, so that notes of one kind that make it can stand for notes of another.
  private static let common: Int64 = 1_000_000

  /// Some notes of one kind.
  public struct Notes: Hashable, Sendable, Codable {
    /// Đồng.
    public let denomination: Int64
    /// How many, > 0.
    public let count: Int64
  }

  /// What an amount is counted out with.
  public struct Result: Hashable, Sendable, Codable {
    /// Highest first.
    public let notes: [Notes]
    /// Đồng that the notes make.
    public let amount: Int64
    /// Đồng that they can't make.
    public let missing: Int64
  }

  /// The fewest notes for `amount`, or for as much of it as can be made.
  ///
  /// - Parameters:
  ///   - amount: đồng, ≥ 0.
  ///   - drawer: how many notes of each kind there are; a kind that is left out is not there. `nil` for a drawer that
  ///     has enough of every kind.
  public static func fewest(_ amount: Int64, drawer: [Int64: Int64]? = nil) -> Result {
    var counts: [Int64: Int64] = [:]
    var rest = max(0, amount)
    // Large amounts: notes that some best way has in any case. Whatever pays more than 16 times the common multiple
    // otherwise, pays one multiple of it in smaller notes of one kind, which fewer of this kind can replace.
    for note in denominations {
      let spare = (rest - 16 * common) / note
      let taken = min(drawer.map { $0[note] ?? 0 } ?? .max, spare) - common / note
      guard taken > 0 else { continue }
      counts[note] = taken
      rest -= taken * note
    }
    let bounds = denominations.map { note in
      min(drawer.map { max(0, ($0[note] ?? 0) - (counts[note] ?? 0)) } ?? .max, rest / note)
    }
    let reachable = zip(denominations, bounds).reduce(Int64(0)) { $0 + $1.0 * $1.1 }
    for (note, count) in Search(upTo: min(rest, reachable), bounds).best { counts[note, default: 0] += count }
    let made = counts.reduce(0) { $0 + $1.key * $1.value }
    return Result(
      notes: denominations.compactMap { note in
        counts[note].flatMap { $0 > 0 ? Notes(denomination: note, count: $0) : nil }
      }, amount: made, missing: max(0, amount) - made)
  }

  /// Notes in bundles of 1, 2, 4 … so that every count up to a bound is a choice of bundles.
  private struct Search {
    private struct Bundle {
      let note: Int64
      let count: Int64
      var units: Int { Int(note * count / NoteCount.smallestNote) }
    }

    /// The fewest notes for the highest amount that can be made.
    let best: [Int64: Int64]

    init(upTo amount: Int64, _ bounds: [Int64]) {
      let units = Int(amount / NoteCount.smallestNote)
      var bundles: [Bundle] = []
      for (note, bound) in zip(NoteCount.denominations, bounds) {
        var left = min(bound, amount / note)
        var size: Int64 = 1
        while left > 0 {
          bundles.append(Bundle(note: note, count: min(size, left)))
          left -= min(size, left)
          size *= 2
        }
      }
      var fewest = [Int64](repeating: .max, count: units + 1)
      fewest[0] = 0
      var isTaken = bundles.map { _ in [Bool](repeating: false, count: units + 1) }
      for (index, bundle) in bundles.enumerated() where bundle.units <= units {
        for sum in stride(from: units, through: bundle.units, by: -1) {
          let before = fewest[sum - bundle.units]
          guard before < .max, before + bundle.count < fewest[sum] else { continue }
          fewest[sum] = before + bundle.count
          isTaken[index][sum] = true
        }
      }
      var counts: [Int64: Int64] = [:]
      var sum = fewest.lastIndex { $0 < .max } ?? 0
      for (index, bundle) in bundles.enumerated().reversed() where isTaken[index][sum] {
        counts[bundle.note, default: 0] += bundle.count
        sum -= bundle.units
      }
      best = counts
    }
  }
}
