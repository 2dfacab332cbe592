/// Problems with health-insurance covers and co-payments.
extension ProblemCode {
  var healthText: Text {
    switch self {
    case .dayOutOfLife:
      text(
        "Ngày ghi trước ngày sinh hoặc sau hôm nay.", "The day is before the birth, or after today.",
        do: "Kiểm tra lại ngày.", "Check the day.")
    case .notInsured:
      text(
        "Ngày này không có thẻ BHYT còn giá trị.", "No health insurance of the person covers the day.",
        do: "Ghi thời hạn thẻ BHYT trước, hoặc kiểm tra lại ngày.", "Record the cover first, or check the day.")
    default:
      text(
        "Chứng từ cùng chi trả này đã được ghi.", "A co-payment with this voucher is recorded already.",
        do: "Không ghi lần thứ hai. Kiểm tra lại số chứng từ.", "Do not record it twice. Check the voucher's number.")
    }
  }
}
