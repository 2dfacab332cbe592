public import Foundation
public import ServiceAPI
import Synchronization

/// A place of the centre's chain.
struct HeadPlace: Hashable, Sendable {
  let writer: String
  let epoch: Int64
  let sequence: Int64

  init(_ head: SignedHead) { (writer, epoch, sequence) = (head.writer, head.epoch, head.sequence) }
}

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
    /// A signed list is about to be recorded at the centre: who was paid what by hand.
    case list
    /// The centre has recorded that list.
    case listRecorded
    /// The centre has refused that list, finally.
    case listRefused
    /// A voucher is printed again.
    case reprinted
    /// The centre has signed two heads for one batch: `head` and, in `data`, the other.
    case fork
  }

  /// Where it stands now.
  public var step: Step
  /// Transaction id, 32 hexadecimal digits; of a list its request's key.
  public var transaction: String
  /// The terminal's clock, Unix seconds.
  public var time: Int64
  /// What the step keeps, base64: order and PACE points as `A7 order, 91 points(130)` (started), certificate
  /// (authorised), answer (posted), signed record (paid, void), SHA-256 of the scan (list).
  public var data: Data
  /// What the voucher says besides (paid); `nil` for other steps.
  public var facts: PaidFacts?
  /// Who was paid by hand (list); `nil` for other steps.
  public var visits: [HandPaid]?
  /// Who prints again, and the how manieth time (reprinted); `nil` for other steps.
  public var reprint: Reprint?
  /// The head of the centre's chain that came with the answer (posted, reported, fork), as `Ansinh-Head`, at most 300
  /// characters; `nil` for other steps. It shows a centre that has lost or rewritten what it answered.
  public var head: String?

  /// From its fields.
  public init(
    step: Step, transaction: String, time: Int64, data: Data, facts: PaidFacts? = nil, visits: [HandPaid]? = nil,
    reprint: Reprint? = nil, head: String? = nil
  ) {
    self.visits = visits
    self.reprint = reprint
    self.head = head
    self.step = step
    self.transaction = transaction
    self.time = time
    self.data = data
    self.facts = facts
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
  /// A step could neither be kept nor be taken back: only the next start can tell whether it is on the disk.
  case uncertain
}

/// A point's journal on disk: JSON lines, appended and flushed one by one, never changed.
///
/// A last line without its end is a step that was cut off while being written: nothing depended on it yet, and it is
/// taken away when the journal is opened.
public final class Journal: Sendable {
  private struct State {
    var entries: [String: [JournalEntry]] = [:]
    var order: [String] = []
    /// Signed heads, in the order they were kept in.
    var heads: [SignedHead] = []
    /// Where each place of the chain is among them.
    var places: [HeadPlace: Int] = [:]
    /// Octets of the file that are whole entries on the disk.
    var length: off_t = 0
    /// A step that could not be kept or taken back: nothing more is written before the journal is opened again.
    var isDead = false
  }
  private let descriptor: Int32
  private let state: Mutex<State>
  private let write: @Sendable (Int32, [UInt8]) -> Int

  /// Opens or makes `journal.jsonl` in `folder`, and locks it.
  public convenience init(folder: String) throws {
    try self.init(folder: folder) { Foundation.write($0, $1, $1.count) }
  }

  /// The same with another `write(2)`.
  init(folder: String, write: @escaping @Sendable (Int32, [UInt8]) -> Int) throws {
    self.write = write
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let path = Self.path(folder)
    descriptor = open(path, O_RDWR | O_CREAT | O_APPEND, 0o600)
    guard descriptor >= 0 else { throw JournalError.system(operation: "open", code: errno) }
    state = Mutex(State())
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else { throw JournalError.locked }
    let data = try Data(contentsOf: URL(fileURLWithPath: path))
    let (entries, end) = try Self.wholeEntries(data)
    state.withLock { state in
      for entry in entries { Self.remember(entry, &state) }
    }
    state.withLock { $0.length = off_t(end) }
    if end < data.count {
      guard ftruncate(descriptor, off_t(end)) == 0, fsync(descriptor) == 0 else {
        throw JournalError.system(operation: "ftruncate", code: errno)
      }
    }
    try Self.flushFolder(folder)
  }

  deinit {
    // Given free by itself first: a program that is just being started from this process holds the descriptor, and with
    // it the lock, until its exec.
    flock(descriptor, LOCK_UN)
    close(descriptor)
  }

  /// Appends an entry; it is on the disk when this returns.
  ///
  /// - Throws: ``JournalError/system(operation:code:)`` when it is certain that the entry is *not* kept,
  ///   ``JournalError/uncertain`` when it may be: the point must stop, and the next start tells.
  public func append(_ entry: JournalEntry) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let line = [UInt8](try encoder.encode(entry)) + [0x0A]
    try state.withLock { state in
      guard !state.isDead else { throw JournalError.uncertain }
      // One write: a line is there whole, or cut at its end, never mixed with another.
      let written = write(descriptor, line)
      let operation = written == line.count ? "fsync" : "write"
      if written == line.count, fsync(descriptor) == 0 {
        state.length += off_t(line.count)
        Self.remember(entry, &state)
        return
      }
      let code = written >= 0 && written < line.count ? ENOSPC : errno
      // Taken back, so that what the caller is told failed can't be read as done at the next start.
      guard ftruncate(descriptor, state.length) == 0, fsync(descriptor) == 0 else {
        state.isDead = true
        throw JournalError.uncertain
      }
      throw JournalError.system(operation: operation, code: code)
    }
  }

  /// The entries of a folder's journal, oldest first, without its lock and without changing anything: what another
  /// process is writing at this moment is left out.
  ///
  /// - Throws: ``JournalError/system(operation:code:)`` when there is no journal or it can't be read,
  ///   ``JournalError/damaged(line:)``.
  public static func entries(inFolder folder: String) throws(JournalError) -> [JournalEntry] {
    let descriptor = open(path(folder), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw .system(operation: "open", code: errno) }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    guard let data = try? file.readToEnd() ?? Data() else { throw .system(operation: "read", code: EIO) }
    return try wholeEntries(data).entries
  }

  private static func path(_ folder: String) -> String { folder + "/journal.jsonl" }

  /// The entries whose lines have their end, and how many octets they take.
  private static func wholeEntries(_ data: Data) throws(JournalError) -> (entries: [JournalEntry], end: Int) {
    guard let last = data.lastIndex(of: 0x0A) else { return ([], 0) }
    var entries: [JournalEntry] = []
    for (index, line) in data[..<last].split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      guard let entry = try? JSONDecoder().decode(JournalEntry.self, from: Data(line)) else {
        throw .damaged(line: index + 1)
      }
      entries.append(entry)
    }
    return (entries, last + 1)
  }

  /// Signed heads that were kept with answers, oldest first, each place of the chain once.
  public var heads: [SignedHead] { state.withLock { $0.heads } }

  /// The head that is kept for the place of another one.
  func head(at place: SignedHead) -> SignedHead? {
    state.withLock { state in state.places[HeadPlace(place)].map { state.heads[$0] } }
  }

  /// Every transaction, oldest first.
  var all: [String] { state.withLock { $0.order } }

  /// Steps of one transaction, oldest first.
  public func entries(of transaction: String) -> [JournalEntry] {
    state.withLock { $0.entries[transaction] ?? [] }
  }

  /// Transactions that have begun and have no PAID or VOID yet, oldest first.
  public var unfinished: [String] {
    transactions { steps in
      !steps.isDisjoint(with: [.started, .authorised, .posted]) && steps.isDisjoint(with: [.paid, .void])
    }
  }

  /// Keys of lists of which nobody knows yet what the centre made of them, oldest first.
  var unended: [String] {
    transactions { steps in steps.contains(.list) && steps.isDisjoint(with: [.listRecorded, .listRefused]) }
  }

  /// Transactions with a PAID or VOID that the centre does not have yet, oldest first.
  public var unreported: [String] {
    transactions { steps in (steps.contains(.paid) || steps.contains(.void)) && !steps.contains(.reported) }
  }

  private func transactions(_ holds: (Set<JournalEntry.Step>) -> Bool) -> [String] {
    state.withLock { state in
      state.order.filter { holds(Set(state.entries[$0, default: []].map(\.step))) }
    }
  }

  private static func remember(_ entry: JournalEntry, _ state: inout State) {
    if state.entries[entry.transaction] == nil { state.order.append(entry.transaction) }
    state.entries[entry.transaction, default: []].append(entry)
    guard entry.step != .fork, let head = entry.head.flatMap({ SignedHead($0) }) else { return }
    guard state.places[HeadPlace(head)] == nil else { return }
    state.places[HeadPlace(head)] = state.heads.count
    state.heads.append(head)
  }

  private static func flushFolder(_ folder: String) throws {
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY)
    guard descriptor >= 0 else { throw JournalError.system(operation: "open folder", code: errno) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw JournalError.system(operation: "fsync folder", code: errno) }
  }
}
