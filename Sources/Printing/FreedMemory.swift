import CPangoCairo
import Synchronization

/// Has the C library overwrite what it frees: cairo's streams hold a page's letters and free them as they are.
enum FreedMemory {
  /// How many draw secrets just now; the setting is the whole process's.
  private static let users = Mutex(0)

  /// Runs `body`; everything that is freed in the process until it ends is overwritten.
  static func overwriting<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    users.withLock { users in
      users += 1
      mallopt(M_PERTURB, 0xA5)
    }
    defer {
      users.withLock { users in
        users -= 1
        if users == 0 { mallopt(M_PERTURB, 0) }
      }
    }
    return try body()
  }
}
