import CardTerminal
import ISO7816
import VietnamReference

/// What a terminal does with a card: `CardTerminal`.
extension CardSessionError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .channel(let error): error.userMessage(moneyWasPaid: moneyWasPaid)
    case .pace(let error): error.userMessage(moneyWasPaid: moneyWasPaid)
    case .eac(let error): error.userMessage(moneyWasPaid: moneyWasPaid)
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
    case .untiedSession:
      UserMessage(
        SessionCode.untied, .refused,
        vi: "Phiên do đầu đọc mở không dùng để chi trả được: chữ ký của thẻ sẽ không gắn được với phiên đó.",
        en: "A session that the reader has opened cannot pay: the card's signature could not be tied to it.",
        remedy: BilingualText(
          vi: "Nhập mã PIN ở máy tính rồi làm lại.", en: "Enter the PIN at the computer and try again.")
      ).mentioningMoney(moneyWasPaid)
    }
  }
}

extension PointAccessError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .noCertificates(let point, let province):
      UserMessage(
        SessionCode.noCertificates, .refused,
        vi: "Điểm chi trả \(point) chưa có chứng thư thiết bị, nên thẻ sẽ không cho phép chi trả.",
        en: "Payout point \(point) has no terminal certificates yet; no card would allow a payout.",
        remedy: BilingualText(
          vi: "Cấp chứng thư: ansinh ca terminal --province \(province) --point \(point) (hoặc ansinh point request, "
            + "rồi ansinh point install).",
          en: "Have them issued: ansinh ca terminal --province \(province) --point \(point) (or ansinh point request, "
            + "then ansinh point install).")
      ).mentioningMoney(moneyWasPaid)
    case .clockBehind(let point, let since):
      UserMessage(
        SessionCode.clockBehind, .refused,
        vi: "Đồng hồ của máy này chậm: chứng thư của \(point) chỉ có hiệu lực từ "
          + CertificateTexts.day(since, .vietnamese) + ".",
        en:
          "This machine's clock is behind: the certificate of \(point) begins on "
          + CertificateTexts.day(since, .english) + ".",
        remedy: BilingualText(
          vi: "Đặt lại ngày giờ của máy cho đúng, rồi thử lại. Không chi tiền khi đồng hồ sai.",
          en: "Set the machine's date and time right, then try again. Do not pay with a wrong clock.")
      ).mentioningMoney(moneyWasPaid)
    case .missingRights(let point, let words):
      UserMessage(
        SessionCode.missingRights, .refused,
        vi: "Chứng thư của \(point) không có quyền \(words.joined(separator: ", ")).",
        en: "The certificate of \(point) does not have the rights \(words.joined(separator: ", ")).",
        remedy: BilingualText(
          vi: "Xin chứng thư có đủ quyền (ansinh ca terminal --rights …), rồi thử lại.",
          en: "Have one issued with these rights (ansinh ca terminal --rights …), then try again.")
      ).mentioningMoney(moneyWasPaid)
    }
  }
}

extension PointKeyError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .exists(let folder):
      UserMessage(
        SessionCode.pointKeyExists, .refused, vi: "Điểm chi trả này đã có khóa trong “\(folder)”.",
        en: "This payout point has a key already in “\(folder)”.",
        remedy: BilingualText(
          vi: "Dùng khóa đang có (bỏ --token-module và các tùy chọn đi cùng), hoặc lập điểm với mã khác.",
          en:
            "Use the key that is there (without the --token-module options), or begin a point of another name."
        ))
    }
  }
}
