internal import Printing
internal import VietnamReference

/// The voucher on thermal paper of 80 mm, of which a printer reaches 72: black only, no thin lines.
struct VoucherReceipt {
  private static let paper = 80.0
  private static let width = 72.0
  /// Above and below: the cutter's distance.
  private static let margin = 5.0

  private let wording: VoucherWording
  private let typesetter: Typesetter
  private let pieces: VoucherPieces
  private let body = TextStyle(.sans, points: 9)

  init(_ wording: VoucherWording, _ typesetter: Typesetter) {
    self.wording = wording
    self.typesetter = typesetter
    pieces = VoucherPieces(wording: wording, typesetter: typesetter, body: body, width: Self.width)
  }

  /// The receipt, as long as what is on it.
  func sheet() throws(PrintingError) -> Sheet {
    var flow = Flow()
    try head(&flow)
    try fields(&flow)
    try items(&flow)
    try total(&flow)
    try signatures(&flow)
    try footer(&flow)
    var drawing = Drawing()
    drawing.add(flow.drawing, x: (Self.paper - Self.width) / 2, y: Self.margin)
    return Sheet(size: PageSize(width: Self.paper, height: drawing.height + Self.margin), drawing: drawing)
  }

  // MARK: Sections

  private func head(_ flow: inout Flow) throws(PrintingError) {
    flow.add(try pieces.stateHead(width: Self.width, points: 8))
    flow.add(try pieces.block([TextRun(wording.data.agencyName.uppercased(), body)], .centred), gap: 2.5)
    flow.add(try pieces.block([TextRun(pieces.oneLine(wording.data.pointName), body.bold)], .centred))
    flow.add(try pieces.block(pieces.runs(VoucherLabel.shortTitle, body.scaled(1.55).bold), .centred), gap: 2.5)
    flow.add(try pieces.block(pieces.runs(VoucherLabel.kind, body), .centred))
    let label = wording.copy
    if wording.data.copy == .reprint {
      let text = try typesetter.text(pieces.runs(label, body.scaled(1.5).bold))
      let width = text.width + 8
      var mark = Drawing()
      mark.addBox(
        x: (Self.width - width) / 2, y: 0, width: width, height: text.height + 2, Stroke(thickness: 0.7))
      mark.add(text, x: (Self.width - text.width) / 2, y: 1)
      flow.add(mark, gap: 1.5)
      flow.add(try pieces.block(pieces.runs(wording.reprintNote, body, separator: "\n"), .centred), gap: 0.8)
    } else {
      let destination = VoucherLabel.destination(wording.data.copy).map {
        [TextRun(": ", body)] + pieces.runs($0, body)
      }
      flow.add(try pieces.block(pieces.runs(label, body.bold) + (destination ?? []), .centred), gap: 0.8)
    }
  }

  private func fields(_ flow: inout Flow) throws(PrintingError) {
    let data = wording.data
    flow.add(rule(), gap: 2)
    flow.add(try pieces.block(pieces.field(VoucherLabel.document, data.documentNumber, isBold: true)), gap: 1.5)
    try add(
      [
        (VoucherLabel.time, wording.time), (VoucherLabel.point, data.pointCode),
        (VoucherLabel.hostProvince, wording.hostName),
      ] + (data.terminalID.isEmpty ? [] : [(VoucherLabel.terminal, data.terminalID)]) + [
        (VoucherLabel.connection, wording.label(wording.connection))
      ], &flow)
    flow.add(rule(), gap: 1.5)
    flow.add(try pieces.block(pieces.field(VoucherLabel.beneficiary, data.holderName, isBold: true)), gap: 1.5)
    try add([(VoucherLabel.personalID, wording.personalID), wording.evidence], &flow)
    if let collector = data.collector {
      let words = wording.label(collector)
      flow.add(try pieces.block(pieces.field(words.who, collector.name, isBold: true)), gap: 0.6)
      try add(
        [
          (words.paper, wording.authorityNumber(collector)),
          (words.until, collector.validUntil.slashed),
        ], &flow)
    }
  }

  private func items(_ flow: inout Flow) throws(PrintingError) {
    flow.add(rule(), gap: 1.5)
    for (index, line) in wording.data.lines.enumerated() {
      let home = wording.home(of: line)
      let indent = try typesetter.text("4. ", body).width
      let amount = try typesetter.text(VND.text(line.amount), body.bold)
      var item = Drawing()
      item.add(try typesetter.text("\(index + 1).", body.bold), x: 0, y: 0)
      let name = try typesetter.text(
        pieces.runs(line.programmeName, body.bold), width: Self.width - indent - amount.width - 2)
      item.add(name, x: indent, y: 0)
      item.add(amount, x: Self.width - amount.width, y: 0)
      let details = [
        (VoucherLabel.period, [TextRun(pieces.oneLine(line.period), body)]),
        (VoucherLabel.funder, pieces.runs(line.funderName, body)),
        (home.label, [TextRun(pieces.oneLine(home.value), body)]),
      ]
      for (label, value) in details {
        let text = try typesetter.text(
          pieces.runs(label, body) + [TextRun(": ", body)] + value, width: Self.width - indent)
        item.add(text, x: indent, y: item.height + 0.2)
      }
      flow.add(item, gap: 1.2)
    }
  }

  private func total(_ flow: inout Flow) throws(PrintingError) {
    let data = wording.data
    var frame = Drawing()
    let label = try typesetter.text(
      pieces.runs(VoucherLabel.total, body.bold), width: Self.width - 4, alignment: .centred)
    let figures = try typesetter.line(
      VND.text(data.totalAmount), TextStyle(.sans, points: 21, isBold: true), width: Self.width - 4,
      alignment: .centred, smallest: 12)
    frame.add(label, x: 2, y: 1.2)
    frame.add(figures, x: 2, y: frame.height)
    frame.addBox(x: 0.3, y: 0, width: Self.width - 0.6, height: frame.height + 1.2, radius: 1.5, Stroke(thickness: 0.6))
    flow.add(frame, gap: 2)
    let words = pieces.runs(VoucherLabel.words, body) + [TextRun(": ", body)]
    flow.add(try pieces.block(words + [TextRun(AmountInWords.receiptLine(data.totalAmount), body.bold)]), gap: 1.5)
    flow.add(
      try pieces.block(pieces.field(VoucherLabel.channel, wording.label(VoucherLabel.channel(data.channel)))), gap: 0.6)
    flow.add(
      try pieces.block(pieces.field(VoucherLabel.balance, VND.text(data.remainingBalance), isBold: true)), gap: 0.6)
  }

  private func signatures(_ flow: inout Flow) throws(PrintingError) {
    flow.add(rule(), gap: 1.5)
    if let place = wording.placeAndDate {
      var date = Drawing()
      date.add(
        try typesetter.line(place, body, width: Self.width, alignment: .centred, smallest: 7.5), x: 0, y: 0)
      flow.add(date, gap: 1.2)
    }
    flow.add(
      try pieces.signature(
        VoucherLabel.recipient, VoucherLabel.recipientSigns, width: Self.width, room: 23, fingerprint: 17), gap: 1.2)
    flow.add(
      try pieces.signature(
        VoucherLabel.payer, VoucherLabel.payerSigns, width: Self.width, room: 13, fingerprint: nil), gap: 2)
  }

  private func footer(_ flow: inout Flow) throws(PrintingError) {
    let side = 32.0
    var code = Drawing()
    code.add(try QRCode(wording.data.verificationText), x: (Self.width - side) / 2, y: 0, side: side)
    flow.add(code, gap: 2)
    flow.add(try pieces.block(pieces.runs(VoucherLabel.verification, body), .centred))
    flow.add(
      try pieces.block([TextRun(pieces.oneLine(wording.data.verificationCode), body.scaled(1.3).bold)], .centred),
      gap: 0.4)
    for (index, note) in wording.notes.enumerated() {
      flow.add(try pieces.block(pieces.runs(note, body, separator: "\n"), .centred), gap: index == 0 ? 2 : 0.6)
    }
  }

  // MARK: Pieces

  /// Labels in one column, values in the next, both wrapped.
  private func add(_ fields: [(label: BilingualText, value: String)], _ flow: inout Flow) throws(PrintingError) {
    let column = Self.width * 0.49
    for field in fields {
      var row = Drawing()
      let label = pieces.runs(field.label, body, separator: "\n") + [TextRun(":", body)]
      row.add(try typesetter.text(label, width: column - 1), x: 0, y: 0)
      row.add(try typesetter.text(pieces.oneLine(field.value), body, width: Self.width - column), x: column, y: 0)
      flow.add(row, gap: 0.5)
    }
  }

  private func rule() -> Drawing {
    var rule = Drawing(height: 0.3)
    rule.addLine(fromX: 0, fromY: 0.15, toX: Self.width, toY: 0.15, Stroke(thickness: 0.3, dashes: [1.2, 0.8]))
    return rule
  }
}
