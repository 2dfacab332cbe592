internal import VietnamReference

/// Where the columns of a list stand in the rows of one file.
struct ListColumns: Sendable {
  /// What kind of list it is.
  let kind: ListKind
  /// The place of each column of ``kind``, by its index, from 0; -1 for one that the file does not have.
  let places: [Int]
  /// How many columns have a name.
  let width: Int
  /// How many cells a row needs at least.
  let needed: Int

  /// Reads the line of column names: the columns' codes or what people call them, in any order and spelling.
  ///
  /// Empty cells at the end are left out, and the two columns that a file of rejects carries are passed over.
  static func read(
    _ cells: [String], line: Int, kinds: [ListKind] = [.payments]
  ) -> Result<ListColumns, PaymentListRefusal> {
    let kind = ListKind.recognise(cells, kinds)
    let width = (cells.lastIndex { !ListCell.trimmed($0).isEmpty } ?? -1) + 1
    var places = [Int](repeating: -1, count: kind.columns.count)
    var problems: [RowProblem] = []
    func add(_ code: RowCode, _ column: String, _ reason: BilingualText) {
      problems.append(
        RowProblem(
          code: code, line: line, column: Mask.printable(ListCell.trimmed(column)), value: nil, reason: reason,
          remedy: kind.remedy))
    }
    for (place, cell) in cells.prefix(width).enumerated() {
      let key = LabelKey.key(cell)
      if let column = kind.labels[key] {
        if places[column] < 0 {
          places[column] = place
        } else {
          add(.headerRepeated, cell, BilingualText(vi: "cột lặp lại", en: "the column is repeated"))
        }
      } else if !passedOver.contains(key) {
        add(.headerUnknown, cell, BilingualText(vi: "không có cột nào tên này", en: "there is no such column"))
      }
    }
    guard places.contains(where: { $0 >= 0 }) else {
      // Probably a title or a row of data, so nothing of it is shown.
      let problem = RowProblem(
        code: .headerAbsent, line: line, column: nil, value: nil,
        reason: BilingualText(vi: "thiếu dòng tên cột", en: "the line of column names is missing"), remedy: kind.remedy)
      return .failure(PaymentListRefusal(problems: [problem], warnings: []))
    }
    for (index, column) in kind.columns.enumerated() where places[index] < 0 && kind.required.contains(index) {
      add(.headerMissing, column, BilingualText(vi: "thiếu cột", en: "the column is missing"))
    }
    guard problems.isEmpty else { return .failure(PaymentListRefusal(problems: problems, warnings: [])) }
    return .success(ListColumns(kind: kind, places: places, width: width, needed: (places.max() ?? 0) + 1))
  }

  /// How many cells are names of columns, to tell the separator by.
  static func known(_ cells: [String]) -> Int {
    cells.count { cell in
      let key = LabelKey.key(cell)
      return ListKind.payments.labels[key] != nil || ListKind.applicants.labels[key] != nil || passedOver.contains(key)
    }
  }

  private static let passedOver: Set<String> = Set(PaymentListRejects.extraColumns.map(LabelKey.key))
}
