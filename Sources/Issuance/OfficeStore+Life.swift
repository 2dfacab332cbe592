import CardApplication
import Foundation
import GRDB
public import ServiceAPI
import VietnamReference

/// A card's life after its making: tables of their own beside the cards.
extension OfficeStore {
  /// A card that is to be replaced stays where it is until the new one lives, and is not in the new one's way.
  static let lifeSchema = """
    ALTER TABLE card ADD COLUMN ended TEXT CHECK (ended IN ('replacing', 'replaced', 'returned', 'terminated'));
    DROP INDEX one_live_card;
    CREATE UNIQUE INDEX one_live_card ON card (person) WHERE state <> 'scrapped' AND ended IS NULL;
    CREATE UNIQUE INDEX one_card_replaced ON card (person) WHERE ended = 'replacing';
    CREATE TABLE replacement (
      sequence INTEGER PRIMARY KEY, old TEXT NOT NULL REFERENCES card (number),
      person INTEGER NOT NULL REFERENCES person (person),
      kind TEXT NOT NULL CHECK (kind IN ('lost', 'damaged', 'changed', 'renewal')), maker TEXT NOT NULL,
      checker TEXT NOT NULL CHECK (checker <> '' AND checker <> maker), reason TEXT NOT NULL, office TEXT NOT NULL,
      asked_at INTEGER NOT NULL, new TEXT UNIQUE REFERENCES card (number), withdrawn_at INTEGER
    ) STRICT;
    CREATE UNIQUE INDEX one_successor ON replacement (old) WHERE withdrawn_at IS NULL;
    CREATE UNIQUE INDEX one_replacement ON replacement (person) WHERE new IS NULL AND withdrawn_at IS NULL;
    CREATE TABLE identity_check (
      sequence INTEGER PRIMARY KEY, card TEXT NOT NULL, purpose TEXT NOT NULL, document TEXT NOT NULL,
      tail TEXT NOT NULL CHECK (length(tail) = 4), actor TEXT NOT NULL, checked_at INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE delivery (
      card TEXT PRIMARY KEY REFERENCES card (number),
      recipient TEXT NOT NULL CHECK (recipient IN ('holder', 'collector')),
      identity INTEGER NOT NULL REFERENCES identity_check (sequence), actor TEXT NOT NULL, delivered_at INTEGER NOT NULL
    ) STRICT;
    ALTER TABLE pin_act ADD COLUMN checker TEXT NOT NULL DEFAULT '';
    CREATE TABLE pin_act_told (
      pin_act INTEGER PRIMARY KEY REFERENCES pin_act (sequence), told_at INTEGER NOT NULL
    ) STRICT;
    INSERT INTO pin_act_told (pin_act, told_at) SELECT sequence, 0 FROM pin_act;
    """

  /// Who waits for a card, in `person p`: is ready, has no card that lives, and has none that was given back or ended
  /// for good without a new one being asked for.
  static let waitingCondition = """
    EXISTS (SELECT 1 FROM ready_person r WHERE r.person = p.person)
    AND NOT EXISTS (
      SELECT 1 FROM card c WHERE c.person = p.person AND c.state IN ('made', 'registered') AND c.ended IS NULL
    ) AND (
      EXISTS (SELECT 1 FROM replacement r WHERE r.person = p.person AND r.new IS NULL AND r.withdrawn_at IS NULL)
      OR NOT EXISTS (SELECT 1 FROM card c WHERE c.person = p.person AND c.ended IN ('returned', 'terminated'))
    ) AND \(noEndingPending)
    """

  /// Nobody has asked the centre to end a card of `person p`: what comes of it is not known yet.
  static let noEndingPending = """
    NOT EXISTS (
      SELECT 1 FROM pending_act a JOIN card c ON c.number = a.card
      WHERE c.person = p.person AND a.ending IS NOT NULL
    )
    """

  /// Whether a card `c` counts as its person's: one for each who does not wait for one.
  static let countedCard = """
    (c.ended IS NULL OR (c.ended IN ('returned', 'terminated') AND NOT EXISTS (
      SELECT 1 FROM replacement r WHERE r.person = c.person AND r.new IS NULL AND r.withdrawn_at IS NULL)))
    """

  /// What is known of a card; `nil` for a number that the office never gave out.
  public func life(of number: String) throws -> IssuedCardLife? {
    try queue.read { db in try life(db, number) }
  }

  func life(_ db: Database, _ number: String) throws -> IssuedCardLife? {
    guard let row = try Row.fetchOne(db, sql: "SELECT * FROM card WHERE number = ?", arguments: [number]) else {
      return nil
    }
    let (made, ended): (String, String?) = (row["state"], row["ended"])
    guard let person = try people(db).entry(number: row["person"])?.person else { return nil }
    let delivery = try Self.delivery(db, number)
    let word = ended ?? (made == "registered" && delivery != nil ? "delivered" : made)
    guard let state = IssuedCardLife.State(rawValue: word) else { throw DatabaseError(message: "state of a card") }
    let certificate: Data? = row["certificate"]
    return IssuedCardLife(
      number: number, personalID: person.personalID, state: state, certificate: certificate.map { [UInt8]($0) },
      delivery: delivery,
      successor: try String.fetchOne(
        db, sql: "SELECT new FROM replacement WHERE old = ? AND withdrawn_at IS NULL", arguments: [number]),
      pinActs: try Self.pinActs(db, of: number))
  }

  /// Cards that live and that the centre has, in the order of their numbers.
  public func liveCards() throws -> [IssuedCardLife] {
    try queue.read { db in
      try String.fetchAll(
        db, sql: "SELECT number FROM card WHERE state = 'registered' AND ended IS NULL ORDER BY sequence"
      ).compactMap { try life(db, $0) }
    }
  }

  private static func delivery(_ db: Database, _ number: String) throws -> CardDelivery? {
    let row = try Row.fetchOne(
      db,
      sql: """
        SELECT d.recipient, d.actor, d.delivered_at, i.document, i.tail FROM delivery d
        JOIN identity_check i ON i.sequence = d.identity WHERE d.card = ?
        """, arguments: [number])
    return try row.map { row in
      guard let recipient = CardDelivery.Recipient(rawValue: row["recipient"]),
        let document = IdentityCheck.Document(rawValue: row["document"]),
        let identity = IdentityCheck(document, tail: row["tail"])
      else { throw DatabaseError(message: "delivery") }
      return CardDelivery(recipient: recipient, identity: identity, actor: row["actor"], time: row["delivered_at"])
    }
  }

  /// The card of a person that is dealt with: the one that lives, else the one that waits to be replaced.
  public func currentCard(of personalID: String) throws -> String? {
    try queue.read { db in
      guard let person = try people(db).number(personalID) else { return nil }
      return try String.fetchOne(
        db,
        sql: """
          SELECT number FROM card WHERE person = ? AND state IN ('made', 'registered')
            AND (ended IS NULL OR ended = 'replacing') ORDER BY ended IS NULL DESC LIMIT 1
          """, arguments: [person])
    }
  }

  /// Records that a card was handed over, once.
  public func deliver(_ number: String, _ delivery: CardDelivery) throws {
    try queue.write { db in
      guard let card = try life(db, number) else { throw CardLifeError.unknownCard }
      guard let holder = try people(db).entry(card.personalID) else { throw OfficeError.unknownPerson }
      try Self.requireNothingPending(db, number)
      switch card.state {
      case .registered: break
      case .delivered: throw CardLifeError.delivered(card.delivery?.time ?? 0)
      case .started, .made, .scrapped: throw CardLifeError.notRegistered
      default: throw CardLifeError.ended
      }
      // What the register has not matched is nobody's card yet, and what changed since is on no card yet.
      guard holder.register == .matched else { throw OfficeError.notMatched(holder.register) }
      guard try isUpToDate(db, number, holder.person) else { throw CardLifeError.earlierData }
      let check = try Self.insert(db, delivery.identity, number, "delivery", delivery.actor, delivery.time)
      try db.execute(
        sql: "INSERT INTO delivery (card, recipient, identity, actor, delivered_at) VALUES (?, ?, ?, ?, ?)",
        arguments: [number, delivery.recipient.rawValue, check, delivery.actor, delivery.time])
      try OfficeActLog(db: db).append(
        OfficeAct(
          "card-delivered", number, actor: delivery.actor,
          reason: "\(delivery.recipient.rawValue) \(delivery.identity.document.rawValue)", time: delivery.time))
    }
  }

  @discardableResult
  static func insert(
    _ db: Database, _ check: IdentityCheck, _ card: String, _ purpose: String, _ actor: String, _ time: Int64
  ) throws -> Int64 {
    try db.execute(
      sql: "INSERT INTO identity_check (card, purpose, document, tail, actor, checked_at) VALUES (?, ?, ?, ?, ?, ?)",
      arguments: [card, purpose, check.document.rawValue, check.tail, actor, time])
    return db.lastInsertedRowID
  }

  /// Asks for a card in another one's place: its person waits for a card again, and the old one stays as it is until
  /// the new one is at the centre. A card that is to be replaced for another reason can still be reported lost.
  public func askReplacement(_ replaced: ReplacedCard, time: Int64) throws {
    let hands = OfficeHands(maker: replaced.maker, checker: replaced.checker)
    try hands.require(two: true)
    try queue.write { db in
      guard let card = try life(db, replaced.card), let person = try people(db).number(card.personalID) else {
        throw CardLifeError.unknownCard
      }
      try Self.requireNothingPending(db, replaced.card)
      switch card.state {
      case .started, .made, .scrapped: throw CardLifeError.notRegistered
      case .replacing: return try Self.turnLost(db, replaced, time)
      case .replaced: throw CardLifeError.ended
      case .returned, .terminated:
        guard try Self.isLast(db, person, card.number) else { throw CardLifeError.ended }
      case .registered, .delivered:
        try db.execute(sql: "UPDATE card SET ended = 'replacing' WHERE number = ?", arguments: [replaced.card])
      }
      try db.execute(
        sql: """
          INSERT INTO replacement (old, person, kind, maker, checker, reason, office, asked_at)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          replaced.card, person, replaced.kind.rawValue, replaced.maker, replaced.checker, replaced.reason,
          replaced.office, time,
        ])
      try OfficeActLog(db: db).append(
        OfficeAct(
          "replacement-asked-\(replaced.kind.rawValue)", replaced.card, actor: replaced.maker,
          checker: replaced.checker, reason: replaced.reason, time: time))
    }
  }

  /// Makes a replacement that was asked for that of a lost card.
  private static func turnLost(_ db: Database, _ replaced: ReplacedCard, _ time: Int64) throws {
    guard replaced.kind == .lost else { throw CardLifeError.replacementAsked }
    try db.execute(
      sql: """
        UPDATE replacement SET kind = 'lost', maker = ?, checker = ?, reason = ?, office = ?
        WHERE old = ? AND kind <> 'lost' AND new IS NULL AND withdrawn_at IS NULL
        """, arguments: [replaced.maker, replaced.checker, replaced.reason, replaced.office, replaced.card])
    guard db.changesCount == 1 else { throw CardLifeError.replacementAsked }
    try OfficeActLog(db: db).append(
      OfficeAct(
        "replacement-changed-lost", replaced.card, actor: replaced.maker, checker: replaced.checker,
        reason: replaced.reason, time: time))
  }

  /// Whether the person has no card that lives or is to be replaced, and none was asked for in this one's place.
  private static func isLast(_ db: Database, _ person: Int64, _ number: String) throws -> Bool {
    let others = try Int.fetchOne(
      db,
      sql: """
        SELECT (SELECT COUNT(*) FROM card WHERE person = ?1 AND state IN ('made', 'registered')
          AND (ended IS NULL OR ended = 'replacing'))
          + (SELECT COUNT(*) FROM replacement WHERE old = ?2 AND new IS NOT NULL)
          + (SELECT COUNT(*) FROM replacement WHERE person = ?1 AND new IS NULL AND withdrawn_at IS NULL)
        """, arguments: [person, number])
    return others == 0
  }

  /// The card that a person's next one takes the place of; `nil` for a first card.
  public func replacement(for personalID: String) throws -> ReplacedCard? {
    try queue.read { db in
      guard let person = try people(db).number(personalID) else { return nil }
      return try Row.fetchOne(
        db, sql: "SELECT * FROM replacement WHERE person = ? AND new IS NULL AND withdrawn_at IS NULL",
        arguments: [person]
      ).flatMap(Self.replacement)
    }
  }

  /// Records that the centre has the card; with it the old card, if there is one, is replaced, in one transaction.
  func markRegistered(_ db: Database, _ number: CardNumber, at time: Int64) throws {
    try db.run(
      "UPDATE card SET state = 'registered' WHERE number = ? AND state = 'made'", arguments: [number.digits])
    guard db.changesCount == 1 else { return }
    try OfficeActLog(db: db).note("card-registered", number.digits, time: time)
    let row = try Row.fetchOne(
      db.cachedStatement(
        sql: """
          SELECT r.* FROM replacement r JOIN card c ON c.person = r.person
          WHERE c.number = ? AND r.new IS NULL AND r.withdrawn_at IS NULL AND r.old <> c.number
          """), arguments: [number.digits])
    guard let row else { return }
    let (old, kind): (String, String) = (row["old"], row["kind"])
    try db.run(
      "UPDATE replacement SET new = ? WHERE old = ? AND withdrawn_at IS NULL", arguments: [number.digits, old])
    try db.run("UPDATE card SET ended = 'replaced' WHERE number = ?", arguments: [old])
    try OfficeActLog(db: db).append(
      OfficeAct(
        "card-replaced-\(kind)", old, actor: row["maker"], checker: row["checker"], reason: number.digits, time: time))
  }

  /// Takes a person out of the open jobs, with whatever card is in work there.
  private func leaveJobs(_ db: Database, _ person: Int64) throws {
    try db.execute(
      sql: "UPDATE job_item SET state = 'withdrawn' WHERE person = ? AND state = 'left'", arguments: [person])
    try PeopleTable(db, cipher).scrapBegun(person)
  }

  /// Refuses to end a person's card while the one that takes its place is made and the centre may have it or not: that
  /// one would live on.
  ///
  /// - Throws: ``CardLifeError/successorWaits(_:)``.
  public func requireEndable(_ number: String) throws {
    try queue.read { db in try Self.requireEndable(db, number) }
  }

  /// As ``requireEndable(_:)``, in a transaction.
  static func requireEndable(_ db: Database, _ number: String) throws {
    let successor = try String.fetchOne(
      db,
      sql: """
        SELECT n.number FROM card n JOIN card c ON c.person = n.person
        WHERE c.number = ? AND n.number <> c.number AND n.state = 'made' AND n.ended IS NULL
        """, arguments: [number])
    if let successor { throw CardLifeError.successorWaits(successor) }
  }

  /// Records what the centre was told of a card; `ended` when that ends it.
  public func recordAct(_ act: OfficeAct, ending ended: IssuedCardLife.State? = nil) throws {
    try queue.write { db in try recordAct(db, act, ending: ended) }
  }

  /// As ``recordAct(_:ending:)``, in a transaction.
  func recordAct(_ db: Database, _ act: OfficeAct, ending ended: IssuedCardLife.State?) throws {
    if let ended {
      guard ended == .returned || ended == .terminated else { throw DatabaseError(message: "not an ending") }
      try db.execute(
        sql: """
          UPDATE card SET ended = ? WHERE number = ? AND (ended IS NULL OR ended = 'replacing')
            AND state IN ('made', 'registered')
          """, arguments: [ended.rawValue, act.subject])
      let person = try Int64.fetchOne(
        db, sql: "SELECT person FROM card WHERE number = ?", arguments: [act.subject])
      // Who has died, or has no right to a card any more, waits for no new one either.
      try db.execute(
        sql: "UPDATE replacement SET withdrawn_at = ? WHERE old = ? AND new IS NULL AND withdrawn_at IS NULL",
        arguments: [act.time, act.subject])
      if let person { try leaveJobs(db, person) }
    }
    try OfficeActLog(db: db).append(act)
  }
}
