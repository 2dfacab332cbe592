internal import Foundation

/// Why a text is not a name. Never carries the text.
public enum PersonNameError: Error, Hashable, Sendable {
  /// Nothing but spaces.
  case empty
  /// A control, format or other invisible character.
  case controlCharacter
  /// More than 128 bytes of UTF-8.
  case tooLong(bytes: Int)
  /// No letter at all.
  case noLetter

  /// A stable word for programs.
  public var code: String {
    switch self {
    case .empty: "empty"
    case .controlCharacter: "control-character"
    case .tooLong: "too-long"
    case .noLetter: "no-letter"
    }
  }

  /// What is wrong.
  public var reason: BilingualText {
    switch self {
    case .empty: BilingualText(vi: "chưa có họ và tên", en: "the name is missing")
    case .controlCharacter:
      BilingualText(vi: "họ và tên có ký tự điều khiển hoặc ký tự ẩn", en: "the name has control or hidden characters")
    case .tooLong(let bytes):
      BilingualText(
        vi: "họ và tên dài \(bytes) byte, tối đa \(PersonName.maximumBytes)",
        en: "the name takes \(bytes) bytes, at most \(PersonName.maximumBytes)")
    case .noLetter: BilingualText(vi: "họ và tên không có chữ cái nào", en: "the name has no letter")
    }
  }

  /// What to do about it.
  public var remedy: BilingualText {
    BilingualText(
      vi: "ghi họ, chữ đệm và tên như trên thẻ căn cước, bảng mã Unicode",
      en: "write the full name as on the ID card, in Unicode")
  }
}

/// A person's full name (họ, chữ đệm và tên): NFC, single spaces, 1…128 bytes of UTF-8.
///
/// One word is enough, and apostrophes and hyphens belong: `Y Bhiu`, `H'Hen Niê`. Personal data: see ``masked``.
public struct PersonName: Hashable, Sendable {
  /// The greatest length, in bytes of UTF-8 (the card's name file).
  public static let maximumBytes = 128

  /// The name in NFC with single spaces, its letters' case as given.
  public let text: String

  /// Reads a name: composes it (NFC), trims it and collapses runs of spaces.
  ///
  /// - Throws: which rule the text breaks.
  public init(_ raw: String) throws(PersonNameError) {
    guard raw.utf8.count <= 8 * Self.maximumBytes else { throw .tooLong(bytes: raw.utf8.count) }
    var key: [UInt8] = []
    if OrdinaryName.appendFoldedKey(Array(raw.utf8).span, to: &key) {
      text = raw
      return
    }
    var scalars = String.UnicodeScalarView()
    var pendingSpace = false
    var hasLetter = false
    for scalar in raw.unicodeScalars {
      guard !TextSafety.isControl(scalar) else { throw .controlCharacter }
      if scalar.value == 0x20 || (scalar.value > 0x7F && scalar.properties.isWhitespace) {
        pendingSpace = !scalars.isEmpty
        continue
      }
      if pendingSpace { scalars.append(" ") }
      pendingSpace = false
      hasLetter = hasLetter || scalar.properties.isAlphabetic
      scalars.append(scalar)
    }
    guard !scalars.isEmpty else { throw .empty }
    guard hasLetter else { throw .noLetter }
    let composed = VietnameseText.composed(String(scalars))
    guard composed.utf8.count <= Self.maximumBytes else { throw .tooLong(bytes: composed.utf8.count) }
    text = composed
  }

  /// Appends ``foldedKey`` of the name that stands in `utf8` to `key`, for the quick reading of long lists.
  ///
  /// `true` only for an ordinary name: NFC, of Vietnamese and ASCII letters, apostrophes, hyphens, full stops, single
  /// spaces between words, with at least one letter and at most ``maximumBytes``. Then ``init(_:)`` takes the text and
  /// keeps it byte for byte. Otherwise `false`, and `key` is as it was: read it with ``init(_:)``.
  public static func appendFoldedKey(ofOrdinary utf8: Span<UInt8>, to key: inout [UInt8]) -> Bool {
    OrdinaryName.appendFoldedKey(utf8, to: &key)
  }

  /// Words, at least one.
  public var words: [String] { text.split(separator: " ").map(String.init) }

  /// The last word, by which people are called and sorted.
  public var givenName: String { words.last ?? text }

  /// `NGUYỄN VĂN AN`, as printed on cards.
  public var upperCased: String { VietnameseText.composed(text.uppercased()) }

  /// `NGUYEN VAN AN`: upper case without diacritics (Đ → D), for EMV tag 5F20 and machine-readable zones.
  ///
  /// Only ASCII 0x20…0x7E; a letter with no ASCII base becomes `?`.
  public var ascii: String { VietnameseText.ascii(text) }

  /// ``ascii`` cut to `maximumBytes` (5F20 takes 26), without a space at the end.
  public func ascii(maximumBytes: Int) -> String {
    var bytes = Array(ascii.utf8.prefix(max(0, maximumBytes)))
    while bytes.last == 0x20 { bytes.removeLast() }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Equal for spellings of one name: case, place of the tone mark (hòa / hoà, thủy / thuỷ), y / i as the only
  /// vowel at the end of a word after a consonant (Mỹ / Mĩ, Quý / Quí), apostrophe forms. Đ stays its own letter, and
  /// other diacritics count. For comparing, not for showing.
  public var foldedKey: String { VietnameseText.foldedKey(text) }

  /// Orders names as Vietnamese lists do: by given name, family name, then middle names.
  public var sortKey: VietnameseSortKey { VietnameseSortKey(name: self) }

  /// `N*** V*** A***`, for logs and problem lists.
  public var masked: String { Mask.name(text) }
}

extension PersonName: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  /// ``masked``; use ``text`` to show the name.
  public var description: String { masked }
  /// ``masked``.
  public var debugDescription: String { masked }
  /// Nothing, so that dumps do not show the name.
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension PersonName: Codable {
  /// Reads ``text`` and checks it again; throws `DecodingError.dataCorrupted` when it is no name.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    do throws(PersonNameError) {
      try self.init(try Self.string(container))
    } catch {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a name: \(error.code)")
    }
  }

  /// Writes ``text``.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(text)
  }

  private static func string(_ container: any SingleValueDecodingContainer) throws(PersonNameError) -> String {
    guard let text = try? container.decode(String.self) else { throw .empty }
    return text
  }
}
