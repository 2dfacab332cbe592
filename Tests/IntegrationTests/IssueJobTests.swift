import Foundation
import Testing

extension Integration {
  /// An office's job, killed again and again, with paper coming out of it.
  @Suite("A personalisation job that is killed in the middle")
  struct IssueJobTests {
    private static let people = 60

    private struct Told: Decodable {
      struct Counts: Decodable {
        let taken, good, left, defects, withdrawn, begun, scrapped, inWork: Int
      }
      let counts: Counts
      let reconcile: Bool
    }

    private struct Shown: Decodable {
      struct Scrapped: Decodable { let cardNumber, reason: String }
      let job: Told
      let scrapped: [Scrapped]
    }

    private static func show(_ town: ByHand) async throws -> Shown {
      let shown = try await town.run("issue", "job", "show", "1", "--json")
      #expect(shown.exitCode == 0, "\(shown.diagnostics)")
      return try JSONDecoder().decode(Shown.self, from: Data(shown.output.utf8))
    }

    /// Names of the documents in the print folder, by kind: the card numbers on them.
    private static func printed(_ folder: String, _ kind: String) throws -> Set<String> {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
      return Set(names.filter { $0.hasPrefix(kind + "-") }.map { String($0.dropFirst(kind.count + 1).dropLast(4)) })
    }

    @Test(
      "Killed while cards are made and printed: every person has one card, its paper is there, the counts reconcile")
    func killed() async throws {
      let town = try ByHand()
      try await town.certify()
      try await town.importLists()
      let opened = try await town.run(
        "issue", "job", "open", "--title", "đợt thử", "--limit", "\(Self.people)", "--json")
      #expect(opened.exitCode == 0, "\(opened.diagnostics)")
      let paper = town.home + "/../paper-\(UUID().uuidString)"
      defer { try? FileManager.default.removeItem(atPath: paper) }
      let command = [
        "issue", "personalise", "--job", "1", "--virtual", "--desks", "2", "--print-folder", paper,
        "--cho-phep-du-lieu-mau", "--state", town.home, "--json",
      ]
      var kills = 0
      for round in 1...6 {
        let running = try RunningCommand(Ansinh.executable, command)
        // Killed when it has printed a few more: in the middle of others.
        let target = round * 8
        try? await eventually("\(target) slips", within: .seconds(60)) {
          let slips = try Self.printed(paper, "mailer").count
          return slips >= target || !running.isRunning
        }
        if running.isRunning { kills += 1 }
        running.kill()
        let shown = try await Self.show(town)
        #expect(shown.job.reconcile, "round \(round)")
      }
      #expect(kills > 3)
      let last = try await Ansinh.run(command)
      #expect(last.exitCode == 0, "\(last.diagnostics)")
      let shown = try await Self.show(town)
      let counts = shown.job.counts
      #expect(shown.job.reconcile && counts.good == Self.people && counts.left == 0 && counts.inWork == 0)
      #expect(shown.scrapped.count == counts.scrapped && shown.scrapped.allSatisfy { $0.reason == "interrupted" })
      try await expectPaper(town, paper, shown)
      try await expectCentre(town)
    }

    @Test("Secrets go where they are sent: without a word where to, nothing is made")
    func whereTo() async throws {
      let town = try ByHand()
      for options in [[], ["--print-screen", "--print-folder", town.home + "/paper"]] {
        let refused = try await Ansinh.run(["issue", "personalise", "--virtual", "--state", town.home] + options)
        #expect(refused.exitCode == 2 && refused.diagnostics.contains("--print-screen"), "\(refused.diagnostics)")
        #expect(refused.output.isEmpty && !FileManager.default.fileExists(atPath: town.home + "/office"))
      }
      #expect((try await town.run("issue", "personalise", "--dry-run", "--json")).exitCode == 0)
    }

    @Test("Killed, then closed: nothing is in work any more, no half-made card is left, its slip is on the scrap list")
    func killedAndClosed() async throws {
      let town = try ByHand()
      try await town.certify()
      try await town.importLists()
      #expect((try await town.run("issue", "job", "open", "--limit", "\(Self.people)")).exitCode == 0)
      let paper = try TemporaryFolder()
      let running = try RunningCommand(
        Ansinh.executable,
        [
          "issue", "personalise", "--job", "1", "--virtual", "--desks", "2", "--print-folder", paper.path,
          "--cho-phep-du-lieu-mau", "--state", town.home, "--json",
        ])
      try? await eventually("slips", within: .seconds(60)) {
        let slips = try Self.printed(paper.path, "mailer").count
        return slips >= 8 || !running.isRunning
      }
      let busy = try await town.run("issue", "job", "close", "1", "--json")
      if running.isRunning { #expect(busy.exitCode == 4 && busy.diagnostics.contains("job.busy")) }
      running.kill()
      try FileManager.default.createDirectory(
        atPath: town.home + "/card/new-1-cut-off", withIntermediateDirectories: true)
      #expect((try await town.run("issue", "job", "close", "1", "--json")).exitCode == 0)
      let shown = try await Self.show(town)
      #expect(shown.job.reconcile && shown.job.counts.inWork == 0)
      let cards = try FileManager.default.contentsOfDirectory(atPath: town.home + "/card")
      #expect(cards.count == shown.job.counts.good && !cards.contains { $0.hasPrefix("new-") })
      let known = Set(cards).union(shown.scrapped.map(\.cardNumber))
      #expect(try Self.printed(paper.path, "mailer").isSubset(of: known))
    }

    /// Face and slip for every good card; what is printed besides belongs to cards that were given up by name.
    private func expectPaper(_ town: ByHand, _ paper: String, _ shown: Shown) async throws {
      let cards = Set(try FileManager.default.contentsOfDirectory(atPath: town.home + "/card"))
      #expect(cards.count == Self.people, "no card that was cut off is left")
      let scrapped = Set(shown.scrapped.map(\.cardNumber))
      for kind in ["face", "mailer"] {
        let printed = try Self.printed(paper, kind)
        #expect(cards.isSubset(of: printed), "\(kind)")
        #expect(printed.subtracting(cards).isSubset(of: scrapped), "\(kind)")
      }
      let number = try #require(cards.sorted().first)
      let text = try await RunningCommand("/usr/bin/pdftotext", ["-layout", paper + "/mailer-\(number).pdf", "-"])
        .finish()
      #expect(text.output.contains("PHIẾU MÃ PIN"))
      let list = town.home + "/../trao-\(UUID().uuidString).pdf"
      defer { try? FileManager.default.removeItem(atPath: list) }
      let written = try await town.run("issue", "print", "handover", "--job", "1", "--out", list, "--json")
      #expect(written.exitCode == 0, "\(written.diagnostics)")
      #expect(try written.object()["cards"] as? Int == Self.people)
      let rows = try await RunningCommand("/usr/bin/pdftotext", ["-layout", list, "-"]).finish()
      #expect(rows.output.contains("DANH SÁCH"))
      // The people are of many provinces: each commune's list is headed by its own.
      let places = rows.output.matches(of: /\s(\S[^\n]*), ngày \d\d tháng/).map { String($0.1) }
      #expect(places.count >= cards.count / 2 && Set(places).count > 10, "\(Set(places))")
    }

    private func expectCentre(_ town: ByHand) async throws {
      let status = try await town.run("issue", "status", "--json")
      #expect(try status.object()["registered"] as? Int == Self.people)
      #expect(try status.object()["unregistered"] as? Int == 0)
      let audit = try await town.run("audit", "verify", "--json")
      #expect(audit.exitCode == 0, "\(audit.diagnostics)")
    }
  }
}
