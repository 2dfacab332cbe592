import CardApplication
import Printing
import VietnamReference

/// One commune's pages of a hand-over list.
struct HandoverPages {
  let list: HandoverList
  let commune: HandoverCommune
  let language: Language
  let typesetter: Typesetter

  /// NĐ 30/2020, annex I, part I: margins of 20–25, 20–25, 30–35 and 15–20 mm.
  private static let margin = (top: 20.0, bottom: 20.0, left: 30.0, right: 15.0)
  private static let width = PageSize.a4.width - margin.left - margin.right
  private static let room = PageSize.a4.height - margin.top - margin.bottom
  /// Room to sign or to leave a fingerprint.
  private static let rowHeight = 13.0
  private static let body = TextStyle(points: 13)
  private static let cell = TextStyle(points: 11)
  private static let columns: [Table.Column] = [
    Table.Column(width: 10, .centred), Table.Column(width: 44), Table.Column(width: 23, .centred),
    Table.Column(width: 27, .centred), Table.Column(width: 14, .centred), Table.Column(width: 23),
    Table.Column(width: 24, .centred),
  ]

  private var hasEnglish: Bool { language == .english }

  func sheets() throws(PrintingError) -> [Sheet] {
    var flow = Flow()
    flow.add(
      try FormPieces(typesetter: typesetter).officialHead(
        parent: list.parentOffice, office: list.office, width: Self.width, points: 12, hasEnglish: hasEnglish))
    flow.add(try placeAndDate(), gap: 3)
    flow.add(try title(), gap: 5, keepsWithNext: true)
    let (heading, rows) = try table()
    flow.add(heading: heading, rows: rows, gap: 4)
    flow.add(try totals(), gap: 3, keepsWithNext: true)
    flow.add(try signatures(), gap: 4)
    let pages = try flow.pages(height: Self.room)
    var sheets: [Sheet] = []
    for (index, page) in pages.enumerated() {
      var drawing = Drawing()
      drawing.add(page, x: Self.margin.left, y: Self.margin.top)
      drawing.add(
        try footer(index + 1, of: pages.count), x: Self.margin.left, y: PageSize.a4.height - Self.margin.bottom + 4)
      sheets.append(Sheet(size: .a4, drawing: drawing))
    }
    return sheets
  }

  // MARK: Head

  private func runs(_ text: BilingualText, _ style: TextStyle, separator: String = " / ") -> [TextRun] {
    guard hasEnglish else { return [TextRun(text.vi, style)] }
    var english = style.scaled(0.8).italic
    english.isBold = false
    return [TextRun(text.vi, style), TextRun(separator + text.en, english)]
  }

  private func placeAndDate() throws(PrintingError) -> Drawing {
    // The place of issue is the province's name without its kind (NĐ 30/2020, annex I, part II, 4).
    var place = commune.province.vi
    for kind in ["tỉnh ", "thành phố "] where place.lowercased().hasPrefix(kind) {
      place = String(place.dropFirst(kind.count))
    }
    var drawing = Drawing()
    let text = "\(TextLayout.oneLine(place)), \(list.date.longVietnamese)"
    drawing.add(
      try typesetter.text(text, Self.body.italic, width: Self.width, alignment: .trailing), x: 0, y: 0)
    return drawing
  }

  private func title() throws(PrintingError) -> Drawing {
    var drawing = Drawing()
    func centred(_ runs: [TextRun], gap: Double = 0) throws(PrintingError) {
      let text = try typesetter.text(runs, width: Self.width, alignment: .centred)
      drawing.add(text, x: 0, y: drawing.height + gap)
    }
    try centred(runs(HandoverWords.title, Self.body.scaled(15 / 13).bold, separator: "\n"))
    let place = "\(TextLayout.oneLine(commune.name)), \(TextLayout.oneLine(commune.province.vi))"
    try centred([TextRun(place, Self.body.bold)], gap: 0.8)
    try centred(
      runs(HandoverWords.lot, Self.body.italic) + [TextRun(": \(TextLayout.oneLine(list.lot))", Self.body.italic)],
      gap: 0.5)
    let y = drawing.height + 1.2
    drawing.addLine(fromX: Self.width * 0.4, fromY: y, toX: Self.width * 0.6, toY: y, Stroke(thickness: 0.25))
    return drawing
  }

  // MARK: Table

  /// In the order of Vietnamese lists: by given name, family name, middle names; then the older, then the card.
  private var sorted: [HandoverRow] {
    commune.rows.map { (key: $0.name.sortKey, row: $0) }.sorted { left, right in
      if left.key != right.key { return left.key < right.key }
      let (first, second) = (left.row.birthDate.earliest, right.row.birthDate.earliest)
      return first != second ? first < second : left.row.cardNumber.digits < right.row.cardNumber.digits
    }.map(\.row)
  }

  private func table() throws(PrintingError) -> (heading: Drawing, rows: [Drawing]) {
    let table = Table(typesetter, columns: Self.columns)
    let labels = [
      HandoverWords.number, HandoverWords.name, HandoverWords.birth, HandoverWords.personalID, HandoverWords.card,
      HandoverWords.collector, HandoverWords.signature,
    ]
    let heading = try table.row(
      labels.map { Table.Cell(runs($0, Self.cell.bold, separator: "\n"), .centred) }, isCentred: true, fill: 0.93)
    var rows: [Drawing] = []
    for (index, row) in sorted.enumerated() {
      for name in [row.name, row.collector].compactMap({ $0 }) { try check(name) }
      let cells = [
        Table.Cell([TextRun("\(index + 1)", Self.cell)]),
        Table.Cell([TextRun(row.name.upperCased, Self.cell)]),
        Table.Cell([TextRun(row.birthDate.slashed, Self.cell)]),
        Table.Cell([TextRun(TextLayout.oneLine(row.maskedPersonalID), Self.cell)]),
        Table.Cell([TextRun(String(row.cardNumber.digits.suffix(4)), Self.cell.bold)]),
        Table.Cell([TextRun(row.collector?.text ?? "", Self.cell.scaled(0.9))]), Table.Cell([TextRun("", Self.cell)]),
      ]
      rows.append(try table.row(cells, isCentred: true, minimumHeight: Self.rowHeight))
    }
    return (heading, rows)
  }

  private func check(_ name: PersonName) throws(PrintingError) {
    let unknown = try typesetter.text(name.text, Self.cell).unknownCharacters
    guard unknown == 0 else { throw .unknownCharacters(count: unknown) }
  }

  // MARK: Foot

  private func totals() throws(PrintingError) -> Drawing {
    var drawing = Drawing()
    func line(_ runs: [TextRun]) throws(PrintingError) {
      drawing.add(try typesetter.text(runs, width: Self.width), x: 0, y: drawing.height + 1)
    }
    let count = commune.rows.count
    let words = AmountInWords.words(Int64(count))
    try line(
      runs(HandoverWords.total, Self.body)
        + [TextRun(": ", Self.body), TextRun("\(count)", Self.body.bold), TextRun(" (\(words)) thẻ.", Self.body)])
    let dots = TextRun(": ……… ", Self.body)
    try line(
      runs(HandoverWords.handed, Self.body) + [dots] + [TextRun("thẻ.  ", Self.body)]
        + runs(HandoverWords.left, Self.body) + [dots] + [TextRun("thẻ.", Self.body)])
    let reason = try typesetter.text(runs(HandoverWords.reason, Self.body) + [TextRun(": ", Self.body)])
    let base = drawing.height + 1 + reason.baseline
    drawing.addLine(
      fromX: reason.width + 1, fromY: base, toX: Self.width, toY: base, Stroke(thickness: 0.2, dashes: [0.3, 0.9]))
    drawing.add(reason, x: 0, y: base - reason.baseline)
    try line(runs(HandoverWords.check, Self.body.scaled(0.88).italic, separator: "\n"))
    return drawing
  }

  private func signatures() throws(PrintingError) -> Drawing {
    var drawing = Drawing()
    let third = Self.width / 3
    for (index, signer) in HandoverWords.signers.enumerated() {
      let text = try typesetter.text(
        runs(signer, Self.cell.bold, separator: "\n") + [TextRun("\n", Self.cell)]
          + runs(HandoverWords.signing, Self.cell.italic, separator: "\n"), width: third - 2, alignment: .centred)
      drawing.add(text, x: third * Double(index) + 1, y: 0)
    }
    var room = Drawing(height: drawing.height + 25)
    room.add(drawing, y: 0)
    return room
  }

  private func footer(_ number: Int, of count: Int) throws(PrintingError) -> Drawing {
    var drawing = Drawing()
    let style = Self.cell.scaled(0.9)
    let name = try typesetter.text(
      "\(HandoverWords.title.vi) – \(TextLayout.oneLine(commune.name)) – \(TextLayout.oneLine(list.lot))",
      TextStyle(points: 8.5, isItalic: true, ink: PrintArt.quiet), width: Self.width - 30, maximumLines: 1)
    drawing.add(name, x: 0, y: 0.4)
    let page = BilingualText(vi: "Trang \(number)/\(count)", en: "Page \(number)/\(count)")
    drawing.add(try typesetter.text(runs(page, style), width: Self.width, alignment: .trailing), x: 0, y: 0)
    return drawing
  }
}
