import CardApplication
import CentreTestSupport
import ISO7816
import SoftCard
import Synchronization
import Testing

@testable import Issuance

/// Cards that would not take what is written to them.
@Suite("Cards that refuse a person's data")
struct JobRefusalTests {
  /// Runs the job at one desk.
  private static func run(
    _ job: Job, _ office: Office, _ centre: TestCentre, _ desk: RefusingDesk, limit: Int = .max
  ) async throws -> (counts: JobCounts, defects: [String]) {
    let defects = Mutex<[String]>([])
    let work = try IssuingJob(job.id, office: office, folder: centre.folder + "/office", limit: limit) {
      TestClock.start
    }
    let counts = try await work.run([desk]) { event in
      if case .defect(_, let reason) = event { defects.withLock { $0.append(reason) } }
    }
    return (counts, defects.withLock { $0 })
  }

  @Test(
    "Two chips refuse one person's data: the person becomes a defect, told with the reason; no third card is begun",
    arguments: [RefusingDesk.Way.storing, .readingBack])
  func twoChips(_ way: RefusingDesk.Way) async throws {
    try await TestCentre.run { centre in
      let (office, job) = try JobTests.open(centre, people: 3)
      // The second person comes again after the third.
      let desk = RefusingDesk(way) { [2, 4, 5, 6].contains($0) }
      let (counts, told) = try await Self.run(job, office, centre, desk)
      #expect(counts.good == 2 && counts.defects == 1 && counts.left == 0 && counts.reconcile)
      #expect(counts.begun == 4 && counts.scrapped == 2 && desk.served == 4)
      let defects = try office.store.defects(inJob: job.id)
      #expect(defects.map(\.item.position) == [2] && defects.map(\.reason) == told && told.first?.isEmpty == false)
      #expect(try office.store.scrapped(inJob: job.id).map(\.position) == [2, 2])
    }
  }

  @Test("One chip that refuses says nothing of the person, however often it is tried")
  func oneChip() async throws {
    try await TestCentre.run { centre in
      let (office, job) = try JobTests.open(centre, people: 2)
      let (counts, _) = try await Self.run(job, office, centre, RefusingDesk(.storing) { $0 == 1 })
      #expect(counts.good == 2 && counts.defects == 0 && counts.begun == 3 && counts.reconcile)
      try office.store.takeMatched([TestCentre.applicant(3)])
      let other = try office.store.openJob("", actor: "lan", time: TestClock.start)
      let same = RefusingDesk(.storing, chip: TestStorage()) { _ in true }
      let (left, told) = try await Self.run(other, office, centre, same, limit: 2)
      #expect(left.left == 1 && left.defects == 0 && left.scrapped == 2 && left.reconcile && told.isEmpty)
    }
  }

  @Test("Bad records in a row do not stop a desk: they say nothing of it")
  func badRecords() async throws {
    try await TestCentre.run { centre in
      let office = try centre.office()
      var people = JobTests.people(IssuingJob.failuresInARow + 2)
      for index in 0...IssuingJob.failuresInARow { people[index].name = String(repeating: "ễ", count: 43) }
      try office.store.takeMatched(people)
      let job = try office.store.openJob("", actor: "lan", time: TestClock.start)
      let (counts, _) = try await Self.run(job, office, centre, RefusingDesk(.storing) { _ in false })
      #expect(counts.good == 1 && counts.defects == people.count - 1 && counts.reconcile)
    }
  }
}

/// A desk some of whose cards refuse: by their number, from 1.
final class RefusingDesk: PersonalisationDesk {
  enum Way {
    /// The data that is stored.
    case storing
    /// Everything, once the card is made.
    case readingBack
  }

  let name = "refusing"
  private let way: Way
  private let chip: TestStorage?
  private let refuses: @Sendable (Int) -> Bool
  private let count = Mutex(0)

  /// - Parameter chip: the one that comes again and again; `nil` for fresh ones.
  init(_ way: Way, chip: TestStorage? = nil, refuses: @escaping @Sendable (Int) -> Bool) {
    (self.way, self.chip, self.refuses) = (way, chip, refuses)
  }

  var served: Int { count.withLock { $0 } }

  func withCard(_ body: @escaping @Sendable (DeskCard) async throws -> Bool) async throws -> Bool {
    let number = count.withLock { count in
      count += 1
      return count
    }
    let card = SoftCardChannel(try SoftCard(storage: chip ?? TestStorage()))
    _ = try await body(DeskCard(channel: Channel(base: card, way: refuses(number) ? way : nil)))
    return true
  }

  private final class Channel: CardChannel {
    private let base: SoftCardChannel
    private let way: Way?
    private let isMade = Mutex(false)

    init(base: SoftCardChannel, way: Way?) { (self.base, self.way) = (base, way) }

    func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
      let refused = ResponseAPDU(data: [], status: StatusWord(rawValue: 0x6A80))
      switch way {
      case .storing where command.ins == 0xE2: return refused
      case .readingBack where isMade.withLock({ $0 }): return refused
      default: break
      }
      let answer = try await base.transmit(command)
      // SET STATUS to “personalized” is the last command of the making.
      if command.ins == 0xF0, command.p2 == 0x0F { isMade.withLock { $0 = true } }
      return answer
    }
  }
}
