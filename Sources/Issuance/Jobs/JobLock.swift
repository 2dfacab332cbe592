import Foundation
import Synchronization

/// Holds a job for this process: two that make cards for one person are two cards for one person.
///
/// A file lock, so that it goes with the process, however that ends.
final class JobLock: Sendable {
  private let held: Mutex<Int32?>

  private static func path(_ folder: String, _ job: Int64) -> String { folder + "/job-\(job).lock" }

  /// Removes the file of a job that is closed, which nobody will work on any more.
  static func remove(folder: String, job: Int64) { unlink(path(folder, job)) }

  /// Takes the lock of `job` in an office's folder.
  ///
  /// - Throws: ``JobError/busy(_:)``, or the system's error.
  init(folder: String, job: Int64) throws {
    let path = Self.path(folder, job)
    let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: path]) }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      close(descriptor)
      throw JobError.busy(job)
    }
    held = Mutex(descriptor)
  }

  deinit { release() }

  /// Lets the job go; once.
  func release() {
    held.withLock { held in
      if let descriptor = held { close(descriptor) }
      held = nil
    }
  }
}
