import CardCrypto
import Foundation
import GRDB
import ISO7816

/// What has to be looked at about a person.
public enum WorkKind: String, CaseIterable, Sendable, Codable {
  /// The personal ID does not agree with the birth year or sex: cần xác minh.
  case verify
  /// The person came again with other data.
  case differs
  /// Somebody with another personal ID has the same name and birth date.
  case twin
  /// The register has other data.
  case mismatched
  /// The register has no such number, or none yet.
  case noNumber = "no-number"
  /// The register knows the person as dead.
  case deceased
  /// The register knows the person under a new number (xác lập lại số định danh cá nhân).
  case renumbered
}

/// What an officer decided about a work item.
public enum WorkDecision: String, CaseIterable, Sendable, Codable {
  /// A possible twin is another person.
  case distinct
  /// A possible twin is the same person: this entry is given up for the other.
  case same
  /// What the office has stands.
  case keep
  /// The other data, or the new number, take the place of what the office has; to be checked anew.
  case accept
  /// The register is asked again with the same data.
  case recheck

  /// Which decisions a kind of item can have.
  public static func possible(_ kind: WorkKind) -> [WorkDecision] {
    switch kind {
    case .verify, .deceased: [.keep, .recheck]
    case .differs: [.keep, .accept]
    case .twin: [.distinct, .same]
    case .mismatched, .noNumber: [.recheck]
    case .renumbered: [.accept, .recheck]
    }
  }
}

/// Work items within a transaction.
struct WorkTable {
  let db: Database
  let cipher: FieldCipher

  /// Opens an item; nothing when there is, or was, the same.
  ///
  /// - Parameter tag: tells items of one kind and person from each other.
  func open(
    _ kind: WorkKind, of person: Int64, other: Int64? = nil, detail: String, tag: [UInt8], note: Data? = nil,
    time: Int64
  ) throws {
    try db.cachedStatement(
      sql: """
        INSERT INTO work_item (person, kind, other, detail, tag, note, opened_at) VALUES (?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (person, kind, tag) DO NOTHING
        """
    ).execute(arguments: [person, kind.rawValue, other, detail, Data(tag), note, time])
  }

  /// Opens the item of two people who may be one.
  func openTwin(of person: Int64, other: Int64, time: Int64) throws {
    let tag = [UInt8](bigEndian: UInt64(bitPattern: other), width: 8)
    try open(.twin, of: person, other: other, detail: "", tag: tag, time: time)
  }

  /// Closes what is open of these kinds, because something else has decided it.
  func close(_ kinds: [WorkKind], of person: Int64, as decision: String, time: Int64) throws {
    for kind in kinds {
      try db.cachedStatement(
        sql: """
          UPDATE work_item SET decision = ?, decided_at = ? WHERE person = ? AND kind = ? AND decision IS NULL
          """
      ).execute(arguments: [decision, time, person, kind.rawValue])
    }
  }
}
