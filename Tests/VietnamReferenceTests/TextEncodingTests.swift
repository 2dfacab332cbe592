import Testing

@testable import VietnamReference

@Suite("Older character sets")
struct TextEncodingTests {
  /// Every letter as iconv (Windows-1258, TCVN 5712) and recode (VNI) write it.
  @Test func everyLetter() throws {
    let rows = try VectorFile.rows("vietnamese_letters.csv")
    #expect(rows.count == 146)
    for row in rows {
      for (place, encoding) in [TextEncoding.windows1258, .vni, .tcvn3].enumerated() where !row[place + 1].isEmpty {
        let hex = Array(row[place + 1].utf8)
        let bytes = stride(from: 0, to: hex.count, by: 2).compactMap {
          UInt8(String(decoding: hex[$0..<($0 + 2)], as: UTF8.self), radix: 16)
        }
        // Between other letters, so that marks end where they should.
        let text = TextDecoder.decode(Array("x".utf8) + bytes + bytes + Array("n,".utf8), encoding: encoding)
        let expected = "x\(row[0])\(row[0])n,"
        #expect(text == Array(expected.utf8), "\(row[0]) in \(encoding.name)")
      }
    }
  }

  @Test func piecesOfAnySize() {
    let texts: [(TextEncoding, [UInt8])] = [
      (.utf8, [0xEF, 0xBB, 0xBF] + Array("Đặng Ước".utf8)),
      (.vni, [0xD1, 0x61, 0xEB, 0x6E, 0x67, 0xD6, 0xF4, 0xF9, 0x63]),
      (.windows1258, [0xD0, 0xE3, 0xF2, 0x6E, 0x67, 0xDD, 0xF5, 0xEC, 0x63, 0xEC]),
      (.utf16LittleEndian, [0xFF, 0xFE, 0x10, 0x01, 0x3D, 0xD8, 0x00, 0xDE, 0x61, 0x00, 0x00, 0xDC]),
      (.utf16BigEndian, [0xFE, 0xFF, 0x01, 0x10, 0xD8, 0x3D, 0xDE, 0x00, 0x00, 0x61, 0xD8]),
    ]
    for (encoding, bytes) in texts {
      let whole = TextDecoder.decode(bytes, encoding: encoding)
      #expect(String(validating: whole, as: UTF8.self)?.hasPrefix("Đ") == true)
      for step in 1...bytes.count {
        var decoder = TextDecoder(encoding: encoding)
        var output: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: step) {
          decoder.decode(bytes[start..<min(start + step, bytes.count)], into: &output)
        }
        decoder.finish(into: &output)
        #expect(output == whole, "\(encoding.name) in pieces of \(step)")
      }
    }
  }

  @Test(arguments: [TextEncoding.utf16LittleEndian, .utf16BigEndian, .windows1258, .tcvn3, .vni])
  func anyBytesBecomeUTF8(_ encoding: TextEncoding) {
    var random: UInt64 = 1
    for length in 0..<400 {
      let bytes = (0..<length % 50).map { _ in
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: random >> 40)
      }
      #expect(String(validating: TextDecoder.decode(bytes, encoding: encoding), as: UTF8.self) != nil)
    }
  }

  @Test func syllables() {
    func isSyllable(_ word: String) -> Bool {
      let scalars = Array(word.unicodeScalars)
      return VietnameseSyllable.isValid(
        scalars.map { VietnameseLetters.letter($0.value) }, scalars.map { UInt8(truncatingIfNeeded: $0.value) })
    }
    let words = """
      Nguyễn Thị Hòa Hoà Trần Đặng Huỳnh Quý Quí Ước Nghĩa Giêng gì gìn Khánh Thủy Thuỷ Xuyến Quyên Phượng Vương Ngọc
      Trịnh Tiến Đạt Ánh Yến Oanh Uyên Khuê Ngoạn Hữu Mỹ Lý Sử Khoẻ Liễu Biếc Nghiệp QUỐC ĐƯỜNG Thạch Loan
      """.split(whereSeparator: \.isWhitespace)
    for word in words { #expect(isSyllable(String(word)), "\(word)") }
    for word in ["NguyÔn", "thiũn", "nguyờin", "Tràc", "Bắcc", "Hàá", "ngh", "Đđ", "aùn", "wã", "ngộngộ"] {
      #expect(!isSyllable(word), "\(word)")
    }
  }

  /// The quick reading of a name gives the key that Unicode's decomposition gives.
  @Test func foldedKeysAgree() {
    let names = [
      "Nguyễn Thị Hòa", "NGUYỄN THỊ HOÀ", "Lý Quý", "Lí Quí", "Đỗ Mỹ Uyên", "Y Bhiu", "H'Hen Niê", "Thủy", "Thuỷ", "Kỳ",
      "Qy",
      "đy", "A.B-C", "ướt ƯỚT", "Quỳ Qùy", "yy", "Tuýp", "ẹẻ", "Xuân-Mỹ", "'y", "ăy", "QÚY",
    ]
    var letters = VietnameseLetters.vowelScalars.compactMap { Unicode.Scalar($0) }
    letters += "qđĐtnhy' -.QY".unicodeScalars
    var random: UInt64 = 3
    let made = (0..<4000).map { _ in
      var view = String.UnicodeScalarView()
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      for place in 0..<(1 + Int(random >> 60)) {
        view.append(letters[Int(random >> UInt64(place * 3) & 0xFFFF) % letters.count])
      }
      return String(view)
    }
    var quick = 0
    for name in names + made {
      var key: [UInt8] = [9]
      guard PersonName.appendFoldedKey(ofOrdinary: Array(name.utf8).span, to: &key) else {
        #expect(key == [9])
        continue
      }
      quick += 1
      #expect(Array(key.dropFirst()) == Array(VietnameseText.anyFoldedKey(name).utf8), "\(name)")
      #expect((try? PersonName(name))?.text.utf8.elementsEqual(name.utf8) == true)
    }
    #expect(quick > 2000)
  }

  @Test func labels() {
    for text in ["Số định danh", "so_dinh_danh", "SỐ ĐỊNH DANH", " Số\nđịnh-danh: ", "So\u{302}\u{301} định danh"] {
      #expect(LabelKey.key(text) == "sodinhdanh")
    }
    #expect(LabelKey.key("…").isEmpty)
  }
}
