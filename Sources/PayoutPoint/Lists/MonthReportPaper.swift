public import Printing
public import ServiceAPI
public import VietnamReference

/// A unit's report of what became of a month's money, in the shape of form C74b-HD: across A4, by group, fund and
/// benefit, persons and đồng of what was due, paid, returned and is unpaid, with sums and the month's equation.
public struct MonthReportPaper: Sendable {
  /// What became of the money.
  public var month: MonthAnswer
  /// Whose report.
  public var head: ListPaperHead
  /// A fund's name by its code.
  public var funderNames: [String: BilingualText]
  /// Codes of the funds that are the state budget's.
  public var budgets: Set<String>

  /// From its fields.
  public init(
    _ month: MonthAnswer, head: ListPaperHead, funderNames: [String: BilingualText], budgets: Set<String>
  ) {
    self.month = month
    self.head = head
    self.funderNames = funderNames
    self.budgets = budgets
  }

  /// The report as a PDF; in English the English words stand beside the Vietnamese ones.
  ///
  /// - Throws: as ``PayoutListPaper/pdf(_:)``.
  public func pdf(_ language: Language) throws(PrintingError) -> [UInt8] {
    let typesetter = try Typesetter()
    return try typesetter.pdf(
      try sheets(typesetter, language),
      DocumentInformation(
        title: Self.title.vi, author: TextLayout.oneLine(head.unitName), subject: head.unit, time: head.date.noonTime))
  }

  /// The pages.
  public func sheets(_ typesetter: Typesetter, _ language: Language) throws(PrintingError) -> [Sheet] {
    let name = "\(month.month % 100)/\(month.month / 100)"
    let paper = ListPaper(
      head: head, typesetter: typesetter, language: language, form: "C74b-HD", title: Self.title,
      subtitle: BilingualText(vi: "Tháng \(name)", en: "Month \(name)"))
    let table = Table(typesetter, columns: Self.columns)
    var rows: [Drawing] = []
    for (index, group) in groups.enumerated() {
      rows.append(try row(["I", "II"][index], paper.runs(group.name, Self.bold), group.lines, table, Self.bold))
      for funder in group.funders {
        let lines = group.lines.filter { $0.funder == funder }
        let name = funderNames[funder] ?? BilingualText(vi: funder, en: funder)
        rows.append(try row("", paper.runs(name, Self.slanted), lines, table, Self.slanted))
        for (number, line) in lines.enumerated() {
          rows.append(try row("\(number + 1)", paper.runs(line.programmeName, Self.cell), [line], table, Self.cell))
        }
      }
    }
    let total = BilingualText(vi: "TỔNG CỘNG", en: "Total")
    return try paper.sheets(
      heading: try heading(paper), rows: rows,
      sums: [try row("", paper.runs(total, Self.bold), month.lines, table, Self.bold)], below: try below(paper),
      signers: Self.signers)
  }

  private static let title = BilingualText(vi: "BÁO CÁO CHI TRẢ", en: "Payout report")
  private static let signers = [
    BilingualText(vi: "NGƯỜI LẬP BIỂU", en: "Drawn up by"),
    BilingualText(vi: "KẾ TOÁN TRƯỞNG", en: "Chief accountant"),
    BilingualText(vi: "THỦ TRƯỞNG ĐƠN VỊ", en: "Head of the unit"),
  ]
  private static let cell = TextStyle(points: 9.5)
  private static let bold = cell.bold
  private static let slanted = cell.italic

  // MARK: Table

  /// Order number and benefit; persons and đồng four times; what the paying agency approves, to be written in.
  private static let columns: [Table.Column] =
    [Table.Column(width: 9, .centred), Table.Column(width: 67)]
    + (0..<4).flatMap { _ in [Table.Column(width: 13, .trailing), Table.Column(width: 28, .trailing)] }
    + [Table.Column(width: 30)]

  private static var parts: [(label: BilingualText, tally: KeyPath<MonthLine, TallyAnswer>)] {
    [
      (BilingualText(vi: "Phải trả", en: "Due"), \.due), (BilingualText(vi: "Thực trả", en: "Paid"), \.paid),
      (BilingualText(vi: "Đã chuyển trả", en: "Returned"), \.returned),
      (BilingualText(vi: "Chưa trả", en: "Unpaid"), \.closing),
    ]
  }

  private var groups: [(name: BilingualText, lines: [MonthLine], funders: [String])] {
    let names = [
      (BilingualText(vi: "Ngân sách nhà nước đảm bảo", en: "State budget"), true),
      (BilingualText(vi: "Quỹ bảo hiểm", en: "Insurance funds"), false),
    ]
    return names.map { name, isBudget in
      let lines = month.lines.filter { budgets.contains($0.funder) == isBudget }
      var funders: [String] = []
      for line in lines where !funders.contains(line.funder) { funders.append(line.funder) }
      return (name, lines, funders)
    }
  }

  /// Two lines of headings: what, above persons and đồng.
  private func heading(_ paper: ListPaper) throws(PrintingError) -> Drawing {
    func cell(_ text: BilingualText, span: Int = 1) -> Table.Cell {
      Table.Cell(paper.runs(text, Self.bold, separator: "\n"), span: span, .centred)
    }
    let columns = Self.columns
    let persons = BilingualText(vi: "Số người", en: "Persons")
    let amount = BilingualText(vi: "Số tiền (đồng)", en: "Amount (đồng)")
    let middle = Table(paper.typesetter, columns: Array(columns[2..<10]))
    let above = try middle.row(Self.parts.map { cell($0.label, span: 2) }, isCentred: true, fill: 0.93)
    let below = try middle.row(
      (0..<4).flatMap { _ in [cell(persons), cell(amount)] }, isCentred: true, fill: 0.93)
    let height = above.height + below.height
    let left = Table(paper.typesetter, columns: Array(columns[..<2]))
    let right = Table(paper.typesetter, columns: Array(columns[10...]))
    let benefit = BilingualText(vi: "Nguồn kinh phí, loại đối tượng", en: "Fund, benefit")
    let approved = BilingualText(vi: "Số thực trả được duyệt", en: "Approved as paid")
    var drawing = Drawing()
    drawing.add(
      try left.row(
        [cell(BilingualText(vi: "STT", en: "No.")), cell(benefit)], isCentred: true, fill: 0.93, minimumHeight: height),
      y: 0)
    drawing.add(above, x: left.width, y: 0)
    drawing.add(below, x: left.width, y: above.height)
    drawing.add(
      try right.row([cell(approved)], isCentred: true, fill: 0.93, minimumHeight: height), x: left.width + middle.width,
      y: 0)
    return drawing
  }

  private func row(
    _ number: String, _ name: [TextRun], _ lines: [MonthLine], _ table: Table, _ style: TextStyle
  ) throws(PrintingError) -> Drawing {
    var cells = [Table.Cell([TextRun(number, style)]), Table.Cell(name)]
    for part in Self.parts {
      let tally = Self.sum(lines, part.tally)
      cells += [
        Table.Cell([TextRun(VND.grouped(tally.persons), style)]),
        Table.Cell([TextRun(VND.grouped(tally.amount), style)]),
      ]
    }
    return try table.row(cells + [Table.Cell([TextRun("", style)])], isCentred: true)
  }

  private static func sum(_ lines: [MonthLine], _ part: KeyPath<MonthLine, TallyAnswer>) -> TallyAnswer {
    lines.reduce(TallyAnswer()) { $0 + $1[keyPath: part] }
  }

  // MARK: Below

  /// What was paid in words, and for each fund that opening and granted are where they should be.
  private func below(_ paper: ListPaper) throws(PrintingError) -> [Drawing] {
    let words = BilingualText(vi: "Tổng số tiền thực trả (bằng chữ)", en: "Paid, in words")
    let paid = AmountInWords.receiptLine(Self.sum(month.lines, \.paid).amount)
    var pieces = [
      try paper.line(
        paper.runs(words, ListPaper.body) + [
          TextRun(": ", ListPaper.body), TextRun(paid, ListPaper.body.bold.italic),
        ])
    ]
    for funder in groups.flatMap(\.funders) {
      let lines = month.lines.filter { $0.funder == funder }
      pieces.append(try paper.line(equation(funder, lines, paper)))
    }
    return pieces
  }

  private func equation(_ funder: String, _ lines: [MonthLine], _ paper: ListPaper) -> [TextRun] {
    let style = ListPaper.cell
    func amount(_ part: KeyPath<MonthLine, TallyAnswer>) -> String { VND.grouped(Self.sum(lines, part).amount) }
    let isBalanced = lines.allSatisfy(\.isBalanced)
    let verdict =
      isBalanced
      ? BilingualText(vi: "khớp", en: "balanced") : BilingualText(vi: "LỆCH", en: "NOT BALANCED")
    let (granted, opening, paid) = (amount(\.granted), amount(\.opening), amount(\.paid))
    let (returned, closing) = (amount(\.returned), amount(\.closing))
    let inFlight = amount(\.inFlight)
    let isInFlight = Self.sum(lines, \.inFlight).amount > 0
    let text = BilingualText(
      vi: "dư đầu \(opening) + cấp \(granted) = thực trả \(paid) + chuyển trả \(returned) + dư cuối \(closing)"
        + (isInFlight ? " (đang chuyển \(inFlight))" : ""),
      en: "opening \(opening) + granted \(granted) = paid \(paid) + returned \(returned) + closing \(closing)"
        + (isInFlight ? " (in flight \(inFlight))" : ""))
    let name = funderNames[funder] ?? BilingualText(vi: funder, en: funder)
    return paper.runs(name, style.bold) + [TextRun(": ", style)] + paper.runs(text, style, separator: "\n")
      + [TextRun("; ", style)] + paper.runs(verdict, style.bold)
  }
}
