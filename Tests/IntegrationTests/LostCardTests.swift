import Foundation
import Testing
import VietnamReference

extension Integration {
  /// A lost card, by commands in processes of their own.
  @Suite("Lost, blocked, replaced, paid")
  struct LostCardTests {
    private func pay(_ card: String, _ town: ByHand, commune: String = "26734") async throws -> FinishedCommand {
      try await town.run(
        "point", "pay", "--reader", "virtual:\(town.home)/card/\(card)", "--commune", commune, "--pin-fd", "0",
        "--lang", "vi", input: ByHand.pin + "\n")
    }

    @Test("A lost card is blocked and paid with nowhere; the month is paid on the new one, once; the audit is clean")
    func lost() async throws {
      let town = try ByHand()
      let person = ["--person", ByHandTests.pensioner]
      func issue(_ words: [String], _ code: Int32 = 0) async throws -> FinishedCommand {
        let end = try await Ansinh.run(["issue"] + words + ["--state", town.home, "--lang", "vi"])
        #expect(end.exitCode == code, "\(words): \(end.diagnostics)")
        return end
      }
      let serve = try await Serve.start(town.home)
      defer { serve.kill() }
      try await town.importLists()
      try await town.certify()
      let old = try await town.personalise(ByHandTests.pensioner)
      _ = try await issue(
        ["deliver"] + person + ["--to", "holder", "--document", "can-cuoc", "--document-tail", "0119"])

      // Somebody calls: blocked at once, and paid with nowhere.
      _ = try await issue(["block"] + person + ["--reason", "gọi điện báo mất"])
      let blocked = try await pay(old.card, town)
      #expect(blocked.exitCode == 4 && blocked.output.isEmpty, "\(blocked.diagnostics)")
      #expect(blocked.diagnostics.contains("Thẻ đã bị khóa."))
      #expect(blocked.diagnostics.contains("liên hệ cơ quan cấp thẻ"))

      // At the office: two persons, or nothing happens.
      let replace = ["replace"] + person + ["--kind", "lost", "--reason", "đơn báo mất", "--maker", "Nguyễn A"]
      let alone = try await issue(replace + ["--checker", "nguyễn a"], 4)
      #expect(alone.diagnostics.contains("hai người khác nhau"))
      _ = try await issue(replace + ["--checker", "Lê B"])
      let unblock = ["unblock-card"] + person + ["--reason", "tìm thấy", "--checker", "Lê B"]
      #expect(try await issue(unblock, 4).diagnostics.contains("không mở khóa được"))
      _ = try await issue(replace + ["--checker", "Lê B"], 4)

      let new = try await town.personalise(ByHandTests.pensioner)
      #expect(new.card != old.card)
      let dead = try await pay(old.card, town)
      #expect(dead.exitCode == 4 && dead.diagnostics.contains("đã được thay bằng thẻ mới"), "\(dead.diagnostics)")
      let paid = try await pay(new.card, town)
      #expect(paid.exitCode == 0 && paid.output.contains(VND.text(6_283_417)), "\(paid.diagnostics)")
      #expect(try await pay(new.card, town).exitCode == 4)

      let shown = try await issue(["show", "--card", old.card])
      for part in [
        "Báo mất", "Đề nghị cấp lại (mất)", "Thẻ mới cấp lại đã thay", "Lê B", "đã thay bằng thẻ mới", "Cấp lại",
      ] {
        #expect(shown.output.contains(part), "“\(part)” in \(shown.output)")
      }
      let life = try await town.run("issue", "show", "--card", new.card, "--json").object()
      #expect((life["centre"] as? [String: Any])?["replaces"] as? String == old.card)
      #expect(life["actsAreWhole"] as? Bool == true)
      let audit = try await town.run("audit", "verify")
      #expect(audit.exitCode == 0, "\(audit.diagnostics)")
      try await serve.stop()
    }
  }
}
