import Foundation
import Testing
import VietnamReference

@testable import ansinh

@Suite("Display width and layout")
struct TextLayoutTests {
  @Test(arguments: [
    ("", 0), ("an sinh", 7), ("thẻ an sinh", 11), ("Nguyễn", 6), ("ĐƯỜNG", 5), ("社会", 4), ("한글", 4), ("a\u{200B}b", 2),
    ("\u{301}", 0), ("👍", 2), ("─█░", 3), ("a\tb", 2),
  ])
  func width(_ text: String, _ columns: Int) {
    #expect(displayWidth(of: text) == columns)
    #expect(displayWidth(of: text.decomposedStringWithCanonicalMapping) == columns)
  }

  @Test func wrapping() {
    #expect(TextLayout.wrapped("số tiền còn được lĩnh", width: 9) == ["số tiền", "còn được", "lĩnh"])
    #expect(TextLayout.wrapped("nghiêng", width: 3) == ["ngh", "iên", "g"])
    #expect(TextLayout.wrapped("a nghiêng b", width: 4) == ["a", "nghi", "êng", "b"])
    #expect(TextLayout.wrapped("", width: 5) == [""])
    #expect(TextLayout.wrapped("社会", width: 1) == ["社", "会"])
  }

  @Test func padding() {
    #expect(TextLayout.padded("thẻ", to: 5) == "thẻ  ")
    #expect(TextLayout.padded("thẻ", to: 5, .trailing) == "  thẻ")
    #expect(TextLayout.padded("thẻ", to: 6, .centred) == " thẻ  ")
    #expect(TextLayout.padded("thẻ", to: 2) == "thẻ")
  }

  @Test func oneLineIsSafe() {
    #expect(TextLayout.oneLine("  a\r\n\tb \u{1B}[31m") == "a b \u{FFFD}[31m")
    let composed = TextLayout.oneLine("thẻ".decomposedStringWithCanonicalMapping)
    #expect(Array(composed.utf8) == Array("thẻ".precomposedStringWithCanonicalMapping.utf8))
  }
}

@Suite("Tables")
struct TextTableTests {
  private func table(_ columns: [TextTable.Column], _ rows: [[String]]) -> TextTable {
    rows.reduce(into: TextTable(columns: columns)) { $0.addRow($1) }
  }

  @Test func alignmentAndTotals() {
    var table = table(
      [.init("Người hưởng"), .init("Kỳ", .centred), .init("Số tiền", .trailing)],
      [["Nguyễn Văn An", "11/2026", "4.183.567"], ["H'Hen Niê", "11/2026", "500.000"]])
    table.setTotals(["Cộng", "", "4.683.567"])
    let expected = """
      Người hưởng      Kỳ       Số tiền
      ─────────────  ───────  ─────────
      Nguyễn Văn An  11/2026  4.183.567
      H'Hen Niê      11/2026    500.000
      ─────────────  ───────  ─────────
      Cộng                    4.683.567
      """
    #expect(table.rendered() == expected)
  }

  @Test func decomposedTextStaysAligned() {
    let rows = [["Nguyễn", "1"], ["Nguyễn".decomposedStringWithCanonicalMapping, "2"]]
    let lines = table([.init("Tên"), .init("Số", .trailing)], rows).lines
    #expect(lines[2].dropLast() == lines[3].dropLast())
  }

  @Test func longCellsWrap() {
    let table = table(
      [.init("Việc", maximumWidth: 10), .init("Mã", .trailing)], [["liên hệ cơ quan cấp thẻ", "7"]])
    #expect(table.lines == ["Việc        Mã", "──────────  ──", "liên hệ cơ   7", "quan cấp", "thẻ"])
  }

  @Test func missingCellsAreEmptyAndHiddenCharactersHarmless() {
    let table = table([.init("A"), .init("B")], [["x\ny"], ["1", "2", "3"]])
    #expect(table.lines == ["A    B", "───  ─", "x y", "1    2"])
  }

  @Test func noRows() {
    #expect(TextTable(columns: [.init("Số thẻ")]).lines == ["Số thẻ", "──────"])
  }
}

@Suite("Progress")
struct ProgressBarTests {
  /// Collects what is written, and a clock that is set by hand.
  private final class Bench {
    var written: [String] = []
    var time = ContinuousClock.now

    func bar(_ total: Int, _ language: Language = .vietnamese, isTerminal: Bool, columns: Int = 100) -> ProgressBar {
      ProgressBar(
        BilingualText(vi: "Cá thể hóa thẻ", en: "Personalising cards"), total: total, language: language,
        output: ConsoleOutput(isTerminal: isTerminal, columns: columns) { self.written.append($0) },
        now: { self.time })
    }

    func pass(_ duration: Duration) { time += duration }
  }

  @Test func terminalLine() {
    let bench = Bench()
    var bar = bench.bar(3_000, isTerminal: true)
    bench.pass(.seconds(25))
    bar.update(done: 1_250)
    let expected =
      "\rCá thể hóa thẻ  [" + String(repeating: "█", count: 16) + String(repeating: "░", count: 24)
      + "]  41 % 1.250/3.000  50/giây  còn 00:35\u{1B}[K"
    #expect(bench.written == [expected])
    bench.pass(.milliseconds(50))
    bar.update(done: 1_260)
    #expect(bench.written.count == 1)
    bench.pass(.milliseconds(60))
    bar.advance()
    #expect(bench.written.count == 2)
  }

  @Test func terminalEndsTheLine() {
    let bench = Bench()
    var bar = bench.bar(10, .english, isTerminal: true)
    bench.pass(.seconds(5))
    bar.update(done: 10)
    bar.finish()
    bar.finish()
    bar.update(done: 3)
    #expect(bench.written.last == "\n")
    #expect(bench.written.count == 3)
    #expect(bench.written[1].contains("100% 10/10  2.0/s  took 00:05"))
  }

  @Test(arguments: [10, 30, 50, 79, 120])
  func neverWiderThanTheTerminal(_ columns: Int) {
    let bench = Bench()
    var bar = bench.bar(1_000_000, isTerminal: true, columns: columns)
    for step in 1...50 {
      bench.pass(.seconds(20))
      bar.update(done: step * 20_000)
    }
    for text in bench.written {
      let line = text.dropFirst().replacingOccurrences(of: "\u{1B}[K", with: "")
      #expect(displayWidth(of: line) < columns)
    }
  }

  @Test func sparseLinesElsewhere() {
    let bench = Bench()
    var bar = bench.bar(1_000, isTerminal: false)
    for step in 1...1_000 {
      bench.pass(.milliseconds(10))
      bar.update(done: step)
    }
    bar.finish()
    #expect(bench.written.count == 10)
    #expect(bench.written.first == "Cá thể hóa thẻ  10 % 100/1.000  100/giây  còn 00:09\n")
    #expect(bench.written.last == "Cá thể hóa thẻ  100 % 1.000/1.000  100/giây  mất 00:10\n")
  }

  @Test func slowJobsShowLifeEveryThirtySeconds() {
    let bench = Bench()
    var bar = bench.bar(1_000_000, .english, isTerminal: false)
    for step in 1...5 {
      bench.pass(.seconds(30))
      bar.update(done: step)
    }
    #expect(bench.written.count == 5)
    #expect(bench.written[0] == "Personalising cards  0% 1/1,000,000  0.0/s  99:59:59 left\n")
  }

  @Test(arguments: [true, false])
  func nothingToDo(_ isTerminal: Bool) {
    let bench = Bench()
    var bar = bench.bar(0, isTerminal: isTerminal)
    bar.finish()
    #expect(bench.written.joined().contains("100 % 0/0"))
  }

  @Test func interruptedJobsShowWhereTheyStopped() {
    let bench = Bench()
    var bar = bench.bar(100, isTerminal: false)
    bench.pass(.seconds(1))
    bar.update(done: 3)
    bar.finish()
    #expect(bench.written == ["Cá thể hóa thẻ  3 % 3/100  3,0/giây  mất 00:01\n"])
  }
}
