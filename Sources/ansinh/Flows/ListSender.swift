import Benefits
import Ledger
import PayoutPoint
import ServiceAPI
import VietnamReference

/// Sends the good rows of a list file in chunks.
///
/// Rows go in windows, each in the order of personal IDs: the centre's index of them is then written page by page
/// instead of a page for each row, which makes a long list twice as fast. Places in the list count the rows as sent.
struct ListSender {
  /// Rows of one window: some 40 MB.
  private static let windowRows = 100_000
  /// Chunks on their way at once: one is being written while the next is being read and checked.
  private static let inFlight = 3

  private struct Purse: Hashable {
    let unit: AccountingUnit
    let funder: Funder
  }

  let upload: ListUpload
  /// Looks for rows of earlier lists before sending, and rejects them.
  let takesDuplicatesOut: Bool
  let onSent: (Int) -> Void
  /// Rows sent.
  private(set) var rows = 0
  /// Σ of their amounts, đồng.
  private(set) var amount: Int64 = 0
  private var purses: [Purse: (count: Int, amount: Int64)] = [:]
  private var window: [PaymentRow] = []

  init(upload: ListUpload, takesDuplicatesOut: Bool, onSent: @escaping (Int) -> Void) {
    self.upload = upload
    self.takesDuplicatesOut = takesDuplicatesOut
    self.onSent = onSent
  }

  /// By unit and funder, in the order of their names.
  var totals: [ListTotal] {
    purses.map { purse, sum in
      ListTotal(unit: purse.unit.text, funder: purse.funder.text, count: sum.count, amount: sum.amount)
    }.sorted { ($0.unit, $0.funder) < ($1.unit, $1.funder) }
  }

  /// Sends every good row; the others go to `rejects`.
  mutating func send(_ file: ListFile, _ rejects: RejectsFile) async throws {
    var sender = self
    try await file.read { row in
      sender.window.append(row)
      if sender.window.count == Self.windowRows { try await sender.flush(rejects) }
    } onReject: {
      try rejects.append($0)
    }
    try await sender.flush(rejects)
    self = sender
  }

  /// Counts the rows of a list that is at the centre already.
  mutating func count(_ file: ListFile) async throws {
    var sender = self
    try await file.read {
      sender.add($0)
    } onReject: { _ in
    }
    self = sender
  }

  private mutating func add(_ row: PaymentRow) {
    rows += 1
    amount += row.amount
    let purse = Purse(unit: row.unit, funder: row.funder)
    purses[purse, default: (0, 0)].count += 1
    purses[purse, default: (0, 0)].amount += row.amount
  }

  /// Sends the window.
  private mutating func flush(_ rejects: RejectsFile) async throws {
    // The line decides between rows of one person: the same file always gives the same chunks.
    window.sort { ($0.personalID.digits, $0.rowNumber) < ($1.personalID.digits, $1.rowNumber) }
    if takesDuplicatesOut { try await rejectDuplicates(rejects) }
    var next = 0
    let upload = upload
    try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<Self.inFlight {
        if let chunk = take(&next) { group.addTask { try await Self.send(chunk, upload) } }
      }
      while let count = try await group.next() {
        onSent(count)
        if let chunk = take(&next) { group.addTask { try await Self.send(chunk, upload) } }
      }
    }
    window.removeAll(keepingCapacity: true)
  }

  private struct Chunk: Sendable {
    let first: Int
    let rows: [PaymentRow]
  }

  private mutating func take(_ next: inout Int) -> Chunk? {
    guard next < window.count else { return nil }
    let end = min(next + ListUpload.chunkRows, window.count)
    let chunk = Chunk(first: rows + 1, rows: Array(window[next..<end]))
    for row in chunk.rows { add(row) }
    next = end
    return chunk
  }

  private static func send(_ chunk: Chunk, _ upload: ListUpload) async throws -> Int {
    let octets = Self.octets(chunk.rows)
    do {
      return try await upload.send(octets, first: chunk.first).items
    } catch let error as ServiceClientError where error.isRefusal(.duplicateItem) {
      // Refused whole: all of its rows that stand in the way are named by their lines in the file.
      let places = try await upload.duplicates(octets)
      throw ListRefusedError(
        rows: places.filter(chunk.rows.indices.contains).flatMap { place in
          RejectedRow(inEarlierList: chunk.rows[place]).problems.map(ListFile.text)
        }, goodRows: nil)
    }
  }

  private mutating func rejectDuplicates(_ rejects: RejectsFile) async throws {
    var kept: [PaymentRow] = []
    kept.reserveCapacity(window.count)
    for start in stride(from: 0, to: window.count, by: ListUpload.chunkRows) {
      let chunk = Array(window[start..<min(start + ListUpload.chunkRows, window.count)])
      let places = Set(try await upload.duplicates(Self.octets(chunk)))
      for (place, row) in chunk.enumerated() {
        if places.contains(place) {
          try rejects.append(RejectedRow(inEarlierList: row))
        } else {
          kept.append(row)
        }
      }
    }
    window = kept
  }

  private static func octets(_ rows: [PaymentRow]) -> [UInt8] {
    var octets: [UInt8] = []
    octets.reserveCapacity(rows.count * 128)
    for row in rows { row.appendCSV(to: &octets) }
    return octets
  }
}
