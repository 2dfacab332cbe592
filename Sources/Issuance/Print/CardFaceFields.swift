import CardApplication
import CardCrypto
import Printing
import VietnamReference

/// The content of a card's fields, each drawn from its own top left corner.
struct CardFaceFields {
  let content: CardFaceContent
  let typesetter: Typesetter

  private static let heading = (points: 4.8, english: 4.2)

  func drawing(_ field: CardFaceLayout.Field, _ can: borrowing SecretBytes) throws(PrintingError) -> Drawing {
    switch field.kind {
    case .state: return try state(field)
    case .title: return try title(field)
    case .photo: return try photo(field)
    case .name: return try value(field, PrintWords.name, content.name.upperCased)
    case .cardNumber: return try value(field, PrintWords.cardNumber, content.cardNumber.grouped, ink: PrintArt.red)
    case .validFrom: return try value(field, PrintWords.validFrom, content.validFrom.slashed)
    case .validUntil: return try value(field, PrintWords.validUntil, content.validUntil.slashed)
    case .province: return try value(field, PrintWords.province, capitalised(content.province.vi))
    case .can: return try number(field, can)
    case .canBarcode: return try barcode(field, can)
    case .notice: return try notice(field)
    case .contact: return try contact(field)
    }
  }

  private func style(_ field: CardFaceLayout.Field, _ ink: Ink = PrintArt.dark) -> TextStyle {
    TextStyle(.sans, points: field.points, isBold: field.isBold, ink: ink)
  }

  private func capitalised(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

  // MARK: Texts

  private func state(_ field: CardFaceLayout.Field) throws(PrintingError) -> Drawing {
    var drawing = Drawing()
    let alignment = field.alignment.text
    let white = style(field, .white)
    let name = try typesetter.line(
      PrintWords.state.vi, white, width: field.width, alignment: alignment, smallest: 4)
    drawing.add(name, x: 0, y: 0)
    let motto = try typesetter.line(
      PrintWords.motto.vi, white.scaled(0.92), width: field.width, alignment: alignment, smallest: 4)
    drawing.add(motto, x: 0, y: name.height - 0.1)
    var english = white.scaled(0.55).inked(PrintArt.cream)
    english.isBold = false
    let line = try typesetter.line(
      "\(PrintWords.state.en) · \(PrintWords.motto.en)", english, width: field.width, alignment: alignment, smallest: 3)
    drawing.add(line, x: 0, y: drawing.height + 0.35)
    return drawing
  }

  private func title(_ field: CardFaceLayout.Field) throws(PrintingError) -> Drawing {
    var drawing = Drawing()
    let text = try typesetter.fitted(
      PrintWords.title.vi, style(field, PrintArt.red), width: field.width, height: field.height,
      alignment: field.alignment.text, smallest: 6)
    drawing.add(text, x: 0, y: 0)
    let english = try typesetter.text(
      PrintWords.title.en, TextStyle(.sans, points: field.points * 0.38, ink: PrintArt.quiet))
    // Beside the Vietnamese where there is room, on its base line.
    if field.alignment == .leading, text.width + 2 + english.width <= field.width {
      drawing.add(english, x: text.width + 2, y: text.baseline - english.baseline)
    }
    return drawing
  }

  /// A small heading in both languages, and a value below it as large as the field lets it.
  private func value(
    _ field: CardFaceLayout.Field, _ label: BilingualText, _ text: String, ink: Ink = PrintArt.dark
  ) throws(PrintingError) -> Drawing {
    var drawing = try heading(field, label)
    let top = drawing.height
    let block = try typesetter.fitted(
      TextLayout.oneLine(text), style(field, ink), width: field.width, height: field.height - top,
      alignment: field.alignment.text, smallest: field.points * 0.68)
    drawing.add(block, x: 0, y: top)
    return drawing
  }

  private func heading(_ field: CardFaceLayout.Field, _ label: BilingualText) throws(PrintingError) -> Drawing {
    var drawing = Drawing()
    let runs = [
      TextRun(label.vi, TextStyle(.sans, points: Self.heading.points, ink: PrintArt.quiet)),
      TextRun(
        " / " + label.en, TextStyle(.sans, points: Self.heading.english, isItalic: true, ink: PrintArt.quiet)),
    ]
    drawing.add(try typesetter.text(runs, width: field.width, alignment: field.alignment.text), x: 0, y: 0)
    return drawing
  }

  private func notice(_ field: CardFaceLayout.Field) throws(PrintingError) -> Drawing {
    let vietnamese = style(field)
    let english = TextStyle(.sans, points: field.points * 0.72, isItalic: true, ink: PrintArt.quiet)
    return try fit(field) { (scale) throws(PrintingError) in
      var drawing = Drawing()
      for (index, notice) in PrintWords.notices.enumerated() {
        let top = drawing.height + (index == 0 ? 0 : 0.7)
        let number = try typesetter.text("\(index + 1).", vietnamese.scaled(scale).bold)
        drawing.add(number, x: 0, y: top)
        let runs = [
          TextRun(notice.vi + "\n", vietnamese.scaled(scale)), TextRun(notice.en, english.scaled(scale)),
        ]
        drawing.add(try typesetter.text(runs, width: field.width - 3.4), x: 3.4, y: top)
      }
      return drawing
    }
  }

  private func contact(_ field: CardFaceLayout.Field) throws(PrintingError) -> Drawing {
    guard let contact = content.contact else { return Drawing() }
    let small = TextStyle(.sans, points: field.points * 0.72, isItalic: true, ink: PrintArt.quiet)
    return try fit(field) { (scale) throws(PrintingError) in
      var drawing = Drawing()
      let runs = [
        TextRun(PrintWords.found.vi + " ", style(field).scaled(scale)),
        TextRun("/ \(PrintWords.found.en): ", small.scaled(scale)),
        TextRun(TextLayout.oneLine(contact), style(field).scaled(scale).bold),
      ]
      let text = try typesetter.text(runs, width: field.width, alignment: field.alignment.text)
      guard text.unknownCharacters == 0 else { throw .unknownCharacters(count: text.unknownCharacters) }
      drawing.add(text, x: 0, y: 0)
      return drawing
    }
  }

  /// A drawing in the largest size that the field has room for.
  private func fit(
    _ field: CardFaceLayout.Field, _ make: (Double) throws(PrintingError) -> Drawing
  ) throws(PrintingError) -> Drawing {
    var scale = 1.0
    while scale > 0.5 {
      let drawing = try make(scale)
      if drawing.height <= field.height + 0.01 { return drawing }
      scale -= 0.04
    }
    throw .doesNotFit(width: field.width, height: field.height)
  }

  // MARK: Photo

  private func photo(_ field: CardFaceLayout.Field) throws(PrintingError) -> Drawing {
    var drawing = Drawing()
    let frame = Stroke(thickness: 0.2, ink: PrintArt.quiet.mixed(0.4, .white))
    if let octets = content.photo {
      // 600 dots an inch are more than any card printer has.
      let side = Int(max(field.width, field.height) / 25.4 * 600)
      let picture = try Picture(octets, maximumSide: side)
      drawing.add(picture, x: 0, y: 0, width: field.width, height: field.height, radius: 1)
      drawing.addBox(x: 0, y: 0, width: field.width, height: field.height, radius: 1, frame)
      return drawing
    }
    drawing.addBox(x: 0, y: 0, width: field.width, height: field.height, radius: 1, frame, ink: .gray(0.93))
    let figure = Ink.gray(0.8)
    let (middle, head) = (field.width / 2, field.width * 0.19)
    drawing.addBox(
      x: middle - head, y: field.height * 0.2, width: 2 * head, height: head * 2.4, radius: head, ink: figure)
    drawing.addBox(
      x: middle - field.width * 0.34, y: field.height * 0.6, width: field.width * 0.68, height: field.height * 0.3,
      radius: field.width * 0.16, ink: figure)
    return drawing
  }

  // MARK: CAN

  private func number(
    _ field: CardFaceLayout.Field, _ can: borrowing SecretBytes
  ) throws(PrintingError) -> Drawing {
    var drawing = try heading(field, PrintWords.can)
    let top = drawing.height
    let style = style(field)
    let block = try can.withOctets { (octets) throws(PrintingError) in
      try typesetter.text(secret: octets, style)
    }
    guard block.width <= field.width, top + block.height <= field.height + 0.01 else {
      throw .doesNotFit(width: field.width, height: field.height)
    }
    let x =
      switch field.alignment {
      case .leading: 0.0
      case .centred: (field.width - block.width) / 2
      case .trailing: field.width - block.width
      }
    drawing.add(block, x: x, y: top)
    return drawing
  }

  private func barcode(
    _ field: CardFaceLayout.Field, _ can: borrowing SecretBytes
  ) throws(PrintingError) -> Drawing {
    let code = try can.withOctets { (octets) throws(PrintingError) in try Code128(digits: octets) }
    var drawing = Drawing()
    drawing.addBox(x: 0, y: 0, width: field.width, height: field.height, radius: 0.8, ink: .white)
    drawing.add(code, x: 0, y: 0.8, width: field.width, height: field.height - 1.6)
    return drawing
  }
}

extension CardFaceLayout.Alignment {
  var text: TextAlignment {
    switch self {
    case .leading: .leading
    case .centred: .centred
    case .trailing: .trailing
    }
  }
}
