import Testing
import VietnamReference

@testable import Benefits

@Suite("Character sets of list files")
struct ListEncodingTests {
  private static let eightBit: [TextEncoding] = [.windows1258, .tcvn3, .vni]

  private func sample() throws -> String {
    String(decoding: try Samples.bytes("danh-sach-chi-tra-mau.csv"), as: UTF8.self)
  }

  /// The sample without names that an eight-bit set cannot write (`Brềnh` it can, `Niê` too).
  private func sample(_ encoding: TextEncoding) throws -> String {
    guard Self.eightBit.contains(encoding) else { return try sample() }
    let letters = try ListFiles.letters(encoding)
    return try sample().split(separator: "\n").filter { line in
      line.allSatisfy { $0.isASCII || letters[$0] != nil }
    }.map { $0 + "\n" }.joined()
  }

  @Test(arguments: TextEncoding.allCases, [true, false])
  func everySetGivesTheSameRows(_ encoding: TextEncoding, _ mark: Bool) throws {
    let text = try sample(encoding)
    #expect(text.split(separator: "\n").count > 495)
    let expected = try ListFiles.read(text)
    #expect(expected.rejects.isEmpty)
    let found = try ListFiles.read(try ListFiles.encode(text, encoding, mark: mark))
    #expect(found.survey.encoding == encoding)
    #expect(found.rows == expected.rows)
    let named = try ListFiles.read(try ListFiles.encode(text, encoding, mark: mark), encoding: encoding)
    #expect(named.rows == expected.rows)
  }

  /// Windows of three rows all over the sample: a set is told rightly or not at all, never mistaken.
  @Test(arguments: eightBit)
  func shortListsAreNeverMistaken(_ encoding: TextEncoding) throws {
    let lines = try sample(encoding).split(separator: "\n").map(String.init)
    var told = 0
    let starts = stride(from: 1, to: lines.count - 3, by: 4)
    for start in starts {
      let bytes = try ListFiles.encode(ListFiles.text(Array(lines[start..<(start + 3)])), encoding)
      guard bytes.contains(where: { $0 >= 0x80 }) else { continue }
      do throws(TextEncodingError) {
        let found = try TextEncoding.detect(bytes, isWhole: true)
        #expect(found == encoding, "lines \(start)…")
        told += 1
      } catch {
        continue
      }
    }
    #expect(told * 100 >= starts.underestimatedCount * 97, "\(told)")
    for start in starts {
      let utf8 = Array(ListFiles.text(Array(lines[start..<(start + 3)])).utf8)
      #expect(try TextEncoding.detect(utf8, isWhole: true) == .utf8)
    }
  }

  @Test func whatCannotBeToldIsRefused() throws {
    let one = ListFiles.text([Samples.row(.name, "Nguyen Van An"), Samples.row(.personalID, "003152000120")])
    let bytes = Array(one.utf8)
    // V, ó or ă, n: a syllable in two of the sets.
    let place = try #require(bytes.firstRange(of: Array("Van".utf8)))
    var ambiguous = bytes
    ambiguous[place.lowerBound + 1] = 0xE3
    let second = try #require(ambiguous.firstRange(of: Array("Hòa".utf8)))
    ambiguous.replaceSubrange(second, with: Array("Hoa".utf8))
    let third = try #require(ambiguous.firstRange(of: Array("Thị".utf8)))
    ambiguous.replaceSubrange(third, with: Array("Thi".utf8))
    let fourth = try #require(ambiguous.firstRange(of: Array("Nguyễn".utf8)))
    ambiguous.replaceSubrange(fourth, with: Array("Nguyen".utf8))
    #expect(try ListFiles.refusal(ambiguous) == "1 - encoding.ambiguous")
    #expect(try ListFiles.survey(ambiguous, encoding: .windows1258).get().goodRows == 2)
    var unknown = ambiguous
    unknown[place.lowerBound + 1] = 0x81
    #expect(try ListFiles.refusal(unknown) == "1 - encoding.unknown")
  }

  @Test func asciiMayLastLongBeforeTheFirstLetter() throws {
    let plain = (0..<1200).map { index in
      "0031\(50 + index % 10)\(100_000 + index),Nguyen Van An,,BHXH-HUU,2026-11,1000,QHTTT,BHXH-19,19,BD-19-001"
        .replacing(",,", with: ",19\(50 + index % 10),")
    }
    let tail = try sample(.tcvn3).split(separator: "\n").dropFirst().prefix(20).map(String.init)
    let text = ListFiles.text(plain + tail)
    for encoding in TextEncoding.allCases {
      let bytes = try ListFiles.encode(text, encoding, mark: false)
      for step in [4096, 70_000, Int.max] {
        let found = try ListFiles.read(bytes, step: step)
        #expect(found.survey.encoding == encoding)
        #expect(found.rows.count == 1220 && found.rows.last?.name.text == expectedName(tail.last))
      }
    }
  }

  private func expectedName(_ row: String?) -> String? {
    row.map { String($0.split(separator: ",")[1]) }
  }

  @Test func capitalsComeBackFromTCVN3() {
    let names = [
      "NGUYễN THị HòA": "NGUYỄN THỊ HÒA", "Nguyễn Thị Hòa": "Nguyễn Thị Hòa", "Nguyễn Thị ánh": "Nguyễn Thị Ánh",
      "ánh": "Ánh", "ước": "ước", "nguyễn thị ánh": "nguyễn thị ánh", "Lý Tý": "Lý Tý", "LÝ THị LÊ": "LÝ THỊ LÊ",
      "Đỗ Tứ": "Đỗ Tứ",
      "TRầN đăNG": "TRầN đăNG", "H'Mai Niê": "H'Mai Niê", "": "",
    ]
    for (written, meant) in names { #expect(TextDecoder.capitalised(written) == meant) }
  }

  @Test func namesInCapitalsInTCVN3() throws {
    let text = try sample(.tcvn3)
    let lines = text.split(separator: "\n").map { line -> String in
      var cells = line.split(separator: ",").map(String.init)
      if cells[0] != "so_dinh_danh" { cells[1] = cells[1].uppercased() }
      return cells.joined(separator: ",")
    }
    let found = try ListFiles.read(try ListFiles.encode(lines.map { $0 + "\n" }.joined(), .tcvn3))
    #expect(found.rejects.isEmpty)
    let names = Set(lines.dropFirst().map { $0.split(separator: ",")[1] })
    let wrong = found.rows.filter { !names.contains($0.name.text[...]) }
    // One word with one letter that tells its case cannot be told from a name in ordinary writing.
    #expect(wrong.allSatisfy { $0.name.words.count == 1 }, "\(wrong.map(\.name.text))")
  }

  @Test func badBytesSpoilTheirRowOnly() throws {
    let lines = try sample().split(separator: "\n").prefix(40).map { $0 + "\n" }
    var bytes = lines.dropLast().flatMap { Array($0.utf8) }
    bytes +=
      Array("003152000998,Tr".utf8) + [0xFF] + Array("n,1952,BHXH-HUU,2026-11,1,QHTTT,BHXH-01,01,BD-01-001\n".utf8)
    bytes += Array((lines.last ?? "").utf8)
    let found = try ListFiles.read(bytes)
    #expect(found.rows.count == 39 && ListFiles.places(found.rejects) == ["40 ho_ten csv.utf8"])
    var legacy = try ListFiles.encode(lines.joined(), .vni)
    legacy +=
      Array("003152000998,Tr".utf8) + [0x9F] + Array("n,1952,BHXH-HUU,2026-11,1,QHTTT,BHXH-01,01,BD-01-001\n".utf8)
    let second = try ListFiles.read(legacy)
    #expect(second.rows.count == 39 && ListFiles.places(second.rejects) == ["41 ho_ten name.lost-letters"])
  }
}
