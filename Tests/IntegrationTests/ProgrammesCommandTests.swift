import Foundation
import Testing

extension Integration {
  /// `ansinh benefit programmes check | show | diff | cover`, in processes of their own.
  @Suite("Programmes by hand")
  struct ProgrammesCommandTests {
    private func run(_ arguments: String...) async throws -> FinishedCommand {
      try await Ansinh.run(["benefit", "programmes"] + arguments)
    }

    /// A folder with one programme for an emergency, as an office would write it in an afternoon.
    private func storm(_ changes: [(String, String)] = [], in folder: TemporaryFolder) throws -> String {
      var text = """
        parameters:
          muc_bao:
            name: { vi: Mức hỗ trợ bão, en: Storm standard }
            values:
              - { from: 2026-09-01, vnd: 400000, status: in-force, evidence: K }
        programmes:
          - code: BAO-2026
            wire-code: "1001"
            pillar: BTXH
            name: { vi: Hỗ trợ người mất nhà vì bão, en: Support for people who lost their house to the storm }
            rhythm: one-off-mass
            periods:
              - from: 2026-09-01
                to: 2026-12-31
                legal-base: QĐ 1/2026
                evidence: K
                funder: { split: { NSTW: 70, NSDP: 30 } }
                unit: XA
                decided-by: commune
                paid-by: commune
                calendar: on-decision
                uncollected: { term: deadline, day: 2026-12-31 }
                amount: { each: people, amount: { parameter: muc_bao, times: 2.5 } }
                amount-is: exact
                rounding: { to: 1, direction: nearest }
            vectors:
              - { on: 2026-09-10, inputs: { people: 3 }, amount: 3000000, source: K }

        """
      for (old, new) in changes {
        #expect(text.contains(old))
        text = text.replacing(old, with: new)
      }
      let path = folder.path + "/" + UUID().uuidString
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      try text.write(toFile: path + "/bao.yaml", atomically: true, encoding: .utf8)
      return path
    }

    @Test("The programmes shipped are good; a new one comes from a file, with no build")
    func check() async throws {
      let folder = try TemporaryFolder()
      let shipped = try await run("check", "--lang", "vi")
      #expect(shipped.exitCode == 0 && shipped.output.hasPrefix("✔ 63 chương trình, "))
      let path = try storm(in: folder)
      let with = try await run("check", "--folder", path, "--json").object()
      #expect(with["programmes"] as? Int == 64 && with["isGood"] as? Bool == true)
      let shown = try await run(
        "show", "bao-2026", "--folder", path, "--on", "10/09/2026", "--input", "people=4", "--lang", "vi")
      for part in [
        "BAO-2026 · Hỗ trợ người mất nhà vì bão", "2,5 × Mức hỗ trợ bão × số người trong hộ", "NSTW 70% + NSDP 30%",
        "1. Mức hỗ trợ bão từ ngày 01/09/2026: 400.000 đ [K]", "Mức hưởng ngày 10/09/2026: 4.000.000 đ",
      ] {
        #expect(shown.output.contains(part), "“\(part)” in \(shown.output)")
      }
    }

    @Test("What is wrong is told of with file, line and column, in both languages")
    func refused() async throws {
      let folder = try TemporaryFolder()
      let path = try storm(
        [("times: 2.5", "times: 2.4"), ("from: 2026-09-01, vnd", "from: 2026-10-01, vnd")], in: folder)
      let vi = try await run("check", "--folder", path, "--lang", "vi")
      #expect(vi.exitCode == 4)
      #expect(
        vi.output == """
          ✘ bao.yaml, dòng 23, cột 54 · programmes[1].periods[1].amount.amount.parameter: tham số không có giá trị \
          từ 2026-09-01 đến 2026-09-30, nằm trong giai đoạn
              → Bổ sung giá trị có hiệu lực, hoặc tách giai đoạn và ghi quy tắc khác.

          """)
      #expect(vi.diagnostics.hasPrefix("✘ Bị từ chối: 1 lỗi trong tệp chương trình."))
      let wrong = try storm([("times: 2.5", "times: 2.4")], in: folder)
      let en = try await run("check", "--folder", wrong, "--lang", "en")
      #expect(en.output.contains("the example says 3.000.000 đ, the rule gives 2.880.000 đ"))
      let object = try await run("check", "--folder", wrong, "--json").object()
      let faults = try #require(object["faults"] as? [[String: Any]])
      #expect(faults.map { $0["code"] as? String } == ["programme.vector-amount"])
      #expect(faults.map { $0["line"] as? Int } == [27] && faults.map { $0["file"] as? String } == ["bao.yaml"])
      let shown = try await run("show", "--folder", wrong, "--lang", "vi")
      #expect(shown.exitCode == 4 && shown.diagnostics.contains("dòng 27, cột "))
    }

    @Test("Programmes are listed by pillar; one is shown with its rule and its amount step by step")
    func show() async throws {
      let list = try await run("show", "--lang", "vi", "--on", "2026-11-22")
      #expect(list.exitCode == 0 && list.output.contains("BTXH-TE1") && !list.output.contains("NQ68-TH1"))
      let isNarrow = list.output.split(separator: "\n").allSatisfy { $0.count <= 160 }
      #expect(isNarrow)
      #expect((try await run("show", "--json").json() as? [Any])?.count == 63)
      let capped = try await run(
        "show", "BHTN-TCTN", "--on", "2026-03-01", "--input", "average-wage=60000000", "--input", "region=region-2",
        "--input", "months-paid=48", "--json"
      ).object()
      let derivation = try #require(capped["derivation"] as? [String: Any])
      #expect(derivation["amount"] as? Int == 23_650_000 && derivation["months"] as? Int == 4)
      #expect((derivation["steps"] as? [Any])?.count == 6)
      let missing = try await run(
        "show", "BHTN-TCTN", "--on", "2026-03-01", "--input", "average-wage=1", "--lang", "vi")
      #expect(missing.exitCode == 2 && missing.diagnostics.contains("thiếu đầu vào region"))
      let old = try await run("show", "BHXH-HTXH", "--lang", "en", "--on", "2025-07-01")
      #expect(old.output.contains("age in full years from 75") && old.output.contains("the highest is paid"))
    }

    @Test("What changes between days and folders, and for whom")
    func diff() async throws {
      let folder = try TemporaryFolder()
      let days = try await run("diff", "2024-06-30", "2024-07-01", "--lang", "vi")
      #expect(days.output.contains("NCC-MT · Mai táng phí người có công · đổi"))
      #expect(days.output.contains("mọi người hưởng  18.000.000 đ  23.400.000 đ"))
      let (before, after) = (try storm(in: folder), try storm([("2.5", "3"), ("3000000", "3600000")], in: folder))
      let folders = try await run("diff", before, after, "--json").json() as? [[String: Any]]
      #expect(folders?.map { $0["code"] as? String } == ["BAO-2026"])
      let added = try await run("diff", "co-san", after, "--lang", "en")
      #expect(added.output.contains("BAO-2026 · ") && added.output.contains(" · added"))
      #expect(try await run("diff", after, after, "--lang", "en").output == "Nothing differs.\n")
    }

    @Test("Health insurance: level, validity and the co-payments of the year")
    func cover() async throws {
      let vi = try await run(
        "cover", "--subject", "ht", "--from", "2026-01-01", "--to", "2026-12-31", "--on", "2026-11-22", "--paid",
        "14040001", "--years", "5", "--lang", "vi")
      for part in ["3 · 95%", "có giá trị", "14.040.001 đ / 14.040.000 đ", "có, đến hết năm"] {
        #expect(vi.output.contains(part), "“\(part)” in \(vi.output)")
      }
    }
  }
}
