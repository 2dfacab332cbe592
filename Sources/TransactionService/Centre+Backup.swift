import Foundation
import Glibc
import LedgerStore
import ServiceAPI

/// A backup that somebody with access to the state folder has asked for.
///
/// The request lies in the centre's folder, which only its owner may write: whoever can put it there may have the
/// backup, and no path comes by HTTP. The route carries the request's name.
public enum BackupRequest {
  /// Where the request of this name (32 hexadecimal digits) lies: its content is the absolute path of the backup.
  public static func path(_ name: String, inCentre folder: String) -> String { folder + "/backup-\(name).request" }

  static func isName(_ name: String) -> Bool {
    name.utf8.count == 32 && name.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
  }
}

extension Centre {
  /// Carries a request out; a failure of files is part of the answer, since its cause is the asker's to mend.
  func backup(_ name: String, traceID: String) async throws(Problem) -> BackupAnswer {
    guard let backups, BackupRequest.isName(name),
      let octets = FileManager.default.contents(
        atPath: BackupRequest.path(name, inCentre: backups.files.centre)),
      case let path = String(decoding: octets, as: UTF8.self), path.hasPrefix("/"), !path.contains("\0")
    else { throw Problem(code: .notFound, traceID: traceID) }
    do {
      let manifest = try await backups.make(store, at: path, completionPoint: keys.completionPoint, clock: clock)
      return BackupAnswer(
        head: manifest.head.description, headTime: manifest.headTime, madeAt: manifest.madeAt,
        requests: manifest.requests, payouts: manifest.payouts)
    } catch {
      guard let (operation, errno) = error.systemCause else { throw Problem(code: .unavailable, traceID: traceID) }
      return BackupAnswer(failedOperation: operation, errno: errno)
    }
  }
}

extension BackupError {
  /// The file operation that failed and its `errno`, where one did.
  var systemCause: (operation: String, errno: Int32)? {
    switch self {
    case .file(let operation, _, let errno), .store(.file(let operation, let errno)): (operation, errno)
    case .placeTaken: ("mkdir", EEXIST)
    default: nil
    }
  }
}
