import Foundation
import Testing

extension Integration {
  /// What `Tools/man` writes, read by the programs that it is for.
  @Suite("Manual pages and completions")
  struct ShellTests {
    /// A program of this system, found as a shell finds it.
    private func run(_ program: String, _ arguments: [String], in folder: String? = nil) async throws -> FinishedCommand
    {
      let words = folder.map { ["-C", $0, program] } ?? [program]
      return try await RunningCommand("/usr/bin/env", words + arguments).finish()
    }

    private func written() async throws -> TemporaryFolder {
      let folder = try TemporaryFolder()
      let end = try await run(
        repositoryRoot.path + "/Tools/man", [folder.path, "--ansinh", Ansinh.executable])
      #expect(end.exitCode == 0, "\(end.diagnostics)")
      return folder
    }

    private func leaves(_ command: [String: Any], _ path: [String] = []) throws -> [[String]] {
      let path = path + [try #require(command["commandName"] as? String)]
      let below = (command["subcommands"] as? [[String: Any]] ?? []).filter { $0["commandName"] as? String != "help" }
      return [path] + (try below.flatMap { try leaves($0, path) })
    }

    @Test("There is a page for every command, which mandoc reads without a complaint and man shows")
    func pages() async throws {
      let folder = try await written()
      let help = try await Ansinh.run(["--experimental-dump-help"]).object()
      let names = try leaves(try #require(help["command"] as? [String: Any])).map { $0.joined(separator: "-") + ".1" }
      let pages = folder.path + "/man/man1"
      #expect(try FileManager.default.contentsOfDirectory(atPath: pages).sorted() == names.sorted())
      let lint = try await run("mandoc", ["-T", "lint"] + names, in: pages)
      // That a page is installed for a reference is not to be asked here.
      let complaints = lint.output.split(separator: "\n").filter { !$0.contains("referenced manual not found") }
      #expect(complaints.isEmpty, "\(complaints)")
      for name in names {
        let shown = try await run("mandoc", ["-T", "utf8", name], in: pages)
        #expect(shown.exitCode <= 1 && shown.diagnostics.isEmpty, "\(shown.diagnostics)")
      }
      let text = try await run("mandoc", ["-T", "utf8", "ansinh-point-pay.1"], in: pages).output
        .replacing(/.\u{8}/, with: "")
      for part in ["Chi trả cho người có thẻ", "--programme", "BD-79-003", "3 thẻ hoặc đầu đọc", "--help"] {
        #expect(text.contains(part), "“\(part)” in \(text)")
      }
    }

    @Test("The program's documentation converts without a warning, with every page reached from the first")
    func documentation() async throws {
      let folder = try TemporaryFolder()
      let catalogue = repositoryRoot.path + "/Sources/ansinh/ansinh.docc"
      let end = try await run(
        "docc",
        [
          "convert", catalogue, "--fallback-display-name", "ansinh", "--fallback-bundle-identifier", "vn.ansinh",
          "--warnings-as-errors", "--output-path", folder.path + "/ansinh.doccarchive",
        ])
      #expect(end.exitCode == 0 && end.diagnostics.isEmpty, "\(end.diagnostics)")
      let first = try String(contentsOfFile: catalogue + "/ansinh.md", encoding: .utf8)
      for page in try FileManager.default.contentsOfDirectory(atPath: catalogue) where page != "ansinh.md" {
        #expect(first.contains("<doc:\(page.dropLast(3))>"), "\(page)")
      }
    }

    /// What bash offers after `line`, in `folder`.
    private func offered(_ line: String, _ share: TemporaryFolder, in folder: String) async throws -> Set<String> {
      let script = """
        cd "$2" && source "$1" || exit 1
        read -ra COMP_WORDS <<<"$3"; [[ "$3" == *' ' ]] && COMP_WORDS+=('')
        COMP_CWORD=$((${#COMP_WORDS[@]} - 1)) COMP_LINE="$3" COMP_POINT=${#3} COMPREPLY=()
        [[ "$(complete -p ansinh)" =~ -F\\ ([^ ]+) ]] || exit 2
        "${BASH_REMATCH[1]}" ansinh "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD-1]}"
        printf '%s\\n' "${COMPREPLY[@]}"
        """
      let end = try await run(
        "bash", ["--norc", "-c", script, "bash", share.path + "/bash-completion/completions/ansinh", folder, line])
      #expect(end.exitCode == 0 && end.diagnostics.isEmpty, "\(line): \(end.diagnostics)")
      return Set(end.output.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) })
    }

    @Test("bash offers commands, options, their values, lists and folders")
    func bash() async throws {
      let share = try await written()
      let work = try TemporaryFolder()
      for name in ["danh-sach.csv", "anh.png", "phieu.pdf"] {
        try Data().write(to: URL(fileURLWithPath: work.path + "/" + name))
      }
      try FileManager.default.createDirectory(atPath: work.path + "/tinh", withIntermediateDirectories: true)
      func offered(_ line: String) async throws -> Set<String> {
        try await self.offered(line, share, in: work.path)
      }
      let nouns = try await offered("ansinh ")
      #expect(
        nouns.isSuperset(of: ["demo", "reader", "card", "point", "issue", "benefit", "settle", "audit", "bench"]))
      let verbs = try await offered("ansinh point ").filter { !$0.hasPrefix("-") }
      #expect(
        verbs == [
          "pay", "balance", "notes", "by-hand", "reverse", "shift", "limits", "sync", "update", "voucher", "proof",
          "register", "request", "install",
        ])
      #expect(try await offered("ansinh point p") == ["pay", "proof"])
      #expect(try await offered("ansinh point pay --lang ") == ["vi", "en"])
      #expect(try await offered("ansinh point pay --programme BHXH-H").contains("BHXH-HUU"))
      #expect(try await offered("ansinh benefit import --encoding t") == ["tcvn3"])
      #expect(try await offered("ansinh point pay --agent ") == ["VNPOST", "NHCSXH"])
      #expect(try await offered("ansinh point pay --am") == ["--amount"])
      #expect(try await offered("ansinh benefit import d") == ["danh-sach.csv"])
      #expect(try await offered("ansinh benefit import a").isEmpty)
      #expect(try await offered("ansinh demo --list ") == ["danh-sach.csv", "tinh"])
      #expect(try await offered("ansinh point voucher --receipt p") == ["phieu.pdf"])
      #expect(try await offered("ansinh card info --state ") == ["tinh"])
    }

    @Test("zsh and fish read theirs; fish offers the commands")
    func otherShells() async throws {
      let share = try await written()
      let bash = try await run("bash", ["-n", share.path + "/bash-completion/completions/ansinh"])
      #expect(bash.exitCode == 0 && bash.diagnostics.isEmpty, "\(bash.diagnostics)")
      let zsh = try await run("zsh", ["-n", share.path + "/zsh/site-functions/_ansinh"])
      #expect(zsh.exitCode == 0 && zsh.diagnostics.isEmpty, "\(zsh.diagnostics)")
      let script = "source \(share.path)/fish/vendor_completions.d/ansinh.fish; complete -C 'ansinh point '"
      let fish = try await run("fish", ["--no-config", "-c", script])
      let verbs = fish.output.split(separator: "\n").map { String($0.prefix { $0 != "\t" }) }
      #expect(
        fish.exitCode == 0
          && Set(verbs) == [
            "pay", "balance", "notes", "by-hand", "reverse", "shift", "limits", "sync", "update", "voucher", "proof",
            "register",
            "request",
            "install",
          ],
        "\(fish.output) \(fish.diagnostics)")
    }
  }
}
