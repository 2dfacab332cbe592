public import CardCrypto
import Foundation
import ISO7816
import LedgerStore
import ServiceAPI

/// What a backup says of itself: `manifest.json`, signed by the centre's records key in `manifest.sig`.
///
/// The signature (r ‖ s, 128 hexadecimal digits) is over `ANSINH-BACKUP-1`, a zero octet and the file as it is.
public struct BackupManifest: Hashable, Sendable, Codable {
  /// A file of the backup.
  public struct File: Hashable, Sendable, Codable {
    /// Its path in the backup, `/` between folders.
    public var name: String
    /// Its length.
    public var octets: Int64
    /// SHA-256, hexadecimal.
    public var sha256: String
  }

  /// The master chain of the backup.
  public struct Anchors: Hashable, Sendable, Codable {
    /// Links.
    public var count: Int64
    /// The last batch that they name, 0 for none.
    public var sequence: Int64
    /// Hash of the last one, hexadecimal; empty for none.
    public var hash: String
    /// What is wrong with them and with what they say of the ledger: how much, and the first of it.
    public var faultCount: Int64
    /// The first fault; nil for none.
    public var fault: String?

    init(_ check: AnchorCheck) {
      (count, sequence, faultCount) = (check.count, check.sequence, check.problemCount)
      hash = check.end.map { $0.hash.hex.lowercased() } ?? ""
      fault = check.problems.first?.place
    }
  }

  /// The form of the backup.
  public static let format = "ansinh-backup-1"
  static let name = "manifest.json"
  static let signatureName = "manifest.sig"
  /// Most octets of a manifest.
  static let largest = 1 << 20

  /// ``format``.
  public var format: String
  /// When the copying ended, milliseconds since 1970.
  public var madeAt: Int64
  /// The form of the ledger: its newest migration.
  public var schema: String
  /// Writer, epoch, sequence and hash of the newest batch: everything acknowledged with it or before is here.
  public var head: BackupHead
  /// When that batch was written, milliseconds since 1970.
  public var headTime: Int64
  /// Leaves that the chain commits to.
  public var leaves: Int64
  /// Answers that were stored.
  public var requests: Int64
  /// Payouts that were posted.
  public var payouts: Int64
  /// The point that cards check completions with, hexadecimal: which `centre.keys` belong to this ledger.
  public var completionPoint: String
  /// The master chain; nil when there was none, and in backups from before it was told here.
  public var anchors: Anchors?
  /// Everything in the backup besides manifest and signature, by name.
  public var files: [File]

  /// Reads the one of the backup in the folder `path`, signed with `key`.
  ///
  /// - Throws: ``BackupError/notABackup``, ``BackupError/signature``.
  public static func read(_ path: String, key: ECPublicKey) throws(BackupError) -> BackupManifest {
    guard let octets = small(path + "/" + name), let text = small(path + "/" + signatureName) else {
      throw .notABackup
    }
    // The signature first: nothing of what it does not cover is looked at.
    guard let signature = [UInt8](hex: String(decoding: text, as: UTF8.self)),
      key.verify(signature, of: signed(octets))
    else { throw .signature }
    guard let manifest = try? JSONDecoder().decode(BackupManifest.self, from: Data(octets)),
      manifest.format == format
    else { throw .notABackup }
    return manifest
  }

  private static func small(_ path: String) -> [UInt8]? {
    guard let file = FileHandle(forReadingAtPath: path),
      let data = try? file.read(upToCount: largest + 1), data.count <= largest
    else { return nil }
    return [UInt8](data)
  }

  static func signed(_ octets: [UInt8]) -> [UInt8] { Array("ANSINH-BACKUP-1".utf8) + [0] + octets }

  var octets: [UInt8] {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      return [UInt8](try encoder.encode(self)) + [0x0A]
    }
  }
}

/// A head without its signature: `WRITER/EPOCH/SEQUENCE/HASH`, the hash whole or its first 8 octets, as answers of
/// earlier versions carried it.
public struct BackupHead: Hashable, Sendable, Codable, CustomStringConvertible {
  /// The writer.
  public let writer: String
  /// The epoch of the writer.
  public let epoch: Int64
  /// Number of the batch.
  public let sequence: Int64
  /// Hash of the batch, hexadecimal in lower case: 64 digits, or the first 16.
  public let hash: String

  init(_ head: ChainHead) {
    (writer, epoch, sequence) = (head.writer, head.epoch, head.sequence)
    hash = head.hash.hex.lowercased()
  }

  /// Reads this form, or a signed head as answers carry it (`Ansinh-Head`); nil when it is neither.
  public init?(_ text: String) {
    let text = SignedHead(text)?.batch ?? text
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
    guard parts.count == 4, !parts[0].isEmpty, let epoch = Int64(parts[1]), let sequence = Int64(parts[2]),
      epoch >= 0, sequence >= 0, [16, 64].contains(parts[3].utf8.count), [UInt8](hex: parts[3]) != nil
    else { return nil }
    (writer, self.epoch, self.sequence, hash) = (parts[0], epoch, sequence, parts[3].lowercased())
  }

  /// The form without a signature.
  public var description: String { "\(writer)/\(epoch)/\(sequence)/\(hash)" }

  /// Whether a batch is this one.
  func isSame(_ head: ChainHead) -> Bool {
    writer == head.writer && epoch == head.epoch && sequence == head.sequence
      && head.hash.hex.lowercased().hasPrefix(hash)
  }
}

/// What somebody's head says about a ledger.
public enum HeadComparison: Hashable, Sendable {
  /// The ledger has that batch.
  case contained
  /// The ledger ends before it: so many batches, each with acknowledged work, are not here.
  case lost(batches: Int64)
  /// The ledger has another batch in its place: it is not the one that gave the head.
  case fork
}
