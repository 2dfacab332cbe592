import Benefits
import CardCrypto
import Foundation
import ISO7816
import Ledger
import PayoutPoint
import ServiceAPI
import VietnamReference

/// A person of a list that is paid by hand.
struct HandRow: Sendable, Equatable {
  /// Line of the file.
  let line: Int
  let personalID: String
  /// Only this programme.
  var programme: String?
  /// Only this month, `year * 100 + month`.
  var period: UInt32?
  /// Đồng; `nil` for everything that is open.
  var amount: Int64?
  /// Why a live card was not used.
  var reason: String?
}

/// The file of a list that people signed: `so_dinh_danh,chuong_trinh,ky,so_tien,ly_do`, one person a line. Programme,
/// month, amount and reason may be empty.
enum HandListFile {
  static let header = ["so_dinh_danh", "chuong_trinh", "ky", "so_tien", "ly_do"]
  /// One request of the centre, which takes all of it or nothing.
  static let maximumRows = 1_000

  /// The rows of a file, all of them good; throws every fault with its line.
  static func rows(_ octets: [UInt8]) throws -> [HandRow] {
    let records: [CSVRecord]
    do {
      records = try CSVReader.records(in: octets)
    } catch {
      throw ListRefusedError(rows: [problem(.csvRagged, error.line, nil, error.reason.vi, error.reason.en)])
    }
    guard records.first?.fields == header else {
      let names = header.joined(separator: ",")
      throw ListRefusedError(
        rows: [problem(.headerMissing, 1, nil, "dòng đầu phải là \(names)", "the first line has to be \(names)")])
    }
    let body = records.dropFirst()
    guard !body.isEmpty, body.count <= maximumRows else {
      throw ListRefusedError(
        rows: [
          problem(
            body.isEmpty ? .listEmpty : .listTooLong, 1, nil, "danh sách cần 1…\(maximumRows) dòng",
            "a list has 1…\(maximumRows) rows")
        ])
    }
    var faults: [ListRow] = []
    var seen: Set<String> = []
    let rows = body.map { record in
      let row = row(record, &faults)
      if !seen.insert(row.personalID).inserted {
        faults.append(
          problem(.rowDuplicate, record.line, header[0], "người này đã có ở dòng trên", "this person stands above"))
      }
      return row
    }
    guard faults.isEmpty else { throw ListRefusedError(rows: faults) }
    return rows
  }

  private static func row(_ record: CSVRecord, _ faults: inout [ListRow]) -> HandRow {
    let fields = record.fields.map { $0.trimmingCharacters(in: .whitespaces) }
    func given(_ index: Int) -> String? { fields[index].isEmpty ? nil : fields[index] }
    var row = HandRow(line: record.line, personalID: fields[0], programme: given(1), reason: given(4))
    if PersonalID(digits: row.personalID) == nil {
      faults.append(problem(.idLength, record.line, header[0], "cần đúng 12 chữ số", "it has twelve digits"))
    }
    if let code = row.programme, ProgrammeCatalogue.embedded.programme(code: code) == nil {
      faults.append(
        problem(.programmeUnknown, record.line, header[1], "không có chương trình này", "no such programme"))
    }
    if let text = given(2) {
      row.period = period(text)
      if row.period == nil {
        faults.append(problem(.periodShape, record.line, header[2], "ghi dạng 2026-11", "write it as 2026-11"))
      }
    }
    if let text = given(3) {
      row.amount = try? VND.parse(text, maximum: Money.highestAmount)
      if row.amount ?? 0 <= 0 {
        faults.append(problem(.amountDigits, record.line, header[3], "số tiền sai", "the amount is wrong"))
      }
    }
    return row
  }

  /// `2026-11` as 202611.
  private static func period(_ text: String) -> UInt32? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard parts.count == 2, parts[0].utf8.count == 4, parts[1].utf8.count == 2, let year = UInt32(parts[0]),
      let month = UInt32(parts[1]), Period(yyyymm: Int32(year * 100 + month)) != nil
    else { return nil }
    return year * 100 + month
  }

  static func problem(_ code: RowCode, _ line: Int, _ column: String?, _ vi: String, _ en: String) -> ListRow {
    ListRow(
      RowProblem(
        code: code, line: line, column: column, value: nil, reason: BilingualText(vi: vi, en: en),
        remedy: BilingualText(vi: "Sửa rồi nhập lại.", en: "Mend it and import it again.")))
  }

  /// The named refusal of a row, in the words of the service.
  static func problem(_ code: ProblemCode, _ line: Int) -> ListRow {
    let text = Problem(code: code, traceID: "").detail
    var row = ListRow(BilingualText(vi: "Dòng \(line): \(text.vi)", en: "Line \(line): \(text.en)"))
    row.code = code.rawValue
    row.line = line
    return row
  }
}

/// A signed list on its way to the centre.
struct HandListFlow: Sendable {
  /// Entries of one visit; what is more is left for another list.
  static let maximumEntries = 20

  let client: ServiceClient
  let list: String
  /// SHA-256 of the scanned list.
  let scan: [UInt8]

  /// What each person receives, oldest first; throws every row that can't be paid.
  func visits(_ rows: [HandRow]) async throws -> [HandVisitRequest] {
    let question = CollectableRequest(personalIDs: rows.map(\.personalID), list: list)
    let answers = try await client.post("/v1/collectables", key: nil, question, [CollectableAnswer].self)
    guard answers.count == rows.count else { throw ServiceClientError.malformedAnswer(status: 200) }
    var faults: [ListRow] = []
    var visits: [HandVisitRequest] = []
    for (row, answer) in zip(rows, answers) {
      switch choose(row, answer) {
      case .success(let entries):
        visits.append(
          HandVisitRequest(
            row: row.line, transactionID: WireBytes(transactionID(row)), personalID: row.personalID,
            entries: entries, cardReason: row.reason))
      case .failure(let code): faults.append(HandListFile.problem(code.code, row.line))
      }
    }
    guard faults.isEmpty else { throw ListRefusedError(rows: faults) }
    return visits
  }

  private struct Refused: Error { let code: ProblemCode }

  private func choose(_ row: HandRow, _ answer: CollectableAnswer) -> Result<[HandEntry], Refused> {
    guard answer.known else { return .failure(Refused(code: .unknownPerson)) }
    guard !answer.liveCard || row.reason != nil else { return .failure(Refused(code: .cardReasonNeeded)) }
    let open = answer.payable.filter { line in
      (row.programme == nil || line.programme == row.programme) && (row.period == nil || line.period == row.period)
    }.prefix(Self.maximumEntries)
    guard !open.isEmpty else { return .failure(Refused(code: answer.paidByList ? .handPaidBefore : .periodNotOpen)) }
    var rest = row.amount ?? .max
    var entries: [HandEntry] = []
    for line in open where rest > 0 {
      let part = min(rest, line.amount)
      rest -= part
      entries.append(HandEntry(line: line.line, period: line.period, amount: part))
    }
    guard row.amount == nil || rest == 0 else { return .failure(Refused(code: .amountOverOpen)) }
    return .success(entries)
  }

  /// The same for the same line of the same scanned list, so that sending it again pays nobody twice.
  private func transactionID(_ row: HandRow) -> [UInt8] {
    Array(Digest.sha256.hash(Array(list.utf8) + [0] + scan + [0] + Array(String(row.line).utf8)).prefix(16))
  }

  /// Records the list.
  func send(
    _ visits: [HandVisitRequest], at place: PointPlace, _ hands: HandsRequest
  ) async throws -> ActAnswer {
    try await CycleFlow.registerAgent(place.agent, client)
    let request = HandPayoutRequest(
      list: list, scan: WireBytes(scan), agent: place.agent, point: place.point, province: place.province,
      commune: place.commune, visits: visits, hands: hands)
    // Another content under the same list is another request: the list itself says what it has paid.
    let key = Digest.sha256.hash(try WireJSON.encode(request)).prefix(16).hex
    return try await client.post("/v1/hand-payouts", key: key, request, ActAnswer.self)
  }
}
