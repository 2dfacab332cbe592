/// Pieces one below the other, for one sheet of any height or for pages.
public struct Flow {
  private struct Piece {
    let drawing: Drawing
    let gap: Double
    let keepsWithNext: Bool
    let isHeading: Bool
  }

  private var pieces: [Piece] = []

  /// Nothing yet.
  public init() {}

  /// Puts a piece below the others.
  ///
  /// - Parameters:
  ///   - gap: space above it, millimetres; left out at the top of a page.
  ///   - keepsWithNext: never the last one on a page.
  public mutating func add(_ drawing: Drawing, gap: Double = 0, keepsWithNext: Bool = false) {
    pieces.append(Piece(drawing: drawing, gap: gap, keepsWithNext: keepsWithNext, isHeading: false))
  }

  /// Puts a table: its heading stands again at the top of each page that the table reaches into.
  ///
  /// - Parameter sums: the rows below the others, that stand on one page with each other and with the next piece.
  public mutating func add(heading: Drawing, rows: [Drawing], sums: [Drawing] = [], gap: Double = 0) {
    pieces.append(Piece(drawing: heading, gap: gap, keepsWithNext: true, isHeading: true))
    for row in rows { add(row) }
    for row in sums { add(row, keepsWithNext: true) }
    // Here the table ends, and with it the pages that its heading is repeated on.
    pieces.append(Piece(drawing: Drawing(), gap: 0, keepsWithNext: !sums.isEmpty, isHeading: true))
  }

  /// Height of all pieces with their gaps, millimetres.
  public var height: Double { pieces.reduce(0) { $0 + $1.gap + $1.drawing.height } }

  /// All pieces below each other.
  public var drawing: Drawing {
    var all = Drawing()
    var y = 0.0
    for piece in pieces {
      y += piece.gap
      all.add(piece.drawing, y: y)
      y += piece.drawing.height
    }
    return all
  }

  /// The pieces on pages of at most this height.
  ///
  /// - Throws: ``PrintingError/higherThanPage(height:room:)`` when a piece, with those it must stand with, is higher
  ///   than that.
  public func pages(height room: Double) throws(PrintingError) -> [Drawing] {
    var pages: [Drawing] = []
    var page = Drawing()
    var y = 0.0
    var heading: Drawing?
    var start = 0
    while start < pieces.count {
      var end = start
      while end < pieces.count - 1, pieces[end].keepsWithNext { end += 1 }
      let group = pieces[start...end]
      let needed = group.reduce(0) { $0 + $1.gap + $1.drawing.height }
      if y > 0, y + needed > room + 0.001 {
        pages.append(page)
        page = Drawing()
        y = 0
        if let heading {
          page.add(heading, y: 0)
          y = heading.height
        }
      }
      let space = y + needed - (y == 0 ? group.first?.gap ?? 0 : 0)
      guard space <= room + 0.001 else { throw .higherThanPage(height: space, room: room) }
      for piece in group {
        if y > 0 { y += piece.gap }
        page.add(piece.drawing, y: y)
        y += piece.drawing.height
        if piece.isHeading { heading = piece.drawing.height > 0 ? piece.drawing : nil }
      }
      start = end + 1
    }
    return pages + [page]
  }
}
