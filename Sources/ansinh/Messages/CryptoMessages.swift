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

extension KeyFileError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    let message: UserMessage
    switch self {
    case .system(let path, let operation, let code):
      let cause = SystemCause(code: code)
      message = UserMessage(
        KeyFileCode.system, .failure,
        vi: "Không đọc hoặc ghi được tệp khóa \(shown(path)) ở bước \(operation): \(cause.reason.vi).",
        en: "The key file \(shown(path)) could not be read or written at step \(operation): \(cause.reason.en).",
        remedy: cause.remedy)
    case .malformed(let path):
      message = UserMessage(
        KeyFileCode.malformed, .failure,
        vi: "Tệp \(shown(path)) không phải là tệp khóa của phiên bản này, hoặc đã hỏng.",
        en: "The file \(shown(path)) is not a key file of this version, or is damaged.",
        remedy: BilingualText(
          vi: "Kiểm tra đường dẫn; nếu đúng, hãy khôi phục tệp từ bản sao lưu.",
          en: "Check the path; if it is right, restore the file from its backup."))
    case .permissions(let path):
      message = UserMessage(
        KeyFileCode.permissions, .failure, vi: "Tệp khóa \(shown(path)) cho người khác đọc nên không được dùng.",
        en: "The key file \(shown(path)) lets others read it, so it is not used.",
        remedy: BilingualText(
          vi: "Đặt lại quyền của tệp là 0600 và tìm hiểu ai có thể đã đọc tệp.",
          en: "Set its mode to 0600 and find out who may have read it."))
    case .missing(let path, let name):
      message = UserMessage(
        KeyFileCode.missing, .failure, vi: "Tệp khóa \(shown(path)) không có mục “\(Mask.printable(name))”.",
        en: "The key file \(shown(path)) has no entry “\(Mask.printable(name))”.",
        remedy: BilingualText(
          vi: "Kiểm tra có dùng đúng tệp khóa của cơ quan cấp thẻ không.",
          en: "Check that it is the issuing office's key file."))
    }
    return message.mentioningMoney(moneyWasPaid, afterPayment: .keepRemedy)
  }

  private func shown(_ path: String) -> String { Mask.printable(path, limit: 200) }
}
