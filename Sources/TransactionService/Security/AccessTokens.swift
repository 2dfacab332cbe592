public import CardCrypto
import Foundation
import Ledger
import Synchronization

/// An official's token as the centre keeps it: whose, what it hashes to, until when.
public struct TokenRecord: Hashable, Sendable, Codable {
  /// Name of the official, as acts name them.
  public let official: String
  /// SHA-256 of the token's text, hexadecimal.
  public let hash: String
  /// Last second, Unix time.
  public let validUntil: Int64

  /// One record.
  public init(official: String, hash: String, validUntil: Int64) {
    self.official = official
    self.hash = hash
    self.validUntil = validUntil
  }
}

/// The tokens of a centre: a file of one JSON record a line, which the service reads again when it changes.
///
/// A token is 32 random octets, so that its hash alone can be kept and looked up: whoever reads the file can't send
/// requests by it.
public final class AccessTokens: Sendable {
  /// How a token begins, so that it is found in places where it should not be.
  static let prefix = "ansinh-token-"
  /// Longest life, days.
  public static let longestLife = 366

  private struct Known {
    var stamp: FileStamp?
    var checkedAt: Int64 = .min
    var records: [String: TokenRecord] = [:]
  }

  /// What tells that a file has changed.
  private struct FileStamp: Equatable {
    let modified: Date
    let size: Int
    let inode: Int
  }

  private let path: String
  private let known = Mutex(Known())

  /// The tokens in the file at `path`; none while there is no file.
  public init(path: String) { self.path = path }

  /// Makes a token for `official`, writes its record, and returns its text, which is kept nowhere else.
  public static func issue(
    for official: String, validUntil: Int64, path: String, random: some RandomSource
  ) throws -> String {
    let token =
      prefix
      + (try random.bytes(32)).map { byte in
        String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
      }.joined()
    try append(TokenRecord(official: official, hash: hash(token), validUntil: validUntil), path: path)
    return token
  }

  /// Ends every token of `official`; how many there were.
  public static func revoke(official: String, path: String) throws -> Int {
    let records = try read(path)
    let kept = records.filter { !FourEyes.isOnePerson(maker: $0.official, checker: official) }
    guard kept.count < records.count else { return 0 }
    try write(kept, path)
    return records.count - kept.count
  }

  /// Whose token it is, when it is good at `now` (Unix seconds).
  func official(token: String, now: Int64) -> String? {
    guard token.hasPrefix(Self.prefix), token.utf8.count == Self.prefix.utf8.count + 64 else { return nil }
    let hash = Self.hash(token)
    let record = known.withLock { known -> TokenRecord? in
      if known.checkedAt != now {
        known.checkedAt = now
        let stamp = stamp()
        if stamp != known.stamp {
          known.stamp = stamp
          // A file that can't be read lets nobody in.
          let records = (try? Self.read(path)) ?? []
          known.records = Dictionary(records.map { ($0.hash, $0) }) { _, last in last }
        }
      }
      return known.records[hash]
    }
    guard let record, now <= record.validUntil else { return nil }
    return record.official
  }

  private func stamp() -> FileStamp? {
    guard let facts = try? FileManager.default.attributesOfItem(atPath: path),
      let modified = facts[.modificationDate] as? Date, let size = facts[.size] as? Int,
      let inode = facts[.systemFileNumber] as? Int
    else { return nil }
    return FileStamp(modified: modified, size: size, inode: inode)
  }

  private static func hash(_ token: String) -> String {
    Digest.sha256.hash(Array(token.utf8)).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }

  /// Every record, in the order they were made in.
  public static func read(_ path: String) throws -> [TokenRecord] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    let decoder = JSONDecoder()
    return try Data(contentsOf: URL(fileURLWithPath: path)).split(separator: 10).map {
      try decoder.decode(TokenRecord.self, from: $0)
    }
  }

  private static func append(_ record: TokenRecord, path: String) throws { try write(try read(path) + [record], path) }

  private static func write(_ records: [TokenRecord], _ path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let lines = try records.map { try encoder.encode($0) + [10] }
    try OwnerFile.replace(path, lines.flatMap { [UInt8]($0) })
  }
}
