import VietnamReference

/// A table for the terminal: header, rule, rows and, when wanted, a rule and a row of totals.
///
/// Columns are as wide as their widest cell in display columns, so Vietnamese text stays aligned.
struct TextTable {
  /// One column.
  struct Column {
    /// Its heading.
    let title: String
    /// Where heading and cells stand; numbers go to the right.
    let alignment: TextLayout.Alignment
    /// Cells wider than this wrap; `nil` for no bound.
    let maximumWidth: Int?

    init(_ title: String, _ alignment: TextLayout.Alignment = .leading, maximumWidth: Int? = nil) {
      self.title = title
      self.alignment = alignment
      self.maximumWidth = maximumWidth
    }
  }

  private let columns: [Column]
  private var rows: [[String]] = []
  private var totals: [String]?

  /// An empty table; its columns from left to right.
  init(columns: [Column]) { self.columns = columns }

  /// Adds a row; missing cells are empty, cells beyond the last column are not shown.
  mutating func addRow(_ cells: [String]) { rows.append(cells) }

  /// Sets the last row, which stands below a rule of its own.
  mutating func setTotals(_ cells: [String]) { totals = cells }

  /// The lines with `\n` between them.
  func rendered() -> String { lines.joined(separator: "\n") }

  /// The table's lines, without spaces at their ends.
  var lines: [String] {
    let header = cells(columns.map(\.title))
    let body = rows.map(cells)
    let foot = totals.map(cells)
    let all = [header] + body + (foot.map { [$0] } ?? [])
    let widths = columns.indices.map { column in
      all.flatMap { $0[column] }.map { displayWidth(of: $0) }.max() ?? 0
    }
    let rule = widths.map { String(repeating: "─", count: $0) }.joined(separator: Self.gap)
    var lines = layout(header, widths) + [rule] + body.flatMap { layout($0, widths) }
    if let foot { lines += [rule] + layout(foot, widths) }
    return lines
  }

  private static let gap = "  "

  /// For every column the lines of its cell.
  private func cells(_ row: [String]) -> [[String]] {
    columns.enumerated().map { index, column in
      let cell = TextLayout.oneLine(index < row.count ? row[index] : "")
      return column.maximumWidth.map { TextLayout.wrapped(cell, width: $0) } ?? [cell]
    }
  }

  private func layout(_ cells: [[String]], _ widths: [Int]) -> [String] {
    (0..<(cells.map(\.count).max() ?? 0)).map { line in
      let parts = columns.indices.map { column in
        let cell = line < cells[column].count ? cells[column][line] : ""
        return TextLayout.padded(cell, to: widths[column], columns[column].alignment)
      }
      return String(parts.joined(separator: Self.gap).reversed().drop { $0 == " " }.reversed())
    }
  }
}
