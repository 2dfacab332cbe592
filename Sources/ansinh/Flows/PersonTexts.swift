import ArgumentParser
import Foundation
import Ledger
import ServiceAPI
import VietnamReference

/// What commands about people have in common.
enum PersonFlow {
  /// A text as one part of a path.
  static func part(_ text: String) -> String {
    text.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
  }

  /// A key of its own for each act: a second one is refused by the centre for what it is.
  static func key() -> String { UUID().uuidString.lowercased() }
}

/// A day of the calendar, as YYYY-MM-DD.
struct DayArgument: ExpressibleByArgument {
  /// Year * 10000 + month * 100 + day.
  let yyyymmdd: UInt32

  init?(argument: String) {
    let parts = argument.split(separator: "-", omittingEmptySubsequences: false).compactMap { Int($0) }
    guard parts.count == 3, let day = CalendarDate(year: parts[0], month: parts[1], day: parts[2]) else { return nil }
    yyyymmdd = UInt32(day.year * 10_000 + day.month * 100 + day.day)
  }
}

/// A transaction id, 32 hexadecimal digits.
struct TransactionArgument: ExpressibleByArgument {
  /// 16 octets.
  let octets: [UInt8]

  init?(argument: String) {
    let digits = Array(argument.utf8)
    guard digits.count == 32 else { return nil }
    octets = stride(from: 0, to: 32, by: 2).compactMap { index in
      UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16)
    }
    guard octets.count == 16 else { return nil }
  }
}

/// People in words.
enum PersonTexts {
  static func act(_ answer: ActAnswer, _ output: Output) -> String {
    let number = answer.sequence
    guard answer.amount > 0 else { return output.pick("Đã ghi, việc số \(number).", "Recorded as act \(number).") }
    let amount = VND.text(answer.amount)
    return output.pick(
      "Đã ghi, việc số \(number); số tiền thay đổi: \(amount).", "Recorded as act \(number); money moved: \(amount).")
  }

  static func day(_ yyyymmdd: UInt32) -> String {
    let (year, month, day) = (yyyymmdd / 10_000, yyyymmdd / 100 % 100, yyyymmdd % 100)
    return "\(two(day))/\(two(month))/\(year)"
  }

  private static func month(_ yyyymm: UInt32) -> String { "\(two(yyyymm % 100))/\(yyyymm / 100)" }

  private static func two(_ number: UInt32) -> String { number < 10 ? "0\(number)" : "\(number)" }

  static func page(_ page: PersonAnswer, _ output: Output) -> String {
    var lines = ["\(page.name) · \(page.personalID)" + (page.birthDate.isEmpty ? "" : " · \(page.birthDate)")]
    if let died = page.diedOn { lines.append(output.pick("Chết ngày \(day(died))", "Died on \(day(died))")) }
    let seen = page.lastSeenOn.map(day) ?? output.pick("chưa lần nào", "never")
    lines.append(
      output.pick("Lần cuối có mặt: \(seen)", "Last seen: \(seen)")
        + (page.isPresenceDue ? output.pick(" – cần xác nhận còn sống", " – proof of life is due") : ""))
    for line in page.lines {
      let last = line.lastPeriod.map { output.pick(" đến hết \(month($0))", " until \(month($0))") } ?? ""
      lines.append(
        "#\(line.line) \(line.programme) \(output.pick(line.programmeName.vi, line.programmeName.en)): "
          + state(line.state, output) + last
          + output.pick(", còn \(VND.text(line.open))", ", \(VND.text(line.open)) open"))
    }
    for card in page.cards {
      lines.append(
        output.pick("Thẻ ", "Card ") + CardLifeTexts.grouped(card.cardNumber) + ": " + state(card.state, output))
    }
    for paper in page.papers {
      let over = paper.isOver ? output.pick(" (hết hiệu lực)", " (over)") : ""
      lines.append(
        "\(kind(paper.kind, output)): \(paper.name), \(paper.paper), \(paper.programme ?? "*"), "
          + "\(day(paper.from))–\(day(paper.until))\(over)")
    }
    if let health = page.healthInsurance { lines += HealthInsuranceTexts.lines(health, output) }
    for payout in page.payouts.prefix(12) {
      let collector = payout.collector.map { output.pick(", lĩnh thay theo \($0)", ", collected by \($0)") } ?? ""
      let hand = payout.isByHand ? output.pick(", danh sách ký nhận", ", signed list") : ""
      let void =
        payout.isVoid
        ? output.pick(", đã hủy", ", void")
        : payout.isReversed ? output.pick(", đã hủy kết quả chi", ", reversed") : ""
      lines.append(
        output.pick("Đã nhận ", "Received ") + "\(VND.text(payout.amount)), \(payout.point)\(collector)\(hand)\(void)")
    }
    for transfer in page.transfers.prefix(12) {
      lines.append(
        output.pick("Chuyển khoản ", "Transferred ")
          + "\(VND.text(transfer.amount)), \(transfer.bank) …\(transfer.lastFour), \(transfer.reference): "
          + state(transfer.state, output))
    }
    for act in page.acts.prefix(12) { lines.append("\(act.sequence). \(act.act): \(act.maker), \(act.office)") }
    return lines.joined(separator: "\n")
  }

  private static func state(_ state: TransferState, _ output: Output) -> String {
    switch state {
    case .ordered: output.pick("đã lập lệnh", "ordered")
    case .confirmed: output.pick("ngân hàng đã xác nhận", "confirmed by the bank")
    case .rejected: output.pick("ngân hàng đã trả lại", "sent back by the bank")
    case .returned: output.pick("đã chuyển rồi hoàn lại", "paid, then given back by the bank")
    }
  }

  private static func state(_ state: String, _ output: Output) -> String {
    switch state {
    case "active": output.pick("đang hiệu lực", "active")
    case "suspended": output.pick("tạm dừng", "suspended")
    case "blocked": output.pick("bị khóa", "blocked")
    case "ended": output.pick("thôi hưởng", "ended")
    default: output.pick("hết giá trị", "terminated")
    }
  }

  private static func kind(_ kind: RepresentativeName, _ output: Output) -> String {
    switch kind {
    case .collector: output.pick("Người lĩnh thay", "Collector")
    case .guardian: output.pick("Người giám hộ", "Guardian")
    case .householdHead: output.pick("Chủ hộ", "Head of household")
    }
  }

  static func due(_ answer: PresencesDueAnswer, _ output: Output) -> String {
    guard !answer.people.isEmpty else {
      return output.pick("Không ai cần xác nhận.", "Nobody is to be seen again.")
    }
    let lines = answer.people.map { person in
      "\(person.name) · \(person.personalID) · "
        + (person.lastSeenOn.map(day) ?? output.pick("chưa lần nào", "never"))
    }
    let next = answer.next.map { [output.pick("Xem tiếp: --after \($0)", "Go on with --after \($0)")] } ?? []
    return (lines + next).joined(separator: "\n")
  }
}

/// Officials in words.
enum StaffTexts {
  /// A row of the table of roles.
  struct Row: Codable {
    let step: String
    let makers: [String]
    let checkers: [String]

    init(_ step: OfficialStep) {
      let rule = RoleRule.of(step)
      switch step {
      case .list(let list): self.step = "list \(list)"
      case .card(let card): self.step = "card \(card)"
      case .act(let act): self.step = "act \(act)"
      }
      makers = rule.makers.sorted().map { "\($0)" }
      checkers = rule.checkers.sorted().map { "\($0)" }
    }

    func text(_ output: Output) -> String {
      output.pick(
        "\(step): người làm \(names(makers, output)); người duyệt \(names(checkers, output))",
        "\(step): by \(names(makers, output)); approved by \(names(checkers, output))")
    }

    private func names(_ roles: [String], _ output: Output) -> String {
      roles.map { StaffTexts.role($0, output) }.joined(separator: ", ")
    }
  }

  static func list(_ answer: StaffAnswer, _ output: Output) -> String {
    guard !answer.officials.isEmpty else {
      return output.pick("Chưa giao vai trò cho ai.", "Nobody is appointed.")
    }
    return answer.officials.map { official in
      "\(official.official): \(role("\(official.role)", output)) (\(official.act))"
    }.joined(separator: "\n")
  }

  private static func role(_ name: String, _ output: Output) -> String {
    switch name {
    case "programmeOwner": output.pick("cơ quan quản lý chế độ", "programme owner")
    case "commune": output.pick("UBND cấp xã", "commune")
    case "office": output.pick("cơ quan cấp thẻ", "office")
    case "point": output.pick("điểm chi trả", "payout point")
    case "inspector": output.pick("thanh tra", "inspector")
    default: output.pick("quản trị viên", "administrator")
    }
  }
}
