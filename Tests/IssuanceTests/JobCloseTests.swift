import CardApplication
import CardTestSupport
import CentreTestSupport
import GRDB
import Synchronization
import Testing

@testable import Issuance

@Suite("Closing a personalisation job")
struct JobCloseTests {
  /// An office with a job in which a process that is gone has left a printed card in work.
  private static func cutOff(_ centre: TestCentre, people: Int) async throws -> (Office, Job) {
    let (office, job) = try JobTests.open(centre, people: people)
    let desk = JobDesk()
    let item = try #require(try office.store.jobItems(job.id, after: 0, limit: 1).first)
    _ = try await desk.withCard { card in
      let lost = DeskCard(channel: card.channel) { _ in throw JobDesk.Pulled() }
      _ = try? await office.make(
        item, JobPlace(job: job.id, position: item.position, desk: desk.name), on: lost, printer: SilentPrinter())
      return false
    }
    #expect(try office.store.counts(ofJob: job.id).inWork == 1)
    return (office, job)
  }

  @Test("What a killed run had in work is given up by name when its job is closed, and the person waits on")
  func cardsInWork() async throws {
    try await TestCentre.run { centre in
      let (office, job) = try await Self.cutOff(centre, people: 3)
      let swept = Mutex<[String]>([])
      let given = try IssuingJob.close(
        job.id, office.store, folder: centre.folder + "/office", actor: "lan", time: TestClock.start
      ) { numbers in swept.withLock { $0 = numbers } }
      let counts = try office.store.counts(ofJob: job.id)
      #expect(given == 1 && counts.inWork == 0 && counts.scrapped == 1 && counts.withdrawn == 3 && counts.reconcile)
      let scrapped = try office.store.scrapped(inJob: job.id)
      #expect(scrapped.map(\.reason) == [.interrupted] && scrapped.map(\.detail) == ["printing"])
      #expect(swept.withLock { $0 } == scrapped.map(\.number))
      #expect(try office.store.waiting().count == 3)
    }
  }

  @Test("A job that was closed with a card in work does not reconcile, and closing it puts it in order")
  func closedTooEarly() async throws {
    try await TestCentre.run { centre in
      let (office, job) = try await Self.cutOff(centre, people: 2)
      try office.store.closeJob(job.id, actor: "lan", time: TestClock.start)
      #expect(try !office.store.counts(ofJob: job.id).reconcile)
      let folder = centre.folder + "/office"
      try IssuingJob.close(job.id, office.store, folder: folder, actor: "lan", time: TestClock.start)
      let counts = try office.store.counts(ofJob: job.id)
      #expect(counts.inWork == 0 && counts.scrapped == 1 && counts.reconcile)
      #expect(throws: JobError.closed(job.id)) {
        try IssuingJob.close(job.id, office.store, folder: folder, actor: "lan", time: TestClock.start)
      }
    }
  }

  @Test(
    "A place that is taken out behind the office's back, or put in, does not go unnoticed",
    arguments: [
      "DELETE FROM job_item WHERE position = 2",
      "INSERT INTO job_item SELECT job, 9, person, 'withdrawn', '' FROM job_item WHERE position = 1",
      "DELETE FROM job_card WHERE state = 'good'", "UPDATE job SET closed_at = 1",
    ])
  func tampered(_ sql: String) async throws {
    try await TestCentre.run { centre in
      let (office, job) = try JobTests.open(centre, people: 4)
      let work = try IssuingJob(job.id, office: office, folder: centre.folder + "/office", limit: 1) { TestClock.start }
      let counts = try await work.run([JobDesk()]) { _ in }
      #expect(counts.good == 1 && counts.left == 3 && counts.reconcile)
      try await office.store.queue.write { db in try db.execute(sql: sql) }
      #expect(try !office.store.counts(ofJob: job.id).reconcile)
    }
  }

  @Test("A job of an earlier version, with a person erased since, reconciles after the migration")
  func migrated() throws {
    let scratch = try ScratchFolder()
    let store = try OfficeStore(folder: scratch.path)
    try store.takeMatched(JobTests.people(3))
    let job = try store.openJob("", actor: "lan", time: 1)
    try store.queue.write { db in
      try db.execute(sql: "DELETE FROM job_item WHERE position = 2; ALTER TABLE job DROP COLUMN erased")
      try db.execute(sql: "DELETE FROM grdb_migrations WHERE identifier = '10 erased places'")
    }
    let counts = try OfficeStore(folder: scratch.path).counts(ofJob: job.id)
    #expect(counts.taken == 3 && counts.left == 2 && counts.erased == 1 && counts.reconcile)
  }

  @Test("A job that somebody works on is not closed")
  func busy() async throws {
    try await TestCentre.run { centre in
      let (office, job) = try JobTests.open(centre, people: 1)
      let folder = centre.folder + "/office"
      let work = try IssuingJob(job.id, office: office, folder: folder) { TestClock.start }
      #expect(throws: JobError.busy(job.id)) {
        try IssuingJob.close(job.id, office.store, folder: folder, actor: "lan", time: TestClock.start)
      }
      #expect(try office.store.job(job.id).closedAt == nil)
      let counts = try await work.run([JobDesk()]) { _ in }
      #expect(counts.good == 1 && counts.reconcile)
      try IssuingJob.close(job.id, office.store, folder: folder, actor: "lan", time: TestClock.start)
      #expect(throws: JobError.noSuchJob(9)) {
        try IssuingJob.close(9, office.store, folder: folder, actor: "lan", time: TestClock.start)
      }
    }
  }
}

/// Prints nothing, successfully.
struct SilentPrinter: CardPrinter {
  func print(
    _ card: PersonalisedCard, _ holder: Applicant, _ order: PersonalisationOrder, _ profile: CardProfile
  ) async throws {}
}
