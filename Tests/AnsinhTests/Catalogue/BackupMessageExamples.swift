import Foundation
import TransactionService

@testable import ansinh

extension BackupCode: Exemplified {
  var example: any Error {
    switch self {
    case .placeTaken: BackupError.placeTaken("/srv/ansinh")
    case .file: BackupError.file(operation: "write", path: "/srv/ansinh", errno: ENOSPC)
    case .notABackup: BackupError.notABackup
    case .signature: BackupError.signature
    case .altered: BackupError.altered(file: "centre/ledger.sqlite")
    case .otherHead: BackupError.otherHead
    case .audit: BackupError.audit(count: 3, first: "chain: batch 7")
    case .anchors: BackupError.anchors(count: 2, first: "anchor 81: not signed by the centre")
    case .fork: BackupError.fork("centre/3/120/0123456789abcdef")
    case .noKey: StateUsageError.noKey
    case .badHead: StateUsageError.badHead
    }
  }
}
