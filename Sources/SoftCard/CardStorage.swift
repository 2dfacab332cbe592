public import CardCrypto
import Foundation

/// Where a software card keeps its state. The card answers only after ``replace(_:)`` has returned.
public protocol CardStorage: Sendable {
  /// The stored state; `nil` when there is none yet.
  func load() throws -> SecretBytes?
  /// Puts `state` in the place of what was stored: all of it or nothing, also when power fails in between.
  func replace(_ state: borrowing SecretBytes) throws
}

/// A failed step of keeping a card's file.
public struct CardStorageError: Error, Sendable, CustomStringConvertible {
  /// The system call.
  public let operation: String
  /// Its `errno`.
  public let code: Int32

  init(_ operation: String) {
    self.operation = operation
    code = errno
  }

  /// Whether another program has the card.
  public var isInUse: Bool { operation == "flock" && code == EWOULDBLOCK }

  /// Operation and the system's text.
  public var description: String { "\(operation): \(String(cString: strerror(code)))" }
}

/// One file `card.tlv` in a folder, mode 0600, replaced by write and rename.
///
/// The folder is locked for as long as this object lives: two programs with one card would sign two orders under one
/// counter, and the centre would have to block the card.
public final class FileCardStorage: CardStorage {
  /// Whether the file and its folder are flushed to the disk before the card answers.
  public enum Durability: Sendable {
    /// fsync of the file before and of the folder after the rename.
    case synchronous
    /// Written and renamed, flushed by the system in its own time: for making many cards, which end with
    /// ``FileCardStorage/synchronise()``.
    case deferred
  }

  private let folder: String
  private let durability: Durability
  private let lock: Int32

  /// Storage in `folder`, which is made when it does not exist.
  ///
  /// - Throws: ``CardStorageError`` with ``CardStorageError/isInUse`` when another program has the card.
  public init(folder: String, durability: Durability = .synchronous) throws {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let lock = open(folder + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard lock >= 0 else { throw CardStorageError("open lock") }
    guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
      let error = CardStorageError("flock")
      close(lock)
      throw error
    }
    self.folder = folder
    self.durability = durability
    self.lock = lock
  }

  deinit { close(lock) }

  private var path: String { folder + "/card.tlv" }

  /// Reads the file.
  public func load() throws -> SecretBytes? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    var octets = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    return SecretBytes(taking: &octets)
  }

  /// Writes beside the file, flushes, renames over it, flushes the folder.
  public func replace(_ state: borrowing SecretBytes) throws {
    let temporary = path + ".new"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard descriptor >= 0 else { throw CardStorageError("open") }
    defer { close(descriptor) }
    try state.withOctets { octets in
      var written = 0
      while written < octets.count {
        let count = octets[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard count > 0 else { throw CardStorageError("write") }
        written += count
      }
    }
    if durability == .synchronous, fsync(descriptor) != 0 { throw CardStorageError("fsync") }
    guard rename(temporary, path) == 0 else { throw CardStorageError("rename") }
    if durability == .synchronous { try flushFolder() }
  }

  /// Flushes a card that was kept with ``Durability/deferred``.
  public func synchronise() throws {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { throw CardStorageError("open") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw CardStorageError("fsync") }
    try flushFolder()
  }

  private func flushFolder() throws { try Self.flush(folder) }

  /// Flushes the entries of a folder, after a card's folder was moved into it.
  public static func flush(_ folder: String) throws {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY)
    guard descriptor >= 0 else { throw CardStorageError("open folder") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw CardStorageError("fsync folder") }
  }
}
