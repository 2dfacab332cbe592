import CardApplication
import Foundation
import VietnamReference

extension ModelReport {
  func text(_ output: Output) -> String {
    let subject = output.pick(
      "Mô hình một lần chạm thẻ không tiếp xúc \(card), ms; APDU ghi từ một lần chạm thật với thẻ phần mềm.\n"
        + "Không kể: ghi bộ nhớ của thẻ, phần còn lại của chương trình trên thẻ, máy đầu cuối, trung tâm.",
      "Model of a tap of \(card) over the air, ms; the APDUs were recorded from a real tap of the software card.\n"
        + "Not in it: writing the card's memory, the rest of its program, the terminal, the centre.")
    return [subject, rows(output), totals(output)].joined(separator: "\n\n")
  }

  private static func columns(_ first: [TextTable.Column], _ output: Output) -> [TextTable.Column] {
    first + [
      .init(output.pick("Byte tới thẻ", "Bytes to card"), .trailing),
      .init(output.pick("Byte từ thẻ", "Bytes from card"), .trailing), .init(output.pick("Thẻ", "Card"), .trailing),
      .init(output.pick("Truyền 106", "Air 106"), .trailing), .init(output.pick("Truyền 424", "Air 424"), .trailing),
      .init("USB", .trailing), .init(output.pick("Tổng 106", "Total 106"), .trailing),
      .init(output.pick("Tổng 424", "Total 424"), .trailing),
    ]
  }

  private func rows(_ output: Output) -> String {
    var table = TextTable(
      columns: Self.columns([.init("APDU", .trailing), .init(output.pick("Bước", "Step"))], output))
    for (index, row) in apdus.enumerated() {
      table.addRow(
        [String(index + 1), row.step.text(output.language), String(row.commandBytes), String(row.responseBytes)]
          + Self.times(row.card, row.air, row.usb, row.total, output))
    }
    return table.rendered()
  }

  private func totals(_ output: Output) -> String {
    var table = TextTable(
      columns: Self.columns([.init(output.pick("Tổng đến", "Sum up to")), .init("APDU", .trailing)], output))
    for sum in sums {
      table.addRow(
        [sum.until.text(output.language), String(sum.apdus), String(sum.commandBytes), String(sum.responseBytes)]
          + Self.times(sum.card, sum.air, sum.usb, sum.total, output))
    }
    return table.rendered()
  }

  private static func times(
    _ card: Double, _ air: ByRate, _ usb: Double, _ total: ByRate, _ output: Output
  ) -> [String] {
    [card, air.kbit106, air.kbit424, usb, total.kbit106, total.kbit424].map { time in
      let text = String(format: "%.1f", time)
      return output.language == .vietnamese ? text.replacingOccurrences(of: ".", with: ",") : text
    }
  }
}

extension TapStep {
  /// The command, with what it is for where its name does not say it.
  func text(_ language: Language) -> String {
    let text =
      switch self {
      case .read: BilingualText(vi: "READ, đọc tệp", en: "READ, a file")
      case .paceSetUp: BilingualText(vi: "MSE:Set AT, chọn PACE", en: "MSE:Set AT, PACE chosen")
      case .paceNonce: BilingualText(vi: "PACE 1, số ngẫu nhiên", en: "PACE 1, nonce")
      case .paceMap: BilingualText(vi: "PACE 2, ánh xạ", en: "PACE 2, mapping")
      case .paceAgree: BilingualText(vi: "PACE 3, thỏa thuận khóa", en: "PACE 3, key agreement")
      case .paceTokens: BilingualText(vi: "PACE 4, xác nhận khóa", en: "PACE 4, tokens")
      case .setVerificationKey: BilingualText(vi: "MSE:Set DST, chọn khóa kiểm tra", en: "MSE:Set DST, key chosen")
      case .verifyCertificate: BilingualText(vi: "PSO, kiểm tra chứng thư", en: "PSO, certificate verified")
      case .terminalSetUp: BilingualText(vi: "MSE:Set AT, khóa thiết bị đầu cuối", en: "MSE:Set AT, terminal's key")
      case .challenge: BilingualText(vi: "GET CHALLENGE, lấy số thách đố", en: "GET CHALLENGE")
      case .terminalAuthentication:
        BilingualText(vi: "EXTERNAL AUTHENTICATE, xác thực thiết bị", en: "EXTERNAL AUTHENTICATE, terminal")
      case .chipSetUp: BilingualText(vi: "MSE:Set AT, khóa của chip", en: "MSE:Set AT, chip's key")
      case .chipAuthentication: BilingualText(vi: "Xác thực chip", en: "Chip authentication")
      case .select: BilingualText(vi: "SELECT, chọn ứng dụng", en: "SELECT, the application")
      case .authorise: BilingualText(vi: "AUTHORISE, ký lệnh chi", en: "AUTHORISE, certificate signed")
      case .complete: BilingualText(vi: "COMPLETE, cập nhật thẻ", en: "COMPLETE, card brought up to date")
      case .status: BilingualText(vi: "GET PAYOUT STATUS, trạng thái", en: "GET PAYOUT STATUS")
      case .lastCertificate: BilingualText(vi: "GET LAST CERTIFICATE, lấy lại", en: "GET LAST CERTIFICATE")
      case .part: BilingualText(vi: "Phần của lệnh dài", en: "Part of a long command")
      case .other: BilingualText(vi: "Lệnh khác", en: "Another command")
      }
    return text(language)
  }
}
