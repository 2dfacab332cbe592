import Testing
import VietnamReference

@testable import Benefits

@Suite("List files, cut, changed and spoilt")
struct ListRobustnessTests {
  private func small() throws -> [UInt8] {
    let rows = [
      Samples.row,
      "\"003088000201\",\"Trần \"\"Minh\",09/02/1988,BHTN-TCTN,T11/2026,\"9.163.999 đ\",QBHTN,BHXH-01,01,BD-01-001",
      Samples.row(.amount, "x"), Samples.row(.period, "2026-10"),
    ]
    return Array(ListFiles.text(rows).replacing("\n", with: "\r\n").utf8)
  }

  @Test(arguments: TextEncoding.allCases)
  func piecesOfAnySizeGiveTheSame(_ encoding: TextEncoding) throws {
    let text = String(decoding: try small(), as: UTF8.self)
    let bytes = try ListFiles.encode(text, encoding)
    let whole = try ListFiles.read(bytes)
    #expect(whole.rows.count == 2 && whole.rejects.count == 2)
    for step in Array(1...40) + [63, 100, 200, bytes.count - 1] {
      let found = try ListFiles.read(bytes, step: step)
      #expect(found.rows == whole.rows && found.rejects == whole.rejects, "pieces of \(step)")
      #expect(found.survey.problems == whole.survey.problems && found.survey.encoding == encoding)
    }
  }

  /// A list cut inside a record is refused or has that record among the bad rows, never a shorter one among the good.
  @Test(arguments: [false, true])
  func aCutIsNeverSilent(_ hasAmountLast: Bool) throws {
    var bytes = try small()
    if hasAmountLast {
      // What is left of an amount is an amount.
      let row = "Lê An,1952,BHXH-HUU,2026-11,QHTTT,BHXH-19,19,BD-19-001"
      let header = "ho_ten,ngay_sinh,chuong_trinh,ky,nguon,don_vi,tinh,diem_chi,so_dinh_danh,so_tien"
      let text = ListFiles.text(["\(row),003152000119,6283417", "\(row),003152000120,9163999"], header: header)
      bytes = Array(text.utf8)
    }
    let whole = try ListFiles.read(bytes)
    for length in 0..<bytes.count {
      let cut = Array(bytes[..<length])
      guard case .success(let survey) = try ListFiles.survey(cut) else { continue }
      let found = try ListFiles.read(cut)
      for row in found.rows { #expect(whole.rows.contains(row)) }
      let isBetweenRecords = cut.last == UInt8(ascii: "\n")
      #expect(survey.isCutOff == !isBetweenRecords, "cut at \(length)")
      let lines = cut.count { $0 == UInt8(ascii: "\n") }
      #expect(found.rows.allSatisfy { $0.rowNumber <= lines }, "cut at \(length)")
      #expect(found.rows.count + found.rejects.count == lines - 1 + (isBetweenRecords ? 0 : 1), "cut at \(length)")
    }
  }

  @Test(arguments: [TextEncoding.utf8, .utf16LittleEndian, .windows1258, .tcvn3, .vni])
  func mutationsNeverTrap(_ encoding: TextEncoding) throws {
    let lines = String(decoding: try Samples.bytes("danh-sach-chi-tra-mau.csv"), as: UTF8.self).split(separator: "\n")
    let text = lines.prefix(12).map { $0 + "\n" }.joined()
    let bytes = try ListFiles.encode(text, encoding)
    var random: UInt64 = 20_261_122
    func below(_ bound: Int) -> Int {
      random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(random >> 33) % bound
    }
    for _ in 0..<300 {
      var changed = bytes
      for _ in 0...below(4) {
        switch below(3) {
        case 0: changed[below(changed.count)] = UInt8(below(256))
        case 1: changed.remove(at: below(changed.count))
        default: changed.insert([0x22, 0x2C, 0x0A, 0x0D, 0x3B, 0x09, 0xC2, 0x00][below(8)], at: below(changed.count))
        }
      }
      guard case .success = try ListFiles.survey(changed) else { continue }
      _ = try ListFiles.read(changed, step: 1 + below(97))
    }
  }

  /// A value read straight from bytes is the value the spelled-out reading gives.
  @Test func quickAndSlowReadingsAgree() throws {
    let options = try Samples.options()
    let forms = PaymentFieldForms(options: options)
    let tables = PaymentCodeTables(options: options)
    var random: UInt64 = 7
    func mutated(_ text: String) -> [UInt8] {
      var bytes = Array(text.utf8)
      for _ in 0..<2 {
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let place = Int(random >> 40) % bytes.count
        bytes[place] = Array("0123456789-/.,ABXaỹ ".utf8)[Int(random >> 20 & 0xFFFF) % 22]
      }
      return bytes
    }
    var agreed = 0
    for _ in 0..<5_000 {
      func check<Value: Equatable>(
        _ text: String, _ quick: (Span<UInt8>, Range<Int>) -> Value?, _ slow: (String) throws -> Value
      ) {
        let bytes = mutated(text)
        guard let value = quick(bytes.span, 0..<bytes.count) else { return }
        #expect(value == (try? slow(String(decoding: bytes, as: UTF8.self))))
        agreed += 1
      }
      check("003152000119", { tables.personalID($0, $1) }, { try forms.personalID($0).value.number })
      for text in ["17/05/1952", "--/05/1952", "1952"] {
        check(text, { PaymentCodeTables.birthDate($0, $1) }) { text in
          guard let date = PartialDate(text: text) else { throw PersonNameError.empty }
          return PackedDate(date)
        }
      }
      check("2026-11", { PaymentCodeTables.period($0, $1) }, { try forms.period($0) })
      check("11/2026", { PaymentCodeTables.period($0, $1) }, { try forms.period($0) })
      check("1.250.000", { PaymentCodeTables.amount($0, $1) }, { try forms.amount($0) })
      check("1250000", { PaymentCodeTables.amount($0, $1) }, { try forms.amount($0) })
      check("19", { tables.province($0, $1).map { tables.provinceCode($0) } }, { try forms.province($0) })
      check("BD-19-001", { PaymentCodeTables.pointProvince($0, $1) != nil ? true : nil }) { text in
        !(try forms.parser.point(text, inProvince: nil)).isEmpty
      }
    }
    #expect(agreed > 6_000)
  }

  @Test func aFileOfBadRowsTakesLittleMemory() throws {
    var bytes = Array("\(Samples.header)\n".utf8)
    for index in 0..<2_000 {
      bytes += Array("\(index),,x,y,z,-1,u,t,s,\n".utf8)
    }
    for index in 0..<2_000 {
      bytes += Array("0031520\(10_000 + index),Lê An,1999,BHXH-HUU,2026-11,1,QHTTT,BHXH-19,19,BD-19-001\n".utf8)
      bytes += Array("0031520\(10_000 + index),Lê Ân,1998,BHXH-HUU,2026-11,1,QHTTT,BHXH-19,19,BD-19-001\n".utf8)
    }
    let survey = try ListFiles.survey(bytes, step: 65_536).get()
    #expect(survey.goodRows == 0 && survey.total == 0 && survey.badRows == 6_000)
    #expect(survey.problems.count == 200 && survey.problemCount == 20_000 + 5 * 2_000)
    #expect(survey.warnings.count == 100 && survey.warningCount == 4_000)
    #expect(survey.findings.duplicateCount == 2_000 && survey.findings.contradictory.count == 2_000)
  }

  @Test func anotherFileIsNoticed() throws {
    let bytes = try small()
    let survey = try ListFiles.survey(bytes).get()
    for index in [20, bytes.count - 3] {
      var changed = bytes
      changed[index] ^= 1
      #expect(throws: PaymentListRefusal.self) {
        try PaymentListFile.read(chunks: [changed], survey: survey) { _ in
        } onReject: { _ in
        }
      }
    }
    #expect(throws: PaymentListRefusal.self) {
      try PaymentListFile.read(chunks: [Array(bytes.dropLast())], survey: survey) { _ in
      } onReject: { _ in
      }
    }
    var steps: [Int] = []
    try PaymentListFile.read(chunks: ListFiles.pieces(bytes, 100), survey: survey, progress: { steps.append($0) }) {
      _ in
    } onReject: { _ in
    }
    #expect(steps.last == bytes.count && steps == steps.sorted())
  }
}
