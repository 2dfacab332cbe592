import CardTestSupport
import Foundation
import PayoutPoint
import Printing
import Testing
import VietnamReference

/// One print: what, on what, in which language.
struct Print: Sendable, CustomTestStringConvertible {
  let voucher: PrintedVoucher
  let form: VoucherForm
  let language: Language

  static let all = PrintedVoucher.allCases.flatMap { voucher in
    VoucherForm.allCases.flatMap { form in Language.allCases.map { Print(voucher: voucher, form: form, language: $0) } }
  }

  var testDescription: String { "\(voucher) \(form) \(language)" }

  func pdf() throws -> [UInt8] { try voucher.data.pdf(form, language, copies: voucher.copies) }
}

private let k = 72 / 25.4

@Suite("Printed voucher", .enabled(if: PrintReader.isAvailable, Comment(rawValue: PrintReader.requirement)))
struct VoucherPrintTests {
  @Test("Every fact is on every copy, letter for letter, in composed letters", arguments: Print.all)
  func facts(_ print: Print) throws {
    let reader = try PrintReader(try print.pdf())
    let letters = try reader.letters()
    #expect(Array(letters.utf8) == Array(letters.precomposedStringWithCanonicalMapping.utf8))
    for fact in print.voucher.facts(print.language) {
      let wanted = PrintReader.letters(fact)
      let count = letters.components(separatedBy: wanted).count - 1
      #expect(count >= print.voucher.copies.count, "“\(fact)” \(count) times")
    }
    for mark in ["LIÊN1", "LIÊN2", "INLẠI"] {
      let isWanted = (mark == "INLẠI") == (print.voucher == .reprint)
      #expect(letters.contains(mark) == isWanted, "\(mark)")
    }
    if print.voucher != .reprint {
      #expect(letters.contains("Lưutạiđiểmchitrả") && letters.contains("Giaongườinhậntiền"))
    }
  }

  @Test("Pages have the paper's size, fonts are embedded and of this project", arguments: Print.all)
  func paper(_ print: Print) throws {
    let reader = try PrintReader(try print.pdf())
    let sizes = try reader.pageSizes()
    switch print.form {
    case .sheet:
      let pages = print.voucher == .long || (print.voucher == .four && print.language == .english) ? 2 : 1
      #expect(sizes.count == print.voucher.copies.count * pages)
      for size in sizes { #expect(abs(size[0] - 148 * k) < 0.001 && abs(size[1] - 210 * k) < 0.001) }
    case .receipt:
      #expect(sizes.count == print.voucher.copies.count)
      for size in sizes { #expect(abs(size[0] - 80 * k) < 0.001 && size[1] > 120 * k && size[1] < 600 * k) }
    }
    for font in try reader.fonts() {
      #expect(font.isEmbedded && font.isSubset && font.hasUnicode && font.name.hasPrefix("Liberation"), "\(font)")
    }
  }

  @Test("No word is outside of what a printer reaches, and none lies on another", arguments: Print.all)
  func room(_ print: Print) throws {
    let reader = try PrintReader(try print.pdf())
    let sizes = try reader.pageSizes()
    // The mark across a reprint lies under the text: its two words are the only large ones.
    let words = try reader.words().filter { $0.bottom - $0.top < 60 }
    let margin = print.form == .receipt ? 4 * k : 8 * k
    for word in words {
      let size = sizes[word.page - 1]
      #expect(word.left >= margin - 0.6 && word.right <= size[0] - margin + 0.6, "\(word)")
      #expect(word.top >= 3 * k && word.bottom <= size[1] - 3 * k, "\(word)")
    }
    #expect(words.count > 100)
    for (index, word) in words.enumerated() {
      for other in words[(index + 1)...] where other.page == word.page {
        // Line boxes of neighbouring lines touch; letters themselves must not.
        let across = min(word.right, other.right) - max(word.left, other.left)
        let down = min(word.bottom, other.bottom) - max(word.top, other.top)
        let line = min(word.bottom - word.top, other.bottom - other.top)
        #expect(across < 0.6 || down < line * 0.3, "\(word) \(other)")
      }
    }
  }

  @Test("The code is read by an independent reader at a printer's dots, and says what the voucher says")
  func code() throws {
    let typesetter = try Typesetter()
    for form in VoucherForm.allCases {
      for voucher in [PrintedVoucher.one, .reprint] {
        let sheet = try #require(try voucher.data.sheets(form, .vietnamese, typesetter).last)
        let png = try typesetter.png(sheet, dotsPerInch: 203)
        #expect(
          try PrintReader(png).codes() == ["ANSINH:GNT:1:A3F09B12CD77:7C2E-91AB-04FF:4183567:20261105093015"])
      }
    }
  }

  @Test("The code's text names nobody and keeps its shape whatever a number holds")
  func codeText() throws {
    var data = PrintedVoucher.data(1)
    data.documentNumber = "số:12 %\n"
    #expect(data.verificationText == "ANSINH:GNT:1:S%E1%BB%90%3A12%20%25%0A:7C2E-91AB-04FF:4183567:20261105093015")
    data.time = .max
    #expect(data.verificationText.hasSuffix(":\(Int64.max)"))
    #expect(!data.verificationText.contains("0123") && !data.verificationText.contains("4417"))
  }

  @Test("A caller's full numbers do not reach the paper", arguments: VoucherForm.allCases)
  func masked(_ form: VoucherForm) throws {
    var data = PrintedVoucher.data(1)
    data.maskedPersonalID = "019158000123"
    data.cardLastFour = "9704010000004417"
    let letters = try PrintReader(try data.pdf(form, .english, copies: [.copy1])).letters()
    #expect(letters.contains("********0123") && letters.contains("****4417"))
    #expect(!letters.contains("019158") && !letters.contains("9704"))
  }

  @Test("Hidden characters and line feeds in a name forge no lines", arguments: VoucherForm.allCases)
  func forged(_ form: VoucherForm) throws {
    var data = PrintedVoucher.data(1)
    data.holderName = "AN\nTổng số tiền: 9 đ\u{202E}\u{0}<b>x</b>"
    let text = try PrintReader(try data.pdf(form, .vietnamese, copies: [.copy1])).text()
    #expect(!text.contains("\u{202E}") && PrintReader.letters(text).contains("<b>x</b>"))
    #expect(!text.split(separator: "\n").contains { $0.hasPrefix("Tổng số tiền: 9") })
  }

  @Test("The same payout gives the same octets", arguments: VoucherForm.allCases)
  func deterministic(_ form: VoucherForm) throws {
    let data = PrintedVoucher.four.data
    let octets = try data.pdf(form, .vietnamese, copies: [.copy1, .copy2])
    #expect(try data.pdf(form, .vietnamese, copies: [.copy1, .copy2]) == octets)
    let fields = try PrintReader(octets).information()
    #expect(fields["Title"] == "GIẤY NHẬN TIỀN a3f09b12cd77")
    #expect(!String(decoding: octets, as: UTF8.self).contains("Hồng Phương"))
  }

  @Test("The receipt grows with what is on it; the form goes over pages that name the document")
  func growth() throws {
    let typesetter = try Typesetter()
    func height(_ voucher: PrintedVoucher) throws -> Double {
      try voucher.data.sheets(.receipt, .vietnamese, typesetter)[0].size.height
    }
    #expect(try height(.one) < height(.four))
    #expect(try height(.four) < height(.long))
    let words = try PrintReader(try PrintedVoucher.long.data.pdf(.sheet, .vietnamese, copies: [.copy1])).words()
    for page in 1...2 {
      let text = words.filter { $0.page == page }.map(\.text).joined(separator: " ")
      #expect(text.contains("Số chứng từ a3f09b12cd77, Trang \(page)/2"))
    }
    // What is signed stands above the signatures.
    let last = words.filter { $0.page == 2 }.map(\.text).joined(separator: " ")
    #expect(last.contains(VND.text(3_999_999_999_996)) && last.contains("NGƯỜI NHẬN TIỀN"))
  }

  @Test("A text that no page holds is an error, never a voucher in part")
  func tooLong() throws {
    var data = PrintedVoucher.data(1)
    data.lines[0].programmeName = BilingualText(vi: String(repeating: "Trợ cấp ", count: 3_000), en: "Benefit")
    #expect(throws: PrintingError.self) { try data.pdf(.sheet, .vietnamese, copies: [.copy1]) }
    let letters = try PrintReader(try data.pdf(.receipt, .vietnamese, copies: [.copy1])).letters()
    #expect(letters.components(separatedBy: "Trợcấp").count == 3_001)
  }
}
