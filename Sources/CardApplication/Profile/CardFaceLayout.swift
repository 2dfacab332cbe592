/// A text in both languages.
public struct CardText: Hashable, Sendable {
  /// Vietnamese, NFC.
  public let vi: String
  /// English.
  public let en: String

  /// Both texts.
  public init(vi: String, en: String) {
    self.vi = vi
    self.en = en
  }
}

/// Where what is printed on a card's face stands; part of a card profile (`print`).
///
/// Lengths are millimetres from the upper left corner of the card lying across, x to the right and y down; sizes of
/// letters are points of 1/72 inch.
public struct CardFaceLayout: Hashable, Sendable {
  /// What is printed in a place.
  public enum Field: String, CaseIterable, Sendable {
    /// A fixed text, the same on every card of the profile: ``Element/text``.
    case header
    /// Full name.
    case name
    /// Card number, in groups of four digits.
    case cardNumber = "card-number"
    /// Last day of validity.
    case validity
    /// Issuing province.
    case province
    /// The card access number, six digits.
    case can
    /// The card access number as a barcode.
    case canBarcode = "can-barcode"
    /// The holder's photo.
    case photo

    /// Whether letters are printed, so that ``Element/points`` counts.
    public var isText: Bool { self != .photo && self != .canBarcode }
  }

  /// Where lines stand in their place.
  public enum Alignment: String, CaseIterable, Sendable {
    /// At the left edge.
    case left
    /// In the middle.
    case centre
    /// At the right edge.
    case right
  }

  /// A rectangle, in millimetres.
  public struct Frame: Hashable, Sendable {
    /// Left edge.
    public let x: Double
    /// Upper edge.
    public let y: Double
    /// Width, above 0.
    public let width: Double
    /// Height, above 0.
    public let height: Double

    /// From its corner and size.
    public init(x: Double, y: Double, width: Double, height: Double) {
      self.x = x
      self.y = y
      self.width = width
      self.height = height
    }
  }

  /// A colour of the screen, sRGB: `#RRGGBB` in a profile file.
  public struct Colour: Hashable, Sendable {
    /// Red, green and blue, 0…255.
    public let red, green, blue: UInt8

    /// From its parts.
    public init(red: UInt8, green: UInt8, blue: UInt8) {
      self.red = red
      self.green = green
      self.blue = blue
    }

    /// What letters have when a profile names no colour.
    public static let black = Colour(red: 0, green: 0, blue: 0)
  }

  /// How letters look.
  public struct Style: Hashable, Sendable {
    /// Size, points; 0 where no letters are printed.
    public let points: Double
    /// Bold letters.
    public let isBold: Bool
    /// Where the lines stand.
    public let alignment: Alignment
    /// Colour of the letters.
    public let colour: Colour

    /// From its parts.
    public init(points: Double, isBold: Bool = false, alignment: Alignment = .left, colour: Colour = .black) {
      self.points = points
      self.isBold = isBold
      self.alignment = alignment
      self.colour = colour
    }
  }

  /// One thing in its place. The places of a checked profile do not overlap and lie within the face's margin.
  public struct Element: Hashable, Sendable {
    /// What it is.
    public let field: Field
    /// Its place.
    public let frame: Frame
    /// How its letters look.
    public let style: Style
    /// What a ``Field/header`` says, and what stands small before any other field (`Họ và tên / Full name`); `nil` for
    /// nothing.
    public let text: CardText?

    /// From its parts.
    public init(_ field: Field, _ frame: Frame, _ style: Style, text: CardText? = nil) {
      self.field = field
      self.frame = frame
      self.style = style
      self.text = text
    }
  }

  /// A filled rectangle behind everything.
  public struct Box: Hashable, Sendable {
    /// Its place.
    public let frame: Frame
    /// What it is filled with.
    public let colour: Colour

    /// From its parts.
    public init(_ frame: Frame, _ colour: Colour) {
      self.frame = frame
      self.colour = colour
    }
  }

  /// A text over everything else, by which a test card is told from a live one.
  public struct Mark: Hashable, Sendable {
    /// What it says.
    public let text: CardText
    /// Its place; it may cover other fields.
    public let frame: Frame
    /// How its letters look.
    public let style: Style

    /// From its parts.
    public init(_ text: CardText, _ frame: Frame, _ style: Style) {
      self.text = text
      self.frame = frame
      self.style = style
    }
  }

  /// Width of a card ID-1, millimetres (ISO/IEC 7810:2019 §5).
  public static let cardWidth = 85.60
  /// Height of a card ID-1, millimetres (ISO/IEC 7810:2019 §5).
  public static let cardHeight = 53.98
  /// Rim in which nothing but boxes is printed, millimetres: a card printer's edge is not to be relied on.
  public static let margin = 1.0

  /// Width of the face, millimetres.
  public let width: Double
  /// Height of the face, millimetres.
  public let height: Double
  /// What lies behind, in the order of drawing.
  public let boxes: [Box]
  /// What is printed, in the order of the profile: of each field but ``Field/header`` one at most.
  public let elements: [Element]
  /// Test cards have one, others none.
  public let mark: Mark?

  /// From its parts.
  public init(
    width: Double = cardWidth, height: Double = cardHeight, boxes: [Box] = [], elements: [Element], mark: Mark? = nil
  ) {
    self.width = width
    self.height = height
    self.boxes = boxes
    self.elements = elements
    self.mark = mark
  }

  /// The place of `field`, of the first where there are several; `nil` when it is not printed.
  public func element(_ field: Field) -> Element? { elements.first { $0.field == field } }
}
