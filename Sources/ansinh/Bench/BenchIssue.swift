import CardApplication
import Foundation
import ISO7816
import Issuance
import PayoutPoint
import SoftCard
import Synchronization
import VietnamReference

/// Whole cards: SCP03, keys, secrets, files, the payout key made on the card, its certificate, read-back, the office's
/// database, registration at a centre over HTTP.
struct BenchIssue: Sendable {
  let count: Int
  let desks: Int

  func run(folder: String) async throws -> BenchReport {
    let home = StateHome(path: folder)
    let limits = try MachineLimits.cryptography() + [MachineLimits.disk(folder)]
    _ = try DemoAuthority(home)
    let figures = try await CentreAccess.with(home, sampleData: true) { client in
      let flow = IssueFlow(home: home, client: client)
      let office = try await flow.office()
      // One card warms everything up.
      _ = try await cards(office, home, 0..<1, .deferred)
      let fast = try await cards(office, home, 1..<count + 1, .deferred)
      let slow = try await cards(office, home, count + 1..<2 * count + 1, .synchronous)
      return [
        Figure(
          "Thẻ mỗi giây, fsync khi xong thẻ", "Cards a second, fsync when a card is done", unit: "1/s", [fast.rate]),
        Figure("— một thẻ", "— one card", fast.times),
        Figure("Thẻ mỗi giây, fsync mỗi APDU", "Cards a second, fsync at every APDU", unit: "1/s", [slow.rate]),
        Figure("— một thẻ", "— one card", slow.times),
      ]
    }
    return BenchReport(
      subject: BilingualText(
        vi:
          "Cấp thẻ phần mềm, \(desks) bàn: SCP03, sinh khóa trong thẻ, chứng thư, tệp, đọc lại, đăng ký.",
        en: "Software cards issued in-process at \(desks) desks: SCP03, on-card key, certificate, files, read-back, "
          + "registration."), figures: figures, limits: limits)
  }

  private func cards(
    _ office: Office, _ home: StateHome, _ numbers: Range<Int>, _ durability: FileCardStorage.Durability
  ) async throws -> (rate: Double, times: [Double]) {
    let people = numbers.map { number in
      let digits = String(number)
      return Applicant(
        personalID: "003152" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits,
        name: "Nguyễn Thị Hòa", asciiName: "NGUYEN THI HOA", birthDate: "1952-05-17", province: "19")
    }
    try office.store.take(people)
    _ = try await RegisterFlow(store: office.store, actor: "bench").run(
      records: try RegisterFlow.sampleRegister(people))
    let job = try office.store.openJob("bench", actor: "bench", time: Clock.seconds)
    let work = try IssuingJob(job.id, office: office, folder: home.office) { Clock.seconds }
    let benches = (0..<desks).map { BenchDesk(name: "\($0)", home: home, durability: durability) }
    let start = ContinuousClock.now
    let counts = try await work.run(benches) { event in
      if case .good(_, _, let failure?) = event { throw failure }
    }
    guard counts.good == people.count, counts.reconcile else { throw BenchError.impossible }
    let times = benches.flatMap { desk in desk.times.withLock { $0 } }
    let seconds = (ContinuousClock.now - start).milliseconds / 1_000
    return (Double(people.count) / seconds, times)
  }
}

/// Software cards of a folder, each timed from the first APDU until the centre has it.
private final class BenchDesk: PersonalisationDesk {
  let name: String
  let times = Mutex<[Double]>([])
  private let home: StateHome
  private let durability: FileCardStorage.Durability

  init(name: String, home: StateHome, durability: FileCardStorage.Durability) {
    self.name = name
    self.home = home
    self.durability = durability
  }

  func withCard(_ body: @escaping @Sendable (DeskCard) async throws -> Bool) async throws -> Bool {
    let start = ContinuousClock.now
    let storage = try FileCardStorage(folder: home.card(UUID().uuidString), durability: durability)
    let card = DeskCard(channel: SoftCardChannel(try SoftCard(storage: storage))) { _ in
      if self.durability == .deferred { try storage.synchronise() }
    }
    _ = try await body(card)
    times.withLock { $0.append((ContinuousClock.now - start).milliseconds) }
    return true
  }
}
