import CardCrypto
import Foundation
import ISO7816

/// One step of a key ceremony: who did what, never a secret.
public struct CeremonyStep: Codable, Hashable, Sendable {
  /// 1 and up.
  public let number: Int
  /// Unix seconds.
  public let time: Int64
  /// Who did it.
  public let person: String
  /// A stable word: see ``CeremonyAct``.
  public let act: String
  /// What else is to be known, by stable words: key check values, numbers and fingerprints of shares.
  public let details: [String: String]
  /// Hash of the step, in hexadecimal digits; it goes into the next one's.
  public let hash: String

  /// SHA-256 of `80 number(4), 81 time(8), 82 person, 83 act, then for each detail in the order of its word 84 word and
  /// 85 text, 86 hash of the step before`, texts in UTF-8.
  static func hash(
    number: Int, time: Int64, person: String, act: String, details: [String: String], previous: String
  ) -> String {
    var objects = [
      BERTLV(0x80, [UInt8](bigEndian: number, width: 4)),
      BERTLV(0x81, [UInt8](bigEndian: UInt64(bitPattern: time), width: 8)), BERTLV(0x82, Array(person.utf8)),
      BERTLV(0x83, Array(act.utf8)),
    ]
    for (word, text) in details.sorted(by: { $0.key < $1.key }) {
      objects += [BERTLV(0x84, Array(word.utf8)), BERTLV(0x85, Array(text.utf8))]
    }
    objects.append(BERTLV(0x86, Array(previous.utf8)))
    return Digest.sha256.hash(objects.flatMap(\.bytes)).hex
  }
}

/// What is done in a ceremony.
public enum CeremonyAct: String, CaseIterable, Sendable {
  /// Somebody leads a ceremony; what it is for and where the keys will be.
  case begun = "ceremony-begun"
  /// Somebody watches it.
  case witnessed
  /// A share was handed to its holder, who closed it with a passphrase.
  case shareGiven = "share-given"
  /// A holder gave a share back for a restoration.
  case shareUsed = "share-used"
  /// Keys were made, with their check values.
  case keysMade = "keys-made"
  /// Keys came back from a backup, with their check values.
  case keysRestored = "keys-restored"
  /// Keys were backed up under the shares.
  case backedUp = "backed-up"
  /// A certificate of the office was signed.
  case certified
  /// The ceremony is over.
  case ended = "ceremony-ended"
}

/// The record of one ceremony: a chain of steps, signed at its end with the office's newest certificate key as CMS
/// SignedData. `openssl cms -verify -inform DER -purpose any` reads it.
public struct CeremonyRecord: Codable, Hashable, Sendable {
  /// The layout's name.
  public static let format = "ansinh-ceremony-1"
  /// ``format``.
  public let format: String
  /// The issuer's name.
  public let office: String
  /// Number of the ceremony, 1 and up.
  public let number: Int
  /// SHA-256 of the signed record of the ceremony before, in hexadecimal digits; empty in the first.
  public let previous: String
  /// What was done, in order. The first step's hash continues ``previous``.
  public private(set) var steps: [CeremonyStep]

  init(office: String, number: Int, previous: String) {
    format = Self.format
    (self.office, self.number, self.previous) = (office, number, previous)
    steps = []
  }

  mutating func add(_ act: CeremonyAct, by person: String, _ details: [String: String] = [:], time: Int64) {
    let number = steps.count + 1
    let hash = CeremonyStep.hash(
      number: number, time: time, person: person, act: act.rawValue, details: details,
      previous: steps.last?.hash ?? previous)
    steps.append(
      CeremonyStep(number: number, time: time, person: person, act: act.rawValue, details: details, hash: hash))
  }

  /// The first step that is not what was written; `nil` when all are.
  var broken: Int? {
    var last = previous
    for (index, step) in steps.enumerated() {
      let hash = CeremonyStep.hash(
        number: index + 1, time: step.time, person: step.person, act: step.act, details: step.details, previous: last)
      guard step.number == index + 1, step.hash == hash else { return index + 1 }
      last = hash
    }
    return steps.last?.act == CeremonyAct.ended.rawValue ? nil : steps.count + 1
  }

  /// The check values of keys that were made or restored, by the key's name.
  public var checkValues: [String: String] {
    let acts: Set = [CeremonyAct.keysMade.rawValue, CeremonyAct.keysRestored.rawValue]
    return steps.filter { acts.contains($0.act) }.reduce(into: [:]) { all, step in
      for (word, text) in step.details where IssuerKeyName(word) != nil { all[word] = text }
    }
  }
}

/// A record that was read and verified.
public struct VerifiedCeremony: Hashable, Sendable {
  /// The record.
  public let record: CeremonyRecord
  /// SHA-256 of the signed record, in hexadecimal digits: what a witness's own copy is compared by.
  public let fingerprint: String
}

extension OfficeKeys {
  func recordPath(_ number: Int) -> String { folder + "/ceremony-\(number).p7" }

  /// The records of all ceremonies, oldest first, each verified: signed by a certificate key of this office, its chain
  /// whole, and continuing the one before.
  ///
  /// - Throws: ``KeyCeremonyError/record(number:)``, ``KeyCeremonyError/broken(number:step:)``.
  public func ceremonies() throws -> [VerifiedCeremony] {
    let trusted = certificates()
    var found: [VerifiedCeremony] = []
    for (number, path) in try numbered("ceremony-", ".p7") {
      guard number == found.count + 1 else { throw KeyCeremonyError.broken(number: found.count + 1, step: 0) }
      let signed = try OwnerFile.read(path)
      guard let record = Self.record(signed, trusted: trusted), record.number == number else {
        throw KeyCeremonyError.record(number: number)
      }
      guard record.previous == found.last?.fingerprint ?? "" else {
        throw KeyCeremonyError.broken(number: number, step: 0)
      }
      if let step = record.broken { throw KeyCeremonyError.broken(number: number, step: step) }
      found.append(VerifiedCeremony(record: record, fingerprint: Digest.sha256.hash(signed).hex))
    }
    return found
  }

  private static func record(_ signed: [UInt8], trusted: [Certificate]) -> CeremonyRecord? {
    // The time to verify at is inside: what was signed tells when, and a certificate that is over signs nothing new.
    guard let unverified = try? SignedData.content(of: signed, contentType: SignedData.data),
      let last = decode(unverified)?.steps.last,
      let content = try? SignedData.verify(
        signed, contentType: SignedData.data, trusted: trusted.filter { $0.subject == $0.issuer }, at: last.time)
    else { return nil }
    return decode(content)
  }

  private static func decode(_ content: [UInt8]) -> CeremonyRecord? {
    guard let record = try? JSONDecoder().decode(CeremonyRecord.self, from: Data(content)),
      record.format == CeremonyRecord.format
    else { return nil }
    return record
  }

  /// Signs a record and keeps it.
  func keep(
    _ record: CeremonyRecord, _ custodian: any ManagedKeyCustodian, issuer: Certificate
  ) throws -> VerifiedCeremony {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let signed = try custodian.signRecord([UInt8](try encoder.encode(record)), issuer: issuer)
    try OwnerFile.create(recordPath(record.number), signed)
    return VerifiedCeremony(record: record, fingerprint: Digest.sha256.hash(signed).hex)
  }
}
