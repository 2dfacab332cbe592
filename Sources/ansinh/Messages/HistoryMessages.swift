import PayoutPoint
import VietnamReference

/// The centre's word about its own history, checked by a point.
enum HistoryCode: String, MessageCode {
  case noHead = "history.no-head"
  case otherKey = "history.other-key"
  case keyFile = "history.key-file"
  case fork = "history.fork"
  case missing = "history.missing"
  case denied = "history.denied"
}

extension HistoryError: UserFacing {
  private static var alarm: BilingualText {
    BilingualText(
      vi:
        "Ngừng chi trả. Giữ nguyên nhật ký của điểm, không xóa gì; báo ngay thanh tra và quản trị trung tâm: lịch sử "
        + "sổ đã bị sửa, hoặc một bản sao cũ được đặt lại mà không dùng “ansinh state restore”.",
      en: "Stop paying. Leave the point's journal as it is; tell the inspector and the centre's administrator at once: "
        + "history was rewritten, or an older copy was put back otherwise than by ansinh state restore.")
  }

  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .noHead:
      UserMessage(
        HistoryCode.noHead, .failure, vi: "Trung tâm trả lời mà không kèm mốc sổ có chữ ký.",
        en: "The centre answered without a signed head of its ledger.",
        remedy: BilingualText(
          vi: "Ngừng chi trả; kiểm tra phiên bản và địa chỉ của dịch vụ trung tâm.",
          en: "Stop paying; check the version and the address of the centre's service."))
    case .otherKey(let path, let kept, let told):
      UserMessage(
        HistoryCode.otherKey, .failure,
        vi: "Mốc sổ không được ký bằng khóa mà điểm này đã nhận từ trung tâm (khóa đang giữ \(kept.prefix(16))…"
          + (told.isEmpty ? ")." : ", khóa mới \(told.prefix(16))…)."),
        en: "The head is not signed by the key that this point has from the centre (kept \(kept.prefix(16))…"
          + (told.isEmpty ? ")." : ", told \(told.prefix(16))…)."),
        remedy: BilingualText(
          vi:
            "Hỏi quản trị qua đường khác xem records.pub của trung tâm có đổi không. Nếu đúng là đổi, chép records.pub "
            + "mới vào \(Mask.printable(path)); nếu không, ngừng chi trả và báo thanh tra.",
          en:
            "Ask the administrator by another way whether the centre's records.pub has changed. If it has, copy the "
            + "new one to \(Mask.printable(path)); if not, stop paying and tell the inspector."))
    case .keyFile(let path):
      UserMessage(
        HistoryCode.keyFile, .failure,
        vi: "Không đọc hoặc ghi được khóa của trung tâm ở \(Mask.printable(path)).",
        en: "The centre's key at \(Mask.printable(path)) can't be read or written.",
        remedy: BilingualText(
          vi: "Chép lại records.pub của trung tâm vào đó, kiểm tra ổ đĩa và quyền.",
          en: "Copy the centre's records.pub there again, check the disk and the permissions."))
    case .fork(let kept, let told):
      UserMessage(
        HistoryCode.fork, .failure,
        vi: "BÁO ĐỘNG: trung tâm đã ký hai mốc sổ khác nhau cho cùng một lô; cả hai ở trong nhật ký của điểm. "
          + "\(Mask.printable(kept)) và \(Mask.printable(told)).",
        en: "ALARM: the centre has signed two different heads of one batch; both are in the point's journal. "
          + "\(Mask.printable(kept)) and \(Mask.printable(told)).", remedy: Self.alarm)
    case .missing(let kept):
      UserMessage(
        HistoryCode.missing, .failure,
        vi: "BÁO ĐỘNG: sổ của trung tâm không có lô của mốc mà nó đã ký: \(Mask.printable(kept)).",
        en: "ALARM: the centre's chain does not have the batch of a head that it has signed: \(Mask.printable(kept)).",
        remedy: Self.alarm)
    case .denied(let kept):
      UserMessage(
        HistoryCode.denied, .failure,
        vi:
          "BÁO ĐỘNG: trung tâm đối chiếu và xác nhận một mốc trong nhật ký của điểm không thuộc sổ của nó; đã ghi "
          + "thành vụ việc ở trung tâm. Mốc mới nhất: \(Mask.printable(kept)).",
        en: "ALARM: the centre has compared, and one of the heads in the point's journal is not its chain's; it is on "
          + "record at the centre. The newest: \(Mask.printable(kept)).", remedy: Self.alarm)
    }
  }
}
