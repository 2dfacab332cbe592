internal import VietnamReference

/// Problems with lines and items.
extension ProblemCode {
  var entitlementText: Text {
    switch self {
    case .unknownLine:
      text(
        "Không có khoản hưởng nào mang số này.", "No entitlement line has this number.",
        do: "Xem lại số khoản hưởng của người này.", "Look the person's lines up.")
    case .lineSuspended:
      text(
        "Khoản hưởng đang tạm dừng.", "The entitlement is suspended.",
        do: "Không chi tiền. Làm thủ tục tiếp tục hưởng trước.", "Pay nothing. Have it resumed first.")
    case .lineNotSuspended:
      text(
        "Khoản hưởng không tạm dừng.", "The entitlement is not suspended.", do: "Không cần làm gì thêm.",
        "Nothing is to be resumed.")
    default:
      text(
        "Khoản hưởng đã thôi hưởng.", "The entitlement has ended.",
        do: "Nếu thôi hưởng nhầm, lập khoản truy lĩnh trong danh sách.",
        "If it was ended by mistake, put what is owed on a list as arrears.")
    }
  }
}
