import Foundation
import Testing

extension Integration {
  /// `ansinh profile check | show | diff`, in processes of their own.
  @Suite("Card profiles by hand")
  struct ProfileCommandTests {
    private func run(_ arguments: String...) async throws -> FinishedCommand {
      try await Ansinh.run(["profile"] + arguments)
    }

    /// The adult's profile with changes, in a file of this name.
    private func write(_ name: String, _ changes: [(String, String)], in folder: TemporaryFolder) throws -> String {
      var text = try String(contentsOfFile: repositoryRoot.path + "/CardProfiles/adult.yaml", encoding: .utf8)
      for (old, new) in changes {
        #expect(text.contains(old))
        text = text.replacing(old, with: new)
      }
      let path = folder.path + "/" + name
      try text.write(toFile: path, atomically: true, encoding: .utf8)
      return path
    }

    @Test("The shipped profiles pass")
    func shipped() async throws {
      let files = ["adult", "child", "collector", "test"].map { "CardProfiles/\($0).yaml" }
      let end = try await Ansinh.run(["profile", "check"] + files + ["--lang", "vi"])
      #expect(end.exitCode == 0 && end.diagnostics.isEmpty)
      let lines = end.output.split(separator: "\n")
      #expect(lines.count == 4)
      #expect(lines.first == "✔ CardProfiles/adult.yaml: Thẻ an sinh người lớn (hồ sơ 1, phiên bản 2)")
    }

    @Test("What is wrong is told of with its line, in both languages; the good file beside it is still good")
    func refused() async throws {
      let folder = try TemporaryFolder()
      let bad = try write(
        "xấu.yaml", [("length: 5 }", "length: 6 }"), ("holder: pin-or", "holder: any-password #")], in: folder)
      let shape = try write("sai.yaml", [("log-slots: 30", "log-slot: 30")], in: folder)
      let vi = try await run("check", bad, "CardProfiles/adult.yaml", shape, "--lang", "vi")
      #expect(vi.exitCode == 4)
      #expect(
        vi.output == """
          ✘ \(bad)
            dòng 33, cột 47 · pin.transport-length: dài bằng mã PIN: thẻ không phân biệt được với PIN tạm
              → Ghi một độ dài khác pin.length.
            dòng 64, cột 11 · read.holder: bất kỳ ai cầm thẻ và đọc số CAN in trên thẻ đều đọc được
              → Chọn điều kiện có PIN hoặc thiết bị.
          ✔ CardProfiles/adult.yaml: Thẻ an sinh người lớn (hồ sơ 1, phiên bản 2)
          ✘ \(shape)
            dòng 29, cột 10 · files.log-slot: không có mục nào tên như vậy ở đây; có phải là “log-slots”?
              → Sửa tên mục đó hoặc bỏ nó đi.

          """)
      #expect(vi.diagnostics.hasPrefix("✘ Bị từ chối: 2 tệp hồ sơ thẻ.\n→ "))
      let en = try await run("check", bad, "--lang", "en")
      #expect(en.output.contains("line 33, column 47 · pin.transport-length: as long as the PIN"))
      let object = try await run("check", bad, "--json").object()
      let files = try #require(object["files"] as? [[String: Any]])
      let faults = try #require(files[0]["faults"] as? [[String: Any]])
      #expect(object["refused"] as? Int == 1 && files[0]["isGood"] as? Bool == false)
      #expect(faults.map { $0["code"] as? String } == ["profile.transport-pin", "profile.stranger"])
      #expect(faults.map { $0["line"] as? Int } == [33, 64] && faults.map { $0["column"] as? Int } == [47, 11])
      let shown = try await run("show", bad, "--lang", "vi")
      #expect(shown.exitCode == 4 && shown.diagnostics.contains("dòng 33, cột 47, mục “pin.transport-length”"))
      #expect(shown.diagnostics.contains("Còn 1 lỗi nữa"))
    }

    @Test("Another content under an id and a version that are taken is refused; a higher version is not")
    func versions() async throws {
      let folder = try TemporaryFolder()
      let same = try write("cu.yaml", [("tries: 3", "tries: 5")], in: folder)
      let raised = try write("moi.yaml", [("tries: 3", "tries: 5"), ("version: 2", "version: 3")], in: folder)
      let again = try write("moi-2.yaml", [("tries: 3", "tries: 4"), ("version: 2", "version: 3")], in: folder)
      let end = try await run("check", same, raised, again, "--json")
      #expect(end.exitCode == 4)
      let files = try #require(try end.object()["files"] as? [[String: Any]])
      #expect(files.map { $0["isGood"] as? Bool } == [false, true, false])
      for file in [files[0], files[2]] {
        let faults = try #require(file["faults"] as? [[String: Any]])
        #expect(faults.map { $0["code"] as? String } == ["profile.shared-version"])
        #expect(faults[0]["line"] as? Int == 7 && faults[0]["key"] as? String == "version")
      }
    }

    @Test("The profiles supplied are listed; one is shown with its rules in words")
    func show() async throws {
      let list = try await run("show", "--lang", "vi")
      #expect(list.exitCode == 0 && list.output.contains("collector   3          1  Thẻ người lĩnh thay"))
      #expect((try await run("show", "--json").json() as? [Any])?.count == 4)
      let vi = try await run("show", "adult", "--lang", "vi")
      for line in [
        "Thẻ an sinh người lớn · hồ sơ 1, phiên bản 2", "Mã PIN ", "6 chữ số", "2.000.000 đ",
        "chủ thẻ bằng mã PIN, hoặc thiết bị đã xác thực", "back, x 3.8, y 32, 32 × 9.6 mm", "quốc hiệu, tiêu ngữ",
        "100.000 · 200.000", "đọc chủ thẻ",
      ] {
        #expect(vi.output.contains(line), "\(line)")
      }
      let isNarrow = vi.output.split(separator: "\n").allSatisfy { $0.count <= 120 }
      #expect(isNarrow)
      let en = try await run("show", "CardProfiles/child.yaml", "--lang", "en")
      #expect(en.output.contains("a child with a guardian") && en.output.contains("16 years of age"))
      let values = try #require(try await run("show", "test", "--json").object()["values"] as? [String: String])
      #expect(values["life.days"] == "90" && values["read.snapshot"] == "pin" && values["use"] == "test")
    }

    @Test("What changed is told key by key, with what needs a new version")
    func diff() async throws {
      let folder = try TemporaryFolder()
      let other = try write(
        "khac.yaml",
        [("tries: 3", "tries: 5"), ("en: Adult card", "en: Card"), ("snapshot: pin\n", "snapshot: never\n")],
        in: folder)
      let vi = try await run("diff", "adult", other, "--lang", "vi")
      #expect(
        vi.output == """
          Mục            Trước       Sau    Phiên bản mới
          ─────────────  ──────────  ─────  ─────────────
          name.en        Adult card  Card
          pin.tries      3           5      cần
          read.snapshot  pin         never  cần

          ✘ Cần phiên bản mới nhưng phiên bản chưa tăng: tăng mục version.

          """)
      #expect(vi.exitCode == 0)
      let raised = try write("tang.yaml", [("tries: 3", "tries: 5"), ("version: 2", "version: 3")], in: folder)
      let en = try await run("diff", "adult", raised, "--lang", "en")
      #expect(en.output.hasSuffix("\n\nA new version is needed, and the version is higher.\n"))
      #expect(try await run("diff", "adult", "adult", "--lang", "en").output == "The two profiles are the same.\n")
      let printed = try write("in.yaml", [("points: 12.5", "points: 12")], in: folder)
      #expect(try await run("diff", "adult", printed, "--lang", "en").output.contains("No change needs a new version"))
      let object = try await run("diff", "adult", "test", "--json").object()
      #expect(object["isOtherProfile"] as? Bool == true && object["needsNewVersion"] as? Bool == true)
      #expect((object["changes"] as? [Any])?.count == 18)
    }
  }
}
