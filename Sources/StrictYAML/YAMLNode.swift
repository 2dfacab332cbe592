/// Where something stands in a file; line and column from 1, columns in Unicode scalars.
public struct YAMLPlace: Hashable, Sendable {
  /// Line, from 1.
  public let line: Int
  /// Column, from 1, counted in Unicode scalars.
  public let column: Int

  /// The beginning of a file.
  public static let top = YAMLPlace(line: 1, column: 1)

  /// One place; what is below 1 counts as 1.
  public init(line: Int, column: Int) {
    self.line = max(1, line)
    self.column = max(1, column)
  }
}

/// A YAML file as places and plain values: scalars keep their text, nothing is guessed of their type.
public struct YAMLNode: Sendable {
  /// What stands in a place.
  public enum Content: Sendable {
    /// Text, and whether it stands without quotes.
    case scalar(String, isPlain: Bool)
    /// Values one after the other.
    case list([YAMLNode])
    /// Keys with their values, in the order they stand.
    case map([(key: YAMLNode, value: YAMLNode)])
    /// With a tag of its own, or deeper or longer than a file of rules is.
    case unusable
  }

  /// Where.
  public let place: YAMLPlace
  /// What.
  public let content: Content

  init(place: YAMLPlace, content: Content) {
    self.place = place
    self.content = content
  }

  /// Nothing, `~` or `null` without quotes.
  public var isEmpty: Bool { plain.map { ["", "~", "null"].contains($0) } ?? false }

  /// Whether it is a section with keys.
  public var isMap: Bool {
    guard case .map = content else { return false }
    return true
  }

  /// What stands without quotes; nil for everything else.
  public var plain: String? {
    guard case .scalar(let text, isPlain: true) = content else { return nil }
    return text
  }

  /// A scalar, in quotes or not; nil for everything else.
  public var scalar: String? {
    guard case .scalar(let text, _) = content else { return nil }
    return text
  }

  /// Text: what is in quotes always is; without quotes, what is no number, no `true` or `false` and not nothing.
  public var text: String? {
    guard case .scalar(let text, let isPlain) = content else { return nil }
    let isOther = isEmpty || ["true", "false"].contains(text) || YAMLNumber.isDecimal(text)
    return isPlain && isOther ? nil : text
  }
}

/// Forms of numbers in files.
public enum YAMLNumber {
  /// Digits with no 0 before them, and a minus sign perhaps.
  public static func isWhole(_ text: String) -> Bool {
    let digits = text.utf8.first == 0x2D ? text.utf8.dropFirst() : text.utf8[...]
    return areDigits(digits) && (digits.count == 1 || digits.first != 0x30)
  }

  /// The same with a decimal point and digits after it, or without.
  public static func isDecimal(_ text: String) -> Bool {
    if isWhole(text) { return true }
    let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    return parts.count == 2 && isWhole(String(parts[0])) && areDigits(parts[1].utf8[...])
  }

  private static func areDigits(_ text: Substring.UTF8View) -> Bool {
    !text.isEmpty && text.allSatisfy { (0x30...0x39).contains($0) }
  }
}
