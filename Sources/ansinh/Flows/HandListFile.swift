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
  /// Number of the paper by which somebody else receives it.
  var collector: String?
}

/// The file of a list that people signed: `so_dinh_danh,chuong_trinh,ky,so_tien,ly_do`, one person a line. Programme,
/// month, amount and reason may be empty; a sixth column, `giay_linh_thay`, may name the paper of who receives for
/// them.
enum HandListFile {
  static let header = ["so_dinh_danh", "chuong_trinh", "ky", "so_tien", "ly_do"]
  /// With the papers of those who receive for others.
  static let collectedHeader = header + ["giay_linh_thay"]
  /// One request of the centre, which takes all of it or nothing.
  static let maximumRows = 1_000

  /// The rows of a file, all of them good; throws every fault with its line.
  static func rows(_ octets: [UInt8]) throws -> [HandRow] {
    var faults: [ListRow] = []
    let isCollected = (try? CSVReader.records(in: octets))?.first?.fields == collectedHeader
    let rows = people(try table(octets, isCollected ? collectedHeader : header), &faults)
    guard faults.isEmpty else { throw ListRefusedError(rows: faults) }
    return rows
  }

  /// The fields of each line below `header`, by their columns' names, without spaces at their ends.
  ///
  /// - Parameter optional: a column that may stand after those of the header.
  static func table(
    _ octets: [UInt8], _ header: [String], optional: String? = nil
  ) throws -> [(line: Int, fields: [String: String])] {
    let records: [CSVRecord]
    do {
      records = try CSVReader.records(in: octets)
    } catch {
      throw ListRefusedError(rows: [problem(.csvRagged, error.line, nil, error.reason.vi, error.reason.en)])
    }
    let columns = header + (optional.map { [$0] } ?? [])
    guard let first = records.first?.fields, first == header || first == columns else {
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
    return body.map { record in
      let fields = record.fields.map { $0.trimmingCharacters(in: .whitespaces) }
      return (record.line, Dictionary(zip(first, fields)) { first, _ in first })
    }
  }

  /// The people of a file and what is asked for them, each person once.
  static func people(
    _ table: [(line: Int, fields: [String: String])], _ faults: inout [ListRow]
  ) -> [HandRow] {
    var seen: Set<String> = []
    return table.map { line, fields in
      let row = row(line, fields, &faults)
      if !seen.insert(row.personalID).inserted {
        faults.append(
          problem(.rowDuplicate, line, "so_dinh_danh", "người này đã có ở dòng trên", "this person stands above"))
      }
      return row
    }
  }

  private static func row(_ line: Int, _ fields: [String: String], _ faults: inout [ListRow]) -> HandRow {
    func given(_ column: String) -> String? { fields[column].flatMap { $0.isEmpty ? nil : $0 } }
    var row = HandRow(
      line: line, personalID: given("so_dinh_danh") ?? "", programme: given("chuong_trinh"), reason: given("ly_do"),
      collector: given("giay_linh_thay"))
    if PersonalID(digits: row.personalID) == nil {
      faults.append(problem(.idLength, line, "so_dinh_danh", "cần đúng 12 chữ số", "it has twelve digits"))
    }
    if let code = row.programme, ProgrammeCatalogue.embedded.programme(code: code) == nil {
      faults.append(
        problem(.programmeUnknown, line, "chuong_trinh", "không có chương trình này", "no such programme"))
    }
    if let text = given("ky") {
      row.period = period(text)
      if row.period == nil {
        faults.append(problem(.periodShape, line, "ky", "ghi dạng 2026-11", "write it as 2026-11"))
      }
    }
    if let text = given("so_tien") { row.amount = amount(text, line, &faults) }
    return row
  }

  /// Đồng of a column; a fault when there are none.
  static func amount(_ text: String, _ line: Int, _ faults: inout [ListRow]) -> Int64? {
    let amount = try? VND.parse(text, maximum: Money.highestAmount)
    if amount ?? 0 <= 0 {
      faults.append(problem(.amountDigits, line, "so_tien", "số tiền sai", "the amount is wrong"))
    }
    return amount
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

  /// What each person receives, oldest first, and what the voucher says of it; throws every row that can't be paid.
  func visits(_ rows: [HandRow]) async throws -> [HandListVisit] {
    let question = CollectableRequest(personalIDs: rows.map(\.personalID), list: list)
    let answers = try await client.post("/v1/collectables", key: nil, question, [CollectableAnswer].self)
    guard answers.count == rows.count else { throw ServiceClientError.malformedAnswer(status: 200) }
    var faults: [ListRow] = []
    var visits: [HandListVisit] = []
    for (row, answer) in zip(rows, answers) {
      switch choose(row, answer) {
      case .success(let entries):
        visits.append(visit(row, entries, answer))
      case .failure(let code): faults.append(HandListFile.problem(code.code, row.line))
      }
    }
    guard faults.isEmpty else { throw ListRefusedError(rows: faults) }
    return visits
  }

  /// Why a person can't be paid.
  struct Refused: Error { let code: ProblemCode }

  private func choose(_ row: HandRow, _ answer: CollectableAnswer) -> Result<[HandEntry], Refused> {
    guard !answer.known || !answer.liveCard || row.reason != nil else {
      return .failure(Refused(code: .cardReasonNeeded))
    }
    guard let collector = row.collector, answer.known else { return Self.entries(row, answer) }
    guard let paper = answer.collectors.first(where: { $0.paper == collector }) else {
      return .failure(
        Refused(code: answer.invalidPapers.contains(collector) ? .representativeExpired : .unknownPaper))
    }
    // What the paper is not for stays owed.
    guard let programme = paper.programme else { return Self.entries(row, answer) }
    guard row.programme ?? programme == programme else { return .failure(Refused(code: .representativeNotCovering)) }
    var covered = row
    covered.programme = programme
    return Self.entries(covered, answer)
  }

  /// What is asked for a person, oldest first.
  static func entries(_ row: HandRow, _ answer: CollectableAnswer) -> Result<[HandEntry], Refused> {
    guard answer.known else { return .failure(Refused(code: .unknownPerson)) }
    let open = answer.payable.filter { line in
      (row.programme == nil || line.programme == row.programme) && (row.period == nil || line.period == row.period)
    }.prefix(maximumEntries)
    guard !open.isEmpty else {
      let isOver = answer.overdue.contains { line in
        (row.programme == nil || line.programme == row.programme) && (row.period == nil || line.period == row.period)
      }
      return .failure(
        Refused(code: isOver ? .collectionOver : answer.paidByList ? .handPaidBefore : .periodNotOpen))
    }
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

  private func visit(_ row: HandRow, _ entries: [HandEntry], _ answer: CollectableAnswer) -> HandListVisit {
    let lines = entries.compactMap { entry in
      answer.payable.first { $0.line == entry.line && $0.period == entry.period }.map { line in
        var paid = line
        paid.amount = entry.amount
        return paid
      }
    }
    let facts = PaidFacts(
      holderName: answer.name ?? "", maskedPersonalID: Mask.tail(row.personalID), cardLastFour: "", lines: lines,
      remaining: answer.payable.reduce(0) { $0 + $1.amount } - entries.reduce(0) { $0 + $1.amount },
      collector: answer.collectors.first { $0.paper == row.collector }.flatMap { VoucherCollector($0) }, list: list)
    let id = transactionID(row)
    return HandListVisit(
      request: HandVisitRequest(
        row: row.line, transactionID: WireBytes(id), personalID: row.personalID, entries: entries,
        cardReason: row.reason, collector: row.collector),
      paid: HandPaid(row: row.line, transaction: id.hex, facts: facts))
  }

  /// The visits of a list that was begun before and whose end nobody knows, from the journal: the centre says nothing
  /// more of what it may have recorded. `nil` for rows that are not the list's.
  private func visits(_ rows: [HandRow], begun: JournalEntry) -> [HandListVisit]? {
    guard begun.data == Data(scan), let paid = begun.visits, paid.count == rows.count else { return nil }
    var visits: [HandListVisit] = []
    for (row, paid) in zip(rows, paid) {
      let id = transactionID(row)
      guard paid.transaction == id.hex, paid.facts.list == list,
        paid.facts.collector?.authorityNumber == row.collector
      else { return nil }
      let entries = paid.facts.lines.map { HandEntry(line: $0.line, period: $0.period, amount: $0.amount) }
      visits.append(
        HandListVisit(
          request: HandVisitRequest(
            row: row.line, transactionID: WireBytes(id), personalID: row.personalID, entries: entries,
            cardReason: row.reason, collector: row.collector), paid: paid))
    }
    return visits
  }

  /// Records the list, once: what was sent before and is not known to have come is sent again as it was.
  func record(
    _ rows: [HandRow], at place: PointPlace, _ hands: HandsRequest, _ journal: Journal
  ) async throws -> (answer: ActAnswer, visits: [HandPaid], entry: JournalEntry) {
    for begun in journal.openLists {
      guard let visits = visits(rows, begun: begun), try key(visits, at: place, hands).key == begun.transaction else {
        continue
      }
      return try await send(visits, at: place, hands, journal)
    }
    return try await send(try await visits(rows), at: place, hands, journal)
  }

  /// The same for the same line of the same scanned list, so that sending it again pays nobody twice.
  private func transactionID(_ row: HandRow) -> [UInt8] {
    Array(Digest.sha256.hash(Array(list.utf8) + [0] + scan + [0] + Array(String(row.line).utf8)).prefix(16))
  }

  /// Another content under the same list is another request: the list itself says what it has paid.
  private func key(
    _ visits: [HandListVisit], at place: PointPlace, _ hands: HandsRequest
  ) throws -> (key: String, request: HandPayoutRequest) {
    let request = HandPayoutRequest(
      list: list, scan: WireBytes(scan), agent: place.agent, point: place.point, province: place.province,
      commune: place.commune, visits: visits.map(\.request), hands: hands)
    return (Digest.sha256.hash(try WireJSON.encode(request)).prefix(16).hex, request)
  }

  private func send(
    _ visits: [HandListVisit], at place: PointPlace, _ hands: HandsRequest, _ journal: Journal
  ) async throws -> (answer: ActAnswer, visits: [HandPaid], entry: JournalEntry) {
    try await CycleFlow.registerAgent(place.agent, client)
    let (key, request) = try key(visits, at: place, hands)
    let paid = visits.map(\.paid)
    try journal.begin(list: key, scan: scan, visits: paid, time: Clock.seconds)
    let answer: ActAnswer
    do throws(ServiceClientError) {
      answer = try await client.post("/v1/hand-payouts", key: key, request, ActAnswer.self)
    } catch {
      if case .refused(let problem) = error, !problem.retryable {
        try journal.end(list: key, isRecorded: false, time: Clock.seconds)
      }
      throw error
    }
    try journal.end(list: key, isRecorded: true, time: Clock.seconds)
    guard let entry = journal.entries(of: key).first(where: { $0.step == .list }) else {
      throw ReprintError.factsMissing
    }
    return (answer, paid, entry)
  }
}

/// One person of a signed list: what is sent, and what is kept.
struct HandListVisit: Sendable {
  let request: HandVisitRequest
  let paid: HandPaid
}
