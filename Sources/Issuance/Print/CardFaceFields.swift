import CardApplication
import CardCrypto
import Printing
import VietnamReference

/// The content of a card's fields, each drawn from its own top left corner.
struct CardFaceFields {
  let content: CardFaceContent
  let typesetter: Typesetter

  private static let heading = (points: 4.8, english: 4.2)

  func drawing(_ field: CardFaceLayout.Element, _ can: borrowing SecretBytes) throws(PrintingError) -> Drawing {
    switch field.field {
    case .state: return try state(field)
    case .title: return try title(field)
    case .header: return try header(field)
    case .photo: return try photo(field)
    case .name: return try value(field, content.name.upperCased)
    case .cardNumber: return try value(field, content.cardNumber.grouped, ink: PrintArt.red)
    case .validFrom: return try value(field, content.validFrom.slashed)
    case .validUntil: return try value(field, content.validUntil.slashed)
    case .province: return try value(field, capitalised(content.province.vi))
    case .can: return try number(field, can)
    case .canBarcode: return try barcode(field, can)
    case .notice: return try notice(field)
    case .contact: return try contact(field)
    }
  }

  /// The letters of a field, in `ink` unless the profile names a colour.
  private func style(_ field: CardFaceLayout.Element, _ ink: Ink = PrintArt.dark) -> TextStyle {
    let style = field.style
    return TextStyle(.sans, points: style.points, isBold: style.isBold, ink: style.colour?.ink ?? ink)
  }

  private func capitalised(_ text: String) -> String { text.prefix(1).uppercased() + text.dropFirst() }

  // MARK: Texts

  private func state(_ field: CardFaceLayout.Element) throws(PrintingError) -> Drawing {
    let english = TextStyle(
      .sans, points: field.style.points * 0.55, ink: field.style.colour?.ink ?? PrintArt.cream)
    return try fit(field) { (scale) throws(PrintingError) in
      var drawing = Drawing()
      let (width, alignment) = (field.frame.width, field.style.alignment.text)
      let white = style(field, .white).scaled(scale)
      let name = try typesetter.line(PrintWords.state.vi, white, width: width, alignment: alignment, smallest: 4)
      drawing.add(name, x: 0, y: 0)
      let motto = try typesetter.line(
        PrintWords.motto.vi, white.scaled(0.92), width: width, alignment: alignment, smallest: 4)
      drawing.add(motto, x: 0, y: name.height - 0.1)
      let line = try typesetter.line(
        "\(PrintWords.state.en) · \(PrintWords.motto.en)", english.scaled(scale), width: width, alignment: alignment,
        smallest: 3)
      drawing.add(line, x: 0, y: drawing.height + 0.35)
      return drawing
    }
  }

  /// Large Vietnamese; the English beside it on its base line where there is room, else below.
  private func title(_ field: CardFaceLayout.Element) throws(PrintingError) -> Drawing {
    guard let text = field.text else { return Drawing() }
    let (width, alignment) = (field.frame.width, field.style.alignment.text)
    let english = try typesetter.text(
      text.en, TextStyle(.sans, points: field.style.points * 0.38, ink: PrintArt.quiet), width: width,
      alignment: alignment)
    return try fit(field) { (scale) throws(PrintingError) in
      var drawing = Drawing()
      let vietnamese = try typesetter.text(
        text.vi, style(field, PrintArt.red).scaled(scale), width: width, alignment: alignment)
      let unknown = vietnamese.unknownCharacters + english.unknownCharacters
      guard unknown == 0 else { throw .unknownCharacters(count: unknown) }
      drawing.add(vietnamese, x: 0, y: 0)
      if field.style.alignment == .left, vietnamese.width + 2 + english.width <= width {
        drawing.add(english, x: vietnamese.width + 2, y: vietnamese.baseline - english.baseline)
      } else {
        drawing.add(english, x: 0, y: vietnamese.height)
      }
      return drawing
    }
  }

  private func header(_ field: CardFaceLayout.Element) throws(PrintingError) -> Drawing {
    guard let text = field.text else { return Drawing() }
    return try fit(field) { (scale) throws(PrintingError) in
      let style = style(field).scaled(scale)
      return try paragraph(field, [TextRun(text.vi, style), TextRun(" / " + text.en, style.scaled(0.72).italic)])
    }
  }

  /// A small heading in both languages, and a value below it as large as the field lets it.
  private func value(
    _ field: CardFaceLayout.Element, _ text: String, ink: Ink = PrintArt.dark
  ) throws(PrintingError) -> Drawing {
    var drawing = try heading(field)
    let top = drawing.height
    let block = try typesetter.fitted(
      TextLayout.oneLine(text), style(field, ink), width: field.frame.width, height: field.frame.height - top,
      alignment: field.style.alignment.text, smallest: field.style.points * 0.68)
    drawing.add(block, x: 0, y: top)
    return drawing
  }

  private func heading(_ field: CardFaceLayout.Element) throws(PrintingError) -> Drawing {
    guard let text = field.text else { return Drawing() }
    return try paragraph(
      field,
      [
        TextRun(text.vi, TextStyle(.sans, points: Self.heading.points, ink: PrintArt.quiet)),
        TextRun(
          " / " + text.en, TextStyle(.sans, points: Self.heading.english, isItalic: true, ink: PrintArt.quiet)),
      ])
  }

  private func paragraph(_ field: CardFaceLayout.Element, _ runs: [TextRun]) throws(PrintingError) -> Drawing {
    let text = try typesetter.text(runs, width: field.frame.width, alignment: field.style.alignment.text)
    guard text.unknownCharacters == 0 else { throw .unknownCharacters(count: text.unknownCharacters) }
    var drawing = Drawing()
    drawing.add(text, x: 0, y: 0)
    return drawing
  }

  private func notice(_ field: CardFaceLayout.Element) throws(PrintingError) -> Drawing {
    let vietnamese = style(field)
    let english = TextStyle(.sans, points: field.style.points * 0.72, isItalic: true, ink: PrintArt.quiet)
    return try fit(field) { (scale) throws(PrintingError) in
      var drawing = Drawing()
      for (index, notice) in PrintWords.notices.enumerated() {
        let top = drawing.height + (index == 0 ? 0 : 0.7)
        let number = try typesetter.text("\(index + 1).", vietnamese.scaled(scale).bold)
        drawing.add(number, x: 0, y: top)
        let runs = [
          TextRun(notice.vi + "\n", vietnamese.scaled(scale)), TextRun(notice.en, english.scaled(scale)),
        ]
        drawing.add(try typesetter.text(runs, width: field.frame.width - 3.4), x: 3.4, y: top)
      }
      return drawing
    }
  }

  private func contact(_ field: CardFaceLayout.Element) throws(PrintingError) -> Drawing {
    guard let contact = content.contact else { return Drawing() }
    let style = style(field)
    let small = TextStyle(.sans, points: style.points * 0.72, isItalic: true, ink: PrintArt.quiet)
    return try fit(field) { (scale) throws(PrintingError) in
      var runs = [TextRun(TextLayout.oneLine(contact), style.scaled(scale).bold)]
      if let text = field.text {
        runs.insert(TextRun("/ \(text.en): ", small.scaled(scale)), at: 0)
        runs.insert(TextRun(text.vi + " ", style.scaled(scale)), at: 0)
      }
      return try paragraph(field, runs)
    }
  }

  /// A drawing in the largest size that the field has room for.
  private func fit(
    _ field: CardFaceLayout.Element, _ make: (Double) throws(PrintingError) -> Drawing
  ) throws(PrintingError) -> Drawing {
    var scale = 1.0
    while scale > 0.5 {
      let drawing = try make(scale)
      if drawing.height <= field.frame.height + 0.01 { return drawing }
      scale -= 0.04
    }
    throw .doesNotFit(width: field.frame.width, height: field.frame.height)
  }

  // MARK: Photo

  private func photo(_ field: CardFaceLayout.Element) throws(PrintingError) -> Drawing {
    var drawing = Drawing()
    let frame = Stroke(thickness: 0.2, ink: PrintArt.quiet.mixed(0.4, .white))
    if let octets = content.photo {
      // 600 dots an inch are more than any card printer has.
      let side = Int(max(field.frame.width, field.frame.height) / 25.4 * 600)
      let picture = try Picture(octets, maximumSide: side)
      drawing.add(picture, x: 0, y: 0, width: field.frame.width, height: field.frame.height, radius: 1)
      drawing.addBox(x: 0, y: 0, width: field.frame.width, height: field.frame.height, radius: 1, frame)
      return drawing
    }
    drawing.addBox(x: 0, y: 0, width: field.frame.width, height: field.frame.height, radius: 1, frame, ink: .gray(0.93))
    let figure = Ink.gray(0.8)
    let (middle, head) = (field.frame.width / 2, field.frame.width * 0.19)
    drawing.addBox(
      x: middle - head, y: field.frame.height * 0.2, width: 2 * head, height: head * 2.4, radius: head, ink: figure)
    drawing.addBox(
      x: middle - field.frame.width * 0.34, y: field.frame.height * 0.6, width: field.frame.width * 0.68,
      height: field.frame.height * 0.3,
      radius: field.frame.width * 0.16, ink: figure)
    return drawing
  }

  // MARK: CAN

  private func number(
    _ field: CardFaceLayout.Element, _ can: borrowing SecretBytes
  ) throws(PrintingError) -> Drawing {
    var drawing = try heading(field)
    let top = drawing.height
    let style = style(field)
    let block = try can.withOctets { (octets) throws(PrintingError) in
      try typesetter.text(secret: octets, style)
    }
    guard block.width <= field.frame.width, top + block.height <= field.frame.height + 0.01 else {
      throw .doesNotFit(width: field.frame.width, height: field.frame.height)
    }
    let x =
      switch field.style.alignment {
      case .left: 0.0
      case .centre: (field.frame.width - block.width) / 2
      case .right: field.frame.width - block.width
      }
    drawing.add(block, x: x, y: top)
    return drawing
  }

  private func barcode(
    _ field: CardFaceLayout.Element, _ can: borrowing SecretBytes
  ) throws(PrintingError) -> Drawing {
    let code = try can.withOctets { (octets) throws(PrintingError) in try Code128(digits: octets) }
    var drawing = Drawing()
    drawing.addBox(x: 0, y: 0, width: field.frame.width, height: field.frame.height, radius: 0.8, ink: .white)
    drawing.add(code, x: 0, y: 0.8, width: field.frame.width, height: field.frame.height - 1.6)
    return drawing
  }
}

extension CardFaceLayout.Alignment {
  var text: TextAlignment {
    switch self {
    case .left: .leading
    case .centre: .centred
    case .right: .trailing
    }
  }
}

extension CardFaceLayout.Colour {
  var ink: Ink { Ink(hex: UInt32(red) << 16 | UInt32(green) << 8 | UInt32(blue)) }
}
