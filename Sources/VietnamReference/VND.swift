/// Why a text is not an amount of đồng.
public enum AmountError: Error, Hashable, Sendable {
  /// Nothing there.
  case empty
  /// A minus sign.
  case negative
  /// A decimal part; the đồng has no minor unit.
  case decimal
  /// Grouping: `1.250.000`, `1,250,000`, `1 250 000`.
  case separators
  /// Another character.
  case notDigits
  /// More than the maximum, in đồng.
  case tooLarge(maximum: Int64)

  /// A stable word for programs.
  public var code: String {
    switch self {
    case .empty: "empty"
    case .negative: "negative"
    case .decimal: "decimal"
    case .separators: "separators"
    case .notDigits: "digits"
    case .tooLarge: "too-large"
    }
  }

  /// What is wrong.
  public var reason: BilingualText {
    switch self {
    case .empty: BilingualText(vi: "chưa có số tiền", en: "the amount is missing")
    case .negative: BilingualText(vi: "số tiền âm", en: "the amount is negative")
    case .decimal:
      BilingualText(vi: "số tiền có phần thập phân, đồng không có số lẻ", en: "the amount has decimals, đồng have none")
    case .separators: BilingualText(vi: "số tiền có dấu phân cách", en: "the amount has separators")
    case .notDigits:
      BilingualText(vi: "số tiền có ký tự không phải chữ số", en: "the amount has characters that are not digits")
    case .tooLarge(let maximum):
      BilingualText(
        vi: "số tiền lớn hơn mức tối đa \(VND.text(maximum))",
        en: "the amount is above the maximum \(VND.text(maximum))")
    }
  }

  /// What to do about it.
  public var remedy: BilingualText {
    switch self {
    case .tooLarge:
      BilingualText(vi: "kiểm tra lại số tiền và đơn vị tính là đồng", en: "check the amount and that its unit is đồng")
    case .negative:
      BilingualText(
        vi: "ghi số tiền dương; khoản thu hồi không nằm trong danh sách chi trả",
        en: "write a positive amount; money to recover does not belong in a payout list")
    case .empty, .decimal, .separators, .notDigits:
      BilingualText(
        vi: "chỉ ghi chữ số, đơn vị đồng, ví dụ 1250000", en: "write digits only, in đồng, for example 1250000")
    }
  }
}

/// Vietnamese money, whole đồng in `Int64`; ISO 4217 VND has exponent 0.
public enum VND {
  /// Digits grouped by dots: `2.336.000` (Luật Kế toán 2015 Đ11).
  public static func grouped(_ amount: Int64) -> String {
    let digits = Array(String(amount.magnitude).utf8)
    var bytes: [UInt8] = amount < 0 ? [UInt8(ascii: "-")] : []
    for (index, digit) in digits.enumerated() {
      if index > 0, (digits.count - index).isMultiple(of: 3) { bytes.append(UInt8(ascii: ".")) }
      bytes.append(digit)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// `2.336.000 đ`, for screens and vouchers.
  public static func text(_ amount: Int64) -> String { grouped(amount) + " đ" }

  /// Reads plain ASCII digits: no separators, no sign, no decimals, no spaces.
  ///
  /// - Parameter maximum: the greatest amount taken, in đồng.
  /// - Throws: which rule the text breaks.
  public static func parse(_ text: String, maximum: Int64 = .max) throws(AmountError) -> Int64 {
    var value: Int64 = 0
    var any = false
    var large = false
    for byte in text.utf8 {
      guard (0x30...0x39).contains(byte) else { throw refusal(of: text, maximum: maximum) }
      any = true
      let (tens, first) = value.multipliedReportingOverflow(by: 10)
      let (sum, second) = tens.addingReportingOverflow(Int64(byte - 0x30))
      large = large || first || second
      value = large ? value : sum
    }
    guard any else { throw .empty }
    guard !large, value <= maximum else { throw .tooLarge(maximum: maximum) }
    return value
  }

  /// Names the rule a text that is not all digits breaks.
  private static func refusal(of text: String, maximum: Int64) -> AmountError {
    let characters = Array(text.prefix(64))
    let trimmed = characters.filter { !$0.isWhitespace }
    guard let first = trimmed.first else { return .empty }
    if ["-", "\u{2212}", "\u{2013}"].contains(first) { return .negative }
    guard characters.allSatisfy({ ($0.isASCII && $0.isWholeNumber) || ".,' ".contains($0) || $0.isWhitespace }) else {
      return .notDigits
    }
    let groups = characters.split(omittingEmptySubsequences: false) { !($0.isASCII && $0.isWholeNumber) }
    let isGrouped =
      groups.count > 1 && (1...3).contains(groups[0].count) && groups.dropFirst().allSatisfy { $0.count == 3 }
    if isGrouped || !trimmed.contains(where: { $0 == "." || $0 == "," }) { return .separators }
    return .decimal
  }
}
