import Foundation

/// One thread at a time uses cairo's fonts.
///
/// Each typesetter has a font map of its own, but cairo keeps the scaled fonts of the whole process in one table. It
/// takes that table's lock and a font's lock in either order (a page that ends frees fonts; a page that begins looks
/// one up), so that two documents that are made at once can wait for each other for ever (cairo 1.16).
enum FontLock {
  // Recursive: a document that is made asks its texts for their sizes.
  private static let lock = NSRecursiveLock()

  /// Runs `body` alone.
  static func hold<Result, Failure: Error>(_ body: () throws(Failure) -> Result) throws(Failure) -> Result {
    lock.lock()
    defer { lock.unlock() }
    return try body()
  }
}
