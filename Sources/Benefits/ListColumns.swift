internal import VietnamReference

/// Where the ten columns stand in the rows of one file.
struct ListColumns: Sendable {
  /// The place of each column of ``PaymentColumn``, by its index, from 0.
  let places: [Int]
  /// How many columns have a name.
  let width: Int
  /// How many cells a row needs at least.
  let needed: Int

  /// Reads the line of column names: the columns' codes or what people call them, in any order and spelling.
  ///
  /// Empty cells at the end are left out, and the two columns that a file of rejects carries are passed over.
  static func read(_ cells: [String], line: Int) -> Result<ListColumns, PaymentListRefusal> {
    let width = (cells.lastIndex { !ListCell.trimmed($0).isEmpty } ?? -1) + 1
    var places = [Int?](repeating: nil, count: PaymentColumn.allCases.count)
    var problems: [RowProblem] = []
    func add(_ code: RowCode, _ column: String, _ reason: BilingualText) {
      problems.append(
        RowProblem(
          code: code, line: line, column: Mask.printable(ListCell.trimmed(column)), value: nil, reason: reason,
          remedy: remedy))
    }
    for (place, cell) in cells.prefix(width).enumerated() {
      let key = LabelKey.key(cell)
      if let column = labels[key] {
        if places[column.index] == nil {
          places[column.index] = place
        } else {
          add(.headerRepeated, cell, BilingualText(vi: "cột lặp lại", en: "the column is repeated"))
        }
      } else if !passedOver.contains(key) {
        add(.headerUnknown, cell, BilingualText(vi: "không có cột nào tên này", en: "there is no such column"))
      }
    }
    guard places.contains(where: { $0 != nil }) else {
      // Probably a title or a row of data, so nothing of it is shown.
      let problem = RowProblem(
        code: .headerAbsent, line: line, column: nil, value: nil,
        reason: BilingualText(vi: "thiếu dòng tên cột", en: "the line of column names is missing"), remedy: remedy)
      return .failure(PaymentListRefusal(problems: [problem], warnings: []))
    }
    for column in PaymentColumn.allCases where places[column.index] == nil {
      add(.headerMissing, column.rawValue, BilingualText(vi: "thiếu cột", en: "the column is missing"))
    }
    guard problems.isEmpty else { return .failure(PaymentListRefusal(problems: problems, warnings: [])) }
    let found = places.map { $0 ?? 0 }
    return .success(ListColumns(places: found, width: width, needed: (found.max() ?? 0) + 1))
  }

  /// How many cells are names of columns, to tell the separator by.
  static func known(_ cells: [String]) -> Int {
    cells.count { cell in
      let key = LabelKey.key(cell)
      return labels[key] != nil || passedOver.contains(key)
    }
  }

  private static let remedy = BilingualText(
    vi: "dòng đầu ghi tên mười cột: \(PaymentColumn.allCases.map(\.rawValue).joined(separator: ",")); bỏ các cột khác",
    en: "name the ten columns in the first line: \(PaymentColumn.allCases.map(\.rawValue).joined(separator: ",")); "
      + "leave others out")

  private static let passedOver: Set<String> = Set(PaymentListRejects.extraColumns.map(LabelKey.key))

  /// What people call the columns, as ``LabelKey``.
  private static let labels: [String: PaymentColumn] = {
    let names: [PaymentColumn: String] = [
      .personalID: """
      sodinhdanhcanhan sodinhdanh madinhdanh madinhdanhcanhan sodinhdanhcccd cccd socccd sothecccd socancuoc
      socancuoccongdan sothecancuoc sothecancuoccongdan cancuoccongdan cancuoc sddcn personalid
      """,
      .name: """
      hoten hovaten hochudemvaten hochulotvaten hotennguoihuong hovatennguoihuong tennguoihuong nguoihuong
      nguoithuhuong hotennguoithuhuong fullname name
      """,
      .birthDate: "ngaysinh ngaythangnamsinh namsinh ngaynamsinh birthdate dateofbirth",
      .programme: "chuongtrinh machuongtrinh chedo machedo loaichedo loaitrocap chuongtrinhtrocap programme",
      .period: "ky kychitra kychi kyhuong kytrocap thang thanghuong thangchitra thangtrocap period",
      .amount: "sotien sotiendong sotienvnd sotienhuong sotienchitra sotienduochuong muchuong muctrocap amount",
      .funder: "nguon manguon nguonkinhphi manguonkinhphi nguonkp nguonchi funder",
      .unit: "donvi madonvi donvichitra madonvichitra donviquanly coquanchitra unit",
      .province: "tinh matinh tinhthanhpho matinhthanhpho tinhthanh matinhthanh tinhtp matinhtp province",
      .point: "diemchi madiemchi diemchitra madiemchitra point",
    ]
    var labels: [String: PaymentColumn] = [:]
    for (column, text) in names {
      labels[LabelKey.key(column.rawValue)] = column
      for name in text.split(whereSeparator: \.isWhitespace) { labels[String(name)] = column }
    }
    return labels
  }()
}
