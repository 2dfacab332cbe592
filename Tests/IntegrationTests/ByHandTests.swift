import Foundation
import Testing
import VietnamReference

extension Integration {
  /// Each command alone, in processes of their own, with state that survives them.
  @Suite("By hand, in separate processes")
  struct ByHandTests {
    /// The list's first person: a pension of Thái Nguyên.
    static let pensioner = "003152000119"
    /// Its second: an unemployment benefit of Hà Nội.
    static let secondPerson = "003088000201"
    private static let pension: Int64 = 6_283_417

    @Test(
      "A pension of Thái Nguyên is paid in Hồ Chí Minh City, once, and everybody sees it; the service is started anew",
      .enabled(if: VirtualSlot.isAvailable, VirtualSlot.requirement))
    func pensionIsPaid() async throws {
      let town = try ByHand()
      var serve = try await Serve.start(town.home)
      defer { serve.kill() }
      try await town.importLists()
      try await town.certify()
      let mailer = try await town.personalise(Self.pensioner)
      try await VirtualSlot.withSoftcardProcess(home: town.home, card: mailer.card) {
        try await readers(town)
        let paid = try await town.pay(input: mailer.pin + "\n")
        #expect(paid.exitCode == 0, "\(paid.diagnostics)")
        for part in [
          VND.text(Self.pension), AmountInWords.receiptLine(Self.pension), "Nguyễn Thị Hòa", "********0119",
          "Bảo hiểm xã hội Thái Nguyên", "Thành phố Hồ Chí Minh", "BD-79-003",
        ] {
          #expect(Self.unwrapped(paid.output).contains(part), "“\(part)” in \(paid.output)")
        }
        try await secondTime(town, mailer)
        try await look(town, mailer)
      }
      try await reports(town)
      try await serve.stop()
      // The state alone is enough, then a new service on it.
      try await reports(town)
      serve = try await serve.again()
      try await reports(town)
      try await VirtualSlot.withSoftcardProcess(home: town.home, card: mailer.card) {
        try await secondTime(town, mailer)
      }
      try await serve.stop()
    }

    /// Text without the line breaks of narrow paper.
    private static func unwrapped(_ text: String) -> String {
      text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }

    private func readers(_ town: ByHand) async throws {
      let list = try await town.runBoth("reader", "list", shows: [VirtualSlot.name, "3B 80 80 01 01"])
      let readers = try #require(list as? [[String: Any]])
      let first = try #require(readers.first { $0["reader"] as? String == VirtualSlot.name })
      #expect(first["cardPresent"] as? Bool == true && first["atr"] as? String == "3B 80 80 01 01")
    }

    /// The same month again: refused by a rule, and nothing is paid twice.
    private func secondTime(_ town: ByHand, _ mailer: ByHand.Mailer) async throws {
      let again = try await town.pay(input: mailer.pin + "\n")
      #expect(again.exitCode == 4, "\(again.diagnostics)")
      #expect(again.output.isEmpty)
      #expect(again.diagnostics.contains("Thẻ này không có khoản nào chờ chi."))
      #expect(again.diagnostics.contains("→ Khoản của tháng này có thể đã được chi trả"))
    }

    private func look(_ town: ByHand, _ mailer: ByHand.Mailer) async throws {
      let balance = try await town.runBoth(
        "card", "balance", "--reader", VirtualSlot.name, "--pin-fd", "0", input: mailer.pin + "\n",
        shows: ["Nguyễn Thị Hòa", "Thái Nguyên", "**** **** **** \(mailer.card.suffix(4))", VND.text(0)])
      #expect((balance as? [String: Any])?["total"] as? Int == 0)
      let info = try await town.runBoth(
        "card", "info", "--reader", VirtualSlot.name, "--can-fd", "0", input: mailer.can + "\n",
        shows: ["Nơi cấp: Thái Nguyên"])
      let number = (info as? [String: Any])?["cardNumber"] as? String
      #expect(number?.filter(\.isNumber) == mailer.card)
    }

    /// Who owes whom and the audit, the same before and after a restart.
    private func reports(_ town: ByHand) async throws {
      let settlement = try await town.runBoth(
        "settle", "report",
        shows: ["Bảo hiểm xã hội Thái Nguyên", "Bảo hiểm xã hội Hồ Chí Minh", VND.text(Self.pension)])
      let lines = try #require((settlement as? [String: Any])?["lines"] as? [[String: Any]])
      #expect(lines.count == 1 && lines[0]["amount"] as? Int64 == Self.pension && lines[0]["count"] as? Int == 1)
      let audit = try await town.runBoth("audit", "verify", shows: ["Không có sai lệch"])
      let facts = try #require(audit as? [String: Any])
      #expect(facts["problemCount"] as? Int == 0 && facts["payouts"] as? Int == 1)
    }

    @Test(
      "A wrong PIN tells the tries left, which survive power-off; with the CAN the last try pays",
      .enabled(if: VirtualSlot.isAvailable, VirtualSlot.requirement))
    func wrongPIN() async throws {
      let town = try ByHand()
      let serve = try await Serve.start(town.home)
      defer { serve.kill() }
      try await town.importLists()
      try await town.certify()
      let mailer = try await town.personalise(Self.pensioner)
      func expectRefusal(_ end: FinishedCommand, _ text: String) {
        #expect(end.exitCode == 4, "\(end.diagnostics)")
        #expect(end.output.isEmpty && end.diagnostics.contains(text), "\(end.diagnostics)")
      }
      try await VirtualSlot.withSoftcardProcess(home: town.home, card: mailer.card) {
        expectRefusal(try await town.pay(input: mailer.wrongPIN + "\n"), "Mã PIN không đúng, còn 2 lần thử.")
      }
      try await VirtualSlot.withSoftcardProcess(home: town.home, card: mailer.card) {
        expectRefusal(
          try await town.pay("--lang", "en", input: mailer.wrongPIN + "\n"), "The PIN is not correct, 1 try left.")
        // Suspended: even the right PIN only after the CAN.
        let suspended = try await town.pay("--json", input: mailer.pin + "\n")
        expectRefusal(suspended, "The PIN is suspended after several wrong entries; 1 try left.")
        #expect((try JSONSerialization.jsonObject(with: Data(suspended.diagnostics.utf8)) as? [String: Any]) != nil)
      }
      try await VirtualSlot.withSoftcardProcess(home: town.home, card: mailer.card) {
        let paid = try await town.pay(
          "--mo-lai", "--can-fd", "0", "--json", input: "\(mailer.pin)\n\(mailer.can)\n")
        #expect(paid.exitCode == 0, "\(paid.diagnostics)")
        #expect(try paid.object()["totalAmount"] as? Int64 == Self.pension)
        // The counter is full again.
        expectRefusal(try await town.pay(input: mailer.wrongPIN + "\n"), "còn 2 lần thử")
      }
      try await serve.stop()
    }

    @Test(
      "A fresh card is personalised in the reader from another process, and pays",
      .enabled(if: VirtualSlot.isAvailable, VirtualSlot.requirement))
    func personalisedInReader() async throws {
      let town = try ByHand()
      let serve = try await Serve.start(town.home)
      defer { serve.kill() }
      try await town.importLists()
      try await town.certify()
      try await VirtualSlot.withSoftcardProcess(home: town.home, card: "moi") {
        let made = try await town.run(
          "issue", "personalise", "--person", Self.pensioner, "--reader", VirtualSlot.name, "--print-screen",
          "--json")
        #expect(made.exitCode == 0, "\(made.diagnostics)")
        try await town.activate(
          VirtualSlot.name, transportPIN: try #require(try made.firstObject()["pin"] as? String))
        let pin = ByHand.pin
        let paid = try await town.pay("--programme", "BHXH-HUU", "--amount", "1000001", "--json", input: pin + "\n")
        #expect(paid.exitCode == 0, "\(paid.diagnostics)")
        let voucher = try paid.object()
        #expect(voucher["totalAmount"] as? Int64 == 1_000_001)
        #expect(voucher["remainingBalance"] as? Int64 == Self.pension - 1_000_001)
        let tooMuch = try await town.pay("--amount", String(Self.pension), input: pin + "\n")
        #expect(tooMuch.exitCode == 4)
        #expect(tooMuch.diagnostics.contains("còn được lĩnh \(VND.text(Self.pension - 1_000_001))"))
      }
      try await serve.stop()
    }

    @Test(
      "With the service down nothing is paid, and the next try pays",
      .enabled(if: VirtualSlot.isAvailable, VirtualSlot.requirement))
    func serviceDown() async throws {
      let town = try ByHand()
      var serve = try await Serve.start(town.home)
      defer { serve.kill() }
      try await town.importLists()
      try await town.certify()
      let mailer = try await town.personalise(Self.pensioner)
      serve.kill()
      try await VirtualSlot.withSoftcardProcess(home: town.home, card: mailer.card) {
        let down = try await town.pay("--service", serve.url, input: mailer.pin + "\n")
        #expect(down.exitCode == 1 && down.output.isEmpty)
        #expect(down.diagnostics.contains("✘ Không kết nối được với dịch vụ trung tâm."), "\(down.diagnostics)")
        #expect(down.diagnostics.contains("→ Kiểm tra mạng và dịch vụ (ansinh serve), rồi làm lại."))
        serve = try await serve.again()
        let paid = try await town.pay("--service", serve.url, "--json", input: mailer.pin + "\n")
        #expect(paid.exitCode == 0, "\(paid.diagnostics)")
        #expect(try paid.object()["totalAmount"] as? Int64 == Self.pension)
      }
      try await reports(town)
      try await serve.stop()
    }
  }
}
