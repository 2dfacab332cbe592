import Printing
import VietnamReference

/// Pieces that slip and list have in common.
struct FormPieces {
  let typesetter: Typesetter

  /// The heading of Decree 30/2020/NĐ-CP: the office and the one above it at the left, the state at the right, each
  /// with its line.
  func officialHead(
    parent: String?, office: String, width: Double, points: Double, hasEnglish: Bool
  ) throws(PrintingError) -> Drawing {
    let left = width * 0.42
    let right = width - left - 3
    var head = Drawing()
    if let parent {
      let text = try typesetter.text(
        TextLayout.oneLine(parent).uppercased(), TextStyle(points: points), width: left, alignment: .centred)
      head.add(text, x: 0, y: 0)
    }
    let name = try typesetter.text(
      TextLayout.oneLine(office).uppercased(), TextStyle(points: points, isBold: true), width: left,
      alignment: .centred)
    head.add(name, x: 0, y: head.height)
    let y = head.height + 0.8
    head.addLine(fromX: left * 0.33, fromY: y, toX: left * 0.67, toY: y, Stroke(thickness: 0.25))
    head.add(try stateHead(width: right, points: points, hasEnglish: hasEnglish), x: left + 3, y: 0)
    return head
  }

  private func stateHead(width: Double, points: Double, hasEnglish: Bool) throws(PrintingError) -> Drawing {
    let style = TextStyle(points: points, isBold: true)
    let english = TextStyle(points: points * 0.75, isItalic: true)
    var head = Drawing()
    func add(_ text: String, _ style: TextStyle, gap: Double = 0) throws(PrintingError) {
      let block = try typesetter.line(text, style, width: width, alignment: .centred, smallest: 5)
      head.add(block, x: 0, y: head.height + gap)
    }
    try add(PrintWords.state.vi, style)
    if hasEnglish { try add(PrintWords.state.en, english) }
    let motto = style.scaled(1.06)
    try add(PrintWords.motto.vi, motto)
    let line = try typesetter.text(PrintWords.motto.vi, motto).width
    let y = head.height + 0.6
    head.addLine(fromX: (width - line) / 2, fromY: y, toX: (width + line) / 2, toY: y, Stroke(thickness: 0.25))
    if hasEnglish { try add(PrintWords.motto.en, english, gap: 0.8) }
    return head
  }

  /// Vietnamese, and small and slanted English below it.
  func bilingual(
    _ text: BilingualText, _ style: TextStyle, english: Double, separator: String = "\n"
  ) -> [TextRun] {
    var small = style
    small.points = english
    small.isBold = false
    small.isItalic = true
    return [TextRun(text.vi, style), TextRun(separator + text.en, small.inked(PrintArt.quiet))]
  }
}
