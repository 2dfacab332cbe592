import VietnamReference

/// What an office is told about the life of a card.
extension ProblemCode {
  var cardText: Text {
    switch self {
    case .fourEyesNeeded:
      text(
        "Việc này cần hai người: người làm và người phê duyệt phải khác nhau.",
        "This takes two persons: who does it and who approves it must not be the same.",
        do: "Mời người thứ hai phê duyệt (--checker).", "Have a second person approve it (--checker).")
    case .personHasCard:
      text(
        "Người này đang có một thẻ khác chưa bị hủy.", "This person has another card that has not ended.",
        do: "Làm thủ tục cấp lại, cấp đổi hoặc gia hạn thẻ đó.", "Replace or renew that card.")
    case .cardOfOtherPerson:
      text(
        "Thẻ cần thay là của người khác.", "The card to be replaced is another person's.",
        do: "Kiểm tra lại số thẻ cũ.", "Check the number of the old card.")
    case .cardNotBlocked:
      text(
        "Thẻ không bị khóa.", "The card is not blocked.", do: "Không cần làm gì thêm.", "Nothing is to be done.")
    case .blockFinal:
      text(
        "Thẻ đã báo mất hoặc có giao dịch mâu thuẫn nên không mở khóa được.",
        "The card was reported lost, or contradicts itself: it can't be unblocked.",
        do: "Cấp lại thẻ mới cho chủ thẻ.", "Replace the card.")
    case .cardInUse:
      text(
        "Thẻ còn có thể đang được dùng nên chưa giải phóng được hạn mức ngoại tuyến.",
        "The card may still be in use, so its offline reserve stays.",
        do: "Báo mất hoặc hủy thẻ trước.", "Report the card lost or end it first.")
    case .reserveEmpty:
      text(
        "Hạn mức ngoại tuyến của thẻ không còn tiền.", "Nothing is on the card's offline reserve.",
        do: "Không cần làm gì thêm.", "Nothing is to be done.")
    case .releaseTooEarly:
      text(
        "Chưa đến ngày được giải phóng hạn mức ngoại tuyến của thẻ.",
        "The card's offline reserve can't be released yet.",
        do: "Đợi đến ngày đó, hoặc có người thứ hai phê duyệt (--checker).",
        "Wait until then, or have a second person approve it (--checker).")
    default:
      text(
        "Thẻ đã bị hủy hoặc đã được thay bằng thẻ mới.", "The card has ended, or a new one has taken its place.",
        do: "Không chi tiền. Mời chủ thẻ dùng thẻ mới hoặc liên hệ cơ quan cấp thẻ.",
        "Pay nothing. Ask the cardholder to use the new card or to contact the issuing office.")
    }
  }
}
