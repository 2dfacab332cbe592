import CardCrypto
import Foundation
import GRDB
import ISO7816

/// One act of a certificate authority, as it is kept for good.
public struct AuthorityAct: Hashable, Sendable {
  /// What was done.
  public enum What: String, Sendable {
    /// A self-signed certificate of the CVCA.
    case root
    /// A link certificate of the CVCA.
    case link
    /// A document verifier's certificate.
    case verifier
    /// A terminal's certificate.
    case terminal
    /// A document verifier or terminal revoked.
    case revocation
    /// The centre has been told of a terminal's revocation.
    case told
  }

  /// From 1, without gaps.
  public let sequence: Int64
  /// Unix seconds.
  public let time: Int64
  /// Who did it: the account of the operating system, or as given.
  public let actor: String
  /// What was done; unknown words of a later version are kept.
  public let what: String
  /// Whose certificate it is about.
  public let reference: String
  /// Why; empty where no reason is asked for.
  public let reason: String
  /// SHA-256 of the certificate that was signed; empty where none was.
  public let certificateHash: [UInt8]
  /// ``hash`` of the act before; 32 zeros in the first.
  public let previous: [UInt8]

  /// SHA-256 of `80 sequence(8), 81 time(8), 82 actor, 83 what, 84 reference, 85 reason, 86 certificate's hash, 87 hash
  /// of the act before`, texts in UTF-8.
  public var hash: [UInt8] {
    let objects = [
      BERTLV(0x80, [UInt8](bigEndian: UInt64(bitPattern: sequence), width: 8)),
      BERTLV(0x81, [UInt8](bigEndian: UInt64(bitPattern: time), width: 8)), BERTLV(0x82, Array(actor.utf8)),
      BERTLV(0x83, Array(what.utf8)), BERTLV(0x84, Array(reference.utf8)), BERTLV(0x85, Array(reason.utf8)),
      BERTLV(0x86, certificateHash), BERTLV(0x87, previous),
    ]
    return Digest.sha256.hash(objects.flatMap(\.bytes))
  }

  static let noPrevious = [UInt8](repeating: 0, count: 32)
}

/// Whether a register still says what was done.
public struct RegisterCheck: Hashable, Sendable {
  /// How many acts there are.
  public let acts: Int64
  /// The first act that is not what was written, or that is missing.
  public let brokenAct: Int64?
  /// Names of certificates that are in the register without an act, in another state or with other octets than by it.
  public let strays: [String]

  /// Whether nothing was found.
  public var isWhole: Bool { brokenAct == nil && strays.isEmpty }
}

/// The acts within a transaction.
struct ActLog {
  let db: Database

  static let schema = """
    CREATE TABLE act (
      sequence INTEGER PRIMARY KEY, time INTEGER NOT NULL, actor TEXT NOT NULL, what TEXT NOT NULL,
      reference TEXT NOT NULL, reason TEXT NOT NULL, certificate_hash BLOB NOT NULL, previous BLOB NOT NULL,
      hash BLOB NOT NULL
    ) STRICT;
    CREATE TRIGGER act_stays BEFORE UPDATE ON act BEGIN SELECT RAISE(ABORT, 'acts are never changed'); END;
    CREATE TRIGGER act_is_kept BEFORE DELETE ON act BEGIN SELECT RAISE(ABORT, 'acts are never removed'); END;
    """

  func append(
    _ what: AuthorityAct.What, _ reference: String, actor: String, time: Int64, reason: String = "",
    certificate: [UInt8]? = nil
  ) throws {
    let last = try Row.fetchOne(db, sql: "SELECT sequence, hash FROM act ORDER BY sequence DESC LIMIT 1")
    let previous: Data? = last?["hash"]
    let act = AuthorityAct(
      sequence: (last?["sequence"] ?? 0) + 1, time: time, actor: actor, what: what.rawValue, reference: reference,
      reason: reason, certificateHash: certificate.map { Digest.sha256.hash($0) } ?? [],
      previous: previous.map { [UInt8]($0) } ?? AuthorityAct.noPrevious)
    try db.execute(
      sql: """
        INSERT INTO act (sequence, time, actor, what, reference, reason, certificate_hash, previous, hash)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        act.sequence, act.time, act.actor, act.what, act.reference, act.reason, Data(act.certificateHash),
        Data(act.previous), Data(act.hash),
      ])
  }

  func all() throws -> [(act: AuthorityAct, hash: [UInt8])] {
    try Row.fetchAll(db, sql: "SELECT * FROM act ORDER BY sequence").map { row in
      let (certificate, previous, hash): (Data, Data, Data) = (row["certificate_hash"], row["previous"], row["hash"])
      let act = AuthorityAct(
        sequence: row["sequence"], time: row["time"], actor: row["actor"], what: row["what"],
        reference: row["reference"], reason: row["reason"], certificateHash: [UInt8](certificate),
        previous: [UInt8](previous))
      return (act, [UInt8](hash))
    }
  }

  /// What an act says of the certificate that was signed by it.
  private struct Signed: Hashable {
    let hash: [UInt8]
    let kind: String
    let reference: String
  }

  /// Walks the chain, then holds it against the certificates' octets, kinds, names and states. Nothing is parsed, so
  /// that octets which are no certificate any more are found too.
  func check() throws -> RegisterCheck {
    var previous = AuthorityAct.noPrevious
    var broken: Int64?
    var signed: [Signed: Int64] = [:]
    var revoked: Set<String> = []
    var count: Int64 = 0
    for entry in try all() {
      let act = entry.act
      count += 1
      if broken == nil, act.sequence != count || act.previous != previous || act.hash != entry.hash { broken = count }
      previous = entry.hash
      if !act.certificateHash.isEmpty {
        signed[Signed(hash: act.certificateHash, kind: act.what, reference: act.reference)] = act.sequence
      }
      if act.what == AuthorityAct.What.revocation.rawValue { revoked.insert(act.reference) }
    }
    // A terminal is revoked as a whole, whichever of its certificates the act names.
    let revokedTerminals = Set(revoked.map { $0.dropLast(5) })
    var strays: Set<String> = []
    let rows = try Row.fetchCursor(db, sql: "SELECT kind, reference, octets, state FROM certificate")
    while let row = try rows.next() {
      let (octets, kind, reference, state): (Data, String, String, String) = (
        row["octets"], row["kind"], row["reference"], row["state"]
      )
      let isRevoked =
        kind == RegisteredCertificate.Kind.terminal.rawValue
        ? revokedTerminals.contains(reference.dropLast(5)) : revoked.contains(reference)
      let act = signed.removeValue(forKey: Signed(hash: Digest.sha256.hash(octets), kind: kind, reference: reference))
      if act == nil || (state == "revoked") != isRevoked { strays.insert(reference) }
    }
    // An act whose certificate is gone from the register, or is another now.
    if broken == nil { broken = signed.values.min() }
    return RegisterCheck(acts: count, brokenAct: broken, strays: strays.sorted())
  }
}
