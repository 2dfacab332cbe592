internal import VietnamReference

/// What is wrong with a row as a whole, or with it beside other rows.
extension RowProblem {
  init(_ error: CSVError) {
    let column: String?
    switch error.kind {
    case .bareQuote(let field), .invalidUTF8(let field):
      column = PaymentColumn.allCases.indices.contains(field - 1) ? PaymentColumn.allCases[field - 1].rawValue : nil
    default: column = nil
    }
    self.init(
      code: error.code, line: error.line, column: column, value: nil, reason: error.reason, remedy: error.remedy)
  }

  /// A defect of a record of a file whose columns stand in its own order.
  init(_ error: CSVError, _ columns: ListColumns) {
    let field: Int?
    switch error.kind {
    case .bareQuote(let number), .invalidUTF8(let number): field = number
    default: field = nil
    }
    let column = field.flatMap { field in columns.places.firstIndex(of: field - 1) }
    self.init(
      code: error.code, line: error.line, column: column.map { columns.kind.columns[$0] }, value: nil,
      reason: error.reason, remedy: error.remedy)
  }

  /// What should be checked about a personal ID that is taken.
  init(_ finding: IdentifierFinding, line: Int, column: PaymentColumn, value: String) {
    self.init(
      code: RowCode(finding), line: line, column: column.rawValue, value: value, reason: finding.message,
      remedy: BilingualText(
        vi: "cần xác minh với Cơ sở dữ liệu quốc gia về dân cư, danh sách vẫn được nhận",
        en: "verify with the National Population Database; the list is taken all the same"))
  }

  static func otherName(_ name: PersonName?, of id: PersonalID, line: Int, otherLine: Int) -> RowProblem {
    RowProblem(
      code: .personName, line: line, column: PaymentColumn.name.rawValue, value: name?.masked,
      reason: BilingualText(
        vi: "cùng số định danh cá nhân \(id.masked) nhưng họ và tên khác dòng \(otherLine)",
        en: "the same personal identification number \(id.masked) has another name on line \(otherLine)"),
      remedy: onePerson)
  }

  static func otherBirthDate(_ date: PartialDate, of id: PersonalID, line: Int, otherLine: Int) -> RowProblem {
    RowProblem(
      code: .personBirthDate, line: line, column: PaymentColumn.birthDate.rawValue, value: date.slashed,
      reason: BilingualText(
        vi: "cùng số định danh cá nhân \(id.masked) nhưng ngày sinh khác dòng \(otherLine)",
        en: "the same personal identification number \(id.masked) has another birth date on line \(otherLine)"),
      remedy: onePerson)
  }

  static func duplicate(_ id: PersonalID, programme: String, line: Int, firstLine: Int) -> RowProblem {
    RowProblem(
      code: .rowDuplicate, line: line, column: PaymentColumn.personalID.rawValue, value: id.masked,
      reason: BilingualText(
        vi: "trùng với dòng \(firstLine): cùng người hưởng, cùng chương trình \(programme), cùng kỳ hưởng",
        en: "the same as line \(firstLine): same beneficiary, programme \(programme) and benefit period"),
      remedy: BilingualText(
        vi: "xóa dòng trùng; khoản truy lĩnh ghi tháng được truy lĩnh vào cột truy_linh",
        en: "delete the duplicate; arrears have the month they are owed for in column truy_linh"))
  }

  /// By line, then by column.
  static func sorted(_ problems: [RowProblem]) -> [RowProblem] {
    guard problems.count > 1 else { return problems }
    func place(_ problem: RowProblem) -> (Int, Int) {
      (problem.line, problem.column.map { PaymentColumn(rawValue: $0)?.index ?? PaymentColumn.allCases.count } ?? -1)
    }
    return problems.enumerated().sorted { left, right in
      let (first, second) = (place(left.element), place(right.element))
      return first == second ? left.offset < right.offset : first < second
    }.map(\.element)
  }

  private static let onePerson = BilingualText(
    vi: "đối chiếu với Cơ sở dữ liệu quốc gia về dân cư và ghi thống nhất",
    en: "compare with the National Population Database and write it the same way")
}
