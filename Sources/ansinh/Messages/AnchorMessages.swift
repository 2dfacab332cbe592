import TransactionService
import VietnamReference

extension AnchorFork: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    let (vi, en) = texts
    return UserMessage(
      StoreCode.anchorFork, .refused, vi: vi, en: en,
      remedy: BilingualText(
        vi: "Giữ nguyên tệp mốc này và báo kiểm soát viên; đối chiếu với nhật ký của các điểm chi trả.",
        en: "Keep this file as it is and tell the checker; compare with the journals of the payout points."))
  }

  private var texts: (vi: String, en: String) {
    switch fault {
    case .other:
      (
        "Chuỗi neo của trung tâm không còn mốc \(number) đã giữ: sổ đã bị viết lại, hoặc được khôi phục về trước đó.",
        "The centre's master chain no longer has the anchor \(number) that was kept: history was written anew, or the "
          + "ledger was restored to a time before it."
      )
    case .broken(let place):
      (
        "Chuỗi neo của trung tâm đứt ở mốc \(place): không còn nối từ mốc \(number) đã giữ đến nay.",
        "The centre's master chain breaks at anchor \(place): it does not come from anchor \(number), which was kept."
      )
    case .ledger(let batch):
      (
        "Sổ của trung tâm không có lô \(batch) như chuỗi neo ghi (mốc đã giữ: \(number)): sổ đã bị viết lại.",
        "The centre's ledger does not have batch \(batch) as its master chain says (anchor kept: \(number)): history "
          + "was written anew."
      )
    }
  }
}

extension AnchorError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .file(let operation, let path, let errno):
      AnchorMessages.file(operation, path, SystemCause(code: errno))
    case .unreadable(let path): AnchorMessages.unreadable(Mask.printable(path))
    case .signature(let path, let number): AnchorMessages.otherKey(Mask.printable(path), number)
    case .goesBack, .stopped: AnchorMessages.unreadable(AnchorFile.name)
    }
  }
}

/// What is said about the master chain.
enum AnchorMessages {
  static func file(_ operation: String, _ path: String, _ cause: SystemCause) -> UserMessage {
    UserMessage(
      StoreCode.anchorFile, .failure,
      vi: "Không đọc hoặc ghi được chuỗi neo \(Mask.printable(path)) (\(operation)): \(cause.reason.vi).",
      en: "The master chain \(Mask.printable(path)) can't be read or written (\(operation)): \(cause.reason.en).",
      remedy: cause.remedy)
  }

  static func unreadable(_ path: String) -> UserMessage {
    UserMessage(
      StoreCode.anchorUnreadable, .refused,
      vi: "Chuỗi neo \(path) có chỗ không đọc được.", en: "The master chain \(path) has something unreadable.",
      remedy: BilingualText(
        vi: "Giữ nguyên tệp và báo kiểm soát viên. Sau đó “ansinh state backup”, rồi “ansinh state restore "
          + "--set-anchors-aside”: sổ giữ nguyên, chuỗi neo mới bắt đầu.",
        en: "Keep the file as it is and tell the checker. Then “ansinh state backup” and “ansinh state restore "
          + "--set-anchors-aside”: the ledger stays as it is, a new chain begins."))
  }

  static func otherKey(_ path: String, _ number: Int64) -> UserMessage {
    UserMessage(
      StoreCode.anchorSigner, .refused,
      vi: "Mốc neo \(number) trong \(path) không do khóa records.keys của trung tâm này ký.",
      en: "Anchor \(number) in \(path) is not signed by the key in this centre's records.keys.",
      remedy: BilingualText(
        vi: "Chép lại tệp records.keys cũ. Nếu đã mất: cất tệp chuỗi neo này sang nơi khác, chuỗi mới sẽ bắt đầu.",
        en: "Put the old records.keys back. When it is lost: keep this file elsewhere, and a new chain begins."))
  }

  static func behind(_ anchor: Int64, _ tip: String, isShort: Bool) -> UserMessage {
    let place = tip.split(separator: "/").prefix(3).joined(separator: "/")
    return UserMessage(
      StoreCode.ledgerBehind, .refused,
      vi: isShort
        ? "Sổ kết thúc trước mốc neo \(anchor) (\(place)): có phần sổ đã mất. Chưa chi trả gì."
        : "Sổ có lô khác với mốc neo \(anchor) (\(place)): sổ đã bị thay. Chưa chi trả gì.",
      en: isShort
        ? "The ledger ends before anchor \(anchor) (\(place)): a part of it is lost. Nothing is paid."
        : "The ledger has another batch than anchor \(anchor) (\(place)): it was replaced. Nothing is paid.",
      remedy: isShort
        ? BilingualText(
          vi: "Sao lưu trạng thái này bằng “ansinh state backup”, rồi “ansinh state restore”: các điểm chi sẽ gửi lại "
            + "những gì sổ đã mất.",
          en:
            "Back this state up with “ansinh state backup”, then “ansinh state restore” it: the points will send again "
            + "what the ledger has lost.")
        : BilingualText(
          vi: "Giữ nguyên sổ này, báo kiểm soát viên và khôi phục từ bản sao lưu.",
          en: "Keep this ledger as it is, tell the checker, and restore from a backup."))
  }
}
