internal import Foundation

/// Letters and tones of Vietnamese text, below the level of names.
enum VietnameseText {
  /// `text` in NFC. Text of precomposed letters, the ordinary case, is returned as it is.
  static func composed(_ text: String) -> String {
    let isComposed = text.unicodeScalars.allSatisfy { scalar in
      scalar.value < 0x300 || (0x1EA0...0x1EF9).contains(scalar.value)
    }
    return isComposed ? text : text.precomposedStringWithCanonicalMapping
  }

  /// Upper-case ASCII without diacritics; a letter with no ASCII base becomes `?`.
  static func ascii(_ text: String) -> String {
    var bytes: [UInt8] = []
    for scalar in text.uppercased().decomposedStringWithCanonicalMapping.unicodeScalars {
      switch scalar.value {
      case 0x20...0x7E: bytes.append(UInt8(scalar.value))
      case 0x300...0x36F: continue
      case 0x110: bytes.append(UInt8(ascii: "D"))
      case 0x243: bytes.append(UInt8(ascii: "B"))
      case 0x2010...0x2015: bytes.append(UInt8(ascii: "-"))
      default: bytes.append(isApostrophe(scalar) ? UInt8(ascii: "'") : UInt8(ascii: "?"))
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// See ``PersonName/foldedKey``: words of base letters with their quality marks, then the tones as digits.
  static func foldedKey(_ text: String) -> String {
    var key: [UInt8] = []
    if OrdinaryName.appendFoldedKey(Array(text.utf8).span, to: &key) { return String(decoding: key, as: UTF8.self) }
    return anyFoldedKey(text)
  }

  /// ``foldedKey(_:)`` of any text, by Unicode's decomposition.
  static func anyFoldedKey(_ text: String) -> String {
    text.split(separator: " ").map { foldedWord(String($0)) }.joined(separator: " ")
  }

  private static func foldedWord(_ word: String) -> String {
    var letters: [Unicode.Scalar] = []
    var tones = ""
    for scalar in word.lowercased().decomposedStringWithCanonicalMapping.unicodeScalars {
      if let tone = tone(scalar) {
        tones += String(tone)
      } else {
        letters.append(isApostrophe(scalar) ? "'" : scalar)
      }
    }
    if letters.last == "y", letters.count > 1 {
      let before = letters.dropLast()
      let isOnlyVowel = before.allSatisfy { !vowels.contains($0) && $0.properties.isAlphabetic }
      if isOnlyVowel || Array(before) == ["q", "u"] { letters[letters.count - 1] = "i" }
    }
    var key = String.UnicodeScalarView()
    key.append(contentsOf: letters)
    return String(key) + tones
  }

  /// 1 huyền, 2 hỏi, 3 ngã, 4 sắc, 5 nặng; `nil` for another scalar.
  static func tone(_ scalar: Unicode.Scalar) -> UInt8? {
    switch scalar.value {
    case 0x300: 1
    case 0x309: 2
    case 0x303: 3
    case 0x301: 4
    case 0x323: 5
    default: nil
    }
  }

  private static let vowels: Set<Unicode.Scalar> = ["a", "e", "i", "o", "u", "y"]

  private static func isApostrophe(_ scalar: Unicode.Scalar) -> Bool {
    [0x27, 0x60, 0xB4, 0x2018, 0x2019, 0x2BC, 0x2B9].contains(scalar.value)
  }
}

/// What people write the same thing by: `Số định danh`, `so_dinh_danh`, `SỐ ĐỊNH DANH`.
public enum LabelKey {
  /// The letters and digits of `text`, without diacritics, in lower case; everything else is left out.
  public static func key(_ text: String) -> String {
    let letters = VietnameseText.ascii(text).lowercased().unicodeScalars.filter { scalar in
      (0x61...0x7A).contains(scalar.value) || (0x30...0x39).contains(scalar.value)
    }
    return String(String.UnicodeScalarView(letters))
  }
}

/// A key whose order is that of Vietnamese name lists.
///
/// Alphabet a ă â b c d đ e ê … o ô ơ … u ư …, tones ngang, huyền, hỏi, ngã, sắc, nặng, decided word by word; given
/// name first, then family name, then middle names. Source: `formatting` (names and text).
public struct VietnameseSortKey: Hashable, Comparable, Sendable {
  /// Weights; comparing them byte by byte gives the order.
  public let bytes: [UInt8]

  init(name: PersonName) {
    let words = name.words
    var ordered = Array(words.suffix(1))
    if words.count > 1 { ordered += words.dropLast() }
    bytes = ordered.flatMap(Self.weights)
  }

  /// In list order.
  public static func < (left: VietnameseSortKey, right: VietnameseSortKey) -> Bool {
    left.bytes.lexicographicallyPrecedes(right.bytes)
  }

  /// Letter weights, 1, the tone; 1 sorts before any letter, so that An comes before Anh.
  private static func weights(_ word: String) -> [UInt8] {
    var result: [UInt8] = []
    var tone: UInt8 = 0
    for scalar in word.lowercased().decomposedStringWithCanonicalMapping.unicodeScalars {
      switch scalar.value {
      case 0x61...0x7A: result.append(8 + UInt8(scalar.value - 0x61) * 3)
      case 0x111: result.append(8 + 3 * 3 + 1)
      case 0x302, 0x306, 0x31B:
        if let last = result.popLast() { result.append(last + quality(scalar, after: last)) }
      default: tone = VietnameseText.tone(scalar) ?? tone
      }
    }
    return result + [1, tone]
  }

  /// 1 for ă ê ô ư, 2 for â ơ: the place after the bare letter.
  private static func quality(_ mark: Unicode.Scalar, after weight: UInt8) -> UInt8 {
    let letter = (weight - 8) / 3
    guard (weight - 8) % 3 == 0 else { return 0 }
    switch (mark.value, letter) {
    case (0x302, 0), (0x31B, 14): return 2
    default: return 1
    }
  }
}
