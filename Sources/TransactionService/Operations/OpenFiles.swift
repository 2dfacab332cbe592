import Glibc

/// How many files this process may have open at once (getrlimit(2)).
///
/// A shell gives 1,024 where the system allows far more; a service that came to that end could accept nobody and write
/// no log of its database either.
enum OpenFiles {
  /// Besides connections: the database, its log, keys, lists of tokens, listeners.
  private static let others = 256

  /// Raises the limit so that `connections` fit, as far as the system lets it; how many connections then do.
  static func raise(forConnections connections: Int) -> Int {
    var limit = rlimit()
    guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return connections }
    let needed = rlim_t(connections + others)
    if limit.rlim_cur < needed {
      limit.rlim_cur = min(needed, limit.rlim_max)
      _ = setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return connections }
    }
    guard limit.rlim_cur < needed else { return connections }
    return max(1, Int(limit.rlim_cur) - others)
  }
}
