/// The rules that payouts are held to.
extension Schema {
  /// Until when things can be collected, from a batch on: a row where that changed. Append-only.
  static let collectionRules = """
    CREATE TABLE collection_rules (
      batch INTEGER PRIMARY KEY, rules TEXT NOT NULL, leaf INTEGER NOT NULL
    ) STRICT;
    """
}
