import Foundation
import GRDB
public import ServiceAPI

/// An act that the office means to do at the centre, kept before the centre is asked: what has become of it is known
/// when the centre has answered, whenever that is.
public struct PendingAct: Hashable, Sendable {
  /// Sixteen digits.
  public let card: String
  /// Under which the centre does it once.
  public let key: String
  /// The request's octets: the same each time.
  public let request: [UInt8]
  /// What it asks for.
  public let asked: CardActRequest
  /// The word of the office's act.
  public let what: String
  /// What the card is with it; `nil` when it does not end.
  public let ending: IssuedCardLife.State?
  /// Unix seconds.
  public let time: Int64

  /// The office's act, once it is done.
  var act: OfficeAct {
    OfficeAct(
      what, card, actor: asked.maker, checker: asked.checker ?? "", reason: asked.reason, time: time)
  }
}

extension OfficeStore {
  static let pendingActSchema = """
    CREATE TABLE pending_act (
      sequence INTEGER PRIMARY KEY, card TEXT NOT NULL UNIQUE REFERENCES card (number), key TEXT NOT NULL UNIQUE,
      request BLOB NOT NULL, what TEXT NOT NULL, ending TEXT CHECK (ending IN ('returned', 'terminated')),
      asked_at INTEGER NOT NULL
    ) STRICT;
    """

  /// Keeps an act that the centre is to be asked for.
  ///
  /// - Parameters:
  ///   - key: nobody has used it.
  ///   - what: the word of the office's act.
  ///   - ending: what the card is with it; only `returned` and `terminated` end one.
  /// - Throws: ``CardLifeError/unfinishedAct`` while another act of this card is unfinished;
  ///   ``CardLifeError/unknownCard`` for a card of another province.
  public func begin(
    _ asked: CardActRequest, card: String, key: String, what: String, ending: IssuedCardLife.State? = nil, time: Int64
  ) throws -> PendingAct {
    let pending = PendingAct(
      card: card, key: key, request: try WireJSON.encode(asked), asked: asked, what: what, ending: ending, time: time)
    try queue.write { db in
      guard try life(db, card) != nil else { throw CardLifeError.unknownCard }
      try Self.requireNothingPending(db, card)
      // From here on no card is made or registered in this one's place until the centre has answered.
      if ending != nil { try Self.requireEndable(db, card) }
      try db.execute(
        sql: "INSERT INTO pending_act (card, key, request, what, ending, asked_at) VALUES (?, ?, ?, ?, ?, ?)",
        arguments: [card, key, Data(pending.request), what, ending?.rawValue, time])
    }
    return pending
  }

  /// Refuses what would go before an act of this card of which it is not known whether the centre has done it.
  static func requireNothingPending(_ db: Database, _ card: String) throws {
    let isPending = try Bool.fetchOne(
      db, sql: "SELECT EXISTS (SELECT 1 FROM pending_act WHERE card = ?)", arguments: [card])
    guard isPending != true else { throw CardLifeError.unfinishedAct }
  }

  /// Acts whose answer has not come, of cards in the office's scope, oldest first.
  public func pendingActs() throws -> [PendingAct] {
    try queue.read { db in
      let scope = try scope(db)
      return try Row.fetchAll(
        db,
        sql: """
          SELECT a.* FROM pending_act a JOIN card c ON c.number = a.card JOIN person p USING (person)
          WHERE ? IS NULL OR p.province = ? ORDER BY a.sequence
          """, arguments: [scope, scope])
    }.map { row in
      let (request, ending): (Data, String?) = (row["request"], row["ending"])
      return PendingAct(
        card: row["card"], key: row["key"], request: [UInt8](request),
        asked: try WireJSON.decode(CardActRequest.self, from: [UInt8](request)), what: row["what"],
        ending: ending.flatMap { IssuedCardLife.State(rawValue: $0) }, time: row["asked_at"])
    }
  }

  /// Records an act that the centre has done, with what it ends; nothing when somebody else has recorded it meanwhile.
  public func complete(_ pending: PendingAct) throws {
    try queue.write { db in
      guard try Self.remove(pending, db) else { return }
      try recordAct(db, pending.act, ending: pending.ending)
    }
  }

  /// Gives up an act that the centre has refused.
  public func withdraw(_ pending: PendingAct) throws {
    try queue.write { db in _ = try Self.remove(pending, db) }
  }

  private static func remove(_ pending: PendingAct, _ db: Database) throws -> Bool {
    try db.execute(sql: "DELETE FROM pending_act WHERE key = ?", arguments: [pending.key])
    return db.changesCount == 1
  }
}
