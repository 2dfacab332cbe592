/// Why the character set of a text could not be told.
public enum TextEncodingError: Error, Hashable, Sendable {
  /// The letters fit none of the known sets.
  case unknown
  /// They fit two sets about equally well, the better one first.
  case ambiguous(TextEncoding, TextEncoding)
}

extension TextEncoding {
  /// Tells the character set of a text from its content.
  ///
  /// A byte order mark or the zero bytes of UTF-16 decide; text that is UTF-8 (nine in ten of its letters beyond ASCII,
  /// so that one damaged cell does not change the set) is; otherwise the text is read in each older set, and the
  /// one whose words are Vietnamese syllables is taken, if it is clearly ahead. Text of ASCII alone is UTF-8.
  ///
  /// - Parameters:
  ///   - sample: the first bytes of the text, 64 KB are plenty.
  ///   - isWhole: whether nothing follows.
  /// - Throws: ``TextEncodingError`` when no set fits, or two do.
  public static func detect(_ sample: [UInt8], isWhole: Bool) throws(TextEncodingError) -> TextEncoding {
    for encoding in [TextEncoding.utf8, .utf16LittleEndian, .utf16BigEndian]
    where sample.starts(with: encoding.byteOrderMark) {
      return encoding
    }
    if let encoding = utf16(sample) { return encoding }
    guard sample.contains(where: { $0 >= 0x80 }) else { return .utf8 }
    let utf8 = utf8Sequences(sample, isWhole: isWhole)
    if utf8.valid > 0, utf8.valid >= 9 * utf8.invalid { return .utf8 }
    let scores = [TextEncoding.tcvn3, .windows1258, .vni].map { ($0, score(sample, $0)) }.sorted { $0.1 > $1.1 }
    guard scores[0].1 >= 0.7 else { throw .unknown }
    guard scores[0].1 - scores[1].1 >= 0.25 else { throw .ambiguous(scores[0].0, scores[1].0) }
    return scores[0].0
  }

  /// UTF-16 without a byte order mark: a list is mostly ASCII, so every other byte is mostly zero.
  private static func utf16(_ sample: [UInt8]) -> TextEncoding? {
    let units = min(sample.count, 4096) / 2
    guard units >= 4 else { return nil }
    var zeros = (even: 0, odd: 0)
    for unit in 0..<units {
      if sample[2 * unit] == 0 { zeros.even += 1 }
      if sample[2 * unit + 1] == 0 { zeros.odd += 1 }
    }
    if zeros.odd * 2 > units, zeros.even * 20 <= units { return .utf16LittleEndian }
    if zeros.even * 2 > units, zeros.odd * 20 <= units { return .utf16BigEndian }
    return nil
  }

  /// How many sequences of UTF-8 longer than a byte there are, and how many bytes belong to none.
  private static func utf8Sequences(_ sample: [UInt8], isWhole: Bool) -> (valid: Int, invalid: Int) {
    var counts = (valid: 0, invalid: 0)
    var index = 0
    while index < sample.count {
      let first = sample[index]
      guard first >= 0x80 else {
        index += 1
        continue
      }
      let length = first < 0xC2 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : first < 0xF5 ? 4 : 1
      let end = min(index + length, sample.count)
      let follows = sample[(index + 1)..<max(end, index + 1)].allSatisfy { $0 & 0xC0 == 0x80 }
      if length > 1, follows, end - index == length || !isWhole {
        counts.valid += 1
        index = end
      } else {
        counts.invalid += 1
        index += 1
      }
    }
    return counts
  }

  /// The share of words with bytes from 0x80 on that are Vietnamese syllables when read as `encoding`, 0…1.
  private static func score(_ sample: [UInt8], _ encoding: TextEncoding) -> Double {
    var valid = 0
    var words = 0
    var start = 0
    // The first and the last word may be cut, unless they begin or end the text; one word in many does not matter.
    for index in 0...sample.count where index == sample.count || isSeparator(sample[index]) {
      let word = sample[start..<index]
      start = index + 1
      guard word.contains(where: { $0 >= 0x80 }) else { continue }
      words += 1
      if isSyllable(TextDecoder.decode(Array(word), encoding: encoding)) { valid += 1 }
    }
    return words == 0 ? 0 : Double(valid) / Double(words)
  }

  /// What stands between words in every set.
  private static func isSeparator(_ byte: UInt8) -> Bool {
    byte < 0x80 && !(0x41...0x5A).contains(byte) && !(0x61...0x7A).contains(byte)
  }

  private static func isSyllable(_ utf8: [UInt8]) -> Bool {
    var letters: [VietnameseLetters.Letter] = []
    var bytes: [UInt8] = []
    var index = 0
    while index < utf8.count {
      let scalar = OrdinaryName.scalar(utf8.span, at: index)
      let letter = VietnameseLetters.letter(scalar.value)
      guard letter.isLetter else { return false }
      letters.append(letter)
      bytes.append(utf8[index])
      index += scalar.length
    }
    return VietnameseSyllable.isValid(letters, bytes)
  }
}
