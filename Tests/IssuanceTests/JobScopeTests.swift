import CardApplication
import CardTestSupport
import CentreTestSupport
import Synchronization
import Testing

@testable import Issuance

/// An office that was national when a job was opened and sees one province now.
@Suite("A job of several provinces in an office that sees one")
struct JobScopeTests {
  private static let provinces = ["01", "19", "79", "79"]

  private static func person(_ number: Int) -> Applicant {
    var person = TestCentre.applicant(number)
    person.province = provinces[number - 1]
    // Can't be put on a card: a defect.
    if number == 2 || number == 4 { person.name = String(repeating: "ễ", count: 43) }
    return person
  }

  private static func open(_ centre: TestCentre) throws -> (Office, Job) {
    let office = try centre.office()
    try office.store.takeMatched((1...4).map(person))
    return (office, try office.store.openJob("", actor: "lan", time: TestClock.start))
  }

  private static func see(_ province: String?, _ store: OfficeStore) throws {
    try store.setScope(province, actor: "lan", reason: "thử", time: TestClock.start)
  }

  @Test("Only its own people's cards are made; the others stay in the job and are no defects")
  func personalised() async throws {
    try await TestCentre.run { centre in
      let (office, job) = try Self.open(centre)
      try Self.see("79", office.store)
      let counts = try await JobTests.run(job, office, centre, [JobDesk()])
      #expect(counts.good == 1 && counts.defects == 1 && counts.left == 2 && counts.outside == 2 && counts.open == 0)
      #expect(counts.reconcile && counts.begun == 1)
      #expect(try office.store.goodCards(inJob: job.id).map(\.holder) == [Self.person(3)])
      // The national office goes on with those who are left.
      try Self.see(nil, office.store)
      let all = try await JobTests.run(job, office, centre, [JobDesk()])
      #expect(all.good == 2 && all.defects == 2 && all.left == 0 && all.outside == 0 && all.reconcile)
    }
  }

  @Test("Cards, defects and scrap of other provinces' people are not shown")
  func lists() async throws {
    try await TestCentre.run { centre in
      let (office, job) = try Self.open(centre)
      _ = try await JobTests.run(job, office, centre, [JobDesk(cut: JobDesk.Cut(apdu: 5, afterCard: true))])
      #expect(try office.store.goodCards(inJob: job.id).count == 2 && office.store.defects(inJob: job.id).count == 2)
      #expect(try office.store.scrapped(inJob: job.id).map(\.position) == [1])
      try Self.see("79", office.store)
      #expect(try office.store.goodCards(inJob: job.id).map(\.holder.province) == ["79"])
      #expect(try office.store.defects(inJob: job.id).map(\.item.applicant.province) == ["79"])
      #expect(try office.store.scrapped(inJob: job.id).isEmpty)
      // What desks keep of them is swept all the same.
      #expect(try office.store.scrappedNumbers(inJob: job.id).count == 1)
    }
  }

  @Test("The scope is changed while the job runs: who is not seen any more stays in it")
  func meanwhile() async throws {
    try await TestCentre.run { centre in
      let (office, job) = try Self.open(centre)
      let desk = ScopingDesk { try Self.see("79", office.store) }
      let work = try IssuingJob(job.id, office: office, folder: centre.folder + "/office") { TestClock.start }
      let counts = try await work.run([desk]) { _ in }
      #expect(counts.good == 1 && counts.left == 2 && counts.outside == 2 && counts.defects == 1 && counts.reconcile)
      #expect(try office.store.defects(inJob: job.id).map(\.item.position) == [4])
    }
  }

  @Test("Of a possible twin in another province there is the province and a masked number, nothing else")
  func twin() throws {
    let scratch = try ScratchFolder()
    let store = try OfficeStore(folder: scratch.path)
    var (first, second) = (TestCentre.applicant(1), TestCentre.applicant(2))
    (second.name, first.province, second.province) = (first.name, "01", "79")
    defer { withExtendedLifetime(scratch) {} }
    try store.take([first, second])
    let seen = try #require(try store.workList(kind: .twin).first?.other)
    #expect(seen.entry?.person == first)
    try Self.see("79", store)
    let other = try #require(try store.workList(kind: .twin).first?.other)
    #expect(other.entry == nil && other.province == "01")
    #expect(other.maskedPersonalID == "********" + first.personalID.suffix(4))
  }
}

/// A desk at whose first card something else happens.
private final class ScopingDesk: PersonalisationDesk {
  let name = "desk"
  private let base = JobDesk()
  private let meanwhile: @Sendable () throws -> Void
  private let isDone = Mutex(false)

  init(_ meanwhile: @escaping @Sendable () throws -> Void) { self.meanwhile = meanwhile }

  func withCard(_ body: @escaping @Sendable (DeskCard) async throws -> Bool) async throws -> Bool {
    if !isDone.withLock({ isDone in
      defer { isDone = true }
      return isDone
    }) {
      try meanwhile()
    }
    return try await base.withCard(body)
  }
}
