import Foundation
import Testing
import VietnamReference

extension Integration {
  /// Somebody collects for the holder, by commands in processes of their own, through the real pcscd.
  @Suite("Collected for the holder")
  struct CollectorPayTests {
    private static let hands = ["--office", "XA-19-05443", "--reason", "theo giấy", "--maker", "Nguyễn A"]
    private static let pension: Int64 = 6_283_417

    private func register(_ town: ByHand) async throws {
      let registered = try await Ansinh.run(
        [
          "person", "representative", "add", ByHandTests.pensioner, "--paper", "UQ-1", "--kind", "collector",
          "--programme", "BHXH-HUU", "--id", "003080000555", "--name", "Trần Văn Thay", "--from",
          ProgramOutputTests.day(0),
          "--until", ProgramOutputTests.day(90), "--cho-phep-du-lieu-mau", "--state", town.home,
        ] + Self.hands)
      #expect(registered.exitCode == 0, "\(registered.diagnostics)")
    }

    @Test(
      "The clerk sees who may collect and that proof of life is due; the paper pays, the voucher names the collector",
      .enabled(if: VirtualSlot.isAvailable, VirtualSlot.requirement))
    func collected() async throws {
      let town = try ByHand()
      let serve = try await Serve.start(town.home)
      defer { serve.kill() }
      try await town.importLists()
      try await town.certify()
      let mailer = try await town.personalise(ByHandTests.pensioner)
      try await register(town)
      let last = ProgramOutputTests.day(90).split(separator: "-").reversed().joined(separator: "/")
      try await VirtualSlot.withSoftcardProcess(home: town.home, card: mailer.card) {
        let seen = try await town.run(
          "point", "balance", "--commune", "26734", "--reader", VirtualSlot.name, "--pin-fd", "0", "--lang", "vi",
          input: mailer.pin + "\n")
        #expect(seen.exitCode == 0, "\(seen.diagnostics)")
        for part in ["Người lĩnh thay: Trần Văn Thay, ********0555 · Lương hưu", "giấy UQ-1, hết ngày \(last)"] {
          #expect(seen.output.contains(part), "“\(part)” in \(seen.output)")
        }
        #expect(seen.diagnostics.contains("Cần xác nhận người hưởng còn sống. Chưa có lần nào được ghi nhận."))
        #expect(seen.diagnostics.contains("ansinh person presence record … --place BD-79-003 --attested"))
        for (paper, code) in [("UQ-9", "unknown-paper"), ("UQ-1", "representative-not-covering")] {
          let programme = paper == "UQ-1" ? ["--programme", "BTXH-KT1"] : []
          let refused = try await pay(town, mailer, ["--collector", paper, "--json"] + programme)
          #expect(refused.exitCode == 4 && refused.diagnostics.contains(code), "\(refused.diagnostics)")
        }
        let paid = try await pay(town, mailer, ["--collector", "UQ-1", "--lang", "vi"])
        #expect(paid.exitCode == 0, "\(paid.diagnostics)")
        for part in ["Trần Văn Thay", "UQ-1", last, VND.text(Self.pension), "Nguyễn Thị Hòa"] {
          #expect(paid.output.contains(part), "“\(part)” in \(paid.output)")
        }
        #expect(paid.diagnostics.contains("Lĩnh thay: so căn cước với Trần Văn Thay, ********0555"))
        #expect(paid.diagnostics.contains("Người lĩnh thay đến không tính"))
      }
      let page = try await town.run("person", "show", ByHandTests.pensioner, "--lang", "vi")
      #expect(page.output.contains("lĩnh thay theo UQ-1"), "\(page.output)")
      try await serve.stop()
    }

    private func pay(_ town: ByHand, _ mailer: ByHand.Mailer, _ options: [String]) async throws -> FinishedCommand {
      try await Ansinh.run(
        [
          "point", "pay", "--state", town.home, "--commune", "26734", "--reader", VirtualSlot.name, "--pin-fd", "0",
        ] + options, input: mailer.pin + "\n")
    }
  }
}
