import ISO7816
import VietnamReference

/// Status words that a card answers with (`card-application` §3, §4, §8).
extension UserMessage {
  /// A command that the card refused.
  ///
  /// - Parameter command: its name as `CardSessionError.refused` gives it: `AUTHORISE PAYOUT`, `COMPLETE PAYOUT`…
  init(command: String, status: StatusWord, moneyWasPaid: Bool? = nil) {
    let special: UserMessage? =
      switch command {
      case "AUTHORISE PAYOUT": Self.authorise(status)
      case "COMPLETE PAYOUT": Self.complete(status)
      case "GET LAST CERTIFICATE": Self.lastCertificate(status)
      case "SELECT" where status == .fileNotFound: Self.applicationMissing
      case "SELECT" where status == .securityStatusNotSatisfied: Self.notActivated
      case "SELECT" where status == .deactivated: Self.locked
      case "RESET RETRY COUNTER": Self.resetRetryCounter(status)
      default: nil
      }
    self = (special ?? Self.anyCommand(status)).mentioningMoney(moneyWasPaid)
  }

  /// The transport PIN opens nothing but the choice of the PIN.
  private static var notActivated: UserMessage {
    UserMessage(
      SessionCode.notActivated, .refused, vi: "Thẻ chưa được kích hoạt: mã vừa nhập là mã PIN tạm.",
      en: "The card is not activated yet: what was entered is the transport PIN.",
      remedy: BilingualText(
        vi: "Chủ thẻ chọn mã PIN 6 số bằng lệnh ansinh card change-pin, rồi làm lại.",
        en: "The holder chooses a PIN of six digits with ansinh card change-pin, then tries again."))
  }

  /// CARD_LOCKED: the office's update alone ends it.
  private static var locked: UserMessage {
    UserMessage(
      SessionCode.cardLocked, .refused, vi: "Thẻ đã bị cơ quan cấp thẻ khóa.",
      en: "The issuing office has locked this card.",
      remedy: BilingualText(
        vi: "Không chi tiền. Mời chủ thẻ đến cơ quan cấp thẻ; đã được mở khóa thì chạy “ansinh point update”.",
        en: "Pay nothing. Send the holder to the issuing office; once it is unlocked there, run “ansinh point update”.")
    )
  }

  private static func resetRetryCounter(_ status: StatusWord) -> UserMessage? {
    switch status {
    case .wrongLength, .incorrectData:
      UserMessage(
        CardCommandCode.pinForm, .refused, vi: "Mã PIN mới phải gồm đúng 6 chữ số.",
        en: "The new PIN has to be six digits.",
        remedy: BilingualText(vi: "Chọn mã PIN 6 số và nhập lại.", en: "Choose six digits and enter them again."))
    case .securityStatusNotSatisfied:
      UserMessage(
        CardCommandCode.pinManagementMissing, .refused,
        vi: "Thiết bị này không có quyền đặt hoặc mở khóa mã PIN.",
        en: "This terminal may not set or unblock a PIN.",
        remedy: BilingualText(
          vi: "Cấp cho thiết bị chứng thư có quyền pin-management (ansinh ca terminal --rights …).",
          en: "Give the terminal a certificate with the right pin-management (ansinh ca terminal --rights …)."))
    default: nil
    }
  }

  private static func authorise(_ status: StatusWord) -> UserMessage? {
    switch status {
    case .securityStatusNotSatisfied:
      UserMessage(
        CardCommandCode.authorisePINMissing, .refused, vi: "Thẻ chưa cho phép chi trả vì chưa có mã PIN của chủ thẻ.",
        en: "The card does not allow the payout: the cardholder's PIN has not been given.",
        remedy: BilingualText(
          vi: "Mời chủ thẻ nhập mã PIN rồi làm lại.", en: "Ask the cardholder to enter the PIN, then try again."))
    case .conditionsNotSatisfied:
      UserMessage(
        CardCommandCode.authoriseConditions, .refused,
        vi: "Thẻ không cho phép khoản chi này: thẻ chờ kích hoạt, đang tạm khóa hoặc hết hạn, "
          + "ngày giờ của thiết bị sai, hoặc giao dịch đã khác với lần trước.",
        en: "The card does not allow this payout: it waits for activation, is temporarily blocked or has expired, the "
          + "terminal's clock is wrong, or the transaction differs from the one sent before.",
        remedy: BilingualText(
          vi: "Kiểm tra ngày giờ của thiết bị và thời hạn của thẻ, rồi tạo giao dịch mới. "
            + "Nếu vẫn bị từ chối, vui lòng liên hệ cơ quan cấp thẻ.",
          en: "Check the terminal's clock and the card's expiry date, then start a new transaction. "
            + "If it is refused again, contact the issuing office."))
    case .incorrectData:
      UserMessage(
        CardCommandCode.authoriseMalformed, .failure, vi: "Thẻ không đọc được lệnh chi do thiết bị đầu cuối gửi.",
        en: "The card could not read the payout order sent by the terminal.",
        remedy: BilingualText(
          vi: "Cập nhật phần mềm của thiết bị đầu cuối, hoặc báo quản trị hệ thống.",
          en: "Update the terminal's software, or tell the system administrator."))
    case .functionNotSupported:
      UserMessage(
        CardCommandCode.authoriseNotSupported, .refused,
        vi: "Thẻ này không hỗ trợ hình thức chi trả đã chọn, ví dụ chi trả ngoại tuyến.",
        en: "This card does not support the chosen kind of payout, for example an offline one.",
        remedy: BilingualText(
          vi: "Nối mạng với trung tâm và chi trả trực tuyến.", en: "Connect to the centre and pay online."))
    case .notEnoughMemory:
      UserMessage(
        CardCommandCode.authoriseLogFull, .refused,
        vi: "Nhật ký trên thẻ đã đầy, cần được trung tâm xác nhận trước khi chi tiếp.",
        en: "The log on the card is full; the centre has to acknowledge it before the next payout.",
        remedy: BilingualText(
          vi: "Nối mạng, chạy “ansinh point balance” với thẻ trên đầu đọc, rồi làm lại.",
          en: "Connect to the centre, run “ansinh point balance” with the card on the reader, then try again."))
    default: nil
    }
  }

  private static func complete(_ status: StatusWord) -> UserMessage? {
    switch status {
    case .conditionsNotSatisfied:
      UserMessage(
        CardCommandCode.completeConditions, .refused,
        vi: "Thẻ không nhận bản cập nhật này: thẻ đã có bản mới hơn, hoặc bản này không khớp với thẻ.",
        en: "The card does not take this update: it has a newer one, or this one does not match the card.",
        remedy: updateLater)
    case .incorrectData:
      UserMessage(
        CardCommandCode.completeMalformed, .failure,
        vi: "Bản cập nhật không dành cho thẻ này hoặc không đúng khuôn dạng.",
        en: "The update is not for this card or is not well-formed.", remedy: updateLater)
    case .referencedDataNotFound:
      UserMessage(
        CardCommandCode.completeUnknownKey, .card,
        vi: "Thẻ không biết khóa công khai mà trung tâm đã dùng cho bản cập nhật.",
        en: "The card does not know the public key that the centre used for the update.", remedy: updateLater)
    case .authenticationFailed:
      UserMessage(
        CardCommandCode.completeSignature, .card,
        vi: "Thẻ không chấp nhận chữ ký số trên bản cập nhật nên đã bỏ qua bản này.",
        en: "The card did not accept the digital signature on the update and ignored it.", remedy: updateLater)
    default: nil
    }
  }

  private static func lastCertificate(_ status: StatusWord) -> UserMessage? {
    switch status {
    case .warning:
      UserMessage(
        CardCommandCode.certificateOtherTerminal, .refused,
        vi: "Giao dịch này do thiết bị đầu cuối khác tạo; thiết bị này không được chi tiền cho giao dịch đó.",
        en: "Another terminal made this transaction; this terminal may not pay it.",
        remedy: BilingualText(
          vi: "Không chi tiền. Hoàn tất tại thiết bị đã tạo giao dịch, hoặc tạo giao dịch mới.",
          en: "Do not pay. Finish it at the terminal that made it, or start a new transaction."))
    case .referencedDataNotFound:
      UserMessage(
        CardCommandCode.certificateNone, .refused, vi: "Thẻ chưa ký giao dịch này.",
        en: "The card has not signed this transaction.",
        remedy: BilingualText(
          vi: "Hủy giao dịch dở dang rồi tạo giao dịch mới.",
          en: "Void the unfinished transaction, then start a new one."))
    default: nil
    }
  }

  private static func anyCommand(_ status: StatusWord) -> UserMessage {
    switch status {
    case .warning:
      UserMessage(
        CardCommandCode.warning, .card, vi: "Thẻ thực hiện lệnh nhưng có cảnh báo (mã \(status)).",
        en: "The card did the command but gave a warning (status \(status)).", remedy: Remedy.againThenIssuingOffice)
    case .authenticationFailed:
      UserMessage(
        CardCommandCode.authentication, .refused, vi: "Thẻ không xác thực được dữ liệu đã nhận.",
        en: "The card could not authenticate what it received.",
        remedy: Remedy.againThenIssuingOffice)
    case .memoryFailure:
      UserMessage(
        CardCommandCode.memoryFailure, .card, vi: "Thẻ không ghi được vào bộ nhớ của mình.",
        en: "The card could not write to its own memory.",
        remedy: BilingualText(
          vi: "Đặt lại thẻ và làm lại; nếu vẫn lỗi, vui lòng đề nghị cơ quan cấp thẻ cấp đổi thẻ.",
          en: "Place the card again and retry; if it happens again, ask the issuing office to exchange the card."))
    case .securityStatusNotSatisfied:
      UserMessage(
        CardCommandCode.securityStatus, .refused, vi: "Thẻ chưa cho phép việc này vì chưa đủ điều kiện xác thực.",
        en: "The card does not allow this yet: it has not been authenticated far enough.",
        remedy: BilingualText(vi: "Nhập mã PIN rồi làm lại.", en: "Enter the PIN, then try again."))
    case .conditionsNotSatisfied:
      UserMessage(
        CardCommandCode.conditions, .refused, vi: "Thẻ không cho phép việc này trong trạng thái hiện tại.",
        en: "The card does not allow this in its present state.", remedy: Remedy.issuingOffice)
    case .functionNotSupported, .instructionNotSupported, .classNotSupported:
      UserMessage(
        CardCommandCode.notSupported, .card, vi: "Thẻ không hỗ trợ chức năng này (mã \(status)).",
        en: "The card does not support this function (status \(status)).", remedy: Remedy.issuingOffice)
    case .notEnoughMemory:
      UserMessage(
        CardCommandCode.memoryFull, .card, vi: "Bộ nhớ của thẻ không còn đủ chỗ.", en: "The card's memory is full.",
        remedy: Remedy.issuingOffice)
    case .fileNotFound, .referencedDataNotFound:
      UserMessage(
        CardCommandCode.notFound, .card, vi: "Không tìm thấy dữ liệu cần đọc trên thẻ.",
        en: "The data asked for was not found on the card.",
        remedy: Remedy.issuingOffice)
    default:
      UserMessage(
        CardCommandCode.refused, .card, vi: "Thẻ từ chối lệnh (mã \(status)).",
        en: "The card refused the command (status \(status)).",
        remedy: Remedy.againThenIssuingOffice)
    }
  }

  private static let applicationMissing = UserMessage(
    CardCommandCode.applicationMissing, .card, vi: "Thẻ không có ứng dụng thẻ an sinh.",
    en: "The card does not hold the social security application.",
    remedy: BilingualText(
      vi: "Vui lòng đặt đúng thẻ an sinh lên đầu đọc.", en: "Please place the social security card on the reader."))

  private static let updateLater = BilingualText(
    vi: "Nối mạng và đồng bộ để nhận bản cập nhật mới; nếu vẫn lỗi, vui lòng liên hệ cơ quan cấp thẻ.",
    en: "Connect and sync to get a new update; if it happens again, contact the issuing office.")
}
