import CardCrypto
import Printing
import VietnamReference

/// The inside of the slip: whose it is, what to do, and on the lowest panel the secrets.
struct PINMailerInside {
  let content: PINMailerContent
  let typesetter: Typesetter

  private typealias Form = PINMailerForm
  private typealias Words = PINMailerWords

  func drawing(
    _ pin: borrowing SecretBytes, _ puk: borrowing SecretBytes
  ) throws(PrintingError) -> Drawing {
    var page = Drawing()
    page.add(try head(), x: Form.side, y: 10)
    page.add(try steps(), x: Form.side, y: Form.panel + 3)
    page.add(try secrets(pin, puk), y: 2 * Form.panel)
    page.add(try Form.foldMarks(typesetter, Words.fold), y: 0)
    return page
  }

  /// As large as the panel lets it: offices and names are long at times.
  private func head() throws(PrintingError) -> Drawing {
    let room = Form.panel - 10 - 3
    for scale in [1, 0.92, 0.84, 0.76, 0.68] {
      let panel = try head(scale)
      if panel.height <= room { return panel }
    }
    throw .doesNotFit(width: Form.width, height: room)
  }

  private func head(_ scale: Double) throws(PrintingError) -> Drawing {
    let pieces = FormPieces(typesetter: typesetter)
    var panel = try pieces.officialHead(
      parent: nil, office: content.office, width: Form.width, points: 10.5 * scale, hasEnglish: false)
    func centred(_ runs: [TextRun], gap: Double) throws(PrintingError) {
      panel.add(try typesetter.text(runs, width: Form.width, alignment: .centred), x: 0, y: panel.height + gap)
    }
    try centred(
      pieces.bilingual(Words.slip, TextStyle(.sans, points: 21 * scale, isBold: true, ink: PrintArt.red), english: 10),
      gap: 6 * scale)
    let to = try typesetter.text("\(Words.dear.vi):", TextStyle(.sans, points: 15 * scale))
    let top = panel.height + 5 * scale
    let name = try typesetter.fitted(
      content.name.upperCased, TextStyle(.sans, points: 19 * scale, isBold: true), width: Form.width - to.width - 4,
      height: 18, smallest: 14 * scale)
    panel.add(name, x: to.width + 4, y: top)
    panel.add(to, x: 0, y: top + name.baseline - to.baseline)
    func line(_ label: BilingualText, _ value: String) throws(PrintingError) {
      let style = TextStyle(.sans, points: 14 * scale)
      let small = TextStyle(.sans, points: 9, isItalic: true, ink: PrintArt.quiet)
      let runs = [
        TextRun(label.vi + " ", style), TextRun("/ " + label.en + ": ", small),
        TextRun(TextLayout.oneLine(value), style.bold),
      ]
      panel.add(try typesetter.text(runs, width: Form.width), x: 0, y: panel.height + 2 * scale)
    }
    try line(Words.card, "**** **** **** \(content.cardLastFour)")
    try line(Words.commune, content.commune)
    try line(Words.date, content.date.slashed)
    let about = pieces.bilingual(Words.about, TextStyle(.sans, points: 14 * scale), english: 9)
    panel.add(try typesetter.text(about, width: Form.width), x: 0, y: panel.height + 3)
    return panel
  }

  private func steps() throws(PrintingError) -> Drawing {
    let pieces = FormPieces(typesetter: typesetter)
    var panel = Drawing()
    let heading = try typesetter.text(
      pieces.bilingual(
        Words.whatToDo, TextStyle(.sans, points: 16, isBold: true, ink: PrintArt.red), english: 9.5, separator: " / "))
    panel.add(heading, x: 0, y: 0)
    for (index, step) in Words.steps.enumerated() {
      let y = panel.height + (index == 0 ? 2 : 2.6)
      let text = try typesetter.text(
        pieces.bilingual(step, TextStyle(.sans, points: 16.5), english: 9.5), width: Form.width - 13)
      panel.addBox(x: 0, y: y + 0.4, width: 9, height: 9, radius: 4.5, ink: PrintArt.red)
      let number = try typesetter.text("\(index + 1)", TextStyle(.sans, points: 16, isBold: true, ink: .white))
      panel.add(number, x: 4.5 - number.width / 2, y: y + 4.9 - number.height / 2)
      panel.add(text, x: 13, y: y)
    }
    let room = Form.panel - 5
    guard panel.height <= room else { throw .doesNotFit(width: Form.width, height: room) }
    return panel
  }

  // MARK: Secrets

  private func secrets(
    _ pin: borrowing SecretBytes, _ puk: borrowing SecretBytes
  ) throws(PrintingError) -> Drawing {
    let pieces = FormPieces(typesetter: typesetter)
    var panel = Drawing()
    let warning = try typesetter.text(
      pieces.bilingual(
        Words.keepSecret, TextStyle(.sans, points: 13, isBold: true, ink: PrintArt.red), english: 9, separator: " / "),
      width: Form.width, alignment: .centred)
    panel.add(warning, x: Form.side, y: 6)
    let (top, height) = (Form.codes.top, Form.codes.height)
    let tint = try Scramble(typesetter, points: [9, 14], grays: [0.72, 0.8, 0.86])
    panel.add(
      tint.drawing(width: PageSize.a4.width - 2 * Form.edge, height: height + 8, step: 3.6), x: Form.edge, y: top - 4)
    let gap = 8.0
    let left = (Form.width - gap) * 0.44
    panel.add(
      try box(Words.pin, Words.pinUse, pin, group: pin.count, width: left, points: 46), x: Form.side, y: top)
    panel.add(
      try box(Words.puk, Words.pukUse, puk, group: 5, width: Form.width - gap - left, points: 33),
      x: Form.side + left + gap, y: top)
    if let telephone = content.telephone {
      let style = TextStyle(.sans, points: 14)
      let help = try typesetter.text(
        [
          TextRun(Words.help.vi, style),
          TextRun(" / \(Words.help.en)", style.scaled(0.65).italic.inked(PrintArt.quiet)),
          TextRun(":  ", style), TextRun(TextLayout.oneLine(telephone), style.scaled(1.2).bold),
        ], width: Form.width, alignment: .centred)
      panel.add(help, x: Form.side, y: top + height + 7)
    }
    return panel
  }

  /// A white box with one code in large figures.
  private func box(
    _ label: BilingualText, _ use: BilingualText, _ secret: borrowing SecretBytes, group: Int, width: Double,
    points: Double
  ) throws(PrintingError) -> Drawing {
    let pieces = FormPieces(typesetter: typesetter)
    let height = Form.codes.height
    var drawing = Drawing(height: height)
    drawing.addBox(
      x: 0, y: 0, width: width, height: height, radius: 3, Stroke(thickness: 0.5, ink: PrintArt.dark), ink: .white)
    let heading = try typesetter.text(
      pieces.bilingual(label, TextStyle(.sans, points: 14, isBold: true), english: 9, separator: " / "),
      width: width - 6,
      alignment: .centred)
    drawing.add(heading, x: 3, y: 3)
    let footing = try typesetter.text(
      pieces.bilingual(use, TextStyle(.sans, points: 11), english: 8.5), width: width - 6, alignment: .centred)
    drawing.add(footing, x: 3, y: height - footing.height - 2.5)
    let code = try digits(secret, group: group, TextStyle(.sans, points: points, isBold: true))
    let room = height - heading.height - footing.height - 5.5
    guard code.width <= width - 6, code.height <= room + 4 else {
      throw .doesNotFit(width: width - 6, height: room)
    }
    drawing.add(code, x: (width - code.width) / 2, y: 3 + heading.height + (room - code.height) / 2)
    return drawing
  }

  /// The digits in groups, each with a space between them.
  private func digits(
    _ secret: borrowing SecretBytes, group: Int, _ style: TextStyle
  ) throws(PrintingError) -> TextBlock {
    try secret.withOctets { (octets) throws(PrintingError) in
      var grouped: [UInt8] = []
      // Room for all at once: no smaller array with a part of it is left behind.
      grouped.reserveCapacity(2 * octets.count)
      defer { SecretBytes.clear(&grouped) }
      for (place, digit) in octets.enumerated() {
        if place > 0, place % max(1, group) == 0 { grouped.append(0x20) }
        grouped.append(digit)
      }
      return try typesetter.text(secret: grouped, style)
    }
  }
}
