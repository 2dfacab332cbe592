public import CardApplication
public import CardCrypto
public import Printing
public import VietnamReference

/// What stands on one card, but for its CAN.
public struct CardFaceContent: Sendable {
  /// The holder's name.
  public var name: PersonName
  /// The card's number.
  public var cardNumber: CardNumber
  /// First day of validity.
  public var validFrom: CalendarDate
  /// Last day of validity.
  public var validUntil: CalendarDate
  /// The issuing province with its kind: `tỉnh Thái Nguyên`.
  public var province: BilingualText
  /// JPEG or PNG octets; `nil` for a card without a picture.
  public var photo: [UInt8]?
  /// Where a found card goes: an office with its address or telephone.
  public var contact: String?

  /// From its fields.
  public init(
    name: PersonName, cardNumber: CardNumber, validFrom: CalendarDate, validUntil: CalendarDate,
    province: BilingualText,
    photo: [UInt8]? = nil, contact: String? = nil
  ) {
    self.name = name
    self.cardNumber = cardNumber
    self.validFrom = validFrom
    self.validUntil = validUntil
    self.province = province
    self.photo = photo
    self.contact = contact
  }
}

/// Draws cards' faces, ID-1 size (ISO/IEC 7810: 85.60 × 53.98 mm), without bleed.
///
/// Belongs to one task, as its typesetter does. A name is set smaller, then on two lines, when it is long; nothing is
/// ever cut: what can't be printed whole is an error and no card.
public struct CardFace {
  private let layout: CardFaceLayout
  private let typesetter: Typesetter

  /// A drawer of faces.
  public init(_ typesetter: Typesetter, layout: CardFaceLayout = .standard) {
    self.typesetter = typesetter
    self.layout = layout
  }

  /// Front and back as the two pages of a PDF.
  ///
  /// - Parameter label: ``PrintDocument/label``.
  /// - Throws: ``PrintingError/notAPicture(_:)`` for a bad photo; ``PrintingError/doesNotFit(width:height:)``,
  ///   ``PrintingError/outsideOfSheet(millimetres:)`` and ``PrintingError/unknownCharacters(count:)`` for a text or a
  ///   layout that can't be printed whole; ``PrintingError/notDigits(octets:)`` for a CAN that is none.
  public func pdf(
    _ content: CardFaceContent, can: borrowing SecretBytes, label: String
  ) throws(PrintingError) -> PrintDocument {
    let sheets = [try sheet(.front, content, can), try sheet(.back, content, can)]
    // Nothing of the person: spoolers show titles.
    let information = DocumentInformation(
      title: "Thẻ an sinh", author: "Cơ quan cấp thẻ", subject: "Mặt thẻ", time: content.validFrom.noon)
    return PrintDocument(.face, .pdf, label: label, octets: try typesetter.pdfOctets(sheets, information))
  }

  /// One side as SVG; its letters are outlines.
  ///
  /// - Throws: as ``pdf(_:can:label:)``.
  public func svg(
    _ side: CardFaceLayout.Side, _ content: CardFaceContent, can: borrowing SecretBytes, label: String
  ) throws(PrintingError) -> PrintDocument {
    PrintDocument(.face, .svg, label: label, octets: try typesetter.svgOctets(try sheet(side, content, can)))
  }

  /// One side as a picture.
  ///
  /// - Throws: as ``pdf(_:can:label:)``.
  public func png(
    _ side: CardFaceLayout.Side, _ content: CardFaceContent, can: borrowing SecretBytes, label: String,
    dotsPerInch: Double = 300
  ) throws(PrintingError) -> PrintDocument {
    let octets = try typesetter.pngOctets(try sheet(side, content, can), dotsPerInch: dotsPerInch)
    return PrintDocument(.face, .png, label: label, octets: octets)
  }

  // MARK: Sides

  private func sheet(
    _ side: CardFaceLayout.Side, _ content: CardFaceContent, _ can: borrowing SecretBytes
  ) throws(PrintingError) -> Sheet {
    var drawing = background(side)
    if let mark = layout.mark {
      let style = TextStyle(.sans, points: 30, isBold: true, ink: PrintArt.red.mixed(0.72, .white))
      let text = try typesetter.line(mark, style, width: 50, smallest: 8)
      // Beside the photo, which would cover a part of it.
      drawing.add(text, centreX: CardFaceLayout.width * 0.66, centreY: CardFaceLayout.height / 2 + 4, degrees: 22)
    }
    let words = CardFaceFields(content: content, typesetter: typesetter)
    for field in layout.fields where field.side == side {
      drawing.add(try words.drawing(field, can), x: field.x, y: field.y)
    }
    return Sheet(size: PageSize(width: CardFaceLayout.width, height: CardFaceLayout.height), drawing: drawing)
  }

  private func background(_ side: CardFaceLayout.Side) -> Drawing {
    let (width, height) = (CardFaceLayout.width, CardFaceLayout.height)
    var drawing = Drawing()
    drawing.addBox(x: 0, y: 0, width: width, height: height, ink: PrintArt.paper)
    let band = side == .front ? 10.6 : 3.4
    drawing.add(
      PrintArt.waves(
        x: 0, y: band, width: width, height: height - band - 2,
        [PrintArt.gold.mixed(0.62, .white), PrintArt.red.mixed(0.86, .white)]), y: 0)
    drawing.add(PrintArt.rosette(x: 69, y: 38.5, radius: 12.5, ink: PrintArt.gold.mixed(0.55, .white)), y: 0)
    drawing.addBox(x: 0, y: 0, width: width, height: band, ink: PrintArt.red)
    drawing.addBox(x: 0, y: band, width: width, height: 0.5, ink: PrintArt.gold)
    drawing.addBox(x: 0, y: height - 2, width: width, height: 2, ink: PrintArt.red)
    drawing.addBox(x: 0, y: height - 2.5, width: width, height: 0.5, ink: PrintArt.gold)
    if side == .front { drawing.add(PrintArt.star(x: 7.6, y: 5.6, radius: 3.6, ink: PrintArt.gold), y: 0) }
    return drawing
  }
}

extension CalendarDate {
  /// Noon of the day in Vietnam, Unix seconds.
  var noon: Int64 { Int64(dayNumber) * 86_400 + 5 * 3_600 }
}
