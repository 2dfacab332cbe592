internal import VietnamReference

/// Problems with transfers to bank accounts.
extension ProblemCode {
  var transferText: Text {
    switch self {
    case .unknownTransfer:
      text(
        "Không có lệnh chuyển khoản nào mang số tham chiếu này.", "No transfer has this reference.",
        do: "Đối chiếu tệp sao kê với tệp lệnh đã gửi ngân hàng.",
        "Compare the statement with the payment file sent to the bank.")
    case .transferConfirmed:
      text(
        "Ngân hàng đã xác nhận lệnh chuyển khoản này trước đây.", "The bank has confirmed this transfer before.",
        do: "Không ghi lần nữa. Nếu sao kê mới khác, hỏi lại ngân hàng.",
        "Don't record it again. If the new statement differs, ask the bank.")
    case .transferRejected:
      text(
        "Ngân hàng đã trả lại lệnh chuyển khoản này trước đây.", "The bank has sent this transfer back before.",
        do: "Không ghi lần nữa. Lập lệnh mới nếu cần chi lại.",
        "Don't record it again. Order another transfer to pay it.")
    case .transferUnconfirmed:
      text(
        "Ngân hàng chưa xác nhận lệnh chuyển khoản này.", "The bank has not confirmed this transfer.",
        do: "Ghi lệnh bị trả lại bằng sao kê: “ansinh benefit transfer confirm”.",
        "Record what was sent back with its statement: ansinh benefit transfer confirm.")
    case .transferReturned:
      text(
        "Lệnh chuyển khoản này đã được hoàn lại trước đây.", "This transfer came back before.",
        do: "Không ghi lần nữa. Lập lệnh mới nếu cần chi lại.",
        "Don't record it again. Order another transfer to pay it.")
    case .transferAmount:
      text(
        "Số tiền trong sao kê khác số tiền của lệnh chuyển khoản.",
        "The statement has another amount than the transfer.",
        do: "Đối chiếu với ngân hàng trước khi ghi.", "Clear it up with the bank before recording it.")
    default:
      text(
        "Số tham chiếu này đã dùng cho lệnh chuyển khoản khác.", "Another transfer has this reference.",
        do: "Xem danh sách lệnh; lập tệp lệnh mới với mã khác.",
        "Look at the transfers; make another payment file under another name.")
    }
  }

  var shiftText: Text {
    switch self {
    case .shiftOpen:
      text(
        "Quầy này đang có ca chưa đóng.", "This desk has a shift that is not closed.",
        do: "Đóng ca trước: “ansinh point shift close”.", "Close it first: ansinh point shift close.")
    case .unknownShift:
      text("Không có ca này.", "There is no such shift.", do: "Xem các ca đang mở.", "Look at the open shifts.")
    default:
      text(
        "Ca này đã đóng.", "This shift is closed.", do: "Mở ca mới: “ansinh point shift open”.",
        "Open another: ansinh point shift open.")
    }
  }
}
