import Foundation
import VietnamReference

/// Least, middle and greatest of some measurements.
struct Spread: Codable, Sendable {
  let count: Int
  let minimum: Double
  let median: Double
  let maximum: Double

  /// Of at least one value.
  init(_ values: [Double]) {
    let sorted = values.sorted()
    count = sorted.count
    minimum = sorted.first ?? 0
    median = sorted.isEmpty ? 0 : sorted[sorted.count / 2]
    maximum = sorted.last ?? 0
  }
}

/// One line of a benchmark: what was measured, in what unit.
struct Figure: Codable, Sendable {
  let name: BilingualText
  let unit: String
  let spread: Spread

  init(_ vi: String, _ en: String, unit: String = "ms", _ values: [Double]) {
    name = BilingualText(vi: vi, en: en)
    self.unit = unit
    spread = Spread(values)
  }

  /// Its median in a line.
  func text(_ output: Output) -> String {
    "\(name(output.language)): \(BenchReport.number(spread.median, output)) \(unit)"
  }
}

/// What a benchmark measured, beside what this machine can do at all in the same run.
struct BenchReport: Codable, Sendable {
  /// What was measured, in words.
  let subject: BilingualText
  var figures: [Figure]
  /// The machine's own limits.
  var limits: [Figure]

  func text(_ output: Output) -> String {
    let figures = table(self.figures, output.pick("Số đo", "Measured"), output)
    let limits = table(self.limits, output.pick("Giới hạn của máy", "The machine's own limit"), output)
    return subject(output.language) + "\n\n" + figures + "\n\n" + limits
  }

  private func table(_ figures: [Figure], _ title: String, _ output: Output) -> String {
    var table = TextTable(columns: [
      .init(title, maximumWidth: 60), .init(output.pick("Đơn vị", "Unit")),
      .init(output.pick("Số lần", "Count"), .trailing),
      .init(output.pick("Nhỏ nhất", "Minimum"), .trailing), .init(output.pick("Trung vị", "Median"), .trailing),
      .init(output.pick("Lớn nhất", "Maximum"), .trailing),
    ])
    for figure in figures {
      table.addRow([
        figure.name(output.language), figure.unit, String(figure.spread.count),
        Self.number(figure.spread.minimum, output), Self.number(figure.spread.median, output),
        Self.number(figure.spread.maximum, output),
      ])
    }
    return table.rendered()
  }

  /// Three significant digits.
  fileprivate static func number(_ value: Double, _ output: Output) -> String {
    let digits = value >= 100 ? 0 : value >= 10 ? 1 : value >= 1 ? 2 : 3
    let text = String(format: "%.\(digits)f", value)
    return output.language == .vietnamese ? text.replacingOccurrences(of: ".", with: ",") : text
  }
}

extension Duration {
  /// Milliseconds with their fraction.
  var milliseconds: Double { Double(components.seconds) * 1_000 + Double(components.attoseconds) / 1e15 }
}
