import Testing

@testable import Benefits

@Suite("CSV reader")
struct CSVReaderTests {
  /// Everything a reader says about `bytes`, fed `step` bytes at a time.
  private func read(
    _ bytes: [UInt8], step: Int = .max, requiresFinalLineEnd: Bool = false
  ) -> [Result<CSVRecord, CSVError>] {
    var results: [Result<CSVRecord, CSVError>] = []
    var reader = CSVReader(requiresFinalLineEnd: requiresFinalLineEnd)
    var start = 0
    while start < bytes.count {
      let end = step < bytes.count - start ? start + step : bytes.count
      reader.read(bytes[start..<end]) { results.append($0) }
      start = end
    }
    reader.finish { results.append($0) }
    return results
  }

  private func fields(_ text: String) throws -> [[String]] {
    try CSVReader.records(in: Array(text.utf8)).map(\.fields)
  }

  @Test func ordinaryFiles() throws {
    let table = [["a", "b"], ["1", "2"]]
    #expect(try fields("a,b\n1,2\n") == table)
    #expect(try fields("a,b\r\n1,2\r\n") == table)
    #expect(try fields("a,b\n1,2") == table)
    #expect(try fields("\u{FEFF}a,b\n1,2\n") == table)
    #expect(try fields("\"a\",\"b\"\r\n1,\"2\"") == table)
    #expect(try fields("").isEmpty)
    #expect(try fields("a,\n,b\n") == [["a", ""], ["", "b"]])
    #expect(try fields("a,\"\"\n") == [["a", ""]])
  }

  @Test func quotesHoldCommasQuotesAndLineEnds() throws {
    let records = try CSVReader.records(in: Array("x,y\n\"a,\"\"b\"\"\",\"1\r\n2\n3\"\nlast,row\n".utf8))
    #expect(records.map(\.fields) == [["x", "y"], ["a,\"b\"", "1\r\n2\n3"], ["last", "row"]])
    #expect(records.map(\.line) == [1, 2, 5])
  }

  @Test(arguments: [
    ("a,b\n1,\"2\n3,4\n", 2, CSVError.Kind.unbalancedQuote), ("a,b\n1,2\"\n", 2, .bareQuote(field: 2)),
    ("a,b\n1,2\n\"3\"x,4\n", 3, .bareQuote(field: 1)), ("a,b\n1\n", 2, .ragged(expected: 2, found: 1)),
    ("a,b\n1,2,3\n", 2, .ragged(expected: 2, found: 3)), ("a,b\n\n1,2\n", 2, .emptyLine),
    ("a,b\r1,2\n", 1, .bareCarriageReturn), ("a,b\n1,2\r", 2, .bareCarriageReturn),
    ("a,b\n\"1\"\r2,\n", 2, .bareCarriageReturn),
  ])
  func defectsHaveTheirLine(_ text: String, _ line: Int, _ kind: CSVError.Kind) {
    #expect(throws: CSVError(line: line, kind: kind)) { try CSVReader.records(in: Array(text.utf8)) }
  }

  @Test func invalidTextHasItsLineAndField() {
    for bad in [[0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0xAF], [0xF5, 0x80, 0x80, 0x80]] as [[UInt8]] {
      let bytes = Array("a,b\nx,".utf8) + bad + Array("\n".utf8)
      #expect(throws: CSVError(line: 2, kind: .invalidUTF8(field: 2))) { try CSVReader.records(in: bytes) }
    }
    #expect(throws: CSVError(line: 1, kind: .invalidUTF8(field: 1))) { try CSVReader.records(in: [0xEF, 0xBB]) }
    #expect(throws: CSVError(line: 1, kind: .invalidUTF8(field: 1))) {
      try CSVReader.records(in: [0xEF, 0xBB, 0x41, 0x0A])
    }
  }

  @Test func readingGoesOnAfterADefect() {
    let text = "a,b\n1,x\"y\n2,2\n3\n\n4,4\r5\n6,6\n"
    let results = read(Array(text.utf8))
    let lines = results.map { result in
      switch result {
      case .success(let record): "\(record.line) \(record.fields.joined(separator: "|"))"
      case .failure(let error): "\(error.line) \(error.code.rawValue)"
      }
    }
    #expect(
      lines == [
        "1 a|b", "2 csv.bare-quote", "3 2|2", "4 csv.ragged", "5 csv.empty-line", "6 csv.line-end", "7 6|6",
      ])
  }

  @Test func chunksDoNotMatter() {
    let text = "\u{FEFF}họ,tên\r\n\"Lê \"\"A\"\"\",\"dòng\r\nhai\"\nx\"y,1\nHòa,\"z\"\r\n1\n\"open,2\n"
    let whole = read(Array(text.utf8))
    #expect(whole.count == 6)
    for step in 1...9 { #expect(read(Array(text.utf8), step: step) == whole) }
  }

  @Test func aRecordIsBounded() {
    let text = "a,b\n\"" + String(repeating: "x", count: CSVReader.maximumRecordBytes + 1) + "\n1,2\n"
    for step in [1000, Int.max] {
      let results = read(Array(text.utf8), step: step)
      #expect(results.count == 2)
      #expect(results.last == .failure(CSVError(line: 2, kind: .recordTooLong)))
    }
  }

  @Test func theLastLineEndMayBeRequired() {
    #expect(
      read(Array("a,b\n1,2".utf8), requiresFinalLineEnd: true).last
        == .failure(CSVError(line: 2, kind: .missingFinalLineEnd)))
    #expect(read(Array("a,b\n1,2\n".utf8), requiresFinalLineEnd: true).count == 2)
  }
}
