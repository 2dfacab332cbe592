import CardApplication
import CardCrypto
import CardTestSupport
import Issuance
import Printing
import Testing
import VietnamReference

@Suite("Card faces", .enabled(if: PrintReader.isAvailable, Comment(rawValue: PrintReader.requirement)))
struct CardFaceTests {
  private func letters(_ text: String) -> String { PrintReader.letters(text) }

  private func face(_ profile: EmbeddedProfile = .adult) throws -> CardFace {
    CardFace(try Typesetter(), layout: try profile.profile().face)
  }

  private func pdf(_ content: CardFaceContent, _ can: String = PrintFixture.can) throws -> PrintDocument {
    try face().pdf(content, can: PrintFixture.secret(can), label: "000001")
  }

  @Test("Front and back are of ID-1's size and say what the card is, in the decree's words")
  func texts() throws {
    let reader = try PrintFixture.reader(try pdf(try PrintFixture.face()))
    for size in try reader.pageSizes() {
      #expect(abs(size[0] - 85.6 * 72 / 25.4) < 0.01 && abs(size[1] - 53.98 * 72 / 25.4) < 0.01)
    }
    #expect(try reader.pageSizes().count == 2)
    let (front, back) = (letters(try reader.text(page: 1)), letters(try reader.text(page: 2)))
    for text in [
      "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc", "THẺ AN SINH", "NGUYỄN VĂN AN",
      "9900 0001 2345 6784", "05/11/2026", "04/11/2036", "Tỉnh Thái Nguyên", "Số thẻ", "SOCIAL SECURITY CARD",
    ] { #expect(front.contains(letters(text)), "\(text)") }
    #expect(back.contains("314159") && back.contains(letters("UBND xã Đồng Hỷ, điện thoại 1900 0000")))
    #expect(!front.contains("314159"), "a copy of the front must not open the card")
    // Groups of four stand apart.
    #expect(try reader.text(page: 1).contains("9900 0001 2345 6784"))
  }

  @Test("Fonts are embedded; what the file says of itself holds nothing of the person or the card")
  func metadata() throws {
    let document = try pdf(try PrintFixture.face())
    let reader = try PrintFixture.reader(document)
    let fonts = try reader.fonts()
    #expect(!fonts.isEmpty && fonts.allSatisfy { $0.isEmbedded && $0.isSubset && $0.hasUnicode })
    let said = try reader.information().map { "\($0.key) \($0.value)" }.joined(separator: "\n").lowercased()
    for word in ["314159", "nguyễn", "9900", "6784", "000001"] { #expect(!said.contains(word)) }
    let raw = String(decoding: PrintFixture.octets(document), as: UTF8.self)
    #expect(!raw.contains("314159"))
    #expect("\(document)".contains("314159") == false && document.fileName == "face-000001.pdf")
  }

  @Test(
    "The CAN's bar code is read from picture, SVG and PDF at 300 dots an inch",
    arguments: ["314159", "000000", "987650"])
  func barcode(_ can: String) throws {
    let face = try face()
    let content = try PrintFixture.face()
    let secret = PrintFixture.secret(can)
    let png = try face.png(.back, content, can: secret, label: "1")
    #expect(try PrintFixture.reader(png).barCodes() == [can])
    let svg = try PrintFixture.reader(try face.svg(.back, content, can: secret, label: "1"))
    #expect(try PrintReader(try svg.svgPicture(dotsPerInch: 300)).barCodes() == [can])
    #expect(try PrintFixture.reader(try pdf(content, can)).letters().contains(can))
  }

  @Test("Every name is printed whole, in capitals, whatever its letters and length", arguments: PrintFixture.names)
  func names(_ name: String) throws {
    let content = try PrintFixture.face(name)
    let front = letters(try PrintFixture.reader(try pdf(content)).text(page: 1))
    #expect(front.contains(letters(content.name.upperCased)), "\(front)")
  }

  @Test("The longest names that records hold are set smaller and still whole; they keep off the card number")
  func longest() throws {
    let words = String(repeating: "Nguyễn Ẫm ", count: 8) + "Hương"
    for name in [words, String(repeating: "W", count: 128), String(repeating: "Ẵ", count: 42)] {
      let content = try PrintFixture.face(name)
      let reader = try PrintFixture.reader(try pdf(content))
      #expect(letters(try reader.text(page: 1)).contains(letters(content.name.upperCased)))
      let number = try #require(try reader.words().first { $0.text == "9900" })
      let last = try #require(try reader.words().last { $0.page == 1 && content.name.upperCased.hasSuffix($0.text) })
      #expect(last.bottom < number.top + 2.5)
    }
  }

  @Test("A photo stands in its box; without one there is a figure, and a bad one makes no card")
  func photo() throws {
    var drawing = Drawing()
    drawing.addBox(x: 0, y: 0, width: 30, height: 40, ink: Ink(hex: 0x10C010))
    let sheet = Sheet(size: PageSize(width: 30, height: 40), drawing: drawing)
    let typesetter = try Typesetter()
    let png = try typesetter.png(sheet, dotsPerInch: 200)
    let jpeg = try PrintReader(
      try typesetter.pdf([sheet], DocumentInformation(title: "", author: "", subject: "", time: 0))
    ).jpeg(dotsPerInch: 200)
    for octets in [png, jpeg] {
      let dots = try PrintFixture.reader(try pdf(try PrintFixture.face(photo: octets))).dots(dotsPerInch: 254)
      let middle = dots.colour(x: 155, y: 290)
      #expect(middle[1] > 170 && middle[0] < 60 && middle[2] < 60)
    }
    let without = try PrintFixture.reader(try pdf(try PrintFixture.face())).dots(dotsPerInch: 254)
    let figure = without.colour(x: 155, y: 390)
    #expect(Set(figure).count == 1)
    #expect(throws: PrintingError.notAPicture(.damaged)) {
      try pdf(try PrintFixture.face(photo: Array(jpeg.prefix(jpeg.count / 2))))
    }
  }

  @Test("What is no CAN, or can't be printed whole, makes no card")
  func refused() throws {
    for can in ["", "12345", "31415x", "3141 59"] {
      #expect(throws: PrintingError.self) { try pdf(try PrintFixture.face(), can) }
    }
    #expect(throws: PrintingError.unknownCharacters(count: 1)) { try pdf(try PrintFixture.face("An \u{1E2C0}")) }
    let standard = try CardProfile.adult().face
    var layout = standard
    let place = try #require(layout.elements.firstIndex { $0.field == .photo })
    layout.elements[place].frame.x = 70
    #expect(throws: PrintingError.self) {
      try CardFace(try Typesetter(), layout: layout).png(
        .front, try PrintFixture.face(), can: PrintFixture.secret("314159"), label: "1")
    }
    let name = try #require(layout.elements.firstIndex { $0.field == .name })
    layout = standard
    layout.elements[name].frame.height = 3
    #expect(throws: PrintingError.self) {
      try CardFace(try Typesetter(), layout: layout).pdf(
        try PrintFixture.face(), can: PrintFixture.secret("314159"), label: "1")
    }
  }

  @Test("Each profile's card says what it is and opens by its back only; a test card says so on both sides")
  func profiles() throws {
    for profile in EmbeddedProfile.allCases {
      let document = try face(profile).pdf(
        try PrintFixture.face(), can: PrintFixture.secret("314159"), label: "1")
      let reader = try PrintFixture.reader(document)
      let (front, back) = (letters(try reader.text(page: 1)), letters(try reader.text(page: 2)))
      let title = try #require(try profile.profile().face.element(.title)?.text)
      #expect(front.contains(letters(title.vi)) && front.contains(letters(title.en)), "\(profile)")
      #expect(!front.contains("314159") && back.contains("314159"))
      for text in [front, back] {
        for words in ["KHÔNG CÓ GIÁ TRỊ", "NOT VALID"] { #expect(text.contains(letters(words)) == (profile == .test)) }
      }
    }
  }

  @Test("Every field of a layout is moved, aligned, coloured, named and left out as it says")
  func layout() throws {
    var layout = try CardProfile.adult().face
    layout.elements.removeAll { $0.field == .contact || $0.field == .validFrom }
    for index in layout.elements.indices {
      layout.elements[index].style.alignment = index % 2 == 0 ? .centre : .right
      if layout.elements[index].field == .cardNumber { layout.elements[index].text = CardText(vi: "Mã số", en: "No.") }
      if layout.elements[index].field == .name { layout.elements[index].text = nil }
    }
    layout.elements.append(
      CardFaceLayout.Element(
        .header, side: .back, .init(x: 4, y: 44, width: 40, height: 6), .init(points: 8),
        text: CardText(vi: "Dòng thêm", en: "Further line")))
    let document = try CardFace(try Typesetter(), layout: layout).pdf(
      try PrintFixture.face(), can: PrintFixture.secret("314159"), label: "1")
    let reader = try PrintFixture.reader(document)
    let all = try reader.letters()
    #expect(!all.contains("05/11/2026") && all.contains("04/11/2036") && !all.contains("UBND"))
    #expect(all.contains("NGUYỄNVĂNAN") && all.contains("314159"))
    for text in ["Mã số", "No.", "SOCIAL SECURITY CARD"] { #expect(all.contains(letters(text)), "\(text)") }
    #expect(!all.contains(letters("Full name")) && !all.contains(letters("Card number")))
    let back = letters(try reader.text(page: 2))
    #expect(back.contains(letters("Dòng thêm / Further line")))
  }

  @Test("A side has the profile's boxes, or the bars that all cards have; letters have the profile's colour")
  func colours() throws {
    var layout = try CardProfile.adult().face
    let bar = CardFaceLayout.Frame(x: 0, y: 0, width: 85.6, height: 3)
    layout.boxes = [CardFaceLayout.Box(side: .back, bar, .init(red: 16, green: 192, blue: 16))]
    let title = try #require(layout.elements.firstIndex { $0.field == .title })
    layout.elements[title].style.colour = .init(red: 16, green: 16, blue: 192)
    let document = try CardFace(try Typesetter(), layout: layout).pdf(
      try PrintFixture.face(), can: PrintFixture.secret("314159"), label: "1")
    let reader = try PrintFixture.reader(document)
    let (front, back) = (try reader.dots(page: 1, dotsPerInch: 254), try reader.dots(page: 2, dotsPerInch: 254))
    #expect(front.colour(x: 30, y: 95) == [166, 25, 46] && back.colour(x: 30, y: 15) == [16, 192, 16])
    // No bar is left below, where the usual ones are.
    #expect(back.colour(x: 400, y: 535)[0] > 240)
    #expect((300..<500).contains { front.colour(x: $0, y: 150) == [16, 16, 192] })
  }

  @Test("The same card gives the same octets: a reprint differs from no print")
  func deterministic() throws {
    let content = try PrintFixture.face()
    #expect(try PrintFixture.octets(pdf(content)) == PrintFixture.octets(pdf(content)))
  }
}
