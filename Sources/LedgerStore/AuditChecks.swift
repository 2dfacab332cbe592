internal import GRDB
internal import Ledger

/// Books, items, outcomes and evidence.
extension AuditWalk {
  mutating func checkTransfers() throws {
    try each(
      .doubleEntry, "transfer across books or funders",
      """
      SELECT hex(t.id) FROM transfer t JOIN account d ON d.id = t.debit JOIN account c ON c.id = t.credit
      WHERE d.book <> c.book OR d.funder <> c.funder OR d.id = c.id
      """)
    try each(
      .doubleEntry, "transfer of no event",
      "SELECT hex(t.id) FROM transfer t LEFT JOIN event e ON e.id = t.event WHERE e.id IS NULL")
    try each(
      .doubleEntry, "event without transfers",
      "SELECT hex(e.id) FROM event e WHERE NOT EXISTS (SELECT 1 FROM transfer t WHERE t.event = e.id)")
  }

  /// Every account against its transfers, then the rules that need all accounts.
  mutating func checkAccounts() throws {
    var rules = AccountInvariants()
    try sql.each(
      """
      SELECT a.code, a.book, a.funder, a.subject, a.debits, a.credits, a.debit_events, a.credit_events,
        COALESCE(d.amount, 0), COALESCE(c.amount, 0), COALESCE(d.events, 0), COALESCE(c.events, 0)
      FROM account a
      LEFT JOIN (SELECT debit, SUM(amount) AS amount, COUNT(DISTINCT event) AS events FROM transfer GROUP BY debit) d
        ON d.debit = a.id
      LEFT JOIN (SELECT credit, SUM(amount) AS amount, COUNT(DISTINCT event) AS events FROM transfer GROUP BY credit) c
        ON c.credit = a.id
      """
    ) { row in
      let key = try AccountKey(row: row, at: 0)
      let totals = try AccountTotals(row: row, at: 4)
      let sums = AccountTotals(
        debits: try row.int(8), credits: try row.int(9), debitEvents: try row.int(10), creditEvents: try row.int(11))
      if totals != sums { report.add(.balances, key.text) }
      report.accounts += 1
      rules.add(key, totals)
    }
    for violation in rules.violations() {
      let check: AuditCheck =
        switch violation.rule {
        case 1: .doubleEntry
        case 2: .signs
        default: .pairs
        }
      report.add(check, violation.place)
    }
  }

  mutating func checkItems() throws {
    try each(
      .items, "line whose open items are not its 2300 and 2200",
      """
      SELECT l.id || '' FROM line l
      LEFT JOIN (SELECT line, SUM(credited - paid - taken) AS open FROM item_open GROUP BY line) o ON o.line = l.id
      LEFT JOIN account a ON a.code = 2200 AND a.book = l.unit AND a.funder = l.funder AND a.subject = l.id || ''
      LEFT JOIN (
        SELECT book, funder, substr(subject, 18) AS line, SUM(credits - debits) AS held FROM account WHERE code = 2300
        GROUP BY book, funder, line
      ) r ON r.book = l.unit AND r.funder = l.funder AND r.line = l.id || ''
      WHERE COALESCE(o.open, 0) <> COALESCE(a.credits - a.debits, 0) + COALESCE(r.held, 0)
      """)
    try each(
      .items, "item whose open row differs",
      """
      SELECT hex(i.id) FROM item i JOIN item_open o ON o.item = i.id
      WHERE o.credited <> i.amount OR o.line <> i.line OR o.period <> i.period
      """)
    try each(
      .items, "item of another person than its line",
      "SELECT hex(i.id) FROM item i JOIN line l ON l.id = i.line WHERE l.person <> i.person")
    try each(
      .items, "item whose payouts are not what it says is paid",
      """
      SELECT hex(o.item) FROM item_open o
      LEFT JOIN (
        SELECT item, SUM(amount) AS paid FROM (\(Self.livingParts)) GROUP BY item
      ) s ON s.item = o.item
      WHERE o.paid <> COALESCE(s.paid, 0)
      """)
  }

  /// Lists against their items, their decisions and the claims of their items.
  mutating func checkLists() throws {
    try each(
      .items, "list whose counts differ",
      """
      SELECT n.list FROM item_list n
      WHERE n.imported <> (SELECT COUNT(*) FROM item i WHERE i.list = n.list)
        OR n.amount <> (SELECT SUM(i.amount) FROM item i WHERE i.list = n.list)
        OR n.credited <> (SELECT COUNT(*) FROM item i JOIN item_open o ON o.item = i.id WHERE i.list = n.list)
      """)
    try each(
      .items, "list of which something else went back at its credit than it says",
      """
      SELECT n.list FROM item_list n LEFT JOIN (
        SELECT e.reference AS list, COUNT(*) AS items, SUM(t.amount) AS amount
        FROM transfer t JOIN event e ON e.id = t.event WHERE t.kind = 11 GROUP BY e.reference
      ) r ON r.list = n.list
      WHERE n.returned <> COALESCE(r.items, 0) OR n.returned_amount <> COALESCE(r.amount, 0)
      """)
    try each(
      .items, "list whose state is not what was decided",
      """
      SELECT n.list FROM item_list n LEFT JOIN list_decision d ON d.list = n.list
      WHERE n.state <> COALESCE(d.state, 1) OR (d.state = 2 AND (d.items <> n.imported OR d.amount <> n.amount))
        OR (n.state <> 2 AND n.credited <> 0)
      """)
    try each(
      .items, "list that asks its units for something else than its items",
      """
      SELECT n.list FROM item_list n JOIN (
        SELECT list, SUM(items) AS items, SUM(amount) AS amount FROM list_purse GROUP BY list
      ) p ON p.list = n.list WHERE p.items <> n.imported OR p.amount <> n.amount
      """)
    try each(
      .items, "cycle that is approved or credited out of its order",
      """
      SELECT n.list FROM item_list n LEFT JOIN cycle_step a ON a.list = n.list AND a.step = 3
      LEFT JOIN cycle_step c ON c.list = n.list AND c.step = 2 LEFT JOIN cycle_step m ON m.list = n.list AND m.step = 1
      WHERE (a.list IS NOT NULL AND c.list IS NULL) OR (a.list IS NOT NULL AND a.event IS NULL)
        OR (m.list IS NOT NULL AND a.list IS NULL AND n.credited > 0)
      """)
    try checkListHands()
    try each(
      .items, "money set aside that is not what approved cycles have still to credit",
      """
      SELECT COALESCE(w.unit, a.book) || ' ' || COALESCE(w.funder, a.funder) FROM (
        SELECT l.unit, l.funder, SUM(i.amount) AS amount FROM item_list n
        JOIN cycle_step s ON s.list = n.list AND s.step = 3 JOIN item i ON i.list = n.list AND i.position > n.credited
        JOIN line l ON l.id = i.line GROUP BY l.unit, l.funder
      ) w FULL JOIN (
        SELECT book, funder, credits - debits AS amount FROM account WHERE code = 2190 AND credits <> debits
      ) a ON a.book = w.unit AND a.funder = w.funder
      WHERE COALESCE(w.amount, 0) <> COALESCE(a.amount, 0)
      """)
    try each(
      .items, "item whose claim is missing or another's",
      """
      SELECT hex(i.id) FROM item i JOIN item_list n ON n.list = i.list
      LEFT JOIN item_claim c ON c.line = i.line AND c.period = i.period AND c.kind = i.kind AND c.number = i.number
      WHERE n.state <> 3 AND c.item IS NOT i.id
      """)
    try each(
      .items, "claim of no item",
      "SELECT hex(c.item) FROM item_claim c LEFT JOIN item i ON i.id = c.item WHERE i.id IS NULL OR i.line <> c.line")
  }

  /// Who made a list neither checked nor approved it, by the names as ``FourEyes`` compares them; of a list of earlier
  /// versions, whose maker is not known, checking and approving were two persons'.
  private mutating func checkListHands() throws {
    var places: [String] = []
    try sql.each(
      """
      SELECT n.list, m.actor, c.actor, a.actor FROM item_list n
      LEFT JOIN cycle_step m ON m.list = n.list AND m.step = 1 LEFT JOIN cycle_step c ON c.list = n.list AND c.step = 2
      LEFT JOIN cycle_step a ON a.list = n.list AND a.step = 3
      """
    ) { row in
      func hand(_ column: Int) throws -> String { row.isNull(column) ? "" : try row.text(column) }
      let (maker, checker, approver) = (try hand(1), try hand(2), try hand(3))
      let pairs = maker.isEmpty ? [(checker, approver)] : [(maker, checker), (maker, approver)]
      if pairs.contains(where: { FourEyes.isOnePerson(maker: $0, checker: $1) }) { places.append(try row.text(0)) }
    }
    for place in places { report.add(.items, "list of which one person did what takes two: \(place)") }
  }

  mutating func checkOutcomes() throws {
    try each(
      .outcomes, "posted certificate without its payout",
      """
      SELECT o.card || ' ' || o.counter FROM outcome o
      LEFT JOIN payout p ON p.card = o.card AND p.counter = o.counter AND p.transaction_id = o.transaction_id
      WHERE (o.refusal = 0) <> (p.transaction_id IS NOT NULL)
      """)
    try each(
      .outcomes, "payout without its certificate",
      """
      SELECT hex(p.transaction_id) FROM payout p LEFT JOIN outcome o ON o.card = p.card AND o.counter = p.counter
      WHERE o.card IS NULL OR o.refusal <> 0 OR o.transaction_id <> p.transaction_id OR o.terminal <> p.terminal
      """)
    try each(
      .outcomes, "payout whose amount is not its parts or entries",
      """
      SELECT hex(p.transaction_id) FROM payout p
      WHERE p.amount <> (SELECT SUM(x.amount) FROM payout_part x WHERE x.payout = p.id)
        OR p.amount <> (SELECT SUM(t.amount) FROM transfer t WHERE t.event = p.event AND t.kind IN (5, 6))
      """)
    try each(
      .outcomes, "void without the terminal's record, or not the inverse",
      """
      SELECT hex(v.transaction_id) FROM payout_void v LEFT JOIN payout p ON p.transaction_id = v.transaction_id
      LEFT JOIN terminal_record r ON r.transaction_id = v.transaction_id AND r.terminal = p.terminal AND r.verdict = 2
      WHERE r.transaction_id IS NULL
        OR (SELECT COUNT(*) FROM transfer WHERE event = p.event)
          <> (SELECT COUNT(*) FROM transfer WHERE event = v.event)
        OR EXISTS (\(Self.entries(of: "p.event", "d", "c")) EXCEPT \(Self.entries(of: "v.event", "c", "d")))
        OR EXISTS (\(Self.entries(of: "v.event", "c", "d")) EXCEPT \(Self.entries(of: "p.event", "d", "c")))
      """)
    try each(
      .outcomes, "payout voided by its terminal and not taken back",
      """
      SELECT hex(p.transaction_id) FROM payout p
      JOIN terminal_record r ON r.transaction_id = p.transaction_id AND r.terminal = p.terminal AND r.verdict = 2
      LEFT JOIN payout_void v ON v.transaction_id = p.transaction_id WHERE v.transaction_id IS NULL
      """)
    try each(
      .outcomes, "certificate whose request is missing",
      "SELECT o.card || ' ' || o.counter FROM outcome o LEFT JOIN request q ON q.key = o.request WHERE q.key IS NULL")
    try each(
      .outcomes, "replayed answer that differs from the first",
      """
      SELECT r.key FROM request r LEFT JOIN request q ON q.key = r.replay_of
      WHERE r.replay_of IS NOT NULL AND (q.key IS NULL OR q.body <> r.body OR q.status <> r.status
        OR q.outcome <> r.outcome)
      """)
    try each(
      .outcomes, "day of a terminal that differs from its payouts",
      """
      SELECT day || ' ' || hex(terminal) FROM (
        SELECT day, terminal, paid FROM terminal_day
        UNION ALL SELECT p.effective_date, p.terminal, -p.amount FROM payout p
        WHERE NOT EXISTS (SELECT 1 FROM payout_void v WHERE v.transaction_id = p.transaction_id)
      ) GROUP BY day, terminal HAVING SUM(paid) <> 0
      """)
  }

  mutating func checkEvidence(_ verify: (StoredPayout) throws -> Bool) throws {
    try each(
      .evidence, "payout without card, terminal or certificate",
      """
      SELECT hex(p.transaction_id) FROM payout p LEFT JOIN outcome o ON o.card = p.card AND o.counter = p.counter
      LEFT JOIN card c ON c.number = p.card LEFT JOIN terminal t ON t.key_hash = p.terminal
      WHERE o.card IS NULL OR c.number IS NULL OR t.key_hash IS NULL
      """)
    try sql.each(StoredPayout.query) { row in
      report.payouts += 1
      let payout = try StoredPayout(row: row, sql)
      for violation in Invariants.evidence([payout], place: { $0.facts.transactionID.hexText }, verify: verify) {
        report.add(.evidence, violation.place)
      }
    }
  }
}
