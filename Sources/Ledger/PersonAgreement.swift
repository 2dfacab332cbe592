/// Whether a list means the person whom the ledger knows by an ID.
///
/// Whoever has the personal ID has the money, so a row with somebody else's name or birth date is not taken: a name or
/// ID changes by an act of two persons (``PersonDecision/identityChanged(_:)``), or with a card of changed data.
extension PersonIdentity {
  /// Whether two descriptions can be of one person: the names are written alike but for case, spaces, the place of the
  /// tone mark and a final i or y; and the birth dates agree as far as both are known, a year with any day in it.
  public func agrees(with known: PersonIdentity) -> Bool {
    name == known.name && birthDate == known.birthDate
      || CanonicalText.nameKey(name) == CanonicalText.nameKey(known.name)
        && Self.agree(Self.parts(birthDate), Self.parts(known.birthDate))
  }

  /// Year, month and day as far as they are known: `1950`, `1950-09-06`, `19500906`, an unknown part as zeros or not
  /// there.
  private static func parts(_ date: String) -> [Int] {
    let digits = date.utf8.filter { (0x30...0x39).contains($0) }.map { Int($0) - 0x30 }
    func number(_ places: Range<Int>) -> Int {
      guard places.upperBound <= digits.count else { return 0 }
      return digits[places].reduce(0) { $0 * 10 + $1 }
    }
    return [number(0..<4), number(4..<6), number(6..<8)]
  }

  private static func agree(_ left: [Int], _ right: [Int]) -> Bool {
    zip(left, right).allSatisfy { $0 == 0 || $1 == 0 || $0 == $1 }
  }
}

extension CanonicalText {
  /// What a Vietnamese name is compared by: words of small letters with their quality marks, then their tones; a final
  /// y after consonants as i, so that `Hòa` is `Hoà` and `Lý` is `Lí`, and no two other names are one.
  static func nameKey(_ name: String) -> String {
    name.split(whereSeparator: \.isWhitespace).map { word in
      var letters: [Unicode.Scalar] = []
      var tones: [Unicode.Scalar] = []
      for scalar in CanonicalText.decomposed(word.lowercased()) {
        if Self.tones.contains(scalar) { tones.append(scalar) } else { letters.append(scalar) }
      }
      if letters.last == "y", letters.count > 1 {
        let before = letters.dropLast()
        let isOnlyVowel = !before.contains { vowels.contains($0) }
        if isOnlyVowel || Array(before) == ["q", "u"] { letters[letters.count - 1] = "i" }
      }
      return String(String.UnicodeScalarView(letters + tones))
    }.joined(separator: " ")
  }

  private static let tones: Set<Unicode.Scalar> = ["\u{300}", "\u{301}", "\u{303}", "\u{309}", "\u{323}"]
  private static let vowels: Set<Unicode.Scalar> = ["a", "e", "i", "o", "u", "y"]
}
