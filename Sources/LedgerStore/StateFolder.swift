private import Glibc

/// The state folder, locked for as long as this object lives.
///
/// The lock is `flock(2)` on the file `lock`, which holds the owner's process id in decimal; the kernel gives it free
/// when the process ends, however it ends.
public final class StateFolder: Sendable {
  /// Path of the folder.
  public let path: String
  private let descriptor: Int32

  /// Makes the folder when it is missing (mode 0700) and locks it.
  ///
  /// Throws ``LedgerStoreError/locked(processID:)`` when another process, or another object of this one, holds it.
  public init(path: String) throws(LedgerStoreError) {
    if mkdir(path, 0o700) == 0 {
      try Self.syncFolder(path + "/..")
    } else if errno != EEXIST {
      throw LedgerStoreError.file(operation: "mkdir", errno: errno)
    }
    let descriptor = open(path + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw LedgerStoreError.file(operation: "open lock", errno: errno) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      let holder = Self.holder(descriptor)
      _ = Self.closeFile(descriptor)
      throw code == EWOULDBLOCK
        ? LedgerStoreError.locked(processID: holder) : LedgerStoreError.file(operation: "flock", errno: code)
    }
    let text = Array("\(getpid())\n".utf8)
    guard ftruncate(descriptor, 0) == 0, pwrite(descriptor, text, text.count, 0) == text.count else {
      let code = errno
      _ = Self.closeFile(descriptor)
      throw LedgerStoreError.file(operation: "write lock", errno: code)
    }
    self.path = path
    self.descriptor = descriptor
  }

  deinit {
    // Given free by itself first: a program that is just being started from this process holds the descriptor, and with
    // it the lock, until its exec.
    flock(descriptor, LOCK_UN)
    _ = Self.closeFile(descriptor)
  }

  /// Puts the folder's entries on disk, so that a new file survives a loss of power.
  func sync() throws(LedgerStoreError) { try Self.syncFolder(path) }

  private static func syncFolder(_ path: String) throws(LedgerStoreError) {
    let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw LedgerStoreError.file(operation: "open folder", errno: errno) }
    let result = fsync(folder)
    let code = errno
    _ = closeFile(folder)
    guard result == 0 else { throw LedgerStoreError.file(operation: "fsync folder", errno: code) }
  }

  private static func closeFile(_ descriptor: Int32) -> Int32 { close(descriptor) }

  private static func holder(_ descriptor: Int32) -> Int32? {
    var buffer = [UInt8](repeating: 0, count: 16)
    let count = pread(descriptor, &buffer, buffer.count, 0)
    guard count > 0 else { return nil }
    return Int32(String(decoding: buffer.prefix(count).prefix { $0 != 0x0A }, as: UTF8.self))
  }
}
