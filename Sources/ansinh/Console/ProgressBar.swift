import VietnamReference

/// Progress of a long job with its rate and the time that remains.
///
/// On a terminal one line is drawn over and over, at most ten times a second. Elsewhere a line is written at each tenth
/// of the job and at least every 30 seconds. The clock is passed in.
struct ProgressBar {
  private let label: String
  private let total: Int
  private let language: Language
  private let output: ConsoleOutput
  private let now: () -> ContinuousClock.Instant
  private let start: ContinuousClock.Instant
  private var lastDrawn: ContinuousClock.Instant?
  private var lastTenth = 0
  private var isFinished = false
  /// Steps done.
  private(set) var done = 0

  /// A bar of `total` steps, none done.
  init(
    _ label: BilingualText, total: Int, language: Language, output: ConsoleOutput,
    now: @escaping () -> ContinuousClock.Instant = { .now }
  ) {
    self.label = label(language)
    self.total = max(0, total)
    self.language = language
    self.output = output
    self.now = now
    start = now()
  }

  /// `done` steps of the total are done; draws when it is time to.
  mutating func update(done: Int) {
    guard !isFinished else { return }
    self.done = max(self.done, min(done, total))
    let time = now()
    let tenth = total == 0 ? 10 : Int(Double(self.done) / Double(total) * 10)
    let pause: Duration = output.isTerminal ? .milliseconds(100) : .seconds(30)
    let isDue = time - (lastDrawn ?? start) >= pause
    guard output.isTerminal ? isDue || lastDrawn == nil : isDue || tenth > lastTenth else { return }
    lastTenth = tenth
    draw(time)
  }

  /// One more step is done.
  mutating func advance() { update(done: done + 1) }

  /// Draws the last state and leaves the line. Nothing is drawn afterwards.
  mutating func finish() {
    guard !isFinished else { return }
    isFinished = true
    if output.isTerminal || lastDrawn == nil || done < total || lastTenth < 10 { draw(now()) }
    if output.isTerminal { output.write("\n") }
  }

  private mutating func draw(_ time: ContinuousClock.Instant) {
    lastDrawn = time
    let text = line(elapsed: seconds(time - start))
    // Carriage return, the line, and "erase to the end of the line" (ECMA-48 EL).
    output.write(output.isTerminal ? "\r\(text)\u{1B}[K" : text + "\n")
  }

  private func line(elapsed: Double) -> String {
    let share = total == 0 ? 1 : Double(done) / Double(total)
    var parts = ["\(percent(share)) \(grouped(done))/\(grouped(total))"]
    if elapsed > 0, done > 0 {
      let rate = Double(done) / elapsed
      parts.append(language == .vietnamese ? "\(rateText(rate))/giây" : "\(rateText(rate))/s")
      if isFinished || done == total {
        parts.append(language == .vietnamese ? "mất \(clock(elapsed))" : "took \(clock(elapsed))")
      } else {
        let rest = clock(Double(total - done) / rate)
        parts.append(language == .vietnamese ? "còn \(rest)" : "\(rest) left")
      }
    }
    let figures = parts.joined(separator: "  ")
    guard output.isTerminal else { return "\(label)  \(figures)" }
    let space = output.columns - displayWidth(of: label) - displayWidth(of: figures) - 7
    guard space >= 5 else { return TextLayout.wrapped("\(label)  \(figures)", width: max(1, output.columns - 1))[0] }
    let width = min(space, 40)
    let filled = Int(share * Double(width))
    let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
    return "\(label)  [\(bar)]  \(figures)"
  }

  private func percent(_ share: Double) -> String {
    language == .vietnamese ? "\(Int(share * 100)) %" : "\(Int(share * 100))%"
  }

  /// One decimal below ten a second, whole numbers above.
  private func rateText(_ rate: Double) -> String {
    guard rate < 10 else { return grouped(rate < 1e15 ? Int(rate) : .max) }
    let tenths = Int((rate * 10).rounded())
    return "\(tenths / 10)\(language == .vietnamese ? "," : ".")\(tenths % 10)"
  }

  /// Digits grouped as the language writes them: `12.345` or `12,345`.
  private func grouped(_ number: Int) -> String {
    let text = VND.grouped(Int64(number))
    return language == .vietnamese ? text : String(text.map { $0 == "." ? "," : $0 })
  }

  /// `mm:ss`, or `h:mm:ss` from an hour on.
  private func clock(_ seconds: Double) -> String {
    let whole = Int(min(seconds, 359_999).rounded(.up))
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let minutes = "\(two(whole / 60 % 60)):\(two(whole % 60))"
    return whole < 3600 ? minutes : "\(whole / 3600):\(minutes)"
  }

  private func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
  }
}
