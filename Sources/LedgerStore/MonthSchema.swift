/// What the reports of a month and the rules of lists need.
extension Schema {
  /// The rules that lists were checked against; the point a row sends its person to; when an item was credited, which
  /// for those of earlier versions is told by its transfer; an item's payouts.
  static let month = """
    CREATE TABLE list_rules (
      list TEXT PRIMARY KEY, rules BLOB NOT NULL, batch INTEGER NOT NULL, leaf INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    ALTER TABLE item ADD COLUMN point TEXT NOT NULL DEFAULT '';
    ALTER TABLE item_open ADD COLUMN credited_at INTEGER NOT NULL DEFAULT 0;
    UPDATE item_open SET credited_at = t.at FROM (
      SELECT i.id, MAX(e.posted_at) AS at FROM transfer x JOIN event e ON e.id = x.event
      JOIN account a ON a.id = x.credit AND a.code = 2200
      JOIN item i ON i.list = e.reference AND i.line = CAST(a.subject AS INTEGER) WHERE x.kind = 3 GROUP BY i.id
    ) t WHERE t.id = item_open.item;
    UPDATE item_open SET credited_at = (
      SELECT b.time FROM item i JOIN batch b ON b.sequence = i.batch WHERE i.id = item_open.item
    ) WHERE credited_at = 0;
    CREATE INDEX payout_part_item ON payout_part (item);
    """

  /// What of a list went back to its funds when it was credited: one entry of kind 11 each.
  static let returnedCredits = """
    ALTER TABLE item_list ADD COLUMN returned INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE item_list ADD COLUMN returned_amount INTEGER NOT NULL DEFAULT 0;
    UPDATE item_list SET returned = r.items, returned_amount = r.amount FROM (
      SELECT e.reference AS list, COUNT(*) AS items, SUM(t.amount) AS amount
      FROM transfer t JOIN event e ON e.id = t.event WHERE t.kind = 11 GROUP BY e.reference
    ) r WHERE r.list = item_list.list;
    """

  /// Items by their numbers, since a line can have several of one month and kind; what makes arrears and funeral grants
  /// one of several (`basis`): the how-manieth payment for the month, the claim's act.
  static let claims = """
    ALTER TABLE item ADD COLUMN number INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE item ADD COLUMN basis INTEGER NOT NULL DEFAULT 0;
    CREATE TABLE item_claim_numbered (
      line INTEGER NOT NULL, period INTEGER NOT NULL, kind INTEGER NOT NULL, number INTEGER NOT NULL,
      item BLOB NOT NULL, PRIMARY KEY (line, period, kind, number)
    ) STRICT, WITHOUT ROWID;
    INSERT INTO item_claim_numbered SELECT line, period, kind, 1, item FROM item_claim;
    DROP TABLE item_claim;
    ALTER TABLE item_claim_numbered RENAME TO item_claim;
    """

  /// The months in which an item is owed once, where they are more than its own; what the rows of a list were not to
  /// be paid beside, for each programme and month of it: its own programme means itself, at most so much. Append-only.
  static let windows = """
    ALTER TABLE item ADD COLUMN window_first INTEGER;
    ALTER TABLE item ADD COLUMN window_last INTEGER;
    CREATE INDEX item_window ON item (person) WHERE window_first IS NOT NULL;
    CREATE TABLE list_exclusion (
      list TEXT NOT NULL, programme INTEGER NOT NULL, period INTEGER NOT NULL, excluded INTEGER NOT NULL,
      amount_from INTEGER NOT NULL, own_from INTEGER NOT NULL, batch INTEGER NOT NULL, leaf INTEGER NOT NULL,
      PRIMARY KEY (list, programme, period, excluded, amount_from, own_from)
    ) STRICT, WITHOUT ROWID;
    """
}
