internal import GRDB
internal import Ledger

/// What lapsed of each item: 2600 knows no lines, so the rows of items have to say all that it does.
extension AuditWalk {
  mutating func checkUncollected() throws {
    try each(
      .items, "item of which something else lapsed than its acts say",
      """
      SELECT hex(o.item) FROM item_open o LEFT JOIN item_aside s ON s.item = o.item LEFT JOIN (
        SELECT item, SUM(amount) AS amount FROM item_uncollected GROUP BY item
      ) u ON u.item = o.item WHERE COALESCE(s.uncollected, 0) <> COALESCE(u.amount, 0)
      """)
    // A lapse takes it out of the item and a reclaim gives it back; an end, a correction, a return and a death only
    // take it out of 2600.
    try each(
      .items, "item that lapsed or was reclaimed otherwise than it left its line",
      """
      SELECT hex(COALESCE(u.item, m.item)) FROM (
        SELECT x.item, x.act, x.amount, a.kind FROM item_uncollected x LEFT JOIN act a ON a.sequence = x.act
      ) u FULL JOIN (
        SELECT y.item, y.act, y.amount FROM item_move y JOIN act a ON a.sequence = y.act AND a.kind IN (5, 6)
      ) m ON m.item = u.item AND m.act = u.act
      WHERE CASE WHEN u.kind = 5 THEN m.amount IS NOT u.amount OR u.amount <= 0
        WHEN u.kind = 6 THEN m.amount IS NOT u.amount OR u.amount >= 0
        WHEN u.kind IN (3, 4, 7, 20) THEN u.amount >= 0 ELSE 1 END
      """)
    try each(
      .items, "act whose uncollected items are not what it posted",
      """
      SELECT hex(COALESCE(i.event, b.event)) FROM (
        SELECT a.event AS event, l.unit AS unit, l.funder AS funder, SUM(u.amount) AS amount FROM item_uncollected u
        LEFT JOIN act a ON a.sequence = u.act JOIN item_open o ON o.item = u.item JOIN line l ON l.id = o.line
        GROUP BY 1, 2, 3
      ) i FULL JOIN (
        SELECT event, unit, funder, SUM(amount) AS amount FROM (
          SELECT t.event AS event, c.book AS unit, c.funder AS funder, t.amount AS amount
          FROM transfer t JOIN account c ON c.id = t.credit AND c.code = 2600
          UNION ALL SELECT t.event, d.book, d.funder, -t.amount
          FROM transfer t JOIN account d ON d.id = t.debit AND d.code = 2600
        ) GROUP BY 1, 2, 3
      ) b ON b.event = i.event AND b.unit = i.unit AND b.funder = i.funder
      WHERE i.amount IS NOT b.amount
      """)
    try each(
      .items, "uncollected money that is not what items say",
      """
      SELECT COALESCE(w.unit, a.book) || ' ' || COALESCE(w.funder, a.funder) FROM (
        SELECT l.unit, l.funder, SUM(s.uncollected) AS amount FROM item_aside s JOIN item_open o ON o.item = s.item
        JOIN line l ON l.id = o.line GROUP BY l.unit, l.funder
      ) w FULL JOIN (
        SELECT book, funder, credits - debits AS amount FROM account WHERE code = 2600
      ) a ON a.book = w.unit AND a.funder = w.funder
      WHERE COALESCE(w.amount, 0) <> COALESCE(a.amount, 0)
      """)
  }
}
