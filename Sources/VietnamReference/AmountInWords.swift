/// Amounts in Vietnamese words, as vouchers must carry them.
///
/// Rules (`formatting`): mốt after tens 2…9, tư after tens 2…9, lăm after any tens, mười for tens 1, linh when the
/// tens are 0, không trăm and the empty classes không nghìn / không triệu once something bigger was said, trailing
/// empty classes silent, nghìn and tỷ (Northern forms). From 10^9 the number of tỷ is itself read as a number.
public enum AmountInWords {
  /// Lower-case words without the unit: `hai triệu không trăm linh năm nghìn`. Negative amounts start with `âm`.
  public static func words(_ amount: Int64) -> String {
    let magnitude = amount.magnitude
    guard magnitude > 0 else { return digits[0] }
    let text = number(magnitude, continued: false).joined(separator: " ")
    return amount < 0 ? "âm " + text : text
  }

  /// The line of a voucher: first letter upper case, ending in đồng: `Hai triệu đồng`.
  public static func receiptLine(_ amount: Int64) -> String {
    let text = words(amount)
    return text.prefix(1).uppercased() + text.dropFirst() + " đồng"
  }

  private static let digits = ["không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín"]

  /// Words of a positive number, or of what follows a bigger class when `continued`.
  private static func number(_ value: UInt64, continued: Bool) -> [String] {
    guard value >= 1_000_000_000 else { return belowBillion(Int(value), continued: continued) }
    let rest = value % 1_000_000_000
    let head = number(value / 1_000_000_000, continued: continued) + ["tỷ"]
    return rest == 0 ? head : head + belowBillion(Int(rest), continued: true)
  }

  private static func belowBillion(_ value: Int, continued: Bool) -> [String] {
    var words: [String] = []
    var rest = value
    for (unit, name) in [(1_000_000, "triệu"), (1000, "nghìn"), (1, "")] {
      let group = rest / unit
      rest %= unit
      let started = continued || !words.isEmpty
      if group > 0 {
        words += hundreds(group, continued: started)
        if !name.isEmpty { words.append(name) }
      } else if started && rest > 0 {
        words += [digits[0], name]
      }
      if rest == 0 { break }
    }
    return words
  }

  /// Words of 1…999; all three places are said when `continued`.
  private static func hundreds(_ value: Int, continued: Bool) -> [String] {
    let (hundred, ten, one) = (value / 100, value / 10 % 10, value % 10)
    var words: [String] = []
    if hundred > 0 || continued { words += [digits[hundred], "trăm"] }
    switch ten {
    case 0:
      if one > 0, !words.isEmpty { words.append("linh") }
    case 1: words.append("mười")
    default: words += [digits[ten], "mươi"]
    }
    switch one {
    case 0: break
    case 1 where ten >= 2: words.append("mốt")
    case 4 where ten >= 2: words.append("tư")
    case 5 where ten >= 1: words.append("lăm")
    default: words.append(digits[one])
    }
    return words
  }
}
