import Testing
import VietnamReference

@testable import Benefits

@Suite("Payment list files")
struct PaymentListFileTests {
  @Test func theSpoiltSampleShowsOneDefectALine() throws {
    let bytes = try Samples.bytes("danh-sach-loi-mau.csv")
    let result = PaymentList.parse(bytes, options: try Samples.options())
    #expect(
      result.problemPlaces == [
        "3 so_dinh_danh row.duplicate", "4 so_dinh_danh id.length", "5 ho_ten name.empty",
        "6 ngay_sinh birth-date.shape", "7 chuong_trinh programme.unknown", "8 chuong_trinh programme.not-in-force",
        "9 ky period.shape", "10 so_tien amount.negative", "11 so_tien amount.separators",
        "12 so_tien amount.decimal", "13 nguon funder.not-allowed", "14 tinh province.closed",
        "15 don_vi unit.province", "16 diem_chi point.shape", "17 - csv.ragged", "18 ngay_sinh birth-date.shape",
        "19 ky period.shape", "20 so_dinh_danh id.length", "21 so_dinh_danh id.length", "22 ngay_sinh birth-date.shape",
        "23 ngay_sinh birth-date.shape", "24 so_tien amount.decimal", "25 ky period.shape",
        "26 ho_ten name.lost-letters", "27 tinh province.unknown", "28 ngay_sinh birth-date.shape",
        "29 so_tien amount.digits", "30 ho_ten person.name",
      ])
  }

  @Test func headersAreExact() throws {
    func places(_ header: String) throws -> [String] {
      PaymentList.parse(Array("\(header)\n\(Samples.row)\n".utf8), options: try Samples.options()).problemPlaces
    }
    #expect(try places(Samples.header).isEmpty)
    #expect(try places("\u{FEFF}" + Samples.header).isEmpty)
    #expect(try places(Samples.header.replacing(",so_tien", with: "")) == ["1 so_tien header.missing"])
    #expect(try places(Samples.header + ",ghi_chu") == ["1 ghi_chu header.unknown"])
    #expect(
      try places(Samples.header.replacing("so_tien", with: "So_tien")) == [
        "1 so_tien header.missing", "1 So_tien header.unknown",
      ])
    #expect(try places(Samples.header + ",ky") == ["1 ky header.repeated"])
    #expect(
      try places(Samples.header.replacing("tinh,diem_chi", with: "diem_chi,tinh")) == [
        "1 tinh header.order", "1 diem_chi header.order",
      ])
    #expect(try places("\"\(Samples.header)").first == "1 - csv.unbalanced-quote")
  }

  @Test func aListWithoutHeaderShowsNothingOfItsFirstPerson() throws {
    let result = PaymentList.parse(Array("\(Samples.row)\n".utf8), options: try Samples.options())
    #expect(result.problemPlaces == ["1 - header.absent"])
    #expect(result.problems.allSatisfy { !$0.rendered(in: .vietnamese).contains("Nguyễn") })
  }

  @Test func emptyFilesAreRefused() throws {
    let options = try Samples.options()
    #expect(PaymentList.parse([], options: options).problemPlaces == ["1 - header.absent"])
    #expect(PaymentList.parse(Array("\(Samples.header)\n".utf8), options: options).problemPlaces == ["1 - list.empty"])
    #expect(PaymentList.parse(Array("\(Samples.header)".utf8), options: options).problemPlaces == ["1 - csv.cut"])
  }

  @Test func brokenRecordsAreReportedWithTheRest() throws {
    let text = [
      Samples.header, Samples.row, "a,b", "", Samples.row(.name, "Lê \"A\""), Samples.row(.amount, "-1"), "",
    ].joined(separator: "\n")
    var bytes = Array(text.utf8)
    bytes += Array("003088000201,Tr".utf8) + [0xFF] + Array("n,1988,BHTN-TCTN,2026-11,1,QBHTN,BHXH-01,01,\n".utf8)
    let result = PaymentList.parse(bytes, options: try Samples.options())
    #expect(
      result.problemPlaces == [
        "3 - csv.ragged", "4 - csv.empty-line", "5 ho_ten csv.bare-quote", "6 so_dinh_danh row.duplicate",
        "6 so_tien amount.negative", "7 ho_ten csv.utf8",
      ])
  }

  /// A list cut anywhere but between two records is refused; between two it is a shorter list, which only the
  /// covering decision can tell.
  @Test func aCutListIsNeverTakenForAWholeOne() throws {
    let whole = try Samples.bytes("danh-sach-chi-tra-mau.csv").prefix(9000)
    let bytes = Array(whole.prefix(2500))
    let options = try Samples.options()
    var accepted = 0
    for length in 0...bytes.count {
      let cut = Array(bytes[..<length])
      guard case .success(let list) = PaymentList.parse(cut, options: options) else { continue }
      accepted += 1
      #expect(cut.last == UInt8(ascii: "\n"))
      #expect(list.rows.count == cut.count { $0 == UInt8(ascii: "\n") } - 1)
    }
    let lines = bytes.count { $0 == UInt8(ascii: "\n") }
    #expect(accepted == lines - 1)
    for length in stride(from: bytes.count, to: whole.count, by: 1) where whole[length - 1] != UInt8(ascii: "\n") {
      var reader = CSVReader(requiresFinalLineEnd: true)
      var isRefused = false
      reader.read(whole[..<length]) { _ in }
      reader.finish { if case .failure = $0 { isRefused = true } }
      #expect(isRefused)
    }
  }

  @Test func flippedBitsNeverTrap() throws {
    let bytes = Array(try Samples.bytes("danh-sach-chi-tra-mau.csv").prefix(800))
    let options = try Samples.options()
    for index in bytes.indices {
      for bit in 0..<8 {
        var flipped = bytes
        flipped[index] ^= 1 << UInt8(bit)
        let result = PaymentList.parse(flipped, options: options)
        if case .failure(let refusal) = result { #expect(!refusal.problems.isEmpty) }
      }
    }
  }

  @Test func chunksGiveTheSameList() throws {
    let bytes = try Samples.bytes("danh-sach-chi-tra-mau.csv")
    let options = try Samples.options()
    let whole = try PaymentList.parse(bytes, options: options).get()
    for size in [1, 7, 4096] {
      let chunks = stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
      let list = try PaymentList.parse(chunks: chunks, options: options).get()
      #expect(list.rows == whole.rows && list.total == whole.total)
    }
  }
}
