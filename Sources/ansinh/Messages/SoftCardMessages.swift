import SoftCard
import VietnamReference

/// The software card: its file and its place in a virtual reader, `SoftCard`.
extension CardStorageError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    if isInUse {
      return UserMessage(
        SoftCardCode.inUse, .card, vi: "Một chương trình khác đang dùng thẻ phần mềm này.",
        en: "Another program is using this software card.",
        remedy: BilingualText(
          vi: "Dừng softcard run (hoặc chương trình kia) rồi làm lại.",
          en: "Stop softcard run (or the other program) and try again."))
    }
    let cause = SystemCause(code: code)
    return UserMessage(
      SoftCardCode.storage, .failure,
      vi: "Không lưu được trạng thái của thẻ phần mềm ở bước \(operation): \(cause.reason.vi).",
      en: "The software card's state could not be kept at step \(operation): \(cause.reason.en).", remedy: cause.remedy
    ).mentioningMoney(moneyWasPaid, afterPayment: .keepRemedy)
  }
}

extension CardStateError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .layout, .field, .key:
      UserMessage(
        SoftCardCode.damaged, .card, vi: "Tệp của thẻ phần mềm bị hỏng hoặc do phiên bản khác tạo ra.",
        en: "The software card's file is damaged, or another version made it.",
        remedy: BilingualText(
          vi: "Khôi phục tệp từ bản sao lưu, hoặc làm thẻ phần mềm mới.",
          en: "Restore the file from its backup, or make a new software card.")
      ).mentioningMoney(moneyWasPaid, afterPayment: .keepRemedy)
    }
  }
}

extension VPCDLinkError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    let message: UserMessage
    switch self {
    case .notListening(let host, let port):
      message = UserMessage(
        SoftCardCode.noReader, .card, vi: "Không có đầu đọc ảo nào chờ ở \(Mask.printable(host)):\(port).",
        en: "No virtual reader listens on \(Mask.printable(host)):\(port).",
        remedy: BilingualText(
          vi: "Khởi động pcscd có trình điều khiển vpcd, hoặc chọn đúng cổng.",
          en: "Start pcscd with the vpcd driver, or choose the right port."))
    case .closed:
      message = UserMessage(
        SoftCardCode.readerClosed, .card, vi: "Đầu đọc ảo đã đóng kết nối với thẻ phần mềm.",
        en: "The virtual reader closed its connection to the software card.", remedy: Remedy.startService)
    case .system(let operation, let code):
      let cause = SystemCause(code: code)
      message = UserMessage(
        SoftCardCode.readerSystem, .card, vi: "Kết nối với đầu đọc ảo bị lỗi ở bước \(operation): \(cause.reason.vi).",
        en: "The connection to the virtual reader failed at step \(operation): \(cause.reason.en).",
        remedy: Remedy.startService)
    }
    return message.mentioningMoney(moneyWasPaid, afterPayment: .keepRemedy)
  }
}
