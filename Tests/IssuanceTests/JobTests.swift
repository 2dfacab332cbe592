import CardApplication
import CardCrypto
import CardTerminal
import CentreTestSupport
import ISO7816
import LedgerStore
import SecureChannel
import SoftCard
import Synchronization
import Testing

@testable import Issuance

@Suite("Personalisation jobs")
struct JobTests {
  static func people(_ count: Int) -> [Applicant] { (1...count).map { TestCentre.applicant($0) } }

  /// An office with people who wait, and a job of them all.
  static func open(_ centre: TestCentre, people count: Int) throws -> (Office, Job) {
    let office = try centre.office()
    try office.store.takeMatched(people(count))
    return (office, try office.store.openJob("đợt 1", actor: "lan", time: TestClock.start))
  }

  static func run(_ job: Job, _ office: Office, _ centre: TestCentre, _ desks: [JobDesk]) async throws -> JobCounts {
    let work = try IssuingJob(job.id, office: office, folder: centre.folder + "/office") { TestClock.start }
    return try await work.run(desks) { _ in }
  }

  @Test("Ten people at three desks: everybody has one card, the counts reconcile, the centre has them all")
  func several() async throws {
    try await TestCentre.run { centre in
      let (office, job) = try Self.open(centre, people: 10)
      let desks = (1...3).map { JobDesk("desk \($0)") }
      let counts = try await Self.run(job, office, centre, desks)
      #expect(
        counts
          == JobCounts(
            taken: 10, good: 10, left: 0, defects: 0, withdrawn: 0, erased: 0, begun: 10, scrapped: 0, inWork: 0,
            outside: 0, isClosed: false))
      #expect(desks.reduce(0) { $0 + $1.piles.good.count } == 10)
      #expect(try await centre.store.counts().cards == 10)
      #expect(try office.store.counts().registered == 10)
    }
  }

  @Test("One person of a job is called for: one card is made, that person's, and the others wait on")
  func onePerson() async throws {
    try await TestCentre.run { centre in
      let (office, job) = try Self.open(centre, people: 5)
      let person = TestCentre.applicant(4)
      let work = try IssuingJob(
        job.id, office: office, folder: centre.folder + "/office", person: person.personalID
      ) { TestClock.start }
      let counts = try await work.run([JobDesk()]) { _ in }
      #expect(counts.reconcile && counts.good == 1 && counts.left == 4)
      #expect(try office.store.goodCards(inJob: job.id).map(\.holder.personalID) == [person.personalID])
    }
  }

  @Test("A card is pulled at every APDU, before and after the card saw it: one good card in the end, no half one")
  func pulled() async throws {
    try await TestCentre.run { centre in
      let office = try centre.office()
      let length = try await Self.apdusOfACard(centre, office)
      var person = 1
      var remade = 0
      for afterCard in [false, true] {
        for apdu in 0..<length {
          person += 1
          try office.store.takeMatched([TestCentre.applicant(person)])
          let job = try office.store.openJob("\(person)", actor: "lan", time: TestClock.start)
          let desk = JobDesk(cut: JobDesk.Cut(apdu: apdu, afterCard: afterCard))
          let counts = try await Self.run(job, office, centre, [desk])
          #expect(counts.reconcile && counts.good == 1 && counts.left == 0, "APDU \(apdu)")
          remade += try await Self.requireNoHalfCard(desk, office, job, centre)
        }
      }
      #expect(length <= 30, "APDUs of a card, read-back too")
      #expect(remade > length / 2, "most chips that were pulled become good cards")
      #expect(try office.store.counts().registered == person)
      #expect(try await centre.store.counts().cards == Int64(person))
    }
  }

  @Test("The process dies at every APDU: the next one gives the card up by name and makes another")
  func killed() async throws {
    try await TestCentre.run { centre in
      let office = try centre.office()
      let length = try await Self.apdusOfACard(centre, office)
      var person = 1
      for apdu in stride(from: 0, to: length, by: 1) {
        person += 1
        let applicant = TestCentre.applicant(person)
        try office.store.takeMatched([applicant])
        let job = try office.store.openJob("\(person)", actor: "lan", time: TestClock.start)
        let desk = JobDesk(cut: JobDesk.Cut(apdu: apdu, afterCard: apdu % 2 == 0))
        // What a process that is gone has left: the failure is never handled.
        let item = try #require(try office.store.jobItems(job.id, after: 0, limit: 1).first)
        let place = JobPlace(job: job.id, position: item.position, desk: desk.name)
        _ = try await desk.withCard { card in
          _ = try? await office.make(item, place, on: card, printer: nil)
          return false
        }
        let begun = try office.store.counts(ofJob: job.id)
        let work = try IssuingJob(job.id, office: try centre.office(), folder: centre.folder + "/office") {
          TestClock.start
        }
        #expect(work.interrupted == begun.inWork)
        let counts = try await work.run([desk]) { _ in }
        #expect(counts.reconcile && counts.good == 1, "APDU \(apdu)")
        #expect(counts.scrapped >= begun.inWork)
        if begun.inWork > 0 {
          #expect(try office.store.scrapped(inJob: job.id).first?.reason == .interrupted)
        }
        _ = try await Self.requireNoHalfCard(desk, office, job, centre)
      }
    }
  }

  /// APDUs of one card, made for person 1.
  private static func apdusOfACard(_ centre: TestCentre, _ office: Office) async throws -> Int {
    try office.store.takeMatched([TestCentre.applicant(1)])
    let job = try office.store.openJob("1", actor: "lan", time: TestClock.start)
    let desk = JobDesk()
    _ = try await run(job, office, centre, [desk])
    return desk.apdus
  }

  /// Each chip on the desk's piles is the person's one good card, or fresh enough to be made again, or bears a number
  /// that nobody will ever be paid by.
  ///
  /// - Returns: 1 when the good card is the chip that was pulled.
  private static func requireNoHalfCard(
    _ desk: JobDesk, _ office: Office, _ job: Job, _ centre: TestCentre
  ) async throws -> Int {
    let piles = desk.piles
    #expect(piles.good.count == 1)
    let good = try #require(piles.good.first)
    let scrapped = Set(try office.store.scrapped(inJob: job.id).map(\.number))
    for number in scrapped {
      let answer = try await centre.get("/v1/cards/\(number)/payable")
      #expect(answer.status == 404, "a scrapped number is unknown at the centre")
    }
    #expect(try await SoftCard(storage: good).isDelivered)
    for chip in piles.scrapped where chip !== good {
      let card = try SoftCard(storage: chip)
      // Either nobody can open it, or its number is among those that were given up.
      guard await card.isDelivered else {
        await #expect(throws: CardSessionError.self) {
          _ = try await CardSession.open(SoftCardChannel(card), .can, password: SecretBytes(Array("123456".utf8)))
        }
        continue
      }
      #expect(!scrapped.isEmpty)
    }
    return piles.scrapped.contains { $0 === good } ? 1 : 0
  }
}
