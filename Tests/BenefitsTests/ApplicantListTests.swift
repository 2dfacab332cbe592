import Testing
import VietnamReference

@testable import Benefits

/// Reads applicant lists as a caller would.
enum ApplicantLists {
  static let header = ApplicantColumn.allCases.map(\.rawValue).joined(separator: ",")
  static let row = "003152000119,Nguyễn Thị Hòa,17/05/1952,nữ,19,26734,,,,,"

  struct Outcome {
    var rows: [ApplicantRow] = []
    var rejects: [RejectedRow] = []
    var refusal: PaymentListRefusal?
    /// `line column code` of every problem.
    var places: [String] {
      (rejects.flatMap(\.problems) + (refusal?.problems ?? [])).map { "\($0.line) \($0.column ?? "-") \($0.code)" }
    }
  }

  static func read(_ bytes: [UInt8], step: Int = .max, sample: Bool = true) throws -> Outcome {
    var reader = ApplicantListReader(options: try ListFiles.options(sample: sample))
    var outcome = Outcome()
    func drain() {
      while let entry = reader.next() {
        switch entry {
        case .row(let row): outcome.rows.append(row)
        case .reject(let reject): outcome.rejects.append(reject)
        }
      }
    }
    for piece in ListFiles.pieces(bytes, min(step, max(bytes.count, 1))) {
      reader.feed(piece)
      drain()
    }
    reader.finish()
    drain()
    outcome.refusal = reader.refusal
    return outcome
  }

  static func read(_ text: String, sample: Bool = true) throws -> Outcome { try read(Array(text.utf8), sample: sample) }

  /// The header and rows.
  static func text(_ rows: [String]) -> String { ([header] + rows).map { $0 + "\n" }.joined() }

  /// ``row`` with columns replaced.
  static func row(_ changes: [ApplicantColumn: String]) -> String {
    var cells = row.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    for (column, text) in changes { cells[column.index] = text }
    return cells.joined(separator: ",")
  }

  static func object(_ changes: [String: String]) -> String {
    var fields = [
      "personal_id": "003152000119", "name": "Nguyễn Thị Hòa", "birth_date": "1952-05-17", "sex": "female",
      "province": "19", "commune": "26734",
    ]
    fields.merge(changes) { $1 }
    return "{" + fields.map { "\"\($0)\":\"\($1)\"" }.joined(separator: ",") + "}\n"
  }
}

@Suite("Lists of people who are to have a card")
struct ApplicantListTests {
  @Test("A row with everything; the same as JSON, with code or Vietnamese names")
  func everything() throws {
    let csv = try ApplicantLists.read(
      ApplicantLists.text([
        ApplicantLists.row([
          .profile: "trẻ em", .guardian: "003171000001", .phone: "0912 345 678", .address: "\"Số 1, tổ 5\"",
          .photo: "a-1.jpg",
        ])
      ]))
    let row = try #require(csv.rows.first)
    #expect(csv.places.isEmpty && row.line == 2 && row.kind == .child && row.guardianID?.digits == "003171000001")
    #expect(row.personalID.digits == "003152000119" && row.name.text == "Nguyễn Thị Hòa" && row.sex == .female)
    #expect(row.birthDate.iso == "1952-05-17" && row.provinceCode == "19" && row.communeCode == "26734")
    #expect(row.phone == "0912345678" && row.address == "Số 1, tổ 5" && row.photo == "a-1.jpg")
    #expect(row.findings.isEmpty)
    let json = try ApplicantLists.read(
      ApplicantLists.object([
        "profile": "child", "guardian_id": "003171000001", "phone": "+84 912345678", "address": "Số 1, tổ 5",
        "photo": "a-1.jpg",
      ])
        + "\n{\"Số định danh\":\"003152000119\",\"Họ và tên\":\"Y\",\"Năm sinh\":\"1952\",\"Giới tính\":\"Nữ\","
        + "\"Mã tỉnh\":\"19\",\"Mã xã\":\"26734\",\"anh\":null}\n")
    #expect(json.places.isEmpty && json.rows.count == 2)
    #expect(json.rows[0].cells == row.cells && json.rows[0].line == 1 && json.rows[1].line == 3)
    #expect(json.rows[1].name.text == "Y" && json.rows[1].birthDate.iso == "1952")
  }

  @Test("Columns in any order, under the names that people give them; rejects' own columns are passed over")
  func columns() throws {
    let read = try ApplicantLists.read(
      "Mã xã;Tỉnh;Giới tính;Họ và tên;Năm sinh;Số CCCD;dong_goc;loi;;\n26734;19;Nữ;H'Hen Niê;1952;003152000119;7;x;;\n")
    #expect(read.places.isEmpty && read.rows.first?.name.text == "H'Hen Niê")
    #expect(read.rows.first?.birthDate.iso == "1952" && read.rows.first?.kind == .adult)
    let missing = try ApplicantLists.read("so_dinh_danh,ho_ten,ngay_sinh,gioi_tinh,tinh\n")
    #expect(missing.places == ["1 xa header.missing"])
    let wrong = try ApplicantLists.read(ApplicantLists.header + ",luong,ho_ten\n")
    #expect(wrong.places == ["1 luong header.unknown", "1 ho_ten header.repeated"])
    #expect(try ApplicantLists.read("").places == ["1 - file.empty"])
    #expect(try ApplicantLists.read(ApplicantLists.header + "\n").places == ["1 - list.empty"])
  }

  @Test(
    "Each fault by line, column and code",
    arguments: [
      (.personalID, "", "id.empty"), (.personalID, "00315200011", "id.length"),
      (.personalID, "3152000119", "id.leading-zero"), (.personalID, "002152000119", nil),
      (.personalID, "079152000119", nil), (.personalID, "3.15E+09", "id.scientific"), (.name, "", "name.empty"),
      (.name, "Nguy?n", "name.lost-letters"), (.name, "H’Hen", nil), (.name, "Y", nil), (.birthDate, "1945", nil),
      (.birthDate, "--/05/1945", nil), (.birthDate, "31/02/1945", "birth-date.shape"),
      (.birthDate, "2027-01-01", "birth-date.range"), (.sex, "", "sex.unknown"), (.sex, "x", "sex.unknown"),
      (.sex, "NAM", nil), (.province, "02", "province.closed"), (.province, "1", "province.leading-zero"),
      (.province, "99", "province.unknown"), (.commune, "", "commune.shape"), (.commune, "00000", "commune.shape"),
      (.commune, "1234", "commune.shape"), (.profile, "khách", "profile.unknown"), (.profile, "Người lĩnh thay", nil),
      (.profile, "child", "guardian.missing"), (.guardian, "003152000119", "guardian.self"),
      (.guardian, "12", "id.length"), (.guardian, "003171000001", nil), (.phone, "912345678", "phone.shape"),
      (.phone, "1912345678", "phone.shape"), (.photo, "a/b", "photo.shape"), (.photo, ".a", "photo.shape"),
      (.address, String(repeating: "x", count: 257), "text.too-long"), (.address, "a\u{7}b", "text.control-character"),
    ] as [(ApplicantColumn, String, String?)])
  func faults(_ column: ApplicantColumn, _ text: String, _ code: String?) throws {
    let read = try ApplicantLists.read(ApplicantLists.text([ApplicantLists.row([column: text]), ApplicantLists.row]))
    let place = code == "guardian.missing" ? ApplicantColumn.guardian : column
    #expect(read.places == (code.map { ["2 \(place.rawValue) \($0)"] } ?? []))
    #expect(read.rows.count == (code == nil ? 2 : 1))
    #expect(read.rejects.allSatisfy { $0.cells.count == ApplicantColumn.allCases.count })
  }

  @Test("An ID that does not agree with birth year or sex is taken, and to be verified; sample IDs need leave")
  func findings() throws {
    let read = try ApplicantLists.read(
      ApplicantLists.text([
        ApplicantLists.row([.sex: "nam"]), ApplicantLists.row([.birthDate: "1953"]),
        ApplicantLists.row([.personalID: "003299000119"]),
      ]))
    #expect(read.places.isEmpty)
    #expect(
      read.rows.map { $0.findings.map(\.code) } == [
        ["sex-mismatch"], ["birth-year-mismatch"], ["birth-year-in-future", "birth-year-mismatch", "sex-mismatch"],
      ])
    let refused = try ApplicantLists.read(ApplicantLists.text([ApplicantLists.row]), sample: false)
    #expect(refused.places == ["2 so_dinh_danh id.province"])
    let closed = try ApplicantLists.read(
      ApplicantLists.text([ApplicantLists.row([.personalID: "027160000456", .birthDate: "1960"])]), sample: false)
    #expect(closed.rows.count == 1, "a number of a province that is closed by now")
  }

  @Test("JSON lines: each fault by line and code; a file cut off in a line is refused")
  func json() throws {
    let good = ApplicantLists.object([:])
    let faults: [(String, String)] = [
      ("{\n", "1 - json.syntax"), ("[]\n", "1 - json.syntax"), ("{}x\n", "1 - json.syntax"),
      (String(repeating: "{\"a\":", count: 40) + "1\n", "1 - json.syntax"),
      ("{\"luong\":\"1\"}\n", "1 luong json.field"),
      ("{\"name\":\"a\",\"ho_ten\":\"b\"}\n", "1 ho_ten json.field"),
      ("{\"personal_id\":3152000119}\n", "1 so_dinh_danh json.type"),
    ]
    for (line, place) in faults {
      // A list begins as one: what is no object would be read as CSV.
      let read = try ApplicantLists.read(good + line)
      let found = read.places.map { $0.replacing(/^2/, with: "1").replacing("name json", with: "ho_ten json") }
      #expect(found == [place] && read.rows.count == 1, "\(line)")
    }
    #expect(try ApplicantLists.read(good + String(good.dropLast())).places == ["2 - csv.cut"])
    let long = good + String(repeating: " ", count: 70_000)
    #expect(try ApplicantLists.read(long).places == ["2 - csv.too-long"])
  }

  @Test("Character sets, pieces of any size", arguments: TextEncoding.allCases)
  func encodings(_ encoding: TextEncoding) throws {
    let names = [
      "Nguyễn Thị Hòa", "Trần Đức Mạnh", "Lê Quốc Khánh", "Phạm Ngọc Ánh", "Đặng Thùy Dương", "Vũ Hữu Phước",
    ]
    let text = ApplicantLists.text(
      (0..<36).map { ApplicantLists.row([.name: names[$0 % 6].lowercased(), .address: "tổ dân phố \($0)"]) })
    let bytes = try ListFiles.encode(text.replacing("nữ", with: "f"), encoding)
    let whole = try ApplicantLists.read(bytes)
    #expect(whole.places.isEmpty && whole.rows.count == 36, "\(whole.places.prefix(3))")
    #expect(whole.rows.allSatisfy { $0.address.hasPrefix("tổ dân phố ") })
    for step in [1, 7, 4_096] { #expect(try ApplicantLists.read(bytes, step: step).rows == whole.rows) }
  }

  @Test("Which kind of list a file is shows its line of column names, or its first character")
  func recognised() throws {
    func isPeople(_ text: String) -> Bool { ApplicantListReader.isApplicantList(Array(text.utf8)) }
    #expect(isPeople(ApplicantLists.text([ApplicantLists.row])))
    #expect(isPeople("\u{FEFF}" + ApplicantLists.object([:])))
    #expect(isPeople("so_dinh_danh,ho_ten,ngay_sinh,gioi_tinh\n"), "with a column missing, too")
    #expect(!isPeople(Samples.header + "\n" + Samples.row + "\n"))
    #expect(!isPeople("so_dinh_danh,ho_ten,so_tien\n"))
    #expect(!isPeople("") && !isPeople("xin chào\n") && !isPeople("PK\u{3}\u{4}"))
  }

  @Test("Rejects are written so that they can be mended and read again")
  func rejects() throws {
    let read = try ApplicantLists.read(
      ApplicantLists.text([ApplicantLists.row([.sex: "?"]), "1,2", ApplicantLists.row + "thừa,hơn"]))
    #expect(read.rejects.count == 3)
    let writer = PaymentListRejects(separator: .semicolon, language: .vietnamese, ofApplicants: true)
    var bytes = writer.header()
    for reject in read.rejects { writer.append(reject, to: &bytes) }
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("\"2\";\"gioi_tinh: giới tính không rõ."))
    let again = try ApplicantLists.read(text.replacing("\"?\"", with: "\"nữ\""))
    // What followed the last column stands in it now.
    #expect(again.rows.map(\.photo) == ["", "thừa hơn"] && again.rejects.count == 1)
  }

  @Test("Random octets and damaged lists never trap")
  func robustness() throws {
    var seed: UInt64 = 20_261_122
    func random(_ below: Int) -> Int {
      seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(seed >> 33) % below
    }
    let lists = [
      Array(ApplicantLists.text((0..<5).map { _ in ApplicantLists.row }).utf8),
      Array(String(repeating: ApplicantLists.object([:]), count: 5).utf8),
    ]
    for round in 0..<600 {
      var bytes = lists[round % 2]
      for _ in 0..<(1 + random(6)) { bytes[random(bytes.count)] = UInt8(random(256)) }
      if round % 5 == 0 { bytes = Array(bytes.prefix(random(bytes.count))) }
      let read = try ApplicantLists.read(bytes, step: 1 + random(80))
      #expect(read.rows.count + read.rejects.count <= 12)
    }
  }
}
