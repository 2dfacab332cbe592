internal import VietnamReference

/// Problems with what an office does about payouts.
extension ProblemCode {
  var counterText: Text {
    switch self {
    case .unknownPayout:
      text(
        "Không có lần chi nào mang mã giao dịch này.", "No payout has this transaction id.",
        do: "Xem lại mã trên giấy nhận tiền.", "Look at the id on the voucher again.")
    case .payoutReversed:
      text(
        "Lần chi này đã được hủy kết quả chi trước đây.", "This payout was reversed before.",
        do: "Không cần làm gì thêm; tiền đã về khoản được hưởng.",
        "Nothing is left to do: the money is back in the entitlement.")
    case .cardReasonNeeded:
      text(
        "Người này có thẻ; phải ghi lý do không dùng thẻ.", "This person has a card: say why it was not used.",
        do: "Ghi lý do, không nêu tên ai; hoặc chi bằng thẻ.", "Give the reason, naming nobody; or pay by card.")
    case .handPaidBefore:
      text(
        "Danh sách này đã chi khoản và kỳ này rồi.", "This list has paid this entitlement and month before.",
        do: "Không ghi lần nữa. Nếu chi thật lần nữa thì lập danh sách mới.",
        "Don't record it again. If money was paid once more, make another list.")
    default:
      text(
        "Điểm chi trả chưa báo đã chi, nên chưa thể hủy kết quả chi.",
        "The point has not reported this payout as paid, so it can't be reversed.",
        do: "Để điểm chi trả báo đã chi hoặc báo hủy trước.", "Have the point report PAID or VOID first.")
    }
  }

  var limitText: Text {
    switch self {
    case .visitOverLimit:
      text(
        "Số tiền vượt mức cao nhất của một lần chi.", "The amount is over what one visit may be paid.",
        do: "Chi ít hơn bằng --amount; phần còn lại chi qua tài khoản hoặc lần khác.",
        "Pay less with --amount; the rest by transfer or another time.")
    case .cardVisitsOver:
      text(
        "Thẻ này đã được chi đủ số lần của hôm nay.", "This card has had all the visits it may have today.",
        do: "Không chi tiền. Mời người hưởng đến ngày khác.", "Pay nothing. Ask the holder to come another day.")
    default:
      text(
        "Thiết bị này đã chi đến mức cao nhất của hôm nay.", "This terminal has paid all it may pay today.",
        do: "Không chi tiền. Dùng thiết bị khác hoặc xin nâng mức.",
        "Pay nothing. Use another terminal, or have the limit raised.")
    }
  }
}
