internal import Ledger
internal import VietnamReference

/// What could be read of a record, in numbers.
struct ScannedRow {
  var line = 0
  var personalID: UInt64?
  /// Hash of the name's folded key.
  var nameHash: UInt64?
  var birthDate: PackedDate?
  /// Place in the catalogue.
  var programme: Int?
  /// The month it is owed for.
  var period: Period?
  /// The list's month.
  var listed: Period?
  /// Of arrears.
  var arrearsRound: Int?
  /// Of a funeral grant.
  var deceased: PersonalID?
  var amount: Int64?
  var funder: FunderKind?
  var province: UInt8?
  /// Place among the scanner's units.
  var unit: Int?
  var hasPoint = false
  /// Whether anything is wrong with the row by itself.
  var isBad = false
}

/// A ``PartialDate`` in four bytes: year, month, day, 0 for unknown.
struct PackedDate: Hashable {
  let bits: UInt32

  init(year: Int, month: Int, day: Int) { bits = UInt32(year << 9 | month << 5 | day) }

  init(_ date: PartialDate) { self.init(year: date.year, month: date.month ?? 0, day: date.day ?? 0) }

  init(bits: UInt32) { self.bits = bits }

  var year: Int { Int(bits >> 9) }
  var month: Int { Int(bits >> 5 & 0xF) }
  var day: Int { Int(bits & 0x1F) }

  /// The date; `nil` never of bits made of a date.
  var date: PartialDate? {
    if day > 0 { return CalendarDate(year: year, month: month, day: day).map(PartialDate.init) }
    return month > 0 ? PartialDate(year: year, month: month) : PartialDate(year: year)
  }
}

/// Reads the columns of one record after another, in the usual spelling straight from the bytes and in every other
/// through ``PaymentFieldForms``; both come to the same values.
struct PaymentRowScanner {
  /// What is wrong with the record read last, by column.
  private(set) var problems: [RowProblem] = []
  /// What should be checked in it.
  private(set) var warnings: [RowProblem] = []

  let forms: PaymentFieldForms
  let codes: PaymentCodeTables
  private let columns: ListColumns
  private let repairsCapitals: Bool
  private let seed: UInt64
  private let today: Int
  private var units = UnitTable()
  private var periods: [PackedCode: Period] = [:]
  private var cells: [Range<Int>] = []
  private var folded: [UInt8] = []
  private var slowName: PersonName?
  /// The rule that was asked for last: neighbouring rows mostly have the same.
  private var ruleOf: (place: Int, month: Period, rule: RowRule)?

  /// - Parameters:
  ///   - repairsCapitals: for lists in TCVN3, which has no capitals with tones.
  ///   - seed: of the hashes of names; the same for rows that are compared.
  init(options: PaymentList.Options, columns: ListColumns, repairsCapitals: Bool, seed: UInt64) {
    forms = PaymentFieldForms(options: options)
    codes = PaymentCodeTables(options: options)
    self.columns = columns
    self.repairsCapitals = repairsCapitals
    self.seed = seed
    today = Int(PackedDate(PartialDate(options.today)).bits)
    cells = Array(repeating: 0..<0, count: PaymentColumn.allCases.count)
  }

  /// Reads the record; ``problems`` and ``warnings`` are its own afterwards.
  mutating func scan(_ record: borrowing CSVSplitter) -> ScannedRow {
    problems.removeAll(keepingCapacity: true)
    warnings.removeAll(keepingCapacity: true)
    var row = ScannedRow()
    row.line = record.recordLine
    guard isWhole(record) else {
      row.isBad = true
      return row
    }
    let buffer = record.buffer
    locate(buffer, record.fieldEnds)
    let mismatch = scanPerson(buffer, &row)
    scanDue(buffer, &row)
    scanMoney(buffer, &row)
    checkRule(buffer, row)
    scanPlace(buffer, &row)
    row.isBad = !problems.isEmpty
    if row.isBad { problems = RowProblem.sorted(problems) }
    if let mismatch { warn(mismatch, buffer, row.line) }
    return row
  }

  /// The row of a record just scanned that is not bad.
  func row(_ scanned: ScannedRow, _ record: borrowing CSVSplitter) -> PaymentRow? {
    guard !scanned.isBad, let id = scanned.personalID.flatMap({ PersonalID(number: $0) }),
      let birthDate = scanned.birthDate?.date, let programme = scanned.programme, let period = scanned.period,
      let listed = scanned.listed, let amount = scanned.amount, let kind = scanned.funder,
      let province = scanned.province,
      let unit = scanned.unit.map({ units[$0] }), let name = slowName ?? name(record)
    else { return nil }
    return PaymentRow(
      rowNumber: scanned.line, personalID: id, name: name, birthDate: birthDate,
      programmeCode: codes.programmes[programme].code, period: period, listed: listed,
      arrearsRound: scanned.arrearsRound, deceased: scanned.deceased, amount: amount,
      funder: Funder(kind: kind, provinceCode: unit.provinceCode), unit: unit,
      provinceCode: codes.provinceCode(province),
      pointCode: String(decoding: record.buffer[cells[PaymentColumn.point.index]], as: UTF8.self))
  }

  /// The cells of the record as they were written, in the order of ``PaymentColumn``; cells too many follow the last.
  func texts(_ record: borrowing CSVSplitter) -> [String] {
    var fields: [String] = []
    var start = 0
    for end in record.fieldEnds {
      fields.append(String(decoding: record.buffer[start..<end], as: UTF8.self))
      start = end
    }
    var texts = columns.places.map { $0 >= 0 && $0 < fields.count ? fields[$0] : "" }
    let surplus = fields.dropFirst(columns.width).filter { !$0.isEmpty }
    if !surplus.isEmpty, let last = columns.places.lastIndex(where: { $0 >= 0 }) {
      texts[last] = ([texts[last]] + surplus).joined(separator: " ")
    }
    if repairsCapitals {
      texts[PaymentColumn.name.index] = TextDecoder.capitalised(texts[PaymentColumn.name.index])
    }
    return texts
  }

  /// The birth date of a scanned row and the name of its record, for problems that concern a person.
  func person(_ scanned: ScannedRow, _ record: borrowing CSVSplitter) -> (PersonalID, PersonName, PartialDate)? {
    guard let id = scanned.personalID.flatMap({ PersonalID(number: $0) }), scanned.nameHash != nil,
      let birthDate = scanned.birthDate?.date, let name = slowName ?? name(record)
    else { return nil }
    return (id, name, birthDate)
  }

  private func name(_ record: borrowing CSVSplitter) -> PersonName? {
    let text = String(decoding: record.buffer[cells[PaymentColumn.name.index]], as: UTF8.self)
    return try? PersonName(repairsCapitals ? TextDecoder.capitalised(text) : text)
  }

  /// Whether the record has the cells it needs and no others; else its problem is kept.
  private mutating func isWhole(_ record: borrowing CSVSplitter) -> Bool {
    let ends = record.fieldEnds
    let kind: CSVError.Kind
    if let defect = record.defect {
      kind = defect
    } else if ends.count < columns.needed {
      kind = .ragged(expected: columns.width, found: ends.count)
    } else if ends.count > columns.width, ends[columns.width - 1] < record.buffer.count {
      kind = .ragged(expected: columns.width, found: ends.count)
    } else {
      return true
    }
    problems.append(RowProblem(CSVError(line: record.recordLine, kind: kind), columns))
    return false
  }

  private mutating func locate(_ buffer: [UInt8], _ ends: [Int]) {
    let bytes = buffer.span
    for column in 0..<cells.count {
      let place = columns.places[column]
      guard place >= 0 else {
        cells[column] = 0..<0
        continue
      }
      let start = place == 0 ? 0 : ends[place - 1]
      cells[column] = ListCell.trimmed(bytes, start..<ends[place])
    }
  }

  /// Person columns; the finding when the ID's birth year is another than the birth date's.
  private mutating func scanPerson(_ buffer: [UInt8], _ row: inout ScannedRow) -> IdentifierFinding? {
    slowName = nil
    let bytes = buffer.span
    if let id = codes.personalID(bytes, cell(.personalID)) {
      row.personalID = id
    } else {
      let forms = self.forms
      let checked = slow(.personalID, buffer, row.line) { text throws(FieldDefect) in try forms.personalID(text) }
      row.personalID = checked?.value.number
      for finding in checked?.findings ?? [] { warn(finding, buffer, row.line) }
    }
    folded.removeAll(keepingCapacity: true)
    // The key is the same whatever the case of the letters, so it does not wait for capitals to be repaired.
    if PersonName.appendFoldedKey(ofOrdinary: bytes.extracting(cell(.name)), to: &folded) {
      row.nameHash = Self.hash(folded.span, seed)
    } else {
      readName(buffer, &row)
    }
    if let date = PaymentCodeTables.birthDate(bytes, cell(.birthDate)), date.year >= 1900, earliest(date) <= today {
      row.birthDate = date
    } else {
      let forms = self.forms
      let date = slow(.birthDate, buffer, row.line) { text throws(FieldDefect) in try forms.birthDate(text) }
      row.birthDate = date.map { PackedDate($0) }
    }
    guard let number = row.personalID, let id = PersonalID(number: number), let date = row.birthDate,
      id.birthYear != date.year
    else { return nil }
    return .birthYearMismatch(encoded: id.birthYear, recorded: date.year)
  }

  private mutating func readName(_ buffer: [UInt8], _ row: inout ScannedRow) {
    let forms = self.forms
    let repairs = repairsCapitals
    let name = slow(.name, buffer, row.line) { text throws(FieldDefect) in
      try forms.name(repairs ? TextDecoder.capitalised(text) : text)
    }
    slowName = name
    row.nameHash = name.map { Self.hash(Array($0.foldedKey.utf8).span, seed) }
  }

  /// Bits of the first day a date may mean, to compare with today's.
  private func earliest(_ date: PackedDate) -> Int {
    Int(PackedDate(year: date.year, month: max(date.month, 1), day: max(date.day, 1)).bits)
  }

  private mutating func scanDue(_ buffer: [UInt8], _ row: inout ScannedRow) {
    let bytes = buffer.span
    let forms = self.forms
    if let programme = codes.programme(bytes, cell(.programme)) {
      row.programme = programme
    } else {
      let programme = slow(.programme, buffer, row.line) { text throws(FieldDefect) in try forms.parser.programme(text)
      }
      row.programme = programme.flatMap { codes.index(of: $0) }
    }
    row.listed = PaymentCodeTables.period(bytes, cell(.period)) ?? readPeriod(buffer, row.line)
    if let listed = row.listed, listed.yyyymm > codes.lastMonth {
      let forms = self.forms
      _ = slow(.period, buffer, row.line) { _ throws(FieldDefect) in try forms.parser.check(isSoon: listed) }
    }
    row.period = row.listed
    if !cell(.arrears).isEmpty {
      let (listed, programme) = (row.listed, row.programme.map { codes.programmes[$0] })
      let arrears = slow(.arrears, buffer, row.line) { text throws(FieldDefect) in
        try forms.parser.check(forms.arrears(text), listed: listed, programme: programme)
      }
      (row.period, row.arrearsRound) = (arrears?.period, arrears?.round)
    }
    let named = row.programme.map { codes.programmes[$0] }
    if !cell(.deceased).isEmpty || named?.rhythm == .onDeath {
      let claimant = row.personalID.flatMap { PersonalID(number: $0) }
      row.deceased =
        slow(.deceased, buffer, row.line) { text throws(FieldDefect) in
          try forms.parser.deceased(text, of: named, claimant: claimant)
        } ?? nil
    }
    if let programme = row.programme, let period = row.period, !codes.isInForce(programme, period) {
      let programme = codes.programmes[programme]
      _ = slow(.programme, buffer, row.line) { _ throws(FieldDefect) in
        try forms.parser.check(programme, isInForceIn: period)
      }
    }
  }

  /// A month in another spelling; a list has few of them, each many times.
  private mutating func readPeriod(_ buffer: [UInt8], _ line: Int) -> Period? {
    let code = PackedCode(buffer.span, cell(.period))
    if let known = code.flatMap({ periods[$0] }) { return known }
    let forms = self.forms
    let period = slow(.period, buffer, line) { text throws(FieldDefect) in try forms.period(text) }
    if let code, let period, periods.count < 1024 { periods[code] = period }
    return period
  }

  private mutating func scanMoney(_ buffer: [UInt8], _ row: inout ScannedRow) {
    let bytes = buffer.span
    let forms = self.forms
    row.amount =
      PaymentCodeTables.amount(bytes, cell(.amount))
      ?? slow(.amount, buffer, row.line) { text throws(FieldDefect) in try forms.amount(text) }
    if let kind = codes.funder(bytes, cell(.funder)), codes.isAllowed(kind, row.programme) {
      row.funder = kind
    } else {
      let programme = row.programme.map { codes.programmes[$0] }
      row.funder = slow(.funder, buffer, row.line) { text throws(FieldDefect) in
        try forms.parser.funder(text, of: programme)
      }
    }
  }

  /// What the programme's rules of the month say of the amount and the age.
  private mutating func checkRule(_ buffer: [UInt8], _ row: ScannedRow) {
    guard let place = row.programme, let month = row.period, codes.isInForce(place, month) else { return }
    let programme = codes.programmes[place]
    if ruleOf?.place != place || ruleOf?.month != month {
      ruleOf = (place, month, forms.parser.options.catalogue.rowRule(programme, in: month))
    }
    guard let rule = ruleOf?.rule else { return }
    let forms = self.forms
    let isArrears = row.arrearsRound != nil
    if rule.ages != nil, let birth = row.birthDate?.date {
      let id = row.personalID.flatMap { PersonalID(number: $0) }
      if !rule.takes(birth: birth, in: month) || id.map({ $0.birthYear != birth.year }) ?? false {
        _ = slow(.birthDate, buffer, row.line) { _ throws(FieldDefect) in
          try forms.parser.check(birth, id, of: programme, in: month)
        }
      }
    }
    if let amount = row.amount, !rule.takes(amount, isPart: isArrears || programme.isSplit) {
      _ = slow(.amount, buffer, row.line) { _ throws(FieldDefect) in
        try forms.parser.check(amount, of: programme, in: month, isArrears: isArrears)
      }
    }
  }

  private mutating func scanPlace(_ buffer: [UInt8], _ row: inout ScannedRow) {
    let bytes = buffer.span
    let forms = self.forms
    if let province = codes.province(bytes, cell(.province)) {
      row.province = province
    } else {
      let code = slow(.province, buffer, row.line) { text throws(FieldDefect) in try forms.province(text) }
      row.province = code.flatMap { UInt8($0) }
    }
    let province = row.province.map { codes.provinceCode($0) }
    if let unit = units.find(bytes, cell(.unit)), row.province == nil || units.province(unit) == row.province {
      row.unit = unit
    } else {
      let unit = slow(.unit, buffer, row.line) { text throws(FieldDefect) in
        try forms.parser.unit(text, inProvince: province)
      }
      row.unit = unit.map { units.add($0, bytes, cell(.unit)) }
    }
    if let found = PaymentCodeTables.pointProvince(bytes, cell(.point)), found == row.province {
      row.hasPoint = true
    } else {
      let point = slow(.point, buffer, row.line) { text throws(FieldDefect) in
        try forms.parser.point(text, inProvince: province)
      }
      row.hasPoint = point != nil
    }
  }

  private func cell(_ column: PaymentColumn) -> Range<Int> { cells[column.index] }

  /// Reads a cell as text and keeps what is wrong with it.
  private mutating func slow<Value>(
    _ column: PaymentColumn, _ buffer: [UInt8], _ line: Int, _ read: (String) throws(FieldDefect) -> Value
  ) -> Value? {
    let bytes = buffer[cell(column)]
    guard let text = String(validating: bytes, as: UTF8.self) else {
      problems.append(
        RowProblem(CSVError(line: line, kind: .invalidUTF8(field: columns.places[column.index] + 1)), columns))
      return nil
    }
    do throws(FieldDefect) {
      return try read(text)
    } catch {
      problems.append(
        RowProblem(
          code: error.code, line: line, column: column.rawValue, value: column.shown(text), reason: error.reason,
          remedy: error.remedy))
      return nil
    }
  }

  private mutating func warn(_ finding: IdentifierFinding, _ buffer: [UInt8], _ line: Int) {
    let column: PaymentColumn
    if case .birthYearMismatch = finding { column = .birthDate } else { column = .personalID }
    let text = String(decoding: buffer[cell(column)], as: UTF8.self)
    warnings.append(RowProblem(finding, line: line, column: column, value: column.shown(text)))
  }

  /// FNV-1a with a seed, its bits well mixed.
  private static func hash(_ bytes: Span<UInt8>, _ seed: UInt64) -> UInt64 {
    var hash = seed ^ 0xCBF2_9CE4_8422_2325
    for index in 0..<bytes.count { hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3 }
    return CompactIndex.mixed(hash)
  }
}
