import Ledger
import VietnamReference

/// What stands at the centre in the way of a row.
public struct EarlierClaim: Hashable, Sendable {
  /// The list that it is on.
  public let list: String
  /// Code of its programme.
  public let programme: String
  /// Text form of its unit.
  public let unit: String
  /// Two-digit code of its home province.
  public let province: String

  /// One claim.
  public init(list: String, programme: String, unit: String, province: String) {
    self.list = list
    self.programme = programme
    self.unit = unit
    self.province = province
  }

  var words: BilingualText {
    BilingualText(
      vi: "danh sách \(list), đơn vị \(unit), tỉnh \(province)", en: "list \(list), unit \(unit), province \(province)")
  }
}

extension RejectedRow {
  /// A row that is good by itself, and that can't be owed beside what its person is on a list for.
  ///
  /// - Parameters:
  ///   - line: where it stands in the file.
  ///   - claim: what is in its way: of the same programme, or of one that excludes it; `nil` when it is only known that
  ///     the same programme is.
  public init(claimed row: PaymentRow, line: Int, by claim: EarlierClaim?) {
    self.init(line: line, cells: row.cells, problems: [Self.problem(row, line, claim)])
  }

  private static func problem(_ row: PaymentRow, _ line: Int, _ claim: EarlierClaim?) -> RowProblem {
    let month = "\(row.period.month)/\(row.period.year)"
    if let claim, claim.programme != row.programmeCode {
      return RowProblem(
        code: .rowExcluded, line: line, column: PaymentColumn.personalID.rawValue, value: row.personalID.masked,
        reason: BilingualText(
          vi: "\(row.programmeCode) không được hưởng cùng \(claim.programme) tháng \(month) (\(claim.words.vi))",
          en: "\(row.programmeCode) is not paid together with \(claim.programme) for \(month) (\(claim.words.en))"),
        remedy: BilingualText(
          vi: "chỉ giữ một chế độ theo quy định của hai chương trình",
          en: "keep the one benefit that the two programmes' rules give"))
    }
    if let round = row.arrearsRound { return arrears(row, line, round, by: claim) }
    let place = claim.map { BilingualText(vi: " (\($0.words.vi))", en: " (\($0.words.en))") }
    return RowProblem(
      code: .rowEarlierList, line: line, column: PaymentColumn.personalID.rawValue, value: row.personalID.masked,
      reason: BilingualText(
        vi: "khoản \(row.programmeCode) tháng \(month) đã có trong một danh sách trước\(place?.vi ?? "")",
        en: "\(row.programmeCode) for \(month) is in an earlier list\(place?.en ?? "")"),
      remedy: BilingualText(vi: "bỏ dòng này khỏi danh sách", en: "take this row out of the list"))
  }

  private static func arrears(
    _ row: PaymentRow, _ line: Int, _ round: Int, by claim: EarlierClaim?
  ) -> RowProblem {
    let month = "\(row.period.month)/\(row.period.year)"
    let next = "\(row.period.year)-\(row.period.month < 10 ? "0" : "")\(row.period.month)/\(round + 1)"
    return RowProblem(
      code: .rowEarlierList, line: line, column: PaymentColumn.arrears.rawValue, value: row.personalID.masked,
      reason: BilingualText(
        vi: "truy lĩnh \(row.programmeCode) tháng \(month) lần \(round): tháng này đã có khoản ở danh sách trước"
          + (claim.map { " (\($0.words.vi))" } ?? ""),
        en: "payment \(round) of arrears of \(row.programmeCode) for \(month): an earlier list has that month"
          + (claim.map { " (\($0.words.en))" } ?? "")),
      remedy: BilingualText(
        vi: "bỏ dòng này; nếu còn thiếu thì đơn vị có danh sách đó ghi tiếp là \(next), cộng lại không quá mức của "
          + "chương trình",
        en: "take this row out; if more is owed, the unit of that list writes \(next), in all no more than the "
          + "programme gives"))
  }
}
