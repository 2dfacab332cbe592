internal import Printing
internal import VietnamReference

/// The voucher as a form on A5 paper, laid out as Decree 30/2020/NĐ-CP has the state's documents look.
struct VoucherSheet {
  private static let size = PageSize.a5
  private static let margin = (side: 10.0, top: 9.0, bottom: 10.0)
  private static let width = size.width - 2 * margin.side
  private static let room = size.height - margin.top - margin.bottom
  /// Sizes that are tried, largest first, before a copy goes over several pages.
  private static let points: [Double] = [11, 10.5, 10, 9.5, 9, 8.5]
  /// The size of a copy that goes over several pages.
  private static let overflowPoints = 9.5
  /// Room for a signature: as little as it may be, and as much as it gets when the page has it.
  private static let signing = (least: 17.0, most: 30.0)

  private let wording: VoucherWording
  private let typesetter: Typesetter
  private let pieces: VoucherPieces
  private let body: TextStyle

  private init(_ wording: VoucherWording, _ typesetter: Typesetter, points: Double) {
    self.wording = wording
    self.typesetter = typesetter
    body = TextStyle(.serif, points: points)
    pieces = VoucherPieces(wording: wording, typesetter: typesetter, body: body, width: Self.width)
  }

  /// One copy: on one page when a readable size lets it, else on several.
  static func sheets(_ wording: VoucherWording, _ typesetter: Typesetter) throws(PrintingError) -> [Sheet] {
    for points in points {
      let form = VoucherSheet(wording, typesetter, points: points)
      let least = try form.flow(signing: signing.least).height + form.footer().height
      guard least <= room else { continue }
      let signing = min(signing.most, signing.least + room - least)
      var page = try form.flow(signing: signing).drawing
      // The code stands at the foot of the page.
      let footer = try form.footer()
      page.add(footer, y: max(page.height, room - footer.height))
      return [try form.sheet(page, number: 1, of: 1)]
    }
    let form = VoucherSheet(wording, typesetter, points: overflowPoints)
    var flow = try form.flow(signing: signing.least)
    flow.add(try form.footer(), gap: 2)
    let pages = try flow.pages(height: room)
    var sheets: [Sheet] = []
    for (index, page) in pages.enumerated() {
      sheets.append(try form.sheet(page, number: index + 1, of: pages.count))
    }
    return sheets
  }

  private func sheet(_ page: Drawing, number: Int, of count: Int) throws(PrintingError) -> Sheet {
    var drawing = Drawing()
    if wording.data.copy == .reprint {
      let mark = try typesetter.text(
        VoucherLabel.copy(.reprint).vi, TextStyle(.sans, points: 58, isBold: true, gray: 0.9))
      drawing.add(mark, centreX: Self.size.width / 2, centreY: Self.size.height / 2, degrees: 40)
    }
    drawing.add(page, x: Self.margin.side, y: Self.margin.top)
    if count > 1 {
      // Which document a page belongs to when it has come loose from the others.
      let text = "\(VoucherLabel.document.vi) \(pieces.oneLine(wording.data.documentNumber)), "
      let page = "\(wording.label(VoucherLabel.page)) \(number)/\(count)"
      let line = try typesetter.text(
        text + page, pieces.small, width: Self.width, alignment: .trailing, maximumLines: 1)
      drawing.add(line, x: Self.margin.side, y: Self.size.height - Self.margin.bottom + 1.5)
    }
    return Sheet(size: Self.size, drawing: drawing)
  }

  // MARK: Sections

  private func flow(signing: Double) throws(PrintingError) -> Flow {
    var flow = Flow()
    flow.add(try head())
    flow.add(try title(), gap: 3, keepsWithNext: true)
    for (index, field) in try recipient().enumerated() { flow.add(field, gap: index == 0 ? 2.5 : 0.6) }
    let (heading, rows, sums) = try table()
    flow.add(heading: heading, rows: rows, sums: sums, gap: 2.2)
    flow.add(
      try pieces.pair(
        pieces.field(VoucherLabel.channel, wording.label(VoucherLabel.channel(wording.data.channel))),
        pieces.field(VoucherLabel.balance, VND.text(wording.data.remainingBalance), isBold: true)), gap: 2,
      keepsWithNext: true)
    flow.add(try signatures(room: signing), gap: 2)
    return flow
  }

  /// Agency and point at the left, the state at the right.
  private func head() throws(PrintingError) -> Drawing {
    let left = Self.width * 0.37
    let right = Self.width - left - 3
    var head = Drawing()
    let points = min(body.points, 9.5)
    let agency = try typesetter.text(
      wording.data.agencyName.uppercased(), TextStyle(.serif, points: points * 0.95), width: left,
      alignment: .centred)
    head.add(agency, x: 0, y: 0)
    let point = try typesetter.text(
      pieces.oneLine(wording.data.pointName), TextStyle(.serif, points: points, isBold: true), width: left,
      alignment: .centred)
    head.add(point, x: 0, y: head.height)
    let y = head.height + 0.7
    head.addLine(fromX: left * 0.33, fromY: y, toX: left * 0.67, toY: y, Stroke(thickness: 0.25))
    head.add(try pieces.stateHead(width: right, points: points), x: left + 3, y: 0)
    return head
  }

  private func title() throws(PrintingError) -> Drawing {
    var title = Drawing()
    func centred(_ runs: [TextRun], gap: Double = 0) throws(PrintingError) {
      let text = try typesetter.text(runs, width: Self.width, alignment: .centred)
      title.add(text, x: 0, y: title.height + gap)
    }
    try centred(pieces.runs(VoucherLabel.shortTitle, TextStyle(.serif, points: body.points * 1.5, isBold: true)))
    try centred(pieces.runs(VoucherLabel.kind, body))
    try centred(pieces.field(VoucherLabel.document, wording.data.documentNumber, isBold: true), gap: 0.8)
    try centred(pieces.field(VoucherLabel.time, wording.time))
    title.add(try copyMark(), y: title.height + 1.2)
    return title
  }

  /// `Liên 1: …`, or the framed mark of a reprint with its note.
  private func copyMark() throws(PrintingError) -> Drawing {
    var mark = Drawing()
    let label = wording.copy
    guard wording.data.copy == .reprint else {
      var runs = pieces.runs(label, body.bold)
      if let destination = VoucherLabel.destination(wording.data.copy) {
        runs += [TextRun(": ", body)] + pieces.runs(destination, body.italic)
      }
      return try pieces.block(runs, .centred)
    }
    let text = try typesetter.text(pieces.runs(label, body.scaled(1.15).bold))
    let width = text.width + 6
    mark.addBox(
      x: (Self.width - width) / 2, y: 0, width: width, height: text.height + 1.6, Stroke(thickness: 0.5))
    mark.add(text, x: (Self.width - text.width) / 2, y: 0.8)
    let note = pieces.runs(wording.reprintNote, pieces.small.italic, separator: "\n")
    mark.add(try typesetter.text(note, width: Self.width, alignment: .centred), x: 0, y: mark.height + 0.6)
    return mark
  }

  private func recipient() throws(PrintingError) -> [Drawing] {
    let data = wording.data
    var fields = [
      try pieces.block(pieces.field(VoucherLabel.beneficiary, data.holderName, isBold: true)),
      try pieces.pair(
        pieces.field(VoucherLabel.personalID, wording.personalID),
        pieces.field(wording.evidence.label, wording.evidence.value)),
    ]
    if let collector = data.collector {
      let words = wording.label(collector)
      fields.append(try pieces.block(pieces.field(words.who, collector.name, isBold: true)))
      fields.append(
        try pieces.pair(
          pieces.field(words.paper, wording.authorityNumber(collector)),
          pieces.field(words.until, collector.validUntil.slashed)))
    }
    fields.append(
      try pieces.pair(
        pieces.field(VoucherLabel.point, data.pointCode), pieces.field(VoucherLabel.hostProvince, wording.hostName)))
    return fields
  }

  private func table() throws(PrintingError) -> (heading: Drawing, rows: [Drawing], sums: [Drawing]) {
    let data = wording.data
    var amount = 0.0
    for value in data.lines.map(\.amount) + [data.totalAmount] {
      amount = max(amount, try typesetter.text(VND.text(value), body.bold).width)
    }
    var month = try typesetter.text("00/0000", body).width
    for word in ["Tháng", "hưởng", "Month"] { month = max(month, try typesetter.text(word, body.bold).width) }
    let number = try typesetter.text("STT", body.bold).width + 2.2
    let rest = Self.width - number - month - amount - 5
    let table = Table(
      typesetter,
      columns: [
        Table.Column(width: number, .centred), Table.Column(width: rest * 0.58),
        Table.Column(width: month + 2.4, .centred),
        Table.Column(width: rest * 0.42), Table.Column(width: amount + 2.6, .trailing),
      ])
    let labels = [
      VoucherLabel.number, VoucherLabel.programme, VoucherLabel.month, VoucherLabel.office, VoucherLabel.amount,
    ]
    let heading = try table.row(
      labels.map { Table.Cell(pieces.runs($0, body.bold, separator: "\n"), .centred) }, isCentred: true,
      // Nothing covers the mark that lies across a reprint.
      fill: data.copy == .reprint ? nil : 0.93)
    var rows: [Drawing] = []
    for (index, line) in data.lines.enumerated() { rows.append(try table.row(cells(index + 1, line))) }
    var sums = [
      try table.row([
        Table.Cell(pieces.runs(VoucherLabel.figures, body.bold), span: 4, .trailing),
        Table.Cell([TextRun(VND.text(data.totalAmount), body.bold)]),
      ])
    ]
    let words = pieces.runs(VoucherLabel.words, body) + [TextRun(": ", body)]
    sums.append(
      try table.row([
        Table.Cell(words + [TextRun(AmountInWords.receiptLine(data.totalAmount), body.bold.italic)], span: 5, .leading)
      ]))
    return (heading, rows, sums)
  }

  private func cells(_ number: Int, _ line: VoucherLine) -> [Table.Cell] {
    let home = wording.home(of: line)
    let month = line.period.hasPrefix("tháng ") ? String(line.period.dropFirst(6)) : line.period
    let funder =
      pieces.runs(VoucherLabel.funder, pieces.small) + [TextRun(": ", pieces.small)]
      + pieces.runs(line.funderName, pieces.small)
    let owner = pieces.runs(home.label, pieces.small.italic) + [TextRun(":\n", pieces.small.italic)]
    return [
      Table.Cell([TextRun("\(number)", body)]),
      Table.Cell(pieces.runs(line.programmeName, body) + [TextRun("\n", body)] + funder),
      Table.Cell([TextRun(pieces.oneLine(month), body)]),
      Table.Cell(owner + [TextRun(pieces.oneLine(home.value), body)]),
      Table.Cell([TextRun(VND.text(line.amount), body)]),
    ]
  }

  private func signatures(room: Double) throws(PrintingError) -> Drawing {
    let half = Self.width / 2
    var drawing = Drawing()
    if let place = wording.placeAndDate {
      let date = try typesetter.text(place, body.italic, width: Self.width, alignment: .trailing)
      drawing.add(date, x: 0, y: 0)
    }
    let top = drawing.height + 0.6
    let recipient = try pieces.signature(
      VoucherLabel.recipient, VoucherLabel.recipientSigns, width: half - 2, room: room, fingerprint: 15)
    let payer = try pieces.signature(
      VoucherLabel.payer, VoucherLabel.payerSigns, width: half - 2, room: room, fingerprint: nil)
    drawing.add(recipient, x: 0, y: top)
    drawing.add(payer, x: half + 2, y: top)
    return drawing
  }

  /// QR code, verification code and what the recipient is told.
  private func footer() throws(PrintingError) -> Drawing {
    let side = 24.0
    let left = side + 2
    var footer = Drawing()
    footer.addLine(fromX: 0, fromY: 2, toX: Self.width, toY: 2, Stroke(thickness: 0.2))
    footer.add(try QRCode(wording.data.verificationText), x: -1.5, y: 2.6, side: side)
    let style = pieces.small
    func field(_ label: BilingualText, _ value: String, _ valueStyle: TextStyle) -> [TextRun] {
      pieces.runs(label, style) + [TextRun(": ", style), TextRun(pieces.oneLine(value), valueStyle)]
    }
    var texts = [
      field(VoucherLabel.verification, wording.data.verificationCode, body.bold),
      (wording.data.terminalID.isEmpty
        ? [] : field(VoucherLabel.terminal, wording.data.terminalID, style) + [TextRun("     ", style)])
        + field(VoucherLabel.connection, wording.label(wording.connection), style),
    ]
    texts += wording.notes.map { pieces.runs($0, style.italic) }
    var y = 4.4
    for text in texts {
      let block = try typesetter.text(text, width: Self.width - left)
      footer.add(block, x: left, y: y)
      y += block.height + 0.5
    }
    return footer
  }
}
