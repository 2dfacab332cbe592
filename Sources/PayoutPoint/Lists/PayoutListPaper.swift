public import Printing
public import ServiceAPI
public import VietnamReference

/// The list that a point works from without cards, to be signed by those who are paid (danh sách chi trả), in the
/// shape of form C72a-HD: across A4, each person once, with a line for each programme, and room to sign.
public struct PayoutListPaper: Sendable {
  /// Who is owed what.
  public var dues: DueAnswer
  /// Whose list.
  public var head: ListPaperHead

  /// From its fields.
  public init(_ dues: DueAnswer, head: ListPaperHead) {
    self.dues = dues
    self.head = head
  }

  /// The list as a PDF; in English the English words stand beside the Vietnamese ones.
  ///
  /// - Throws: ``Printing/PrintingError/unknownCharacters(count:)`` for a name that can't be printed whole;
  ///   ``Printing/PrintingError/missingFont(family:package:)``.
  public func pdf(_ language: Language) throws(PrintingError) -> [UInt8] {
    let typesetter = try Typesetter()
    return try typesetter.pdf(
      try sheets(typesetter, language),
      DocumentInformation(
        title: Self.title.vi, author: TextLayout.oneLine(head.unitName), subject: head.unit, time: head.date.noonTime))
  }

  /// The pages.
  public func sheets(_ typesetter: Typesetter, _ language: Language) throws(PrintingError) -> [Sheet] {
    let paper = ListPaper(
      head: head, typesetter: typesetter, language: language, form: "C72a-HD", title: Self.title,
      subtitle: BilingualText(
        vi: "Các khoản còn được lĩnh đến ngày \(head.date.slashed)", en: "What can be collected on \(head.date.slashed)"
      ))
    var rows: [Drawing] = []
    for (index, person) in people.enumerated() { rows.append(try row(index + 1, person, paper)) }
    return try paper.sheets(
      heading: try heading(paper), rows: rows, sums: try sums(paper), below: try below(paper), signers: Self.signers)
  }

  private static let title = BilingualText(vi: "DANH SÁCH CHI TRẢ", en: "Payout list")
  private static let signers = [
    BilingualText(vi: "NGƯỜI LẬP DANH SÁCH", en: "Drawn up by"),
    BilingualText(vi: "KẾ TOÁN TRƯỞNG", en: "Chief accountant"),
    BilingualText(vi: "THỦ TRƯỞNG ĐƠN VỊ", en: "Head of the unit"),
    BilingualText(vi: "NGƯỜI CHI TIỀN", en: "Paid by"),
  ]

  // MARK: Table

  /// Order number, name, personal ID; programme, months, đồng; signature.
  private static let person = [
    Table.Column(width: 11, .centred), Table.Column(width: 53), Table.Column(width: 28, .centred),
  ]
  private static let lines = [
    Table.Column(width: 79), Table.Column(width: 34, .centred), Table.Column(width: 29, .trailing),
  ]
  private static let signature = [Table.Column(width: 36)]
  /// Room to sign or to leave a fingerprint.
  private static let rowHeight = 11.0

  /// The rows of each person, in the order in which they come.
  private var people: [[DueLine]] {
    var people: [[DueLine]] = []
    for line in dues.lines {
      if let last = people.last?.first, last.person == line.person {
        people[people.count - 1].append(line)
      } else {
        people.append([line])
      }
    }
    return people
  }

  private func heading(_ paper: ListPaper) throws(PrintingError) -> Drawing {
    let labels = [
      BilingualText(vi: "STT", en: "No."), BilingualText(vi: "Họ và tên", en: "Full name"),
      BilingualText(vi: "Số định danh", en: "Personal ID"), BilingualText(vi: "Chế độ", en: "Benefit"),
      BilingualText(vi: "Tháng", en: "Months"), BilingualText(vi: "Số tiền (đồng)", en: "Amount (đồng)"),
      BilingualText(vi: "Ký nhận hoặc điểm chỉ", en: "Signature or fingerprint"),
    ]
    return try Table(paper.typesetter, columns: Self.person + Self.lines + Self.signature).row(
      labels.map { Table.Cell(paper.runs($0, ListPaper.cell.bold, separator: "\n"), .centred) }, isCentred: true,
      fill: 0.93)
  }

  /// One person: the lines of all programmes beside the name, one place to sign.
  private func row(_ number: Int, _ lines: [DueLine], _ paper: ListPaper) throws(PrintingError) -> Drawing {
    let style = ListPaper.cell
    let name = lines.first?.name ?? ""
    try paper.check(name)
    let left = Table(paper.typesetter, columns: Self.person)
    let inner = Table(paper.typesetter, columns: Self.lines)
    let cells = [
      Table.Cell([TextRun("\(number)", style)]), Table.Cell([TextRun(TextLayout.oneLine(name), style.scaled(1.08))]),
      Table.Cell([TextRun(Mask.printable(lines.first?.maskedPersonalID ?? ""), style)]),
    ]
    var texts: [[Table.Cell]] = lines.map { line in
      [
        Table.Cell(paper.runs(line.programmeName, style)),
        Table.Cell([TextRun(Self.months(line.months), style.scaled(0.95))]),
        Table.Cell([TextRun(VND.grouped(line.amount), style)]),
      ]
    }
    if lines.count > 1 {
      let total = lines.reduce(0) { $0 + $1.amount }
      texts.append([
        Table.Cell(paper.runs(BilingualText(vi: "Cộng", en: "Sum"), style.bold), span: 2, .trailing),
        Table.Cell([TextRun(VND.grouped(total), style.bold)]),
      ])
    }
    // As high as the name or the lines need, shared among the lines.
    let least = max(Self.rowHeight, try left.row(cells, isCentred: true).height)
    var drawing = Drawing()
    for text in texts {
      let row = try inner.row(text, isCentred: true, minimumHeight: least / Double(texts.count))
      drawing.add(row, x: left.width, y: drawing.height)
    }
    let height = drawing.height
    drawing.add(try left.row(cells, isCentred: true, minimumHeight: height), y: 0)
    let right = Table(paper.typesetter, columns: Self.signature)
    let empty = try right.row([Table.Cell([TextRun("", style)])], minimumHeight: height)
    drawing.add(empty, x: left.width + inner.width, y: 0)
    return drawing
  }

  /// `9, 10, 11/2026`: the year once for months that follow each other in it.
  static func months(_ months: [UInt32]) -> String {
    var parts: [String] = []
    for (index, month) in months.enumerated() {
      let isLast = index + 1 == months.count || months[index + 1] / 100 != month / 100
      parts.append(isLast ? "\(month % 100)/\(month / 100)" : "\(month % 100)")
    }
    return parts.joined(separator: ", ")
  }

  private func sums(_ paper: ListPaper) throws(PrintingError) -> [Drawing] {
    let table = Table(paper.typesetter, columns: Self.person + Self.lines + Self.signature)
    let (total, count) = (dues.lines.reduce(0) { $0 + $1.amount }, people.count)
    let label = BilingualText(
      vi: "Tổng cộng: \(VND.grouped(Int64(count))) người, \(VND.grouped(Int64(dues.lines.count))) khoản",
      en: "Total: \(count) people, \(dues.lines.count) benefits")
    let words = BilingualText(vi: "Tổng số tiền (bằng chữ)", en: "Total in words")
    let style = ListPaper.body
    return [
      try table.row(
        [
          Table.Cell(paper.runs(label, style.bold), span: 5, .trailing),
          Table.Cell([TextRun(VND.grouped(total), ListPaper.cell.bold)]), Table.Cell([TextRun("", style)]),
        ], isCentred: true),
      try table.row([
        Table.Cell(
          paper.runs(words, style) + [
            TextRun(": ", style), TextRun(AmountInWords.receiptLine(total), style.bold.italic),
          ], span: 7, .leading)
      ]),
    ]
  }

  /// What is filled in when the list comes back.
  private func below(_ paper: ListPaper) throws(PrintingError) -> [Drawing] {
    let dots = "……………… "
    func blank(_ vi: String, _ en: String) throws(PrintingError) -> Drawing {
      let style = ListPaper.body
      let label = BilingualText(vi: vi, en: en)
      let text = "\(dots)người, số tiền: \(dots)\(dots)đồng."
      return try paper.line(paper.runs(label, style) + [TextRun(": " + text, style)])
    }
    let unprinted = try dues.unprinted.map { line throws(PrintingError) in
      let text = BilingualText(
        vi:
          "Tạm dừng in: \(line.persons) người, \(VND.text(line.amount)), đã \(line.afterMonths) tháng liền không nhận",
        en: "not printed: \(line.persons) people who collected nothing for \(line.afterMonths) months")
      return try paper.line(paper.runs(text, ListPaper.body))
    }
    let overdue = try dues.overdue.map { line throws(PrintingError) in
      let text = BilingualText(
        vi:
          "Quá hạn lĩnh, chờ thu hồi (\(line.programme)): \(line.persons) người, \(VND.text(line.amount)), không chi",
        en: "past the last day to collect: \(line.persons) people, not paid")
      return try paper.line(paper.runs(text, ListPaper.body))
    }
    return unprinted + overdue + [
      try blank("Đã chi trả", "Paid"), try blank("Chưa chi trả", "Not paid"),
    ]
  }
}

extension CalendarDate {
  /// Noon of the day in Vietnam, Unix seconds: what a document says of its time.
  var noonTime: Int64 { Int64(dayNumber) * 86_400 + 5 * 3_600 }
}
