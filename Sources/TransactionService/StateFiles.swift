import CardCrypto
import Foundation
import Glibc
import ISO7816

/// The folders of a centre that a backup is made of, and what of them goes into it.
public struct StateFiles: Sendable {
  /// The state folder.
  public let home: String
  /// The centre's folder in it.
  public var centre: String { home + "/centre" }
  static let ledger = "centre/ledger.sqlite"
  static let anchors = "centre/" + AnchorFile.name
  /// Where a restoring puts a master chain that is not gone on with.
  static let faultyAnchors = "centre/anchors-faulty.jsonl"
  /// Octets that are read at once.
  private static let window = 1 << 20

  /// Of a state folder.
  public init(home: String) { self.home = home }

  /// What goes into a backup besides the ledger, by name: trusted issuers, the day of verifiers, the centre's
  /// programmes, the public half of its records key. No secret.
  func others() -> [String] {
    let folders = [("centre/issuers", ".der"), ("programmes", ".yaml")]
    let listed = folders.flatMap { folder, ending in
      ((try? FileManager.default.contentsOfDirectory(atPath: home + "/" + folder)) ?? [])
        .filter { $0.hasSuffix(ending) }.map { folder + "/" + $0 }
    }
    let single = ["centre/minimum-verifier-date", "centre/records.pub"].filter {
      FileManager.default.fileExists(atPath: home + "/" + $0)
    }
    return (listed + single).sorted()
  }

  /// The folders that files of these names are in, each after those that it is in. No other is made: an empty folder of
  /// programmes would be a fault.
  static func folders(of names: [String]) -> [String] {
    let found = names.reduce(into: Set<String>()) { folders, name in
      let parts = name.split(separator: "/").dropLast()
      for count in 1..<(parts.count + 1) { folders.insert(parts.prefix(count).joined(separator: "/")) }
    }
    return found.sorted()
  }

  /// Whether a name in a manifest is one that ``others()`` could have given, or the ledger's.
  static func isKnown(_ name: String) -> Bool {
    if [ledger, anchors, "centre/minimum-verifier-date", "centre/records.pub"].contains(name) { return true }
    let parts = name.split(separator: "/", omittingEmptySubsequences: false)
    guard let last = parts.last, !last.hasPrefix("."), !last.contains("\0") else { return false }
    return parts.dropLast() == ["centre", "issuers"] && last.hasSuffix(".der")
      || parts.dropLast() == ["programmes"] && last.hasSuffix(".yaml")
  }

  // MARK: Files that are on disk when a call returns

  static func makeFolder(_ path: String) throws(BackupError) {
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
      throw .file(operation: "mkdir", path: path, errno: errno)
    }
  }

  static func write(_ path: String, _ octets: [UInt8]) throws(BackupError) {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .file(operation: "open", path: path, errno: errno) }
    defer { close(descriptor) }
    try put(octets[...], descriptor, path)
    guard fsync(descriptor) == 0 else { throw .file(operation: "fsync", path: path, errno: errno) }
  }

  private static func put(_ octets: ArraySlice<UInt8>, _ descriptor: Int32, _ path: String) throws(BackupError) {
    var rest = octets
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { throw .file(operation: "write", path: path, errno: count == 0 ? ENOSPC : errno) }
      rest = rest.dropFirst(count)
    }
  }

  static func sync(folder path: String) throws(BackupError) {
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .file(operation: "open", path: path, errno: errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw .file(operation: "fsync", path: path, errno: errno) }
  }

  /// Length and SHA-256 of a file; copies it to a new one on the way when `target` is given.
  static func digest(
    _ path: String, copyingTo target: String? = nil
  ) throws(BackupError) -> (octets: Int64, sha256: String) {
    let source = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard source >= 0 else { throw .file(operation: "open", path: path, errno: errno) }
    defer { close(source) }
    var copy: Int32 = -1
    if let target {
      copy = open(target, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      guard copy >= 0 else { throw .file(operation: "open", path: target, errno: errno) }
    }
    defer { if copy >= 0 { close(copy) } }
    guard let hash = try? DigestStream() else { throw .file(operation: "hash", path: path, errno: ENOMEM) }
    var length: Int64 = 0
    var buffer = [UInt8](repeating: 0, count: window)
    while true {
      let count = read(source, &buffer, buffer.count)
      guard count >= 0 else { throw .file(operation: "read", path: path, errno: errno) }
      if count == 0 { break }
      length += Int64(count)
      guard (try? hash.add(buffer[..<count])) != nil else {
        throw .file(operation: "hash", path: path, errno: EINVAL)
      }
      if let target { try put(buffer[..<count], copy, target) }
    }
    if let target {
      guard fsync(copy) == 0 else { throw .file(operation: "fsync", path: target, errno: errno) }
    }
    guard let value = try? hash.finish() else { throw .file(operation: "hash", path: path, errno: EINVAL) }
    return (length, value.hex.lowercased())
  }
}
