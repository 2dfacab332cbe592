public import LedgerStore

/// Why a backup can't be made, believed or put back.
public enum BackupError: Error, Sendable {
  /// There is something at the place where the backup, or the restored state, is to be.
  case placeTaken(String)
  /// A file operation failed: what, on which path, and `errno`.
  case file(operation: String, path: String, errno: Int32)
  /// No manifest is there, or not one of this form.
  case notABackup
  /// The manifest was not signed with the given key.
  case signature
  /// A file is missing, was added or is not what the manifest says.
  case altered(file: String)
  /// The ledger ends with another batch than the manifest says.
  case otherHead
  /// The audit found problems; how many, and the first.
  case audit(count: Int64, first: String)
  /// The ledger is good, but its master chain has faults: how many, and the first.
  case anchors(count: Int64, first: String)
  /// A head that was given out belongs to another ledger.
  case fork(String)
  /// The centre has stopped writing, or is another one.
  case store(LedgerStoreError)

  /// A master chain that can't be read or written.
  init(_ error: AnchorError) {
    switch error {
    case .file(let operation, let path, let errno): self = .file(operation: operation, path: path, errno: errno)
    case .unreadable, .signature, .goesBack, .stopped: self = .altered(file: StateFiles.anchors)
    }
  }
}
