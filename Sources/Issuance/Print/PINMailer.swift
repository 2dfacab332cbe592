public import CardCrypto
public import Printing
public import VietnamReference

/// Whom a PIN mailer goes to, without its secrets.
public struct PINMailerContent: Sendable {
  /// The holder's name.
  public var name: PersonName
  /// Commune and province: `Xã Đồng Hỷ, tỉnh Thái Nguyên`. The slip is handed over there.
  public var commune: String
  /// The last four digits of the card number.
  public var cardLastFour: String
  /// The issuing office.
  public var office: String
  /// Telephone number that helps; `nil` for none.
  public var telephone: String?
  /// The day the card was made.
  public var date: CalendarDate

  /// From its fields.
  public init(
    name: PersonName, commune: String, cardLastFour: String, office: String, telephone: String? = nil,
    date: CalendarDate
  ) {
    self.name = name
    self.commune = commune
    self.cardLastFour = cardLastFour
    self.office = office
    self.telephone = telephone
    self.date = date
  }
}

/// Draws the slip that brings PIN and PUK: an A4 sheet printed on both sides (turned over its long edge), folded to
/// thirds and sealed.
///
/// Page 1 is the outside, without any secret: from the top how to open it, the address, and a scramble behind the
/// panel of page 2 that bears the secrets. That panel, the lowest, is folded in first, so that it lies between the two
/// others; where it comes to lie behind the address, the address side is scrambled too.
public struct PINMailer {
  private let typesetter: Typesetter

  /// A drawer of slips.
  public init(_ typesetter: Typesetter) { self.typesetter = typesetter }

  /// The slip as a PDF of two pages.
  ///
  /// - Parameters:
  ///   - pin: the transport PIN, digits in ASCII.
  ///   - puk: digits in ASCII.
  ///   - label: ``PrintDocument/label``.
  /// - Throws: ``PrintingError``: ``PrintingError/doesNotFit(width:height:)`` or
  ///   ``PrintingError/unknownCharacters(count:)`` for a name or an office that can't be printed whole,
  ///   ``PrintingError/notDigits(octets:)`` for a PIN or PUK that is none.
  public func pdf(
    _ content: PINMailerContent, pin: borrowing SecretBytes, puk: borrowing SecretBytes, label: String
  ) throws(PrintingError) -> PrintDocument {
    let sheets = [
      Sheet(size: .a4, drawing: try PINMailerOutside(content: content, typesetter: typesetter).drawing()),
      Sheet(size: .a4, drawing: try PINMailerInside(content: content, typesetter: typesetter).drawing(pin, puk)),
    ]
    // Nothing of the person: spoolers show titles.
    let information = DocumentInformation(
      title: "Phiếu mã PIN thẻ an sinh", author: "Cơ quan cấp thẻ", subject: "Phiếu gấp kín", time: content.date.noon)
    return PrintDocument(.mailer, .pdf, label: label, octets: try typesetter.pdfOctets(sheets, information))
  }
}

/// Measures of the slip, millimetres.
enum PINMailerForm {
  static let panel = 99.0
  static let side = 14.0
  static let width = PageSize.a4.width - 2 * side
  /// What printers can't reach at a sheet's edge.
  static let edge = 6.0
  /// Where the codes stand on the lowest panel, from its upper fold.
  static let codes = (top: 17.0, height: 46.0)

  /// Short lines at both edges where the sheet is folded.
  static func foldMarks(_ typesetter: Typesetter, _ text: BilingualText) throws(PrintingError) -> Drawing {
    var drawing = Drawing()
    let right = PageSize.a4.width
    let stroke = Stroke(thickness: 0.2, gray: 0.3)
    for fold in [panel, 2 * panel] {
      drawing.addLine(fromX: edge, fromY: fold, toX: edge + 5, toY: fold, stroke)
      drawing.addLine(fromX: right - edge - 5, fromY: fold, toX: right - edge, toY: fold, stroke)
      let style = TextStyle(.sans, points: 5.5, gray: 0.3)
      let label = try typesetter.text("\(text.vi) / \(text.en)", style)
      drawing.add(label, x: right - edge - label.width, y: fold - label.height - 0.2)
    }
    return drawing
  }
}
