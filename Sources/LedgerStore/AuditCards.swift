internal import GRDB
internal import Ledger

/// Cards and their acts.
extension AuditWalk {
  private static func list(_ kinds: Set<CardActKind>) -> String {
    kinds.map { String($0.rawValue) }.sorted().joined(separator: ", ")
  }

  mutating func checkCards() throws {
    try each(
      .cards, "card whose state is not what its acts say",
      """
      SELECT s.number FROM card_state s WHERE s.state <> CASE
        WHEN EXISTS (
          SELECT 1 FROM card_act a WHERE a.card = s.number AND a.act IN (\(Self.list(CardActKind.endings)))) THEN 3
        WHEN EXISTS (
          SELECT 1 FROM card_act a WHERE a.card = s.number AND a.act IN (\(Self.list(CardActKind.finalBlocks)))) THEN 2
        WHEN EXISTS (SELECT 1 FROM case_file f WHERE f.card = s.number AND f.kind = 1) THEN 2
        WHEN (
          SELECT a.act FROM card_act a WHERE a.card = s.number AND a.act IN (1, 2) ORDER BY a.sequence DESC LIMIT 1
        ) = 1 THEN 2 ELSE 1 END
      """)
    try each(
      .cards, "person with two live cards",
      """
      SELECT MIN(c.number) FROM card c JOIN card_state s ON s.number = c.number WHERE s.state <> 3
      GROUP BY c.person HAVING COUNT(*) > 1
      """)
    try each(
      .cards, "acts of a card that do not count up from 1",
      "SELECT card FROM card_act GROUP BY card HAVING COUNT(*) <> MAX(sequence) OR MIN(sequence) <> 1")
    try each(
      .cards, "PIN acts of a card that do not count up from 1",
      "SELECT card FROM pin_act GROUP BY card HAVING COUNT(*) <> MAX(sequence) OR MIN(sequence) <> 1")
    try checkActs()
    try checkReserves()
  }

  private mutating func checkActs() throws {
    let two = CardActKind.successions.union([.unblock])
    try each(
      .cards, "act of one person that needs two",
      """
      SELECT card || ' ' || sequence FROM card_act
      WHERE maker = checker OR (checker = '' AND act IN (\(Self.list(two))))
      """)
    try each(
      .cards, "PIN act of one person that needs two",
      """
      SELECT card || ' ' || sequence FROM pin_act
      WHERE maker = checker OR (checker = '' AND (act = 2 OR sequence > 1))
      """)
    try each(
      .cards, "act whose successor is missing or another person's",
      """
      SELECT a.card || ' ' || a.sequence FROM card_act a JOIN card c ON c.number = a.card
      LEFT JOIN card n ON n.number = a.successor
      WHERE (a.act IN (\(Self.list(CardActKind.successions)))) <> (a.successor IS NOT NULL)
        OR (a.successor IS NOT NULL AND n.person IS NOT c.person)
      """)
    try each(
      .cards, "act after the end of its card",
      """
      SELECT a.card || ' ' || a.sequence FROM card_act a
      WHERE a.act IN (1, 2, 3, 6, 7, 9) AND EXISTS (
        SELECT 1 FROM card_act e WHERE e.card = a.card AND e.sequence < a.sequence
          AND e.act IN (\(Self.list(CardActKind.endings)))
      )
      """)
  }

  private mutating func checkReserves() throws {
    try each(
      .cards, "release of a reserve without its posting, or the reverse",
      """
      SELECT a.card || ' ' || a.sequence FROM card_act a
      WHERE (a.act = 8) <> EXISTS (
        SELECT 1 FROM transfer t JOIN account d ON d.id = t.debit
        WHERE t.event = a.event AND t.kind = 10 AND d.code = 2300 AND substr(d.subject, 1, 17) = a.card || '/'
      )
      UNION ALL
      SELECT hex(t.id) FROM transfer t
      WHERE t.kind = 10 AND NOT EXISTS (SELECT 1 FROM card_act a WHERE a.event = t.event AND a.act = 8)
      """)
    let wait = (ReserveRule.terminalCertificateDays + ReserveRule.reportingDays) * 86_400
    try each(
      .cards, "reserve released by one person before its time",
      """
      SELECT a.card || ' ' || a.sequence FROM card_act a WHERE a.act = 8 AND a.checker = '' AND NOT EXISTS (
        SELECT 1 FROM completion c WHERE c.card = a.card GROUP BY c.card
        HAVING MAX(c.authority_ends) > 0 AND MAX(c.authority_ends) + \(wait) <= a.acted_at / 1000
      )
      """)
  }
}
