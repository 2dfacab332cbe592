internal import VietnamReference

/// Problems with deaths that are withdrawn.
extension ProblemCode {
  var deathText: Text {
    switch self {
    case .inheritanceStands:
      text(
        "Tiền người này chưa lĩnh đã chuyển cho người thừa kế và chưa thu về hết.",
        "What the person had not collected went to an heir and has not all come back.",
        do: """
          Sửa khoản thừa kế của người nhận về 0 (ansinh benefit item correct --kind inherited), thu hồi hoặc xóa phần \
          đã chi (ansinh benefit debt), rồi rút lại.
          """,
        """
        Correct the heir's item to 0 (ansinh benefit item correct --kind inherited), recover or write off what was \
        paid of it (ansinh benefit debt), then withdraw again.
        """)
    default:
      text(
        "Mai táng phí của người này đang có người nhận.", "A claim to the person's funeral grant stands.",
        do: """
          Rút ghi nhận người lo mai táng trước (ansinh person funeral-withdraw); khoản đã ghi có thì sửa về 0 (ansinh \
          benefit item correct --kind funeral) và thu hồi (ansinh benefit debt recover).
          """,
        """
        Withdraw the claim first (ansinh person funeral-withdraw); what was credited is corrected to 0 (ansinh \
        benefit item correct --kind funeral) and recovered (ansinh benefit debt recover).
        """)
    }
  }
}
