import CardTestSupport
import Printing
import Testing

@Suite("Colours, SVG and fitting", .enabled(if: PrintReader.isAvailable, Comment(rawValue: PrintReader.requirement)))
struct ColourTests {
  private let crimson = Ink(hex: 0xC8102E)

  private func dots(_ drawing: Drawing, width: Double = 30, height: Double = 20) throws -> PrintReader.Dots {
    let sheet = Sheet(size: PageSize(width: width, height: height), drawing: drawing)
    return try PrintReader(try Typesetter().pdf([sheet], information)).dots(dotsPerInch: 254)
  }

  @Test("Boxes, paths, strokes and letters have the colour they were given")
  func colours() throws {
    let typesetter = try Typesetter()
    var drawing = Drawing()
    drawing.addBox(x: 0, y: 0, width: 5, height: 5, ink: crimson)
    drawing.addPath([Point(x: 10, y: 0), Point(x: 18, y: 0), Point(x: 10, y: 8)], isClosed: true, nil, ink: crimson)
    drawing.addLine(fromX: 0, fromY: 15, toX: 10, toY: 15, Stroke(thickness: 2, ink: crimson))
    drawing.add(try typesetter.text("█", TextStyle(.sans, points: 20, ink: crimson)), x: 20, y: 5)
    drawing.addBox(x: 20, y: 0, width: 5, height: 3, nil, fill: 0.5)
    let dots = try dots(drawing)
    for (x, y) in [(2.5, 2.5), (12.0, 2.0), (5.0, 15.0), (22.0, 9.0)] {
      #expect(dots.colour(x: Int(x * 10), y: Int(y * 10)) == [0xC8, 0x10, 0x2E])
    }
    let gray = dots.colour(x: 220, y: 15)
    #expect(gray.allSatisfy { (126...129).contains($0) })
    #expect(dots.colour(x: 160, y: 60) == [255, 255, 255])
  }

  @Test("A box filled without a border leaves nothing for the next thing to draw")
  func nothingLeft() throws {
    var drawing = Drawing()
    drawing.addBox(x: 1, y: 1, width: 8, height: 8, ink: crimson)
    drawing.addLine(fromX: 20, fromY: 15, toX: 25, toY: 15, Stroke(thickness: 1))
    drawing.addBox(x: 20, y: 2, width: 5, height: 5, nil, fill: nil)
    drawing.addPath([Point(x: 12, y: 12), Point(x: 14, y: 14)], Stroke(thickness: 0.5))
    let dots = try dots(drawing)
    // No black border around the first box, and no line from it to the next thing.
    #expect(dots.colour(x: 12, y: 50) == [0xC8, 0x10, 0x2E])
    #expect(dots.colour(x: 145, y: 100) == [255, 255, 255])
    #expect(dots.colour(x: 200, y: 45) == [255, 255, 255])
  }

  @Test("Places that are nowhere, and paths over the edge, are refused")
  func outside() throws {
    for point in [Point(x: 31, y: 1), Point(x: 1, y: -1), Point(x: .nan, y: 1), Point(x: 1, y: .infinity)] {
      var drawing = Drawing()
      drawing.addPath([Point(x: 1, y: 1), point, Point(x: 2, y: 2)], Stroke())
      #expect(throws: PrintingError.self) { try dots(drawing) }
    }
    var empty = Drawing()
    empty.addPath([], Stroke())
    #expect(empty.height == 0)
  }

  @Test("An SVG is shown by another program as the same picture; its letters are outlines")
  func svg() throws {
    let typesetter = try Typesetter()
    var drawing = Drawing()
    drawing.addBox(x: 0, y: 0, width: 60, height: 12, ink: crimson)
    drawing.add(try typesetter.text("Nguyễn Thị Ẵm", body), x: 2, y: 2)
    drawing.add(try Code128(digits: Array("31415926".utf8)), x: 2, y: 14, width: 40, height: 10)
    let sheet = Sheet(size: PageSize(width: 60, height: 30), drawing: drawing)
    let octets = try typesetter.svg(sheet)
    let text = String(decoding: octets, as: UTF8.self)
    #expect(text.hasPrefix("<?xml") && !text.contains("<text") && !text.contains("font-family"))
    let shown = try PrintReader(octets).svgPicture(dotsPerInch: 300)
    #expect(try PrintReader(shown).barCodes() == ["31415926"])
    let picture = try Picture(shown)
    #expect(abs(picture.width - Int(60 / 25.4 * 300)) <= 2 && abs(picture.height - Int(30 / 25.4 * 300)) <= 2)
    var large = drawing
    large.addBox(x: 0, y: 0, width: 61, height: 1)
    #expect(throws: PrintingError.self) { try typesetter.svg(Sheet(size: sheet.size, drawing: large)) }
  }

  @Test("Octets that clear themselves are the same document")
  func octets() throws {
    let typesetter = try Typesetter()
    let many = Array(repeating: Sheet(size: .a5, drawing: Drawing(height: 10)), count: 300)
    let document = try typesetter.pdfOctets(many, information)
    #expect(try document.copy() == typesetter.pdf(many, information))
    #expect(document.count == document.copy().count && document.count > 65_536)
    #expect(document.withOctets { $0.count == document.count && $0[0] == UInt8(ascii: "%") })
  }

  @Test("Secret digits are set like other ones; anything else is refused")
  func secret() throws {
    let typesetter = try Typesetter()
    var drawing = Drawing()
    let block = try typesetter.text(secret: Array("12345 67890".utf8), TextStyle(.sans, points: 20, ink: crimson))
    let plain = try typesetter.text("12345 67890", TextStyle(.sans, points: 20))
    #expect(block.width == plain.width && block.height == plain.height && block.lineCount == 1)
    drawing.add(block, x: 1, y: 1)
    let sheet = Sheet(size: PageSize(width: 60, height: 20), drawing: drawing)
    #expect(try PrintReader(try typesetter.pdf([sheet], information)).letters() == "1234567890")
    for text in ["12a", "12\n3", "12\u{0}", "١٢"] {
      #expect(throws: PrintingError.notDigits(octets: text.utf8.count)) {
        try typesetter.text(secret: Array(text.utf8), body)
      }
    }
  }

  @Test("A text is set smaller, then on two lines, then on more; never cut, and no word broken but as the last resort")
  func fitted() throws {
    let typesetter = try Typesetter()
    let style = TextStyle(.sans, points: 12, isBold: true)
    func fit(_ text: String, height: Double = 8) throws -> TextBlock {
      try typesetter.fitted(text, style, width: 50, height: height, smallest: 8)
    }
    let short = try fit("NGUYỄN VĂN AN")
    let natural = try typesetter.text("NGUYỄN VĂN AN", style)
    #expect(short.lineCount == 1 && short.height == natural.height)
    let longer = try fit("NGUYỄN HOÀNG THỊ PHƯƠNG ANH")
    #expect(longer.lineCount == 1 && longer.width <= 50 && longer.height < short.height)
    let two = try fit("CÔNG TẰNG TÔN NỮ THỊ HUYỀN TRÂN ANH THƯ")
    #expect(two.lineCount == 2 && two.width <= 50 && two.height <= 8)
    #expect(try fit(String(repeating: "Ẫ", count: 44)).height <= 8)
    #expect(throws: PrintingError.doesNotFit(width: 50, height: 8)) { try fit(String(repeating: "ẪM ", count: 100)) }
    #expect(throws: PrintingError.doesNotFit(width: 50, height: 1)) { try fit("An", height: 1) }
    #expect(throws: PrintingError.unknownCharacters(count: 1)) { try fit("An \u{F0000}") }
  }
}
