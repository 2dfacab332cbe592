public import VietnamReference

extension VoucherData {
  /// The whole voucher as text in a fixed-width font, NFC, lines separated by `\n`, without spaces at line ends.
  ///
  /// The Vietnamese text is the legal one. In English every label carries its English name beside or below it.
  ///
  /// - Parameter width: columns of the paper; narrower than 32 is taken as 32. Long values wrap, nothing is cut off.
  public func text(_ language: Language, width: Int = 72) -> String {
    VoucherWriter(wording: VoucherWording(data: self, language: language), width: max(32, width)).text()
  }
}

/// Sets one voucher.
private struct VoucherWriter {
  let wording: VoucherWording
  let width: Int

  private var data: VoucherData { wording.data }
  private var language: Language { wording.language }
  private typealias Field = (label: BilingualText, value: String)

  func text() -> String {
    let lines = header() + title() + place() + recipient() + items() + total() + signatures() + footer()
    return lines.map { line in
      String(line.reversed().drop { $0 == " " }.reversed())
    }.joined(separator: "\n") + "\n"
  }

  // MARK: Sections

  private func header() -> [String] {
    var lines = centred(VoucherLabel.state.vi) + centred(VoucherLabel.motto.vi)
    if language == .english {
      lines += centred(VoucherLabel.state.en) + centred(VoucherLabel.motto.en)
    }
    let underline = displayWidth(of: VoucherLabel.motto.vi)
    return lines + centred(rule(underline)) + [""]
  }

  private func title() -> [String] {
    var lines = centred(VoucherLabel.title.vi)
    if language == .english { lines += centred(VoucherLabel.title.en) }
    lines += centred(label(wording.copy))
    if data.copy == .reprint { lines += bothLanguages(wording.reprintNote).flatMap(centred) }
    return lines + [""]
  }

  private func place() -> [String] {
    fields(
      [
        (VoucherLabel.agency, data.agencyName),
        (VoucherLabel.point, wording.point),
        (VoucherLabel.hostProvince, wording.hostName),
      ] + (data.terminalID.isEmpty ? [] : [(VoucherLabel.terminal, data.terminalID)]) + [
        (VoucherLabel.document, data.documentNumber),
        (VoucherLabel.time, wording.time),
        (VoucherLabel.connection, label(wording.connection)),
      ]) + [rule(width)]
  }

  private func recipient() -> [String] {
    var list: [Field] = [
      (VoucherLabel.beneficiary, data.holderName),
      (VoucherLabel.personalID, wording.personalID),
      wording.evidence,
    ]
    if let collector = data.collector {
      let words = wording.label(collector)
      list += [
        (words.who, collector.name),
        (words.paper, wording.authorityNumber(collector)),
        (words.until, collector.validUntil.slashed),
      ]
    }
    return fields(list) + [rule(width)]
  }

  private func items() -> [String] {
    wrapped(label(VoucherLabel.items)) + data.lines.enumerated().flatMap { item($0.offset + 1, $0.element) }
      + [rule(width)]
  }

  private func item(_ number: Int, _ line: VoucherLine) -> [String] {
    let amount = VND.text(line.amount)
    let mark = "\(number). "
    let names = TextLayout.wrapped(
      TextLayout.oneLine(label(line.programmeName)),
      width: max(8, width - displayWidth(of: mark) - displayWidth(of: amount) - 2))
    var lines = hanging(names, after: mark)
    let space = width - displayWidth(of: lines[0])
    lines[0] += TextLayout.padded(amount, to: space, .trailing)
    let details: [Field] = [
      (VoucherLabel.period, line.period),
      (VoucherLabel.funder, label(line.funderName)),
      wording.home(of: line),
    ]
    let indent = String(repeating: " ", count: displayWidth(of: mark))
    for detail in details {
      let text = TextLayout.oneLine("\(label(detail.label)): \(detail.value)")
      lines += TextLayout.wrapped(text, width: width - indent.count).map { indent + $0 }
    }
    return lines
  }

  private func total() -> [String] {
    fields([
      (VoucherLabel.figures, VND.text(data.totalAmount)),
      (VoucherLabel.words, AmountInWords.receiptLine(data.totalAmount)),
      (VoucherLabel.channel, label(VoucherLabel.channel(data.channel))),
      (VoucherLabel.balance, VND.text(data.remainingBalance)),
      (VoucherLabel.verification, data.verificationCode),
    ]) + [""]
  }

  private func signatures() -> [String] {
    var lines: [String] = []
    if let place = wording.placeAndDate {
      lines = wrapped(place).map { TextLayout.padded($0, to: width, .trailing) }
    }
    let column = (width - 2) / 2
    let recipient = signature(VoucherLabel.recipient, VoucherLabel.recipientSigns, column)
    let payer = signature(VoucherLabel.payer, VoucherLabel.payerSigns, column)
    for row in 0..<max(recipient.count, payer.count) {
      let left = row < recipient.count ? recipient[row] : ""
      let right = row < payer.count ? payer[row] : ""
      lines.append(TextLayout.padded(left, to: column + 2) + right)
    }
    return lines + ["", "", "", ""] + [TextLayout.padded(dots(column), to: column + 2) + dots(column)] + [""]
  }

  private func signature(_ who: BilingualText, _ how: BilingualText, _ column: Int) -> [String] {
    let texts = bothLanguages(who) + bothLanguages(how) + bothLanguages(VoucherLabel.fullName)
    return texts.flatMap { TextLayout.wrapped($0, width: column) }
      .map { TextLayout.padded($0, to: column, .centred) }
  }

  private func footer() -> [String] {
    wording.notes.flatMap(bothLanguages).flatMap(wrapped)
  }

  // MARK: Pieces

  /// The Vietnamese text, in English with the English one beside it.
  private func label(_ text: BilingualText) -> String { wording.label(text) }

  /// The Vietnamese text, in English followed by the English one.
  private func bothLanguages(_ text: BilingualText) -> [String] {
    language == .vietnamese ? [text.vi] : [text.vi, text.en]
  }

  /// Labels in one column, values in the next, both wrapped.
  private func fields(_ fields: [Field]) -> [String] {
    let column = min(language == .vietnamese ? 26 : 34, width * 9 / 20)
    return fields.flatMap { field in
      let labels = labelLines(field.label, width: column - 1)
      let values = TextLayout.wrapped(TextLayout.oneLine(field.value), width: width - column)
      return (0..<max(labels.count, values.count)).map { row in
        TextLayout.padded(row < labels.count ? labels[row] : "", to: column) + (row < values.count ? values[row] : "")
      }
    }
  }

  /// A label and its colon; the English below the Vietnamese where there is no room beside it.
  private func labelLines(_ text: BilingualText, width: Int) -> [String] {
    let beside = label(text) + ":"
    guard language == .english, displayWidth(of: beside) > width else {
      return TextLayout.wrapped(beside, width: width)
    }
    return TextLayout.wrapped(text.vi + " /", width: width) + TextLayout.wrapped(text.en + ":", width: width)
  }

  private func hanging(_ texts: [String], after mark: String) -> [String] {
    let indent = String(repeating: " ", count: displayWidth(of: mark))
    return texts.enumerated().map { ($0.offset == 0 ? mark : indent) + $0.element }
  }

  private func wrapped(_ text: String) -> [String] { TextLayout.wrapped(text, width: width) }

  private func centred(_ text: String) -> [String] {
    wrapped(text).map { TextLayout.padded($0, to: width, .centred) }
  }

  private func rule(_ columns: Int) -> String { String(repeating: "─", count: columns) }

  private func dots(_ column: Int) -> String {
    TextLayout.padded(String(repeating: ".", count: max(1, column - 6)), to: column, .centred)
  }
}
