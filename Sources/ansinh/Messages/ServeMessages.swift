import TransactionService
import VietnamReference

/// How the service is set up.
enum ServeCode: String, MessageCode {
  case configuration = "serve.configuration"
  case certificate = "serve.certificate"
  case key = "serve.key"
  case mismatch = "serve.mismatch"
  case date = "serve.date"
}

extension ServeConfigurationError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    func lines(_ pick: (BilingualText) -> String) -> String {
      faults.map { fault in
        let key = fault.key.isEmpty ? "" : " “\(Mask.printable(fault.key, limit: 60))”"
        return "\n  \(Mask.printable(fault.place, limit: 200))\(key): \(pick(fault.reason))."
      }.joined()
    }
    return UserMessage(
      ServeCode.configuration, .usage, vi: "Thiết lập của dịch vụ có lỗi:" + lines(\.vi),
      en: "The service's settings have faults:" + lines(\.en),
      remedy: BilingualText(
        vi: "Sửa các chỗ trên rồi kiểm tra bằng “ansinh serve --check”.",
        en: "Correct these places and check with “ansinh serve --check”."))
  }
}

extension ServerIdentityError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .certificate(let path):
      UserMessage(
        ServeCode.certificate, .usage,
        vi: "“\(Mask.printable(path, limit: 200))” không phải chứng thư PEM với khóa P-256.",
        en: "“\(Mask.printable(path, limit: 200))” holds no PEM certificate of a P-256 key.", remedy: Self.remedy)
    case .key(let path):
      UserMessage(
        ServeCode.key, .usage, vi: "“\(Mask.printable(path, limit: 200))” không phải khóa riêng dạng PEM.",
        en: "“\(Mask.printable(path, limit: 200))” holds no PEM private key.", remedy: Self.remedy)
    case .mismatch(let certificate, let key):
      UserMessage(
        ServeCode.mismatch, .usage,
        vi: "Khóa “\(Mask.printable(key, limit: 200))” không phải của chứng thư "
          + "“\(Mask.printable(certificate, limit: 200))”.",
        en: "The key “\(Mask.printable(key, limit: 200))” is not that of the certificate "
          + "“\(Mask.printable(certificate, limit: 200))”.", remedy: Self.remedy)
    case .date(let path, let from, let until):
      UserMessage(
        ServeCode.date, .usage,
        vi: "Chứng thư “\(Mask.printable(path, limit: 200))” chỉ có hiệu lực từ \(ClockText.minute(from)) đến "
          + "\(ClockText.minute(until)).",
        en: "The certificate “\(Mask.printable(path, limit: 200))” is valid from \(ClockText.minute(from)) to "
          + "\(ClockText.minute(until)) only.", remedy: Self.remedy)
    }
  }

  private static let remedy = BilingualText(
    vi: "Tạo chứng thư mới bằng “ansinh key tls”, hoặc xin của đơn vị cấp chứng thư.",
    en: "Make a new one with “ansinh key tls”, or get one from your certification authority.")
}
