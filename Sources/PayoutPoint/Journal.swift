public import Foundation
import Synchronization

/// One entry of a point's journal.
public struct JournalEntry: Hashable, Sendable, Codable {
  /// Where a payout stands (`card-application` §6).
  public enum Step: String, Hashable, Sendable, Codable {
    /// The order and the PACE session are kept; the card has not been asked yet.
    case started
    /// The card has signed.
    case authorised
    /// The centre has posted: its committed answer is kept.
    case posted
    /// Final: the money is handed over.
    case paid
    /// Final: nothing was and nothing will be handed over.
    case void
    /// The centre has the terminal's record.
    case reported
  }

  /// Where it stands now.
  public var step: Step
  /// Transaction id, 32 hexadecimal digits.
  public var transaction: String
  /// The terminal's clock, Unix seconds.
  public var time: Int64
  /// What the step keeps, base64: order and session hash (started), certificate (authorised), answer (posted), signed
  /// record (paid, void).
  public var data: Data

  /// From its fields.
  public init(step: Step, transaction: String, time: Int64, data: Data) {
    self.step = step
    self.transaction = transaction
    self.time = time
    self.data = data
  }
}

/// What went wrong with a journal.
public enum JournalError: Error, Sendable {
  /// A system call failed.
  case system(operation: String, code: Int32)
  /// A line in the middle of the file is not an entry: the file was changed by somebody else.
  case damaged(line: Int)
  /// Another process has the point's folder.
  case locked
}

/// A point's journal on disk: JSON lines, appended and flushed one by one, never changed.
///
/// A last line without its end is a step that was cut off while being written: nothing depended on it yet, and it is
/// taken away when the journal is opened.
public final class Journal: Sendable {
  private struct State {
    var entries: [String: [JournalEntry]] = [:]
    var order: [String] = []
  }
  private let descriptor: Int32
  private let state: Mutex<State>

  /// Opens or makes `journal.jsonl` in `folder`, and locks it.
  public init(folder: String) throws {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let path = folder + "/journal.jsonl"
    descriptor = open(path, O_RDWR | O_CREAT | O_APPEND, 0o600)
    guard descriptor >= 0 else { throw JournalError.system(operation: "open", code: errno) }
    state = Mutex(State())
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw JournalError.locked }
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let end = data.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
    for (index, line) in data[..<end].split(separator: 0x0A).enumerated() {
      guard let entry = try? JSONDecoder().decode(JournalEntry.self, from: Data(line)) else {
        throw JournalError.damaged(line: index + 1)
      }
      remember(entry)
    }
    if end < data.count {
      guard ftruncate(descriptor, off_t(end)) == 0, fsync(descriptor) == 0 else {
        throw JournalError.system(operation: "ftruncate", code: errno)
      }
    }
    try Self.flushFolder(folder)
  }

  deinit { close(descriptor) }

  /// Appends an entry; it is on the disk when this returns.
  public func append(_ entry: JournalEntry) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let line = [UInt8](try encoder.encode(entry)) + [0x0A]
    // One write: a line is there whole, or cut at its end, never mixed with another.
    guard write(descriptor, line, line.count) == line.count else {
      throw JournalError.system(operation: "write", code: errno)
    }
    guard fsync(descriptor) == 0 else { throw JournalError.system(operation: "fsync", code: errno) }
    remember(entry)
  }

  /// Steps of one transaction, oldest first.
  public func entries(of transaction: String) -> [JournalEntry] {
    state.withLock { $0.entries[transaction] ?? [] }
  }

  /// Transactions that have begun and have no PAID or VOID yet, oldest first.
  public var unfinished: [String] { transactions { steps in !steps.contains(.paid) && !steps.contains(.void) } }

  /// Transactions with a PAID or VOID that the centre does not have yet, oldest first.
  public var unreported: [String] {
    transactions { steps in (steps.contains(.paid) || steps.contains(.void)) && !steps.contains(.reported) }
  }

  private func transactions(_ holds: (Set<JournalEntry.Step>) -> Bool) -> [String] {
    state.withLock { state in
      state.order.filter { holds(Set(state.entries[$0, default: []].map(\.step))) }
    }
  }

  private func remember(_ entry: JournalEntry) {
    state.withLock { state in
      if state.entries[entry.transaction] == nil { state.order.append(entry.transaction) }
      state.entries[entry.transaction, default: []].append(entry)
    }
  }

  private static func flushFolder(_ folder: String) throws {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY)
    guard descriptor >= 0 else { throw JournalError.system(operation: "open folder", code: errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw JournalError.system(operation: "fsync folder", code: errno) }
  }
}
