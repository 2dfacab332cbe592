public import CardCrypto
import Foundation
import Synchronization

/// Where a software card keeps its state. The card answers only after ``replace(_:)`` has returned.
public protocol CardStorage: Sendable {
  /// The stored state; `nil` when there is none yet.
  func load() throws -> SecretBytes?
  /// Puts `state` in the place of what was stored: all of it or nothing, also when power fails in between.
  func replace(_ state: borrowing SecretBytes) throws
}

/// A card's state in memory only: a benchmark's way to leave the disk out.
public final class MemoryCardStorage: CardStorage {
  private let state = Mutex<SecretBytes?>(nil)

  /// Storage without a card.
  public init() {}

  /// What was kept last.
  public func load() throws -> SecretBytes? {
    state.withLock { $0?.copy() }
  }

  /// Keeps `state`.
  public func replace(_ state: borrowing SecretBytes) throws {
    var octets = state.withOctets { $0 }
    let kept = SecretBytes(taking: &octets)
    keep(kept)
  }

  func clear() { state.withLock { $0 = nil } }

  private func keep(_ value: consuming SecretBytes) {
    var value: SecretBytes? = .some(consume value)
    state.withLock { $0 = value.take() }
  }
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
    /// Kept in memory until ``FileCardStorage/synchronise()``: for making many cards, of which one that is cut off
    /// while being made is thrown away.
    case deferred
  }

  private let folder: String
  private let durability: Durability
  private let lock: Int32
  private let unwritten = MemoryCardStorage()

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

  deinit {
    // Given free by itself first: a program that is just being started from this process holds the descriptor, and with
    // it the lock, until its exec.
    flock(lock, LOCK_UN)
    close(lock)
  }

  private var path: String { folder + "/card.tlv" }

  /// Reads what was kept last.
  public func load() throws -> SecretBytes? {
    if let state = try unwritten.load() { return .some(consume state) }
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    var octets = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    return SecretBytes(taking: &octets)
  }

  /// Writes beside the file, flushes, renames over it, flushes the folder; or keeps it in memory.
  public func replace(_ state: borrowing SecretBytes) throws {
    guard durability == .synchronous else { return try unwritten.replace(state) }
    try state.withOctets { try write($0) }
  }

  /// Writes and flushes a card that was kept with ``Durability/deferred``.
  public func synchronise() throws {
    guard let state = try unwritten.load() else { return }
    try state.withOctets { try write($0) }
    unwritten.clear()
  }

  private func write(_ octets: [UInt8]) throws {
    let temporary = path + ".new"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    guard descriptor >= 0 else { throw CardStorageError("open") }
    defer { close(descriptor) }
    var written = 0
    while written < octets.count {
      let count = octets[written...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { throw CardStorageError("write") }
      written += count
    }
    guard fsync(descriptor) == 0 else { throw CardStorageError("fsync") }
    guard rename(temporary, path) == 0 else { throw CardStorageError("rename") }
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
