/// Answer of `POST /v1/backups/REQUEST`: what the backup goes up to, or which file operation failed.
public struct BackupAnswer: Hashable, Sendable, Codable {
  /// The newest batch in it, as `Ansinh-Head`; absent when there is no backup.
  public var head: String?
  /// When that batch was written, milliseconds since 1970.
  public var headTime: Int64?
  /// When the copying ended, milliseconds since 1970.
  public var madeAt: Int64?
  /// Answers that are in it.
  public var requests: Int64?
  /// Payouts that are in it.
  public var payouts: Int64?
  /// The operation that failed.
  public var failedOperation: String?
  /// Its `errno`.
  public var errno: Int32?

  /// Of a backup that was made.
  public init(head: String, headTime: Int64, madeAt: Int64, requests: Int64, payouts: Int64) {
    self.head = head
    self.headTime = headTime
    self.madeAt = madeAt
    self.requests = requests
    self.payouts = payouts
  }

  /// Of one that failed.
  public init(failedOperation: String, errno: Int32) {
    self.failedOperation = failedOperation
    self.errno = errno
  }
}
