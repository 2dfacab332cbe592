import CardCrypto
import Foundation
import Issuance
import VietnamReference

/// A national list of people: read, checked, sealed field by field, and compared with everybody there, by personal ID
/// and by name and birth date, in one transaction.
struct BenchApplicants: Sendable {
  let count: Int

  func run(folder: String) throws -> BenchReport {
    let path = folder + "/danh-sach.csv"
    let octets = try makeList(path)
    let limits = [try Self.sealing(), try Self.writing(folder, octets), try MachineLimits.disk(folder)]
    let office = folder + "/office"
    try FileManager.default.createDirectory(atPath: office, withIntermediateDirectories: false)
    let store = try OfficeStore(folder: office)
    let flow = PeopleFlow(store: store, actor: "bench", options: ImportOptions(sampleData: true))
    let start = ContinuousClock.now
    let result = try flow.run(path)
    let first = (ContinuousClock.now - start).milliseconds / 1_000
    let again = ContinuousClock.now
    let known = try flow.run(path)
    let second = (ContinuousClock.now - again).milliseconds / 1_000
    guard result.new + result.known + result.differing == count, known.new == 0 else { throw BenchError.impossible }
    let size = (try FileManager.default.attributesOfItem(atPath: office + "/office.sqlite")[.size] as? Int) ?? 0
    return BenchReport(
      subject: BilingualText(
        vi:
          "Nhận \(count) người: đọc CSV, kiểm tra, mã hóa từng trường, tìm trùng theo số định danh và theo họ tên với "
          + "ngày sinh; \(result.twins) có thể trùng, \(result.known + result.differing) đã có.",
        en:
          "\(count) people taken in: CSV read and checked, sealed field by field, duplicates found by personal ID and "
          + "by name and birth date; \(result.twins) possible twins, \(result.known + result.differing) known."),
      figures: [
        Figure("Nhận lần đầu", "First import", unit: "s", [first]),
        Figure("— dòng mỗi giây", "— rows a second", unit: "1/s", [Double(count) / max(first, 0.001)]),
        Figure("Nhận lại cùng danh sách", "The same list again", unit: "s", [second]),
        Figure("Bộ nhớ lớn nhất của tiến trình", "Most memory of the process", unit: "MB", [try Self.memory()]),
        Figure("Cơ sở dữ liệu", "Database", unit: "MB", [Double(size) / 1_000_000]),
      ], limits: limits)
  }

  /// A list in which one row in a hundred repeats a person, as many have another's name and birth date, and as many an
  /// ID of the other sex; its octets.
  private func makeList(_ path: String) throws -> Int {
    let families = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương"]
    let middles = ["Văn", "Thị", "Minh", "Ngọc", "Đức", "Thu", "Quang", "Khánh", "Xuân", "Hữu"]
    let given = [
      "An", "Bình", "Châu", "Dũng", "Hà", "Hòa", "Hương", "Khoa", "Lan", "Mai", "Nam", "Oanh", "Phúc", "Quý", "Sơn",
      "Thủy", "Uyên", "Vinh", "Yến", "Đạt",
    ]
    guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
    else { throw BenchError.system(errno) }
    var text = "so_dinh_danh,ho_ten,ngay_sinh,gioi_tinh,tinh,xa,loai_the,dien_thoai,dia_chi\n"
    var octets = 0
    func flush() throws {
      try file.write(contentsOf: Data(text.utf8))
      octets += text.utf8.count
      text = ""
    }
    for row in 0..<count {
      let person = row % 100 == 99 ? row - 50 : row
      // Somebody else of the same name and birth date: the number's last digits are another.
      let named = row % 100 == 98 ? row - 50 : person
      let year = 40 + named / 336 % 60
      let name =
        "\(families[named % 12]) \(middles[named / 12 % 10]) \(given[named / 120 % 20]) \(given[named / 2_400 % 20])"
      let date = "\(Self.padded(named % 28 + 1, 2))/\(Self.padded(named / 28 % 12 + 1, 2))/19\(year)"
      let isMale = named / 12 % 10 != 1
      let digit = isMale == (row % 100 != 97) ? 0 : 1
      text += "003\(digit)\(year)\(Self.padded(person, 6)),\(name),\(date),\(isMale ? "nam" : "nữ"),"
      text += "\(["01", "19", "48", "79"][named % 4]),26734,,09\(Self.padded(person, 8)),\"Số \(row), tổ 5\"\n"
      if text.utf8.count > 1 << 20 { try flush() }
    }
    try flush()
    try file.close()
    return octets
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }

  /// Six fields of a person sealed and two keyed hashes made, with nothing else: what the cipher alone costs.
  private static func sealing() throws -> Figure {
    let key = try AESGCMKey(try SystemRandom().secret(32))
    let hash = try CMACKey(try SystemRandom().secret(32))
    let (text, nonce) = ([UInt8](repeating: 0x41, count: 20), [UInt8](repeating: 0, count: 12))
    let times = try MachineLimits.time(10) {
      for _ in 0..<1_000 {
        for _ in 0..<6 { _ = try key.seal(text, nonce: nonce, associated: text) }
        for _ in 0..<2 { _ = try hash.tag(text) }
      }
    }
    return Figure("Mã hóa 1.000 người, chỉ riêng mật mã", "The ciphers alone, 1,000 people", times)
  }

  /// As many octets as the list has, written and flushed once.
  private static func writing(_ folder: String, _ octets: Int) throws -> Figure {
    let path = folder + "/write.probe"
    let page = Data(repeating: 0x5A, count: 1 << 20)
    let times = try MachineLimits.time(1) {
      guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
      else { throw BenchError.system(errno) }
      for _ in 0..<(octets >> 20) + 1 { try file.write(contentsOf: page) }
      try file.synchronize()
      try file.close()
    }
    try FileManager.default.removeItem(atPath: path)
    return Figure("Ghi tuần tự \(octets >> 20) MiB", "Sequential write of \(octets >> 20) MiB", times)
  }

  /// VmHWM of this process, MB.
  private static func memory() throws -> Double {
    let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") } ?? ""
    return (Double(line.filter(\.isNumber)) ?? 0) * 1_024 / 1_000_000
  }
}
