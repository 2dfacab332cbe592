import VietnamReference

extension ProblemCode {
  /// Who may not come in, and how they could.
  var accessText: Text {
    switch self {
    case .tooManyRequests:
      text(
        "Gửi quá nhiều yêu cầu trong một giây.", "Too many requests in a second.",
        do: "Chờ vài giây rồi gửi lại.", "Wait a few seconds and send it again.")
    case .notAuthenticated:
      text(
        "Không rõ ai gửi yêu cầu: thiếu mã truy cập hay chứng thư điểm chi, hoặc mã đã hết hạn.",
        "Nobody has proved who sends this: no token or terminal certificate came, or the token has expired.",
        do: "Xin quản trị cấp mã truy cập (ansinh staff token issue) rồi gửi lại.",
        "Ask the administrator for a token (ansinh staff token issue) and send it again.")
    case .notPermitted:
      text(
        "Việc này không thuộc quyền của người hay điểm chi gửi yêu cầu.",
        "This is not among the rights of the official or terminal who asks.",
        do: "Để người có vai trò phù hợp làm; quản trị xem vai trò bằng “ansinh staff list”.",
        "Have somebody with the right role do it; the administrator sees roles by ansinh staff list.")
    case .notTheTerminal:
      text(
        "Yêu cầu nêu tên một thiết bị đầu cuối khác với thiết bị đang kết nối.",
        "The request names another terminal than the one that is connected.",
        do: "Gửi từ chính thiết bị đó, bằng khóa của nó.", "Send it from that terminal, with its own key.")
    default:
      text(
        "Yêu cầu nêu tên một cán bộ mà mã truy cập không đi kèm.",
        "The request names an official whose token did not come with it.",
        do: "Người lập gửi mã của mình; việc cần hai người thì người kiểm soát gửi kèm mã của họ.",
        "The maker sends their own token; where two are needed the checker's token goes with it.")
    }
  }
}
