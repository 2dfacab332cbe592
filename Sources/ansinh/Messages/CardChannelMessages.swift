import ISO7816
import VietnamReference

/// The way to the card: `ISO7816`.
extension CardChannelError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    let message: UserMessage
    switch self {
    case .cardLost(let loss): return loss.userMessage(moneyWasPaid: moneyWasPaid)
    case .transport(let error): return UserMessage(error, moneyWasPaid: moneyWasPaid)
    case .sessionEnded:
      message = UserMessage(
        ChannelCode.sessionEnded, .card, vi: "Phiên làm việc với thẻ đã kết thúc vì một lỗi trước đó.",
        en: "The session with the card has ended because of an earlier error.", remedy: Remedy.presentAgain)
    case .malformedResponse:
      message = UserMessage(
        ChannelCode.malformedAnswer, .card, vi: "Thẻ hoặc đầu đọc trả lời không đúng chuẩn.",
        en: "The card or the reader gave an answer that does not follow the standard.",
        remedy: Remedy.againThenIssuingOffice)
    case .secureMessaging:
      // Which check failed is for the log only: it would help who tampers with the line.
      message = UserMessage(
        ChannelCode.secureMessaging, .card,
        vi: "Dữ liệu trao đổi với thẻ không qua được kiểm tra an toàn nên phiên làm việc đã dừng.",
        en: "Data exchanged with the card failed a security check, so the session was stopped.",
        remedy: Remedy.againThenIssuingOffice)
    case .tooLong(let count):
      message = UserMessage(
        ChannelCode.tooLong, .card, vi: "Đầu đọc thẻ không chuyển được \(count) byte trong một lần.",
        en: "The card reader cannot carry \(count) bytes in one exchange.",
        remedy: BilingualText(
          vi: "Dùng đầu đọc thẻ hỗ trợ APDU dài, hoặc báo quản trị hệ thống.",
          en: "Use a card reader that supports extended APDUs, or tell the system administrator."))
    }
    return message.mentioningMoney(moneyWasPaid)
  }
}

extension CardLoss: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .removed:
      UserMessage(
        ChannelCode.cardRemoved, .card, vi: "Thẻ đã bị rút ra giữa chừng.",
        en: "The card was taken away before the step was finished.",
        remedy: Remedy.presentAgain
      ).mentioningMoney(moneyWasPaid)
    case .reset:
      UserMessage(
        ChannelCode.cardReset, .card,
        vi: "Thẻ đã bị khởi động lại giữa chừng, có thể do chương trình khác dùng chung đầu đọc.",
        en: "The card was reset before the step was finished, perhaps by another program at the same reader.",
        remedy: BilingualText(
          vi: "Đóng chương trình khác đang dùng đầu đọc, đặt lại thẻ và làm lại từ đầu.",
          en: "Close other programs that use the reader, place the card again and start again.")
      ).mentioningMoney(moneyWasPaid)
    case .unpowered:
      UserMessage(
        ChannelCode.cardUnpowered, .card, vi: "Thẻ bị mất nguồn giữa chừng.",
        en: "The card lost power before the step was finished.",
        remedy: Remedy.presentAgain
      ).mentioningMoney(moneyWasPaid)
    case .readerGone:
      UserMessage(
        ChannelCode.readerGone, .card, vi: "Mất kết nối với đầu đọc thẻ.",
        en: "The card reader is no longer connected.",
        remedy: Remedy.checkReader
      ).mentioningMoney(moneyWasPaid, afterPayment: .keepRemedy)
    case .serviceGone:
      UserMessage(
        ChannelCode.serviceGone, .card, vi: "Dịch vụ đầu đọc thẻ (pcscd) đã dừng giữa chừng.",
        en: "The card reader service (pcscd) stopped before the step was finished.",
        remedy: Remedy.startService
      ).mentioningMoney(moneyWasPaid, afterPayment: .keepRemedy)
    }
  }
}
