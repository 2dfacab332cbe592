/// Rows of cells in columns, with lines between them.
public struct Table {
  /// A column.
  public struct Column: Hashable, Sendable {
    /// Width with the padding inside, millimetres.
    public var width: Double
    /// Where its text stands.
    public var alignment: TextAlignment

    /// From its fields.
    public init(width: Double, _ alignment: TextAlignment = .leading) {
      self.width = width
      self.alignment = alignment
    }
  }

  /// A cell, over one column or more.
  public struct Cell {
    /// What is written in it.
    public var runs: [TextRun]
    /// How many columns it takes.
    public var span: Int
    /// Where its text stands; `nil` as its column says.
    public var alignment: TextAlignment?

    /// From its fields.
    public init(_ runs: [TextRun], span: Int = 1, _ alignment: TextAlignment? = nil) {
      self.runs = runs
      self.span = span
      self.alignment = alignment
    }
  }

  /// The columns, from the left.
  public var columns: [Column]
  /// Between a cell's lines and its text: at the sides and above and below, millimetres.
  public var padding: (horizontal: Double, vertical: Double)
  /// The lines around the cells.
  public var stroke: Stroke
  private let typesetter: Typesetter

  /// A table of these columns.
  public init(
    _ typesetter: Typesetter, columns: [Column], padding: (horizontal: Double, vertical: Double) = (1, 0.8),
    stroke: Stroke = Stroke(thickness: 0.2)
  ) {
    self.typesetter = typesetter
    self.columns = columns
    self.padding = padding
    self.stroke = stroke
  }

  /// Width of all columns, millimetres.
  public var width: Double { columns.reduce(0) { $0 + $1.width } }

  /// One row: as high as its highest cell, each cell with its box, its text in the middle of the height when
  /// `isCentred`. Rows under each other share the line between them.
  ///
  /// - Parameters:
  ///   - fill: of all cells, 0 black … 1 white; `nil` for none.
  ///   - minimumHeight: of the row, millimetres.
  public func row(
    _ cells: [Cell], isCentred: Bool = false, fill: Double? = nil, minimumHeight: Double = 0
  ) throws(PrintingError) -> Drawing {
    var set: [(text: TextBlock, x: Double, width: Double)] = []
    var column = 0
    var x = 0.0
    for cell in cells {
      let covered = columns[min(column, columns.count)..<min(column + max(1, cell.span), columns.count)]
      let width = covered.reduce(0) { $0 + $1.width }
      let text = try typesetter.text(
        cell.runs, width: max(0, width - 2 * padding.horizontal),
        alignment: cell.alignment ?? covered.first?.alignment ?? .leading)
      set.append((text, x, width))
      x += width
      column += max(1, cell.span)
    }
    let height = max(minimumHeight, (set.map(\.text.height).max() ?? 0) + 2 * padding.vertical)
    var drawing = Drawing(height: height)
    for cell in set {
      drawing.addBox(x: cell.x, y: 0, width: cell.width, height: height, stroke, fill: fill)
      let y = isCentred ? (height - cell.text.height) / 2 : padding.vertical
      drawing.add(cell.text, x: cell.x + padding.horizontal, y: y)
    }
    return drawing
  }
}
