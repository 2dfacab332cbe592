import CardTerminal
import ISO7816
import VietnamReference

/// What a terminal does with a card: `CardTerminal`.
extension CardSessionError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .channel(let error): error.userMessage(moneyWasPaid: moneyWasPaid)
    case .pace(let error): error.userMessage(moneyWasPaid: moneyWasPaid)
    case .refused(let command, let status):
      UserMessage(command: command, status: status, moneyWasPaid: moneyWasPaid)
    case .notThisScheme:
      UserMessage(
        SessionCode.notThisScheme, .card, vi: "Đây không phải là thẻ an sinh, hoặc thẻ chưa được cá thể hóa.",
        en: "This is not a social security card, or it has not been personalised yet.",
        remedy: BilingualText(
          vi: "Vui lòng đặt thẻ an sinh lên đầu đọc và chỉ đặt một thẻ.",
          en: "Please place the social security card on the reader, and only that card.")
      ).mentioningMoney(moneyWasPaid)
    case .malformedAnswer(_, let error): error.userMessage(moneyWasPaid: moneyWasPaid)
    case .foreignCertificate:
      UserMessage(
        SessionCode.foreignCertificate, .card, vi: "Thẻ đã ký một nội dung khác với giao dịch được yêu cầu.",
        en: "The card signed something other than the transaction it was asked for.", remedy: Remedy.doNotPay
      ).mentioningMoney(moneyWasPaid)
    }
  }
}
