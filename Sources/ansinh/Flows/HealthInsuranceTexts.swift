import ServiceAPI
import VietnamReference

/// A person's health insurance in words.
enum HealthInsuranceTexts {
  /// Everything of it.
  static func page(_ health: HealthInsuranceAnswer, _ output: Output) -> String {
    let payments = health.payments.map { payment in
      "\(PersonTexts.day(payment.paidOn)) · \(VND.text(payment.amount)) · \(payment.voucher)"
    }
    return (lines(health, output) + payments).joined(separator: "\n")
  }

  /// What the person's page says of it.
  static func lines(_ health: HealthInsuranceAnswer, _ output: Output) -> [String] {
    var lines: [String] = []
    if let cover = health.cover {
      let until = cover.until.map(PersonTexts.day) ?? "…"
      lines.append(
        output.pick("Bảo hiểm y tế: ", "Health insurance: ")
          + "\(cover.subject) \(cover.subjectName(output.language)), "
          + output.pick("mức hưởng \(cover.level) (\(cover.percent)%), ", "level \(cover.level) (\(cover.percent)%), ")
          + "\(PersonTexts.day(cover.from))–\(until): \(state(cover.state, output))")
    } else {
      lines.append(output.pick("Bảo hiểm y tế: chưa ghi thẻ nào", "Health insurance: no cover is recorded"))
    }
    let limit = health.limit.map(VND.text) ?? "?"
    lines.append(
      output.pick("Cùng chi trả năm ", "Co-payments in ") + "\(health.on / 10_000): \(VND.text(health.paid)) / \(limit)"
    )
    lines.append(exemption(health, output))
    return lines
  }

  private static func exemption(_ health: HealthInsuranceAnswer, _ output: Output) -> String {
    guard !health.isExempt else {
      return output.pick(
        "Miễn cùng chi trả: có, đến hết năm", "Free of co-payments: yes, for the rest of the year")
    }
    let left = health.left.map(VND.text) ?? "?"
    let (years, needed) = (health.years, health.yearsNeeded)
    return output.pick(
      "Miễn cùng chi trả: không, còn \(left) đến mức 6 tháng lương cơ sở; \(years)/\(needed) năm liên tục",
      "Free of co-payments: no, \(left) left to six base salaries; \(years) of \(needed) years")
  }

  private static func state(_ state: String, _ output: Output) -> String {
    switch state {
    case "valid": output.pick("có giá trị", "valid")
    case "not-yet": output.pick("chưa có giá trị", "not yet valid")
    default: output.pick("hết hạn", "expired")
    }
  }
}
