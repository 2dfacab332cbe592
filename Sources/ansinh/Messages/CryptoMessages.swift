import CardCrypto
import VietnamReference

/// Keys and cryptography: `CardCrypto`. Which function failed, and on what, is for the log.
extension CryptoError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    let message: UserMessage
    switch self {
    case .token(let error): return error.userMessage(moneyWasPaid: moneyWasPaid)
    case .openSSL:
      message = UserMessage(
        CryptoCode.library, .failure, vi: "Thư viện mật mã không thực hiện được một phép tính.",
        en: "The cryptographic library could not do an operation.", remedy: Remedy.againThenAdministrator)
    case .keyLength(let expected, let given):
      message = UserMessage(
        CryptoCode.keyLength, .failure, vi: "Khóa có độ dài sai: cần \(expected) byte, nhận được \(given).",
        en: "A key has the wrong length: \(expected) bytes are needed, \(given) were given.",
        remedy: Remedy.administrator)
    case .blockLength(let count):
      message = UserMessage(
        CryptoCode.blockLength, .failure, vi: "Dữ liệu mã hóa có độ dài sai (\(count) byte).",
        en: "Enciphered data has the wrong length (\(count) bytes).", remedy: Remedy.againThenAdministrator)
    case .invalidPoint, .invalidScalar:
      message = UserMessage(
        CryptoCode.invalidValue, .failure, vi: "Một giá trị khóa không hợp lệ nên đã bị từ chối.",
        en: "An invalid key value was rejected.",
        remedy: Remedy.againThenAdministrator)
    case .malformed:
      message = UserMessage(
        CryptoCode.malformed, .failure, vi: "Chứng thư, khóa hoặc chữ ký số không đúng khuôn dạng.",
        en: "A certificate, key or digital signature is not well-formed.", remedy: Remedy.administrator)
    case .verificationFailed:
      message = UserMessage(
        CryptoCode.verificationFailed, .failure, vi: "Dữ liệu không qua được kiểm tra an toàn.",
        en: "Data failed a security check.",
        remedy: BilingualText(
          vi: "Không dùng dữ liệu này. Vui lòng báo quản trị hệ thống.",
          en: "Do not use this data. Please tell the system administrator."))
    }
    return message.mentioningMoney(moneyWasPaid)
  }
}
