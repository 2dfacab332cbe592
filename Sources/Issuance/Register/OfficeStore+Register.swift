import CardCrypto
import Foundation
import GRDB
import ISO7816
public import ServiceAPI

/// Why an answer of the population register was not taken, or no question could be asked. Nothing was changed.
public enum RegisterExchangeError: Error, Sendable {
  /// The octets are no whole answer.
  case document(RegisterDocumentError)
  /// This office has not asked such a batch.
  case unknownBatch(String)
  /// The batch was withdrawn, so its answer counts for nothing.
  case withdrawn(String)
  /// The answer is to another request than the one of this batch.
  case otherRequest(batch: String)
  /// A line is about somebody who was not asked about there, or its number of lines is another.
  case unknownPerson(batch: String, line: Int)
  /// The batch was answered, and this is another answer.
  case otherAnswer(batch: String)
  /// The data of people in the batch changed, so that the same request can't be made again.
  case changed(batch: String)
  /// A batch was answered and can't be withdrawn.
  case answered(batch: String)
}

/// A batch of questions as it goes to the register.
public struct RegisterRequest: Sendable {
  /// Its name.
  public let batch: String
  /// Questions in it.
  public let count: Int
  /// The document.
  public let octets: [UInt8]
}

/// What an answer came to.
public struct RegisterResult: Hashable, Sendable, Codable {
  /// The batch.
  public var batch: String
  /// People by what was said of them.
  public var outcomes: [String: Int] = [:]
  /// People whose data changed since they were asked about: nothing was changed for them.
  public var stale = 0
  /// Whether this answer had been taken before.
  public var isRepeated = false

  /// How many people were matched.
  public var matched: Int { outcomes[RegisterOutcome.matched.rawValue] ?? 0 }
}

/// A batch and where it stands.
public struct RegisterBatch: Hashable, Sendable, Codable {
  /// Its name.
  public let batch: String
  /// `sent`, `answered` or `withdrawn`.
  public let state: String
  /// Questions in it.
  public let count: Int
  /// Unix seconds.
  public let sentAt: Int64
}

/// What is told when people's data leaves the office, in the act of each share.
public enum RegisterShare {
  /// Why.
  public static let purpose = "xác minh trước khi cấp thẻ"
  /// What.
  public static let fields = "số định danh cá nhân, họ và tên, ngày sinh"
  /// On what legal basis (`legal_security`).
  public static let basis = "Luật Căn cước 26/2023/QH15; Luật Bảo vệ dữ liệu cá nhân 91/2025/QH15 Điều 19"

  static func reason(_ count: Int) -> String {
    "purpose=\(purpose); fields=\(fields); basis=\(basis); count=\(count)"
  }
}

extension OfficeStore {
  /// Puts the next people who are unchecked into a batch and marks them as asked about; `nil` when there is nobody.
  ///
  /// The share is recorded as an act.
  ///
  /// - Parameter limit: people at most, up to ``RegisterDocument/maximumLines``.
  public func askRegister(limit: Int, actor: String, time: Int64) throws -> RegisterRequest? {
    try queue.write { db in
      let scope = try scope(db)
      let limit = min(max(1, limit), RegisterDocument.maximumLines)
      let entries = try Row.fetchAll(
        db,
        sql: """
          SELECT \(PeopleTable.columns) FROM person p
          WHERE p.register = 'unchecked' AND p.merged_into IS NULL AND (? IS NULL OR p.province = ?)
          ORDER BY p.person LIMIT ?
          """, arguments: [scope, scope, limit]
      ).map { try PeopleTable(db, cipher).entry($0) }
      guard !entries.isEmpty else { return nil }
      let batch = "YC-" + (try SystemRandom().bytes(8)).hex
      let octets = try Self.document(batch, scope, entries.map(\.person))
      try db.execute(
        sql: "INSERT INTO register_batch (batch, state, count, request_hash, sent_at) VALUES (?, 'sent', ?, ?, ?)",
        arguments: [batch, entries.count, Data(Digest.sha256.hash(octets)), time])
      let insert = try db.makeStatement(
        sql: "INSERT INTO register_entry (batch, line, person, person_key, nonce) VALUES (?, ?, ?, ?, ?)")
      let mark = try db.makeStatement(sql: "UPDATE person SET register = 'sent' WHERE person = ?")
      for (index, entry) in entries.enumerated() {
        try insert.execute(arguments: [batch, index + 1, entry.number, Data(entry.key), Data(entry.nonce)])
        try mark.execute(arguments: [entry.number])
      }
      try OfficeActLog(db: db).append(
        OfficeAct("register-asked", batch, actor: actor, reason: RegisterShare.reason(entries.count), time: time))
      return RegisterRequest(batch: batch, count: entries.count, octets: octets)
    }
  }

  /// The same request again, octet for octet, for a file that was lost or an answer that did not come; the share is
  /// recorded again.
  ///
  /// - Throws: ``RegisterExchangeError/changed(batch:)`` when somebody's data is another by now: withdraw the batch.
  public func askRegisterAgain(_ batch: String, actor: String, time: Int64) throws -> RegisterRequest {
    try queue.write { db in
      guard let stored = try Self.batch(db, batch) else { throw RegisterExchangeError.unknownBatch(batch) }
      guard stored.state != "withdrawn" else { throw RegisterExchangeError.withdrawn(batch) }
      let people = try Row.fetchAll(
        db,
        sql: """
          SELECT \(PeopleTable.columns) FROM register_entry e JOIN person p USING (person)
          WHERE e.batch = ? ORDER BY e.line
          """, arguments: [batch]
      ).map { try PeopleTable(db, cipher).entry($0).person }
      let octets = try Self.document(batch, try scope(db), people)
      guard Digest.sha256.hash(octets) == stored.requestHash else { throw RegisterExchangeError.changed(batch: batch) }
      try OfficeActLog(db: db).append(
        OfficeAct("register-asked-again", batch, actor: actor, reason: RegisterShare.reason(people.count), time: time))
      return RegisterRequest(batch: batch, count: people.count, octets: octets)
    }
  }

  /// Takes an answer: all of it, or nothing. The same answer again is answered as before.
  public func takeAnswer(_ octets: [UInt8], actor: String, time: Int64) throws -> RegisterResult {
    let answer: (header: RegisterAnswerHeader, replies: [RegisterReply])
    do throws(RegisterDocumentError) {
      answer = try RegisterDocument.readAnswer(octets) { Digest.sha256.hash($0) }
    } catch {
      throw RegisterExchangeError.document(error)
    }
    return try queue.write { db in
      try RegisterAnswerTaker(db: db, cipher: cipher, actor: actor, time: time)
        .take(answer.header, answer.replies, hash: Digest.sha256.hash(octets))
    }
  }

  /// Gives a batch up that will not be answered: its people are unchecked again.
  public func withdrawBatch(_ batch: String, actor: String, reason: String, time: Int64) throws {
    try queue.write { db in
      guard let stored = try Self.batch(db, batch) else { throw RegisterExchangeError.unknownBatch(batch) }
      guard stored.state != "answered" else { throw RegisterExchangeError.answered(batch: batch) }
      guard stored.state == "sent" else { return }
      try db.execute(
        sql: """
          UPDATE register_batch SET state = 'withdrawn' WHERE batch = ?;
          UPDATE person SET register = 'unchecked' WHERE register = 'sent' AND EXISTS (
            SELECT 1 FROM register_entry e WHERE e.batch = ? AND e.person = person.person AND e.nonce = person.nonce);
          """, arguments: [batch, batch])
      try OfficeActLog(db: db).append(
        OfficeAct("register-withdrawn", batch, actor: actor, reason: reason, time: time))
    }
  }

  /// The batches asked so far, the newest first.
  public func registerBatches(limit: Int = 100) throws -> [RegisterBatch] {
    try queue.read { db in
      try Row.fetchAll(
        db, sql: "SELECT batch, state, count, sent_at FROM register_batch ORDER BY sent_at DESC, batch LIMIT ?",
        arguments: [limit]
      ).map { RegisterBatch(batch: $0[0], state: $0[1], count: $0[2], sentAt: $0[3]) }
    }
  }

  private static func document(_ batch: String, _ scope: String?, _ people: [Applicant]) throws -> [UInt8] {
    let questions = people.enumerated().map { index, person in
      RegisterQuestion(
        line: index + 1, personalID: person.personalID, name: person.name, birthDate: person.birthDate)
    }
    return try RegisterDocument.request(batch: batch, office: scope ?? "VN", questions) { Digest.sha256.hash($0) }
  }

  struct StoredBatch {
    let state: String
    let count: Int
    let requestHash: [UInt8]
    let answerHash: [UInt8]?
  }

  static func batch(_ db: Database, _ batch: String) throws -> StoredBatch? {
    try Row.fetchOne(
      db, sql: "SELECT state, count, request_hash, answer_hash FROM register_batch WHERE batch = ?",
      arguments: [batch]
    ).map { row in
      let (request, answer): (Data, Data?) = (row["request_hash"], row["answer_hash"])
      return StoredBatch(
        state: row["state"], count: row["count"], requestHash: [UInt8](request), answerHash: answer.map { [UInt8]($0) })
    }
  }
}
