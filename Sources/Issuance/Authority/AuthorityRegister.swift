import CardApplication
import CardCrypto
import Foundation
import GRDB
public import SecureChannel
import VietnamReference

/// A certificate as the register has it.
public struct RegisteredCertificate: Hashable, Sendable {
  /// Kinds of certificates.
  public enum Kind: String, Sendable {
    /// Self-signed, of the CVCA.
    case root
    /// Of a new key of the CVCA, signed by the one before.
    case link
    /// A province's document verifier.
    case verifier
    /// A terminal.
    case terminal
  }

  /// Its kind.
  public let kind: Kind
  /// Two digits; `nil` for the CVCA's.
  public let province: String?
  /// What was signed.
  public let certificate: CVCertificate
  /// Whether it, or its terminal, was revoked.
  public let isRevoked: Bool
  /// What the terminal was called when it first asked; `nil` for the others.
  public let terminalName: String?

  /// CHR.
  public var holder: HolderReference { certificate.content.holder }
  /// CHR as text.
  public var reference: String { holder.description }
  /// The reference without its sequence number.
  public var terminal: String { String(reference.dropLast(5)) }
}

/// A terminal that the centre has to be told of.
public struct PendingRevocation: Hashable, Sendable {
  /// The terminal, without a sequence number.
  public let terminal: String
  /// SHA-256 of its public point.
  public let keyHash: [UInt8]
}

/// Certificates, terminals and notices within a transaction.
struct AuthorityRegister {
  let db: Database
  var acts: ActLog { ActLog(db: db) }

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1 authority") { db in
      try db.execute(
        sql: """
          CREATE TABLE terminal (
            province TEXT NOT NULL, number INTEGER NOT NULL, key_hash BLOB NOT NULL UNIQUE, name TEXT NOT NULL,
            PRIMARY KEY (province, number)
          ) STRICT;
          CREATE TABLE certificate (
            sequence INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('root', 'link', 'verifier', 'terminal')),
            reference TEXT NOT NULL, authority TEXT NOT NULL, province TEXT, terminal INTEGER, curve INTEGER NOT NULL,
            chip_rights INTEGER NOT NULL, payout_rights INTEGER NOT NULL,
            effective INTEGER NOT NULL, expiration INTEGER NOT NULL, octets BLOB NOT NULL,
            state TEXT NOT NULL CHECK (state IN ('issued', 'revoked')), UNIQUE (reference, kind),
            FOREIGN KEY (province, terminal) REFERENCES terminal (province, number)
          ) STRICT;
          CREATE TRIGGER certificate_is_kept BEFORE DELETE ON certificate
            BEGIN SELECT RAISE(ABORT, 'certificates are never removed'); END;
          CREATE TRIGGER certificate_stays BEFORE UPDATE ON certificate
            WHEN NEW.octets IS NOT OLD.octets OR OLD.state = 'revoked'
            BEGIN SELECT RAISE(ABORT, 'certificates are never changed'); END;
          CREATE TABLE notice (
            terminal TEXT PRIMARY KEY, key_hash BLOB NOT NULL, told INTEGER
          ) STRICT;
          """ + ActLog.schema)
    }
    return migrator
  }

  private static let columns = """
    SELECT c.kind, c.province, c.curve, c.octets, c.state, t.name FROM certificate c
    LEFT JOIN terminal t ON t.province = c.province AND t.number = c.terminal
    """

  private func certificate(_ row: Row) throws -> RegisteredCertificate {
    let (kind, state, octets, curve): (String, String, Data, Int) = (
      row["kind"], row["state"], row["octets"], row["curve"]
    )
    guard let kind = RegisteredCertificate.Kind(rawValue: kind),
      let curve = UInt8(exactly: curve).flatMap({ Curve(rawValue: $0) }),
      let certificate = try? CVCertificate(parsing: [UInt8](octets), curve: curve)
    else { throw DatabaseError(resultCode: .SQLITE_CORRUPT, message: "certificate") }
    return RegisteredCertificate(
      kind: kind, province: row["province"], certificate: certificate, isRevoked: state == "revoked",
      terminalName: row["name"])
  }

  func certificates() throws -> [RegisteredCertificate] {
    try Row.fetchAll(db, sql: Self.columns + " ORDER BY c.sequence").map(certificate)
  }

  /// The certificates of this name: of a CVCA's newer key two.
  func named(_ reference: String) throws -> [RegisteredCertificate] {
    try Row.fetchAll(db, sql: Self.columns + " WHERE c.reference = ? ORDER BY c.sequence", arguments: [reference])
      .map(certificate)
  }

  /// The newest certificate of a kind, of a province where one is given.
  func newest(_ kind: RegisteredCertificate.Kind, province: String? = nil) throws -> RegisteredCertificate? {
    try Row.fetchOne(
      db, sql: Self.columns + " WHERE c.kind = ? AND (? IS NULL OR c.province = ?) ORDER BY c.sequence DESC LIMIT 1",
      arguments: [kind.rawValue, province, province]
    ).map(certificate)
  }

  func links() throws -> [RegisteredCertificate] {
    try Row.fetchAll(db, sql: Self.columns + " WHERE c.kind = 'link' ORDER BY c.sequence").map(certificate)
  }

  /// The day after the newest day on which a document verifier that is revoked now was signed: cards that know this
  /// day refuse it, and every other one from before that day.
  func minimumVerifierDate() throws -> CVDate? {
    // By what was signed, not by the column beside it.
    let revoked = try Row.fetchAll(db, sql: Self.columns + " WHERE c.kind = 'verifier' AND c.state = 'revoked'")
      .map(certificate)
    return revoked.map(\.certificate.content.effective).max()?.calendarDate?.adding(days: 1).flatMap { CVDate($0) }
  }

  /// The terminal with this key.
  func terminal(_ keyHash: [UInt8]) throws -> (province: String, number: Int)? {
    try Row.fetchOne(
      db, sql: "SELECT province, number FROM terminal WHERE key_hash = ?", arguments: [Data(keyHash)]
    ).map { ($0["province"], $0["number"]) }
  }

  func terminalCertificates(_ province: String, _ number: Int) throws -> [RegisteredCertificate] {
    try Row.fetchAll(
      db, sql: Self.columns + " WHERE c.province = ? AND c.terminal = ? ORDER BY c.sequence",
      arguments: [province, number]
    ).map(certificate)
  }

  func add(terminal keyHash: [UInt8], province: String, name: String) throws -> Int {
    let last = try Int.fetchOne(
      db, sql: "SELECT MAX(number) FROM terminal WHERE province = ?", arguments: [province])
    let number = (last ?? 0) + 1
    try db.execute(
      sql: "INSERT INTO terminal (province, number, key_hash, name) VALUES (?, ?, ?, ?)",
      arguments: [province, number, Data(keyHash), name])
    return number
  }

  func add(
    _ certificate: CVCertificate, _ kind: RegisteredCertificate.Kind, province: String? = nil, terminal: Int? = nil
  ) throws {
    let content = certificate.content
    let rights = TerminalRights(content)
    try db.execute(
      sql: """
        INSERT INTO certificate (
          kind, reference, authority, province, terminal, curve, chip_rights, payout_rights, effective, expiration,
          octets, state
        ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'issued')
        """,
      arguments: [
        kind.rawValue, content.holder.description, content.authority.description, province, terminal,
        Int(content.publicKey.curve.rawValue), Int64(rights.chip.rawValue), Int64(rights.payout.rawValue),
        content.effective.yyyymmdd, content.expiration.yyyymmdd, Data(certificate.bytes),
      ])
  }

  func revoke(_ certificate: RegisteredCertificate) throws {
    try db.execute(
      sql: """
        UPDATE certificate SET state = 'revoked' WHERE state = 'issued' AND (reference = ? OR EXISTS (
          SELECT 1 FROM certificate o WHERE o.reference = ? AND o.province = certificate.province
            AND o.terminal = certificate.terminal))
        """, arguments: [certificate.reference, certificate.reference])
    if certificate.kind == .terminal {
      try db.execute(
        sql: "INSERT INTO notice (terminal, key_hash) VALUES (?, ?)",
        arguments: [certificate.terminal, Data(certificate.certificate.content.publicKey.hash)])
    }
  }

  func pending() throws -> [PendingRevocation] {
    try Row.fetchAll(db, sql: "SELECT terminal, key_hash FROM notice WHERE told IS NULL ORDER BY terminal").map {
      let hash: Data = $0["key_hash"]
      return PendingRevocation(terminal: $0["terminal"], keyHash: [UInt8](hash))
    }
  }

  func markTold(_ notice: PendingRevocation, time: Int64) throws -> Bool {
    try db.execute(
      sql: "UPDATE notice SET told = ? WHERE terminal = ? AND told IS NULL", arguments: [time, notice.terminal])
    return db.changesCount == 1
  }
}
