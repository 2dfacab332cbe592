import Benefits
import Foundation
import VietnamReference

/// The rows of a list that were not taken, in a file that can be corrected and imported again.
///
/// Written under a name of its own and given its place when it is complete; for its owner only, since it has personal
/// data. It never takes the place of another file: somebody may have corrected that one already.
final class RejectsFile {
  /// Where it is, or will be.
  private(set) var path: String
  private let isChosen: Bool
  private let isThere: Bool
  private let writer: PaymentListRejects
  private let temporary: String
  private var handle: FileHandle?
  private var buffer: [UInt8] = []
  /// Rows rejected.
  private(set) var count = 0

  /// No file is made before the first row.
  ///
  /// - Parameters:
  ///   - isChosen: the user named the place; it must be free. Else the next free name is taken.
  ///   - reusesExisting: a file that is there already is taken for the one that would be written, and left alone.
  /// - Throws: ``PrintFileError`` when a file can't be written there.
  init(
    path: String, isChosen: Bool, reusesExisting: Bool, separator: ListSeparator, language: Language,
    ofApplicants: Bool = false
  ) throws {
    isThere = reusesExisting && FileManager.default.fileExists(atPath: path)
    if isChosen, !isThere { try PrintFile.check(path, overwrites: false) }
    self.path = path
    self.isChosen = isChosen
    temporary = Self.folder(of: path) + "/.ansinh-\(UInt64.random(in: 0...UInt64.max)).tmp"
    writer = PaymentListRejects(separator: separator, language: language, ofApplicants: ofApplicants)
  }

  /// `LIST.dong-loi-REFERENCE.csv` in the folder of the list.
  static func path(beside list: String, reference: String) -> String {
    let base = list.hasSuffix(".csv") ? String(list.dropLast(4)) : list
    return "\(base).dong-loi-\(reference.suffix(8)).csv"
  }

  private static func folder(of path: String) -> String {
    let folder = (path as NSString).deletingLastPathComponent
    return folder.isEmpty ? "." : folder
  }

  func append(_ reject: RejectedRow) throws {
    count += 1
    guard !isThere else { return }
    if handle == nil {
      let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
      guard descriptor >= 0 else { throw UsageError.rejectsUnwritable(path: path) }
      handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
      buffer = writer.header()
    }
    writer.append(reject, to: &buffer)
    if buffer.count > 1 << 16 { try flush() }
  }

  /// Gives the file its place, with its folder on the disk; nothing when no row was rejected.
  func finish() throws {
    guard let handle else { return }
    try flush()
    try handle.synchronize()
    try handle.close()
    self.handle = nil
    defer { unlink(temporary) }
    let wanted = path
    var attempt = 1
    // A link does not replace what is there, as a rename would.
    while link(temporary, path) != 0 {
      guard errno == EEXIST, attempt < 1_000 else { throw UsageError.rejectsUnwritable(path: path) }
      guard !isChosen else { throw PrintFileError.exists(path: path) }
      attempt += 1
      path = "\(wanted.dropLast(4))-\(attempt).csv"
    }
    let folder = open(Self.folder(of: path), O_RDONLY | O_DIRECTORY)
    guard folder >= 0 else { throw UsageError.rejectsUnwritable(path: path) }
    defer { close(folder) }
    guard fsync(folder) == 0 else { throw UsageError.rejectsUnwritable(path: path) }
  }

  /// Takes an unfinished file away.
  func discard() {
    guard handle != nil else { return }
    try? handle?.close()
    handle = nil
    unlink(temporary)
  }

  private func flush() throws {
    do {
      try handle?.write(contentsOf: Data(buffer))
    } catch {
      throw UsageError.rejectsUnwritable(path: path)
    }
    buffer.removeAll(keepingCapacity: true)
  }
}
