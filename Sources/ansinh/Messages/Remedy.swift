import VietnamReference

/// Next steps that several messages share.
enum Remedy {
  /// Start the same transaction again with the card in place.
  static let presentAgain = BilingualText(
    vi: "Đặt lại chính thẻ này lên đầu đọc, giữ yên và làm lại từ đầu.",
    en: "Place the same card on the reader again, leave it there and start again.")
  /// The issuing office has to look at the card.
  static let issuingOffice = BilingualText(
    vi: "Vui lòng liên hệ cơ quan cấp thẻ.", en: "Please contact the issuing office.")
  /// The people who run the system have to look.
  static let administrator = BilingualText(
    vi: "Vui lòng báo quản trị hệ thống.", en: "Please tell the system administrator.")
  /// Once more, then the administrator.
  static let againThenAdministrator = BilingualText(
    vi: "Hãy làm lại; nếu vẫn lỗi, vui lòng báo quản trị hệ thống.",
    en: "Try again; if it happens again, tell the system administrator.")
  /// Once more, then the issuing office.
  static let againThenIssuingOffice = BilingualText(
    vi: "Đặt lại thẻ và làm lại; nếu vẫn lỗi, vui lòng liên hệ cơ quan cấp thẻ.",
    en: "Place the card again and retry; if it happens again, contact the issuing office.")
  /// The reader's cable and service.
  static let checkReader = BilingualText(
    vi: "Kiểm tra dây nối, cắm lại đầu đọc, rồi xem danh sách bằng lệnh “ansinh reader list”.",
    en: "Check the cable, plug the reader in again, then see “ansinh reader list”.")
  /// pcscd does not run.
  static let startService = BilingualText(
    vi: "Khởi động dịch vụ pcscd, rồi đặt lại thẻ.", en: "Start the pcscd service, then place the card.")
  /// This card must not be paid on.
  static let doNotPay = BilingualText(
    vi: "Không dùng thẻ này để chi trả hoặc nhận tiền. Vui lòng liên hệ cơ quan cấp thẻ.",
    en: "Do not use this card for payouts. Please contact the issuing office.")
}
