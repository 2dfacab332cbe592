import CardTestSupport
import Foundation
import Printing
import Testing

/// The letters of the alphabet with all tones, in both cases.
let vietnameseLetters: String = {
  let plain = ["a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y"]
  let tones = ["", "\u{300}", "\u{309}", "\u{303}", "\u{301}", "\u{323}"]
  let small = plain.flatMap { letter in tones.map { (letter + $0).precomposedStringWithCanonicalMapping } } + ["đ"]
  return (small + small.map { $0.uppercased() }).joined()
}()

let body = TextStyle(.serif, points: 11)
let information = DocumentInformation(
  title: "Giấy nhận tiền", author: "Bưu điện", subject: "Thử", time: 1_793_845_815)

@Suite("Typesetter")
struct TypesetterTests {
  @Test("A font that is not there is named with its package; nothing else is put in its place")
  func missingFont() {
    let family = FontFamily(name: "Chữ Không Có", package: "fonts-khong-co")
    #expect(throws: PrintingError.missingFont(family: "Chữ Không Có", package: "fonts-khong-co")) {
      try Typesetter(families: [.serif, family])
    }
  }

  @Test("A font without Vietnamese letters is as good as none")
  func fontWithoutVietnamese() {
    // Every fontconfig has aliases; a name that leads to another family is no family of its own.
    #expect(throws: PrintingError.missingFont(family: "Times New Roman", package: "x")) {
      try Typesetter(families: [FontFamily(name: "Times New Roman", package: "x")])
    }
  }

  @Test(
    "Every Vietnamese letter has its own place in both families, and none is a box",
    arguments: [
      FontFamily.serif, .sans,
    ])
  func letters(_ family: FontFamily) throws {
    let typesetter = try Typesetter()
    for isBold in [false, true] {
      for isItalic in [false, true] {
        let style = TextStyle(family, points: 10, isBold: isBold, isItalic: isItalic)
        #expect(try typesetter.text(vietnameseLetters + "₫“”–…", style).unknownCharacters == 0)
      }
    }
  }

  @Test("Lines break at spaces and stay in their width, whatever the width")
  func wrapping() throws {
    let typesetter = try Typesetter()
    let text = "Công Tằng Tôn Nữ Thị Huyền Hoàng Ngọc Khánh Quỳnh Phương Nghiêng"
    let natural = try typesetter.text(text, body)
    #expect(natural.lineCount == 1)
    var lines = 1
    for width in stride(from: 120.0, through: 10, by: -10) {
      let block = try typesetter.text(text, body, width: width)
      #expect(block.width <= width + 0.01)
      #expect(block.lineCount >= lines)
      #expect(abs(block.height - natural.height * Double(block.lineCount)) < 0.05)
      lines = block.lineCount
    }
    #expect(lines > 8)
  }

  @Test("A line is made smaller to fit, not below the smallest size, and then it wraps")
  func shrinking() throws {
    let typesetter = try Typesetter()
    let text = "Thành phố Hồ Chí Minh, ngày 05 tháng 11 năm 2026"
    let natural = try typesetter.text(text, body).width
    #expect(try typesetter.line(text, body, width: natural + 1, smallest: 5).width == natural)
    let fitted = try typesetter.line(text, body, width: natural * 0.8, smallest: 5)
    #expect(fitted.lineCount == 1 && fitted.width <= natural * 0.8)
    let wrapped = try typesetter.line(text, body, width: natural * 0.3, smallest: 9)
    #expect(wrapped.lineCount > 1 && wrapped.width <= natural * 0.3)
  }

  @Test("What does not fit into the lines that are allowed is shown to be missing")
  func ellipsis() throws {
    let typesetter = try Typesetter()
    let text = String(repeating: "Trợ cấp xã hội hằng tháng ", count: 10)
    let block = try typesetter.text(text, body, width: 50, maximumLines: 2)
    #expect(block.isShortened && block.lineCount == 2)
    #expect(try !typesetter.text("Lương hưu", body, width: 50, maximumLines: 2).isShortened)
  }

  @Test("Empty text has the height of its line; lines keep their distance")
  func heights() throws {
    let typesetter = try Typesetter()
    let one = try typesetter.text("Ấy", body)
    let empty = try typesetter.text("", body)
    #expect(empty.width == 0 && abs(empty.height - one.height) < 0.01)
    #expect(one.baseline > 0 && one.baseline < one.height)
    let wide = try typesetter.text("Ấy\nẤy", body, lineSpacing: 1.5)
    #expect(wide.height > one.height * 2.2)
  }

  @Test("Composed and decomposed letters give the same octets", .enabled(if: PrintReader.isAvailable))
  func composed() throws {
    func pdf(_ text: String) throws -> [UInt8] {
      let typesetter = try Typesetter()
      var drawing = Drawing()
      drawing.add(try typesetter.text(text, body, width: 120), x: 10, y: 10)
      return try typesetter.pdf([Sheet(size: .a5, drawing: drawing)], information)
    }
    let octets = try pdf(vietnameseLetters)
    #expect(try pdf(vietnameseLetters.decomposedStringWithCanonicalMapping) == octets)
    let read = try PrintReader(octets).letters()
    #expect(Array(read.utf8) == Array(vietnameseLetters.utf8))
  }

  @Test("A long word breaks inside and no hyphen comes into it", .enabled(if: PrintReader.isAvailable))
  func longWord() throws {
    let typesetter = try Typesetter()
    let word = "PC20261105" + String(repeating: "ươngÝ", count: 30)
    var drawing = Drawing()
    let block = try typesetter.text(word, body, width: 30)
    drawing.add(block, x: 10, y: 10)
    #expect(block.lineCount > 5 && block.width <= 30.01)
    let octets = try typesetter.pdf([Sheet(size: .a5, drawing: drawing)], information)
    #expect(try PrintReader(octets).letters() == word)
    // A hyphen would be drawn without being text, and take room: ten lines of five letters have none for it.
    let five = try typesetter.text("mmmmm", body).width
    #expect(try typesetter.text(String(repeating: "m", count: 50), body, width: five + 0.01).lineCount == 10)
  }

  @Test("A zero octet ends no text", .enabled(if: PrintReader.isAvailable))
  func zero() throws {
    let typesetter = try Typesetter()
    var drawing = Drawing()
    drawing.add(try typesetter.text("Một\0Hai", body), x: 10, y: 10)
    let octets = try typesetter.pdf([Sheet(size: .a5, drawing: drawing)], information)
    #expect(try PrintReader(octets).letters() == "MộtHai")
  }

  @Test("Runs keep their own styles", .enabled(if: PrintReader.isAvailable))
  func runs() throws {
    let typesetter = try Typesetter()
    var drawing = Drawing()
    let runs = [
      TextRun("thường ", body), TextRun("đậm ", body.bold), TextRun("nghiêng ", body.italic),
      TextRun("không chân", TextStyle(.sans, points: 8)),
    ]
    drawing.add(try typesetter.text(runs), x: 10, y: 10)
    let reader = try PrintReader(try typesetter.pdf([Sheet(size: .a5, drawing: drawing)], information))
    #expect(
      try Set(reader.fonts().map(\.name)) == [
        "LiberationSerif", "LiberationSerif-Bold", "LiberationSerif-Italic", "LiberationSans",
      ])
    #expect(try reader.text().hasPrefix("thường đậm nghiêng không chân"))
  }
}
