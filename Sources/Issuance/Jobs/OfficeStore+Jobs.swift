public import CardApplication
import Foundation
import GRDB

/// The tables of personalisation jobs and their journal.
enum JobSchema {
  /// How many of a job's people were erased. Before it was counted, nothing else took a place away.
  static let erased = """
    ALTER TABLE job ADD COLUMN erased INTEGER NOT NULL DEFAULT 0;
    UPDATE job SET erased = taken - (SELECT COUNT(*) FROM job_item i WHERE i.job = job.id);
    """

  static let tables = """
    CREATE TABLE job (
      id INTEGER PRIMARY KEY, title TEXT NOT NULL, opened_at INTEGER NOT NULL, closed_at INTEGER,
      taken INTEGER NOT NULL
    ) STRICT;
    CREATE TABLE job_item (
      job INTEGER NOT NULL REFERENCES job (id), position INTEGER NOT NULL,
      person INTEGER NOT NULL REFERENCES person (person),
      state TEXT NOT NULL CHECK (state IN ('left', 'good', 'defect', 'withdrawn')), reason TEXT NOT NULL,
      PRIMARY KEY (job, position)
    ) STRICT, WITHOUT ROWID;
    CREATE UNIQUE INDEX one_place_in_a_job ON job_item (person) WHERE state = 'left';
    CREATE INDEX job_item_state ON job_item (job, state, position);
    CREATE TABLE job_card (
      number TEXT PRIMARY KEY REFERENCES card (number), job INTEGER NOT NULL, position INTEGER NOT NULL,
      serial BLOB NOT NULL, state TEXT NOT NULL CHECK (state IN ('in-work', 'good', 'scrapped')),
      FOREIGN KEY (job, position) REFERENCES job_item (job, position)
    ) STRICT;
    CREATE INDEX job_card_state ON job_card (job, state);
    CREATE TABLE job_entry (
      sequence INTEGER PRIMARY KEY, job INTEGER NOT NULL, position INTEGER NOT NULL, card TEXT NOT NULL,
      event TEXT NOT NULL CHECK (event IN ('begun', 'printing', 'good', 'scrapped')), reason TEXT NOT NULL,
      detail TEXT NOT NULL, desk TEXT NOT NULL, time INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX job_entry_scrapped ON job_entry (job, sequence) WHERE event = 'scrapped';
    CREATE TABLE session_count (job TEXT PRIMARY KEY, sessions INTEGER NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE chip (
      serial BLOB PRIMARY KEY, attempts INTEGER NOT NULL, sessions INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    """
}

extension OfficeStore {
  /// Tries to open a chip's domain without a success, after which it is not asked again (`card-application` §10).
  public static let chipAttempts = 3

  /// Opens a job with people who wait for a card and are in no other open job, in the order they were taken in.
  ///
  /// - Parameters:
  ///   - people: personal IDs; `nil` for everybody who waits.
  ///   - limit: most people.
  /// - Throws: ``JobError/nobodyWaits``.
  public func openJob(
    _ title: String, people: [String]? = nil, limit: Int = .max, actor: String, time: Int64
  ) throws -> Job {
    try queue.write { db in
      try db.execute(sql: "INSERT INTO job (title, opened_at, taken) VALUES (?, ?, 0)", arguments: [title, time])
      let job = db.lastInsertedRowID
      let free = """
        FROM person p WHERE (:scope IS NULL OR p.province = :scope) AND \(Self.waitingCondition)
          AND NOT EXISTS (SELECT 1 FROM job_item i WHERE i.person = p.person AND i.state = 'left')
        """
      let scope = try scope(db)
      if let people {
        var position: Int64 = 0
        for person in people where position < Int64(limit) {
          guard let number = try self.people(db).number(person) else { throw OfficeError.unknownPerson }
          try db.execute(
            sql: """
              INSERT INTO job_item (job, position, person, state, reason)
              SELECT :job, :position, p.person, 'left', '' \(free) AND p.person = :person
              """, arguments: ["job": job, "position": position + 1, "scope": scope, "person": number])
          position += Int64(db.changesCount)
        }
      } else {
        try db.execute(
          sql: """
            INSERT INTO job_item (job, position, person, state, reason)
            SELECT :job, row_number() OVER (ORDER BY p.person), p.person, 'left', '' \(free)
            ORDER BY p.person LIMIT :limit
            """, arguments: ["job": job, "scope": scope, "limit": limit])
      }
      let taken = try Int.fetchOne(db, sql: "SELECT COUNT(*) FROM job_item WHERE job = ?", arguments: [job]) ?? 0
      guard taken > 0 else { throw JobError.nobodyWaits }
      try db.execute(sql: "UPDATE job SET taken = ? WHERE id = ?", arguments: [taken, job])
      try OfficeActLog(db: db).append(
        OfficeAct("job-opened", "job-\(job)", actor: actor, reason: "\(taken) · \(title)", time: time))
      return Job(id: job, title: title, openedAt: time, closedAt: nil)
    }
  }

  /// Every job, newest first.
  public func jobs(limit: Int = .max) throws -> [Job] {
    try queue.read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM job ORDER BY id DESC LIMIT ?", arguments: [limit]).map(Self.job)
    }
  }

  /// A job.
  ///
  /// - Throws: ``JobError/noSuchJob(_:)``.
  public func job(_ id: Int64) throws -> Job {
    try queue.read { db in
      guard let row = try Row.fetchOne(db, sql: "SELECT * FROM job WHERE id = ?", arguments: [id]) else {
        throw JobError.noSuchJob(id)
      }
      return Self.job(row)
    }
  }

  /// The open job that a person has a place in; `nil` when there is none.
  public func openJob(of personalID: String) throws -> Int64? {
    try queue.read { db in
      guard let person = try people(db).number(personalID) else { return nil }
      return try Int64.fetchOne(
        db, sql: "SELECT job FROM job_item WHERE person = ? AND state = 'left'", arguments: [person])
    }
  }

  private static func job(_ row: Row) -> Job {
    Job(id: row["id"], title: row["title"], openedAt: row["opened_at"], closedAt: row["closed_at"])
  }

  /// People of a job whose card is still to be made, after a place in it; of one person, if one is given. Whoever is
  /// outside the office's scope is not among them.
  public func jobItems(
    _ job: Int64, of personalID: String? = nil, after position: Int64, limit: Int
  ) throws -> [JobItem] {
    try queue.read { db in
      let person = try personalID.map { try people(db).number($0) ?? -1 }
      return try Row.fetchAll(
        db,
        sql: """
          SELECT i.position, \(PeopleTable.columns) FROM job_item i JOIN person p USING (person)
          WHERE i.job = :job AND i.state = 'left' AND i.position > :position
            AND (:person IS NULL OR i.person = :person) AND (:scope IS NULL OR p.province = :scope)
          ORDER BY i.position LIMIT :limit
          """,
        arguments: ["job": job, "position": position, "person": person, "scope": try scope(db), "limit": limit]
      ).map { JobItem(position: $0["position"], applicant: try PeopleTable(db, cipher).entry($0, from: 1).person) }
    }
  }

  /// Counts of a job: of everybody in it, whatever the office's scope.
  ///
  /// - Throws: ``JobError/noSuchJob(_:)``.
  public func counts(ofJob job: Int64) throws -> JobCounts {
    try queue.read { db in
      func groups(_ sql: String) throws -> [String: Int] {
        try Row.fetchAll(db, sql: sql, arguments: [job]).reduce(into: [:]) { $0[$1[0]] = $1[1] }
      }
      let people = try groups("SELECT state, COUNT(*) FROM job_item WHERE job = ? GROUP BY state")
      let cards = try groups("SELECT state, COUNT(*) FROM job_card WHERE job = ? GROUP BY state")
      let outside = try Int.fetchOne(
        db,
        sql: """
          SELECT COUNT(*) FROM job_item i JOIN person p USING (person)
          WHERE i.job = ? AND i.state = 'left' AND p.province <> ?
          """, arguments: [job, try scope(db)])
      guard
        let row = try Row.fetchOne(db, sql: "SELECT taken, erased, closed_at FROM job WHERE id = ?", arguments: [job])
      else { throw JobError.noSuchJob(job) }
      return JobCounts(
        taken: row["taken"], good: people["good"] ?? 0, left: people["left"] ?? 0, defects: people["defect"] ?? 0,
        withdrawn: people["withdrawn"] ?? 0, erased: row["erased"], begun: cards.values.reduce(0, +),
        scrapped: cards["scrapped"] ?? 0, inWork: cards["in-work"] ?? 0, outside: outside ?? 0,
        isClosed: row["closed_at"] as Int64? != nil)
    }
  }

  /// Gives out a number for the chip of this serial, on the disk before the card is authenticated to. A try to open the
  /// chip is taken with it, and given back when the card is finished or given up behind its door.
  ///
  /// - Parameter holder: whose data will be on the card; data that was changed meanwhile is not what was checked.
  /// - Throws: ``JobError/attemptsUsedUp(serial:)``; ``OfficeError/outsideScope(province:)`` for a person whom the
  ///   office does not see any more, who stays in the job.
  func begin(_ place: JobPlace, _ holder: Applicant, serial: [UInt8], time: Int64) async throws -> CardNumber {
    let number = try await unbroken { db in
      let row = try Row.fetchOne(
        db.cachedStatement(
          sql: """
            SELECT i.person, p.province FROM job_item i JOIN person p USING (person)
            WHERE i.job = ? AND i.position = ? AND i.state = 'left'
            """), arguments: [place.job, place.position])
      guard let row else { throw OfficeError.superseded }
      let (person, province): (Int64, String) = (row["person"], row["province"])
      if let scope = try scope(db), scope != province { throw OfficeError.outsideScope(province: province) }
      let attempts = try Int.fetchOne(
        db.cachedStatement(sql: "SELECT attempts FROM chip WHERE serial = ?"), arguments: [Data(serial)])
      guard (attempts ?? 0) < Self.chipAttempts else { throw JobError.attemptsUsedUp(serial: serial) }
      try db.run(
        """
        INSERT INTO chip (serial, attempts, sessions) VALUES (?, 1, 0)
        ON CONFLICT (serial) DO UPDATE SET attempts = attempts + 1
        """, arguments: [Data(serial)])
      let entry = try people(db).entry(number: person)
      guard entry.map({ $0.person == holder }) ?? true else { throw OfficeError.superseded }
      let number = try allot(db, entry)
      try db.run(
        "INSERT INTO job_card (number, job, position, serial, state) VALUES (?, ?, ?, ?, 'in-work')",
        arguments: [number.digits, place.job, place.position, Data(serial)])
      try Self.write(db, place, number, "begun", time: time)
      try takeSessions(PrepaidSessions.perCard, serial, place.budgetName, db)
      return number
    }
    prepaid.put(serial, place.budgetName)
    return number
  }

  /// Notes that the card's face and PIN mailer are about to be printed: from here on there may be paper with secrets.
  func notePrinting(_ place: JobPlace, _ number: CardNumber, time: Int64) throws {
    try queue.write { db in try Self.write(db, place, number, "printing", time: time) }
  }

  /// Records a finished card, and that its person has one.
  func finish(_ card: PersonalisedCard, _ place: JobPlace, time: Int64) async throws {
    try await unbroken { db in
      try finish(db, card)
      try db.run(
        "UPDATE job_card SET state = 'good' WHERE number = ? AND state = 'in-work'",
        arguments: [card.cardNumber.digits])
      try db.run(
        "UPDATE job_item SET state = 'good' WHERE job = ? AND position = ? AND state = 'left'",
        arguments: [place.job, place.position])
      guard db.changesCount == 1 else { throw OfficeError.superseded }
      try Self.forgetAttempts(db, card.serial)
      try Self.write(db, place, card.cardNumber, "good", time: time)
    }
  }

  /// Gives a begun card up. Its number never comes to life; the person waits on.
  ///
  /// - Parameter isAuthenticated: the chip's door was open, so that the try is given back.
  func scrap(
    _ number: CardNumber, _ place: JobPlace, _ reason: ScrapReason, detail: String, isAuthenticated: Bool, time: Int64
  ) throws {
    try queue.write { db in
      try db.execute(
        sql: "UPDATE card SET state = 'scrapped' WHERE number = ? AND state = 'started'", arguments: [number.digits])
      try db.execute(
        sql: "UPDATE job_card SET state = 'scrapped' WHERE number = ? AND state = 'in-work'",
        arguments: [number.digits])
      guard db.changesCount == 1 else { return }
      if isAuthenticated {
        let serial: Data? = try Data.fetchOne(
          db, sql: "SELECT serial FROM job_card WHERE number = ?", arguments: [number.digits])
        if let serial { try Self.forgetAttempts(db, [UInt8](serial)) }
      }
      try OfficeActLog(db: db).note("card-scrapped", number.digits, reason: reason.rawValue, time: time)
      try Self.write(db, place, number, "scrapped", reason: reason.rawValue, detail: detail, time: time)
    }
  }

  /// Notes that no card can be made from a person's data.
  ///
  /// - Returns: whether it is noted; not of a person outside the office's scope, who stays in the job.
  func markDefect(_ place: JobPlace, reason: String, time: Int64) throws -> Bool {
    try queue.write { db in
      try db.execute(
        sql: """
          UPDATE job_item SET state = 'defect', reason = :reason
          WHERE job = :job AND position = :position AND state = 'left' AND (:scope IS NULL OR person IN (
            SELECT p.person FROM person p WHERE p.person = job_item.person AND p.province = :scope))
          """, arguments: ["reason": reason, "job": place.job, "position": place.position, "scope": try scope(db)])
      guard db.changesCount == 1 else { return false }
      try OfficeActLog(db: db).note("job-defect", place.budgetName, reason: String(place.position), time: time)
      return true
    }
  }

  /// Gives up every card that a process which is gone had in work. Whoever calls this holds the job's lock.
  ///
  /// - Returns: how many there were.
  @discardableResult
  func scrapInterrupted(job: Int64, time: Int64) throws -> Int {
    try queue.write { db in
      let cards = try Row.fetchAll(
        db, sql: "SELECT number, position FROM job_card WHERE job = ? AND state = 'in-work'", arguments: [job])
      for card in cards {
        let number: String = card["number"]
        let last = try Row.fetchOne(
          db, sql: "SELECT event, desk FROM job_entry WHERE card = ? ORDER BY sequence DESC LIMIT 1",
          arguments: [number])
        let event: String = last?["event"] ?? "begun"
        try db.execute(
          sql: "UPDATE card SET state = 'scrapped' WHERE number = ? AND state = 'started'", arguments: [number])
        try db.execute(sql: "UPDATE job_card SET state = 'scrapped' WHERE number = ?", arguments: [number])
        guard let number = CardNumber(number) else { continue }
        try OfficeActLog(db: db).note(
          "card-scrapped", number.digits, reason: ScrapReason.interrupted.rawValue, time: time)
        try Self.write(
          db, JobPlace(job: job, position: card["position"], desk: last?["desk"] ?? ""), number, "scrapped",
          reason: ScrapReason.interrupted.rawValue, detail: event, time: time)
      }
      return cards.count
    }
  }

  /// Closes a job: whoever is left waits for another one. Whoever calls this holds the job's lock and has given up what
  /// was in work.
  func closeJob(_ id: Int64, actor: String, time: Int64) throws {
    try queue.write { db in
      try db.execute(sql: "UPDATE job SET closed_at = ? WHERE id = ? AND closed_at IS NULL", arguments: [time, id])
      guard db.changesCount == 1 else {
        throw try Int.fetchOne(db, sql: "SELECT 1 FROM job WHERE id = ?", arguments: [id]) == nil
          ? JobError.noSuchJob(id) : JobError.closed(id)
      }
      try db.execute(
        sql: "UPDATE job_item SET state = 'withdrawn' WHERE job = ? AND state IN ('left', 'defect')", arguments: [id])
      try OfficeActLog(db: db).append(OfficeAct("job-closed", "job-\(id)", actor: actor, time: time))
    }
  }

  /// Numbers of all cards that were given up in a job, 16 digits each, whatever the office's scope.
  func scrappedNumbers(inJob job: Int64) throws -> [String] {
    try queue.read { db in
      try String.fetchAll(
        db, sql: "SELECT number FROM job_card WHERE job = ? AND state = 'scrapped' ORDER BY number", arguments: [job])
    }
  }

  /// The cards of people in the office's scope that were given up in a job, in order.
  public func scrapped(inJob job: Int64) throws -> [ScrappedCard] {
    try queue.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT e.*, c.serial FROM job_entry e JOIN job_card c ON c.number = e.card
          JOIN job_item i ON i.job = e.job AND i.position = e.position JOIN person p USING (person)
          WHERE e.job = :job AND e.event = 'scrapped' AND (:scope IS NULL OR p.province = :scope) ORDER BY e.sequence
          """, arguments: ["job": job, "scope": try scope(db)]
      ).map { row in
        let serial: Data = row["serial"]
        return ScrappedCard(
          number: row["card"], serial: [UInt8](serial), reason: ScrapReason(rawValue: row["reason"]),
          detail: row["detail"], desk: row["desk"], time: row["time"], position: row["position"])
      }
    }
  }

  /// People of a job, in the office's scope, for whom no card can be made, with the reason.
  public func defects(inJob job: Int64) throws -> [(item: JobItem, reason: String)] {
    try queue.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT i.position, i.reason AS defect, \(PeopleTable.columns) FROM job_item i JOIN person p USING (person)
          WHERE i.job = :job AND i.state = 'defect' AND (:scope IS NULL OR p.province = :scope) ORDER BY i.position
          """, arguments: ["job": job, "scope": try scope(db)]
      ).map {
        (
          JobItem(position: $0["position"], applicant: try PeopleTable(db, cipher).entry($0, from: 2).person),
          $0["defect"]
        )
      }
    }
  }

  /// The finished cards of a job that were not handed over yet, with their holders, in the office's scope.
  public func goodCards(inJob job: Int64) throws -> [(number: CardNumber, holder: Applicant)] {
    try queue.read { db in
      try Row.fetchAll(
        db,
        sql: """
          SELECT c.number, \(PeopleTable.columns) FROM job_card j
          JOIN card c USING (number) JOIN person p USING (person)
          WHERE j.job = :job AND j.state = 'good' AND c.state IN ('made', 'registered')
            AND (:scope IS NULL OR p.province = :scope) ORDER BY j.position
          """, arguments: ["job": job, "scope": try scope(db)]
      ).compactMap { row in
        let number: String = row["number"]
        let holder = try PeopleTable(db, cipher).entry(row, from: 1).person
        return CardNumber(number).map { ($0, holder) }
      }
    }
  }

  /// A transaction that is written whole whoever is cancelled meanwhile: behind it is a card.
  private func unbroken<Value: Sendable>(_ body: @escaping @Sendable (Database) throws -> Value) async throws -> Value {
    try await Task { try await queue.write(body) }.value
  }

  private static func forgetAttempts(_ db: Database, _ serial: [UInt8]) throws {
    try db.run("UPDATE chip SET attempts = 0 WHERE serial = ?", arguments: [Data(serial)])
  }

  private static func write(
    _ db: Database, _ place: JobPlace, _ number: CardNumber, _ event: String, reason: String = "",
    detail: String = "", time: Int64
  ) throws {
    try db.run(
      """
      INSERT INTO job_entry (job, position, card, event, reason, detail, desk, time)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)
      """,
      arguments: [place.job, place.position, number.digits, event, reason, detail, place.desk, time])
  }
}
