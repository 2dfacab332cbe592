internal import Foundation

/// Files for their owner's eyes (mode 0600) that are there whole or not at all.
public enum OwnerFile {
  /// Most octets that are read.
  public static let maximumLength = 1 << 20

  /// Makes a file. Written beside its place, flushed, linked to it, and the folder flushed: never over another file.
  ///
  /// - Throws: ``KeyFileError/exists(path:)`` when there is one.
  public static func create(_ path: String, _ octets: UnsafeRawBufferPointer) throws(KeyFileError) {
    try write(path, octets) { (temporary) throws(KeyFileError) in
      guard link(temporary, path) != 0 else { return }
      if errno == EEXIST { throw .exists(path: path) }
      throw .system(path: path, operation: "link", code: errno)
    }
  }

  /// Makes a file with a secret.
  public static func create(_ path: String, _ secret: borrowing SecretBytes) throws(KeyFileError) {
    try secret.withUnsafeBytes { (octets) throws(KeyFileError) in try create(path, octets) }
  }

  /// Makes a file of octets that are no secret.
  public static func create(_ path: String, _ octets: [UInt8]) throws(KeyFileError) {
    try SecretBytes(octets).withUnsafeBytes { (octets) throws(KeyFileError) in try create(path, octets) }
  }

  /// Puts a file in the place of another, or where there is none.
  public static func replace(_ path: String, _ octets: UnsafeRawBufferPointer) throws(KeyFileError) {
    try write(path, octets) { (temporary) throws(KeyFileError) in
      guard rename(temporary, path) == 0 else { throw .system(path: path, operation: "rename", code: errno) }
    }
  }

  /// Puts a file of octets that are no secret in the place of another, or where there is none.
  public static func replace(_ path: String, _ octets: [UInt8]) throws(KeyFileError) {
    try SecretBytes(octets).withUnsafeBytes { (octets) throws(KeyFileError) in try replace(path, octets) }
  }

  /// The content of a file that nobody but its owner may read; what it returns is the caller's to overwrite.
  ///
  /// - Throws: ``KeyFileError/permissions(path:)`` when others may, ``KeyFileError/malformed(path:)`` when it is longer
  ///   than ``maximumLength``.
  public static func read(_ path: String) throws(KeyFileError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(path: path, operation: "open", code: errno) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .system(path: path, operation: "stat", code: errno) }
    guard status.st_mode & 0o077 == 0 else { throw .permissions(path: path) }
    guard status.st_size <= maximumLength else { throw .malformed(path: path) }
    var octets = [UInt8](repeating: 0, count: Int(status.st_size))
    var done = 0
    while done < octets.count {
      let count = octets.withUnsafeMutableBytes {
        Foundation.read(descriptor, $0.baseAddress.map { $0 + done }, $0.count - done)
      }
      guard count > 0 else {
        cleanse(&octets)
        throw .system(path: path, operation: "read", code: count == 0 ? EIO : errno)
      }
      done += count
    }
    return octets
  }

  private static func write(
    _ path: String, _ octets: UnsafeRawBufferPointer, place: (String) throws(KeyFileError) -> Void
  ) throws(KeyFileError) {
    let temporary = path + ".new"
    unlink(temporary)
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .system(path: path, operation: "open", code: errno) }
    defer {
      close(descriptor)
      unlink(temporary)
    }
    var done = 0
    while done < octets.count {
      let count = Foundation.write(descriptor, octets.baseAddress.map { $0 + done }, octets.count - done)
      guard count > 0 else { throw .system(path: path, operation: "write", code: errno) }
      done += count
    }
    guard fsync(descriptor) == 0 else { throw .system(path: path, operation: "fsync", code: errno) }
    try place(temporary)
    try flushFolder(of: path)
  }

  private static func flushFolder(of path: String) throws(KeyFileError) {
    let parent = (path as NSString).deletingLastPathComponent
    let folder = open(parent.isEmpty ? "." : parent, O_RDONLY | O_DIRECTORY)
    guard folder >= 0 else { throw .system(path: path, operation: "open folder", code: errno) }
    defer { close(folder) }
    guard fsync(folder) == 0 else { throw .system(path: path, operation: "fsync folder", code: errno) }
  }
}
