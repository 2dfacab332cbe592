import Printing
import VietnamReference

/// The outside of the slip: nothing of it is secret.
struct PINMailerOutside {
  let content: PINMailerContent
  let typesetter: Typesetter

  private typealias Form = PINMailerForm
  private typealias Words = PINMailerWords

  func drawing() throws(PrintingError) -> Drawing {
    var page = Drawing()
    let right = PageSize.a4.width - Form.edge
    // The back of the secrets, and what comes to lie over them on the other side.
    let dense = try Scramble(typesetter, points: [15, 30, 42], grays: [0.25, 0.45, 0.6])
    let bottom = PageSize.a4.height - Form.edge - 2 * Form.panel
    page.add(dense.drawing(width: right - Form.edge, height: bottom, step: 4.6), x: Form.edge, y: 2 * Form.panel)
    let mirrored = 2 * Form.panel - Form.codes.top - Form.codes.height
    page.add(
      dense.drawing(width: right - Form.edge, height: Form.codes.height + 6, step: 4.6), x: Form.edge, y: mirrored - 3)
    page.add(try opening(), x: Form.side, y: 12)
    let folding = try typesetter.text(
      FormPieces(typesetter: typesetter).bilingual(
        Words.folding, TextStyle(.sans, points: 7.5, ink: PrintArt.quiet), english: 6.5), width: Form.width,
      alignment: .centred)
    page.add(folding, x: Form.side, y: 82)
    page.add(try address(), x: Form.side, y: Form.panel + 6)
    page.add(try Form.foldMarks(typesetter, Words.fold), y: 0)
    return page
  }

  /// Who may open it, and what a torn seal means.
  private func opening() throws(PrintingError) -> Drawing {
    let pieces = FormPieces(typesetter: typesetter)
    var words = Drawing()
    let style = TextStyle(.sans, points: 15, isBold: true, ink: PrintArt.red)
    func add(_ runs: [TextRun], gap: Double) throws(PrintingError) {
      let text = try typesetter.text(runs, width: Form.width - 16, alignment: .centred)
      words.add(text, x: 8, y: words.height + gap)
    }
    try add(pieces.bilingual(Words.onlyNamed, style, english: 10.5), gap: 6)
    let plain = TextStyle(.sans, points: 13, ink: PrintArt.dark)
    try add(pieces.bilingual(Words.brokenSeal, plain, english: 10), gap: 4)
    if let telephone = content.telephone {
      try add(
        [
          TextRun("\(Words.telephone.vi): ", plain), TextRun(TextLayout.oneLine(telephone), plain.bold),
        ], gap: 3)
    }
    let height = 66.0
    guard words.height <= height - 4 else { throw .doesNotFit(width: Form.width, height: height) }
    var panel = Drawing()
    panel.addBox(
      x: 0, y: 0, width: Form.width, height: height, radius: 3, Stroke(thickness: 0.4, ink: PrintArt.red))
    panel.add(words, y: (height - words.height) / 2 - 3)
    return panel
  }

  /// The office, and the person with the commune, above the scrambled part of the panel.
  private func address() throws(PrintingError) -> Drawing {
    var panel = Drawing()
    let room = Form.panel - 6 - Form.codes.top - Form.codes.height - 5
    let office = try typesetter.fitted(
      TextLayout.oneLine(content.office), TextStyle(.sans, points: 10, ink: PrintArt.quiet), width: 62, height: room,
      smallest: 8)
    panel.add(office, x: 0, y: 0)
    let title = try typesetter.text(
      FormPieces(typesetter: typesetter).bilingual(
        Words.slip, TextStyle(.sans, points: 10, isBold: true, ink: PrintArt.red), english: 8), width: 62)
    panel.add(title, x: 0, y: office.height + 1.5)
    let x = 70.0
    let width = Form.width - x
    let to = try typesetter.text(
      FormPieces(typesetter: typesetter).bilingual(
        Words.dear, TextStyle(.sans, points: 11, ink: PrintArt.quiet), english: 9, separator: " / "))
    panel.add(to, x: x, y: 0)
    let name = try typesetter.fitted(
      content.name.upperCased, TextStyle(.sans, points: 17, isBold: true), width: width, height: 14, smallest: 12)
    panel.add(name, x: x, y: to.height + 0.5)
    let commune = try typesetter.fitted(
      TextLayout.oneLine(content.commune), TextStyle(.sans, points: 13), width: width,
      height: room - to.height - name.height - 1, smallest: 9)
    panel.add(commune, x: x, y: to.height + name.height + 1)
    guard panel.height <= room + 1 else { throw .doesNotFit(width: Form.width, height: room) }
    return panel
  }
}
