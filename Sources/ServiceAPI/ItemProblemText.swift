internal import VietnamReference

/// Problems with corrections, uncollected items, overpayments and deductions.
extension ProblemCode {
  var itemText: Text {
    switch self {
    case .unknownItem:
      text(
        "Khoản này chưa được ghi có.", "No such item was credited.",
        do: "Xem lại khoản hưởng, tháng và loại khoản của người này.", "Look the person's lines, months and kinds up.")
    case .amountNotLower:
      text(
        "Số tiền đúng không thấp hơn số đang ghi.", "The right amount is not lower than what the item stands at.",
        do: "Nếu còn thiếu tiền, đưa phần thiếu vào danh sách bổ sung (truy lĩnh).",
        "If more is owed, put the difference on a follow-up list as arrears.")
    case .termNotOver:
      text(
        "Khoản này còn trong thời hạn nhận.", "The item can still be collected.",
        do: "Chờ hết thời hạn nhận của chương trình.", "Wait until its programme's term is over.")
    case .nothingUncollected:
      text(
        "Khoản này không còn tiền để chuyển như vậy.", "Nothing of the item is there to be moved so.",
        do: "Xem lại khoản này rồi bỏ khỏi yêu cầu.", "Look the item up and leave it out.")
    case .unknownReceivable:
      text(
        "Không có khoản chi thừa nào mang số này.", "No overpayment has this number.",
        do: "Xem lại các khoản chi thừa của người này.", "Look the person's overpayments up.")
    case .amountOverRest:
      text(
        "Số tiền vượt quá phần còn lại.", "The amount is more than the rest.", do: "Ghi không quá phần còn lại.",
        "Enter no more than the rest.")
    case .agentPaymentKnown:
      text(
        "Số chứng từ này đã ghi cho một lần trả tổ chức chi trả.",
        "The reference is of another payment to an agent.",
        do: "Xem số còn nợ (ansinh benefit agent owed); lần trả khác thì ghi số chứng từ của lần đó.",
        "See what is owed (ansinh benefit agent owed); for another payment enter its own reference.")
    case .amountOverPaid:
      text(
        "Quá số đã chi của khoản này mà chưa ghi thu hồi.",
        "More than was paid of the item and is not to be recovered already.",
        do: "Xem số đã chi và các khoản chi thừa đã ghi của khoản này.",
        "Look up what was paid of the item, and the overpayments recorded of it.")
    case .receivableElsewhere:
      text(
        "Khoản chi thừa này của người khác, hoặc thuộc đơn vị hay nguồn khác.",
        "The overpayment is another person's, or of another unit or funder.",
        do: "Chọn khoản hưởng cùng người, cùng đơn vị và cùng nguồn.",
        "Choose a line of the same person, unit and funder.")
    case .unknownDeduction:
      text(
        "Không có lệnh khấu trừ nào mang số này.", "No deduction order has this number.",
        do: "Xem lại các lệnh khấu trừ của người này.", "Look the person's deduction orders up.")
    case .deductionStopped:
      text(
        "Lệnh khấu trừ đã dừng trước đó.", "The deduction order was stopped before.", do: "Không cần làm gì thêm.",
        "Nothing is to be stopped.")
    default:
      text(
        "Mức khấu trừ vượt quá 100 % số được hưởng.", "More than the whole of an item would be deducted.",
        do: "Ghi mức khấu trừ và mức trần từ 1 đến 100 %.", "Enter a share and a cap of 1 to 100 %.")
    }
  }
}
