internal import GRDB
internal import Ledger

/// Deaths that were recorded by mistake.
///
/// What the death raised as overpaid is released in the same act: nobody but the office made the mistake, and a debt
/// that waited for a second act would be taken out of the person's next credits meanwhile. What was recovered of it,
/// or went back to a fund, does not come back by itself: a fund may not have it any more. It is listed again, as
/// regular items where a month went back wholly (``ItemClaim/returned``) and as arrears otherwise. What was written off
/// stays so.
extension BatchSession {
  func withdrawDeath(_ person: [UInt8], _ hands: ActHands) throws -> Decision {
    guard let death = try death(person) else { throw LedgerRefusal(.personNotDead) }
    let heirs = try sql.one(Inheritance.standing(of: "l.person = ?1 AND n.act > ?2"), [person.blob, death.act])
    guard heirs == nil else { throw LedgerRefusal(.inheritanceStands) }
    guard try FuneralClaim.standing(sql, of: person) == nil else { throw LedgerRefusal(.funeralStands) }
    let debts = try debts(of: person, raisedBy: death.act)
    let subject = Self.subject(person)
    let event = try postOptional(
      LedgerEvent.notOwedTakenBack(debts.map(\.part)).transfers(), reference: subject)
    let number = try keep(.deathWithdrawn, subject: subject, content: "death \(death.act)", hands, event: event)
    for debt in debts {
      try keep(debt.part, in: "receivable_release", act: number)
      try putAside(debt.item, overpaid: -debt.part.amount)
    }
    try sql.run("INSERT INTO death_withdrawal (death, act) VALUES (?, ?)", [death.act, number])
    try sql.run("DELETE FROM death WHERE person = ?", [person.blob])
    let lines = try lines(of: person)
    let revived = try lines.filter(revive).count
    let cards = try sql.one("SELECT COUNT(*) FROM card WHERE person = ?", [person.blob])?.int(0) ?? 0
    return .outcome(
      .acted(
        EntitlementActResult(
          sequence: number, amount: try Money.total(debts.map(\.part.amount)),
          withdrawn: DeathWithdrawn(lines: revived, cards: Int(cards)))))
  }

  /// What is still owed of the overpayments that a death raised, with their items.
  private func debts(of person: [UInt8], raisedBy act: Int64) throws -> [(item: [UInt8], part: ReceivableAmount)] {
    try sql.all(
      """
      SELECT r.number, r.line, r.item FROM line l CROSS JOIN receivable r ON r.line = l.id
      WHERE l.person = ? AND r.act = ? ORDER BY r.number
      """, [person.blob, act]
    ).compactMap { row in
      guard let line = try line(row.decode(1) { UInt32(exactly: $0) }) else { return nil }
      let rest = try balance(ReceivableAmount.account(row.int(0), line.account))
      guard rest > 0 else { return nil }
      return (
        try row.bytes(2), ReceivableAmount(receivable: try row.int(0), line: line.account, amount: rest)
      )
    }
  }

  /// Makes a line what the decisions about it alone made of it; whether it was anything else.
  private func revive(_ line: Line) throws -> Bool {
    let id = line.account.line
    let acts = try sql.all(
      "SELECT kind, content, sequence FROM act WHERE subject = ? AND kind IN (1, 2, 3) ORDER BY sequence",
      ["line \(id)"])
    var followed = FollowedLine()
    for row in acts {
      let kind: EntitlementActKind = try row.decode(0) { UInt8(exactly: $0).flatMap(EntitlementActKind.init) }
      guard followed.follow(try row.int(2), kind, try row.text(1)) else {
        throw LedgerStoreError.corrupt(place: "line \(id)")
      }
    }
    if let now = followed.now {
      try set(now.standing, of: id, act: now.act)
    } else {
      try sql.run("DELETE FROM line_state WHERE line = ?", [id])
    }
    return (followed.now?.standing ?? LineStanding()) != line.standing
  }
}

/// What heirs have of what dead people had not received.
enum Inheritance {
  /// Inherited items of which somebody has something, or owes it back: those from lines `l` by inheritances `n` that
  /// fit a condition, and what others inherited of them in turn. What came back to the fund, was recovered or written
  /// off does not stand. Column item.
  static func standing(of condition: String) -> String {
    """
    WITH RECURSIVE heir (item) AS (
      SELECT n.item FROM inherited_item n JOIN line l ON l.id = n.source WHERE \(condition)
      UNION
      SELECT n.item FROM heir h JOIN item_open o ON o.item = h.item JOIN item_move m ON m.item = h.item
      JOIN inherited_item n ON n.act = m.act AND n.source = o.line
    )
    SELECT h.item FROM heir h JOIN item_open o ON o.item = h.item LEFT JOIN item_aside s ON s.item = o.item
    WHERE o.credited - o.taken + COALESCE(s.uncollected + s.deducted - s.overpaid, 0) <> 0 OR EXISTS (
      SELECT 1 FROM receivable r JOIN line k ON k.id = r.line JOIN account a
        ON a.code = 1400 AND a.book = k.unit AND a.funder = k.funder AND a.subject = r.number || ''
      WHERE r.item = h.item AND a.debits > a.credits)
    """
  }
}
