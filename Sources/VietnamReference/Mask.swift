/// How personal data is hidden where it must not be read in full: receipts, screens of others, logs, problem lists.
public enum Mask {
  /// Hides all but the last `visible` characters with `*`: `079185000123` → `********0123`.
  ///
  /// A text shorter than twice `visible` is hidden completely, so that little never becomes nothing hidden.
  public static func tail(_ text: String, visible: Int = 4) -> String {
    let count = text.count
    guard visible > 0, count >= 2 * visible else { return String(repeating: "*", count: min(count, 16)) }
    return String(repeating: "*", count: min(count - visible, 16)) + printable(String(text.suffix(visible)))
  }

  /// Four stars and the last four characters of an account number: `****6789`.
  public static func account(_ number: String) -> String {
    number.count >= 8 ? "****" + printable(String(number.suffix(4))) : "****"
  }

  /// The first letter of each word, the rest hidden: `Nguyễn Văn An` → `N*** V*** A***` (at most eight words).
  public static func name(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).prefix(8).map { printable(String($0.prefix(1))) + "***" }
      .joined(separator: " ")
  }

  /// `text` fit to be shown or logged: control and format characters become `�`, at most `limit` characters, and
  /// runs of nine or more ASCII digits keep only their last four, for an ID may stand in the wrong column.
  public static func printable(_ text: String, limit: Int = 40) -> String {
    var result = ""
    var digits = ""
    func flush() {
      result += digits.count >= 9 ? tail(digits) : digits
      digits = ""
    }
    for character in text.prefix(limit) {
      if character.isASCII, character.isWholeNumber {
        digits.append(character)
      } else {
        flush()
        let hidden = character.unicodeScalars.contains { TextSafety.isControl($0) }
        result.append(hidden ? "\u{FFFD}" : character)
      }
    }
    flush()
    return text.count > limit ? result + "…" : result
  }
}

/// Which characters never belong in a name or on a screen.
enum TextSafety {
  /// Control, format (bidirectional overrides, zero-width), private-use, unassigned and line-break characters.
  static func isControl(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x20...0x7E, 0xA1...0xAC, 0xAE...0x377, 0x1E00...0x1EFF: return false
    default: break
    }
    switch scalar.properties.generalCategory {
    case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: return true
    default: return false
    }
  }
}
