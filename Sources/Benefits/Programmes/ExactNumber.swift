public import VietnamReference

/// A number past what a sum of money on the way to an amount may be.
struct NumberOverflow: Error, Hashable {}

/// An exact fraction in lowest terms: what a rule computes before it rounds. Never a floating-point number.
struct ExactNumber: Hashable, Sendable {
  /// With the sign.
  let numerator: Int128
  /// At least 1.
  let denominator: Int128

  init(_ whole: Int64) {
    numerator = Int128(whole)
    denominator = 1
  }

  private init(_ numerator: Int128, over denominator: Int128) {
    var (divisor, rest) = (numerator.magnitude, denominator.magnitude)
    while rest != 0 { (divisor, rest) = (rest, divisor % rest) }
    let common = Int128(max(divisor, 1))
    self.numerator = numerator / common
    self.denominator = denominator / common
  }

  /// From decimal text, `1.5`: at most twelve digits before the point and six after it, no sign.
  init?(decimal text: String) {
    let parts = text.utf8.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
    guard (1...12).contains(parts[0].count), parts.count == 1 || (1...6).contains(parts[1].count) else { return nil }
    var (value, scale): (Int128, Int128) = (0, 1)
    for (part, digits) in parts.enumerated() {
      for digit in digits {
        guard (0x30...0x39).contains(digit) else { return nil }
        value = value * 10 + Int128(digit - 0x30)
        if part == 1 { scale *= 10 }
      }
    }
    self.init(value, over: scale)
  }

  func plus(_ other: ExactNumber) throws(NumberOverflow) -> ExactNumber {
    let left = try Self.product(numerator, other.denominator)
    let (sum, overflow) = left.addingReportingOverflow(try Self.product(other.numerator, denominator))
    guard !overflow else { throw NumberOverflow() }
    return ExactNumber(sum, over: try Self.product(denominator, other.denominator))
  }

  func times(_ other: ExactNumber) throws(NumberOverflow) -> ExactNumber {
    ExactNumber(
      try Self.product(numerator, other.numerator), over: try Self.product(denominator, other.denominator))
  }

  /// A hundredth of it, a percentage as a factor.
  var hundredth: ExactNumber {
    get throws(NumberOverflow) { ExactNumber(numerator, over: try Self.product(denominator, 100)) }
  }

  func isLess(than other: ExactNumber) throws(NumberOverflow) -> Bool {
    try Self.product(numerator, other.denominator) < Self.product(other.numerator, denominator)
  }

  /// The multiple of `step` it rounds to.
  func rounded(_ rounding: Rounding) throws(NumberOverflow) -> Int64 {
    let unit = try Self.product(denominator, Int128(rounding.step))
    let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: unit)
    let up: Bool =
      switch rounding.direction {
      case .down: false
      case .up: remainder > 0
      case .nearest: try Self.product(remainder, 2) >= unit
      }
    guard let units = Int64(exactly: quotient + (up ? 1 : 0)) else { throw NumberOverflow() }
    let (value, overflow) = units.multipliedReportingOverflow(by: rounding.step)
    guard !overflow else { throw NumberOverflow() }
    return value
  }

  /// Decimal text; a fraction that has none within six digits is written as one, `1/3`.
  var text: String {
    guard denominator > 1 else { return String(numerator) }
    var (scaled, digits) = (denominator, 0)
    var factor: Int128 = 1
    while digits < 6, factor % scaled != 0 {
      factor *= 10
      digits += 1
    }
    guard factor % scaled == 0, let whole = try? Self.product(numerator, factor / scaled) else {
      return "\(numerator)/\(denominator)"
    }
    scaled = factor
    let fraction = String((whole % scaled).magnitude)
    return "\(whole / scaled)," + String(repeating: "0", count: digits - fraction.count) + fraction
  }

  /// It as an amount on screens: `26.550.000 đ`, `3.276.790,22 đ`.
  var amountText: String {
    guard let whole = Int64(exactly: numerator / denominator), denominator > 1 else {
      return Int64(exactly: numerator).map { VND.text($0) } ?? text
    }
    let fraction = text.split(separator: ",", omittingEmptySubsequences: false)
    return fraction.count == 2 ? "\(VND.grouped(whole)),\(fraction[1]) đ" : text
  }

  private static func product(_ left: Int128, _ right: Int128) throws(NumberOverflow) -> Int128 {
    let (value, overflow) = left.multipliedReportingOverflow(by: right)
    guard !overflow else { throw NumberOverflow() }
    return value
  }
}

/// How one component of an amount becomes whole đồng; done once (`ledger` §3).
public struct Rounding: Hashable, Sendable {
  /// Which way.
  public enum Direction: String, CaseIterable, Sendable, Codable {
    /// To the nearest, a half up.
    case nearest
    /// Never more than the exact amount.
    case down
    /// Never less than the exact amount.
    case up
  }

  /// Which way.
  public let direction: Direction
  /// Đồng that the amount is a multiple of: 1, 100 or 1000.
  public let step: Int64

  /// It in words.
  public var words: BilingualText {
    switch direction {
    case .nearest: BilingualText(vi: "đến \(step) đ gần nhất", en: "to the nearest \(step) đ")
    case .down: BilingualText(vi: "xuống \(step) đ", en: "down to \(step) đ")
    case .up: BilingualText(vi: "lên \(step) đ", en: "up to \(step) đ")
    }
  }
}
