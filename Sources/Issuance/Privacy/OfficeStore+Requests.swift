import GRDB
public import VietnamReference

extension OfficeStore {
  static let requestSchema = """
    CREATE TABLE privacy_request (
      number INTEGER PRIMARY KEY, kind TEXT NOT NULL, subject TEXT NOT NULL, received_on TEXT NOT NULL,
      with_processor INTEGER NOT NULL, answer_due TEXT NOT NULL, due TEXT NOT NULL, is_extended INTEGER NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('open', 'answered', 'closed')), decision TEXT, basis TEXT NOT NULL,
      is_executed INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX privacy_request_subject ON privacy_request (subject);
    CREATE TRIGGER privacy_request_is_kept BEFORE DELETE ON privacy_request
      BEGIN SELECT RAISE(ABORT, 'requests are never removed'); END;
    CREATE TABLE disclosure (
      number INTEGER PRIMARY KEY, time INTEGER NOT NULL, actor TEXT NOT NULL, purpose TEXT NOT NULL,
      basis TEXT NOT NULL, fields TEXT NOT NULL, people INTEGER NOT NULL, recipient BLOB NOT NULL,
      state TEXT NOT NULL CHECK (state IN ('made', 'failed'))
    ) STRICT;
    CREATE TRIGGER disclosure_is_kept BEFORE DELETE ON disclosure
      BEGIN SELECT RAISE(ABORT, 'disclosures are never removed'); END;
    CREATE TABLE disclosure_person (
      disclosure INTEGER NOT NULL REFERENCES disclosure (number), subject TEXT NOT NULL,
      PRIMARY KEY (subject, disclosure)
    ) STRICT, WITHOUT ROWID;
    -- By which one person's rows are found among a million's.
    CREATE INDEX person_merged ON person (merged_into) WHERE merged_into IS NOT NULL;
    CREATE INDEX former_key_person ON former_key (person);
    CREATE INDEX card_person ON card (person);
    CREATE INDEX replacement_old ON replacement (old);
    CREATE INDEX identity_check_card ON identity_check (card);
    CREATE INDEX pin_act_card ON pin_act (card);
    """

  /// Takes a request in. Its due dates count from the day it came in.
  ///
  /// - Parameters:
  ///   - personalID: whose data; the office may have no file of the person.
  ///   - receivedOn: the day it came in, today or earlier.
  /// - Throws: ``PrivacyRequestError/receivedLater``, `WorkingCalendarError`; ``OfficeError/outsideScope(province:)``
  ///   for somebody whose file is another province's.
  public func openRequest(
    _ kind: PrivacyRequest.Kind, of personalID: String, receivedOn: CalendarDate, withProcessor: Bool,
    term: RequestTerm, calendar: WorkingCalendar = .vietnam, by doer: Doer
  ) throws -> PrivacyRequest {
    guard let today = doer.day, receivedOn <= today else { throw PrivacyRequestError.receivedLater }
    let answerDue = try calendar.day(term.answerWorkingDays, workingDaysAfter: receivedOn)
    let due = try calendar.end(ofDays: withProcessor ? term.daysWithProcessor : term.days, after: receivedOn)
    return try queue.write { db in
      if let scope = try scope(db), let other = try PeopleTable(db, cipher).entry(personalID)?.person.province,
        other != scope
      {
        throw OfficeError.outsideScope(province: other)
      }
      let subject = try rows(db).subject(personalID)
      let number = (try Int64.fetchOne(db, sql: "SELECT MAX(number) FROM privacy_request") ?? 0) + 1
      let request = PrivacyRequest(
        number: number, kind: kind, subject: subject, receivedOn: receivedOn, withProcessor: withProcessor,
        answerDue: answerDue, due: due, isExtended: false, state: .open, decision: nil, basis: "", isExecuted: false)
      try db.execute(
        sql: """
          INSERT INTO privacy_request (number, kind, subject, received_on, with_processor, answer_due, due, is_extended,
            state, basis, is_executed) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 'open', '', 0)
          """,
        arguments: [
          number, kind.rawValue, subject, receivedOn.iso, withProcessor, answerDue.iso, due.iso,
        ])
      try Self.tell("privacy-request-opened", request, "\(kind.rawValue), due \(due.iso)", doer, db)
      return request
    }
  }

  /// Requests by the day of their next step, the most urgent first; closed ones, when asked for, come last. The office
  /// of one province does not see requests of others' people.
  public func requests(includingClosed: Bool = false) throws -> [PrivacyRequest] {
    let all = try queue.read { db in
      let rows = try rows(db)
      return try Row.fetchAll(
        db, sql: "SELECT * FROM privacy_request WHERE ? OR state <> 'closed'", arguments: [includingClosed]
      ).map(Self.request).filter { try rows.isOwn($0.subject) }
    }
    return all.sorted { left, right in
      switch (left.nextDue, right.nextDue) {
      case (let one?, let other?) where one != other: one < other
      case (_?, nil): true
      case (nil, _?): false
      default: left.number < right.number
      }
    }
  }

  /// The request of that number.
  ///
  /// - Throws: ``PrivacyRequestError/unknown(_:)``.
  public func request(_ number: Int64) throws -> PrivacyRequest {
    try queue.read { db in try request(number, db) }
  }

  /// Refuses a personal ID that is not of the person who has asked.
  ///
  /// - Throws: ``PrivacyRequestError/otherPerson(_:)``.
  public func require(_ personalID: String, of request: PrivacyRequest) throws {
    try queue.read { db in
      guard try rows(db).isSubject(request.subject, personalID) else {
        throw PrivacyRequestError.otherPerson(request.number)
      }
    }
  }

  /// Extends a request's term, once and before it ends.
  ///
  /// - Parameters:
  ///   - days: at most ``RequestTerm/extensionDays``, from the day on which it would have ended.
  ///   - reason: why, without personal data.
  public func extendRequest(
    _ number: Int64, days: Int, reason: String, term: RequestTerm, calendar: WorkingCalendar = .vietnam, by doer: Doer
  ) throws -> PrivacyRequest {
    let reason = try ActText.check(reason, "--reason")
    guard (1...max(1, term.extensionDays)).contains(days) else {
      throw PrivacyRequestError.extensionLength(term.extensionDays)
    }
    return try change(number, doer) { request, db in
      guard !request.isExtended else { throw PrivacyRequestError.extendedBefore(number) }
      guard let today = doer.day, today <= request.due else { throw PrivacyRequestError.termEnded(number) }
      request.due = try calendar.end(ofDays: days, after: request.due)
      request.isExtended = true
      return ("privacy-request-extended", "due \(request.due.iso): \(reason)")
    }
  }

  /// Records what the person was answered; it may be answered again until it is closed.
  ///
  /// - Parameters:
  ///   - basis: the legal basis of the answer, without personal data.
  ///   - change: carried out at the same moment; `nil` when that is for later.
  /// - Throws: ``PrivacyRequestError``; nothing is recorded then.
  public func answerRequest(
    _ number: Int64, _ decision: PrivacyRequest.Decision, basis: String, executing change: PersonChange? = nil,
    by doer: Doer
  ) throws -> PrivacyRequest {
    let basis = try ActText.check(basis, "--basis")
    guard decision != .refused || change == nil else { throw PrivacyRequestError.refusedAndExecuted }
    let answered = try self.change(number, doer) { request, db in
      (request.state, request.decision, request.basis) = (.answered, decision, basis)
      guard let change else { return ("privacy-request-answered", "\(decision.rawValue): \(basis)") }
      try change.apply(request, self, db, doer)
      request.isExecuted = true
      return ("privacy-request-executed", "\(decision.rawValue), \(request.kind.rawValue): \(basis)")
    }
    // What was overwritten must not stay in the write-ahead log.
    if change != nil { try queue.writeWithoutTransaction { db in _ = try db.checkpoint(.truncate) } }
    return answered
  }

  /// Closes a request that was answered and, where the records were to change, carried out.
  public func closeRequest(_ number: Int64, by doer: Doer) throws -> PrivacyRequest {
    try change(number, doer) { request, _ in
      guard request.state == .answered, let decision = request.decision else {
        throw PrivacyRequestError.notAnswered(number)
      }
      guard !request.kind.changesRecords || decision != .granted || request.isExecuted else {
        throw PrivacyRequestError.notExecuted(number)
      }
      request.state = .closed
      return ("privacy-request-closed", decision.rawValue)
    }
  }

  /// Changes a request that is not closed, and keeps the act: both or neither.
  private func change(
    _ number: Int64, _ doer: Doer,
    _ body: (inout PrivacyRequest, Database) throws -> (what: String, reason: String)
  ) throws -> PrivacyRequest {
    try queue.write { db in
      var request = try request(number, db)
      guard request.state != .closed else { throw PrivacyRequestError.closed(number) }
      let (what, reason) = try body(&request, db)
      try db.execute(
        sql: """
          UPDATE privacy_request SET due = ?, is_extended = ?, state = ?, decision = ?, basis = ?, is_executed = ?
          WHERE number = ?
          """,
        arguments: [
          request.due.iso, request.isExtended, request.state.rawValue, request.decision?.rawValue, request.basis,
          request.isExecuted, number,
        ])
      try Self.tell(what, request, reason, doer, db)
      return request
    }
  }

  private static func tell(
    _ what: String, _ request: PrivacyRequest, _ reason: String, _ doer: Doer, _ db: Database
  ) throws {
    try OfficeActLog(db: db).append(
      OfficeAct(
        what, request.subject, actor: doer.actor, reason: "request \(request.number), \(reason)", time: doer.time))
  }

  private func request(_ number: Int64, _ db: Database) throws -> PrivacyRequest {
    let row = try Row.fetchOne(db, sql: "SELECT * FROM privacy_request WHERE number = ?", arguments: [number])
    guard let request = try row.map(Self.request), try rows(db).isOwn(request.subject) else {
      throw PrivacyRequestError.unknown(number)
    }
    return request
  }

  static func request(_ row: Row) throws -> PrivacyRequest {
    func day(_ column: String) throws -> CalendarDate {
      guard let day = CalendarDate(text: row[column]) else { throw DatabaseError(message: "privacy_request.\(column)") }
      return day
    }
    guard let kind = PrivacyRequest.Kind(rawValue: row["kind"]),
      let state = PrivacyRequest.State(rawValue: row["state"])
    else { throw DatabaseError(message: "privacy_request.kind") }
    let decision: String? = row["decision"]
    return PrivacyRequest(
      number: row["number"], kind: kind, subject: row["subject"], receivedOn: try day("received_on"),
      withProcessor: row["with_processor"], answerDue: try day("answer_due"), due: try day("due"),
      isExtended: row["is_extended"], state: state, decision: decision.flatMap(PrivacyRequest.Decision.init(rawValue:)),
      basis: row["basis"], isExecuted: row["is_executed"])
  }
}

extension PrivacyRequest.Kind {
  /// Whether granting it changes the office's records.
  public var changesRecords: Bool { self == .correction || self == .deletion }
}
