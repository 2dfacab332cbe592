import Benefits
import CardCrypto
import Foundation
import ISO7816
import PayoutPoint
import ServiceAPI
import VietnamReference

/// A person and a bank account of a list that is paid by transfer.
struct TransferRow: Sendable {
  let row: HandRow
  /// Bank identification number, 6 digits.
  let bank: String
  /// 6…19 digits.
  let number: String
  /// 1…70 characters.
  let holder: String
  /// Why it may be another's account; nil when nothing is given.
  let holderReason: String?
}

/// The office's list of accounts, the payment file for the bank and the bank's statement, all of them CSV.
enum TransferFile {
  static let header = [
    "so_dinh_danh", "ngan_hang", "so_tai_khoan", "chu_tai_khoan", "chuong_trinh", "ky", "so_tien",
  ]
  /// May follow ``header``: why an account may be another's.
  static let reasonColumn = "ly_do_chu_tai_khoan"
  static let statementHeader = ["so_tham_chieu", "so_tien", "ket_qua"]

  /// The rows of a list of accounts, all of them good; throws every fault with its line.
  static func rows(_ octets: [UInt8]) throws -> [TransferRow] {
    var faults: [ListRow] = []
    let table = try HandListFile.table(octets, header, optional: reasonColumn)
    let people = HandListFile.people(table, &faults)
    let rows = zip(table, people).map { entry, row in
      let (bank, number) = (entry.fields["ngan_hang"] ?? "", entry.fields["so_tai_khoan"] ?? "")
      let holder = entry.fields["chu_tai_khoan"] ?? ""
      if !isDigits(bank, 6...6) {
        faults.append(
          HandListFile.problem(.textTooLong, row.line, "ngan_hang", "mã BIN có 6 chữ số", "the BIN has 6 digits"))
      }
      if !isDigits(number, 6...19) {
        faults.append(
          HandListFile.problem(
            .textTooLong, row.line, "so_tai_khoan", "cần 6…19 chữ số", "it has 6…19 digits"))
      }
      if !(1...70).contains(holder.count) || holder.unicodeScalars.contains(where: { $0.value < 0x20 }) {
        faults.append(
          HandListFile.problem(.textTooLong, row.line, "chu_tai_khoan", "cần 1…70 ký tự", "it has 1…70 characters"))
      }
      let reason = entry.fields[reasonColumn] ?? ""
      if reason.count > 140 || reason.unicodeScalars.contains(where: { $0.value < 0x20 }) {
        faults.append(
          HandListFile.problem(.textTooLong, row.line, reasonColumn, "tối đa 140 ký tự", "it has up to 140 characters"))
      }
      return TransferRow(
        row: row, bank: bank, number: number, holder: holder, holderReason: reason.isEmpty ? nil : reason)
    }
    guard faults.isEmpty else { throw ListRefusedError(rows: faults) }
    return rows
  }

  /// The rows of a bank's statement: `da-chuyen` for what left, `tra-lai` for what came back.
  static func reports(_ octets: [UInt8]) throws -> [TransferReportRow] {
    var faults: [ListRow] = []
    let reports = try HandListFile.table(octets, statementHeader).map { line, fields in
      let result = fields["ket_qua"] ?? ""
      if !["da-chuyen", "tra-lai"].contains(result) {
        faults.append(
          HandListFile.problem(
            .headerUnknown, line, "ket_qua", "ghi da-chuyen hoặc tra-lai", "write da-chuyen or tra-lai"))
      }
      let amount = HandListFile.amount(fields["so_tien"] ?? "", line, &faults)
      return TransferReportRow(
        row: line, reference: fields["so_tham_chieu"] ?? "", amount: amount ?? 0, confirmed: result == "da-chuyen")
    }
    guard faults.isEmpty else { throw ListRefusedError(rows: faults) }
    return reports
  }

  /// The payment file for the bank: the only place with whole account numbers.
  static func payment(_ rows: [TransferRow], _ orders: [TransferOrderRow], batch: String) -> String {
    let lines = zip(rows, orders).map { row, order in
      [
        order.reference, row.bank, row.number, row.holder, String(order.entries.reduce(0) { $0 + $1.amount }),
        "Tro cap \(batch)",
      ].map(cell).joined(separator: ",")
    }
    return (["so_tham_chieu,ngan_hang,so_tai_khoan,chu_tai_khoan,so_tien,noi_dung"] + lines)
      .map { $0 + "\r\n" }.joined()
  }

  private static func cell(_ text: String) -> String {
    text.contains { ",\"".contains($0) } ? "\"" + text.replacing("\"", with: "\"\"") + "\"" : text
  }

  private static func isDigits(_ text: String, _ length: ClosedRange<Int>) -> Bool {
    length.contains(text.utf8.count) && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }
}

/// A list of accounts on its way to the centre and the bank.
struct TransferFlow: Sendable {
  let client: ServiceClient
  let batch: String

  /// What each person receives and where, oldest first; throws every row that can't be paid.
  func orders(_ rows: [TransferRow]) async throws -> [TransferOrderRow] {
    let question = CollectableRequest(personalIDs: rows.map(\.row.personalID), list: batch)
    let answers = try await client.post("/v1/collectables", key: nil, question, [CollectableAnswer].self)
    guard answers.count == rows.count else { throw ServiceClientError.malformedAnswer(status: 200) }
    var faults: [ListRow] = []
    var orders: [TransferOrderRow] = []
    for (row, answer) in zip(rows, answers) {
      switch HandListFlow.entries(row.row, answer) {
      case .success(let entries):
        orders.append(
          TransferOrderRow(
            row: row.row.line, reference: reference(row.row.line), personalID: row.row.personalID, entries: entries,
            account: try mark(row), holder: row.holder, holderReason: row.holderReason))
      case .failure(let refused): faults.append(HandListFile.problem(refused.code, row.row.line))
      }
    }
    guard faults.isEmpty else { throw ListRefusedError(rows: faults) }
    return orders
  }

  /// The same for the same line of the same file, so that ordering it again pays nobody twice.
  private func reference(_ line: Int) -> String {
    "AS" + Digest.sha256.hash(Array("\(batch)\n\(line)".utf8)).prefix(10).hex.uppercased()
  }

  /// What the centre keeps of an account.
  private func mark(_ row: TransferRow) throws -> AccountMarkRequest {
    let salt = try SystemRandom().bytes(16)
    return AccountMarkRequest(
      bank: row.bank, lastFour: String(row.number.suffix(4)), salt: WireBytes(salt),
      hash: WireBytes(Digest.sha256.hash(salt + Array(row.bank.utf8) + Array(row.number.utf8))))
  }
}
