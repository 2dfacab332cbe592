internal import GRDB
internal import Ledger

/// Deaths and their withdrawals against the acts that the chain commits to.
extension AuditWalk {
  mutating func checkDeaths() throws {
    try each(
      .items, "death that is not what was decided",
      """
      SELECT hex(COALESCE(d.person, x'')) FROM death_record d
      FULL JOIN (SELECT * FROM act WHERE kind = 20) a ON a.sequence = d.act
      WHERE d.person IS NULL OR a.sequence IS NULL OR a.subject <> 'person ' || hex(d.person)
        OR a.content <> d.died_on || ' ' || d.document
      """)
    try each(
      .items, "death that was withdrawn otherwise than was decided",
      """
      SELECT COALESCE(w.act, a.sequence) || '' FROM death_withdrawal w
      FULL JOIN (SELECT * FROM act WHERE kind = 30) a ON a.sequence = w.act
      LEFT JOIN death_record d ON d.act = w.death
      WHERE w.act IS NULL OR a.sequence IS NULL OR d.act IS NULL OR w.act <= w.death
        OR a.subject <> 'person ' || hex(d.person) OR a.content <> 'death ' || w.death
      """)
    try each(
      .items, "person who is dead otherwise than was decided, or lives though nobody withdrew the death",
      """
      SELECT hex(COALESCE(r.person, d.person)) FROM (
        SELECT * FROM death_record WHERE act NOT IN (SELECT death FROM death_withdrawal)
      ) r FULL JOIN death d ON d.act = r.act WHERE r.person IS NOT d.person OR r.died_on IS NOT d.died_on
      """)
    try checkWithdrawn()
  }

  /// What has to be gone when a death was withdrawn.
  private mutating func checkWithdrawn() throws {
    try each(
      .items, "overpayment of a withdrawn death that is owed, or was released by another death's withdrawal",
      """
      SELECT r.number || '' FROM receivable r JOIN death_withdrawal w ON w.death = r.act JOIN line l ON l.id = r.line
      JOIN account a ON a.code = 1400 AND a.book = l.unit AND a.funder = l.funder AND a.subject = r.number || ''
      WHERE a.debits <> a.credits
      UNION ALL SELECT r.number || '' FROM receivable_release x JOIN death_withdrawal w ON w.act = x.act
      JOIN receivable r ON r.number = x.receivable WHERE r.act <> w.death
      """)
    try each(
      .items, "inheritance that stands though the death was withdrawn",
      "SELECT hex(item) FROM ("
        + Inheritance.standing(
          of: """
            EXISTS (
              SELECT 1 FROM death_record d JOIN death_withdrawal w ON w.death = d.act
              WHERE d.person = l.person AND n.act BETWEEN d.act AND w.act)
            """) + ")")
    try each(
      .items, "funeral claim that stands though nobody is dead",
      """
      SELECT f.act || '' FROM funeral_claim f LEFT JOIN funeral_withdrawal w ON w.claim = f.act
      WHERE w.claim IS NULL AND NOT EXISTS (SELECT 1 FROM death d WHERE d.person = f.person AND d.act < f.act)
      """)
  }
}
