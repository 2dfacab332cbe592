internal import Printing
public import VietnamReference

/// What stands above and below the table of a list on paper.
public struct ListPaperHead: Hashable, Sendable {
  /// The unit's name: `Bảo hiểm xã hội Thái Nguyên`.
  public var unitName: String
  /// Its code: `BHXH-19`.
  public var unit: String
  /// The point's code and name; `nil` when the list is not one point's.
  public var point: String?
  /// The day it is printed.
  public var date: CalendarDate

  /// From its fields.
  public init(unitName: String, unit: String, point: String? = nil, date: CalendarDate) {
    self.unitName = unitName
    self.unit = unit
    self.point = point
    self.date = date
  }
}

/// Pages of a list across A4 paper: a head as the accounting forms of Circular 102/2018/TT-BTC have it, a table whose
/// heading stands on every page, signatures, and each page's number.
struct ListPaper {
  let head: ListPaperHead
  let typesetter: Typesetter
  let language: Language
  /// Number of the form that the list has the shape of: `C72a-HD`.
  let form: String
  let title: BilingualText
  /// Below the title.
  let subtitle: BilingualText

  static let size = PageSize(width: PageSize.a4.height, height: PageSize.a4.width)
  private static let margin = (top: 11.0, bottom: 14.0, left: 15.0, right: 12.0)
  /// Between the margins, millimetres.
  static let width = size.width - margin.left - margin.right
  private static let room = size.height - margin.top - margin.bottom
  static let body = TextStyle(points: 11)
  static let cell = TextStyle(points: 10)

  /// The Vietnamese text, in English followed by the English one, smaller and slanted.
  func runs(_ text: BilingualText, _ style: TextStyle, separator: String = " / ") -> [TextRun] {
    guard language == .english, text.vi != text.en else { return [TextRun(text.vi, style)] }
    var english = style.scaled(0.8).italic
    english.isBold = false
    return [TextRun(text.vi, style), TextRun(separator + text.en, english)]
  }

  /// One line over the whole width.
  func line(_ runs: [TextRun], _ alignment: TextAlignment = .leading) throws(PrintingError) -> Drawing {
    var drawing = Drawing()
    drawing.add(try typesetter.text(runs, width: Self.width, alignment: alignment), x: 0, y: 0)
    return drawing
  }

  /// Refuses a text that would not be printed whole.
  func check(_ text: String) throws(PrintingError) {
    let unknown = try typesetter.text(text, Self.cell).unknownCharacters
    guard unknown == 0 else { throw .unknownCharacters(count: unknown) }
  }

  /// The pages.
  ///
  /// - Parameters:
  ///   - heading: again at the top of each page.
  ///   - sums: stand on one page with each other and with what comes below.
  ///   - below: between the table and the signatures.
  ///   - signers: who signs, from the left.
  func sheets(
    heading: Drawing, rows: [Drawing], sums: [Drawing], below: [Drawing], signers: [BilingualText]
  ) throws(PrintingError) -> [Sheet] {
    var flow = Flow()
    flow.add(try top())
    flow.add(try middle(), gap: 1.5, keepsWithNext: true)
    flow.add(heading: heading, rows: rows, sums: sums, gap: 2.5)
    for (index, piece) in below.enumerated() { flow.add(piece, gap: index == 0 ? 2 : 1, keepsWithNext: true) }
    flow.add(try signatures(signers), gap: 2)
    let pages = try flow.pages(height: Self.room)
    var sheets: [Sheet] = []
    for (index, page) in pages.enumerated() {
      var drawing = Drawing()
      drawing.add(page, x: Self.margin.left, y: Self.margin.top)
      drawing.add(
        try footer(index + 1, of: pages.count), x: Self.margin.left, y: Self.size.height - Self.margin.bottom + 3)
      sheets.append(Sheet(size: Self.size, drawing: drawing))
    }
    return sheets
  }

  // MARK: Head and foot

  /// The unit at the left, the form at the right.
  private func top() throws(PrintingError) -> Drawing {
    let (left, right) = (Self.width * 0.58, Self.width * 0.3)
    var drawing = Drawing()
    func add(_ runs: [TextRun], x: Double, y: Double, width: Double, _ alignment: TextAlignment) throws(PrintingError)
      -> Double
    {
      let text = try typesetter.text(runs, width: width, alignment: alignment)
      drawing.add(text, x: x, y: y)
      return y + text.height
    }
    let name = TextLayout.oneLine(head.unitName)
    var y = try add([TextRun(name.uppercased(), Self.body.bold)], x: 0, y: 0, width: left, .leading)
    let unit = BilingualText(vi: "Mã đơn vị: ", en: "Unit: ")
    y = try add(runs(unit, Self.body) + [TextRun(head.unit, Self.body)], x: 0, y: y, width: left, .leading)
    if let point = head.point {
      let label = BilingualText(vi: "Điểm chi trả: ", en: "Payout point: ")
      let text = TextRun(TextLayout.oneLine(point), Self.body)
      _ = try add(runs(label, Self.body) + [text], x: 0, y: y, width: left, .leading)
    }
    let x = Self.width - right
    let number = BilingualText(vi: "Mẫu số: \(form)", en: "Form \(form)")
    y = try add(runs(number, Self.body.bold, separator: "\n"), x: x, y: 0, width: right, .centred)
    let law = TextRun("(theo Thông tư số 102/2018/TT-BTC)", Self.body.scaled(0.9).italic)
    _ = try add([law], x: x, y: y, width: right, .centred)
    return drawing
  }

  private func middle() throws(PrintingError) -> Drawing {
    var drawing = try line(runs(title, Self.body.scaled(15 / 11).bold, separator: "\n"), .centred)
    drawing.add(try line(runs(subtitle, Self.body.italic, separator: "\n"), .centred), y: drawing.height + 0.5)
    return drawing
  }

  private func signatures(_ signers: [BilingualText]) throws(PrintingError) -> Drawing {
    var drawing = Drawing()
    drawing.add(
      try typesetter.text(
        "Ngày" + head.date.longVietnamese.dropFirst(4), Self.body.italic, width: Self.width, alignment: .trailing),
      x: 0,
      y: 0)
    let top = drawing.height + 1
    let column = Self.width / Double(max(1, signers.count))
    for (index, signer) in signers.enumerated() {
      let hint = BilingualText(vi: "(Ký, ghi rõ họ và tên)", en: "(Signature and full name)")
      let text = try typesetter.text(
        runs(signer, Self.body.bold, separator: "\n") + [TextRun("\n", Self.body)]
          + runs(hint, Self.body.scaled(0.9).italic, separator: "\n"), width: column - 2, alignment: .centred)
      drawing.add(text, x: column * Double(index) + 1, y: top)
    }
    var room = Drawing(height: drawing.height + 22)
    room.add(drawing, y: 0)
    return room
  }

  private func footer(_ number: Int, of count: Int) throws(PrintingError) -> Drawing {
    var drawing = Drawing()
    let name = "\(title.vi) – \(form) – \(TextLayout.oneLine(head.unit)) – \(head.date.slashed)"
    drawing.add(
      try typesetter.text(
        name, TextStyle(points: 8.5, isItalic: true, gray: 0.35), width: Self.width - 40, maximumLines: 1), x: 0, y: 0.4
    )
    let page = BilingualText(vi: "Trang \(number)/\(count)", en: "Page \(number)/\(count)")
    drawing.add(
      try typesetter.text(runs(page, Self.cell.scaled(0.95)), width: Self.width, alignment: .trailing), x: 0, y: 0)
    return drawing
  }
}
