import Foundation
import Testing

@testable import ansinh

extension Integration.ProgramOutputTests {
  /// What happens to lines and items besides payouts; what the sample list gives no cause for is refused by name.
  func entitlements(_ town: ByHand, _ seen: Seen) async throws {
    let decided = ["--office", "BHXH-19", "--reason", "theo quyết định", "--maker", "Nguyễn A"]
    let two = decided + ["--checker", "Lê B"]
    let person = ["--person", Integration.ByHandTests.secondPerson]
    let month = ["--month", "2026-11"]
    let paid = ["--person", Integration.ByHandTests.pensioner]
    let steps: [(String, [String])] = [
      ("line show", person), ("line suspend", person + decided), ("line resume", person + two),
      ("item show", person + ["--month", "11/2026"]), ("item correct", person + month + ["--amount", "1000"] + two),
      ("debt found", paid + month + ["--amount", "700"] + two),
      ("debt recover", ["1", "--amount", "100", "--reference", "PT 1"] + two),
      ("debt write-off", ["1", "--amount", "200"] + two), ("debt list", paid),
      ("agent owed", []), ("deduct add", paid + ["--debt", "1", "--percent", "20"] + two), ("deduct list", paid),
    ]
    for (words, arguments) in steps {
      let words = ["benefit"] + words.split(separator: " ").map(String.init)
      #expect(try await run(words, arguments, input: "", town, seen).count == 1, "\(words)")
    }
    let orders = try await run(["benefit", "deduct", "list"], paid, input: "", town, seen)
    let list = (orders.first as? [String: Any])?["deductions"] as? [[String: Any]]
    let number = try #require(list?.first?["number"] as? Int)
    for (words, arguments) in [
      (["deduct", "stop"], [String(number)] + two), (["line", "end"], person + ["--last", "2026-11"] + two),
      (["uncollected", "list"], ["--unit", "BHXH-01"]),
    ] {
      #expect(try await run(["benefit"] + words, arguments, input: "", town, seen).count == 1, "\(words)")
    }
    let unit = ["--unit", "XA-40-16681"]
    let back = ["--unit", "BHXH-01", "--funder", "QBHTN@VN", "--amount", "5", "--reference", "UNC 2"] + two
    #expect(try await run(["benefit", "uncollected", "return"], back, input: "", town, seen).count == 1)
    let refused: [([String], [String], String)] = [
      (["uncollected", "lapse"], unit + decided, "entitlement.nothing-to-move"),
      (["line", "show"], ["--card", "9900000000000001"], "entitlement.unknown-person"),
      (["uncollected", "return"], unit + two, "entitlement.nothing-to-move"),
      (["uncollected", "reclaim"], person + month + two, "nothing-uncollected"),
      (
        ["deduct", "pay"],
        ["THADS-19", "--unit", "BHXH-01", "--funder", "QBHTN@VN", "--amount", "1", "--reference", "UNC 1"] + two,
        "amount-over-rest"
      ),
      (
        ["agent", "pay"],
        ["KHONG-CO", "--unit", "BHXH-01", "--funder", "QBHTN@VN", "--amount", "1", "--reference", "UNC 1"] + two,
        "unknown-agent"
      ),
      (["debt", "found"], paid + month + ["--amount", "9000000"] + two, "amount-over-paid"),
      (["line", "end"], ["--line", "1", "--last", "2026-11"] + decided, "four-eyes-needed"),
    ]
    for (words, arguments, code) in refused {
      let words = ["benefit"] + words
      await seen.add(words)
      let end = try await Ansinh.run(words + arguments + ["--state", town.home, "--json"], input: "")
      try bad(end, code, 4, words.joined(separator: " "))
    }
  }
}
