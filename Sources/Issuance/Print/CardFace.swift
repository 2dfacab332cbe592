public import CardApplication
public import CardCrypto
import Foundation
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

/// Draws cards' faces as the card profile lays them out, without bleed.
///
/// Belongs to one task, as its typesetter does. A name is set smaller, then on two lines, when it is long; nothing is
/// ever cut: what can't be printed whole is an error and no card.
public struct CardFace {
  private let layout: CardFaceLayout
  private let typesetter: Typesetter

  /// A drawer of faces.
  public init(_ typesetter: Typesetter, layout: CardFaceLayout) {
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
      // Beneath the fields, so that each stays legible.
      drawing.add(
        try text(of: mark), centreX: mark.frame.x + mark.frame.width / 2, centreY: mark.frame.y + mark.frame.height / 2,
        degrees: Self.markDegrees)
    }
    let words = CardFaceFields(content: content, typesetter: typesetter)
    for element in layout.elements where element.side == side {
      drawing.add(try words.drawing(element, can), x: element.frame.x, y: element.frame.y)
    }
    return Sheet(size: PageSize(width: layout.width, height: layout.height), drawing: drawing)
  }

  /// By how much a mark is turned, so that it can't be taken for a line of the card; it falls, past bar code and CAN.
  private static let markDegrees = -22.0

  /// The mark in both languages, as large as its place lets it once it is turned.
  private func text(of mark: CardFaceLayout.Mark) throws(PrintingError) -> TextBlock {
    let ink = (mark.style.colour?.ink ?? PrintArt.red).mixed(0.66, .white)
    let vietnamese = TextStyle(.sans, points: mark.style.points, isBold: mark.style.isBold, ink: ink)
    let angle = abs(Self.markDegrees) * .pi / 180
    let (sine, cosine) = (sin(angle), cos(angle))
    var scale = 1.0
    while mark.style.points * scale >= 4 {
      let runs = [
        TextRun(mark.text.vi + "\n", vietnamese.scaled(scale)), TextRun(mark.text.en, vietnamese.scaled(scale * 0.6)),
      ]
      let text = try typesetter.text(runs, alignment: mark.style.alignment.text)
      guard text.unknownCharacters == 0 else { throw .unknownCharacters(count: text.unknownCharacters) }
      let isInside =
        text.width * cosine + text.height * sine <= mark.frame.width
        && text.width * sine + text.height * cosine <= mark.frame.height
      if isInside { return text }
      scale -= 0.02
    }
    throw .doesNotFit(width: mark.frame.width, height: mark.frame.height)
  }

  /// Paper, fine lines and bars; the profile's boxes in the place of the bars where it has some on this side.
  private func background(_ side: CardFaceLayout.Side) -> Drawing {
    let (width, height) = (layout.width, layout.height)
    var drawing = Drawing()
    drawing.addBox(x: 0, y: 0, width: width, height: height, ink: PrintArt.paper)
    let band = side == .front ? 10.6 : 3.4
    drawing.add(
      PrintArt.waves(
        x: 0, y: band, width: width, height: height - band - 2,
        [PrintArt.gold.mixed(0.62, .white), PrintArt.red.mixed(0.86, .white)]), y: 0)
    drawing.add(PrintArt.rosette(x: 69, y: 38.5, radius: 12.5, ink: PrintArt.gold.mixed(0.55, .white)), y: 0)
    let boxes = layout.boxes.filter { $0.side == side }
    for box in boxes {
      let frame = box.frame
      drawing.addBox(x: frame.x, y: frame.y, width: frame.width, height: frame.height, ink: box.colour.ink)
    }
    if boxes.isEmpty {
      drawing.addBox(x: 0, y: 0, width: width, height: band, ink: PrintArt.red)
      drawing.addBox(x: 0, y: band, width: width, height: 0.5, ink: PrintArt.gold)
      drawing.addBox(x: 0, y: height - 2, width: width, height: 2, ink: PrintArt.red)
      drawing.addBox(x: 0, y: height - 2.5, width: width, height: 0.5, ink: PrintArt.gold)
    }
    if side == .front { drawing.add(PrintArt.star(x: 7.6, y: 5.6, radius: 3.6, ink: PrintArt.gold), y: 0) }
    return drawing
  }
}

extension CalendarDate {
  /// Noon of the day in Vietnam, Unix seconds.
  var noon: Int64 { Int64(dayNumber) * 86_400 + 5 * 3_600 }
}
