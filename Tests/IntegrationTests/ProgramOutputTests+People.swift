import Foundation
import Issuance
import Testing

@testable import ansinh

extension Integration.ProgramOutputTests {
  /// What an office hears of people's lives, and who may act; the last of all, as roles bind everybody.
  func lives(_ town: ByHand, _ seen: Seen) async throws {
    let sample = "--cho-phep-du-lieu-mau"
    let hands = ["--office", "XA-19-05443", "--reason", "thử", "--maker", "Nguyễn A", "--checker", "Lê B"]
    func run(_ words: [String], _ arguments: [String]) async throws -> [String: Any] {
      let shown = try await self.run(words, arguments, input: "", town, seen)
      #expect(shown.count == 1, "\(words)")
      return shown.first as? [String: Any] ?? [:]
    }
    let people = try await IssueFlow.applicants(try ListFile(sampleList, sampleData: true)).map(\.personalID)
    let dead = try #require(people.first { $0 != Integration.ByHandTests.pensioner })
    let other = try #require(people.last { $0 != dead })
    let heir = ["--id", other, "--name", "Người Thừa Kế", sample]
    let person = ["person"]
    let paper = ["--paper", "UQ-1", "--kind", "collector", "--programme", "BHXH-HUU"]
    let days = ["--from", Self.day(0), "--until", Self.day(90)]
    _ = try await run(person + ["representative", "add"], [dead] + paper + heir + days + hands)
    _ = try await run(person + ["representative", "end"], [dead, "--paper", "UQ-1"] + hands)
    _ = try await run(person + ["presence", "record"], [dead, "--place", "BD-79-003", "--attested"] + hands)
    #expect(try await run(person + ["presence", "due"], [])["people"] != nil)
    let page = try await run(person + ["show"], [dead])
    #expect(page["isPresenceDue"] as? Bool == false && page["personalID"] as? String != dead)
    try await insurance(dead, hands, run)
    _ = try await run(person + ["identity"], [other] + heir + hands)
    _ = try await run(person + ["death"], [dead, "--date", Self.day(0), "--document", "KT-1"] + hands)
    _ = try await run(person + ["heir"], [dead] + heir + hands)
    let place = ["--funder", "NSDP", "--unit", "XA-40-16681", "--province", "40", "--point", "XA-40-001"]
    let grants = ["--grant", "BTXH-MT=7200000", "--grant", "BHXH-HTXH-MT=10000000", "--month", "2026-11"]
    let listed = try await run(
      person + ["funeral"], [dead] + heir + ["--born", "1970"] + grants + place + hands)
    #expect(listed["amount"] as? Int == 10_000_000)
    _ = try await run(person + ["funeral-withdraw"], [dead] + hands)
    let living = try #require(people.first { $0 != dead && $0 != other && $0 != Integration.ByHandTests.pensioner })
    _ = try await run(person + ["death"], [living, "--date", Self.day(0), "--document", "KT-2"] + hands)
    let withdrawn = try await run(person + ["death-withdraw"], [living] + hands)
    #expect(withdrawn["withdrawn"] != nil)
    #expect(try await self.run(["staff", "roles"], [], input: "", town, seen).count == 1)
    let official = ["Quản Trị", "--role", "administrator"]
    _ = try await run(["staff", "appoint"], official + hands)
    _ = try await run(["staff", "appoint"], ["Lê B", "--role", "inspector"] + Self.administrator("Nguyễn A"))
    _ = try await run(["staff", "dismiss"], ["Lê B", "--role", "inspector"] + Self.administrator("Lê B"))
    #expect((try await run(["staff", "list"], [])["officials"] as? [Any])?.count == 1)
  }

  /// Health insurance is recorded, and shown on the person's page.
  private func insurance(
    _ id: String, _ hands: [String], _ run: ([String], [String]) async throws -> [String: Any]
  ) async throws {
    let insurance = ["person", "insurance"]
    let cover = ["--subject", "GD", "--from", Self.day(-400), "--until", Self.day(90), "--five-years-on", Self.day(-1)]
    _ = try await run(insurance + ["cover"], [id] + cover + hands)
    let payment = ["--date", Self.day(0), "--amount", "100000000", "--voucher", "BV40-1"]
    _ = try await run(insurance + ["co-payment"], [id] + payment + hands)
    let shown = try await run(insurance + ["show"], [id])
    #expect(shown["isExempt"] as? Bool == true && shown["paid"] as? Int == 100_000_000)
    let page = try await run(["person", "show"], [id])
    #expect((page["healthInsurance"] as? [String: Any])?["isExempt"] as? Bool == true)
  }

  private static func administrator(_ checker: String) -> [String] {
    ["--office", "CQ-19", "--reason", "thử", "--maker", "Quản Trị", "--checker", checker]
  }

  /// A day after today, YYYY-MM-DD.
  static func day(_ later: Int) -> String {
    let formatter = DateFormatter()
    formatter.dateFormat = "yyyy-MM-dd"
    formatter.timeZone = TimeZone(identifier: "Asia/Ho_Chi_Minh")
    return formatter.string(from: Date(timeIntervalSinceNow: Double(later) * 86_400))
  }
}
