public import CardApplication
import CardCrypto
import Synchronization

/// What happens in a job, as it happens.
public enum JobEvent: Sendable {
  /// A card is made, read back and printed. `failure` tells why the centre does not have it yet.
  case good(CardNumber, registrationFailure: (any Error)?)
  /// A begun card was given up; the person waits on.
  case scrapped(CardNumber, ScrapReason, detail: String, desk: String)
  /// A card was not begun at all: it is no fresh card of this scheme, or it does not answer.
  case notBegun(detail: String, desk: String)
  /// No card can be made from a person's data, or two chips would not take them; why, as the journal has it.
  case defect(JobItem, reason: String)
  /// A desk works no more: its reader failed with an error, or too many cards in a row went wrong there.
  case deskStopped(desk: String, after: (any Error)?)
}

/// Why a job stopped before its end. What is made stays made; run it again when the cause is gone.
public enum JobStop: Error, Sendable {
  /// Two chips in a row did not have the keys that they should have: another box of cards, or other keys. Going on
  /// would use up their tries.
  case wrongKeys
  /// The office's keys can't be used: the token is gone, for example.
  case keys(any Error)
  /// The office's database or the card's own store can't be written: the disk is full, for example.
  case storage(any Error)
  /// What has to be printed is not printed.
  case printer(any Error)
  /// Every desk stopped.
  case noDesk
}

/// Makes the cards of a job at several desks.
///
/// One process works on a job at a time. Whatever stops it (a fault, a kill, a power failure), the next run first gives
/// up the cards that were in work, each by name, and goes on with the people who are left.
public actor IssuingJob {
  /// Failures in a row after which a desk is left alone.
  public static let failuresInARow = 3
  /// Chips that may refuse one person's data in a run; then it is taken to be the data.
  public static let chipsPerPerson = 2

  /// The job's number.
  public nonisolated let id: Int64
  /// Cards of an earlier run that were in work when that ended, and are given up.
  public nonisolated let interrupted: Int

  private let office: Office
  private let printer: (any CardPrinter)?
  private let lock: JobLock
  private let clock: @Sendable () -> Int64
  /// The one person to make a card for; `nil` for everybody.
  private let person: String?
  private var queue: [JobItem] = []
  private var lastPosition: Int64 = 0
  /// Places whose card was given up and that come again at the end.
  private var again: [JobItem] = []
  /// Chips that would not take a person's data in this run, by the place.
  private var refusing: [Int64: Set<[UInt8]>] = [:]
  private var remaining: Int
  private var lastWrongKeys: [UInt8]?
  private var stop: JobStop?

  /// Takes the job for this process and gives up what an earlier run left in work.
  ///
  /// - Parameters:
  ///   - person: personal ID of the one person to make a card for; `nil` for everybody.
  ///   - limit: most cards to begin.
  /// - Throws: ``JobError/busy(_:)``, ``JobError/closed(_:)``, ``JobError/noSuchJob(_:)``, or the database's error.
  public init(
    _ id: Int64, office: Office, folder: String, person: String? = nil, limit: Int = .max,
    printer: (any CardPrinter)? = nil,
    clock: @escaping @Sendable () -> Int64
  ) throws {
    guard try office.store.job(id).closedAt == nil else { throw JobError.closed(id) }
    lock = try JobLock(folder: folder, job: id)
    // Again: whoever held it may have closed it.
    guard try office.store.job(id).closedAt == nil else { throw JobError.closed(id) }
    interrupted = try office.store.scrapInterrupted(job: id, time: clock())
    self.id = id
    self.office = office
    self.person = person
    self.printer = printer
    self.clock = clock
    remaining = limit
  }

  /// Works at `desks` until nobody is left, no more cards come, or something stops the job.
  ///
  /// - Returns: the job's counts.
  /// - Throws: ``JobStop`` or `CancellationError`; what is made stays made.
  public func run(
    _ desks: [any PersonalisationDesk], report: @escaping @Sendable (JobEvent) async throws -> Void
  ) async throws -> JobCounts {
    // Not when this object happens to go: the next run may begin at once.
    defer { lock.release() }
    let ended = try await withThrowingTaskGroup(of: DeskEnd.self) { group in
      for desk in desks { group.addTask { try await self.work(desk, report) } }
      var ends: [DeskEnd] = []
      for try await end in group { ends.append(end) }
      return ends
    }
    if let stop { throw stop }
    if ended.allSatisfy({ $0 == .failing }), try office.store.counts(ofJob: id).open > 0 { throw JobStop.noDesk }
    return try office.store.counts(ofJob: id)
  }

  /// Removes, by `sweep`, what desks keep of cards that were given up in the job; it gets their 16-digit numbers.
  public nonisolated func sweep(_ sweep: (_ scrapped: [String]) throws -> Void) throws {
    try sweep(try office.store.scrappedNumbers(inJob: id))
  }

  /// Closes a job: gives up the cards that a run which was cut off had in work, by name, then whoever is left waits for
  /// another job. Its lock file goes.
  ///
  /// A job that was closed with cards in work is put in order.
  ///
  /// - Parameter sweep: removes what desks keep of cards that were given up, of these 16-digit numbers.
  /// - Returns: how many cards were in work.
  /// - Throws: ``JobError/busy(_:)``, ``JobError/closed(_:)``, ``JobError/noSuchJob(_:)``, or the database's error.
  @discardableResult
  public static func close(
    _ id: Int64, _ store: OfficeStore, folder: String, actor: String, time: Int64,
    sweep: (_ scrapped: [String]) throws -> Void = { _ in }
  ) throws -> Int {
    _ = try store.job(id)
    let lock = try JobLock(folder: folder, job: id)
    defer { lock.release() }
    let interrupted = try store.scrapInterrupted(job: id, time: time)
    try sweep(try store.scrappedNumbers(inJob: id))
    let isClosed = try store.job(id).closedAt != nil
    if !isClosed { try store.closeJob(id, actor: actor, time: time) }
    // While it is held: nobody else has it, and who opens it from here on finds the job closed.
    JobLock.remove(folder: folder, job: id)
    guard !isClosed || interrupted > 0 else { throw JobError.closed(id) }
    return interrupted
  }

  /// What a card at a desk came to.
  fileprivate enum CardEnd {
    case good
    case failed
    /// The person was in the way, not the card or the desk.
    case setAside
  }

  private enum DeskEnd {
    case nobodyLeft
    case noMoreCards
    case failing
  }

  private func work(
    _ desk: any PersonalisationDesk, _ report: @escaping @Sendable (JobEvent) async throws -> Void
  ) async throws -> DeskEnd {
    var failures = 0
    while stop == nil, let item = try next() {
      try Task.checkCancellation()
      let outcome = Outcome()
      do {
        let wasLent = try await desk.withCard { card in
          outcome.hasBegun = true
          do {
            outcome.end = try await self.make(item, card, desk, report)
          } catch {
            outcome.fault = error
            throw error
          }
          return outcome.end == .good
        }
        guard wasLent else {
          giveBack(item)
          return .noMoreCards
        }
      } catch {
        if !outcome.hasBegun { giveBack(item) }
        // The other desks go on when a reader is gone; a fault of the office's own is everybody's.
        if error is CancellationError || outcome.fault != nil { throw error }
        try await report(.deskStopped(desk: desk.name, after: error))
        return .failing
      }
      switch outcome.end {
      case .good: failures = 0
      case .failed: failures += 1
      // Says nothing of the desk.
      case .setAside: break
      }
      if failures == Self.failuresInARow {
        try await report(.deskStopped(desk: desk.name, after: nil))
        return .failing
      }
    }
    return .nobodyLeft
  }

  /// One card. What goes wrong with one is told and the next is made, unless it would go wrong with that too.
  private func make(
    _ item: JobItem, _ card: DeskCard, _ desk: any PersonalisationDesk,
    _ report: @Sendable (JobEvent) async throws -> Void
  ) async throws -> CardEnd {
    let place = JobPlace(job: id, position: item.position, desk: desk.name)
    let made: PersonalisedCard
    do throws(MakingFailure) {
      made = try await office.make(item, place, on: card, printer: printer)
    } catch {
      return try await handle(error, item, place, report)
    }
    lastWrongKeys = nil
    var failure: (any Error)?
    do {
      try await office.register(made.cardNumber)
    } catch {
      failure = error
    }
    try await report(.good(made.cardNumber, registrationFailure: failure))
    return .good
  }

  private func handle(
    _ failure: MakingFailure, _ item: JobItem, _ place: JobPlace,
    _ report: @Sendable (JobEvent) async throws -> Void
  ) async throws -> CardEnd {
    // Somebody whom this office saw when the run began and does not see any more: left to another one.
    if failure.isOutsideScope { return .setAside }
    let isDefect = failure.isAboutThePerson || isRefusedAgain(failure, item)
    if isDefect {
      let isNoted: Bool
      do {
        isNoted = try office.store.markDefect(place, reason: failure.detail, time: clock())
      } catch {
        stop = stop ?? .storage(error)
        return .failed
      }
      if isNoted { try await report(.defect(item, reason: failure.detail)) }
    } else {
      again.append(item)
    }
    guard let number = failure.number else {
      consider(failure)
      if !isDefect { try await report(.notBegun(detail: failure.detail, desk: place.desk)) }
      return isDefect ? .setAside : .failed
    }
    do {
      try office.store.scrap(
        number, place, failure.reason, detail: failure.detail, isAuthenticated: failure.isAuthenticated, time: clock())
    } catch {
      // The card stays in work and is given up by the next run; this one can't write any more.
      stop = stop ?? .storage(error)
      return .failed
    }
    consider(failure)
    try await report(.scrapped(number, failure.reason, detail: failure.detail, desk: place.desk))
    return isDefect ? .setAside : .failed
  }

  /// Whether so many chips would not take this person's data that it is not the chips: one bad record must not use up a
  /// box of cards.
  private func isRefusedAgain(_ failure: MakingFailure, _ item: JobItem) -> Bool {
    guard failure.isRefusalOfData else { return false }
    refusing[item.position, default: []].insert(failure.serial)
    return (refusing[item.position]?.count ?? 0) >= Self.chipsPerPerson
  }

  /// Whether the next card would fail in the same way.
  private func consider(_ failure: MakingFailure) {
    switch failure.reason {
    case .keys: stop = stop ?? .keys(failure.error)
    case .notPrinted: stop = stop ?? .printer(failure.error)
    case .interrupted: stop = stop ?? .storage(failure.error)
    case .wrongKeys:
      if let last = lastWrongKeys, last != failure.serial { stop = stop ?? .wrongKeys }
      lastWrongKeys = failure.serial
    default: break
    }
  }

  /// The next person; `nil` when nobody is left, or as many cards were begun as were asked for.
  private func next() throws -> JobItem? {
    guard remaining > 0 else { return nil }
    if queue.isEmpty {
      queue = try office.store.jobItems(id, of: person, after: lastPosition, limit: 256).reversed()
      lastPosition = queue.first?.position ?? lastPosition
    }
    if queue.isEmpty, !again.isEmpty {
      queue = again.reversed()
      again = []
    }
    guard let item = queue.popLast() else { return nil }
    remaining -= 1
    return item
  }

  private func giveBack(_ item: JobItem) {
    queue.append(item)
    remaining += 1
  }
}

/// What became of one card at a desk.
private final class Outcome: Sendable {
  private let state = Mutex<(hasBegun: Bool, end: IssuingJob.CardEnd, fault: (any Error)?)>((false, .failed, nil))

  var hasBegun: Bool {
    get { state.withLock { $0.hasBegun } }
    set { state.withLock { $0.hasBegun = newValue } }
  }

  var end: IssuingJob.CardEnd {
    get { state.withLock { $0.end } }
    set { state.withLock { $0.end = newValue } }
  }

  var fault: (any Error)? {
    get { state.withLock { $0.fault } }
    set { state.withLock { $0.fault = newValue } }
  }
}
