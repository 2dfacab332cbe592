import GRDB

/// What an office did with a holder's PIN at its counter, never the PIN: the record that §8 of `card-application` asks
/// for before a PIN set by terminal right counts as the holder's.
public struct PINAct: Hashable, Sendable {
  /// What was done.
  public enum Act: String, Sendable {
    /// The holder chose a PIN.
    case set
    /// The PIN got its tries back.
    case unblocked
  }

  /// Sixteen digits.
  public var card: String
  /// What was done.
  public var act: Act
  /// Holder reference of the counter's terminal, which the card names as the one that set the PIN.
  public var terminal: String
  /// Who did it.
  public var actor: String
  /// Unix seconds.
  public var time: Int64

  /// From its fields.
  public init(card: String, act: Act, terminal: String, actor: String, time: Int64) {
    self.card = card
    self.act = act
    self.terminal = terminal
    self.actor = actor
    self.time = time
  }
}

extension OfficeStore {
  /// Keeps an act; nothing is ever changed or removed.
  public func record(_ act: PINAct) throws {
    try queue.write { db in
      try db.execute(
        sql: "INSERT INTO pin_act (card, act, terminal, actor, made_at) VALUES (?, ?, ?, ?, ?)",
        arguments: [act.card, act.act.rawValue, act.terminal, act.actor, act.time])
    }
  }

  /// Every act, oldest first.
  public func pinActs() throws -> [PINAct] {
    try queue.read { db in
      try Row.fetchAll(db, sql: "SELECT card, act, terminal, actor, made_at FROM pin_act ORDER BY sequence").compactMap
      {
        row in
        PINAct.Act(rawValue: row[1]).map {
          PINAct(card: row[0], act: $0, terminal: row[2], actor: row[3], time: row[4])
        }
      }
    }
  }
}
