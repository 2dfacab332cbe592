internal import GRDB
internal import Ledger

/// What a row may be owed beside, and the rules that a list was checked against.
extension BatchSession {
  /// Throws when somebody has something for the same month that a row of `list` can't be owed beside.
  func requireFree(
    _ row: ItemRow, _ place: Int, of person: [UInt8], on list: String, _ statements: RowStatements
  ) throws {
    let claims = try statements.claims.all([row.period.yyyymm, person.blob]).map { try RegularClaim(row: $0) }
    if let code = ItemRule.refusal(of: row, on: list, beside: claims) { throw LedgerRefusal(code, place: place) }
  }

  /// Keeps the rules that a sealed list was checked against, for ever.
  func keepRules(_ rules: [UInt8], of list: String) throws {
    guard !rules.isEmpty else { return }
    let leaf = commit(.listRules(list: list, rules: rules))
    try sql.run(
      "INSERT INTO list_rules (list, rules, batch, leaf) VALUES (?, ?, ?, ?)", [list, rules.blob, sequence, leaf])
  }
}

extension RegularClaim {
  /// The regular items of a month (first place) that a person (second) has, on whatever list.
  static let query = """
    SELECT i.list, l.programme, l.unit, l.funder, l.home_province FROM line l
    JOIN item_claim c ON c.line = l.id AND c.period = ? AND c.kind = 1 JOIN item i ON i.id = c.item WHERE l.person = ?
    """

  init(row: SQLRow) throws(LedgerStoreError) {
    self.init(
      list: try row.text(0), programme: try row.decode(1) { UInt16(exactly: $0) },
      unit: try row.decode(2) { AccountingUnit(text: $0) }, funder: try row.decode(3) { Funder(text: $0) },
      homeProvince: try row.text(4))
  }
}
