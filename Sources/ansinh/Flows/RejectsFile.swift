import Benefits
import Foundation
import VietnamReference

/// The rows of a list that were not taken, in a file that can be corrected and imported again.
///
/// Written beside its place and moved there when it is complete; for its owner only, since it has personal data.
final class RejectsFile {
  /// Where it will be.
  let path: String
  private let writer: PaymentListRejects
  private var handle: FileHandle?
  private var buffer: [UInt8] = []
  /// Rows written.
  private(set) var count = 0

  /// No file is made before the first row.
  init(path: String, separator: ListSeparator, language: Language) {
    self.path = path
    writer = PaymentListRejects(separator: separator, language: language)
  }

  /// `LIST.dong-loi-REFERENCE.csv` in the folder of the list.
  static func path(beside list: String, reference: String) -> String {
    let base = list.hasSuffix(".csv") ? String(list.dropLast(4)) : list
    return "\(base).dong-loi-\(reference.suffix(8)).csv"
  }

  private var temporary: String { path + ".dang-ghi" }

  func append(_ reject: RejectedRow) throws {
    if handle == nil {
      guard FileManager.default.createFile(atPath: temporary, contents: nil, attributes: [.posixPermissions: 0o600]),
        let opened = FileHandle(forWritingAtPath: temporary)
      else {
        throw UsageError.rejectsUnwritable(path: path)
      }
      handle = opened
      buffer = writer.header()
    }
    writer.append(reject, to: &buffer)
    count += 1
    if buffer.count > 1 << 16 { try flush() }
  }

  /// Puts the file in its place, flushed; nothing when no row was rejected.
  func finish() throws {
    guard let handle else { return }
    try flush()
    try handle.synchronize()
    try handle.close()
    self.handle = nil
    guard rename(temporary, path) == 0 else { throw SystemCallError(operation: "rename", code: errno) }
  }

  /// Takes an unfinished file away.
  func discard() {
    guard handle != nil else { return }
    try? handle?.close()
    handle = nil
    try? FileManager.default.removeItem(atPath: temporary)
  }

  private func flush() throws {
    try handle?.write(contentsOf: Data(buffer))
    buffer.removeAll(keepingCapacity: true)
  }
}
