import Foundation
import SoftCard
import Testing

extension Integration {
  /// `ansinh reader watch` and `reader list` at a reader that comes and goes.
  @Suite("Readers watched", .enabled(if: ReaderBench.isAvailable, ReaderBench.requirement))
  struct ReaderWatchTests {
    /// The events printed so far, each line a JSON object of its own.
    private func events(_ command: RunningCommand) throws -> [[String: Any]] {
      try command.output.split(separator: "\n").map { line in
        try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
      }
    }

    /// Waits until `count` lines are there; the names of the events from `first` on, with the slot's last digit.
    private func names(_ command: RunningCommand, from first: Int, count: Int) async throws -> [String] {
      try await eventually("\(count) lines of \(command.output)") {
        command.output.filter { $0 == "\n" }.count >= count
      }
      return try events(command).dropFirst(first).map { event in
        let name = try #require(event["event"] as? String)
        let time = try Regex(#"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"#)
        #expect((event["time"] as? String)?.wholeMatch(of: time) != nil)
        return name + ((event["reader"] as? String)?.suffix(1) ?? "")
      }
    }

    @Test("Hot-plug, cards, pcscd going and coming back: one line each, and Ctrl-C ends it with 0")
    func everything() async throws {
      let bench = try ReaderBench()
      defer { bench.close() }
      let watch = try RunningCommand(
        Ansinh.executable, ["reader", "watch", "--json"], environment: bench.environment)
      try bench.perform(.plug)
      #expect(try await names(watch, from: 0, count: 2) == ["readerAdded0", "readerAdded1"])
      let card = try bench.insert(try SoftCard(storage: MemoryCardStorage()))
      #expect(try await names(watch, from: 2, count: 3) == ["cardInserted0"])
      #expect(try events(watch)[2]["atr"] as? String == "3B 80 80 01 01")
      #expect(try events(watch)[2]["reader"] as? String == ReaderBench.name)
      try bench.perform(.unplug)
      let gone = try await names(watch, from: 3, count: 6)
      #expect(gone == ["cardRemoved0", "readerRemoved0", "readerRemoved1"])
      await card.remove()
      try bench.perform(.plug)
      #expect(try await names(watch, from: 6, count: 8) == ["readerAdded0", "readerAdded1"])
      for ending in [ReaderBench.Command.kill, .stop] {
        let seen = try events(watch).count
        try bench.perform(ending)
        #expect(try await names(watch, from: seen, count: seen + 1) == ["serviceGone"])
        try bench.perform(.start)
        let back = try await names(watch, from: seen + 1, count: seen + 4)
        #expect(back == ["serviceBack", "readerAdded0", "readerAdded1"])
      }
      watch.interrupt()
      let end = try await watch.finish(within: .seconds(20))
      #expect(end.exitCode == 0 && end.diagnostics.isEmpty, "\(end.diagnostics)")
    }

    @Test("Started before pcscd it waits for it; lines for people say the same; bounds end it")
    func people() async throws {
      let bench = try ReaderBench()
      defer { bench.close() }
      try bench.perform(.plug)
      try bench.perform(.stop)
      let watch = try RunningCommand(
        Ansinh.executable, ["reader", "watch", "--lang", "vi", "--count", "4"], environment: bench.environment)
      try await eventually("a line") { watch.output.contains("\n") }
      try bench.perform(.start)
      let end = try await watch.finish()
      #expect(end.exitCode == 0, "\(end.diagnostics)")
      let lines = end.output.split(separator: "\n").map(String.init)
      let texts = [
        "Dịch vụ đầu đọc thẻ (pcscd) không chạy; đang đợi", "Dịch vụ đầu đọc thẻ đã chạy lại",
        "Có đầu đọc “\(ReaderBench.name)”", "Có đầu đọc “\(ReaderBench.secondName)”",
      ]
      #expect(lines.map { String($0.dropFirst(10)) } == texts)
      let clock = try Regex(#"\d\d:\d\d:\d\d  "#)
      #expect(lines.allSatisfy { String($0.prefix(10)).wholeMatch(of: clock) != nil })
      let timed = try await Ansinh.run(["reader", "watch", "--for", "1"], environment: bench.environment)
      #expect(timed.exitCode == 0 && timed.output.contains(ReaderBench.name))
      #expect(try await Ansinh.run(["reader", "watch", "--count", "0"]).exitCode == 2)
    }
  }
}
