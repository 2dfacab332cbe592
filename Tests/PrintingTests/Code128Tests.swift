import CardTestSupport
import Printing
import Testing

@Suite("Bar codes", .enabled(if: PrintReader.isAvailable, Comment(rawValue: PrintReader.requirement)))
struct Code128Tests {
  /// What an independent reader makes of the code in modules of four dots at 300 dots an inch.
  private func read(_ digits: String) throws -> [String] {
    let typesetter = try Typesetter()
    let code = try Code128(digits: Array(digits.utf8))
    let width = Double(code.moduleCount + 20) * 4 / 300 * 25.4
    var drawing = Drawing()
    drawing.add(code, x: 0, y: 2, width: width, height: 12)
    let sheet = Sheet(size: PageSize(width: width + 0.01, height: 16), drawing: drawing)
    return try PrintReader(try typesetter.png(sheet, dotsPerInch: 300)).barCodes()
  }

  @Test("Every pair of digits is read by an independent reader, at even and odd places", arguments: 0..<4)
  func everyPair(_ part: Int) throws {
    let pairs = (part * 25..<part * 25 + 25).map { $0 < 10 ? "0\($0)" : "\($0)" }
    let digits = pairs.joined()
    #expect(try read(digits) == [digits])
    #expect(try read("00" + digits) == ["00" + digits])
  }

  @Test("Numbers as long as a CAN are read, whatever their check character")
  func cans() throws {
    var random = SplitMix64()
    for _ in 0..<20 {
      let digits = String(1_000_000 + Int.random(in: 0..<1_000_000, using: &random)).dropFirst()
      #expect(try read(String(digits)) == [String(digits)], "seed \(SplitMix64.seed)")
    }
  }

  @Test("Start, pairs, check and stop: 11 modules each, 13 the stop (ISO/IEC 15417 §4.3.1)", arguments: [2, 6, 16, 60])
  func size(_ count: Int) throws {
    #expect(try Code128(digits: Array(repeating: 0x37, count: count)).moduleCount == 11 * (count / 2 + 2) + 13)
  }

  @Test("What is no even number of digits is refused", arguments: ["", "1", "123", "12a4", "12 4", "１２", "12\u{0}4"])
  func refused(_ text: String) {
    #expect(throws: PrintingError.notDigits(octets: text.utf8.count)) { try Code128(digits: Array(text.utf8)) }
  }

  @Test("A number too long for any card is refused")
  func tooLong() {
    #expect(throws: PrintingError.notDigits(octets: 62)) { try Code128(digits: Array(repeating: 0x30, count: 62)) }
  }
}
