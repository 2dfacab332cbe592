import CardApplication
import CentreTestSupport
import Foundation
import Testing

@testable import Issuance

/// What a job leaves in the office's chain of acts.
@Suite("Acts of personalisation jobs")
struct JobActTests {
  @Test("Every card that was made, registered or given up is in the chain, and who can't have one")
  func chain() async throws {
    try await TestCentre.run { centre in
      let office = try centre.office()
      var people = JobTests.people(3)
      people[1].name = String(repeating: "ễ", count: 43)
      try office.store.takeMatched(people)
      let job = try office.store.openJob("đợt 1", actor: "lan", time: TestClock.start)
      // The first card is pulled, and its number given up.
      let desk = JobDesk(cut: JobDesk.Cut(apdu: 9, afterCard: true))
      let counts = try await JobTests.run(job, office, centre, [desk])
      #expect(counts.good == 2 && counts.scrapped == 1 && counts.defects == 1)
      let acts = try office.store.acts()
      func subjects(_ what: String) -> Set<String> { Set(acts.filter { $0.what == what }.map(\.subject)) }
      let (made, scrapped) = (subjects("card-made"), subjects("card-scrapped"))
      #expect(made.count == 2 && made == subjects("card-registered"))
      let given = try office.store.scrapped(inJob: job.id).map(\.number)
      #expect(scrapped == Set(given))
      let defects = acts.filter { $0.what == "job-defect" }
      #expect(defects.map(\.subject) == ["job-\(job.id)"] && defects.map(\.reason) == ["2"])
      // One row for each, and whoever runs the program is named.
      let told = acts.filter { $0.what.hasPrefix("card-") || $0.what == "job-defect" }
      #expect(told.count == 6 && told.allSatisfy { $0.actor == NSUserName() })
      #expect(try office.store.checkActs().broken == nil)
    }
  }

  @Test("A card that a process was gone from is given up in the chain, once")
  func interrupted() async throws {
    try await TestCentre.run { centre in
      let (office, job) = try JobTests.open(centre, people: 1)
      let place = JobPlace(job: job.id, position: 1, desk: "desk")
      let number = try await office.store.begin(
        place, TestCentre.applicant(1), serial: [UInt8](repeating: 1, count: 10), time: TestClock.start)
      for _ in 0..<2 { try office.store.scrapInterrupted(job: job.id, time: TestClock.start) }
      #expect(try office.store.acts(of: number.digits).map(\.what) == ["card-scrapped"])
      #expect(try office.store.acts(of: number.digits).map(\.reason) == ["interrupted"])
    }
  }
}
