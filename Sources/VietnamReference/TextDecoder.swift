/// Converts text of any ``TextEncoding`` to UTF-8, fed with chunks of any size.
///
/// Windows-1258, TCVN3 and VNI come out composed (NFC); a byte order mark is left out; what has no meaning becomes
/// U+FFFD. UTF-8 is passed on as it is, valid or not.
public struct TextDecoder: Sendable {
  /// What the bytes are read as.
  public let encoding: TextEncoding
  private var isStart = true
  /// Bytes of what may be a byte order mark.
  private var pending: [UInt8] = []
  /// The first byte of a UTF-16 unit.
  private var halfUnit: UInt8?
  /// A first half of a UTF-16 pair.
  private var highSurrogate: UInt32?
  /// The last letter of an eight-bit set, to which marks may still be added.
  private var held: UInt32?

  /// A decoder at the start of a file.
  public init(encoding: TextEncoding) {
    self.encoding = encoding
  }

  /// Appends the UTF-8 of the next bytes to `output`; a letter that may still take a mark waits for the next call.
  public mutating func decode(_ bytes: ArraySlice<UInt8>, into output: inout [UInt8]) {
    var bytes = bytes
    if isStart, !encoding.byteOrderMark.isEmpty {
      pending += bytes
      let mark = encoding.byteOrderMark
      if pending.count < mark.count, mark.starts(with: pending) { return }
      isStart = false
      bytes = pending.starts(with: mark) ? pending[mark.count...] : pending[...]
      pending = []
    }
    switch encoding {
    case .utf8: output += bytes
    case .utf16LittleEndian, .utf16BigEndian: for byte in bytes { decodeUTF16(byte, &output) }
    case .windows1258: for byte in bytes { decode1258(byte, &output) }
    case .tcvn3:
      for byte in bytes {
        if byte < 0x80 { output.append(byte) } else { Self.append(EightBitTable.tcvn3[Int(byte) - 0x80], &output) }
      }
    case .vni: for byte in bytes { decodeVNI(byte, &output) }
    }
  }

  /// Appends what still waits, at the end of the file.
  public mutating func finish(into output: inout [UInt8]) {
    if encoding == .utf8 {
      output += pending
    } else if !pending.isEmpty || halfUnit != nil || highSurrogate != nil {
      Self.append(EightBitTable.replacement, &output)
    }
    pending = []
    halfUnit = nil
    highSurrogate = nil
    flush(&output)
  }

  /// Converts a whole text.
  public static func decode(_ bytes: [UInt8], encoding: TextEncoding) -> [UInt8] {
    var decoder = TextDecoder(encoding: encoding)
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count * 5 / 4)
    decoder.decode(bytes[...], into: &output)
    decoder.finish(into: &output)
    return output
  }

  /// Gives a name out of TCVN3 its capitals back.
  ///
  /// TCVN3 has no codes for capital letters with a tone: they are lower-case codes in a font of capitals, and the font
  /// is not in the file. So `NGUYÔN` arrives as `NGUYễN`. Letters without a tone keep their case and tell it: when they
  /// are all capitals, with two of them in one word, the whole name becomes capital; else a word's first letter becomes
  /// capital, unless another word begins in lower case.
  public static func capitalised(_ name: String) -> String {
    let words = name.split(separator: " ", omittingEmptySubsequences: false)
    var hasLower = false
    var hasLowerInitial = false
    var mostUpper = 0
    for word in words {
      var upper = 0
      for (place, scalar) in word.unicodeScalars.enumerated() {
        let letter = VietnameseLetters.letter(scalar.value)
        guard letter.isLetter, !(letter.isVowel && letter.tone > 0) else { continue }
        if letter.isUpper {
          upper += 1
        } else {
          hasLower = true
          hasLowerInitial = hasLowerInitial || place == 0
        }
      }
      mostUpper = max(mostUpper, upper)
    }
    if !hasLower, mostUpper >= 2 { return VietnameseText.composed(name.uppercased()) }
    guard !hasLowerInitial else { return name }
    let capitalised = words.map { word in
      guard let first = word.unicodeScalars.first, VietnameseLetters.letter(first.value).isVowel else {
        return String(word)
      }
      return word.prefix(1).uppercased() + word.dropFirst()
    }
    return VietnameseText.composed(capitalised.joined(separator: " "))
  }

  private mutating func decodeUTF16(_ byte: UInt8, _ output: inout [UInt8]) {
    guard let half = halfUnit else {
      halfUnit = byte
      return
    }
    halfUnit = nil
    let (first, second) = (UInt32(half), UInt32(byte))
    let unit = encoding == .utf16LittleEndian ? second << 8 | first : first << 8 | second
    if let high = highSurrogate {
      highSurrogate = nil
      if (0xDC00...0xDFFF).contains(unit) {
        Self.append(0x10000 + (high - 0xD800) << 10 + (unit - 0xDC00), &output)
        return
      }
      Self.append(EightBitTable.replacement, &output)
    }
    if (0xD800...0xDBFF).contains(unit) {
      highSurrogate = unit
    } else {
      Self.append(unit, &output)
    }
  }

  private mutating func decode1258(_ byte: UInt8, _ output: inout [UInt8]) {
    let scalar = byte < 0x80 ? UInt32(byte) : EightBitTable.windows1258[Int(byte) - 0x80]
    if let tone = Unicode.Scalar(scalar).flatMap({ VietnameseText.tone($0) }) {
      let letter = held.map { VietnameseLetters.letter($0) } ?? .none
      if letter.isVowel, letter.tone == 0 {
        held = VietnameseLetters.scalar(vowel: letter.vowel, tone: Int(tone), isUpper: letter.isUpper)
      } else {
        flush(&output)
        Self.append(scalar, &output)
      }
      return
    }
    hold(scalar, &output)
  }

  private mutating func decodeVNI(_ byte: UInt8, _ output: inout [UInt8]) {
    guard byte >= 0x80 else {
      hold(UInt32(byte), &output)
      return
    }
    let letter = held.map { VietnameseLetters.letter($0) } ?? .none
    if let mark = EightBitTable.vniMark(byte), letter.isVowel, letter.tone == 0,
      let vowel = mark.shape.applied(to: letter.vowel)
    {
      held = VietnameseLetters.scalar(vowel: vowel, tone: mark.tone, isUpper: letter.isUpper)
      // One mark is all a letter takes.
      flush(&output)
      return
    }
    hold(EightBitTable.vniLetters[Int(byte) - 0x80], &output)
  }

  /// Keeps a scalar for the marks after it and lets the one before go.
  private mutating func hold(_ scalar: UInt32, _ output: inout [UInt8]) {
    flush(&output)
    if VietnameseLetters.letter(scalar).isVowel { held = scalar } else { Self.append(scalar, &output) }
  }

  private mutating func flush(_ output: inout [UInt8]) {
    guard let scalar = held else { return }
    held = nil
    Self.append(scalar, &output)
  }

  private static func append(_ value: UInt32, _ output: inout [UInt8]) {
    if value < 0x80 {
      output.append(UInt8(value))
    } else if value < 0x800 {
      output.append(UInt8(0xC0 | value >> 6))
      output.append(UInt8(0x80 | value & 0x3F))
    } else if (0xD800...0xDFFF).contains(value) || value > 0x10_FFFF {
      append(EightBitTable.replacement, &output)
    } else if value < 0x10000 {
      output.append(UInt8(0xE0 | value >> 12))
      output.append(UInt8(0x80 | value >> 6 & 0x3F))
      output.append(UInt8(0x80 | value & 0x3F))
    } else {
      output.append(UInt8(0xF0 | value >> 18))
      output.append(UInt8(0x80 | value >> 12 & 0x3F))
      output.append(UInt8(0x80 | value >> 6 & 0x3F))
      output.append(UInt8(0x80 | value & 0x3F))
    }
  }
}
