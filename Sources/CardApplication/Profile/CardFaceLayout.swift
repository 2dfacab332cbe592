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

/// Where what is printed on a card's two sides stands; part of a card profile (`print`).
///
/// Lengths are millimetres from the upper left corner of a side lying across, x to the right and y down; sizes of
/// letters are points of 1/72 inch.
public struct CardFaceLayout: Hashable, Sendable {
  /// A side of the card.
  public enum Side: String, CaseIterable, Sendable {
    /// The side with the photo.
    case front
    /// The other one.
    case back
  }

  /// What is printed in a place.
  public enum Field: String, CaseIterable, Sendable {
    /// The state's name and motto.
    case state
    /// What the card is, the same on every card of the profile: ``Element/text``.
    case title
    /// A further fixed text, ``Element/text``; there may be several.
    case header
    /// The holder's photo, or a figure in its place.
    case photo
    /// Full name in capitals.
    case name
    /// Card number, in groups of four digits.
    case cardNumber = "card-number"
    /// First day of validity.
    case validFrom = "valid-from"
    /// Last day of validity.
    case validUntil = "valid-until"
    /// Issuing province.
    case province
    /// The card access number, six digits.
    case can
    /// The card access number as a barcode.
    case canBarcode = "can-barcode"
    /// What the holder has to know.
    case notice
    /// Where a found card goes.
    case contact

    /// Whether letters are printed, so that ``Element/style`` counts.
    public var isText: Bool { self != .photo && self != .canBarcode }
    /// Whether ``Element/text`` is all that is printed, so that there has to be one.
    public var isFixedText: Bool { self == .title || self == .header }
    /// Whether there may be an ``Element/text``: what the state is called and what holders are told is not for
    /// profiles to say.
    public var takesText: Bool { isText && self != .state && self != .notice }
    /// Whether whoever copies this may open the card.
    public var opensCard: Bool { self == .can || self == .canBarcode }
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
    public var x: Double
    /// Upper edge.
    public var y: Double
    /// Width, above 0.
    public var width: Double
    /// Height, above 0.
    public var height: Double

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
  }

  /// How letters look.
  public struct Style: Hashable, Sendable {
    /// Size, points, smaller when the text would not fit; 0 where no letters are printed.
    public var points: Double
    /// Bold letters.
    public var isBold: Bool
    /// Where the lines stand.
    public var alignment: Alignment
    /// Colour of the letters; `nil` for the one that the field has by itself.
    public var colour: Colour?

    /// From its parts.
    public init(points: Double, isBold: Bool = false, alignment: Alignment = .left, colour: Colour? = nil) {
      self.points = points
      self.isBold = isBold
      self.alignment = alignment
      self.colour = colour
    }
  }

  /// One thing in its place. The places of a side do not overlap in a checked profile and lie within the margin.
  public struct Element: Hashable, Sendable {
    /// What it is.
    public var field: Field
    /// On which side it stands.
    public var side: Side
    /// Its place, a small heading within.
    public var frame: Frame
    /// How its letters look.
    public var style: Style
    /// What a ``Field/title`` and a ``Field/header`` say, and what stands small before any other field (`Số thẻ / Card
    /// number`); `nil` for nothing.
    public var text: CardText?

    /// From its parts.
    public init(_ field: Field, side: Side = .front, _ frame: Frame, _ style: Style, text: CardText? = nil) {
      self.field = field
      self.side = side
      self.frame = frame
      self.style = style
      self.text = text
    }
  }

  /// A filled rectangle behind everything that is printed.
  public struct Box: Hashable, Sendable {
    /// On which side it lies.
    public let side: Side
    /// Its place.
    public let frame: Frame
    /// What it is filled with.
    public let colour: Colour

    /// From its parts.
    public init(side: Side = .front, _ frame: Frame, _ colour: Colour) {
      self.side = side
      self.frame = frame
      self.colour = colour
    }
  }

  /// A text on both sides, by which a test card is told from a live one.
  public struct Mark: Hashable, Sendable {
    /// What it says.
    public let text: CardText
    /// Its place; other fields may lie over it. The text falls from its upper left to its lower right.
    public let frame: Frame
    /// How its letters look, paler than what lies over them.
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
  /// What lies behind, in the order of drawing; on a side without any, the bars that all cards have.
  public var boxes: [Box]
  /// What is printed, in the order of the profile: of each field but ``Field/header`` one at most.
  public var elements: [Element]
  /// Test cards have one, others none.
  public var mark: Mark?

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
