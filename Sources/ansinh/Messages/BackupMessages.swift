import LedgerStore
import TransactionService
import VietnamReference

/// Backups of the centre's state.
enum BackupCode: String, MessageCode {
  case placeTaken = "backup.place-taken"
  case file = "backup.file"
  case notABackup = "backup.not-a-backup"
  case signature = "backup.signature"
  case altered = "backup.altered"
  case otherHead = "backup.other-head"
  case audit = "backup.audit"
  case anchors = "backup.anchors"
  case fork = "backup.fork"
  case noKey = "backup.no-key"
  case badHead = "backup.bad-head"
}

/// What a `state` command was not told, or not in the right form.
enum StateUsageError: Error {
  /// No public key to check a backup with.
  case noKey
  /// Not the form of a head.
  case badHead
}

extension StateUsageError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .noKey:
      UserMessage(
        BackupCode.noKey, .usage, vi: "Không có khóa công khai để kiểm tra bản sao lưu.",
        en: "There is no public key to check the backup with.",
        remedy: BilingualText(
          vi: "Dùng --key với tệp records.pub của trung tâm, giữ riêng ngoài bản sao lưu.",
          en: "Use --key with the centre's records.pub, kept apart from the backup."))
    case .badHead:
      UserMessage(
        BackupCode.badHead, .usage, vi: "Mốc sổ không đúng dạng TÊN/ĐỜI/SỐ/BĂM.",
        en: "A head is not of the form WRITER/EPOCH/SEQUENCE/HASH.",
        remedy: BilingualText(
          vi: "Chép nguyên mốc “head” trong nhật ký của điểm chi trả, hoặc tiêu đề Ansinh-Head.",
          en: "Copy the “head” of a point's journal, or the header Ansinh-Head, as it is."))
    }
  }
}

extension BackupError: UserFacing {
  private static var useAnother: BilingualText {
    BilingualText(
      vi: "Không dùng bản sao lưu này; dùng bản khác và báo kiểm soát viên.",
      en: "Don't use this backup; use another one and tell the checker.")
  }

  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .placeTaken(let path):
      UserMessage(
        BackupCode.placeTaken, .failure, vi: "Nơi đích đã có dữ liệu: \(Mask.printable(path)).",
        en: "There is something at the destination: \(Mask.printable(path)).",
        remedy: BilingualText(vi: "Chọn một thư mục mới hoặc rỗng.", en: "Choose a new or empty folder."))
    case .file(let operation, let path, let errno):
      Self.file(operation, path, SystemCause(code: errno))
    case .notABackup:
      UserMessage(
        BackupCode.notABackup, .failure, vi: "Thư mục này không phải là bản sao lưu của trung tâm.",
        en: "This folder is not a backup of a centre.",
        remedy: BilingualText(
          vi: "Chỉ đúng thư mục có tệp manifest.json.", en: "Give the folder with the file manifest.json."))
    case .signature:
      UserMessage(
        BackupCode.signature, .refused, vi: "Chữ ký của bản sao lưu không đúng với khóa đã cho.",
        en: "The backup is not signed with the given key.",
        remedy: BilingualText(
          vi: "Kiểm tra lại tệp records.pub; nếu đúng thì không dùng bản sao lưu này.",
          en: "Check the file records.pub; when it is right, don't use this backup."))
    case .altered(let file):
      UserMessage(
        BackupCode.altered, .refused,
        vi: "Tệp \(Mask.printable(file)) trong bản sao lưu thiếu, thừa hoặc đã bị sửa.",
        en: "The file \(Mask.printable(file)) of the backup is missing, added or altered.", remedy: Self.useAnother)
    case .otherHead:
      UserMessage(
        BackupCode.otherHead, .refused, vi: "Sổ trong bản sao lưu không kết thúc ở mốc đã ký.",
        en: "The backup's ledger does not end at the head that was signed.", remedy: Self.useAnother)
    case .audit(let count, let first):
      UserMessage(
        BackupCode.audit, .refused,
        vi: "Kiểm toán bản sao lưu phát hiện \(VND.grouped(count)) sai lệch (\(Mask.printable(first))).",
        en: "The audit of the backup found \(count) problems (\(Mask.printable(first))).", remedy: Self.useAnother)
    case .anchors(let count, let first):
      UserMessage(
        BackupCode.anchors, .refused,
        vi: "Chuỗi neo trong bản sao lưu sai, hoặc không phải của sổ này: \(VND.grouped(count)) chỗ "
          + "(\(Mask.printable(first))). Riêng sổ thì không có sai lệch.",
        en: "The master chain in the backup is faulty, or not of this ledger: \(count) faults "
          + "(\(Mask.printable(first))). The ledger by itself has none.",
        remedy: BilingualText(
          vi: "Báo kiểm soát viên: sổ có thể đã bị thay. Nếu vẫn dùng sổ này: “ansinh state restore "
            + "--set-anchors-aside”, chuỗi neo cũ được cất riêng.",
          en: "Tell the checker: the ledger may have been replaced. To use it all the same: “ansinh state restore "
            + "--set-anchors-aside”, the old chain is kept apart."))
    case .fork(let head):
      UserMessage(
        BackupCode.fork, .refused,
        vi: "Mốc \(Mask.printable(head)) không thuộc sổ này: hai sổ đã rẽ nhánh, hoặc sổ bị sửa.",
        en: "Head \(Mask.printable(head)) is not of this ledger: two ledgers have parted, or one was altered.",
        remedy: BilingualText(
          vi: "Không khôi phục; giữ nguyên mọi bản và báo kiểm soát viên.",
          en: "Don't restore; leave every copy as it is and tell the checker."))
    case .store(let error): error.userMessage(moneyWasPaid: moneyWasPaid)
    }
  }

  private static func file(_ operation: String, _ path: String, _ cause: SystemCause) -> UserMessage {
    UserMessage(
      BackupCode.file, .failure,
      vi: "Không đọc hoặc ghi được \(Mask.printable(path)) (\(operation)): \(cause.reason.vi).",
      en: "The path \(Mask.printable(path)) can't be read or written (\(operation)): \(cause.reason.en).",
      remedy: cause.remedy)
  }
}
