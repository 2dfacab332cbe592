public import CardCrypto
import Foundation

/// Why an encrypted file was not made.
public enum EncryptedFileError: Error, Hashable, Sendable {
  /// There is something of that name.
  case exists(path: String)
  /// The name is empty or a folder's.
  case unusable(path: String)
  /// A system call failed.
  case system(operation: String, path: String, code: Int32)
}

/// A file that only its recipient can read: what leaves the office as a file is written by this, whatever it is.
///
/// The content is encrypted as it comes (``EnvelopedDataWriter``): no octet of it reaches the disk in plain, not for a
/// moment either. The file is there whole or not at all, with mode 0600, and never takes the place of another.
public enum EncryptedFile {
  /// Writes `path`.
  ///
  /// - Parameters:
  ///   - fill: hands the content over, part by part.
  ///   - commit: called when the encrypted content is on the disk under a name of no meaning, before the file gets its
  ///     own: what it records can be missing of no file, and is to be taken back when this throws afterwards.
  /// - Throws: ``EncryptedFileError``, `CryptoError`, and what `fill` and `commit` throw; there is no file then.
  public static func write(
    to path: String, recipient: RecipientCertificate, fill: (EnvelopedDataWriter) throws -> Void,
    commit: () throws -> Void
  ) throws {
    try check(path)
    let temporary = folder(of: path) + "/.ansinh-\(UInt64.random(in: 0...UInt64.max)).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw EncryptedFileError.system(operation: "open", path: path, code: errno) }
    defer { unlink(temporary) }
    do {
      defer { close(descriptor) }
      let writer = try EnvelopedDataWriter(to: recipient, descriptor: descriptor)
      try fill(writer)
      try writer.finish()
      guard fsync(descriptor) == 0 else {
        throw EncryptedFileError.system(operation: "fsync", path: path, code: errno)
      }
    }
    try commit()
    try name(temporary, path)
    try flush(folder(of: path), path)
  }

  /// Whether a file can be made there, as far as can be told before it is.
  public static func check(_ path: String) throws(EncryptedFileError) {
    guard !path.isEmpty, !path.hasSuffix("/"), !path.utf8.contains(0) else { throw .unusable(path: path) }
    var status = stat()
    guard lstat(path, &status) != 0 else { throw .exists(path: path) }
    guard errno == ENOENT else { throw .system(operation: "stat", path: path, code: errno) }
    guard access(folder(of: path), W_OK | X_OK) == 0 else {
      throw .system(operation: "access", path: path, code: errno)
    }
  }

  /// `link(2)`, which the system refuses when the name was taken meanwhile; `rename(2)` on a file system without links.
  private static func name(_ temporary: String, _ path: String) throws(EncryptedFileError) {
    if link(temporary, path) == 0 { return }
    let code = errno
    guard code != EEXIST else { throw .exists(path: path) }
    guard code == EPERM || code == EOPNOTSUPP, rename(temporary, path) == 0 else {
      throw .system(operation: "link", path: path, code: code)
    }
  }

  private static func flush(_ folder: String, _ path: String) throws(EncryptedFileError) {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(operation: "open folder", path: path, code: errno) }
    defer { close(descriptor) }
    // Some file systems can't flush a folder; the file is there all the same.
    guard fsync(descriptor) == 0 || errno == EINVAL else {
      throw .system(operation: "fsync folder", path: path, code: errno)
    }
  }

  private static func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }
}
