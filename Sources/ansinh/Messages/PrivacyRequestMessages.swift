import Issuance
import VietnamReference

/// What an office can't do with a data subject's request.
extension PrivacyRequestError: UserFacing {
  func userMessage(moneyWasPaid: Bool?) -> UserMessage {
    switch self {
    case .unknown, .closed, .notAnswered, .notExecuted, .executed, .otherPerson: stateMessage
    case .extendedBefore, .termEnded, .extensionLength, .receivedLater: termMessage
    case .text, .nothingToExecute, .refusedAndExecuted, .noRecord, .cardMade, .numberGivenOut, .correction:
      recordMessage
    }
  }

  private var stateMessage: UserMessage {
    switch self {
    case .unknown(let number):
      UserMessage(
        PrivacyCode.requestUnknown, .usage, vi: "Không có yêu cầu số \(number).", en: "There is no request \(number).",
        remedy: BilingualText(
          vi: "Xem “ansinh privacy request list”, thêm --all cho các yêu cầu đã xong.",
          en: "See “ansinh privacy request list”, with --all for closed ones."))
    case .closed(let number):
      UserMessage(
        PrivacyCode.requestClosed, .refused, vi: "Yêu cầu số \(number) đã xong.", en: "Request \(number) is closed.",
        remedy: BilingualText(
          vi: "Nếu người đó yêu cầu thêm, tiếp nhận một yêu cầu mới.",
          en: "If the person asks for more, take a new request in."))
    case .notAnswered(let number):
      UserMessage(
        PrivacyCode.requestNotAnswered, .refused, vi: "Yêu cầu số \(number) chưa được trả lời.",
        en: "Request \(number) was not answered yet.",
        remedy: BilingualText(
          vi: "Trả lời bằng “ansinh privacy request answer” trước.",
          en: "Answer it first: “ansinh privacy request answer”."))
    case .notExecuted(let number):
      UserMessage(
        PrivacyCode.requestNotExecuted, .refused, vi: "Yêu cầu số \(number) được đồng ý nhưng chưa thực hiện.",
        en: "Request \(number) was granted and is not carried out.",
        remedy: BilingualText(
          vi: "Trả lời lại với --execute, hoặc trả lời khác kèm căn cứ.",
          en: "Answer it again with --execute, or answer otherwise with the basis."))
    case .executed(let number):
      UserMessage(
        PrivacyCode.requestExecuted, .refused, vi: "Yêu cầu số \(number) đã được thực hiện.",
        en: "Request \(number) was carried out already.",
        remedy: BilingualText(
          vi: "Kết thúc bằng “ansinh privacy request close”.", en: "Close it: “ansinh privacy request close”."))
    default:
      UserMessage(
        PrivacyCode.otherPerson, .refused, vi: "Số định danh này không phải của người gửi yêu cầu.",
        en: "This personal ID is not of the person who made the request.",
        remedy: BilingualText(
          vi: "Kiểm tra số của yêu cầu và số sau --person.",
          en: "Check the request's number and the number after --person."))
    }
  }

  private var termMessage: UserMessage {
    switch self {
    case .extendedBefore(let number):
      UserMessage(
        PrivacyCode.requestExtended, .refused, vi: "Yêu cầu số \(number) đã được gia hạn một lần.",
        en: "Request \(number) was extended once.",
        remedy: BilingualText(
          vi: "Chỉ được gia hạn một lần; thực hiện đúng hạn.", en: "Only one extension is allowed; keep the due date."))
    case .termEnded(let number):
      UserMessage(
        PrivacyCode.requestTermEnded, .refused, vi: "Hạn của yêu cầu số \(number) đã qua, không gia hạn được nữa.",
        en: "The term of request \(number) has ended; it can't be extended.",
        remedy: BilingualText(
          vi: "Thực hiện ngay và báo người phụ trách bảo vệ dữ liệu cá nhân.",
          en: "Carry it out at once and tell the data-protection officer."))
    case .extensionLength(let most):
      UserMessage(
        PrivacyCode.requestExtension, .usage, vi: "Gia hạn được từ 1 đến \(most) ngày.",
        en: "An extension is of 1 to \(most) days.",
        remedy: BilingualText(vi: "Ghi lại số ngày sau --days.", en: "Correct the number after --days."))
    default:
      UserMessage(
        PrivacyCode.requestReceived, .usage, vi: "Ngày nhận yêu cầu không thể sau hôm nay.",
        en: "A request can't have come in after today.",
        remedy: BilingualText(
          vi: "Ghi lại ngày sau --received, và kiểm tra đồng hồ máy.",
          en: "Correct the day after --received, and check the computer's clock."))
    }
  }

  private var recordMessage: UserMessage {
    switch self {
    case .text(let option):
      UserMessage(
        PrivacyCode.text, .usage,
        vi: "Nội dung sau \(option) phải có từ 1 đến 200 ký tự, không có số định danh hay số thẻ.",
        en: "The text after \(option) has 1 to 200 characters, and no personal ID or card number.",
        remedy: BilingualText(
          vi: "Nội dung này nằm lại trong chuỗi việc không xóa được: ghi lại, không nêu người nào.",
          en: "It stays in acts that are never erased: write it without naming anybody."))
    case .nothingToExecute:
      UserMessage(
        PrivacyCode.nothingToExecute, .usage,
        vi: "Với loại yêu cầu này, hoặc thiếu nội dung cần sửa, không có gì để thực hiện trên hồ sơ.",
        en: "For this kind of request, or without what to correct, nothing of the file is changed.",
        remedy: BilingualText(
          vi: "Bỏ --execute; với yêu cầu chỉnh sửa, thêm --name, --birth-date hoặc --province.",
          en: "Leave --execute out; for a correction add --name, --birth-date or --province."))
    case .refusedAndExecuted:
      UserMessage(
        PrivacyCode.refusedAndExecuted, .usage, vi: "Không thể vừa từ chối vừa thực hiện một yêu cầu.",
        en: "A request can't be refused and carried out.",
        remedy: BilingualText(
          vi: "Chọn --decision granted hoặc partly, hoặc bỏ --execute.",
          en: "Choose --decision granted or partly, or leave --execute out."))
    case .noRecord:
      UserMessage(
        PrivacyCode.noRecord, .refused, vi: "Cơ quan này không có hồ sơ của người yêu cầu.",
        en: "This office has no file of the person.",
        remedy: BilingualText(
          vi: "Trả lời không kèm --execute rằng không lưu dữ liệu nào.",
          en: "Answer without --execute that no data is kept."))
    case .cardMade:
      UserMessage(
        PrivacyCode.cardMade, .refused, vi: "Người này đã được cấp thẻ, hồ sơ không xóa hay sửa trực tiếp được.",
        en: "A card was made for this person; the file is neither erased nor corrected by itself.",
        remedy: BilingualText(
          vi: """
            Xóa: trả lời refused với căn cứ hồ sơ hưởng và chứng từ kế toán phải giữ. Sửa: cấp đổi thẻ theo thông tin \
            đúng.
            """,
          en: """
            To erase: answer refused, as entitlement files and vouchers are kept by law. To correct: exchange the card.
            """))
    case .numberGivenOut:
      UserMessage(
        PrivacyCode.numberGivenOut, .refused, vi: "Một số thẻ đã cấp cho hồ sơ này nhưng thẻ chưa làm xong.",
        en: "A card number was given out for this file, and its card was not finished.",
        remedy: BilingualText(
          vi: "Trả lời partly: hồ sơ không được dùng nữa, số thẻ đã bỏ phải giữ để không cấp lại.",
          en: "Answer partly: the file is used no more; a scrapped number is kept so that it is never given again."))
    default:
      UserMessage(
        PrivacyCode.correction, .refused, vi: "Nội dung sửa không thay đổi gì, hoặc không ghi được lên thẻ.",
        en: "The correction changes nothing, or can't be put on a card.",
        remedy: BilingualText(
          vi: "Kiểm tra --name, --birth-date và --province.", en: "Check --name, --birth-date and --province."))
    }
  }
}
