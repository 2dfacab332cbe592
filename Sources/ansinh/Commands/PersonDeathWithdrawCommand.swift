import ArgumentParser
import ServiceAPI
import VietnamReference

extension PersonCommand {
  /// `ansinh person death-withdraw`
  struct DeathWithdraw: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "death-withdraw",
      abstract: "Rút ghi nhận chết ghi nhầm; cần hai người. / Withdraw a death recorded by mistake, by two persons.",
      discussion: """
        Các khoản trở lại như trước; nợ chi thừa do ghi nhận chết được xóa. Tiền đã trả về nguồn và thẻ không tự trở \
        lại. Khoản đã chuyển cho người thừa kế phải thu về trước; ghi nhận người lo mai táng phải rút trước. / Lines \
        stand as before, and what was owed back because of the death is released. Money that went back to funds, and \
        cards, do not come back by themselves. What an heir has comes back first, a funeral claim is withdrawn first.
        """)

    @OptionGroup var act: PersonActOptions

    func run() async throws {
      try await act.post("death-withdrawals", act.hands, text: PersonTexts.deathWithdrawn)
    }
  }
}

extension PersonTexts {
  /// What a withdrawn death leaves to be done.
  static func deathWithdrawn(_ answer: ActAnswer, _ output: Output) -> String {
    let done = answer.withdrawn ?? DeathWithdrawnAnswer(lines: 0, cards: 0)
    var lines = [
      output.pick(
        "Đã rút ghi nhận chết, việc số \(answer.sequence): \(done.lines) khoản trở lại như trước.",
        "The death is withdrawn, act \(answer.sequence); lines that stand as before: \(done.lines).")
    ]
    if answer.amount > 0 {
      let amount = VND.text(answer.amount)
      lines.append(
        output.pick(
          "Nợ chi thừa do ghi nhận chết đã xóa: \(amount).", "Not owed back any more: \(amount)."))
    }
    lines.append(
      output.pick(
        "Các tháng đã trả hết về nguồn: lập lại danh sách chi trả như thường lệ.",
        "Months that went back to their funds wholly: put them on a list again as usual."))
    lines.append(
      output.pick(
        "Các tháng đã chi một phần, và số người hưởng đã nộp lại: lập truy lĩnh cho phần thiếu.",
        "Months that were paid in part, and what the person paid back: list the difference as arrears."))
    if done.cards > 0 {
      lines.append(
        output.pick(
          "\(done.cards) thẻ đã hết giá trị, không tự mở lại: cấp thẻ mới bằng “ansinh issue”.",
          "Cards that have ended, and stay so: \(done.cards); issue a new one with “ansinh issue”."))
    }
    return lines.joined(separator: "\n")
  }
}
