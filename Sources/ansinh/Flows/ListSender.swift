import Benefits
import PayoutPoint
import ServiceAPI
import VietnamReference

/// Sends the good rows of a list file in chunks.
///
/// Rows go in windows, each in the order of personal IDs: the centre's index of them is then written page by page
/// instead of a page for each row, which makes a long list twice as fast. Places in the list count the rows as sent.
struct ListSender {
  /// Rows of one window, some 15 MB; one is on its way while the next is being read.
  private static let windowRows = 100_000
  /// Chunks on their way at once: one is being written while the next is being read and checked.
  private static let inFlight = 3

  /// Problems told at most; the others are counted.
  private static let shownProblems = 200

  let upload: ListUpload
  /// Looks for rows of earlier lists before sending, and rejects them.
  let takesDuplicatesOut: Bool
  private let options: PaymentList.Options
  private let onSent: @Sendable (Int) -> Void
  /// What was sent, by unit and funder.
  private(set) var purses = ListPurses()
  private var window = ListWindow(capacity: windowRows)
  private var sending: Task<Void, any Error>?

  init(
    upload: ListUpload, takesDuplicatesOut: Bool, options: PaymentList.Options,
    onSent: @escaping @Sendable (Int) -> Void
  ) {
    self.upload = upload
    self.takesDuplicatesOut = takesDuplicatesOut
    self.options = options
    self.onSent = onSent
  }

  /// Sends every good row; the others go to `rejects`. When this returns or throws, nothing is on its way any more.
  mutating func send(_ file: ListFile, _ rejects: RejectsFile) async throws {
    var sender = self
    do {
      try await file.read { row in
        if sender.window.isFull(before: row) { try await sender.flush(rejects) }
        sender.window.append(row, purse: sender.purses.number(row))
      } onReject: {
        try rejects.append($0)
      }
      try await sender.flush(rejects)
      try await sender.sending?.value
    } catch {
      sender.sending?.cancel()
      _ = await sender.sending?.result
      throw error
    }
    self = sender
  }

  /// Puts what is bad, or in other lists, among the rejects; sends nothing.
  mutating func rejectOnly(_ file: ListFile, _ rejects: RejectsFile) async throws {
    var sender = self
    try await file.read { row in
      if sender.window.isFull(before: row) { try await sender.rejectWindow(rejects) }
      sender.window.append(row, purse: sender.purses.number(row))
    } onReject: {
      try rejects.append($0)
    }
    try await sender.rejectWindow(rejects)
  }

  private mutating func rejectWindow(_ rejects: RejectsFile) async throws {
    var full = window
    window = ListWindow(capacity: Self.windowRows)
    try await rejectDuplicates(&full, rejects)
  }

  /// Hands the window over to be sent, once the one before it has arrived.
  private mutating func flush(_ rejects: RejectsFile) async throws {
    var full = window
    window = ListWindow(capacity: Self.windowRows)
    full.sort()
    if takesDuplicatesOut { try await rejectDuplicates(&full, rejects) }
    let first = purses.rows + 1
    full.forEach { purses.add($0, $1) }
    try await sending?.value
    let (upload, options, onSent, rows) = (upload, options, onSent, full)
    sending = Task { try await Self.send(rows, first: first, upload, options, onSent) }
  }

  private static func send(
    _ window: ListWindow, first: Int, _ upload: ListUpload, _ options: PaymentList.Options,
    _ onSent: @Sendable (Int) -> Void
  ) async throws {
    do {
      try await withThrowingTaskGroup(of: Int.self) { group in
        for (index, places) in Self.chunks(window).enumerated() {
          if index >= inFlight, let count = try await group.next() { onSent(count) }
          group.addTask {
            try await upload.send(window.csv(places), first: first + places.lowerBound).items
          }
        }
        for try await count in group { onSent(count) }
      }
    } catch let error as ServiceClientError
      where error.isRefusal(.duplicateItem) || error.isRefusal(.programmeExcluded)
      || error.isRefusal(.monthOverRule)
    {
      let refused = try await duplicates(in: window, upload, options)
      // What contradicts a row of its own chunk is told by the centre alone.
      throw refused.rows.isEmpty ? error as any Error : refused
    }
  }

  /// Everything of the window that stands in the way, by its lines in the file.
  private static func duplicates(
    in window: ListWindow, _ upload: ListUpload, _ options: PaymentList.Options
  ) async throws -> ListRefusedError {
    var rejects: [RejectedRow] = []
    for places in chunks(window) {
      for (place, claim) in try await upload.duplicates(window.csv(places)) where (0..<places.count).contains(place) {
        if let reject = window.rejected(places.lowerBound + place, by: claim, options) { rejects.append(reject) }
      }
    }
    let problems = rejects.sorted { $0.line < $1.line }.flatMap(\.problems)
    return ListRefusedError(
      rows: problems.prefix(shownProblems).map(ListRow.init), more: max(0, problems.count - shownProblems),
      remedyIsToAcceptValid: true)
  }

  private static func chunks(_ window: ListWindow) -> [Range<Int>] { window.chunks(of: ListUpload.chunkRows) }

  private func rejectDuplicates(_ window: inout ListWindow, _ rejects: RejectsFile) async throws {
    var duplicates: Set<Int> = []
    for places in Self.chunks(window) {
      for (place, claim) in try await upload.duplicates(window.csv(places)) where (0..<places.count).contains(place) {
        guard let reject = window.rejected(places.lowerBound + place, by: claim, options) else { continue }
        try rejects.append(reject)
        duplicates.insert(places.lowerBound + place)
      }
    }
    window.remove(duplicates)
  }
}
