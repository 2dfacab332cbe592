@_spi(_Unicode) internal import Swift

/// Texts whose octets are compared.
enum CanonicalText {
  /// `text` in NFC. The language's own composition, which it compares texts with: this target knows no platform.
  static func composed(_ text: String) -> String { String(String.UnicodeScalarView(text._nfc)) }

  /// The scalars of `text` in NFD: letters before their marks.
  static func decomposed(_ text: String) -> [Unicode.Scalar] { Array(text._nfd) }
}
