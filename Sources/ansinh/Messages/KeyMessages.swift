import CardCrypto
import Issuance
import SecureChannel
import VietnamReference

/// The office's keys: `Issuance` and `CardCrypto`. Names, numbers and paths are told; a key never is.
extension KeyCeremonyError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .noKeys:
      UserMessage(
        KeyCode.noKeys, .usage, vi: "Cơ quan cấp thẻ chưa có khóa.", en: "The issuing office has no keys yet.",
        remedy: BilingualText(vi: "Lập khóa bằng “ansinh key init”.", en: "Make them with “ansinh key init”."))
    case .exists:
      UserMessage(
        KeyCode.exists, .refused,
        vi: "Cơ quan cấp thẻ đã có khóa, bản sao lưu hoặc biên bản lập khóa; không có gì bị thay đổi.",
        en: "The office has keys, backups or records of ceremonies already; nothing was changed.",
        remedy: BilingualText(
          vi: "Xem “ansinh key show”; để có khóa mới, dùng “ansinh key rotate”.",
          en: "See “ansinh key show”; for new keys use “ansinh key rotate”."))
    case .lost(let path): KeyText.lost(path)
    case .noFile:
      UserMessage(
        KeyCode.noFile, .usage, vi: "Khóa nằm trong mô-đun an toàn nên không có mật khẩu tệp.",
        en: "The keys are in a secure module, so there is no file with a passphrase.",
        remedy: BilingualText(
          vi: "Đổi mã PIN của mô-đun bằng công cụ của nhà cung cấp.",
          en: "Change the module's PIN with its vendor's tool."))
    case .holders:
      UserMessage(
        KeyCode.holders, .usage, vi: "Mỗi mảnh khóa cần đúng một người giữ, không trùng tên.",
        en: "Each share needs one holder of its own, no two of one name.",
        remedy: BilingualText(
          vi: "Dùng --holder “Họ và tên” một lần cho mỗi mảnh.", en: "Give --holder “Name” once for each share."))
    case .person:
      UserMessage(
        KeyCode.person, .usage, vi: "Tên người tham gia bị trống, quá dài hoặc có ký tự lạ.",
        en: "A person's name is empty, too long, or has odd characters.",
        remedy: BilingualText(
          vi: "Ghi họ và tên như trên giấy tờ, tối đa 100 ký tự.",
          en: "Write the name as on the papers, at most 100 characters."))
    case .noBackup:
      UserMessage(
        KeyCode.noBackup, .failure, vi: "Không có bản sao lưu nào ứng với các mảnh khóa này.",
        en: "There is no backup for these shares.",
        remedy: BilingualText(
          vi: "Chỉ đúng tệp .backup được lập cùng các mảnh bằng --backup.",
          en: "Name the .backup file made with the shares by --backup."))
    case .otherKeys(let name): KeyText.otherKeys(Mask.printable(name))
    case .usedUp:
      UserMessage(
        KeyCode.usedUp, .refused, vi: "Đã dùng hết 127 thế hệ khóa.", en: "All 127 generations of keys are used up.",
        remedy: Remedy.administrator)
    case .record(let number): KeyText.record(number)
    case .broken(let number, let step): KeyText.broken(number, step)
    }
  }
}

extension KeyCustodianError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .wrongKeys: SCP03Error.wrongKeysMessage
    case .noMaster(let generation, let length):
      UserMessage(
        KeyCode.noMaster, .refused,
        vi: "Cơ quan cấp thẻ không có khóa chủ thế hệ \(generation), \(length.rawValue * 8) bit.",
        en: "The office has no master key of generation \(generation), \(length.rawValue * 8) bits.",
        remedy: KeyText.checkKeys)
    case .noCertificateKey(let generation):
      UserMessage(
        KeyCode.noCertificateKey, .refused, vi: "Cơ quan cấp thẻ không có khóa chứng thư thế hệ \(generation).",
        en: "The office has no certificate key of generation \(generation).", remedy: KeyText.checkKeys)
    }
  }
}

extension SessionBudgetError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .card(let serial, let limit):
      UserMessage(
        KeyCode.cardBudget, .refused, vi: "Thẻ trắng \(serial) đã hết \(limit) phiên khóa được phép.",
        en: "The card \(serial) has had all \(limit) key sessions that it may have.",
        remedy: BilingualText(
          vi: "Để riêng thẻ này để kiểm tra, lấy thẻ khác.", en: "Set this card aside to be looked at; take another."))
    case .job(let job, let limit):
      UserMessage(
        KeyCode.jobBudget, .refused,
        vi: "Đợt cấp thẻ “\(Mask.printable(job))” đã hết \(limit) phiên khóa được phép.",
        en: "The job “\(Mask.printable(job))” has had all \(limit) key sessions that it may have.",
        remedy: BilingualText(
          vi: "Dừng lại và tìm hiểu vì sao nhiều thẻ phải làm lại, trước khi mở đợt mới.",
          en: "Stop and find out why so many cards had to be done again, before a new job is begun."))
    case .notKept(let reason):
      UserMessage(
        KeyCode.budgetNotKept, .failure, vi: "Không ghi được số phiên khóa đã dùng (\(Mask.printable(reason))).",
        en: "What was taken of the key sessions could not be kept (\(Mask.printable(reason))).",
        remedy: Remedy.againThenAdministrator)
    case .noSession(let serial):
      UserMessage(
        KeyCode.noSession, .refused, vi: "Chưa mở phiên khóa nào với thẻ trắng \(serial).",
        en: "No key session was opened with the card \(serial).",
        remedy: BilingualText(
          vi: "Làm thẻ lại từ đầu; nếu vẫn vậy thì báo quản trị.",
          en: "Make the card again from the beginning; tell the administrator if it stays so."))
    }
  }
}

private enum KeyText {
  static let checkKeys = BilingualText(
    vi: "Xem các thế hệ khóa bằng “ansinh key show”.", en: "See the generations with “ansinh key show”.")

  static func lost(_ path: String) -> UserMessage {
    let path = Mask.printable(path, limit: 400)
    return UserMessage(
      KeyCode.lost, .failure,
      vi:
        "Cơ quan cấp thẻ đã từng có khóa nhưng thiếu tệp “\(path)”; không khóa mới nào được lập.",
      en: "The office has had keys, but “\(path)” is missing; no new keys were made.",
      remedy: BilingualText(
        vi: "Đặt tệp về chỗ cũ, hoặc khôi phục khóa từ các mảnh bằng “ansinh key restore”.",
        en: "Put the file back, or bring the keys back from their shares with “ansinh key restore”."))
  }

  static func otherKeys(_ name: String) -> UserMessage {
    UserMessage(
      KeyCode.otherKeys, .refused, vi: "Khóa “\(name)” không phải là khóa đã ghi trong biên bản.",
      en: "The key “\(name)” is not the one that the records tell of.",
      remedy: BilingualText(
        vi: "Không dùng khóa này. Đối chiếu biên bản (“ansinh key record”) và bản sao lưu.",
        en: "Do not use it. Compare the records (“ansinh key record”) and the backup."))
  }

  static func record(_ number: Int) -> UserMessage {
    UserMessage(
      KeyCode.record, .failure,
      vi: "Biên bản lập khóa số \(number) không đọc được, hoặc không có chữ ký của cơ quan.",
      en: "The record of ceremony \(number) can't be read, or lacks the office's signature.", remedy: compare)
  }

  static func broken(_ number: Int, _ step: Int) -> UserMessage {
    UserMessage(
      KeyCode.broken, .failure, vi: "Biên bản lập khóa số \(number) bị sửa hoặc thiếu (bước \(step)).",
      en: "The record of ceremony \(number) was changed or is incomplete (step \(step)).", remedy: compare)
  }

  private static let compare = BilingualText(
    vi: "Đối chiếu với bản của người làm chứng và báo người phụ trách an toàn.",
    en: "Compare it with a witness's copy and tell the security officer.")
}
