import CardTestSupport
import Printing
import Testing

@Suite("Documents", .enabled(if: PrintReader.isAvailable, Comment(rawValue: PrintReader.requirement)))
struct DocumentTests {
  private func sheet(_ typesetter: Typesetter, _ text: String, _ size: PageSize = .a5) throws -> Sheet {
    var drawing = Drawing()
    drawing.add(try typesetter.text(text, body, width: size.width - 20), x: 10, y: 10)
    drawing.addBox(x: 5, y: 5, width: size.width - 10, height: size.height - 10, radius: 3, fill: 0.95)
    drawing.addLine(fromX: 0, fromY: 0, toX: size.width, toY: size.height, Stroke(dashes: [1, 1]))
    return Sheet(size: size, drawing: drawing)
  }

  @Test("Each page has its own size, to a thousandth of a point")
  func sizes() throws {
    let typesetter = try Typesetter()
    let sizes = [PageSize.a5, .a4, PageSize(width: 80, height: 155.5), .a5]
    let sheets = try sizes.enumerated().map { try sheet(typesetter, "Trang \($0.offset + 1)", $0.element) }
    let read = try PrintReader(try typesetter.pdf(sheets, information)).pageSizes()
    #expect(read.count == sizes.count)
    for (size, page) in zip(sizes, read) {
      #expect(abs(page[0] - size.width * 72 / 25.4) < 0.001 && abs(page[1] - size.height * 72 / 25.4) < 0.001)
    }
  }

  @Test("Fonts are embedded as subsets, text can be taken out again, and no font is another's stand-in")
  func fonts() throws {
    let typesetter = try Typesetter()
    let reader = try PrintReader(try typesetter.pdf([try sheet(typesetter, vietnameseLetters)], information))
    let fonts = try reader.fonts()
    #expect(!fonts.isEmpty)
    for font in fonts {
      #expect(font.isEmbedded && font.isSubset && font.hasUnicode, "\(font)")
      #expect(font.name == "LiberationSerif")
    }
  }

  @Test("The same sheets give the same octets, in a new typesetter too; the time is the one that was given")
  func deterministic() throws {
    func pdf(_ time: Int64) throws -> [UInt8] {
      let typesetter = try Typesetter()
      var information = information
      information.time = time
      return try typesetter.pdf([try sheet(typesetter, vietnameseLetters)], information)
    }
    let octets = try pdf(1_793_845_815)
    #expect(try pdf(1_793_845_815) == octets)
    #expect(try pdf(1_793_845_816) != octets)
    let fields = try PrintReader(octets).information()
    #expect(fields["Title"] == "Giấy nhận tiền" && fields["Author"] == "Bưu điện" && fields["Subject"] == "Thử")
    #expect(fields["CreationDate"] == fields["ModDate"])
    #expect(String(decoding: octets, as: UTF8.self).contains("/CreationDate (20261105093015+07'00)"))
    for time in [Int64.min, .max] {
      #expect(String(decoding: try pdf(time), as: UTF8.self).contains("/CreationDate (19700101000000Z)"))
    }
  }

  @Test("A document without sheets is no crash; one of fifty has fifty pages")
  func counts() throws {
    let typesetter = try Typesetter()
    #expect(try !typesetter.pdf([], information).isEmpty)
    let many = try (1...50).map { try sheet(typesetter, "Trang \($0)") }
    let reader = try PrintReader(try typesetter.pdf(many, information))
    #expect(try reader.information()["Pages"] == "50")
    #expect(try reader.letters() == (1...50).map { "Trang\($0)" }.joined())
  }

  @Test(
    "What would be cut off at an edge is refused, not printed in part",
    arguments: [(-0.1, 10.0), (10, -0.1), (60, 10), (10, 78), (.nan, 10), (10, .infinity)])
  func outside(_ place: (Double, Double)) throws {
    let typesetter = try Typesetter()
    var drawing = Drawing()
    drawing.add(try typesetter.text("Người nhận tiền", body), x: place.0, y: place.1)
    let sheet = Sheet(size: PageSize(width: 80, height: 80), drawing: drawing)
    #expect(throws: PrintingError.self) { try typesetter.pdf([sheet], information) }
    #expect(throws: PrintingError.self) { try typesetter.png(sheet, dotsPerInch: 72) }
  }

  @Test("Lines, boxes, codes and turned text are held to the sheet as well")
  func everythingInside() throws {
    let typesetter = try Typesetter()
    let size = PageSize(width: 50, height: 50)
    var drawings = [Drawing](repeating: Drawing(), count: 4)
    drawings[0].addLine(fromX: 0, fromY: 0, toX: 50.1, toY: 10)
    drawings[1].addBox(x: 10, y: 10, width: 30, height: 40.1)
    drawings[2].add(try QRCode("A"), x: 20.1, y: 0, side: 30)
    let mark = try typesetter.text("IN LẠI", TextStyle(points: 60))
    #expect(mark.width > 50 && mark.width < 70)
    drawings[3].add(mark, centreX: 25, centreY: 25, degrees: 0)
    for drawing in drawings {
      #expect(throws: PrintingError.self) {
        try typesetter.png(Sheet(size: size, drawing: drawing), dotsPerInch: 72)
      }
    }
  }

  @Test("A picture has the paper's size in dots; one too large for memory is an error")
  func pictures() throws {
    let typesetter = try Typesetter()
    let sheet = try sheet(typesetter, "Giấy nhận tiền")
    let png = try typesetter.png(sheet, dotsPerInch: 203)
    #expect(Array(png.prefix(8)) == [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
    func number(_ offset: Int) -> Int { png[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) } }
    #expect(number(16) == Int((148 / 25.4 * 203).rounded(.up)))
    #expect(number(20) == Int((210 / 25.4 * 203).rounded(.up)))
    #expect(throws: PrintingError.self) { try typesetter.png(sheet, dotsPerInch: 1e6) }
  }
}

@Suite("QR codes", .enabled(if: PrintReader.isAvailable, Comment(rawValue: PrintReader.requirement)))
struct QRCodeTests {
  private func read(_ code: QRCode, side: Double, dotsPerInch: Double) throws -> [String] {
    let typesetter = try Typesetter()
    var drawing = Drawing()
    drawing.add(code, x: 0, y: 0, side: side)
    let sheet = Sheet(size: PageSize(width: side, height: side), drawing: drawing)
    return try PrintReader(try typesetter.png(sheet, dotsPerInch: dotsPerInch)).codes()
  }

  @Test(
    "An independent reader reads what was written, at a thermal printer's dots",
    arguments: [
      "A", "ANSINH:GNT:1:A3F09B12CD77:7C2E-91AB-04FF:4183567:20261105093015",
      "Giấy nhận tiền: bốn triệu một trăm tám mươi ba nghìn đồng",
    ])
  func readBack(_ text: String) throws {
    for correction in [QRCode.Correction.low, .medium, .quartile, .high] {
      let code = try QRCode(text, correction: correction)
      #expect(try read(code, side: 30, dotsPerInch: 203) == [text])
    }
  }

  @Test("Capitals and digits take a smaller code; more correction a larger one")
  func sizes() throws {
    let capitals = String(repeating: "A1", count: 40)
    #expect(try QRCode(capitals).size < QRCode(capitals.lowercased()).size)
    #expect(try QRCode(capitals, correction: .low).size < QRCode(capitals, correction: .high).size)
    #expect(try QRCode("A").size == 21)
  }

  @Test("A text that fits into no code is an error")
  func tooLong() throws {
    #expect(throws: PrintingError.notForQRCode(octets: 3_000)) {
      try QRCode(String(repeating: "a", count: 3_000))
    }
    #expect(throws: PrintingError.notForQRCode(octets: 0)) { try QRCode("") }
    #expect(throws: PrintingError.notForQRCode(octets: 3)) { try QRCode("a\0b") }
  }
}
