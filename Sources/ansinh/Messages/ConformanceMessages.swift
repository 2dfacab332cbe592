import VietnamReference

/// Why an acceptance test was not begun, or what it came to.
enum ConformanceError: Error, Hashable {
  /// The card failed so many checks, which were printed.
  case failed(count: Int)
  /// Nobody has agreed to the card's being used up.
  case notConfirmed
  /// What was given is not a key in hexadecimal.
  case transportKey
  /// The file is not there, may not be read, is too long or not UTF-8.
  case profileUnreadable(path: String)
}

extension ConformanceError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .failed(let count):
      UserMessage(
        ConformanceCode.failed, .refused, vi: "Thẻ không đạt \(count) điểm kiểm tra.",
        en: "The card failed \(count) checks.",
        remedy: BilingualText(
          vi: "Không nhận loại thẻ này; gửi kết quả cho nhà cung cấp thẻ.",
          en: "Do not accept this kind of card; send the results to its vendor."))
    case .notConfirmed:
      UserMessage(
        ConformanceCode.notConfirmed, .usage, vi: "Chưa đồng ý dùng hỏng thẻ; thẻ chưa bị động đến.",
        en: "Nobody agreed to use the card up; it was not touched.",
        remedy: BilingualText(
          vi: "Dùng một thẻ trắng để thử, rồi chạy lại với --yes.",
          en: "Take a fresh card that may be used up, and run again with --yes."))
    case .transportKey:
      UserMessage(
        ConformanceCode.transportKey, .usage, vi: "Khóa vận chuyển phải là 32, 48 hoặc 64 chữ số thập lục phân.",
        en: "A transport key is 32, 48 or 64 hexadecimal digits.",
        remedy: BilingualText(
          vi: "Kiểm tra những gì gửi vào --transport-key-fd.", en: "Check what is sent to --transport-key-fd."))
    case .profileUnreadable(let path):
      UserMessage(
        ConformanceCode.profileUnreadable, .usage,
        vi: "Không đọc được hồ sơ thẻ “\(Mask.printable(path, limit: 200))”.",
        en: "The card profile “\(Mask.printable(path, limit: 200))” can't be read.",
        remedy: BilingualText(
          vi: "Kiểm tra tên tệp sau --profile và quyền đọc.",
          en: "Check the file's name after --profile and that it may be read."))
    }
  }
}
