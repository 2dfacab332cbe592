import CardCrypto
import Foundation
import GRDB
import ISO7816
import ServiceAPI

/// Takes one answer of the register within a transaction.
struct RegisterAnswerTaker {
  let db: Database
  let cipher: FieldCipher
  let actor: String
  let time: Int64

  /// A line of the batch as it was asked.
  private struct Asked {
    let person: Int64
    let key: [UInt8]
    let nonce: [UInt8]
  }

  func take(_ header: RegisterAnswerHeader, _ replies: [RegisterReply], hash: [UInt8]) throws -> RegisterResult {
    let batch = header.batch
    guard let stored = try OfficeStore.batch(db, batch) else { throw RegisterExchangeError.unknownBatch(batch) }
    guard stored.state != "withdrawn" else { throw RegisterExchangeError.withdrawn(batch) }
    guard header.request == RegisterDocument.hexadecimal(stored.requestHash) else {
      throw RegisterExchangeError.otherRequest(batch: batch)
    }
    if let answered = stored.answerHash {
      guard answered == hash else { throw RegisterExchangeError.otherAnswer(batch: batch) }
      return try repeated(batch, stored.count)
    }
    let asked = try entries(batch)
    guard replies.count == stored.count else {
      throw RegisterExchangeError.unknownPerson(batch: batch, line: min(stored.count, replies.count) + 1)
    }
    for reply in replies {
      guard let question = asked[reply.line] else { continue }
      guard try cipher.personKey(reply.personalID) == question.key else {
        throw RegisterExchangeError.unknownPerson(batch: batch, line: reply.line)
      }
    }
    return try apply(batch, hash, replies, asked)
  }

  private func apply(
    _ batch: String, _ hash: [UInt8], _ replies: [RegisterReply], _ asked: [Int: Asked]
  ) throws -> RegisterResult {
    try db.execute(
      sql: "UPDATE register_batch SET state = 'answered', answer_hash = ?, answered_at = ? WHERE batch = ?",
      arguments: [Data(hash), time, batch])
    let keep = try db.makeStatement(sql: "UPDATE register_entry SET outcome = ? WHERE batch = ? AND line = ?")
    // Data that changed since is not what the register has looked at.
    let mark = try db.makeStatement(
      sql: "UPDATE person SET register = ? WHERE person = ? AND nonce = ? AND register = 'sent'")
    var result = RegisterResult(batch: batch)
    for reply in replies {
      // Erased since, with the question.
      guard let question = asked[reply.line] else {
        result.stale += 1
        continue
      }
      try keep.execute(arguments: [reply.outcome.rawValue, batch, reply.line])
      try mark.execute(arguments: [reply.outcome.rawValue, question.person, Data(question.nonce)])
      guard db.changesCount == 1 else {
        result.stale += 1
        try keepStale(batch, reply.line)
        continue
      }
      result.outcomes[reply.outcome.rawValue, default: 0] += 1
      try work(batch, reply, question)
    }
    let counts = result.outcomes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } + ["stale=\(result.stale)"]
    try OfficeActLog(db: db).append(
      OfficeAct("register-answered", batch, actor: actor, reason: counts.joined(separator: " "), time: time))
    return result
  }

  private func keepStale(_ batch: String, _ line: Int) throws {
    try db.cachedStatement(
      sql: "INSERT INTO register_stale (batch, line) VALUES (?, ?)"
    ).execute(arguments: [batch, line])
  }

  /// What the answer leaves to do about the person.
  private func work(_ batch: String, _ reply: RegisterReply, _ question: Asked) throws {
    let table = WorkTable(db: db, cipher: cipher)
    let tag = Array(batch.utf8)
    // Asked anew, what an earlier answer left to do is overtaken.
    try table.close(
      [.mismatched, .noNumber, .renumbered, .deceased], of: question.person, as: "overtaken", time: time)
    switch reply.outcome {
    case .matched: try table.close([.verify], of: question.person, as: "matched", time: time)
    case .mismatched:
      try table.open(
        .mismatched, of: question.person, detail: (reply.fields ?? []).joined(separator: ","), tag: tag, time: time)
    case .noNumber: try table.open(.noNumber, of: question.person, detail: "", tag: tag, time: time)
    case .deceased: try table.open(.deceased, of: question.person, detail: "", tag: tag, time: time)
    case .renumbered:
      let note = try cipher.sealNote(Array((reply.newPersonalID ?? "").utf8), personKey: question.key)
      try table.open(.renumbered, of: question.person, detail: "", tag: tag, note: note, time: time)
    }
    if reply.outcome != .matched { try PeopleTable(db, cipher).scrapBegun(question.person) }
  }

  /// What the batch came to when it was answered; who was erased since counts as changed.
  private func repeated(_ batch: String, _ lines: Int) throws -> RegisterResult {
    var result = RegisterResult(batch: batch, isRepeated: true)
    let rows = try Row.fetchAll(
      db,
      sql: """
        SELECT e.outcome, s.line IS NOT NULL, COUNT(*)
        FROM register_entry e LEFT JOIN register_stale s USING (batch, line)
        WHERE e.batch = ? GROUP BY 1, 2
        """, arguments: [batch])
    for row in rows {
      let (outcome, isStale, count): (String, Bool, Int) = (row[0], row[1], row[2])
      if !isStale { result.outcomes[outcome, default: 0] += count }
    }
    result.stale = lines - result.outcomes.values.reduce(0, +)
    return result
  }

  /// By their lines; those of people who were erased are gone.
  private func entries(_ batch: String) throws -> [Int: Asked] {
    try Row.fetchAll(
      db, sql: "SELECT line, person, person_key, nonce FROM register_entry WHERE batch = ?", arguments: [batch]
    ).reduce(into: [:]) { asked, row in
      let (line, key, nonce): (Int, Data, Data) = (row["line"], row["person_key"], row["nonce"])
      asked[line] = Asked(person: row["person"], key: [UInt8](key), nonce: [UInt8](nonce))
    }
  }
}
