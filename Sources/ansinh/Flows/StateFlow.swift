import Foundation
import LedgerStore
import PayoutPoint
import ServiceAPI
import TransactionService
import VietnamReference

/// A backup that was made.
struct MadeBackup: Encodable {
  let path: String
  let head: String
  let headTime: Int64
  let requests: Int64
  let payouts: Int64
  /// Its master chain; absent when there is none.
  let anchors: BackupManifest.Anchors?
}

/// A backup that was checked, or put back.
struct CheckedBackup: Encodable {
  /// What a head that was given says.
  struct Head: Encodable {
    let head: String
    /// `contained` or `lost`.
    let result: String
    /// Batches after the backup's end, up to this head.
    let lostBatches: Int64
  }

  let head: String
  let headTime: Int64
  let madeAt: Int64
  let batches: Int64
  let requests: Int64
  let payouts: Int64
  let completionKey: String
  let heads: [Head]
  /// Its master chain; absent when there is none.
  let anchors: BackupManifest.Anchors?
  /// The restored ledger's epoch; absent for a check alone.
  let epoch: Int64?

  init(
    _ manifest: BackupManifest, _ findings: StateBackup.Findings, _ heads: [BackupHead], epoch: Int64? = nil
  ) {
    head = manifest.head.description
    (headTime, madeAt, requests) = (manifest.headTime, manifest.madeAt, manifest.requests)
    (payouts, completionKey) = (manifest.payouts, manifest.completionPoint)
    (batches, anchors) = (findings.audit.batches, findings.anchors)
    self.epoch = epoch
    self.heads = zip(heads, findings.heads).map { head, result in
      let lost: Int64 = if case .lost(let batches) = result { batches } else { 0 }
      return Head(head: head.description, result: lost > 0 ? "lost" : "contained", lostBatches: lost)
    }
  }
}

/// Asks for a backup of this machine's centre.
struct StateFlow {
  let home: StateHome
  /// The longest that a backup may take, seconds.
  private static let patience: Int64 = 86_400

  /// A path that means the same to another process.
  static func absolute(_ path: String) -> String { URL(fileURLWithPath: path).standardizedFileURL.path }

  /// Has the centre make a backup: the one that serves, or one in this process.
  func backup(to place: String) async throws -> MadeBackup {
    let path = Self.named(Self.absolute(place))
    guard !FileManager.default.fileExists(atPath: path) else { throw BackupError.placeTaken(path) }
    let home = home
    let answer = try await CentreAccess.with(home, isForensic: true) { client in
      let name = UUID().uuidString.lowercased().filter { $0 != "-" }
      let request = BackupRequest.path(name, inCentre: home.centre)
      try Data(path.utf8).write(to: URL(fileURLWithPath: request), options: .withoutOverwriting)
      defer { try? FileManager.default.removeItem(atPath: request) }
      return try await client.post(
        "/v1/backups/\(name)", key: nil, [String](), BackupAnswer.self, timeoutSeconds: Self.patience)
    }
    guard let head = answer.head, let time = answer.headTime, let requests = answer.requests,
      let payouts = answer.payouts
    else {
      throw BackupError.file(
        operation: answer.failedOperation ?? "backup", path: path, errno: answer.errno ?? EIO)
    }
    guard let key = RecordsKey.readPublic(RecordsKey.publicPath(home.centre)) else { throw StateUsageError.noKey }
    return MadeBackup(
      path: path, head: head, headTime: time, requests: requests, payouts: payouts,
      anchors: try BackupManifest.read(path, key: key).anchors)
  }

  /// In a folder that is there the backup gets a name of its own: the time in UTC.
  private static func named(_ place: String) -> String {
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: place, isDirectory: &isFolder), isFolder.boolValue else {
      return place
    }
    let formatter = DateFormatter()
    formatter.locale = Locale(identifier: "en_US_POSIX")
    formatter.timeZone = TimeZone(secondsFromGMT: 0)
    formatter.dateFormat = "yyyyMMdd'T'HHmmss'Z'"
    return place + "/ansinh-" + formatter.string(from: Date())
  }
}

/// Backups in words.
enum StateTexts {
  static func backup(_ made: MadeBackup, _ output: Output) -> String {
    let chain = anchors(made.anchors, output)
    return output.pick(
      """
      Đã sao lưu vào \(made.path).
      Mốc sổ: \(made.head) (\(time(made.headTime))); \(VND.grouped(made.payouts)) lượt chi trả.\(chain)
      Bản sao lưu không có khóa bí mật; centre.keys và records.keys phải được cất riêng.
      """,
      """
      Backed up to \(made.path).
      Head: \(made.head) (\(time(made.headTime))); \(made.payouts) payouts.\(chain)
      The backup has no secret keys; centre.keys and records.keys have to be kept apart.
      """)
  }

  /// A line of its own about the master chain; nothing when there is none.
  private static func anchors(_ anchors: BackupManifest.Anchors?, _ output: Output) -> String {
    guard let anchors else { return "" }
    guard let fault = anchors.fault else {
      return output.pick(
        "\nChuỗi neo: \(VND.grouped(anchors.count)) mốc, đến lô \(VND.grouped(anchors.sequence)).",
        "\nMaster chain: \(anchors.count) anchors, up to batch \(anchors.sequence).")
    }
    return output.pick(
      "\n✘ Chuỗi neo có \(VND.grouped(anchors.faultCount)) chỗ sai (\(Mask.printable(fault))): báo kiểm soát viên.",
      "\n✘ The master chain has \(anchors.faultCount) faults (\(Mask.printable(fault))): tell the checker.")
  }

  static func checked(_ report: CheckedBackup, _ output: Output) -> String {
    (facts(report, output) + [
      output.pick(
        "Chữ ký, các tệp, chuỗi sổ, bút toán và chứng cứ đều đúng.",
        "Signature, files, chain, entries and evidence are good.")
    ]).joined(separator: "\n")
  }

  static func restored(_ report: CheckedBackup, _ place: String, _ output: Output) -> String {
    let after = output.pick(
      """
      Đã khôi phục vào \(place), kiểm tra lại đúng. Sổ ghi tiếp ở đời \(report.epoch ?? 0).
      Những gì trung tâm đã trả lời sau mốc trên không có ở đây. Trung tâm chưa cho điểm nào chi cho đến khi điểm đó gửi
      lại nhật ký (ansinh point sync); các điểm còn thiếu: ansinh state journals.
      Việc còn lại: dừng hẳn trung tâm cũ; đặt lại centre.keys (khóa \(report.completionKey.prefix(16))…) và
      records.keys vào \(place)/centre.
      """,
      """
      Restored to \(place) and checked again. The ledger goes on in epoch \(report.epoch ?? 0).
      What the centre answered after that head is not here. No point can pay before it has sent its journal again
      (ansinh point sync); those that are missing: ansinh state journals.
      What is left to do: stop the old centre for good; put centre.keys (key \(report.completionKey.prefix(16))…) and
      records.keys back into \(place)/centre.
      """)
    return (facts(report, output) + [after]).joined(separator: "\n")
  }

  private static func facts(_ report: CheckedBackup, _ output: Output) -> [String] {
    let first = output.pick(
      "Mốc sổ: \(report.head), \(VND.grouped(report.batches)) lô, lô cuối lúc \(time(report.headTime)).",
      "Head: \(report.head), \(report.batches) batches, the last one at \(time(report.headTime)).")
    let second =
      output.pick(
        "\(VND.grouped(report.requests)) câu trả lời đã ghi, \(VND.grouped(report.payouts)) lượt chi trả.",
        "\(report.requests) answers stored, \(report.payouts) payouts.") + anchors(report.anchors, output)
    let contained = report.heads.filter { $0.lostBatches == 0 }
    let last = report.heads.max { $0.lostBatches < $1.lostBatches }.flatMap { $0.lostBatches > 0 ? $0 : nil }
    var lines = [first, second]
    if !contained.isEmpty {
      lines.append(
        output.pick(
          "Có \(VND.grouped(Int64(contained.count))) mốc đã đưa ra để so.", "\(contained.count) given heads are in it.")
      )
    }
    if let last {
      lines.append(
        output.pick(
          "Thiếu \(VND.grouped(last.lostBatches)) lô cho tới mốc \(last.head).",
          "\(last.lostBatches) batches up to head \(last.head) are missing."))
    }
    return lines
  }

  /// UTC, to the second.
  private static func time(_ milliseconds: Int64) -> String {
    ISO8601DateFormatter().string(from: Date(timeIntervalSince1970: Double(milliseconds / 1_000)))
  }
}
