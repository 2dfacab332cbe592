public import Printing
public import VietnamReference

/// What a voucher is printed on.
public enum VoucherForm: String, CaseIterable, Sendable {
  /// A form on A5 paper, upright.
  case sheet
  /// A receipt on thermal paper of 80 mm, as long as it must be.
  case receipt
}

extension VoucherData {
  /// The voucher as a PDF, made in memory, one page (or more, when a form is too small for it) a copy.
  ///
  /// The same data gives the same octets. The Vietnamese text is the legal one; in English the English text stands
  /// beside it.
  ///
  /// - Parameter copies: which sheets, in this order, whatever ``copy`` says.
  /// - Throws: ``PrintingError/missingFont(family:package:)`` when a font is not installed. A text that would be cut
  ///   off is an error too: nothing is printed in part.
  public func pdf(
    _ form: VoucherForm, _ language: Language, copies: [VoucherCopy]
  ) throws(PrintingError) -> [UInt8] {
    try Self.pdf([self], form, language, copies: copies)
  }

  /// Vouchers in one PDF, each with all its copies; as ``pdf(_:_:copies:)``.
  public static func pdf(
    _ vouchers: [VoucherData], _ form: VoucherForm, _ language: Language, copies: [VoucherCopy]
  ) throws(PrintingError) -> [UInt8] {
    let typesetter = try Typesetter()
    var sheets: [Sheet] = []
    for voucher in vouchers {
      for copy in copies {
        var data = voucher
        data.copy = copy
        sheets += try data.sheets(form, language, typesetter)
      }
    }
    let first = vouchers.first
    let number = vouchers.count == 1 ? first?.documentNumber : first?.list
    let title = "\(VoucherLabel.shortTitle.vi) \(TextLayout.oneLine(number ?? ""))"
    return try typesetter.pdf(
      sheets,
      DocumentInformation(
        title: title, author: TextLayout.oneLine(first?.agencyName ?? ""), subject: VoucherLabel.title.vi,
        time: first?.time ?? 0))
  }

  /// The pages of one copy, to be printed or looked at.
  public func sheets(
    _ form: VoucherForm, _ language: Language, _ typesetter: Typesetter
  ) throws(PrintingError) -> [Sheet] {
    let wording = VoucherWording(data: self, language: language)
    switch form {
    case .sheet: return try VoucherSheet.sheets(wording, typesetter)
    case .receipt: return [try VoucherReceipt(wording, typesetter).sheet()]
    }
  }
}

/// Pieces that form and receipt have in common.
struct VoucherPieces {
  let wording: VoucherWording
  let typesetter: Typesetter
  /// Ordinary text.
  let body: TextStyle
  /// Of the whole width, millimetres.
  let width: Double

  var small: TextStyle { body.scaled(0.82) }

  /// A text of the voucher: in English the English one follows, smaller and slanted.
  func runs(_ text: BilingualText, _ style: TextStyle, separator: String = " / ") -> [TextRun] {
    guard wording.language == .english, text.vi != text.en else { return [TextRun(oneLine(text.vi), style)] }
    var english = style.scaled(0.85).italic
    english.isBold = false
    return [TextRun(oneLine(text.vi), style), TextRun(separator + oneLine(text.en), english)]
  }

  func oneLine(_ text: String) -> String { TextLayout.oneLine(text) }

  /// `Label: value`, the value wrapping under the label.
  func field(_ label: BilingualText, _ value: String, isBold: Bool = false) -> [TextRun] {
    runs(label, body) + [TextRun(": ", body), TextRun(oneLine(value), isBold ? body.bold : body)]
  }

  /// A piece of one text over the whole width.
  func block(_ runs: [TextRun], _ alignment: TextAlignment = .leading) throws(PrintingError) -> Drawing {
    var drawing = Drawing()
    drawing.add(try typesetter.text(runs, width: width, alignment: alignment), x: 0, y: 0)
    return drawing
  }

  /// Two fields beside each other where each has room on one line, else below each other.
  func pair(_ left: [TextRun], _ right: [TextRun], at ratio: Double = 0.52) throws(PrintingError) -> Drawing {
    let room = width * ratio
    var drawing = Drawing()
    let first = try typesetter.text(left, width: width)
    drawing.add(first, x: 0, y: 0)
    let natural = try typesetter.text(left).width
    let second = try typesetter.text(right).width
    if natural <= room - 3, second <= width - room {
      drawing.add(try typesetter.text(right, width: width - room), x: room, y: 0)
    } else {
      drawing.add(try typesetter.text(right, width: width), x: 0, y: drawing.height + 0.4)
    }
    return drawing
  }

  /// The state's name and motto, underlined as Decree 30/2020/NĐ-CP asks for.
  func stateHead(width: Double, points: Double) throws(PrintingError) -> Drawing {
    let style = TextStyle(body.family, points: points, isBold: true)
    var english = style.scaled(0.78).italic
    english.isBold = false
    var head = Drawing()
    func add(_ text: BilingualText, _ style: TextStyle) throws(PrintingError) {
      head.add(
        try typesetter.line(text.vi, style, width: width, alignment: .centred, smallest: 5), x: 0, y: head.height)
      if wording.language == .english {
        head.add(try typesetter.text(text.en, english, width: width, alignment: .centred), x: 0, y: head.height)
      }
    }
    try add(VoucherLabel.state, style)
    try add(VoucherLabel.motto, style.scaled(1.05))
    let motto = try typesetter.text(VoucherLabel.motto.vi, style.scaled(1.05)).width
    let y = head.height + 0.7
    head.addLine(fromX: (width - motto) / 2, fromY: y, toX: (width + motto) / 2, toY: y, Stroke(thickness: 0.25))
    return head
  }

  /// A person's place to sign: who, how, room of a height, and a line for the name.
  func signature(
    _ who: BilingualText, _ how: BilingualText, width: Double, room: Double, fingerprint: Double?
  ) throws(PrintingError) -> Drawing {
    var drawing = Drawing()
    let separator = "\n"
    drawing.add(
      try typesetter.text(runs(who, body.bold, separator: separator), width: width, alignment: .centred), x: 0, y: 0)
    let hint = runs(how, small.italic, separator: separator) + [TextRun("\n", small)]
    drawing.add(
      try typesetter.text(
        hint + runs(VoucherLabel.fullName, small.italic, separator: separator), width: width, alignment: .centred),
      x: 0, y: drawing.height)
    let top = drawing.height + 1.2
    if let fingerprint {
      let height = min(room - 1.2, fingerprint * 1.35)
      drawing.addBox(
        x: 0.5, y: top + room - 1.2 - height, width: fingerprint, height: height, radius: 1.5,
        Stroke(thickness: 0.2, gray: 0.35, dashes: [1, 0.8]))
      let caption = try typesetter.text(
        runs(VoucherLabel.fingerprint, small.scaled(0.85), separator: separator), width: fingerprint,
        alignment: .centred)
      drawing.add(caption, x: 0.5, y: top + room - 1.7 - caption.height)
    }
    let y = top + room - 1.2
    drawing.addLine(
      fromX: (fingerprint ?? 0) + 4, fromY: y, toX: width - 4, toY: y, Stroke(thickness: 0.2, dashes: [0.3, 0.7]))
    return drawing
  }
}
