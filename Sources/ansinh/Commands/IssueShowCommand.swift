import ArgumentParser
import CardApplication
import Issuance
import ServiceAPI
import VietnamReference

/// `ansinh issue show`
struct IssueShowCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Đời một thẻ: trạng thái và các việc đã làm. / The life of a card.",
    discussion: """
      Từ sổ của cơ quan cấp thẻ; của trung tâm thêm khi có --service hoặc trung tâm cùng thư mục. / From the office's \
      book; from the centre's too with --service, or when it is kept in this folder.
      """)

  @OptionGroup var global: GlobalOptions
  @OptionGroup var card: OfficeCardOptions
  @OptionGroup var centre: CentreOptions

  private struct Act: Codable {
    let time: Int64
    let act: String
    let maker: String
    let checker: String
    let reason: String
  }

  private struct Shown: Codable {
    let cardNumber: String
    let name: String
    let state: String
    let validUntil: String?
    let replacedBy: String?
    let acts: [Act]
    let actsAreWhole: Bool
    let centre: CardAnswer?
  }

  func run() async throws {
    let output = global.output
    let flow = try CardLifeFlow(global.home, service: centre.service)
    let found = try card.find(flow.store)
    let answer = flow.hasCentre ? try await flow.life(found.number) : nil
    let acts = try flow.store.acts(of: found.number).map {
      Act(time: $0.time, act: $0.what, maker: $0.actor, checker: $0.checker, reason: $0.reason)
    }
    let shown = Shown(
      cardNumber: found.number, name: try flow.store.applicant(found.personalID)?.name ?? "",
      state: found.state.rawValue, validUntil: try CardLifeTexts.validUntil(found, flow.store)?.iso,
      replacedBy: found.successor,
      acts: acts, actsAreWhole: try flow.store.checkActs().broken == nil, centre: answer)
    try output.result(shown) { text(shown, found, output) }
    if !shown.actsAreWhole {
      output.note(
        "Sổ các việc của cơ quan đã bị sửa.", "The office's book of acts was altered.")
    }
  }

  private func text(_ shown: Shown, _ card: IssuedCardLife, _ output: Output) -> String {
    var lines = [
      output.pick("Thẻ", "Card") + " \(CardLifeTexts.grouped(shown.cardNumber)) · \(shown.name)",
      output.pick("Tại cơ quan cấp thẻ: ", "At the office: ") + CardLifeTexts.state(card.state, output),
    ]
    if let centre = shown.centre {
      lines.append(output.pick("Tại trung tâm: ", "At the centre: ") + CardLifeTexts.state(centre.state, output))
      if centre.reserve > 0 {
        lines.append(output.pick("Hạn mức ngoại tuyến: ", "Offline reserve: ") + VND.text(centre.reserve))
      }
      if let old = centre.replaces {
        lines.append(output.pick("Thay cho thẻ ", "In the place of card ") + CardLifeTexts.grouped(old))
      }
    }
    if let until = shown.validUntil.flatMap({ CalendarDate(text: $0) }) {
      lines.append(output.pick("Có giá trị đến: \(until.slashed)", "Valid until: \(until.iso)"))
    }
    if let successor = shown.replacedBy {
      lines.append(output.pick("Thẻ mới: ", "New card: ") + CardLifeTexts.grouped(successor))
    }
    if !shown.acts.isEmpty {
      lines += ["", output.pick("SỔ CỦA CƠ QUAN CẤP THẺ", "THE OFFICE'S BOOK"), office(shown.acts, output)]
    }
    if let acts = shown.centre?.acts, !acts.isEmpty {
      lines += ["", output.pick("SỔ CỦA TRUNG TÂM", "THE CENTRE'S BOOK"), centre(acts, output)]
    }
    return lines.joined(separator: "\n")
  }

  private static func table(_ output: Output) -> TextTable {
    TextTable(columns: [
      .init(output.pick("Lúc", "Time")), .init(output.pick("Việc", "Act")), .init(output.pick("Người làm", "By")),
      .init(output.pick("Người phê duyệt", "Approved by")), .init(output.pick("Ghi chú", "Note"), maximumWidth: 40),
    ])
  }

  private func office(_ acts: [Act], _ output: Output) -> String {
    var table = Self.table(output)
    for act in acts {
      table.addRow([
        ClockText.minute(act.time), CardLifeTexts.act(act.act, output), act.maker, act.checker, act.reason,
      ])
    }
    return table.rendered()
  }

  private func centre(_ acts: [CardActLine], _ output: Output) -> String {
    var table = Self.table(output)
    for act in acts {
      table.addRow([
        ClockText.minute(act.time), CardLifeTexts.act(act.act, output), act.maker, act.checker ?? "", act.reason,
      ])
    }
    return table.rendered()
  }
}
