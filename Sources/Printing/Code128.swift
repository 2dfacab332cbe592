import Foundation

/// A bar code of digits: Code 128 (ISO/IEC 15417) in code set C, two digits a symbol character.
///
/// Its modules are overwritten when it is released: it may hold a secret.
public final class Code128 {
  /// Widths of bars and spaces in turn, in modules; a bar first.
  private var widths: [UInt8] = []

  /// The quiet zone at each side, in modules (ISO/IEC 15417 §4.3.2).
  static let quietZone = 10

  /// The code of digits in ASCII. The caller clears its own copy when they are secret.
  ///
  /// - Throws: ``PrintingError/notDigits(octets:)`` unless there are 2…60 digits, an even number of them.
  public init(digits: [UInt8]) throws(PrintingError) {
    guard (2...60).contains(digits.count), digits.count % 2 == 0, digits.allSatisfy({ (0x30...0x39).contains($0) })
    else { throw .notDigits(octets: digits.count) }
    widths.reserveCapacity(6 * (digits.count / 2 + 2) + 7)
    append(Self.startC)
    // §4.3.2: the check character weighs each character by its place, the start character by 1.
    var sum = Self.startC
    for place in stride(from: 0, to: digits.count, by: 2) {
      let value = 10 * Int(digits[place] - 0x30) + Int(digits[place + 1] - 0x30)
      append(value)
      sum += (place / 2 + 1) * value
    }
    append(sum % 103)
    append(Self.stop)
  }

  deinit {
    widths.withUnsafeMutableBytes { octets in
      if let start = octets.baseAddress { explicit_bzero(start, octets.count) }
    }
  }

  /// Width without the quiet zones, in modules.
  public var moduleCount: Int { widths.reduce(0) { $0 + Int($1) } }

  /// The bars: first module and how many.
  var bars: [(start: Int, width: Int)] {
    var bars: [(start: Int, width: Int)] = []
    var start = 0
    for (index, width) in widths.enumerated() {
      if index % 2 == 0 { bars.append((start, Int(width))) }
      start += Int(width)
    }
    return bars
  }

  private func append(_ value: Int) { widths += Self.patterns[value] }

  private static let startC = 105
  private static let stop = 106

  /// ISO/IEC 15417, table 1: symbol characters 0…106 as widths of bars and spaces in turn.
  private static let patterns: [[UInt8]] = """
    212222 222122 222221 121223 121322 131222 122213 122312 132212 221213 221312 231212 112232 122132 122231 113222
    123122 123221 223211 221132 221231 213212 223112 312131 311222 321122 321221 312212 322112 322211 212123 212321
    232121 111323 131123 131321 112313 132113 132311 211313 231113 231311 112133 112331 132131 113123 113321 133121
    313121 211331 231131 213113 213311 213131 311123 311321 331121 312113 312311 332111 314111 221411 431111 111224
    111422 121124 121421 141122 141221 112214 112412 122114 122411 142112 142211 241211 221114 413111 241112 134111
    111242 121142 121241 114212 124112 124211 411212 421112 421211 212141 214121 412121 111143 111341 131141 114113
    114311 411113 411311 113141 114131 311141 411131 211412 211214 211232 2331112
    """.split(whereSeparator: \.isWhitespace).map { $0.utf8.map { $0 - 0x30 } }
}
