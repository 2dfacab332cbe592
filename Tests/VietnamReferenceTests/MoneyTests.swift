import Testing
import VietnamReference

@Suite("Money")
struct MoneyTests {
  @Test func everyVectorInWords() throws {
    let rows = try VectorFile.rows("amount_words_vectors.csv")
    #expect(rows.count == 43)
    for row in rows {
      let amount = try VND.parse(row[0])
      #expect(VND.grouped(amount) == row[1])
      #expect(AmountInWords.words(amount) == row[2])
      #expect(AmountInWords.receiptLine(amount) == row[3])
    }
  }

  @Test(
    arguments: [
      (4_183_000_000_000, "bốn nghìn một trăm tám mươi ba tỷ"),
      (8_000_001, "tám triệu không nghìn không trăm linh một"),
      (1_000_000_000, "một tỷ"), (1_000_005_000, "một tỷ không triệu không trăm linh năm nghìn"),
      (1_000_000_000_000_000_000, "một tỷ tỷ"), (-21_000, "âm hai mươi mốt nghìn"),
      (1_015_000, "một triệu không trăm mười lăm nghìn"), (110, "một trăm mười"),
    ] as [(Int64, String)])
  func furtherWords(_ amount: Int64, _ words: String) {
    #expect(AmountInWords.words(amount) == words)
  }

  @Test func theWholeRangeIsRead() {
    #expect(
      AmountInWords.words(.max)
        == "chín tỷ hai trăm hai mươi ba triệu ba trăm bảy mươi hai nghìn không trăm ba mươi sáu tỷ tám trăm năm mươi "
        + "tư triệu bảy trăm bảy mươi lăm nghìn tám trăm linh bảy")
    #expect(AmountInWords.words(.min).hasPrefix("âm chín tỷ"))
    #expect(VND.grouped(.min) == "-9.223.372.036.854.775.808")
    #expect(VND.text(2_336_000) == "2.336.000 đ")
    #expect(VND.text(-500) == "-500 đ")
  }

  /// Words are unambiguous: no two amounts share them.
  @Test func differentAmountsHaveDifferentWords() {
    var seen: Set<String> = []
    for amount in Int64(0)..<20_000 { seen.insert(AmountInWords.words(amount * 977)) }
    #expect(seen.count == 20_000)
  }

  @Test(arguments: [
    ("", AmountError.empty), ("  ", .empty), ("-5", .negative), ("−500000", .negative), (" -5", .negative),
    ("1.250.000", .separators), ("1,250,000", .separators), ("1 250 000", .separators), ("750.000", .separators),
    (" 5", .separators), ("5230000,50", .decimal), ("5230000.5", .decimal), ("1.250.000,50", .decimal),
    (".5", .decimal), ("5.", .decimal), ("+5", .notDigits), ("1e6", .notDigits), ("(500)", .notDigits),
    ("１２３", .notDigits), ("500000đ", .notDigits), ("9223372036854775808", .tooLarge(maximum: .max)),
    (String(repeating: "9", count: 400), .tooLarge(maximum: .max)),
  ])
  func refusedAmounts(_ text: String, _ error: AmountError) {
    #expect(throws: error) { try VND.parse(text) }
    #expect(!error.reason.vi.isEmpty && !error.remedy.vi.isEmpty)
  }

  @Test func acceptedAmounts() throws {
    #expect(try VND.parse("0") == 0)
    #expect(try VND.parse("9223372036854775807") == .max)
    #expect(try VND.parse("1000", maximum: 1000) == 1000)
    #expect(throws: AmountError.tooLarge(maximum: 1000)) { try VND.parse("1001", maximum: 1000) }
  }

  @Test func notesPayTheAmount() {
    let breakdown = Cash.breakdown(6_283_417)
    #expect(breakdown.lines.map(\.note) == [500_000, 200_000, 50_000, 20_000, 10_000, 2_000, 1_000])
    #expect(breakdown.lines.first?.count == 12)
    #expect(breakdown.remainder == 417)
    #expect(breakdown.lines.reduce(0) { $0 + $1.total } + breakdown.remainder == 6_283_417)
    #expect(breakdown.noteCount == 18)
    #expect(Cash.breakdown(0).lines.isEmpty && Cash.breakdown(-5).remainder == -5)
    #expect(Cash.payable(6_283_417) == (6_283_000, 417))
    #expect(Cash.payable(6_283_417, smallestNote: 500) == (6_283_000, 417))
    #expect(Cash.payable(-1) == (0, -1))
  }
}
