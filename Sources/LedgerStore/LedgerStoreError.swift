internal import GRDB

/// Why a store can't do what it was asked. Refusals are not errors: they are outcomes.
public enum LedgerStoreError: Error, Hashable, Sendable {
  /// Another process holds the state folder; its process id when the lock file tells.
  case locked(processID: Int32?)
  /// A file operation failed; the operation and `errno`.
  case file(operation: String, errno: Int32)
  /// The database would acknowledge before its bytes are on disk: the pragma and what it reads back.
  case notDurable(pragma: String, readBack: String)
  /// SQLite failed; its extended result code and text, never values.
  case sqlite(code: Int32, message: String)
  /// A constraint of the database refused what the ledger's rules let pass; only this request is without effect.
  case constraint(message: String)
  /// A stored value is not what the schema promises; where.
  case corrupt(place: String)
  /// The database was made by another version of this program.
  case otherVersion
  /// An earlier batch could not be made durable: the store answers nothing until it is opened again.
  case stopped
  /// Another process has opened the database since: this one's epoch is over, and it writes nothing more.
  case fenced
}

extension LedgerStoreError {
  /// Any error of the layers below as one of this layer.
  static func wrapping(_ error: any Error) -> LedgerStoreError {
    switch error {
    case let error as LedgerStoreError: error
    case let error as DatabaseError:
      .sqlite(code: error.extendedResultCode.rawValue, message: error.message ?? "")
    default: .sqlite(code: 1, message: String(describing: type(of: error)))
    }
  }
}
