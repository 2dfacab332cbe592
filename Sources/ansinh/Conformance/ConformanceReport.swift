import Conformance
import VietnamReference

/// What an acceptance test has found.
struct ConformanceReport: Codable, Sendable {
  struct Check: Codable, Sendable {
    let id: String
    let group: String
    let clause: String
    let title: BilingualText
    /// `passed`, `failed` or `skipped`.
    let outcome: String
    /// Why it failed or was skipped.
    let reason: BilingualText?
    let milliseconds: Int64
  }

  let passed: Int
  let failed: Int
  let skipped: Int
  let milliseconds: Int64
  let checks: [Check]

  init(_ results: [ConformanceResult], duration: Duration) {
    checks = results.map { result in
      let outcome: (String, BilingualText?) =
        switch result.outcome {
        case .passed: ("passed", nil)
        case .failed(let reason): ("failed", reason)
        case .skipped(let reason): ("skipped", reason)
        }
      return Check(
        id: result.check.id, group: result.check.group.rawValue, clause: result.check.clause,
        title: result.check.title, outcome: outcome.0, reason: outcome.1,
        milliseconds: Self.milliseconds(result.duration))
    }
    passed = checks.count { $0.outcome == "passed" }
    failed = checks.count { $0.outcome == "failed" }
    skipped = checks.count { $0.outcome == "skipped" }
    milliseconds = Self.milliseconds(duration)
  }

  private static func milliseconds(_ duration: Duration) -> Int64 {
    duration.components.seconds * 1_000 + duration.components.attoseconds / 1_000_000_000_000_000
  }

  /// A row for each group, what did not pass in full, and the sum of it.
  func text(_ output: Output) -> String {
    var table = TextTable(columns: [
      .init(output.pick("Nhóm", "Group")), .init(output.pick("Đạt", "Passed"), .trailing),
      .init(output.pick("Không đạt", "Failed"), .trailing), .init(output.pick("Bỏ qua", "Skipped"), .trailing),
    ])
    for group in ConformanceGroup.allCases {
      let own = checks.filter { $0.group == group.rawValue }
      guard !own.isEmpty else { continue }
      table.addRow(
        [group.title(output.language)]
          + ["passed", "failed", "skipped"].map { outcome in
            String(own.count { $0.outcome == outcome })
          })
    }
    table.setTotals([output.pick("Tất cả", "All")] + [passed, failed, skipped].map { String($0) })
    var lines = table.lines
    for check in checks where check.outcome != "passed" {
      let mark = check.outcome == "failed" ? "✘" : "–"
      lines += ["", "\(mark) \(check.id) · \(check.title(output.language)) (\(check.clause))"]
      if let reason = check.reason { lines.append("  " + reason(output.language)) }
    }
    if failed == 0, skipped == 0 {
      lines += ["", output.pick("Thẻ đạt mọi điểm kiểm tra.", "The card passes every check.")]
    }
    return lines.joined(separator: "\n")
  }

  /// The same as JUnit XML: a test suite for each group, in English.
  var junit: String {
    var lines = [
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>",
      "<testsuites name=\"ansinh card conformance\" tests=\"\(checks.count)\" failures=\"\(failed)\" "
        + "skipped=\"\(skipped)\" time=\"\(Self.seconds(milliseconds))\">",
    ]
    for group in ConformanceGroup.allCases {
      let own = checks.filter { $0.group == group.rawValue }
      guard !own.isEmpty else { continue }
      lines.append(
        "  <testsuite name=\"\(group.rawValue)\" tests=\"\(own.count)\" "
          + "failures=\"\(own.count { $0.outcome == "failed" })\" skipped=\"\(own.count { $0.outcome == "skipped" })\" "
          + "time=\"\(Self.seconds(own.reduce(0) { $0 + $1.milliseconds }))\">")
      for check in own { lines += Self.testCase(check) }
      lines.append("  </testsuite>")
    }
    return (lines + ["</testsuites>", ""]).joined(separator: "\n")
  }

  private static func testCase(_ check: Check) -> [String] {
    let head =
      "    <testcase classname=\"\(check.group)\" name=\"\(escaped(check.id + ": " + check.title.en))\" "
      + "time=\"\(seconds(check.milliseconds))\""
    guard let reason = check.reason else { return [head + "/>"] }
    let tag = check.outcome == "failed" ? "failure" : "skipped"
    return [
      head + ">", "      <\(tag) message=\"\(escaped(reason.en))\">\(escaped(check.clause))</\(tag)>",
      "    </testcase>",
    ]
  }

  private static func seconds(_ milliseconds: Int64) -> String {
    let rest = String(milliseconds % 1_000)
    return "\(milliseconds / 1_000)." + String(repeating: "0", count: 3 - rest.count) + rest
  }

  /// Text for an XML attribute or element: markup as entities, and only characters that XML 1.0 has (§2.2).
  static func escaped(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\t", "\n", "\r": result += "&#\(scalar.value);"
      case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF: result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
  }
}
