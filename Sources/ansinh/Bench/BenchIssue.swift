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
  /// People of the job that is resumed.
  let resume: Int

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
      let alone = try await cards(office, home, 2 * count + 1..<2 * count + 101, .deferred, desks: 1)
      return [
        Figure(
          "Thẻ mỗi giây, fsync khi xong thẻ", "Cards a second, fsync when a card is done", unit: "1/s", [fast.rate]),
        Figure("— một thẻ", "— one card", fast.times),
        Figure("Thẻ mỗi giây, fsync mỗi APDU", "Cards a second, fsync at every APDU", unit: "1/s", [slow.rate]),
        Figure("— một thẻ", "— one card", slow.times),
        Figure("Một bàn: một thẻ", "One desk: one card", alone.times),
        Figure("— trong thẻ phần mềm", "— inside the software card", alone.inCard),
        Figure(
          "— ngoài thẻ: mật mã phía máy, sổ của cơ quan, đăng ký",
          "— outside it: the host's cryptography, the office's journal, registration",
          zip(alone.times, alone.inCard).map { $0 - $1 }),
        Figure(
          "Làm tiếp đợt \(resume) người, đến thẻ đầu tiên", "A job of \(resume) people resumed, to its first card",
          unit: "s", try await resumption(flow, office, home)),
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
    _ office: Office, _ home: StateHome, _ numbers: Range<Int>, _ durability: FileCardStorage.Durability,
    desks: Int? = nil
  ) async throws -> (rate: Double, times: [Double], inCard: [Double]) {
    let people = try await matched(numbers, office)
    let job = try office.store.openJob("bench", actor: "bench", time: Clock.seconds)
    let work = try IssuingJob(job.id, office: office, folder: home.office) { Clock.seconds }
    let benches = (0..<(desks ?? self.desks)).map { BenchDesk(name: "\($0)", home: home, durability: durability) }
    let start = ContinuousClock.now
    let counts = try await work.run(benches) { event in
      if case .good(_, let failure?) = event { throw failure }
    }
    guard counts.good == people, counts.reconcile else { throw BenchError.impossible }
    let seconds = (ContinuousClock.now - start).milliseconds / 1_000
    let times = benches.flatMap { desk in desk.times.withLock { $0 } }
    return (Double(people) / seconds, times, benches.flatMap { desk in desk.inCard.withLock { $0 } })
  }

  /// Takes people in and has them matched; how many.
  private func matched(_ numbers: Range<Int>, _ office: Office) async throws -> Int {
    let people = numbers.map { number in
      let digits = String(number)
      return Applicant(
        personalID: "003152" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits,
        name: "Nguyễn Thị Hòa", asciiName: "NGUYEN THI HOA", birthDate: "1952-05-17", province: "19")
    }
    try office.store.take(people)
    _ = try await RegisterFlow(store: office.store, actor: "bench").run(
      records: try RegisterFlow.sampleRegister(people))
    return people.count
  }

  /// A big job of which some cards are made and two were in work when the process ended: from opening the office again
  /// until the first card is asked for. Seconds, five times.
  private func resumption(_ flow: IssueFlow, _ office: Office, _ home: StateHome) async throws -> [Double] {
    let first = 2 * count + 101
    let people = try await matched(first..<first + resume, office)
    let job = try office.store.openJob("resume", actor: "bench", time: Clock.seconds)
    let begun = try IssuingJob(job.id, office: office, folder: home.office, limit: 10) { Clock.seconds }
    guard try await begun.run([BenchDesk(name: "0", home: home, durability: .deferred)], report: { _ in }).good == 10
    else { throw BenchError.impossible }
    var times: [Double] = []
    for _ in 0..<5 {
      let desk = ResumeDesk()
      let start = ContinuousClock.now
      let again = try await flow.office()
      let work = try IssuingJob(job.id, office: again, folder: home.office) { Clock.seconds }
      let left = try again.store.counts(ofJob: job.id).left
      _ = try await work.run([desk], report: { _ in })
      guard let reached = desk.reached.withLock({ $0 }), left == people - 10 else { throw BenchError.impossible }
      times.append((reached - start).milliseconds / 1_000)
    }
    return times
  }
}

/// Software cards of a folder, each timed from the first APDU until the centre has it.
private final class BenchDesk: PersonalisationDesk {
  let name: String
  let times = Mutex<[Double]>([])
  let inCard = Mutex<[Double]>([])
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
    let spent = Mutex(Duration.zero)
    let channel = HeaderLogChannel(SoftCardChannel(try SoftCard(storage: storage))) { record in
      spent.withLock { $0 += record.duration }
    }
    let card = DeskCard(channel: channel) { _ in
      if self.durability == .deferred { try storage.synchronise() }
    }
    _ = try await body(card)
    times.withLock { $0.append((ContinuousClock.now - start).milliseconds) }
    inCard.withLock { $0.append(spent.withLock { $0 }.milliseconds) }
    return true
  }
}

/// Notes when the first card is asked for, and has none.
private final class ResumeDesk: PersonalisationDesk {
  let name = "0"
  let reached = Mutex<ContinuousClock.Instant?>(nil)

  func withCard(_ body: @escaping @Sendable (DeskCard) async throws -> Bool) async throws -> Bool {
    reached.withLock { $0 = $0 ?? .now }
    return false
  }
}
