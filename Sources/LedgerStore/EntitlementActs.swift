internal import GRDB
internal import Ledger

/// Acts about lines and items, and what they leave behind.
extension BatchSession {
  /// A line with what may be done with it.
  struct Line {
    let person: [UInt8]
    let account: PayableAccount
    let homeProvince: String
    let standing: LineStanding

    var state: LineState { standing.state }
    var lastPeriod: Period? { standing.lastPeriod }
    let programme: UInt16
  }

  /// A credited item.
  struct Item {
    let id: [UInt8]
    let name: ItemName
    let credited: Int64
    let paid: Int64
    /// What left it otherwise than by a payout.
    let taken: Int64

    var open: Int64 { credited - paid - taken }
  }

  func line(_ id: UInt32) throws -> Line? {
    try sql.one(
      """
      SELECT l.person, l.unit, l.funder, l.home_province, s.state, s.last_period, l.programme, s.moved FROM line l
      LEFT JOIN line_state s ON s.line = l.id WHERE l.id = ?
      """, id
    ).map { row in
      Line(
        person: try row.bytes(0),
        account: PayableAccount(
          line: id, unit: try row.decode(1) { AccountingUnit(text: $0) },
          funder: try row.decode(2) { Funder(text: $0) }),
        homeProvince: try row.text(3),
        standing: row.isNull(4) ? LineStanding() : try LineStanding(row, state: 4, last: 5, moved: 7),
        programme: try row.decode(6) { UInt16(exactly: $0) })
    }
  }

  /// The credited items of a line, by month and then in the order they were imported in; of one month when it is given.
  func items(line: UInt32, period: Period? = nil) throws -> [Item] {
    try sql.all(
      """
      SELECT o.item, o.period, i.kind, o.credited, o.paid, o.taken, i.number FROM item_open o
      JOIN item i ON i.id = o.item
      WHERE o.line = ?1 AND (?2 IS NULL OR o.period = ?2) ORDER BY o.period, o.item
      """, [line, period?.yyyymm]
    ).map { row in
      Item(
        id: try row.bytes(0),
        name: ItemName(
          line: line, period: try row.decode(1) { Int32(exactly: $0).flatMap { Period(yyyymm: $0) } },
          kind: try row.decode(2) { UInt8(exactly: $0).flatMap(ItemKind.init) }, number: Int(try row.int(6))),
        credited: try row.int(3), paid: try row.int(4), taken: try row.int(5))
    }
  }

  /// Takes `amount` out of an item otherwise than by a payout; a negative amount gives it back.
  func move(_ amount: Int64, of item: [UInt8], act: Int64) throws {
    try sql.run("INSERT INTO item_move (item, act, amount) VALUES (?, ?, ?)", [item.blob, act, amount])
    try sql.run("UPDATE item_open SET taken = taken + ? WHERE item = ?", [amount, item.blob])
  }

  /// The number that the next act gets.
  func nextAct() throws -> Int64 { try (sql.one("SELECT COALESCE(MAX(sequence), 0) FROM act", [])?.int(0) ?? 0) + 1 }

  /// Keeps an act under the next number, for ever.
  ///
  /// - Parameters:
  ///   - subject: what it is about, without anybody's name: a line, an item, a person's random id, a transaction.
  ///   - content: what was decided, in words and figures that identify nobody.
  @discardableResult
  func keep(
    _ kind: EntitlementActKind, subject: String, content: String = "", _ hands: ActHands, event: [UInt8]? = nil
  ) throws -> Int64 {
    let act = StoredAct(
      sequence: try nextAct(), kind: kind, subject: subject, content: content, hands: hands, event: event,
      actedAt: receivedAt)
    let leaf = commit(act.leaf)
    try sql.run(
      """
      INSERT INTO act (sequence, kind, subject, content, maker, checker, office, reason, event, acted_at, request,
        batch, leaf)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """,
      [
        act.sequence, kind.rawValue, subject, content, hands.maker, hands.checker, hands.office, hands.reason,
        event?.blob, receivedAt, key, sequence, leaf,
      ])
    return act.sequence
  }

  func act(_ act: LineAct) throws -> Decision {
    try act.hands.require(for: act.kind)
    guard let line = try line(act.line) else { throw LedgerRefusal(.unknownLine) }
    let standing = try act.standing(after: line.standing, isDead: death(line.person) != nil)
    let late = try act.lastPeriod.map { try notOwed([line], after: $0, recovers: false) } ?? []
    let event = try postOptional(transfers(of: late), reference: "line \(act.line)")
    let number = try keep(
      act.kind, subject: "line \(act.line)", content: act.content, act.hands, event: event)
    try take(late, act: number)
    try set(standing, of: act.line, act: number)
    return .outcome(
      .acted(EntitlementActResult(sequence: number, amount: try Money.total(late.map(\.amount)))))
  }
}
