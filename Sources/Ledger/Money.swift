/// A sum of đồng that does not fit in 64 bits.
public struct MoneyOverflow: Error, Hashable, Sendable {
  /// The only value.
  public init() {}
}

/// Integer đồng (ISO 4217 VND, exponent 0) with checked arithmetic (`ledger` §3).
public enum Money {
  /// The highest amount one command, row or leg may carry: 10¹⁵ đ, so that a thousand of them still fit in 64 bits.
  public static let highestAmount: Int64 = 1_000_000_000_000_000

  /// Whether `amount` đồng can be paid or owed at all: 1…``highestAmount``.
  public static func isAmount(_ amount: Int64) -> Bool { (1...highestAmount).contains(amount) }

  /// `left + right` đồng; throws when it doesn't fit.
  public static func sum(_ left: Int64, _ right: Int64) throws(MoneyOverflow) -> Int64 {
    let (value, overflow) = left.addingReportingOverflow(right)
    guard !overflow else { throw MoneyOverflow() }
    return value
  }

  /// `left − right` đồng; throws when it doesn't fit.
  public static func difference(_ left: Int64, _ right: Int64) throws(MoneyOverflow) -> Int64 {
    let (value, overflow) = left.subtractingReportingOverflow(right)
    guard !overflow else { throw MoneyOverflow() }
    return value
  }

  /// The sum of `amounts` in đồng; throws when it, or a sum on the way, doesn't fit.
  public static func total(_ amounts: some Sequence<Int64>) throws(MoneyOverflow) -> Int64 {
    var value: Int64 = 0
    for amount in amounts { value = try sum(value, amount) }
    return value
  }
}
