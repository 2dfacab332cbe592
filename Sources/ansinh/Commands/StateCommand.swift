import ArgumentParser
import CardCrypto
import Foundation
import PayoutPoint
import TransactionService

/// `ansinh state …`: backups of the centre's state.
struct StateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "state",
    abstract: "Sao lưu, kiểm tra, khôi phục sổ của trung tâm. / Back the centre up and restore it.",
    discussion: """
      Bản sao lưu không có khóa bí mật: centre.keys và records.keys được cất riêng. Giữ thêm records.pub ở nơi khác để \
      kiểm tra bản sao lưu khi mất trung tâm. / A backup has no secret keys: centre.keys and records.keys are kept \
      apart. Keep records.pub elsewhere too, to check backups with when the centre is lost.
      """,
    subcommands: [Backup.self, Verify.self, Restore.self, Journals.self, Waive.self])

  /// `ansinh state backup --to FOLDER`
  struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "backup", abstract: "Sao lưu, cả khi dịch vụ đang chạy. / Back up, also while the service runs.")

    @OptionGroup var global: GlobalOptions
    @Option(
      name: .long, help: "Thư mục mới; trong thư mục đã có thì tự đặt tên. / A new folder; named in one that is there.",
      completion: .directory)
    var to: String

    func run() async throws {
      let output = global.output
      let made = try await StateFlow(home: global.home).backup(to: to)
      try output.result(made) { StateTexts.backup(made, output) }
    }
  }

  /// What a backup is checked with.
  struct CheckOptions: ParsableArguments {
    @Argument(help: "Thư mục bản sao lưu. / The backup's folder.", completion: .directory) var backup: String
    @Option(
      name: .long, help: "Tệp records.pub; mặc định của trạng thái này. / File records.pub; by default this state's.",
      completion: .file())
    var key: String?
    @Option(
      name: .customLong("expect-head"),
      help: "Mốc sổ TÊN/ĐỜI/SỐ/BĂM mà trung tâm đã trả. / A head that the centre has answered with.")
    var heads: [String] = []
    @Option(
      name: .long, help: "Thư mục điểm chi trả: so mốc trong nhật ký. / A point's folder: its journal's heads.",
      completion: .directory)
    var journal: [String] = []

    func open(_ home: StateHome) throws -> StateBackup {
      guard let key = RecordsKey.readPublic(key ?? RecordsKey.publicPath(home.centre)) else {
        throw StateUsageError.noKey
      }
      return try StateBackup(path: backup, key: key)
    }

    /// Those that were given, then those of the journals, each once.
    func parsedHeads() throws -> [BackupHead] {
      let kept = try journal.flatMap { try Journal.entries(inFolder: $0).compactMap(\.head) }
      var seen: Set<String> = []
      return try (heads + kept).filter { seen.insert($0).inserted }.map { text in
        guard let head = BackupHead(text) else { throw StateUsageError.badHead }
        return head
      }
    }
  }

  /// `ansinh state verify BACKUP`
  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "verify", abstract: "Kiểm tra một bản sao lưu. / Check a backup.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var check: CheckOptions

    func run() async throws {
      let output = global.output
      let heads = try check.parsedHeads()
      let backup = try check.open(global.home)
      let report = CheckedBackup(backup.manifest, try backup.verify(expecting: heads), heads)
      try output.result(report) { StateTexts.checked(report, output) }
    }
  }

  /// `ansinh state restore BACKUP --to DIR`
  struct Restore: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "restore", abstract: "Khôi phục vào một thư mục trạng thái mới. / Restore to a new state folder.")

    @OptionGroup var global: GlobalOptions
    @OptionGroup var check: CheckOptions
    @Option(name: .long, help: "Thư mục trạng thái mới. / The new state folder.", completion: .directory)
    var to: String
    @Flag(
      name: .long,
      help: "Chuỗi neo sai: cất riêng, chuỗi mới bắt đầu. / A faulty master chain is kept apart, a new one begins.")
    var setAnchorsAside = false

    func run() async throws {
      let output = global.output
      let heads = try check.parsedHeads()
      let backup = try check.open(global.home)
      let (findings, epoch) = try await backup.restore(
        to: StateFlow.absolute(to), expecting: heads, setsAnchorsAside: setAnchorsAside,
        clock: { Clock.milliseconds })
      let report = CheckedBackup(backup.manifest, findings, heads, epoch: epoch)
      try output.result(report) { StateTexts.restored(report, to, output) }
    }
  }
}
