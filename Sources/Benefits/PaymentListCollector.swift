internal import Ledger
internal import VietnamReference

/// Takes the records of one list, in order, and keeps rows, problems and warnings.
struct PaymentListCollector {
  private enum Stage {
    case header
    case rows
    case refusedHeader
  }

  /// What a person was called when first seen.
  private struct Person {
    let line: Int
    let name: PersonName
    let birthDate: PartialDate
  }

  /// What may be owed only once in a list.
  private struct Due: Hashable {
    let personalID: PersonalID
    let programme: UInt16
    let period: Period
    let isArrears: Bool
  }

  private var stage = Stage.header
  private var reader: PaymentRowReader
  private var rows: [PaymentRow] = []
  private var total: Int64 = 0
  private var problems: [RowProblem] = []
  private var people: [PersonalID: Person] = [:]
  private var dues: [Due: Int] = [:]
  private var split = FunderSplit()
  private let options: PaymentList.Options
  private var lastLine = 1

  init(options: PaymentList.Options) {
    self.options = options
    reader = PaymentRowReader(options: options)
  }

  mutating func accept(_ result: Result<CSVRecord, CSVError>) {
    switch (stage, result) {
    case (.refusedHeader, _): return
    case (.header, .success(let record)):
      problems += PaymentListHeader.problems(record)
      reader.places = PaymentColumn.allCases.map { record.fields.firstIndex(of: $0.rawValue) }
      stage = problems.isEmpty ? .rows : .refusedHeader
    case (.header, .failure(let error)):
      problems.append(RowProblem(error))
      stage = .refusedHeader
    case (.rows, .success(let record)):
      lastLine = record.line
      accept(record)
    case (.rows, .failure(let error)):
      lastLine = error.line
      problems.append(RowProblem(error))
    }
  }

  mutating func result() -> Result<PaymentList, PaymentListRefusal> {
    if case .header = stage { problems += PaymentListHeader.problems(CSVRecord(line: 1, fields: [])) }
    closeSplit()
    if problems.isEmpty, reader.problems.isEmpty, rows.isEmpty {
      problems.append(
        RowProblem(
          code: .listEmpty, line: lastLine, column: nil, value: nil,
          reason: BilingualText(vi: "danh sách không có người hưởng nào", en: "the list has no beneficiary"),
          remedy: BilingualText(
            vi: "xuất lại toàn bộ tệp từ phần mềm nguồn", en: "export the whole file again from the source software")))
    }
    let all = RowProblem.sorted(problems + reader.problems)
    guard all.isEmpty else { return .failure(PaymentListRefusal(problems: all, warnings: reader.warnings)) }
    return .success(PaymentList(rows: rows, warnings: reader.warnings, total: total))
  }

  private mutating func accept(_ record: CSVRecord) {
    let fields = reader.read(record)
    checkPerson(fields, record)
    checkDue(fields, record)
    guard let row = fields.row else { return }
    guard rows.count < PaymentList.maximumRows else {
      problems.append(
        RowProblem(
          code: .listTooLong, line: record.line, column: nil, value: nil,
          reason: BilingualText(
            vi: "danh sách có hơn \(PaymentList.maximumRows) dòng",
            en: "the list has more than \(PaymentList.maximumRows) rows"),
          remedy: BilingualText(vi: "chia thành nhiều danh sách", en: "split it into several lists")))
      stage = .refusedHeader
      return
    }
    rows.append(row)
    total += row.amount
  }

  /// The same personal ID must have the same name and birth date everywhere.
  private mutating func checkPerson(_ fields: PaymentFields, _ record: CSVRecord) {
    guard let id = fields.personalID, let name = fields.name, let birthDate = fields.birthDate else { return }
    guard let first = people[id] else {
      people[id] = Person(line: record.line, name: name, birthDate: birthDate)
      return
    }
    if first.name != name, first.name.foldedKey != name.foldedKey {
      problems.append(.otherName(name, of: id, line: record.line, otherLine: first.line))
    }
    if first.birthDate != birthDate {
      problems.append(.otherBirthDate(birthDate, of: id, line: record.line, otherLine: first.line))
    }
  }

  /// One person is owed one programme once a month in a list.
  private mutating func checkDue(_ fields: PaymentFields, _ record: CSVRecord) {
    guard let id = fields.personalID, let programme = fields.programme, let period = fields.period else {
      closeSplit()
      return
    }
    guard takeSplit(id, programme, period, fields, record) == .first else { return }
    let due = Due(
      personalID: id, programme: programme.wireCode, period: programme.dueMonth(period),
      isArrears: fields.arrearsRound != nil)
    guard let first = dues[due] else {
      dues[due] = record.line
      return
    }
    split.drop()
    problems.append(.duplicate(id, programme: programme.code, line: record.line, firstLine: first))
  }

  private mutating func takeSplit(
    _ id: PersonalID, _ programme: Programme, _ period: Period, _ fields: PaymentFields, _ record: CSVRecord
  ) -> FunderSplit.Place {
    let row = fields.row
    let part = FunderSplit.Part(
      line: record.line, kind: row?.funder.kind, amount: row?.amount, unit: row?.unit.text ?? "",
      province: row?.provinceCode ?? "", isGood: row != nil)
    let key = FunderSplit.Key(
      personalID: id.number, programme: programme.wireCode, period: period, isArrears: fields.arrearsRound != nil)
    var closed: [FunderSplit.Closed] = []
    let place = split.take(key, part, programme.funder(in: period)) { closed.append($0) }
    closed.forEach { keep($0) }
    return place
  }

  private mutating func closeSplit() {
    var closed: [FunderSplit.Closed] = []
    split.close { closed.append($0) }
    closed.forEach { keep($0) }
  }

  private mutating func keep(_ split: FunderSplit.Closed) {
    guard split.isWrong, !options.takesParts,
      let programme = options.catalogue.programme(wireCode: split.key.programme)
    else { return }
    problems += split.parts.map { .wrongSplit(programme, split.key.period, line: $0.line) }
  }
}

/// Compares the first line with the only header a list may have.
enum PaymentListHeader {
  static func problems(_ record: CSVRecord) -> [RowProblem] {
    let required = PaymentColumn.required.map(\.rawValue)
    let optional = PaymentColumn.allCases.filter { !$0.isRequired }.map(\.rawValue)
    let expected = required + optional.filter(record.fields.contains)
    guard record.fields != expected else { return [] }
    let remedy = BilingualText(
      vi: "dòng đầu phải đúng là \(expected.joined(separator: ","))",
      en: "the first line must be exactly \(expected.joined(separator: ","))")
    guard record.fields.contains(where: expected.contains) else {
      // Probably a row of data, so nothing of it is shown.
      return [
        RowProblem(
          code: .headerAbsent, line: record.line, column: nil, value: nil,
          reason: BilingualText(vi: "thiếu dòng tên cột", en: "the line of column names is missing"), remedy: remedy)
      ]
    }
    var problems: [RowProblem] = []
    func add(_ code: RowCode, _ column: String, _ reason: BilingualText) {
      problems.append(
        RowProblem(
          code: code, line: record.line, column: Mask.printable(column), value: nil, reason: reason, remedy: remedy))
    }
    for column in expected where !record.fields.contains(column) {
      add(.headerMissing, column, BilingualText(vi: "thiếu cột", en: "the column is missing"))
    }
    var seen: Set<String> = []
    for column in record.fields {
      if !expected.contains(column) {
        add(.headerUnknown, column, BilingualText(vi: "không có cột nào tên này", en: "there is no such column"))
      } else if !seen.insert(column).inserted {
        add(.headerRepeated, column, BilingualText(vi: "cột lặp lại", en: "the column is repeated"))
      }
    }
    guard problems.isEmpty else { return problems }
    for (found, wanted) in zip(record.fields, expected) where found != wanted {
      add(
        .headerOrder, found,
        BilingualText(vi: "sai thứ tự, ở đây phải là cột \(wanted)", en: "wrong order, column \(wanted) belongs here"))
    }
    return problems
  }
}
