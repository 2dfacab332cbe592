/// The letters of Vietnamese as numbers: twelve vowels in six tones, đ, and what may stand between them in a name.
///
/// One table serves the conversion of older character sets, the recognition of syllables and the quick reading of
/// names. Vowels are numbered a ă â e ê i o ô ơ u ư y, tones ngang, huyền, hỏi, ngã, sắc, nặng.
enum VietnameseLetters {
  /// What a scalar is, packed in one byte of ``table``.
  struct Letter: Hashable, Sendable {
    /// 0 for none; 1…144 vowels; 145 đ, 146 Đ; 147 another ASCII letter in lower case, 148 in upper case; 149 mark.
    let code: UInt8

    static let none = Letter(code: 0)
    static let barredD = Letter(code: 145)
    static let otherLower = Letter(code: 147)
    static let otherUpper = Letter(code: 148)
    /// Apostrophe, hyphen or full stop.
    static let mark = Letter(code: 149)

    var isNone: Bool { code == 0 }
    var isVowel: Bool { (1...144).contains(code) }
    var isLetter: Bool { (1...148).contains(code) }
    var isBarredD: Bool { code == 145 || code == 146 }
    var isUpper: Bool { isVowel ? code % 2 == 0 : code == 146 || code == 148 }
    /// 0…11; only of vowels.
    var vowel: Int { Int(code - 1) / 12 }
    /// 0…5; only of vowels.
    var tone: Int { Int(code - 1) / 2 % 6 }

    static func vowel(_ vowel: Int, tone: Int, isUpper: Bool) -> Letter {
      Letter(code: UInt8(1 + vowel * 12 + tone * 2 + (isUpper ? 1 : 0)))
    }
  }

  /// ``Letter/code`` of every scalar below ``tableEnd``.
  static let table: [UInt8] = {
    var table = [UInt8](repeating: 0, count: tableEnd)
    for value in 0x61...0x7A {
      table[value] = Letter.otherLower.code
      table[value - 0x20] = Letter.otherUpper.code
    }
    for value in [0x27, 0x2D, 0x2E] { table[value] = Letter.mark.code }
    table[0x111] = 145
    table[0x110] = 146
    for (index, scalar) in vowelScalars.enumerated() { table[Int(scalar)] = UInt8(index + 1) }
    return table
  }()

  /// Scalars from here on are none of these letters.
  static let tableEnd = 0x1EFA

  /// The vowels by ``Letter/code`` − 1: each tone in lower, then in upper case.
  static let vowelScalars: [UInt32] = zip(lower.unicodeScalars, upper.unicodeScalars).flatMap { [$0.value, $1.value] }

  /// The letter of a scalar; `none` when it is no letter of Vietnamese, of ASCII, nor a mark of names.
  static func letter(_ scalar: UInt32) -> Letter {
    scalar < UInt32(tableEnd) ? Letter(code: table[Int(scalar)]) : .none
  }

  /// The scalar of a vowel.
  static func scalar(vowel: Int, tone: Int, isUpper: Bool) -> UInt32 {
    vowelScalars[vowel * 12 + tone * 2 + (isUpper ? 1 : 0)]
  }

  /// The vowel's letter without its tone, decomposed (NFD), in UTF-8: `a`, `a` and U+0306, ….
  static let decomposedVowels: [[UInt8]] = [
    "a", "a\u{306}", "a\u{302}", "e", "e\u{302}", "i", "o", "o\u{302}", "o\u{31B}", "u", "u\u{31B}", "y",
  ].map { Array($0.utf8) }

  private static let lower =
    "aàảãáạ" + "ăằẳẵắặ" + "âầẩẫấậ" + "eèẻẽéẹ" + "êềểễếệ" + "iìỉĩíị" + "oòỏõóọ" + "ôồổỗốộ" + "ơờởỡớợ" + "uùủũúụ"
    + "ưừửữứự" + "yỳỷỹýỵ"
  private static let upper =
    "AÀẢÃÁẠ" + "ĂẰẲẴẮẶ" + "ÂẦẨẪẤẬ" + "EÈẺẼÉẸ" + "ÊỀỂỄẾỆ" + "IÌỈĨÍỊ" + "OÒỎÕÓỌ" + "ÔỒỔỖỐỘ" + "ƠỜỞỠỚỢ" + "UÙỦŨÚỤ"
    + "ƯỪỬỮỨỰ" + "YỲỶỸÝỴ"
}

/// Reads names of nothing but Vietnamese letters, ASCII letters, marks and single spaces straight from UTF-8, which is
/// what nearly every name of a list is.
enum OrdinaryName {
  /// Appends ``PersonName/foldedKey``'s UTF-8 of the name in `utf8` to `key`.
  ///
  /// `false`, with `key` as it was, when the text is not ordinary: another character, text that is not NFC or not
  /// UTF-8, a space too many, no letter, more than ``PersonName/maximumBytes``.
  static func appendFoldedKey(_ utf8: Span<UInt8>, to key: inout [UInt8]) -> Bool {
    guard !utf8.isEmpty, utf8.count <= PersonName.maximumBytes else { return false }
    let start = key.count
    var word = Word(start: start)
    var hasLetter = false
    var index = 0
    while index < utf8.count {
      let byte = utf8[index]
      if byte == 0x20 {
        guard key.count > word.start, index + 1 < utf8.count else { return fail(&key, start) }
        word.end(&key)
        key.append(0x20)
        word = Word(start: key.count)
        index += 1
        continue
      }
      let scalar = scalar(utf8, at: index)
      let letter = VietnameseLetters.letter(scalar.value)
      guard !letter.isNone, word.append(letter, byte, &key) else { return fail(&key, start) }
      hasLetter = hasLetter || letter.isLetter
      index += scalar.length
    }
    guard hasLetter, key.count > word.start else { return fail(&key, start) }
    word.end(&key)
    return true
  }

  /// The scalar of one to three bytes at `index`; U+10FFFF, which is no letter, when there is none.
  static func scalar(_ utf8: Span<UInt8>, at index: Int) -> (value: UInt32, length: Int) {
    let first = UInt32(utf8[index])
    if first < 0x80 { return (first, 1) }
    guard first >= 0xC2, first < 0xF0, index + 1 < utf8.count else { return (0x10_FFFF, 1) }
    let second = UInt32(utf8[index + 1])
    guard second & 0xC0 == 0x80 else { return (0x10_FFFF, 1) }
    if first < 0xE0 { return ((first & 0x1F) << 6 | second & 0x3F, 2) }
    guard index + 2 < utf8.count else { return (0x10_FFFF, 1) }
    let third = UInt32(utf8[index + 2])
    let value = (first & 0x0F) << 12 | (second & 0x3F) << 6 | third & 0x3F
    guard third & 0xC0 == 0x80, value >= 0x800 else { return (0x10_FFFF, 1) }
    return (value, 3)
  }

  private static func fail(_ key: inout [UInt8], _ start: Int) -> Bool {
    key.removeLast(key.count - start)
    return false
  }

  /// One word on its way into the key: letters first, tones at its end.
  private struct Word {
    let start: Int
    private var tones: UInt64 = 0
    private var toneCount = 0
    private var letters = 0
    private var isOnlyConsonants = true
    private var isQu = false
    private var endsInY = false

    init(start: Int) { self.start = start }

    /// `false` when the word has more tones than fit.
    mutating func append(_ letter: VietnameseLetters.Letter, _ byte: UInt8, _ key: inout [UInt8]) -> Bool {
      if endsInY { isOnlyConsonants = false }
      endsInY = false
      let place = letters
      letters += 1
      guard letter.isVowel else {
        isQu = place == 0 && byte | 0x20 == UInt8(ascii: "q")
        if letter.isBarredD {
          key.append(0xC4)
          key.append(0x91)
        } else {
          isOnlyConsonants = isOnlyConsonants && letter.isLetter
          key.append(letter.isLetter ? byte | 0x20 : byte)
        }
        return true
      }
      if letter.tone > 0 {
        guard toneCount < 16 else { return false }
        tones |= UInt64(letter.tone) << UInt64(4 * toneCount)
        toneCount += 1
      }
      switch letter.vowel {
      case 11:
        endsInY = true
        key.append(UInt8(ascii: "y"))
        return true
      case 9:
        isQu = isQu && place == 1
        key.append(UInt8(ascii: "u"))
      default:
        isQu = false
        key.append(contentsOf: VietnameseLetters.decomposedVowels[letter.vowel])
      }
      isOnlyConsonants = false
      return true
    }

    /// Writes `y` as `i` where it is the only vowel at the end, and the tones.
    func end(_ key: inout [UInt8]) {
      if endsInY, letters > 1, isOnlyConsonants || isQu && letters == 3 { key[key.count - 1] = UInt8(ascii: "i") }
      for place in 0..<toneCount {
        key.append(0x30 + UInt8(tones >> UInt64(4 * place) & 0xF))
      }
    }
  }
}
