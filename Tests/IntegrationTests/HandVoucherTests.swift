import CardCrypto
import CardTestSupport
import Foundation
import ISO7816
import PayoutPoint
import ServiceAPI
import Testing
import VietnamReference

@testable import ansinh

extension Integration {
  /// Vouchers of people who are paid by a signed list.
  @Suite("Vouchers by hand")
  struct HandVoucherTests {
    private static let place = PointPlace(agent: "VNPOST", point: "BD-79-003", province: "79", commune: "26734")
    private static let hands = HandsRequest(
      maker: "Nguyễn A", checker: "Lê B", office: "BHXH-79", reason: "danh sách ký nhận")
    private static let scan = [UInt8](repeating: 3, count: 32)
    private static let rows = [
      HandRow(line: 2, personalID: "003152000119", amount: 1_000), HandRow(line: 3, personalID: "003088000201"),
    ]

    @Test("The answer to a list is lost: run again it is the same list, recorded once, and its vouchers are there")
    func answerLost() async throws {
      let folder = try TemporaryFolder()
      try await TestCentre.with(folder.path, TestClock()) { port, client in
        _ = try await Books(client: client).creditSampleList()
        let proxy = try LossyProxy(to: port)
        defer { proxy.close() }
        proxy.lose(.answer, of: "/v1/hand-payouts", times: 1)
        try await withClient(proxy.url) { lossy in
          try await again(folder.path + "/point", lossy)
        }
      }
    }

    /// The list twice over a line that loses the first answer, and a third time.
    private func again(_ folder: String, _ lossy: ServiceClient) async throws {
      let journal = try Journal(folder: folder)
      let flow = HandListFlow(client: lossy, list: "C72a-79-1", scan: Self.scan)
      await #expect(throws: ServiceClientError.self) {
        _ = try await flow.record(Self.rows, at: Self.place, Self.hands, journal)
      }
      let begun = try #require(journal.openLists.first?.visits)
      #expect(begun.map(\.row) == [2, 3] && begun[0].facts.lines.map(\.amount) == [1_000])
      #expect(begun.allSatisfy { $0.facts.maskedPersonalID.hasPrefix("********") && !$0.facts.holderName.isEmpty })
      let text = try String(contentsOfFile: folder + "/journal.jsonl", encoding: .utf8)
      #expect(!text.contains("003152000119"), "the journal holds a whole personal ID")
      #expect(throws: ReprintError.unfinished) {
        try PaidPayout.find(begun[0].transaction, in: Journal.entries(inFolder: folder))
      }
      let (answer, visits, entry) = try await flow.record(Self.rows, at: Self.place, Self.hands, journal)
      #expect(visits == begun && answer.amount > 1_000 && journal.openLists.isEmpty)
      #expect(PaidPayout(begun[0].transaction, of: entry)?.amount == 1_000)
      // A third time it is a list that has paid them.
      await #expect(throws: ListRefusedError.self) {
        _ = try await flow.record(Self.rows, at: Self.place, Self.hands, journal)
      }
    }

    @Test("A guardian receives by a list: the voucher names them; another's and an unknown paper are refused by name")
    func guardian() async throws {
      let folder = try TemporaryFolder()
      try await TestCentre.with(folder.path, TestClock()) { _, client in
        _ = try await Books(client: client).creditSampleList()
        let paper = RepresentativeRequest(
          paper: "GH-1", kind: .guardian,
          representative: NamedPerson(personalID: "003080000555", name: "Trần Văn Thay", birthDate: "1980"),
          from: 20_260_101, until: 20_301_231, hands: Self.hands)
        _ = try await client.post(
          "/v1/people/003152000119/representatives", key: "gh-1", paper, ActAnswer.self)
        let journal = try Journal(folder: folder.path + "/point")
        let flow = HandListFlow(client: client, list: "C72a-79-1", scan: Self.scan)
        for (person, named) in [("003152000119", "GH-9"), ("003088000201", "GH-1")] {
          let bad = [HandRow(line: 2, personalID: person, collector: named)]
          do {
            _ = try await flow.record(bad, at: Self.place, Self.hands, journal)
            Issue.record("paid")
          } catch let refused as ListRefusedError {
            #expect(refused.rows.map(\.code) == ["unknown-paper"])
          }
        }
        let text = "so_dinh_danh,chuong_trinh,ky,so_tien,ly_do,giay_linh_thay\n003152000119,,,1000,,GH-1\n"
        let rows = try HandListFile.rows(Array(text.utf8))
        let (_, visits, entry) = try await flow.record(rows, at: Self.place, Self.hands, journal)
        let payout = try #require(PaidPayout(visits[0].transaction, of: entry))
        let voucher = Self.place.voucher(payout).text(.vietnamese)
        for part in ["Người giám hộ nhận:", "Trần Văn Thay", "Giấy tờ số:", "GH-1", "31/12/2030"] {
          #expect(voucher.contains(part), "\(part)")
        }
        let page = try await client.get("/v1/people/003152000119", PersonAnswer.self)
        #expect(page.payouts.map(\.collector) == ["GH-1"] && page.lastSeenOn == nil)
      }
    }

    @Test(
      "A list writes a voucher for each person, both copies; printed again they are counted and kept, who and when",
      .enabled(if: PrintReader.isAvailable, Comment(rawValue: PrintReader.requirement)))
    func printed() async throws {
      let town = try ByHand()
      try await town.importLists()
      let (list, scan) = (town.home + "/c72a.csv", town.home + "/c72a.pdf")
      let rows = "so_dinh_danh,chuong_trinh,ky,so_tien,ly_do\n003152000119,,,1000,\n003088000201,,,2000,\n"
      try Data(rows.utf8).write(to: URL(fileURLWithPath: list))
      try Data("%PDF-1.7 bản quét".utf8).write(to: URL(fileURLWithPath: scan))
      let (form, receipt) = (town.home + "/phiếu.pdf", town.home + "/biên lai.pdf")
      let paid = try await town.run(
        "point", "by-hand", list, "--scan", scan, "--list", "C72a-79-1", "--commune", "26734", "--maker", "Nguyễn A",
        "--checker", "Lê B", "--reason", "không có thẻ", "--voucher", form, "--receipt", receipt, "--json")
      #expect(paid.exitCode == 0, "\(paid.diagnostics)")
      let payouts = try #require(try paid.object()["payouts"] as? [[String: Any]])
      for path in [form, receipt] {
        let letters = try PrintReader([UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))).letters()
        for fact in [
          "Nguyễn Thị Hòa", "********0119", "********0201", "Một nghìn đồng", "Hai nghìn đồng", "C72a-79-1", "LIÊN 1",
          "LIÊN 2", "theo danh sách ký nhận",
        ] {
          #expect(letters.contains(PrintReader.letters(fact)), "\(fact)")
        }
        #expect(!letters.contains("Sốthẻansinh") && !letters.contains("Thiếtbịđầucuối"))
      }
      let number = try #require(payouts[0]["documentNumber"] as? String)
      for count in 1...2 {
        let again = try await town.run(
          "point", "voucher", number, "--maker", "Lê Thu", "--voucher", form, "--ghi-de", "--json")
        #expect(again.exitCode == 0, "\(again.diagnostics)")
        #expect(try again.object()["reprintNumber"] as? Int == count)
        let letters = try PrintReader([UInt8](try Data(contentsOf: URL(fileURLWithPath: form)))).letters()
        #expect(letters.contains("BẢNINLẠILẦN\(count)") && !letters.contains("********0201"))
      }
      let kept = try Journal.entries(inFolder: town.home + "/point/BD-79-003").filter { $0.step == .reprinted }
      #expect(kept.map(\.reprint) == [1, 2].map { Reprint(maker: "Lê Thu", number: $0) })
      let text = try await town.run("point", "voucher", number, "--lang", "vi")
      #expect(text.output.contains("BẢN IN LẠI LẦN 3") && text.output.contains("Danh sách ký nhận:"))
    }
  }
}
