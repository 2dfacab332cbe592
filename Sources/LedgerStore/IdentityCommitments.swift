internal import CardCrypto
internal import Ledger

/// What the chain keeps of who a person is: a hash with a salt that is kept beside the identity. Without the two nobody
/// can tell from the hash whose it is, so that an identity can be erased and the chain still verifies (`ledger` §8).
enum IdentityCommitment {
  /// A salt: 32 octets that nobody can predict.
  static func newSalt() throws -> [UInt8] { try SystemRandom().bytes(32) }

  /// SHA-256 over the salt, then personal ID, name, birth date and the person's random id, each after its length (4).
  static func hash(_ identity: PersonIdentity, of person: [UInt8], salt: [UInt8]) -> [UInt8] {
    var out = CanonicalOctets()
    for text in [identity.personalID, identity.name, identity.birthDate] { out.add(text) }
    out.add(person)
    return Digest.sha256.hash(salt + out.octets)
  }
}

extension BatchSession {
  /// What is kept beside an identity, and where the chain commits to it; `by` names what the identity came with.
  func commit(
    _ identity: PersonIdentity, of person: [UInt8], by origin: String = ""
  ) throws -> (salt: [UInt8], commitment: [UInt8], leaf: Int64) {
    let salt = try IdentityCommitment.newSalt()
    let commitment = IdentityCommitment.hash(identity, of: person, salt: salt)
    return (salt, commitment, commit(.identity(of: person, by: origin, commitment: commitment)))
  }

  /// Keeps that a person has a personal ID, by a name and birth date.
  func keep(_ identity: PersonIdentity, of person: [UInt8], _ statements: RowStatements) throws {
    let kept = try commit(identity, of: person)
    try statements.identity.run([
      identity.personalID, person.blob, identity.name, identity.birthDate, kept.salt.blob, kept.commitment.blob,
      sequence, kept.leaf,
    ])
  }
}

extension AuditWalk {
  /// Who people are, against what the chain keeps of it.
  mutating func checkIdentities() throws {
    var wrong: [String] = []
    for table in ["person_identity", "identity_change", "identity_act"] {
      try sql.each("SELECT person, personal_id, name, birth_date, salt, commitment FROM \(table)") { row in
        let person = try row.bytes(0)
        let identity = PersonIdentity(
          personalID: try row.text(1), name: try row.text(2), birthDate: try row.text(3))
        let isKept =
          try !row.isNull(4)
          && IdentityCommitment.hash(identity, of: person, salt: row.bytes(4)) == row.bytes(5)
        if !isKept { wrong.append(person.hexText) }
      }
    }
    for person in wrong { report.add(.items, "identity that is not what was recorded: \(person)") }
  }
}
