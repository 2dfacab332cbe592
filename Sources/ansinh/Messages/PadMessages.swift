import PCSC
import VietnamReference

extension NoReaderPadError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    UserMessage(
      PadCode.none, .card, vi: "Đầu đọc này không có bàn phím tự mở được phiên làm việc với thẻ (PACE).",
      en: "This reader has no pad that can open a session with the card itself (PACE).",
      remedy: BilingualText(
        vi: "Bỏ --ban-phim dau-doc để nhập ở máy tính, hoặc chọn đầu đọc khác; xem “ansinh reader list”.",
        en: "Leave --ban-phim dau-doc out and type at the computer, or take another reader; see “ansinh reader list”.")
    ).mentioningMoney(moneyWasPaid)
  }
}

/// What the pad did instead of opening a session: `PCSC`.
extension ReaderPACEError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    message.mentioningMoney(moneyWasPaid)
  }

  private var message: UserMessage {
    switch self {
    case .refused(.cancelled, _):
      UserMessage(
        PadCode.cancelled, .card, vi: "Đã bấm phím hủy trên bàn phím của đầu đọc.",
        en: "The cancel key of the reader's pad was pressed.",
        remedy: BilingualText(
          vi: "Chạy lại lệnh khi đã sẵn sàng nhập mã.", en: "Run it again when you are ready to type."))
    case .refused(.timeout, _):
      UserMessage(
        PadCode.timeout, .card, vi: "Không ai nhập mã trên bàn phím của đầu đọc trong thời gian cho phép.",
        en: "Nobody typed on the reader's pad in time.",
        remedy: BilingualText(
          vi: "Chạy lại lệnh, nhập mã trên đầu đọc rồi bấm phím xác nhận.",
          en: "Run it again, type the code on the reader and press its confirm key."))
    case .refused(let result, _):
      UserMessage(
        PadCode.refused, .card, vi: "Đầu đọc không tự mở được phiên làm việc với thẻ (mã \(result)).",
        en: "The reader could not open a session with the card itself (code \(result)).", remedy: Self.useComputer)
    case .truncated, .trailing:
      UserMessage(
        PadCode.malformedAnswer, .card, vi: "Đầu đọc trả lời không đúng chuẩn khi được yêu cầu hỏi mã.",
        en: "The reader did not follow the standard when it was asked to take a code.", remedy: Self.useComputer)
    }
  }

  private static let useComputer = BilingualText(
    vi: "Thử lại; nếu vẫn không được, nhập mã ở máy tính: --ban-phim may-tinh.",
    en: "Try again; if it fails again, type at the computer: --ban-phim may-tinh.")
}
