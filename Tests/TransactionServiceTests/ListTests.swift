import CardApplication
import CentreTestSupport
import Foundation
import LedgerStore
import ServiceAPI
import Testing
import VietnamReference

@Suite("Payment lists")
struct ListTests {
  private func send(_ text: String, _ centre: TestCentre, sample: Bool = true) async throws -> HTTPAnswer {
    try await centre.send(
      "/v1/payment-lists?maker=A" + (sample ? "&sample-data=true" : ""), octets: Array(text.utf8),
      key: centre.freshKey())
  }

  @Test("Every bad row is named in both languages, with its line and column, and nothing is taken")
  func badRows() async throws {
    try await TestCentre.run { centre in
      let good = ListRow(1, 6_283_417).csv
      let rows = [
        good, good.replacing("6283417", with: "-1"), ListRow(2, 5).csv.replacing("BHXH-HUU", with: "BHXH-KHAC"),
        ListRow(3, 7).csv.replacing(",19,", with: ",99,"), ListRow(4, 9).csv.replacing("2026-11", with: "2026-13"),
        ListRow(5, 9).csv.replacing("0031520000", with: "00315200"), ListRow(6, 9).csv + ",x", ListRow(7, 11).csv,
      ]
      let text = ([ListRow.header] + rows).map { $0 + "\r\n" }.joined()
      let answer = try await send(text, centre)
      try expect(answer, is: .listRefused)
      let problem = try answer.problem()
      for (line, column) in [(3, "so_tien"), (4, "chuong_trinh"), (5, "tinh"), (6, "ky"), (7, "so_dinh_danh")] {
        #expect(problem.rows.contains { $0.vi.hasPrefix("Dòng \(line), cột \(column):") }, "line \(line)")
        #expect(problem.rows.contains { $0.en.hasPrefix("Line \(line), column \(column):") }, "line \(line)")
      }
      #expect(problem.rows.contains { $0.en.hasPrefix("Line 8:") })
      #expect(!problem.rows.contains { $0.en.hasPrefix("Line 2") || $0.en.hasPrefix("Line 9") })
      // Personal IDs and names are masked.
      #expect(!problem.rows.contains { $0.vi.contains("003152") || $0.vi.contains("Nguyễn Thị Hòa") })
      let counts = try await centre.store.counts()
      #expect(counts.items == 0 && counts.persons == 0 && counts.lines == 0)
    }
  }

  @Test("The shipped faulty sample is refused, the good one taken")
  func samples() async throws {
    try await TestCentre.run { centre in
      let folder = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent("Tools/samples")
      let bad = try String(contentsOf: folder.appendingPathComponent("danh-sach-loi-mau.csv"), encoding: .utf8)
      try expect(try await send(bad, centre), is: .listRefused)
      let good = try String(contentsOf: folder.appendingPathComponent("danh-sach-chi-tra-mau.csv"), encoding: .utf8)
      let refused = try await send(good, centre, sample: false)
      try expect(refused, is: .listRefused, "sample data are taken only when asked for")
      let answer = try expect(try await send(good, centre), gives: ListAnswer.self)
      #expect(answer.items == good.split(whereSeparator: \.isNewline).count - 1)
      #expect(answer.totals.reduce(0) { $0 + $1.amount } == answer.amount)
      #expect(answer.totals.reduce(0) { $0 + $1.count } == answer.items)
    }
  }

  @Test("A centre that takes no sample data takes none, whoever asks")
  func noSampleData() async throws {
    try await TestCentre.run(allowsSampleData: false) { centre in
      try expect(try await centre.importList([ListRow(1, 1)]), is: .listRefused)
    }
  }

  @Test("An item imported before is named with its line, and nothing of the list is taken")
  func duplicate() async throws {
    try await TestCentre.run { centre in
      try expect(try await centre.importList([ListRow(1, 10), ListRow(2, 20)], list: "A"), gives: ListAnswer.self)
      let answer = try await centre.importList(
        [ListRow(3, 30), ListRow(4, 40), ListRow(2, 20), ListRow(5, 1)], list: "B")
      try expect(answer, is: .duplicateItem)
      let rows = try answer.problem().rows
      #expect(rows.count == 1)
      #expect(rows.first?.vi.hasPrefix("Dòng 4") == true)
      #expect(rows.first?.en.hasPrefix("Line 4") == true)
      #expect(rows.first?.vi.contains("003152") == false)
      let counts = try await centre.store.counts()
      #expect(counts.items == 2 && counts.persons == 2 && counts.lines == 2)
      try expect(try await centre.post("/v1/payment-lists/B/credits", [String]()), is: .unknownList)
      // Twice in one file: found while it is read.
      try expect(try await centre.importList([ListRow(9, 1), ListRow(9, 2)], list: "C"), is: .listRefused)
    }
  }

  @Test("1,000 rows are taken, 1,001 are not")
  func length() async throws {
    try await TestCentre.run { centre in
      let rows = (1...1_001).map { ListRow($0, 1_000 + Int64($0)) }
      try expect(try await centre.importList(rows, list: "A"), is: .listTooLong)
      let answer = try expect(
        try await centre.importList(Array(rows.prefix(1_000)), list: "A2"), gives: ListAnswer.self)
      #expect(answer.items == 1_000)
      #expect(answer.amount == 1_000 * 1_000 + 1_000 * 1_001 / 2)
    }
  }

  @Test("A fund one đồng too low approves nothing; with it everything; a second credit nothing more")
  func fundAndCredit() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready(amount: 5)
      try expect(try await centre.importList([ListRow(1, 700, period: "2026-10")], list: "B"), gives: ListAnswer.self)
      func fund(_ amount: Int64) async throws {
        let request = FundingRequest(
          unit: "BHXH-19", funder: "QHTTT@VN", amount: amount, reference: "UNC", hands: TestCentre.hands)
        try expect(try await centre.post("/v1/fundings", request), gives: BookedAnswer.self)
      }
      try await fund(699)
      let path = "/v1/payment-lists/B/credits"
      let hand = ListHandRequest(actor: "Lê B")
      try expect(
        try await centre.post("/v1/payment-lists/B/check", ListHandRequest(actor: "NGUYỄN a")), is: .fourEyesNeeded)
      try expect(try await centre.post("/v1/payment-lists/B/check", hand), gives: RegisteredAnswer.self)
      let before = try await centre.effects()
      try expect(try await centre.post("/v1/payment-lists/B/approval", hand, key: "a"), is: .fundTooLow)
      try expect(try await centre.post(path, [String](), key: "c"), is: .listUnapproved)
      #expect(try await centre.effects() == before)
      try await fund(1)
      let approved = try expect(
        try await centre.post("/v1/payment-lists/B/approval", hand, key: "a"), gives: ListApprovedAnswer.self)
      #expect(approved == ListApprovedAnswer(purses: 1, amount: 700))
      let first = try expect(try await centre.post(path, [String]()), gives: CreditAnswer.self)
      #expect(first == CreditAnswer(items: 1, amount: 700, remaining: 0))
      let second = try expect(try await centre.post(path, [String]()), gives: CreditAnswer.self)
      #expect(second == CreditAnswer(items: 0, amount: 0, remaining: 0))
      #expect(try await centre.challenge(1, ready.card.number, ready.terminal).payable.map(\.amount) == [700, 5])
    }
  }

  @Test("Nothing of a list can be paid before it is credited")
  func uncredited() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      try expect(
        try await centre.importList([ListRow(1, 700, period: "2026-10")], list: "B"), gives: ListAnswer.self)
      #expect(try await centre.challenge(1, ready.card.number, ready.terminal).payable.map(\.period) == [202_611])
      let order = try await centre.order(1, ready.card.number, ready.terminal, period: 202_610, amount: 700)
      try expect(
        try await centre.payout(ready.card.certificate(order, at: ready.terminal).bytes, ready.terminal),
        is: .periodNotOpen)
    }
  }

  @Test("A list in chunks counts only when it is sealed, and each chunk is named by its own rows")
  func staged() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready(amount: 5)
      let path = "/v1/payment-lists/B"
      try expect(try await centre.get(path), is: .unknownList)
      let second = try await centre.importRows([ListRow(2, 30), ListRow(3, 40)], list: "B", first: 2)
      #expect(try expect(second, gives: ListRowsAnswer.self) == ListRowsAnswer(items: 2, amount: 70))
      let bad = try await centre.importRows([ListRow(4, 0)], list: "B", first: 4)
      try expect(bad, is: .listRefused)
      try expect(try await centre.importRows([ListRow(1, 700)], list: "B"), is: .duplicateItem)
      let first = try await centre.importRows([ListRow(1, 700, period: "2026-10")], list: "B")
      try expect(first, gives: ListRowsAnswer.self)
      let open = try expect(try await centre.get(path), gives: ListStateAnswer.self)
      #expect(open == ListStateAnswer(state: .open, items: 3, amount: 770, credited: 0))
      #expect(try await centre.challenge(1, ready.card.number, ready.terminal).payable.map(\.amount) == [5])
      let seal = ListSealRequest(items: 3, amount: 770, maker: "Nguyễn A")
      let sealed = try expect(try await centre.post(path + "/seal", seal), gives: ListStateAnswer.self)
      #expect(sealed == ListStateAnswer(state: .sealed, items: 3, amount: 770, credited: 0, maker: "Nguyễn A"))
      let funding = FundingRequest(
        unit: "BHXH-19", funder: "QHTTT@VN", amount: 770, reference: "UNC", hands: TestCentre.hands)
      try expect(try await centre.post("/v1/fundings", funding), gives: BookedAnswer.self)
      try await centre.approve("B")
      let credit = try expect(try await centre.post(path + "/credits", [String]()), gives: CreditAnswer.self)
      #expect(credit == CreditAnswer(items: 3, amount: 770, remaining: 0))
      #expect(try await centre.challenge(2, ready.card.number, ready.terminal).payable.map(\.amount) == [700, 5])
    }
  }

  @Test("A list given up leaves its rows to the next one")
  func abandoned() async throws {
    try await TestCentre.run { centre in
      try expect(try await centre.importRows([ListRow(1, 1)], list: "B"), gives: ListRowsAnswer.self)
      try expect(try await centre.importList([ListRow(1, 2)], list: "C"), is: .duplicateItem)
      let answer = try await centre.post("/v1/payment-lists/B/abandonment", [String]())
      #expect(try expect(answer, gives: ListAbandonAnswer.self).remaining == 0)
      try expect(try await centre.importList([ListRow(1, 2)], list: "D"), gives: ListAnswer.self)
      let state = try expect(try await centre.get("/v1/payment-lists/B"), gives: ListStateAnswer.self)
      #expect(state.state == .abandoned)
    }
  }
}
