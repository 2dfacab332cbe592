import Foundation
import ServiceAPI
package import TransactionService

/// Backups of a centre of the tests, put back.
extension TestCentre {
  /// Backs the centre up to a new folder `path`.
  package func backUp(to path: String) async throws {
    let name = String(repeating: "0c", count: 16)
    let request = BackupRequest.path(name, inCentre: folder + "/centre")
    try Data(path.utf8).write(to: URL(fileURLWithPath: request))
    defer { try? FileManager.default.removeItem(atPath: request) }
    let answer = try await send("/v1/backups/\(name)", octets: Array("[]".utf8), key: nil)
    guard answer.status == 200, try answer.decode(BackupAnswer.self).head != nil else {
      throw TestSupportError.invalid(String(decoding: answer.body, as: UTF8.self))
    }
  }

  /// Puts a backup of the state in `old` back into the empty folder `new`, with the keys and the office beside it.
  package static func restore(
    _ backup: String, of old: ScratchFolder, to new: ScratchFolder, clock: TestClock, setsAnchorsAside: Bool = false
  ) async throws {
    guard let key = RecordsKey.readPublic(RecordsKey.publicPath(old.path + "/centre")) else {
      throw TestSupportError.invalid("records.pub")
    }
    _ = try await StateBackup(path: backup, key: key)
      .restore(to: new.path, setsAnchorsAside: setsAnchorsAside, clock: { clock.milliseconds })
    for name in ["centre/centre.keys", "centre/records.keys", "office"] {
      try FileManager.default.copyItem(atPath: old.path + "/" + name, toPath: new.path + "/" + name)
    }
  }

  /// The records key of the state in `folder`.
  package static func recordsKey(_ folder: ScratchFolder) throws -> RecordsKey {
    try RecordsKey(folder: folder.path + "/centre")
  }
}
