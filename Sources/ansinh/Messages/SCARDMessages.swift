import ISO7816
import VietnamReference

/// What the common codes mean to a clerk or a citizen. A code has its message in one of the three groups or in none.
extension SCARDCode {
  /// Codes about the card.
  func card(_ moneyWasPaid: Bool?) -> UserMessage? {
    let message: UserMessage
    switch self {
    case .removedCard: return CardLoss.removed.userMessage(moneyWasPaid: moneyWasPaid)
    case .resetCard: return CardLoss.reset.userMessage(moneyWasPaid: moneyWasPaid)
    case .unpoweredCard: return CardLoss.unpowered.userMessage(moneyWasPaid: moneyWasPaid)
    case .noSmartcard:
      message = UserMessage(
        PCSCMessageCode.noCard, .card, vi: "Chưa có thẻ trên đầu đọc.", en: "There is no card on the reader.",
        remedy: BilingualText(
          vi: "Vui lòng đặt thẻ lên đầu đọc và giữ yên đến khi có thông báo.",
          en: "Please place the card on the reader and leave it there until told."))
    case .unresponsiveCard:
      message = UserMessage(
        PCSCMessageCode.unresponsiveCard, .card, vi: "Thẻ không trả lời đầu đọc.",
        en: "The card does not respond to the reader.",
        remedy: BilingualText(
          vi: "Lau sạch thẻ, đặt lại thẻ đúng chiều. Nếu vẫn lỗi, thẻ có thể đã hỏng: "
            + "vui lòng liên hệ cơ quan cấp thẻ.",
          en: "Wipe the card and place it the right way round. If it happens again the card may be damaged: "
            + "contact the issuing office."))
    case .unsupportedCard, .cardUnsupported, .unknownCard, .invalidATR:
      message = UserMessage(
        PCSCMessageCode.unsupportedCard, .card, vi: "Đầu đọc không nhận ra loại thẻ này.",
        en: "The reader does not know this kind of card.",
        remedy: BilingualText(
          vi: "Vui lòng đặt thẻ an sinh lên đầu đọc và chỉ đặt một thẻ.",
          en: "Please place the social security card on the reader, and only that card."))
    case .protoMismatch:
      message = UserMessage(
        PCSCMessageCode.protocolMismatch, .card, vi: "Thẻ và đầu đọc không dùng chung giao thức.",
        en: "The card and the reader share no protocol.",
        remedy: BilingualText(
          vi: "Đặt lại thẻ; nếu vẫn lỗi, hãy thử một đầu đọc khác.",
          en: "Place the card again; if it happens again, try another reader."))
    case .commError, .commDataLost, .notTransacted:
      message = UserMessage(
        PCSCMessageCode.communication, .card, vi: "Đường truyền giữa đầu đọc và thẻ bị lỗi.",
        en: "Communication between the reader and the card failed.",
        remedy: Remedy.presentAgain)
    case .cancelled, .cancelledByUser, .systemCancelled:
      message = UserMessage(
        PCSCMessageCode.cancelled, .card, vi: "Thao tác với đầu đọc đã được hủy.",
        en: "The reader's operation was cancelled.",
        remedy: BilingualText(
          vi: "Chạy lại lệnh khi đã sẵn sàng.", en: "Run the command again when you are ready."))
    case .timeout, .waitedTooLong:
      message = UserMessage(
        PCSCMessageCode.timeout, .card, vi: "Hết thời gian chờ thẻ hoặc đầu đọc.",
        en: "The wait for the card or the reader took too long.",
        remedy: Remedy.presentAgain)
    case .invalidHandle:
      message = UserMessage(
        PCSCMessageCode.invalidHandle, .card, vi: "Kết nối với dịch vụ đầu đọc thẻ không còn hiệu lực.",
        en: "The connection to the card reader service is no longer valid.",
        remedy: BilingualText(vi: "Chạy lại lệnh.", en: "Run the command again."))
    default: return nil
    }
    return message.mentioningMoney(moneyWasPaid)
  }

  /// Codes about the reader and its service.
  func reader(_ moneyWasPaid: Bool?) -> UserMessage? {
    let message: UserMessage
    switch self {
    case .noService:
      message = UserMessage(
        PCSCMessageCode.noService, .card, vi: "Dịch vụ đầu đọc thẻ (pcscd) chưa chạy.",
        en: "The card reader service (pcscd) is not running.",
        remedy: Remedy.startService)
    case .serviceStopped, .shutdown:
      return CardLoss.serviceGone.userMessage(moneyWasPaid: moneyWasPaid)
    case .noReadersAvailable:
      message = UserMessage(
        PCSCMessageCode.noReader, .card, vi: "Chưa có đầu đọc thẻ nào được kết nối.",
        en: "No card reader is connected.",
        remedy: Remedy.checkReader)
    case .unknownReader:
      message = UserMessage(
        PCSCMessageCode.unknownReader, .card, vi: "Không tìm thấy đầu đọc thẻ có tên này.",
        en: "There is no card reader of that name.",
        remedy: BilingualText(
          vi: "Xem tên các đầu đọc bằng lệnh “ansinh reader list”, rồi chọn lại bằng --reader.",
          en: "See the readers' names with “ansinh reader list”, then choose again with --reader."))
    case .readerUnavailable:
      message = UserMessage(
        PCSCMessageCode.readerUnavailable, .card, vi: "Đầu đọc thẻ hiện không dùng được, có thể đã bị rút dây.",
        en: "The card reader is not available now; it may have been unplugged.", remedy: Remedy.checkReader)
    case .readerUnsupported, .duplicateReader:
      message = UserMessage(
        PCSCMessageCode.readerUnsupported, .card, vi: "Trình điều khiển không hỗ trợ đầu đọc thẻ này.",
        en: "The driver does not support this card reader.",
        remedy: BilingualText(
          vi: "Cập nhật trình điều khiển, hoặc dùng đầu đọc khác.", en: "Update the driver, or use another reader."))
    case .sharingViolation:
      message = UserMessage(
        PCSCMessageCode.sharingViolation, .card, vi: "Một chương trình khác đang dùng thẻ trong đầu đọc này.",
        en: "Another program is using the card in this reader.",
        remedy: BilingualText(
          vi: "Đóng chương trình đó, đợi vài giây, rồi đặt lại thẻ. "
            + "Nếu không biết chương trình nào, hãy khởi động lại pcscd.",
          en: "Close that program, wait a few seconds, then place the card again. "
            + "If you do not know which it is, restart pcscd."))
    case .notReady:
      message = UserMessage(
        PCSCMessageCode.notReady, .card, vi: "Đầu đọc hoặc thẻ chưa sẵn sàng.",
        en: "The reader or the card is not ready yet.",
        remedy: BilingualText(
          vi: "Đợi vài giây rồi đặt lại thẻ.", en: "Wait a few seconds, then place the card again."))
    case .serverTooBusy:
      message = UserMessage(
        PCSCMessageCode.tooBusy, .card, vi: "Dịch vụ đầu đọc thẻ đang quá bận.",
        en: "The card reader service is too busy.",
        remedy: BilingualText(
          vi: "Đóng bớt chương trình dùng thẻ, đợi vài giây rồi đặt lại thẻ.",
          en: "Close other programs that use cards, wait a few seconds, then place the card again."))
    default: return nil
    }
    return message.mentioningMoney(moneyWasPaid, afterPayment: .keepRemedy)
  }

  /// Codes about the computer and this program.
  func program(_ moneyWasPaid: Bool?) -> UserMessage? {
    let message: UserMessage
    switch self {
    case .unexpected, .unsupportedFeature:
      message = UserMessage(
        PCSCMessageCode.unsupportedOperation, .card, vi: "Đầu đọc hoặc thẻ không hỗ trợ thao tác này.",
        en: "The reader or the card does not support this operation.",
        remedy: BilingualText(
          vi: "Thử một đầu đọc khác; nếu vẫn lỗi, vui lòng báo quản trị hệ thống.",
          en: "Try another reader; if it happens again, tell the system administrator."))
    case .noMemory:
      message = UserMessage(
        PCSCMessageCode.noMemory, .failure, vi: "Máy không đủ bộ nhớ để làm việc với đầu đọc thẻ.",
        en: "The computer has not enough memory to work with the card reader.",
        remedy: BilingualText(
          vi: "Đóng bớt chương trình, hoặc khởi động lại máy.", en: "Close other programs, or restart the computer."))
    case .insufficientBuffer, .pciTooSmall:
      message = UserMessage(
        PCSCMessageCode.answerTooLong, .card, vi: "Câu trả lời của thẻ dài hơn mức đầu đọc nhận được.",
        en: "The card's answer is longer than the reader can take.",
        remedy: BilingualText(
          vi: "Dùng đầu đọc thẻ hỗ trợ APDU dài, hoặc báo quản trị hệ thống.",
          en: "Use a card reader that supports extended APDUs, or tell the system administrator."))
    case .noAccess, .securityViolation:
      message = UserMessage(
        PCSCMessageCode.accessDenied, .card, vi: "Hệ thống không cho tài khoản này dùng đầu đọc thẻ.",
        en: "The system does not let this account use the card reader.",
        remedy: BilingualText(
          vi: "Chạy bằng tài khoản được phép, hoặc đề nghị quản trị hệ thống cấp quyền (polkit).",
          en: "Use an account that may, or ask the system administrator for the right (polkit)."))
    default: return nil
    }
    return message.mentioningMoney(moneyWasPaid, afterPayment: .keepRemedy)
  }
}
