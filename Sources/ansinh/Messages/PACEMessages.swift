import SecureChannel
import VietnamReference

/// Opening a session with a password: `SecureChannel`.
extension PACEError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .channel(let error): error.userMessage(moneyWasPaid: moneyWasPaid)
    case .crypto(let error): error.userMessage(moneyWasPaid: moneyWasPaid)
    case .wrongPassword, .suspended, .blocked, .deactivated: passwordMessage.mentioningMoney(moneyWasPaid)
    case .refused, .cardNotAuthentic, .malformedAnswer, .parametersNotOffered:
      cardMessage.mentioningMoney(moneyWasPaid)
    }
  }

  private var passwordMessage: UserMessage {
    switch self {
    case .wrongPassword(nil):
      UserMessage(
        PACECode.wrongCAN, .refused, vi: "Số CAN hoặc mã đã nhập không đúng.",
        en: "The CAN or code that was entered is not correct.",
        remedy: BilingualText(
          vi: "Xem lại số CAN in trên mặt thẻ rồi nhập lại.",
          en: "Look at the CAN printed on the face of the card and enter it again."))
    case .wrongPassword(let tries?) where tries >= 2:
      UserMessage(
        PACECode.wrongPIN, .refused, vi: "Mã PIN không đúng, còn \(tries) lần thử.",
        en: "The PIN is not correct, \(tries) tries left.",
        remedy: BilingualText(
          vi: "Nhập lại mã PIN cẩn thận. Nếu không nhớ, hãy dừng lại và liên hệ cơ quan cấp thẻ.",
          en: "Enter the PIN again with care. If you do not remember it, stop and contact the issuing office."))
    case .wrongPassword(1?):
      UserMessage(
        PACECode.wrongPINSuspended, .refused,
        vi: "Mã PIN không đúng, còn 1 lần thử. Mã PIN đang tạm khóa để bảo vệ chủ thẻ.",
        en: "The PIN is not correct, 1 try left. The PIN is suspended to protect the cardholder.",
        remedy: Self.needsCAN)
    case .suspended:
      UserMessage(
        PACECode.suspended, .refused, vi: "Mã PIN đang tạm khóa vì đã nhập sai nhiều lần; còn 1 lần thử.",
        en: "The PIN is suspended after several wrong entries; 1 try left.", remedy: Self.needsCAN)
    case .deactivated:
      UserMessage(
        PACECode.deactivated, .refused,
        vi: "Mã này hiện không dùng được trên thẻ: thẻ chờ kích hoạt hoặc đang tạm khóa.",
        en: "This code cannot be used on the card now: the card waits for activation or is temporarily blocked.",
        remedy: Remedy.issuingOffice)
    default:
      UserMessage(
        PACECode.blocked, .refused, vi: "Mã PIN đã bị khóa vì nhập sai quá số lần cho phép.",
        en: "The PIN is blocked: it was entered wrongly too many times.",
        remedy: BilingualText(
          vi: "Mở khóa bằng mã PUK trong phiếu mã PIN (ansinh card unblock), hoặc mang thẻ và giấy tờ tùy thân đến cơ "
            + "quan cấp thẻ. Khoản tiền chưa lĩnh không bị mất.",
          en: "Unblock it with the PUK of the PIN mailer (ansinh card unblock), or bring the card and an identity "
            + "document to the issuing office. Money not collected yet is not lost."))
    }
  }

  private var cardMessage: UserMessage {
    switch self {
    case .refused(_, let status):
      UserMessage(
        PACECode.refused, .card, vi: "Thẻ từ chối mở phiên làm việc (mã \(status)).",
        en: "The card refused to open a session (status \(status)).", remedy: Remedy.againThenIssuingOffice)
    case .parametersNotOffered:
      UserMessage(
        PACECode.parametersNotOffered, .card, vi: "Thẻ không hỗ trợ cách kết nối an toàn mà hồ sơ thẻ yêu cầu.",
        en: "The card does not offer the secure connection that the card profile requires.",
        remedy: BilingualText(
          vi: "Kiểm tra có đúng là thẻ an sinh không; nếu đúng, vui lòng liên hệ cơ quan cấp thẻ.",
          en: "Check that it is a social security card; if it is, contact the issuing office."))
    case .malformedAnswer:
      UserMessage(
        PACECode.malformedAnswer, .card, vi: "Thẻ trả lời không đúng giao thức khi mở phiên làm việc.",
        en: "The card did not follow the protocol while the session was opened.",
        remedy: Remedy.againThenIssuingOffice)
    default:
      UserMessage(
        PACECode.cardNotAuthentic, .card, vi: "Không xác thực được thẻ.", en: "The card could not be authenticated.",
        remedy: Remedy.doNotPay)
    }
  }

  /// The number on the card lets a suspended PIN be tried once more.
  private static let needsCAN = BilingualText(
    vi: "Thêm --mo-lai để nhập mã PIN kèm số CAN in trên mặt thẻ. Nếu sai lần nữa, mã PIN sẽ bị khóa.",
    en: "Add --mo-lai to enter the PIN with the CAN printed on the face of the card. Another mistake blocks the PIN.")
}
