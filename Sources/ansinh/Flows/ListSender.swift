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
        sender.window.append(row, purse: sender.purses.number(row))
        if sender.window.isFull { try await sender.flush(rejects) }
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
    try await withThrowingTaskGroup(of: Int.self) { group in
      for (index, places) in Self.chunks(window).enumerated() {
        if index >= inFlight, let count = try await group.next() { onSent(count) }
        group.addTask {
          try await Self.send(places, of: window, first: first + places.lowerBound, upload, options)
        }
      }
      for try await count in group { onSent(count) }
    }
  }

  private static func chunks(_ window: ListWindow) -> [Range<Int>] {
    stride(from: 0, to: window.count, by: ListUpload.chunkRows).map {
      $0..<min($0 + ListUpload.chunkRows, window.count)
    }
  }

  private static func send(
    _ places: Range<Int>, of window: ListWindow, first: Int, _ upload: ListUpload, _ options: PaymentList.Options
  ) async throws -> Int {
    let csv = window.csv(places)
    do {
      return try await upload.send(csv, first: first).items
    } catch let error as ServiceClientError where error.isRefusal(.duplicateItem) {
      // Refused whole: all of its rows that stand in the way are named by their lines in the file.
      let duplicates = try await upload.duplicates(csv).filter { (0..<places.count).contains($0) }
      throw ListRefusedError(
        rows: duplicates.flatMap { place in
          (window.rejected(places.lowerBound + place, options)?.problems ?? []).map(ListRow.init)
        }, remedyIsToAcceptValid: true)
    }
  }

  private func rejectDuplicates(_ window: inout ListWindow, _ rejects: RejectsFile) async throws {
    var duplicates: Set<Int> = []
    for places in Self.chunks(window) {
      for place in try await upload.duplicates(window.csv(places)) where (0..<places.count).contains(place) {
        guard let reject = window.rejected(places.lowerBound + place, options) else { continue }
        try rejects.append(reject)
        duplicates.insert(places.lowerBound + place)
      }
    }
    window.remove(duplicates)
  }
}
