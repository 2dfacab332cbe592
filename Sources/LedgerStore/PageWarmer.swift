internal import Foundation
internal import Synchronization

/// Has the kernel read a file once from end to end, so that its pages are in memory before somebody asks for them.
///
/// After a start nothing of a database is in memory. Payouts are of people all over it: each reads some ten pages, one
/// after the other, from all places of the disk, and a ledger of ten million cards pays some hundred people a second
/// until it has been read so. In one piece the same disk gives it within seconds.
///
/// The descriptor stays open until ``close()``, which must come after the database was closed: a process that closes
/// any descriptor of a file loses its locks on it (`fcntl(2)`, POSIX advisory locks), those of SQLite too.
final class PageWarmer: Sendable {
  /// Octets that the kernel is asked for at once: what it reads ahead at least, so that it cuts none of them short.
  private static let piece: Int64 = 1 << 17
  /// Pieces on their way from the disk: others' reads stand behind 4 MiB at most.
  private static let ahead: Int64 = 32
  /// What is left to all others, octets.
  private static let margin: Int64 = 1 << 30

  private let descriptor: Int32
  private let isStopped = Atomic<Bool>(false)
  private let isClosed = Atomic<Bool>(false)
  private let running = DispatchGroup()

  /// Nil when the file can't be opened.
  init?(path: String) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
  }

  /// Begins on a thread of its own, where the file fits into the `available` octets of memory.
  func start(available: Int64 = PageWarmer.availableMemory) {
    DispatchQueue.global(qos: .utility).async(group: running) { self.read(available: available) }
  }

  /// Octets that were read: none of a file that does not fit, since its last pages would push out its first.
  @discardableResult func read(available: Int64) -> Int64 {
    var status = stat()
    guard fstat(descriptor, &status) == 0, Int64(status.st_size) <= available - Self.margin else { return 0 }
    let size = Int64(status.st_size)
    var asked: Int64 = 0
    var read: Int64 = 0
    while read < size, !isStopped.load(ordering: .relaxed) {
      while asked < size, asked - read < Self.piece * Self.ahead {
        posix_fadvise(descriptor, off_t(asked), off_t(Self.piece), POSIX_FADV_WILLNEED)
        asked += Self.piece
      }
      // The last octet of a piece is there when the piece is: nothing else is copied.
      read = min(read + Self.piece, size)
      var last: UInt8 = 0
      guard pread(descriptor, &last, 1, off_t(read - 1)) == 1 else { break }
    }
    return read
  }

  /// Waits for the end of what ``start(available:)`` began.
  func finish() async {
    await withCheckedContinuation { continuation in
      running.notify(queue: .global(qos: .utility)) { continuation.resume() }
    }
  }

  /// Ends the reading, and waits for that.
  func stop() {
    isStopped.store(true, ordering: .relaxed)
    running.wait()
  }

  /// After ``stop()``, and after the database; once is enough.
  func close() {
    if !isClosed.exchange(true, ordering: .relaxed) { Foundation.close(descriptor) }
  }

  deinit { close() }

  /// Octets that programs can have without others being swapped out (`proc(5)`, MemAvailable); 0 where it isn't told.
  static var availableMemory: Int64 {
    let lines = (try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8))?.split(separator: "\n") ?? []
    let words = lines.first { $0.hasPrefix("MemAvailable:") }?.split(separator: " ") ?? []
    return words.count > 1 ? (Int64(words[1]) ?? 0) * 1_024 : 0
  }
}
