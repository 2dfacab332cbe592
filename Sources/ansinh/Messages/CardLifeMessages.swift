import CardApplication
import Issuance
import VietnamReference

/// A card's life at the office.
extension CardLifeError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .unknownCard:
      Self.message(
        .unknownCard, "Cơ quan này không cấp thẻ có số đó.", "This office has made no card of that number.",
        do: "Kiểm tra lại số thẻ trên mặt thẻ.", "Check the number on the card.")
    case .noLiveCard:
      Self.message(
        .noLiveCard, "Người này chưa có thẻ đang dùng.", "This person has no card in use.",
        do: "Xem tình trạng bằng “ansinh issue status --person”.", "See “ansinh issue status --person”.")
    case .notRegistered:
      Self.message(
        .notRegistered, "Thẻ chưa làm xong hoặc chưa đăng ký tại trung tâm.",
        "The card is not finished, or the centre does not have it yet.",
        do: "Chạy “ansinh issue personalise” rồi làm lại.", "Run “ansinh issue personalise”, then try again.")
    case .delivered(let time):
      Self.message(
        .delivered, "Thẻ đã được trao lúc \(ClockText.minute(time)).",
        "The card was handed over at \(ClockText.minute(time)).",
        do: "Xem đời thẻ bằng “ansinh issue show”.", "See “ansinh issue show”.")
    case .ended:
      Self.message(
        .ended, "Thẻ đã được thay, thu hồi hoặc hủy.", "The card was replaced, taken back or ended.",
        do: "Xem “ansinh issue show”; dùng thẻ mới.", "See “ansinh issue show”; use the new card.")
    case .replacementAsked:
      Self.message(
        .replacementAsked, "Đã có đề nghị thẻ mới thay thẻ này.",
        "A card in the place of this one is asked for already.",
        do: "Chạy “ansinh issue personalise” để làm thẻ mới.", "Run “ansinh issue personalise” to make it.")
    case .fourEyes:
      Self.message(
        .fourEyes, "Việc này cần hai người khác nhau: người làm và người phê duyệt.",
        "This takes two different persons: who does it and who approves it.",
        do: "Thêm --checker với tên người phê duyệt, khác người làm.",
        "Add --checker with the name of who approves, not of who does it.")
    case .notDue:
      Self.message(
        .notDue, "Thẻ còn hạn dài, chưa đến kỳ gia hạn.", "The card is valid for long, it is not due for renewal.",
        do: "Đổi --within-days, hoặc dùng “ansinh issue replace”.",
        "Change --within-days, or use “ansinh issue replace”.")
    case .earlierData:
      Self.message(
        .earlierData, "Thẻ này mang thông tin cũ: số định danh, họ tên hoặc ngày sinh đã được sửa sau khi làm thẻ.",
        "This card bears earlier data: the personal ID, name or birth date was corrected after it was made.",
        do: "Cấp thẻ mới bằng “ansinh issue replace --kind changed”, không trao thẻ này.",
        "Have a new one made by “ansinh issue replace --kind changed”; don't hand this one over.")
    case .successorWaits(let number):
      Self.message(
        .successorWaits,
        "Thẻ mới \(CardNumber(number)?.masked ?? "") đã làm xong nhưng chưa biết trung tâm đã nhận chưa.",
        "The new card \(CardNumber(number)?.masked ?? "") is made, and whether the centre has it is not known yet.",
        do: "Chạy “ansinh issue personalise” để đăng ký, rồi chấm dứt thẻ mới.",
        "Run “ansinh issue personalise” to register it, then end the new card.")
    case .unfinishedAct:
      Self.message(
        .unfinishedAct, "Việc trước với thẻ này chưa nhận được trả lời của trung tâm.",
        "The centre's answer to an earlier act with this card has not come.",
        do: "Làm lại việc đó (block, unblock-card, return, terminate, replace) khi trung tâm đã kết nối được.",
        "Do that again (block, unblock-card, return, terminate, replace) when the centre can be reached.")
    }
  }

  private static func message(
    _ code: CardLifeCode, _ vi: String, _ en: String, do viRemedy: String, _ enRemedy: String
  ) -> UserMessage {
    UserMessage(code, .refused, vi: vi, en: en, remedy: BilingualText(vi: viRemedy, en: enRemedy))
  }
}
