import CardTestSupport
import Printing
import Testing

@Suite("Pictures", .enabled(if: PrintReader.isAvailable, Comment(rawValue: PrintReader.requirement)))
struct PictureTests {
  private static let red = Ink(hex: 0xE01010)
  private static let green = Ink(hex: 0x10C010)
  private static let blue = Ink(hex: 0x1010E0)

  /// A picture of 40 × 60 mm: red at the top left, green at the top right, blue below.
  private func sheet() -> Sheet {
    var drawing = Drawing()
    drawing.addBox(x: 0, y: 0, width: 20, height: 30, ink: Self.red)
    drawing.addBox(x: 20, y: 0, width: 20, height: 30, ink: Self.green)
    drawing.addBox(x: 0, y: 30, width: 40, height: 30, ink: Self.blue)
    return Sheet(size: PageSize(width: 40, height: 60), drawing: drawing)
  }

  private func png(dotsPerInch: Double = 60) throws -> [UInt8] {
    try Typesetter().png(sheet(), dotsPerInch: dotsPerInch)
  }

  /// Written by poppler and libjpeg.
  private func jpeg(dotsPerInch: Int = 60) throws -> [UInt8] {
    try PrintReader(try Typesetter().pdf([sheet()], information)).jpeg(dotsPerInch: dotsPerInch)
  }

  /// The picture alone on a page, as another program sees it, one dot a millimetre.
  private func dots(_ picture: Picture, width: Double, height: Double) throws -> PrintReader.Dots {
    var drawing = Drawing()
    drawing.add(picture, x: 0, y: 0, width: width, height: height)
    let page = Sheet(size: PageSize(width: width, height: height), drawing: drawing)
    return try PrintReader(try Typesetter().pdf([page], information)).dots(dotsPerInch: 50)
  }

  /// The colours near the four corners: `r`, `g`, `b`, row by row.
  private func corners(_ picture: Picture, width: Double, height: Double) throws -> String {
    let dots = try dots(picture, width: width, height: height)
    let places = [(0.15, 0.15), (0.85, 0.15), (0.15, 0.85), (0.85, 0.85)]
    return places.map { place in
      let colour = dots.colour(x: Int(place.0 * Double(dots.width)), y: Int(place.1 * Double(dots.height)))
      let names = ["r", "g", "b"]
      return zip(names, colour).filter { $0.1 > 128 }.map(\.0).joined()
    }.joined(separator: " ")
  }

  @Test("JPEG and PNG come out as they went in")
  func formats() throws {
    for octets in [try png(), try jpeg()] {
      let picture = try Picture(octets)
      #expect(abs(picture.width - 95) <= 1 && abs(picture.height - 142) <= 1)
      #expect(try corners(picture, width: 40, height: 60) == "r g b b")
    }
  }

  @Test("A picture larger than anyone sees is made smaller, its sides in proportion", arguments: [100, 333, 1_200])
  func smaller(_ side: Int) throws {
    for octets in [try png(dotsPerInch: 600), try jpeg(dotsPerInch: 600)] {
      let picture = try Picture(octets, maximumSide: side)
      #expect(picture.height == side && abs(picture.width - side * 2 / 3) <= 1)
      #expect(try corners(picture, width: 40, height: 60) == "r g b b")
    }
  }

  @Test("A picture of other proportions fills its box from the middle")
  func cropped() throws {
    // The box is so wide that only the middle of the height is left: half above, half below.
    #expect(try corners(try Picture(try png()), width: 40, height: 20) == "r g b b")
    let dots = try dots(try Picture(try png()), width: 40, height: 20)
    #expect(dots.colour(x: dots.width / 4, y: dots.height * 2 / 5)[0] > 128)
    #expect(dots.colour(x: dots.width / 4, y: dots.height * 3 / 5)[2] > 128)
  }

  // MARK: Orientation

  /// The JPEG with an Exif segment that tells how the camera was held.
  private func turned(_ value: UInt8, isLittle: Bool) throws -> [UInt8] {
    let tiff: [UInt8] =
      isLittle
      ? [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, value, 0, 0, 0, 0, 0, 0, 0]
      : [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, value, 0, 0, 0, 0, 0, 0]
    let body = Array("Exif".utf8) + [0, 0] + tiff
    let jpeg = try jpeg()
    return jpeg.prefix(2) + [0xFF, 0xE1, 0, UInt8(body.count + 2)] + body + jpeg.dropFirst(2)
  }

  @Test(
    "A picture taken with the camera on its side stands upright (Exif 2.3, tag 0112)",
    arguments: [
      (1, "r g b b"), (2, "g r b b"), (3, "b b g r"), (4, "b b r g"), (5, "r b g b"), (6, "b r b g"), (7, "b g b r"),
      (8, "g b r b"), (9, "r g b b"), (0, "r g b b"),
    ])
  func orientation(_ value: Int, _ expected: String) throws {
    for isLittle in [true, false] {
      let picture = try Picture(try turned(UInt8(value), isLittle: isLittle))
      let isSideways = (5...8).contains(value)
      #expect((picture.width > picture.height) == isSideways)
      #expect(try corners(picture, width: isSideways ? 60 : 40, height: isSideways ? 40 : 60) == expected)
    }
  }

  @Test("An Exif segment cut short or damaged anywhere leaves the picture as it is, or refuses it")
  func damagedExif() throws {
    let whole = try turned(6, isLittle: true)
    for place in 2..<38 {
      for bit in 0..<8 {
        var octets = whole
        octets[place] ^= 1 << UInt8(bit)
        _ = try? Picture(octets)
      }
    }
    // A directory of 65,535 entries that are not there.
    var octets = whole
    octets[20] = 0xFF
    octets[21] = 0xFF
    octets[22] = 0
    #expect(try Picture(octets).width == 95)
  }

  // MARK: Bad octets

  @Test("What is no picture is refused by what is wrong with it")
  func refused() throws {
    func fault(_ octets: [UInt8]) -> PrintingError? {
      do throws(PrintingError) {
        _ = try Picture(octets)
        return nil
      } catch { return error }
    }
    #expect(fault([]) == .notAPicture(.unknownFormat))
    #expect(fault(Array("<svg/>".utf8)) == .notAPicture(.unknownFormat))
    #expect(fault(Array("GIF89a".utf8)) == .notAPicture(.unknownFormat))
    #expect(fault([0xFF, 0xD8, 0xFF]) == .notAPicture(.damaged))
    #expect(fault([UInt8](repeating: 0, count: (16 << 20) + 1)) == .notAPicture(.tooLarge(count: (16 << 20) + 1)))
    let small = try Typesetter().png(Sheet(size: PageSize(width: 5, height: 9), drawing: Drawing()), dotsPerInch: 72)
    #expect(fault(small) == .notAPicture(.tooSmall(width: 15, height: 26)))
  }

  @Test("A picture that says it is huge is refused before anything is decoded")
  func bomb() throws {
    var png = try png()
    png.replaceSubrange(16..<24, with: [0x7F, 0xFF, 0xFF, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF])
    #expect(throws: PrintingError.notAPicture(.tooLarge(count: 0x7FFF_FFFF * 0x7FFF_FFFF))) { try Picture(png) }
    png.replaceSubrange(16..<24, with: [0, 0, 0x30, 0, 0, 0, 0x30, 0])
    #expect(throws: PrintingError.notAPicture(.tooLarge(count: 0x3000 * 0x3000))) { try Picture(png) }
    var jpeg = try jpeg()
    let frame = try #require(jpeg.indices.first { jpeg[$0] == 0xFF && [0xC0, 0xC2].contains(jpeg[$0 + 1]) })
    jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0x7F, 0xFF, 0x7F, 0xFF])
    #expect(throws: PrintingError.notAPicture(.tooLarge(count: 0x7FFF * 0x7FFF))) { try Picture(jpeg) }
  }

  @Test("A picture cut off at any octet is refused: no half a face on a card")
  func truncated() throws {
    for whole in [try png(), try jpeg()] {
      // The last octets of a PNG are the end mark, without dots; those of a JPEG the end of image.
      for length in 0..<whole.count - 14 {
        #expect(throws: PrintingError.self, "\(length) of \(whole.count)") { try Picture(Array(whole.prefix(length))) }
      }
    }
  }

  @Test("Damaged octets are read or refused, and never stop the program")
  func damaged() throws {
    var random = SplitMix64()
    for whole in [try png(), try jpeg(), try turned(6, isLittle: false)] {
      for _ in 0..<600 {
        var octets = whole
        for _ in 0..<Int.random(in: 1...6, using: &random) {
          octets[Int.random(in: 0..<octets.count, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        if Bool.random(using: &random) { octets.removeLast(Int.random(in: 0..<octets.count, using: &random)) }
        _ = try? Picture(octets, maximumSide: Int.random(in: -5...300, using: &random))
      }
    }
  }
}
