import Foundation
import PayoutPoint
import Printing
import VietnamReference

/// Why a printed file could not be written.
enum PrintFileError: Error, Hashable {
  /// There is something of that name.
  case exists(path: String)
  /// The name is a folder's, empty, or the same for two files.
  case unusable(path: String)
  /// A system call failed.
  case system(operation: String, path: String, code: Int32)
}

/// Files for print: they hold a person's name, so only their owner reads them.
enum PrintFile {
  /// Whether a file can be written there, as far as can be told before it is.
  static func check(_ path: String, overwrites: Bool) throws(PrintFileError) {
    guard !path.isEmpty, !path.hasSuffix("/"), !path.utf8.contains(0) else { throw .unusable(path: path) }
    var status = stat()
    if lstat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFREG || status.st_mode & S_IFMT == S_IFLNK else {
        throw .unusable(path: path)
      }
      guard overwrites else { throw .exists(path: path) }
    } else if errno != ENOENT {
      throw .system(operation: "stat", path: path, code: errno)
    }
    guard access(folder(of: path), W_OK | X_OK) == 0 else {
      throw .system(operation: "access", path: path, code: errno)
    }
  }

  /// Writes all or nothing: a file of its own, flushed, mode 0600, that then takes the name. Without `overwrites` a
  /// file that came there in the meantime stays.
  static func write(_ octets: [UInt8], to path: String, overwrites: Bool) throws(PrintFileError) {
    try check(path, overwrites: overwrites)
    let temporary = folder(of: path) + "/.ansinh-\(UInt64.random(in: 0...UInt64.max)).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw .system(operation: "open", path: path, code: errno) }
    do throws(PrintFileError) {
      defer { close(descriptor) }
      try fill(descriptor, octets, path)
    } catch {
      unlink(temporary)
      throw error
    }
    guard name(temporary, path, overwrites: overwrites) else {
      let code = errno
      unlink(temporary)
      guard code != EEXIST else { throw .exists(path: path) }
      throw .system(operation: "rename", path: path, code: code)
    }
    try flush(folder(of: path), path)
  }

  private static func fill(_ descriptor: Int32, _ octets: [UInt8], _ path: String) throws(PrintFileError) {
    var rest = octets[...]
    while !rest.isEmpty {
      let written = rest.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
      if written < 0, errno == EINTR { continue }
      guard written > 0 else {
        throw .system(operation: "write", path: path, code: written == 0 ? ENOSPC : errno)
      }
      rest = rest.dropFirst(written)
    }
    guard fsync(descriptor) == 0 else { throw .system(operation: "fsync", path: path, code: errno) }
  }

  /// `rename(2)`; without overwriting `link(2)`, which the system refuses when the name is taken, and the first name
  /// away. On a file system without links (a memory stick's) the name that was free a moment ago is taken.
  private static func name(_ temporary: String, _ path: String, overwrites: Bool) -> Bool {
    if overwrites { return rename(temporary, path) == 0 }
    if link(temporary, path) == 0 {
      unlink(temporary)
      return true
    }
    return (errno == EPERM || errno == EOPNOTSUPP) && rename(temporary, path) == 0
  }

  private static func flush(_ folder: String, _ path: String) throws(PrintFileError) {
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

/// A voucher's file, written or not.
struct PrintedFile: Encodable {
  let form: String
  let path: String
  let isWritten: Bool
  /// Why not.
  let problem: BilingualText?
}

/// A voucher as `--json` gives it: its own fields, the whole transaction id, and the files.
struct PrintedVoucher: Encodable {
  let voucher: VoucherData
  let transaction: String
  let files: [PrintedFile]

  private enum Keys: String, CodingKey { case transaction, files }

  func encode(to encoder: any Encoder) throws {
    try voucher.encode(to: encoder)
    var container = encoder.container(keyedBy: Keys.self)
    try container.encode(transaction, forKey: .transaction)
    try container.encode(files, forKey: .files)
  }
}
