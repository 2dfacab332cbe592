import GRDB
import VietnamReference

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
  /// Who agreed; empty where one person was enough.
  public var checker: String
  /// Unix seconds.
  public var time: Int64

  /// From its fields.
  public init(card: String, act: Act, terminal: String, actor: String, checker: String = "", time: Int64) {
    self.card = card
    self.act = act
    self.terminal = terminal
    self.actor = actor
    self.checker = checker
    self.time = time
  }
}

extension OfficeStore {
  /// Keeps an act with the look at the holder's document; nothing is ever changed or removed.
  public func record(_ act: PINAct, identity: IdentityCheck) throws {
    try queue.write { db in
      try db.execute(
        sql: "INSERT INTO pin_act (card, act, terminal, actor, checker, made_at) VALUES (?, ?, ?, ?, ?, ?)",
        arguments: [act.card, act.act.rawValue, act.terminal, act.actor, act.checker, act.time])
      try Self.insert(db, identity, act.card, "pin-\(act.act.rawValue)", act.actor, act.time)
      try OfficeActLog(db: db).append(
        OfficeAct(
          "pin-\(act.act.rawValue)", act.card, actor: act.actor, checker: act.checker,
          reason: "\(act.terminal) \(identity.document.rawValue)", time: act.time))
    }
  }

  /// Whether an act with a card's PIN takes two persons: all but choosing the first one on the day that the card is
  /// handed over. Who lost the PIN, used the PUK up or found a card may stand at the counter, too.
  public func needsTwo(for act: PINAct.Act, card: String, at time: Int64) throws -> Bool {
    guard act == .set, let life = try life(of: card), life.pinActs.isEmpty, life.state == .delivered,
      let delivered = life.delivery?.time
    else { return true }
    let days = [delivered, time].map { CalendarDate(unixSeconds: $0, zone: .vietnam) }
    return days[0] == nil || days[0] != days[1]
  }

  /// Every act, oldest first.
  public func pinActs() throws -> [PINAct] {
    try queue.read { db in try Self.pinActs(db, of: nil) }
  }

  static func pinActs(_ db: Database, of card: String?) throws -> [PINAct] {
    try Row.fetchAll(
      db, sql: "SELECT * FROM pin_act WHERE ? IS NULL OR card = ? ORDER BY sequence", arguments: [card, card]
    ).compactMap(Self.pinAct)
  }

  static func pinAct(_ row: Row) -> PINAct? {
    PINAct.Act(rawValue: row["act"]).map {
      PINAct(
        card: row["card"], act: $0, terminal: row["terminal"], actor: row["actor"], checker: row["checker"],
        time: row["made_at"])
    }
  }

  /// Acts that the centre has not been told of, oldest first, with their numbers.
  public func untoldPINActs() throws -> [(sequence: Int64, act: PINAct)] {
    try queue.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT * FROM pin_act p WHERE NOT EXISTS (SELECT 1 FROM pin_act_told t WHERE t.pin_act = p.sequence)
          ORDER BY sequence
          """
      ).compactMap { row in Self.pinAct(row).map { (row["sequence"], $0) } }
    }
  }

  /// Records that the centre has an act.
  public func markTold(_ sequence: Int64, at time: Int64) throws {
    try queue.write { db in
      try db.execute(
        sql: "INSERT OR IGNORE INTO pin_act_told (pin_act, told_at) VALUES (?, ?)", arguments: [sequence, time])
    }
  }
}
