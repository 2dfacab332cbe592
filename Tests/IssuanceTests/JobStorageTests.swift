import CardApplication
import CentreTestSupport
import GRDB
import ISO7816
import LedgerStore
import SoftCard
import Synchronization
import Testing

@testable import Issuance

/// The disk is full: SQLite's own error, at each thing that a job writes of a card.
@Suite("A personalisation job on a full disk")
struct JobStorageTests {
  /// What can't be written.
  enum Write: String, CaseIterable {
    case begun, printing, good, scrapped
  }

  /// Leaves not one octet of room where a job's journal is written.
  private static func fill(_ store: OfficeStore) throws {
    try store.queue.inDatabase { db in
      let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
      try db.execute(sql: "PRAGMA max_page_count = \(pages)")
      let insert = try db.makeStatement(sql: "INSERT INTO job_entry VALUES (NULL, 0, 0, '', 'begun', '', '', '', 0)")
      let end = #expect(throws: DatabaseError.self) { while true { try insert.execute() } }
      #expect(end?.resultCode == .SQLITE_FULL)
    }
  }

  private static func mend(_ store: OfficeStore) throws {
    try store.queue.inDatabase { db in
      try db.execute(sql: "PRAGMA max_page_count = 1073741823; DELETE FROM job_entry WHERE job = 0")
    }
  }

  private static func isFull(_ error: any Error) -> Bool {
    switch error {
    case let error as DatabaseError: error.resultCode == .SQLITE_FULL
    case JobStop.storage(let cause), PersonalisationError.notBegun(let cause): isFull(cause)
    default: false
    }
  }

  @Test("The job stops, nothing is half done, and the next run goes on", arguments: Write.allCases)
  func full(_ write: Write) async throws {
    try await TestCentre.run { centre in
      let (office, job) = try JobTests.open(centre, people: 3)
      let folder = centre.folder + "/office"
      let scene = FullDisk(write) { try Self.fill(office.store) }
      let work = try IssuingJob(job.id, office: office, folder: folder, printer: scene) { TestClock.start }
      await #expect { _ = try await work.run([scene]) { _ in } } throws: { Self.isFull($0) }
      // Paper with secrets only when it is written down that there may be some.
      #expect(scene.printed == (write == .good ? 1 : 0))
      try Self.mend(office.store)
      let stopped = try office.store.counts(ofJob: job.id)
      #expect(stopped.reconcile && stopped.good == 0 && stopped.left == 3)
      #expect(stopped.begun == (write == .begun ? 0 : 1) && stopped.inWork == stopped.begun)
      let again = try IssuingJob(job.id, office: office, folder: folder, printer: SilentPrinter()) { TestClock.start }
      #expect(again.interrupted == stopped.inWork)
      let counts = try await again.run([JobDesk()]) { _ in }
      #expect(counts.good == 3 && counts.reconcile && counts.scrapped == stopped.begun && counts.inWork == 0)
      // How far it had come: from “printing” on there may be a slip to destroy.
      let last: [Write: String] = [.printing: "begun", .good: "printing", .scrapped: "begun"]
      #expect(try office.store.scrapped(inJob: job.id).map(\.detail) == last[write].map { [$0] } ?? [])
      #expect(try await centre.store.counts().cards == 3)
    }
  }
}

/// A desk and a printer between which the disk becomes full, once.
private final class FullDisk: PersonalisationDesk, CardPrinter {
  let name = "full disk"
  private let write: JobStorageTests.Write
  private let fill: @Sendable () throws -> Void
  private let isFull = Mutex(false)
  private let papers = Mutex(0)

  init(_ write: JobStorageTests.Write, fill: @escaping @Sendable () throws -> Void) {
    (self.write, self.fill) = (write, fill)
  }

  var printed: Int { papers.withLock { $0 } }

  fileprivate func becomesFull(before next: JobStorageTests.Write) throws {
    guard next == write, !isFull.withLock({ $0 }) else { return }
    try fill()
    isFull.withLock { $0 = true }
  }

  func withCard(_ body: @escaping @Sendable (DeskCard) async throws -> Bool) async throws -> Bool {
    _ = try await body(
      DeskCard(channel: Channel(base: SoftCardChannel(try SoftCard(storage: TestStorage())), disk: self)))
    return true
  }

  func print(
    _ card: PersonalisedCard, _ holder: Applicant, _ order: PersonalisationOrder, _ profile: CardProfile
  ) async throws {
    papers.withLock { $0 += 1 }
    try becomesFull(before: .good)
  }

  private struct Channel: CardChannel {
    let base: SoftCardChannel
    let disk: FullDisk

    func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
      do {
        switch command.ins {
        case 0xA4: try disk.becomesFull(before: .begun)
        case 0xF0: try disk.becomesFull(before: .printing)
        case 0xE2 where disk.write == .scrapped:
          try disk.becomesFull(before: .scrapped)
          throw CardChannelError.cardLost(.removed)
        default: break
        }
      } catch {
        throw .cardLost(.removed)
      }
      return try await base.transmit(command)
    }
  }
}
