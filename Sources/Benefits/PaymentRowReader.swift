internal import Ledger
internal import VietnamReference

/// What one column's text lacks, before its place is known.
struct FieldDefect: Error {
  let code: RowCode
  let reason: BilingualText
  let remedy: BilingualText
}

/// What could be read of a record; `row` is there when everything could.
struct PaymentFields {
  var personalID: PersonalID?
  var name: PersonName?
  var birthDate: PartialDate?
  var programme: Programme?
  var period: Period?
  var arrearsRound: Int?
  var deceased: PersonalID?
  var row: PaymentRow?
}

/// Reads the fields of one record after another and keeps what is wrong with them.
struct PaymentRowReader {
  private(set) var problems: [RowProblem] = []
  private(set) var warnings: [RowProblem] = []
  /// Where the columns stand in a record, in their order; `nil` for one that the list does not have.
  var places: [Int?] = []
  private let parser: PaymentFieldParser

  init(options: PaymentList.Options) {
    parser = PaymentFieldParser(options: options)
  }

  mutating func read(_ record: CSVRecord) -> PaymentFields {
    let parser = self.parser
    var fields = PaymentFields()
    let id = read(.personalID, record) { text throws(FieldDefect) in try parser.personalID(text) }
    fields.personalID = id?.value
    fields.name = read(.name, record) { text throws(FieldDefect) in try parser.name(text) }
    fields.birthDate = read(.birthDate, record) { text throws(FieldDefect) in try parser.birthDate(text) }
    fields.programme = read(.programme, record) { text throws(FieldDefect) in try parser.programme(text) }
    let listed = read(.period, record) { text throws(FieldDefect) in try parser.period(text) }
    let due = readDue(record, listed, fields.programme)
    if let listed { check(.period, record) { () throws(FieldDefect) in try parser.check(isSoon: listed) } }
    (fields.period, fields.arrearsRound) = (due?.period, due?.round)
    if let programme = fields.programme, let period = fields.period {
      check(.programme, record) { () throws(FieldDefect) in try parser.check(programme, isInForceIn: period) }
    }
    let amount = read(.amount, record) { text throws(FieldDefect) in try parser.amount(text) }
    let programme = fields.programme
    if let programme = fields.programme, let period = fields.period {
      let isArrears = fields.arrearsRound != nil
      if let birth = fields.birthDate {
        check(.birthDate, record) { () throws(FieldDefect) in
          try parser.check(birth, id?.value, of: programme, in: period)
        }
      }
      if let amount {
        check(.amount, record) { () throws(FieldDefect) in
          try parser.check(amount, of: programme, in: period, isArrears: isArrears)
        }
      }
    }
    let funder = read(.funder, record) { text throws(FieldDefect) in try parser.funder(text, of: programme) }
    let province = read(.province, record) { text throws(FieldDefect) in try parser.province(text) }
    let unit = read(.unit, record) { text throws(FieldDefect) in try parser.unit(text, inProvince: province) }
    let point = read(.point, record) { text throws(FieldDefect) in try parser.point(text, inProvince: province) }
    fields.deceased =
      read(.deceased, record) { text throws(FieldDefect) in
        try parser.deceased(text, of: programme, claimant: fields.personalID)
      } ?? nil
    if let id { warn(id, birthDate: fields.birthDate, record) }
    guard problems.last?.line != record.line, let personalID = fields.personalID, let name = fields.name,
      let birthDate = fields.birthDate, let programme, let period = fields.period, let listed, let amount, let funder,
      let province, let unit, let point
    else { return fields }
    fields.row = PaymentRow(
      rowNumber: record.line, personalID: personalID, name: name, birthDate: birthDate,
      programmeCode: programme.code, period: period, listed: listed, arrearsRound: fields.arrearsRound,
      deceased: fields.deceased, amount: amount,
      funder: Funder(kind: funder, provinceCode: province), unit: unit, provinceCode: province, pointCode: point)
    return fields
  }

  /// The month that a row is owed for: the list's, or that of its arrears.
  private mutating func readDue(
    _ record: CSVRecord, _ listed: Period?, _ programme: Programme?
  ) -> (period: Period, round: Int?)? {
    guard !cell(.arrears, record).isEmpty else { return listed.map { ($0, nil) } }
    let parser = self.parser
    let arrears = read(.arrears, record) { text throws(FieldDefect) in
      try parser.check(parser.arrears(text), listed: listed, programme: programme)
    }
    return arrears.map { ($0.period, $0.round) }
  }

  /// A column's cell; empty when the list does not have the column.
  private func cell(_ column: PaymentColumn, _ record: CSVRecord) -> String {
    places[column.index].map { record.fields[$0] } ?? ""
  }

  private mutating func read<Value>(
    _ column: PaymentColumn, _ record: CSVRecord, _ parse: (String) throws(FieldDefect) -> Value
  ) -> Value? {
    do throws(FieldDefect) {
      return try parse(cell(column, record))
    } catch {
      keep(error, column, record)
      return nil
    }
  }

  private mutating func check(
    _ column: PaymentColumn, _ record: CSVRecord, _ rule: () throws(FieldDefect) -> Void
  ) {
    do throws(FieldDefect) { try rule() } catch { keep(error, column, record) }
  }

  private mutating func keep(_ defect: FieldDefect, _ column: PaymentColumn, _ record: CSVRecord) {
    problems.append(
      RowProblem(
        code: defect.code, line: record.line, column: column.rawValue,
        value: column.shown(cell(column, record)), reason: defect.reason, remedy: defect.remedy))
  }

  private mutating func warn(_ id: Checked<PersonalID>, birthDate: PartialDate?, _ record: CSVRecord) {
    var findings = id.findings
    if let mismatch = birthDate.flatMap({ id.value.mismatch(birthDate: $0) }) { findings.append(mismatch) }
    for finding in findings {
      let column: PaymentColumn
      if case .birthYearMismatch = finding { column = .birthDate } else { column = .personalID }
      warnings.append(
        RowProblem(finding, line: record.line, column: column, value: column.shown(cell(column, record))))
    }
  }
}

extension PaymentColumn {
  /// Its place in the header, from 0.
  var index: Int {
    switch self {
    case .personalID: 0
    case .name: 1
    case .birthDate: 2
    case .programme: 3
    case .period: 4
    case .amount: 5
    case .funder: 6
    case .unit: 7
    case .province: 8
    case .point: 9
    case .arrears: 10
    case .deceased: 11
    }
  }

  /// Text of this column as it may be shown: IDs and names masked.
  func shown(_ text: String) -> String {
    switch self {
    case .personalID, .deceased: Mask.tail(text)
    case .name: Mask.name(text)
    default: Mask.printable(text)
    }
  }
}
