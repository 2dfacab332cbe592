/// Columns that `text` takes on a terminal or a printer.
///
/// A letter with its marks is one column in NFC and NFD alike; East Asian wide letters and emoji take two, control and
/// lone combining characters none.
public func displayWidth(of text: String) -> Int {
  if text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) { return text.utf8.count }
  return text.reduce(0) { $0 + TextLayout.columns($1) }
}

/// Text in columns of a fixed-width font.
public enum TextLayout {
  /// Where a text stands in a wider column.
  public enum Alignment: Sendable {
    /// At the left.
    case leading
    /// In the middle; the odd column goes to the right.
    case centred
    /// At the right.
    case trailing
  }

  /// `text` fit for one line of output: NFC, runs of white space as one space, hidden and control characters as `�`.
  public static func oneLine(_ text: String) -> String {
    let words = text.split(whereSeparator: \.isWhitespace).map { word in
      word.reduce(into: "") { result, character in
        result.append(character.unicodeScalars.contains { TextSafety.isControl($0) } ? "\u{FFFD}" : character)
      }
    }
    return VietnameseText.composed(words.joined(separator: " "))
  }

  /// `text` in lines of at most `width` columns, broken at spaces, and inside a word only when the word alone is wider.
  ///
  /// Nothing is cut off. A single character wider than `width` keeps a line of its own. At least one line.
  public static func wrapped(_ text: String, width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    var used = 0
    for word in text.split(separator: " ") {
      for (index, piece) in pieces(of: word, width: width).enumerated() {
        let columns = displayWidth(of: piece)
        if index == 0, !line.isEmpty, used + 1 + columns <= width {
          line += " " + piece
          used += 1 + columns
        } else {
          if !line.isEmpty { lines.append(line) }
          line = piece
          used = columns
        }
      }
    }
    return line.isEmpty && !lines.isEmpty ? lines : lines + [line]
  }

  /// `text` with spaces around it up to `width` columns; unchanged when it is wider.
  public static func padded(_ text: String, to width: Int, _ alignment: Alignment = .leading) -> String {
    let space = max(0, width - displayWidth(of: text))
    let left =
      switch alignment {
      case .leading: 0
      case .centred: space / 2
      case .trailing: space
      }
    return String(repeating: " ", count: left) + text + String(repeating: " ", count: space - left)
  }

  /// `word` cut between characters into pieces of at most `width` columns.
  private static func pieces(of word: Substring, width: Int) -> [String] {
    guard displayWidth(of: String(word)) > width else { return [String(word)] }
    var pieces: [String] = []
    var piece = ""
    var used = 0
    for character in word {
      let columns = columns(character)
      if used + columns > width, !piece.isEmpty {
        pieces.append(piece)
        (piece, used) = ("", 0)
      }
      piece.append(character)
      used += columns
    }
    return pieces + [piece]
  }

  /// Columns of one character: 0, 1 or 2.
  static func columns(_ character: Character) -> Int {
    guard let first = character.unicodeScalars.first else { return 0 }
    switch first.properties.generalCategory {
    case .control, .format, .nonspacingMark, .enclosingMark, .lineSeparator, .paragraphSeparator: return 0
    default: break
    }
    let isEmoji = character.unicodeScalars.contains("\u{FE0F}")
    return isEmoji || wide.contains { $0.contains(first.value) } ? 2 : 1
  }

  /// The blocks of East_Asian_Width W and F (Unicode Standard Annex 11) and of emoji.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF,
    0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
    0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD,
  ]
}
