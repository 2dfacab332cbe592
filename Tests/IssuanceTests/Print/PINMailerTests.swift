import CardCrypto
import CardTestSupport
import Issuance
import Printing
import Testing
import VietnamReference

@Suite("PIN mailers", .enabled(if: PrintReader.isAvailable, Comment(rawValue: PrintReader.requirement)))
struct PINMailerTests {
  private func pdf(
    _ content: PINMailerContent, pin: String = PrintFixture.pin, puk: String = PrintFixture.puk
  ) throws -> PrintDocument {
    try PINMailer(try Typesetter()).pdf(
      content, pin: PrintFixture.secret(pin), puk: PrintFixture.secret(puk), label: "000001")
  }

  @Test("The inside has PIN, PUK and what to do; both are on the panel that is folded in first")
  func inside() throws {
    let reader = try PrintFixture.reader(try pdf(try PrintFixture.mailer()))
    let inside = PrintReader.letters(try reader.text(page: 2))
    for text in [
      "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "NGUYỄN VĂN AN", "PHIẾU MÃ PIN THẺ AN SINH", "**** **** **** 6784",
      "Xã Đồng Hỷ, tỉnh Thái Nguyên", "VIỆC CẦN LÀM", "tự chọn mã PIN mới gồm 6 chữ số", "Không nói mã PIN cho ai",
      "MÃ PIN TẠM THỜI", "Temporary PIN", "MÃ PUK", "1900 0000", "GIỮ BÍ MẬT",
    ] { #expect(inside.contains(PrintReader.letters(text)), "\(text)") }
    let words = try reader.words().filter { $0.page == 2 }
    for secret in ["48213", "90731", "52864"] {
      let word = try #require(words.first { $0.text == secret })
      #expect(word.top > 198 * 72 / 25.4 && word.bottom - word.top > 30)
    }
    #expect(try reader.pageSizes().count == 2)
    #expect(try reader.fonts().allSatisfy { $0.isEmbedded })
  }

  @Test("The outside has name and commune, and is the same whatever the secrets are")
  func outside() throws {
    let content = try PrintFixture.mailer()
    let first = try PrintFixture.reader(try pdf(content))
    let second = try PrintFixture.reader(try pdf(content, pin: "00000", puk: "1111111111"))
    #expect(try first.dots(page: 1, dotsPerInch: 100) == second.dots(page: 1, dotsPerInch: 100))
    #expect(try first.text(page: 1) == second.text(page: 1))
    let outside = PrintReader.letters(try first.text(page: 1))
    for text in ["NGUYỄN VĂN AN", "Xã Đồng Hỷ, tỉnh Thái Nguyên", "CHỈ NGƯỜI CÓ TÊN Ở MẶT TRƯỚC"] {
      #expect(outside.contains(PrintReader.letters(text)))
    }
    for secret in [PrintFixture.pin, PrintFixture.puk, "90731", "6784"] { #expect(!outside.contains(secret)) }
  }

  @Test("Behind the codes, and over them when folded, every patch of paper is scrambled")
  func scrambled() throws {
    let reader = try PrintFixture.reader(try pdf(try PrintFixture.mailer()))
    let dots = try reader.dots(page: 1, dotsPerInch: 127)
    // Where the codes are, found by their words: the other side of the paper, and the mirror image at the fold.
    let codes = try reader.words().filter { $0.page == 2 && ["48213", "90731", "52864"].contains($0.text) }
    let millimetre = 72 / 25.4
    let (top, bottom) = (
      (codes.map(\.top).min() ?? 0) / millimetre, (codes.map(\.bottom).max() ?? 0) / millimetre
    )
    #expect(codes.count == 3 && bottom > top)
    for (from, to) in [(top, bottom), (396 - bottom, 396 - top)] {
      for left in stride(from: 14.0, to: 190, by: 6) {
        for upper in stride(from: from, to: to, by: 6) {
          var dark = 0
          for y in Int(upper * 5)..<Int(upper * 5) + 30 {
            for x in Int(left * 5)..<Int(left * 5) + 30 where dots.colour(x: x, y: y)[0] < 200 { dark += 1 }
          }
          #expect(dark > 900 / 5, "\(left), \(upper): \(dark) of 900")
        }
      }
    }
  }

  @Test("Nothing secret or personal is in what the file says of itself")
  func metadata() throws {
    let document = try pdf(try PrintFixture.mailer())
    let said = try PrintFixture.reader(document).information().map { "\($0.key) \($0.value)" }.joined(separator: "\n")
    for word in ["48213", "90731", "52864", "NGUYỄN", "Nguyễn", "6784", "Đồng Hỷ"] { #expect(!said.contains(word)) }
    let raw = String(decoding: PrintFixture.octets(document), as: UTF8.self)
    #expect(!raw.contains("48213") && !raw.contains("9073152864"))
  }

  @Test("Every name is printed whole on both sides", arguments: PrintFixture.names)
  func names(_ name: String) throws {
    let content = try PrintFixture.mailer(name)
    let reader = try PrintFixture.reader(try pdf(content))
    for page in [1, 2] {
      #expect(PrintReader.letters(try reader.text(page: page)).contains(PrintReader.letters(content.name.upperCased)))
    }
  }

  @Test("The longest name, and a long office, still fit; a PIN that is none makes no slip")
  func edges() throws {
    for name in [String(repeating: "Nguyễn Ẫm ", count: 8) + "Hương", String(repeating: "W", count: 128)] {
      var content = try PrintFixture.mailer(name)
      content.office = "Trung tâm Phục vụ hành chính công và Cấp thẻ an sinh xã hội liên xã tỉnh Bà Rịa - Vũng Tàu"
      content.telephone = nil
      _ = try pdf(content)
    }
    for (pin, puk) in [("4821a", "9073152864"), ("48213", "PUK"), (String(repeating: "1", count: 30), "9073152864")] {
      #expect(throws: PrintingError.self) { try pdf(try PrintFixture.mailer(), pin: pin, puk: puk) }
    }
  }
}
