import SecureChannel
import VietnamReference

/// Terminal and Chip Authentication. What a card answers to a certificate is told as it is: it never says which check
/// failed.
extension EACError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .channel(let error): error.userMessage(moneyWasPaid: moneyWasPaid)
    case .crypto(let error): error.userMessage(moneyWasPaid: moneyWasPaid)
    case .unknownAuthority, .certificateRefused, .refused: terminalMessage.mentioningMoney(moneyWasPaid)
    case .malformedAnswer, .cardNotAuthentic, .cardSecurity: cardMessage.mentioningMoney(moneyWasPaid)
    }
  }

  private var terminalMessage: UserMessage {
    switch self {
    case .unknownAuthority(let names):
      UserMessage(
        EACCode.unknownAuthority, .refused,
        vi: "Thẻ không tin cơ quan chứng thực đã cấp chứng thư cho thiết bị này\(Self.list(names)).",
        en: "The card does not trust the authority that certified this terminal\(Self.list(names)).",
        remedy: BilingualText(
          vi: "Lấy chuỗi chứng thư mới cho thiết bị (ansinh ca terminal, có kèm chứng thư nối), rồi thử lại.",
          en:
            "Get a new certificate chain for the terminal (ansinh ca terminal, with link certificates), then try again."
        )
      )
    case .certificateRefused(let holder, let status):
      UserMessage(
        EACCode.certificateRefused, .refused,
        vi: "Thẻ từ chối chứng thư \(holder) của thiết bị (mã \(status)): có thể đã hết hạn hoặc bị thu hồi.",
        en:
          "The card refused this terminal's certificate \(holder) (status \(status)): it may have expired or been "
          + "withdrawn.",
        remedy: BilingualText(
          vi: "Kiểm tra ngày giờ của thiết bị và hạn chứng thư (ansinh ca show), rồi gia hạn chứng thư.",
          en: "Check the terminal's clock and the certificate's dates (ansinh ca show), then renew the certificate."))
    default:
      UserMessage(
        EACCode.refused, .refused, vi: "Thẻ không chấp nhận thiết bị này.",
        en: "The card did not accept this terminal.",
        remedy: BilingualText(
          vi: "Thử lại một lần; nếu vẫn bị từ chối, báo nơi cấp chứng thư cho thiết bị.",
          en: "Try once more; if it is refused again, tell whoever certified the terminal."))
    }
  }

  private var cardMessage: UserMessage {
    switch self {
    case .cardNotAuthentic:
      UserMessage(
        EACCode.cardNotAuthentic, .card,
        vi: "Thẻ không chứng minh được là chip thật do cơ quan cấp thẻ phát hành.",
        en: "The card could not prove to be the genuine chip that the issuer made.", remedy: Remedy.doNotPay)
    case .cardSecurity:
      UserMessage(
        EACCode.cardSecurity, .card,
        vi: "Không xác thực được thông tin bảo mật của thẻ: nơi phát hành không được tin cậy hoặc thẻ quá cũ.",
        en: "The card's security information can't be trusted: its issuer is not known here, or the card is too old.",
        remedy: BilingualText(
          vi: "Kiểm tra chứng thư của cơ quan cấp thẻ trên thiết bị này; nếu đúng, giữ thẻ lại và báo cơ quan cấp thẻ.",
          en:
            "Check the issuer's certificate on this terminal; if it is right, keep the card and tell the issuing "
            + "office."
        ))
    default:
      UserMessage(
        EACCode.malformedAnswer, .card, vi: "Thẻ trả lời không đúng khi xác thực thiết bị.",
        en: "The card gave a wrong answer while the terminal proved itself.", remedy: Remedy.againThenIssuingOffice)
    }
  }

  private static func list(_ names: [HolderReference]) -> String {
    names.isEmpty ? "" : " (\(names.map(\.description).joined(separator: ", ")))"
  }
}
