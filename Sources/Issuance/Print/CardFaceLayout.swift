/// Where things stand on a card of 85.60 × 53.98 mm (ISO/IEC 7810 ID-1).
public struct CardFaceLayout: Hashable, Sendable {
  /// A side of the card.
  public enum Side: String, CaseIterable, Sendable {
    /// The side with the photo.
    case front
    /// The other one.
    case back
  }

  /// What a field shows.
  public enum FieldKind: String, CaseIterable, Sendable {
    /// The state's name and motto.
    case state
    /// THẺ AN SINH.
    case title
    /// The holder's picture, or a box in its place.
    case photo
    /// The holder's full name in capitals.
    case name
    /// The card number in groups of four.
    case cardNumber
    /// First day of validity.
    case validFrom
    /// Last day of validity.
    case validUntil
    /// The issuing province.
    case province
    /// The CAN in figures.
    case can
    /// The CAN as a bar code.
    case canBarcode
    /// What the holder must know.
    case notice
    /// Where a found card goes.
    case contact
  }

  /// Where a line of text stands in its field.
  public enum Alignment: String, CaseIterable, Sendable {
    /// At the left.
    case leading
    /// In the middle.
    case centred
    /// At the right.
    case trailing
  }

  /// A field: a box with its content.
  public struct Field: Hashable, Sendable {
    /// What it shows.
    public var kind: FieldKind
    /// On which side.
    public var side: Side
    /// Left edge, millimetres from the card's.
    public var x: Double
    /// Upper edge, millimetres from the card's.
    public var y: Double
    /// Width, millimetres.
    public var width: Double
    /// Height, millimetres, its small heading within.
    public var height: Double
    /// Size of its text, points; smaller when the text would not fit.
    public var points: Double
    /// Bold instead of regular.
    public var isBold: Bool
    /// Where its text stands.
    public var alignment: Alignment

    /// From its fields.
    public init(
      _ kind: FieldKind, _ side: Side, x: Double, y: Double, width: Double, height: Double, points: Double,
      isBold: Bool = false, alignment: Alignment = .leading
    ) {
      self.kind = kind
      self.side = side
      self.x = x
      self.y = y
      self.width = width
      self.height = height
      self.points = points
      self.isBold = isBold
      self.alignment = alignment
    }
  }

  /// Width of the card, millimetres.
  public static let width = 85.6
  /// Height of the card, millimetres.
  public static let height = 53.98

  /// The fields, in the order in which they are drawn.
  public var fields: [Field]
  /// Words across both sides of a card that is not for use: `THẺ THỬ`; `nil` for none.
  public var mark: String?

  /// From its parts.
  public init(fields: [Field], mark: String? = nil) {
    self.fields = fields
    self.mark = mark
  }

  /// The usual layout. The CAN stands on the back only: a copy of the front, which offices like to keep, does not open
  /// the card.
  public static let standard = CardFaceLayout(fields: [
    Field(.state, .front, x: 13.2, y: 0.9, width: 69, height: 9, points: 7.6, isBold: true, alignment: .centred),
    Field(.title, .front, x: 30, y: 11.9, width: 52, height: 6.2, points: 12.5, isBold: true),
    Field(.photo, .front, x: 3.8, y: 13.4, width: 23.4, height: 31.2, points: 6),
    Field(.name, .front, x: 30, y: 18.9, width: 52, height: 8.8, points: 11.5, isBold: true),
    Field(.cardNumber, .front, x: 30, y: 28.4, width: 52, height: 7.6, points: 13, isBold: true),
    Field(.validFrom, .front, x: 30, y: 36.6, width: 23.5, height: 6.4, points: 9, isBold: true),
    Field(.validUntil, .front, x: 54.5, y: 36.6, width: 27.5, height: 6.4, points: 9, isBold: true),
    Field(.province, .front, x: 30, y: 43.8, width: 52, height: 6.4, points: 9, isBold: true),
    Field(.notice, .back, x: 4, y: 6.2, width: 77.6, height: 24.5, points: 7),
    Field(.canBarcode, .back, x: 3.8, y: 32, width: 32, height: 9.6, points: 6),
    Field(.can, .back, x: 38, y: 32, width: 43.6, height: 9.6, points: 17, isBold: true),
    Field(.contact, .back, x: 4, y: 43.6, width: 77.6, height: 6.6, points: 6.8),
  ])
}
