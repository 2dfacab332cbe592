import CardTestSupport
import Printing
import Testing

@Suite("Tables and pages", .enabled(if: PrintReader.isAvailable, Comment(rawValue: PrintReader.requirement)))
struct FlowTests {
  /// A piece of a height that says its name.
  private func piece(_ typesetter: Typesetter, _ name: String, _ height: Double) throws -> Drawing {
    var drawing = Drawing(height: height)
    drawing.add(try typesetter.text(name, TextStyle(points: 8)), x: 0, y: 0)
    return drawing
  }

  /// The words of each page.
  private func words(_ typesetter: Typesetter, _ pages: [Drawing], height: Double) throws -> [[String]] {
    let sheets = pages.map { Sheet(size: PageSize(width: 60, height: height), drawing: $0) }
    let words = try PrintReader(try typesetter.pdf(sheets, information)).words()
    return (1...pages.count).map { page in words.filter { $0.page == page }.map(\.text) }
  }

  @Test("Pieces go onto pages in their order; none is lost or divided")
  func order() throws {
    let typesetter = try Typesetter()
    var flow = Flow()
    for number in 1...10 { flow.add(try piece(typesetter, "p\(number)", 20), gap: 5) }
    #expect(flow.height == 250)
    let pages = try flow.pages(height: 70)
    #expect(
      try words(typesetter, pages, height: 70) == [
        ["p1", "p2", "p3"], ["p4", "p5", "p6"], ["p7", "p8", "p9"], ["p10"],
      ])
    #expect(pages.map(\.height) == [70, 70, 70, 20])
    #expect(flow.drawing.height == 250)
  }

  @Test("A piece that keeps with the next one goes with it")
  func keeping() throws {
    let typesetter = try Typesetter()
    var flow = Flow()
    flow.add(try piece(typesetter, "a", 40))
    flow.add(try piece(typesetter, "b", 20), keepsWithNext: true)
    flow.add(try piece(typesetter, "c", 30))
    #expect(try words(typesetter, try flow.pages(height: 80), height: 80) == [["a"], ["b", "c"]])
  }

  @Test("A table's heading stands on each of its pages and no longer; its sums stay together with what follows")
  func headings() throws {
    let typesetter = try Typesetter()
    var flow = Flow()
    flow.add(try piece(typesetter, "top", 20))
    flow.add(
      heading: try piece(typesetter, "head", 10), rows: try (1...4).map { try piece(typesetter, "r\($0)", 20) },
      sums: [try piece(typesetter, "sum", 10), try piece(typesetter, "words", 10)])
    flow.add(try piece(typesetter, "sign", 30), keepsWithNext: false)
    flow.add(try piece(typesetter, "end", 40))
    #expect(
      try words(typesetter, try flow.pages(height: 80), height: 80) == [
        ["top", "head", "r1", "r2"], ["head", "r3", "r4"], ["head", "sum", "words", "sign"], ["end"],
      ])
  }

  @Test("What can't be divided and is higher than a page is an error")
  func tooHigh() throws {
    let typesetter = try Typesetter()
    var flow = Flow()
    flow.add(try piece(typesetter, "a", 50), keepsWithNext: true)
    flow.add(try piece(typesetter, "b", 50))
    #expect(throws: PrintingError.higherThanPage(height: 100, room: 99)) { try flow.pages(height: 99) }
    #expect(try flow.pages(height: 100).count == 1)
  }

  @Test("A row is as high as its highest cell, cells stay in their columns, and a wide cell takes several")
  func rows() throws {
    let typesetter = try Typesetter()
    let columns = [Table.Column(width: 20), Table.Column(width: 15, .centred), Table.Column(width: 25, .trailing)]
    let table = Table(typesetter, columns: columns)
    #expect(table.width == 60)
    let style = TextStyle(points: 9)
    func cell(_ text: String, span: Int = 1) -> Table.Cell { Table.Cell([TextRun(text, style)], span: span) }
    let one = try table.row([cell("a"), cell("b"), cell("c")])
    let high = try table.row([cell("Trợ cấp xã hội hằng tháng cho người khuyết tật"), cell("b"), cell("1.000 đ")])
    #expect(high.height > one.height * 3)
    let wide = try table.row([cell("Trợ cấp xã hội hằng tháng", span: 2), cell("c")])
    #expect(wide.height < high.height)
    let sheet = Sheet(size: PageSize(width: 60, height: high.height), drawing: high)
    let words = try PrintReader(try typesetter.pdf([sheet], information)).words()
    let k = 72 / 25.4
    for word in words where !["b", "1.000", "đ"].contains(word.text) {
      #expect(word.left >= 1 * k - 0.1 && word.right <= 19 * k + 0.1, "\(word)")
    }
    let amount = try #require(words.last)
    #expect(amount.text == "đ" && abs(amount.right - 59 * k) < 0.5)
    // More cells than columns is nothing to crash on.
    _ = try table.row([cell("a"), cell("b"), cell("c"), cell("d"), cell("e", span: 9)])
  }
}
