import CardApplication
import Foundation
import ISO7816
import Issuance
import PayoutPoint
import SoftCard
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
    let start = ContinuousClock.now
    let times = try await withThrowingTaskGroup(of: [Double].self) { group in
      for desk in 0..<desks {
        group.addTask {
          var times: [Double] = []
          for person in stride(from: desk, to: people.count, by: desks).map({ people[$0] }) {
            let start = ContinuousClock.now
            let folder = home.card(person.personalID)
            let storage = try FileCardStorage(folder: folder, durability: durability)
            let result = try await office.issue(person, on: SoftCardChannel(try SoftCard(storage: storage))) { _ in
              if durability == .deferred { try storage.synchronise() }
            }
            if let failure = result.registrationFailure { throw failure }
            times.append((ContinuousClock.now - start).milliseconds)
          }
          return times
        }
      }
      return try await group.reduce(into: []) { $0 += $1 }
    }
    let seconds = (ContinuousClock.now - start).milliseconds / 1_000
    return (Double(people.count) / seconds, times)
  }
}
