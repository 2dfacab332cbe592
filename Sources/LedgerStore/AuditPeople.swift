internal import GRDB
internal import Ledger

/// Deaths, heirs, representatives, presences and officials against the acts that the chain commits to.
extension AuditWalk {
  mutating func checkPeople() throws {
    try checkDeaths()
    try each(
      .items, "line of a dead person that does not end with the month of death",
      """
      SELECT l.id || '' FROM death d JOIN line l ON l.person = d.person LEFT JOIN line_state s ON s.line = l.id
      WHERE COALESCE(s.state, 1) = 1 OR s.last_period IS NULL OR s.last_period > d.died_on / 100
      """)
    try each(
      .items, "open item of a dead person for a month after the death",
      """
      SELECT hex(o.item) FROM death d JOIN line l ON l.person = d.person JOIN item_open o ON o.line = l.id
      JOIN item i ON i.id = o.item LEFT JOIN item_aside s ON s.item = o.item
      WHERE o.period > d.died_on / 100 AND i.kind <> 5
        AND o.credited - o.paid - o.taken > MAX(0, COALESCE(s.overpaid - o.paid - s.deducted, 0))
      """)
    try each(
      .cards, "live card of a dead person",
      """
      SELECT c.number FROM death d JOIN card c ON c.person = d.person JOIN card_state s ON s.number = c.number
      WHERE s.state <> 3
      """)
    try checkHeirs()
    try checkRepresentatives()
    try checkHealthInsurance()
    try checkStaff()
  }

  private mutating func checkHeirs() throws {
    try each(
      .items, "inherited item of no heir",
      """
      SELECT hex(i.id) FROM item i LEFT JOIN inherited_item n ON n.item = i.id LEFT JOIN act a ON a.sequence = n.act
      WHERE (i.kind = 5 OR i.list = '') AND (
        i.kind <> 5 OR i.list <> '' OR n.item IS NULL OR a.kind <> 21 OR a.content <> 'heir ' || hex(i.person))
      """)
    try each(
      .items, "inheritance that is not what the dead person had not received",
      """
      SELECT a.sequence || '' FROM act a
      LEFT JOIN (
        SELECT n.act, SUM(i.amount) AS amount FROM inherited_item n JOIN item i ON i.id = n.item GROUP BY n.act
      ) g ON g.act = a.sequence
      LEFT JOIN (SELECT act, SUM(amount) AS amount FROM item_move GROUP BY act) t ON t.act = a.sequence
      LEFT JOIN (SELECT event, SUM(amount) AS amount FROM transfer WHERE kind = 32 GROUP BY event) e
        ON e.event = a.event
      WHERE a.kind = 21 AND (g.amount IS NOT t.amount OR g.amount IS NOT e.amount)
      """)
    try checkFunerals()
  }

  private mutating func checkRepresentatives() throws {
    try each(
      .items, "paper that is not what was registered",
      """
      SELECT COALESCE(r.paper, a.content) FROM representative r
      FULL JOIN (SELECT * FROM act WHERE kind IN (23, 24)) a ON a.sequence = r.act
      WHERE r.paper IS NULL OR a.sequence IS NULL OR a.subject <> 'person ' || hex(r.person)
        OR (a.kind = 24) <> (r.kind = 2)
        OR a.content <> r.paper || ' ' || r.kind || ' ' || hex(r.representative) || ' '
          || COALESCE(r.programme, 'all') || ' ' || r.valid_from || ' ' || r.valid_until
      """)
    try each(
      .items, "paper that ended otherwise than was decided",
      """
      SELECT COALESCE(e.paper, a.content) FROM representative_end e
      FULL JOIN (SELECT * FROM act WHERE kind = 25) a ON a.sequence = e.act
      WHERE e.paper IS NULL OR a.sequence IS NULL OR a.content <> e.paper
      """)
    try each(
      .outcomes, "payout to somebody whose paper does not cover it",
      """
      SELECT hex(x.transaction_id) FROM (
        SELECT p.transaction_id, p.effective_date, p.posted_at, c.person, k.paper FROM payout_collector k
        JOIN payout p ON p.transaction_id = k.transaction_id JOIN card c ON c.number = p.card
        UNION ALL SELECT h.transaction_id, h.effective_date, h.posted_at, h.person, k.paper
        FROM hand_payout_collector k JOIN hand_payout h ON h.transaction_id = k.transaction_id
      ) x LEFT JOIN representative r ON r.paper = x.paper LEFT JOIN representative_end e ON e.paper = r.paper
      LEFT JOIN act a ON a.sequence = e.act
      WHERE r.paper IS NULL OR r.person <> x.person OR r.valid_from > x.effective_date
        OR r.valid_until < x.effective_date OR a.acted_at < x.posted_at OR EXISTS (
          SELECT 1 FROM (
            SELECT p.transaction_id, t.line FROM payout_part t JOIN payout p ON p.id = t.payout
            UNION ALL SELECT transaction_id, line FROM hand_payout_part
          ) t JOIN line l ON l.id = t.line
          WHERE t.transaction_id = x.transaction_id AND l.programme IS NOT r.programme
            AND (r.kind <> 2 OR r.programme IS NOT NULL))
      """)
    try each(
      .items, "presence that is not what was recorded",
      """
      SELECT hex(COALESCE(s.person, x'')) FROM presence s
      FULL JOIN (SELECT * FROM act WHERE kind = 26) a ON a.sequence = s.act
      WHERE s.person IS NULL OR a.sequence IS NULL OR a.subject <> 'person ' || hex(s.person)
        OR a.content <> s.seen_on || ' ' || s.place || IIF(s.transaction_id IS NULL, '', ' ' || hex(s.transaction_id))
        OR EXISTS (SELECT 1 FROM payout_collector x WHERE x.transaction_id = s.transaction_id)
      """)
    try each(
      .items, "identity that nobody decided",
      """
      SELECT hex(COALESCE(i.person, x'')) FROM identity_act i
      FULL JOIN (SELECT * FROM act WHERE kind = 27) a ON a.sequence = i.act
      WHERE i.person IS NULL OR a.sequence IS NULL OR a.subject <> 'person ' || hex(i.person)
        OR NOT EXISTS (SELECT 1 FROM person_identity p WHERE p.personal_id = i.personal_id AND p.person = i.person)
      """)
  }

  /// Roles are what appointments and dismissals, one after the other, left of them.
  private mutating func checkStaff() throws {
    try each(
      .items, "role that is not what was last decided",
      """
      SELECT COALESCE(a.subject, s.official) FROM (
        SELECT subject, content, MAX(sequence) AS sequence, kind FROM act WHERE kind IN (60, 61)
        GROUP BY subject, content
      ) a FULL JOIN staff s ON 'official ' || s.official = a.subject AND s.role || '' = a.content
      WHERE COALESCE(a.kind, 61) <> CASE WHEN s.official IS NULL THEN 61 ELSE 60 END
        OR (s.official IS NOT NULL AND s.act <> a.sequence)
      """)
  }
}
