/// A character set in which Vietnamese lists are written.
public enum TextEncoding: String, CaseIterable, Sendable, Codable {
  /// UTF-8, with or without a byte order mark.
  case utf8 = "utf-8"
  /// UTF-16, little-endian (“Unicode Text” of Excel).
  case utf16LittleEndian = "utf-16le"
  /// UTF-16, big-endian.
  case utf16BigEndian = "utf-16be"
  /// Windows code page 1258: five tone marks stand after their vowel. Source: Unicode, `CP1258.TXT`.
  case windows1258 = "windows-1258"
  /// TCVN3 (ABC), fonts `.VnTime`: the third set of TCVN 5712:1993. Capital letters with a tone have no code of their
  /// own, see ``TextDecoder/capitalised(_:)``.
  case tcvn3 = "tcvn3"
  /// VNI-Windows, fonts `VNI-Times`: the marks stand after their letter.
  case vni = "vni"

  /// Its name for people.
  public var name: String {
    switch self {
    case .utf8: "UTF-8"
    case .utf16LittleEndian: "UTF-16 LE"
    case .utf16BigEndian: "UTF-16 BE"
    case .windows1258: "Windows-1258"
    case .tcvn3: "TCVN3 (ABC)"
    case .vni: "VNI-Windows"
    }
  }

  /// The bytes a file in it may begin with that are no text; empty when it has none.
  public var byteOrderMark: [UInt8] {
    switch self {
    case .utf8: [0xEF, 0xBB, 0xBF]
    case .utf16LittleEndian: [0xFF, 0xFE]
    case .utf16BigEndian: [0xFE, 0xFF]
    case .windows1258, .tcvn3, .vni: []
    }
  }
}

/// The tables of the eight-bit sets: what a byte from 0x80 on means.
enum EightBitTable {
  /// Scalars of bytes 0x80…0xFF in Windows-1258; U+FFFD where there is none. Source: Unicode, `CP1258.TXT` 2.01.
  static let windows1258: [UInt32] = {
    var table = (0x80...0xFF).map { UInt32($0) }
    let others: [(UInt32, UInt32)] = [
      (0x80, 0x20AC), (0x82, 0x201A), (0x83, 0x192), (0x84, 0x201E), (0x85, 0x2026), (0x86, 0x2020), (0x87, 0x2021),
      (0x88, 0x2C6), (0x89, 0x2030), (0x8B, 0x2039), (0x8C, 0x152), (0x91, 0x2018), (0x92, 0x2019), (0x93, 0x201C),
      (0x94, 0x201D), (0x95, 0x2022), (0x96, 0x2013), (0x97, 0x2014), (0x98, 0x2DC), (0x99, 0x2122), (0x9B, 0x203A),
      (0x9C, 0x153), (0x9F, 0x178), (0xC3, 0x102), (0xCC, 0x300), (0xD0, 0x110), (0xD2, 0x309), (0xD5, 0x1A0),
      (0xDD, 0x1AF), (0xDE, 0x303), (0xE3, 0x103), (0xEC, 0x301), (0xF0, 0x111), (0xF2, 0x323), (0xF5, 0x1A1),
      (0xFD, 0x1B0), (0xFE, 0x20AB),
    ]
    for (byte, scalar) in others { table[Int(byte) - 0x80] = scalar }
    for byte in [0x81, 0x8A, 0x8D, 0x8E, 0x8F, 0x90, 0x9A, 0x9D, 0x9E] { table[byte - 0x80] = replacement }
    return table
  }()

  /// Scalars of bytes 0x80…0xFF in TCVN3. Source: TCVN 5712:1993, set VN3, to which the fonts add quotes and dashes.
  static let tcvn3: [UInt32] = {
    var table = fontPunctuation
    func put(_ first: UInt32, _ letters: String) {
      for (place, scalar) in letters.unicodeScalars.enumerated() where scalar != " " {
        table[Int(first) + place - 0x80] = scalar.value
      }
    }
    put(0xA1, "ĂÂÊÔƠƯĐăâêôơưđ")
    put(0xB5, "àảãáạ ằẳẵắ")
    put(0xC6, "ặầẩẫấậè ẻẽéẹềểễếệìỉ   ĩíịò ỏõóọồổỗốộờởỡớợù ủũúụừửữứựỳỷỹýỵ")
    return table
  }()

  /// Letters of VNI-Windows that are one byte. Source: the public VNI-Windows table.
  static let vniLetters: [UInt32] = {
    var table = fontPunctuation
    let letters: [(UInt32, UInt32)] = [
      (0xE6, 0x1EC9), (0xEC, 0xEC), (0xED, 0xED), (0xEE, 0x1EF5), (0xF1, 0x111), (0xF2, 0x1ECB), (0xF3, 0x129),
      (0xF4, 0x1A1), (0xF6, 0x1B0), (0xC6, 0x1EC8), (0xCC, 0xCC), (0xCD, 0xCD), (0xCE, 0x1EF4), (0xD1, 0x110),
      (0xD2, 0x1ECA), (0xD3, 0x128), (0xD4, 0x1A0), (0xD6, 0x1AF),
    ]
    for (byte, scalar) in letters { table[Int(byte) - 0x80] = scalar }
    return table
  }()

  /// A mark of VNI-Windows after a letter: the vowel's other shape, and the tone; `nil` for another byte.
  ///
  /// Marks of capital letters are 0x20 lower; either is taken after either.
  static func vniMark(_ byte: UInt8) -> (shape: Shape, tone: Int)? {
    guard byte >= 0xC0 else { return nil }
    switch byte | 0x20 {
    case 0xF8: return (.plain, 1)
    case 0xFB: return (.plain, 2)
    case 0xF5: return (.plain, 3)
    case 0xF9: return (.plain, 4)
    case 0xEF: return (.plain, 5)
    case 0xE2: return (.circumflex, 0)
    case 0xE0: return (.circumflex, 1)
    case 0xE5: return (.circumflex, 2)
    case 0xE3: return (.circumflex, 3)
    case 0xE1: return (.circumflex, 4)
    case 0xE4: return (.circumflex, 5)
    case 0xEA: return (.breve, 0)
    case 0xE8: return (.breve, 1)
    case 0xFA: return (.breve, 2)
    case 0xFC: return (.breve, 3)
    case 0xE9: return (.breve, 4)
    case 0xEB: return (.breve, 5)
    default: return nil
    }
  }

  /// What a mark makes of a vowel besides its tone.
  enum Shape {
    case plain
    case circumflex
    case breve

    /// The number of the vowel that `vowel` becomes; `nil` when it cannot.
    func applied(to vowel: Int) -> Int? {
      switch (self, vowel) {
      case (.plain, _): vowel
      case (.circumflex, 0): 2
      case (.circumflex, 3): 4
      case (.circumflex, 6): 7
      case (.breve, 0): 1
      default: nil
      }
    }
  }

  /// What stands for a byte without meaning.
  static let replacement: UInt32 = 0xFFFD

  private static let fontPunctuation: [UInt32] = {
    var table = [UInt32](repeating: replacement, count: 128)
    let marks: [(Int, UInt32)] = [
      (0x85, 0x2026), (0x91, 0x2018), (0x92, 0x2019), (0x93, 0x201C), (0x94, 0x201D), (0x96, 0x2013), (0x97, 0x2014),
      (0xA0, 0xA0),
    ]
    for (byte, scalar) in marks { table[byte - 0x80] = scalar }
    return table
  }()
}
