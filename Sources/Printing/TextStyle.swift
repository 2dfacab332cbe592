/// A font family that this program prints with, and where it comes from.
public struct FontFamily: Hashable, Sendable {
  /// Name of the family as fontconfig knows it.
  public let name: String
  /// Debian package that has it.
  public let package: String

  /// From its names.
  public init(name: String, package: String) {
    self.name = name
    self.package = package
  }

  /// Letters with the widths of Times New Roman, which Decree 30/2020/NĐ-CP (annex I) prescribes for documents.
  public static let serif = FontFamily(name: "Liberation Serif", package: "fonts-liberation2")
  /// Letters without serifs, for small and thermal print.
  public static let sans = FontFamily(name: "Liberation Sans", package: "fonts-liberation2")
}

/// How a piece of text looks.
public struct TextStyle: Hashable, Sendable {
  /// Font family.
  public var family: FontFamily
  /// Size, in points of 1/72 inch.
  public var points: Double
  /// Bold instead of regular.
  public var isBold: Bool
  /// Italic instead of upright.
  public var isItalic: Bool
  /// Its colour.
  public var ink: Ink

  /// From its fields; `gray` is 0 black … 1 white.
  public init(
    _ family: FontFamily = .serif, points: Double, isBold: Bool = false, isItalic: Bool = false, gray: Double = 0
  ) {
    self.init(family, points: points, isBold: isBold, isItalic: isItalic, ink: .gray(gray))
  }

  /// From its fields.
  public init(
    _ family: FontFamily = .serif, points: Double, isBold: Bool = false, isItalic: Bool = false, ink: Ink
  ) {
    self.family = family
    self.points = points
    self.isBold = isBold
    self.isItalic = isItalic
    self.ink = ink
  }

  /// The same in bold.
  public var bold: TextStyle { with { $0.isBold = true } }
  /// The same in italic.
  public var italic: TextStyle { with { $0.isItalic = true } }
  /// The same in another colour.
  public func inked(_ ink: Ink) -> TextStyle { with { $0.ink = ink } }
  /// The same `factor` times as large.
  public func scaled(_ factor: Double) -> TextStyle { with { $0.points *= factor } }

  private func with(_ change: (inout TextStyle) -> Void) -> TextStyle {
    var style = self
    change(&style)
    return style
  }
}

/// A piece of text in one style.
public struct TextRun: Hashable, Sendable {
  /// What is written; a line feed begins a new line.
  public var text: String
  /// How it looks.
  public var style: TextStyle

  /// From its fields.
  public init(_ text: String, _ style: TextStyle) {
    self.text = text
    self.style = style
  }
}

/// Where lines stand in their column.
public enum TextAlignment: Sendable {
  /// At the left.
  case leading
  /// In the middle.
  case centred
  /// At the right.
  case trailing
}
