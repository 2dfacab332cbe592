import Foundation

/// Puts each document into a file of a folder that the officer chose, such as a memory stick's: `face-000123.pdf`.
///
/// Files are for the owner alone (mode 0600). A document has its final name from the first octet on, and when anything
/// fails the file is emptied and removed: a folder never holds a secret under a name that nobody looks for. Only a
/// machine that stops in between leaves a part, under the name where it is expected.
public struct FolderPrintStream: PrintStream {
  private let path: String

  /// A stream into the folder at `path`, which must exist.
  public init(folder path: String) { self.path = path }

  /// Writes the file and flushes it and the folder to the disk.
  public func take(_ document: PrintDocument) async throws {
    let path = path
    try await BlockingOutput.run { try Self.write(document, into: path) }
  }

  private static func write(_ document: PrintDocument, into path: String) throws(PrintStreamError) {
    guard let name = document.fileName else { throw .badLabel }
    let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard folder >= 0 else { throw .system(operation: "open folder", code: errno) }
    defer { close(folder) }
    let file = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0o600)
    guard file >= 0 else {
      guard errno != EEXIST else { throw .exists(fileName: name) }
      throw .system(operation: "open", code: errno)
    }
    do throws(PrintStreamError) {
      try fill(file, document)
      // Some file systems can't flush a folder; the file is there all the same.
      guard fsync(folder) == 0 || errno == EINVAL else { throw .system(operation: "fsync folder", code: errno) }
    } catch {
      unlinkat(folder, name, 0)
      fsync(folder)
      throw error
    }
  }

  private static func fill(_ file: Int32, _ document: PrintDocument) throws(PrintStreamError) {
    var isOpen = true
    defer { if isOpen { close(file) } }
    do throws(PrintStreamError) {
      try document.withOctets { (octets) throws(PrintStreamError) in try BlockingOutput.write(octets, toFile: file) }
      guard fsync(file) == 0 else { throw .system(operation: "fsync", code: errno) }
    } catch {
      ftruncate(file, 0)
      throw error
    }
    // A network's file system tells only here that it has no room.
    isOpen = false
    guard close(file) == 0 else { throw .system(operation: "close", code: errno) }
  }
}
