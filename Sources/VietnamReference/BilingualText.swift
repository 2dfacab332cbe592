/// The language of what a user reads. Vietnamese first.
public enum Language: String, CaseIterable, Sendable, Codable {
  /// Vietnamese.
  case vietnamese = "vi"
  /// English.
  case english = "en"
}

/// One message in both languages. Vietnamese keeps its full diacritics (NFC).
public struct BilingualText: Hashable, Sendable, Codable {
  /// Vietnamese text.
  public let vi: String
  /// English text.
  public let en: String

  /// Both texts of one message.
  public init(vi: String, en: String) {
    self.vi = vi
    self.en = en
  }

  /// The text in `language`.
  public func callAsFunction(_ language: Language) -> String { language == .vietnamese ? vi : en }
}
