import CardApplication
import CardCrypto
import CentreTestSupport
import Foundation
import GRDB
import ISO7816
import SecureChannel
import SoftCard
import Synchronization
import Testing

@testable import Issuance

/// A printer that jams after so many cards.
private final class TestPrinter: CardPrinter {
  struct Jam: Error {}

  private let state: Mutex<(room: Int, printed: [String])>

  init(room: Int) { state = Mutex((room, [])) }

  var printed: [String] { state.withLock { $0.printed } }

  func mend() { state.withLock { $0.room = .max } }

  func print(
    _ card: PersonalisedCard, _ holder: Applicant, _ order: PersonalisationOrder, _ profile: CardProfile
  ) async throws {
    try state.withLock { state in
      guard state.printed.count < state.room else { throw Jam() }
      state.printed.append(card.cardNumber.digits)
    }
  }
}

/// Chips whose answer to INITIALIZE UPDATE does not fit the office's keys.
private final class OtherBox: PersonalisationDesk {
  let name = "other box"
  private let chip: TestStorage?
  private let refuses: Bool
  private let state = Mutex<(served: Int, authentications: Int)>((0, 0))

  /// - Parameters:
  ///   - chip: the one chip that comes again and again; `nil` for fresh ones.
  ///   - refuses: the chips refuse INITIALIZE UPDATE instead, as some finished cards do.
  init(_ chip: TestStorage? = nil, refuses: Bool = false) {
    self.chip = chip
    self.refuses = refuses
  }

  var served: Int { state.withLock { $0.served } }
  /// INITIALIZE UPDATE commands that the chips have seen.
  var authentications: Int { state.withLock { $0.authentications } }

  func withCard(_ body: @escaping @Sendable (DeskCard) async throws -> Bool) async throws -> Bool {
    state.withLock { $0.served += 1 }
    let card = try SoftCard(storage: chip ?? TestStorage())
    _ = try await body(DeskCard(channel: Channel(base: SoftCardChannel(card), desk: self)))
    return true
  }

  private struct Channel: CardChannel {
    let base: SoftCardChannel
    let desk: OtherBox

    func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
      let response = try await base.transmit(command)
      guard command.ins == 0x50 else { return response }
      desk.state.withLock { $0.authentications += 1 }
      if desk.refuses { return ResponseAPDU(data: [], status: .conditionsNotSatisfied) }
      var data = response.data
      // In the cryptogram, behind serial, key information and challenge.
      if data.count > 25 { data[25] ^= 1 }
      return ResponseAPDU(data: data, status: response.status)
    }
  }
}

/// A budget that ends after so many sessions.
private final class EndingBudget: SessionBudget {
  private let room: Mutex<Int>

  init(_ room: Int) { self.room = Mutex(room) }

  func take(serial: [UInt8], job: String) throws(SessionBudgetError) {
    try room.withLock { (room) throws(SessionBudgetError) in
      guard room > 0 else { throw .job(job, limit: 0) }
      room -= 1
    }
  }

  func hasTaken(serial: [UInt8]) -> Bool { true }
}

@Suite("Personalisation jobs: faults")
struct JobFaultTests {
  private static func run(
    _ job: Job, _ office: Office, _ centre: TestCentre, _ desk: any PersonalisationDesk, limit: Int = .max,
    printer: (any CardPrinter)? = nil
  ) async throws -> JobCounts {
    let work = try IssuingJob(
      job.id, office: office, folder: centre.folder + "/office", limit: limit, printer: printer
    ) { TestClock.start }
    return try await work.run([desk]) { _ in }
  }

  @Test("The printer jams: the job stops, that card is given up, the next run prints the others, each once")
  func jam() async throws {
    try await TestCentre.run { centre in
      let (office, job) = try JobTests.open(centre, people: 5)
      let printer = TestPrinter(room: 2)
      await #expect {
        _ = try await Self.run(job, office, centre, JobDesk(triesAgain: false), printer: printer)
      } throws: {
        if case JobStop.printer(let error) = $0 { error is TestPrinter.Jam } else { false }
      }
      let stopped = try office.store.counts(ofJob: job.id)
      #expect(stopped.good == 2 && stopped.scrapped == 1 && stopped.left == 3 && stopped.reconcile)
      #expect(try office.store.scrapped(inJob: job.id).map(\.reason) == [.notPrinted])
      printer.mend()
      let counts = try await Self.run(job, office, centre, JobDesk(triesAgain: false), printer: printer)
      #expect(counts.good == 5 && counts.reconcile)
      #expect(printer.printed.count == 5 && Set(printer.printed).count == 5)
    }
  }

  @Test("A box with other keys: the job stops at the second chip, and each has lost one try")
  func otherBox() async throws {
    try await TestCentre.run { centre in
      let (office, job) = try JobTests.open(centre, people: 10)
      let box = OtherBox()
      await #expect { _ = try await Self.run(job, office, centre, box) } throws: {
        if case JobStop.wrongKeys = $0 { true } else { false }
      }
      #expect(box.served == 2 && box.authentications == 2)
      let counts = try office.store.counts(ofJob: job.id)
      #expect(counts.reconcile && counts.left == 10 && counts.scrapped == 2)
      #expect(try office.store.scrapped(inJob: job.id).allSatisfy { $0.reason == .wrongKeys })
    }
  }

  @Test(
    "Cards that refuse to be opened say nothing of keys: the desk stops, no try is counted, nobody suspects the box")
  func refusing() async throws {
    try await TestCentre.run { centre in
      let (office, job) = try JobTests.open(centre, people: 10)
      let box = OtherBox(refuses: true)
      await #expect { _ = try await Self.run(job, office, centre, box) } throws: {
        if case JobStop.noDesk = $0 { true } else { false }
      }
      #expect(box.served == IssuingJob.failuresInARow)
      let counts = try office.store.counts(ofJob: job.id)
      #expect(counts.reconcile && counts.left == 10 && counts.begun == 0)
    }
  }

  @Test("One chip with other keys is authenticated to three times, whichever run tries it, then never again")
  func attempts() async throws {
    try await TestCentre.run { centre in
      let (office, job) = try JobTests.open(centre, people: 1)
      let chip = TestStorage()
      for run in 1...6 {
        let fresh = try centre.office()
        let box = OtherBox(chip)
        _ = try await Self.run(job, run == 1 ? office : fresh, centre, box, limit: 1)
        let counts = try office.store.counts(ofJob: job.id)
        #expect(counts.begun == min(run, 3) && counts.reconcile, "run \(run)")
      }
      #expect(try office.store.scrapped(inJob: job.id).count == 3)
    }
  }

  @Test("A chip that is pulled behind its open door does not lose its tries")
  func pulledOften() async throws {
    try await TestCentre.run { centre in
      let (office, job) = try JobTests.open(centre, people: 1)
      let chip = TestStorage()
      for _ in 1...5 {
        let desk = JobDesk(cards: [chip], cut: JobDesk.Cut(apdu: 3, afterCard: true), supply: 0, triesAgain: false)
        _ = try await Self.run(job, office, centre, desk, limit: 1)
      }
      let counts = try await Self.run(job, office, centre, JobDesk(cards: [chip], supply: 0))
      #expect(counts.good == 1 && counts.scrapped == 5 && counts.reconcile)
    }
  }

  @Test("Data that can't be put on a card are a defect of the person; it costs no number, and the others get theirs")
  func defect() async throws {
    try await TestCentre.run { centre in
      let office = try centre.office()
      var people = JobTests.people(3)
      people[1].name = String(repeating: "ễ", count: 43)
      try office.store.takeMatched(people)
      let job = try office.store.openJob("", actor: "lan", time: TestClock.start)
      let counts = try await Self.run(job, office, centre, JobDesk())
      #expect(counts.good == 2 && counts.defects == 1 && counts.begun == 2 && counts.reconcile)
      #expect(try office.store.defects(inJob: job.id).map(\.item.position) == [2])
      try office.store.closeJob(job.id, actor: "lan", time: TestClock.start)
      #expect(try office.store.counts(ofJob: job.id).withdrawn == 1)
    }
  }

  @Test("The office's database can't be written: the job stops, nothing is half done, the next run goes on")
  func storage() async throws {
    try await TestCentre.run { centre in
      let (office, job) = try JobTests.open(centre, people: 3)
      let raw = try DatabaseQueue(path: centre.folder + "/office/office.sqlite")
      for event in ["begun", "good"] {
        try await raw.write { db in
          try db.execute(
            sql: """
              CREATE TRIGGER full BEFORE INSERT ON job_entry WHEN NEW.event = '\(event)'
              BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END
              """)
        }
        await #expect { _ = try await Self.run(job, office, centre, JobDesk(triesAgain: false)) } throws: {
          if case JobStop.storage = $0 { true } else { false }
        }
        try await raw.write { try $0.execute(sql: "DROP TRIGGER full") }
        let counts = try office.store.counts(ofJob: job.id)
        #expect(counts.reconcile && counts.good == 0 && counts.left == 3)
      }
      let counts = try await Self.run(job, office, centre, JobDesk())
      #expect(counts.good == 3 && counts.reconcile && counts.scrapped == 1)
    }
  }

  @Test("The keys are gone in the middle: the job stops at once, and goes on when they are back")
  func keys() async throws {
    try await TestCentre.run { centre in
      let (office, job) = try JobTests.open(centre, people: 4)
      let custodian = try SoftwareKeyCustodian(
        path: centre.folder + "/office/custodian.keys", issuerName: "Test issuer", budget: EndingBudget(4))
      let ending = try centre.office(custodian: custodian)
      await #expect { _ = try await Self.run(job, ending, centre, JobDesk(triesAgain: false)) } throws: {
        if case JobStop.keys = $0 { true } else { false }
      }
      let stopped = try office.store.counts(ofJob: job.id)
      #expect(stopped.good == 2 && stopped.scrapped == 1 && stopped.reconcile)
      let counts = try await Self.run(job, office, centre, JobDesk())
      #expect(counts.good == 4 && counts.reconcile)
    }
  }

  @Test("A desk where three cards in a row fail is left alone; another goes on")
  func badDesk() async throws {
    try await TestCentre.run { centre in
      let (office, job) = try JobTests.open(centre, people: 8)
      let bad = BrokenReader()
      let good = JobDesk("good")
      let work = try IssuingJob(job.id, office: office, folder: centre.folder + "/office") { TestClock.start }
      let counts = try await work.run([bad, good]) { _ in }
      #expect(counts.good == 8 && counts.reconcile)
      #expect(bad.served <= IssuingJob.failuresInARow)
    }
  }

  @Test("One process works on a job at a time")
  func busy() async throws {
    try await TestCentre.run { centre in
      let (office, job) = try JobTests.open(centre, people: 1)
      let folder = centre.folder + "/office"
      let first = try IssuingJob(job.id, office: office, folder: folder) { TestClock.start }
      #expect(throws: JobError.busy(job.id)) {
        _ = try IssuingJob(job.id, office: office, folder: folder) { TestClock.start }
      }
      _ = try await first.run([JobDesk()]) { _ in }
    }
  }
}

/// A reader whose cards are always gone at the first command.
private final class BrokenReader: PersonalisationDesk {
  let name = "broken"
  private let count = Mutex(0)

  var served: Int { count.withLock { $0 } }

  func withCard(_ body: @escaping @Sendable (DeskCard) async throws -> Bool) async throws -> Bool {
    count.withLock { $0 += 1 }
    _ = try await body(DeskCard(channel: Channel()))
    return true
  }

  private struct Channel: CardChannel {
    func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU { throw .cardLost(.removed) }
  }
}
