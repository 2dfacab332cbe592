internal import Ledger
internal import VietnamReference

/// A text of at most fifteen bytes as two numbers.
struct PackedCode: Hashable {
  private let first: UInt64
  private let second: UInt64

  /// `nil` when there are more bytes.
  init?(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    guard range.count <= 15 else { return nil }
    var first: UInt64 = 0
    var second = UInt64(range.count)
    for index in range.lowerBound..<min(range.upperBound, range.lowerBound + 8) {
      first = first << 8 | UInt64(bytes[index])
    }
    if range.count > 8 {
      for index in (range.lowerBound + 8)..<range.upperBound { second = second << 8 | UInt64(bytes[index]) }
    }
    self.first = first
    self.second = second
  }
}

/// Reads the columns of a payment list in their usual spelling from bytes. `nil` is no verdict: the text may be right
/// in another spelling, and ``PaymentFieldForms`` tells.
struct PaymentCodeTables {
  /// The programmes that pay, by place.
  let programmes: [Programme]
  private let programmePlaces: [PackedCode: Int]
  private let inForce: [[ClosedRange<Int>]]
  private let allowedFunders: [UInt16]
  private let funders: [PackedCode: FunderKind]
  private let currentProvinces: [Bool]
  private let provinceCodes: [String]
  private let birthPlaces: [Bool]
  private let thisYear: Int
  /// The last month that is listed today, yyyymm.
  let lastMonth: Int32

  init(options: PaymentList.Options) {
    programmes = options.catalogue.programmes.filter { !$0.allowedFunders.isEmpty }
    precondition(programmes.count <= CompactIndex.maximumProgrammes, "too many programmes to pack")
    programmePlaces = Dictionary(
      uniqueKeysWithValues: programmes.enumerated().compactMap { place, programme in
        Self.packed(programme.code).map { ($0, place) }
      })
    inForce = programmes.map { programme in
      programme.periods.map { rules in
        let from = rules.from.map { $0.year * 100 + $0.month } ?? 0
        let to = rules.to.map { $0.year * 100 + $0.month } ?? .max
        return from...max(from, to)
      }
    }
    allowedFunders = programmes.map { $0.allowedFunders.reduce(0) { $0 | 1 << UInt16($1.rawValue) } }
    funders = Dictionary(
      uniqueKeysWithValues: FunderKind.allCases.compactMap { kind in Self.packed(kind.code).map { ($0, kind) } })
    let current = Set(ProvinceRegister.embedded.current(on: options.today).map(\.code))
    provinceCodes = (0..<100).map { $0 < 10 ? "0\($0)" : "\($0)" }
    currentProvinces = provinceCodes.map { current.contains($0) }
    birthPlaces = (0..<100).map { place in
      guard place > 0, let id = PersonalID(number: UInt64(place) * 1_000_000_000) else { return false }
      return options.allowsSampleData || !id.isSampleData
    }
    thisYear = options.today.year
    lastMonth = PaymentFieldParser.lastMonth(listedOn: options.today)
  }

  /// Twelve digits with a province of birth registration and a birth year that is not in the future.
  func personalID(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt64? {
    guard range.count == 12, let number = Self.number(bytes, range) else { return nil }
    let place = number / 1_000_000_000
    guard place < 100, birthPlaces[Int(place)], let id = PersonalID(number: UInt64(number)), id.birthYear <= thisYear
    else { return nil }
    return UInt64(number)
  }

  func programme(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    PackedCode(bytes, range).flatMap { programmePlaces[$0] }
  }

  func index(of programme: Programme) -> Int? { programmes.firstIndex { $0.code == programme.code } }

  func isInForce(_ programme: Int, _ period: Period) -> Bool {
    inForce[programme].contains { $0.contains(Int(period.yyyymm)) }
  }

  func funder(_ bytes: Span<UInt8>, _ range: Range<Int>) -> FunderKind? {
    PackedCode(bytes, range).flatMap { funders[$0] }
  }

  func isAllowed(_ kind: FunderKind, _ programme: Int?) -> Bool {
    programme.map { allowedFunders[$0] & 1 << UInt16(kind.rawValue) != 0 } ?? true
  }

  func province(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt8? {
    guard range.count == 2, let number = Self.number(bytes, range), currentProvinces[number] else { return nil }
    return UInt8(number)
  }

  /// Two digits.
  func provinceCode(_ province: UInt8) -> String { provinceCodes[Int(province)] }

  /// `17/05/1952`, `--/05/1952` or `1952`, a day that exists.
  static func birthDate(_ bytes: Span<UInt8>, _ range: Range<Int>) -> PackedDate? {
    let start = range.lowerBound
    if range.count == 4 {
      return number(bytes, range).flatMap { $0 >= 1 ? PackedDate(year: $0, month: 0, day: 0) : nil }
    }
    let slash = UInt8(ascii: "/")
    guard range.count == 10, bytes[start + 2] == slash, bytes[start + 5] == slash,
      let month = number(bytes, (start + 3)..<(start + 5)), let year = number(bytes, (start + 6)..<range.upperBound),
      let length = CalendarDate.daysIn(month: month, year: year)
    else { return nil }
    if bytes[start] == UInt8(ascii: "-"), bytes[start + 1] == UInt8(ascii: "-") {
      return PackedDate(year: year, month: month, day: 0)
    }
    guard let day = number(bytes, start..<(start + 2)), (1...length).contains(day) else { return nil }
    return PackedDate(year: year, month: month, day: day)
  }

  /// `2026-11` or `11/2026`.
  static func period(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Period? {
    let start = range.lowerBound
    guard range.count == 7 else { return nil }
    if bytes[start + 4] == UInt8(ascii: "-") {
      guard let year = number(bytes, start..<(start + 4)), let month = number(bytes, (start + 5)..<(start + 7)) else {
        return nil
      }
      return Period(yyyymm: Int32(year * 100 + month))
    }
    guard bytes[start + 2] == UInt8(ascii: "/"), let month = number(bytes, start..<(start + 2)),
      let year = number(bytes, (start + 3)..<(start + 7))
    else { return nil }
    return Period(yyyymm: Int32(year * 100 + month))
  }

  /// Digits, alone or in groups of three behind dots or commas, 1…``PaymentList/maximumAmount``.
  static func amount(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int64? {
    guard (1...17).contains(range.count) else { return nil }
    var value: Int64 = 0
    var digits = 0
    var sign: UInt8 = 0
    for index in range {
      let byte = bytes[index]
      let digit = byte &- 0x30
      if digit < 10 {
        value = value * 10 + Int64(digit)
        digits += 1
        continue
      }
      guard byte == UInt8(ascii: ".") || byte == UInt8(ascii: ","), sign == 0 || byte == sign else { return nil }
      guard sign == 0 ? (1...3).contains(digits) && value > 0 && bytes[range.lowerBound] != 0x30 : digits == 3 else {
        return nil
      }
      sign = byte
      digits = 0
    }
    guard sign == 0 || digits == 3, value > 0, value <= PaymentList.maximumAmount else { return nil }
    return value
  }

  /// The province in a payout point's code, `^[A-Z]{2,4}-\d{2}-\d{3,5}$`.
  static func pointProvince(_ bytes: Span<UInt8>, _ range: Range<Int>) -> UInt8? {
    let hyphen = UInt8(ascii: "-")
    var index = range.lowerBound
    while index < range.upperBound, (0x41...0x5A).contains(bytes[index]) { index += 1 }
    guard (2...4).contains(index - range.lowerBound), (7...9).contains(range.upperBound - index),
      bytes[index] == hyphen,
      bytes[index + 3] == hyphen, let province = number(bytes, (index + 1)..<(index + 3)),
      number(bytes, (index + 4)..<range.upperBound) != nil
    else { return nil }
    return UInt8(province)
  }

  /// The value of one to eighteen ASCII digits.
  private static func number(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    guard (1...18).contains(range.count) else { return nil }
    var value = 0
    for index in range {
      let digit = bytes[index] &- 0x30
      guard digit < 10 else { return nil }
      value = value &* 10 &+ Int(digit)
    }
    return value
  }

  private static func packed(_ code: String) -> PackedCode? {
    let bytes = Array(code.utf8)
    return PackedCode(bytes.span, 0..<bytes.count)
  }
}

/// The accounting units met so far, by their codes.
struct UnitTable {
  /// So many are remembered at a time, which is more than there are communes.
  private static let capacity = 65_536
  private var places: [PackedCode: Int] = [:]
  private var units: [AccountingUnit] = []
  private var provinces: [UInt8] = []

  subscript(place: Int) -> AccountingUnit { units[place] }

  func province(_ place: Int) -> UInt8 { provinces[place] }

  func find(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? { PackedCode(bytes, range).flatMap { places[$0] } }

  mutating func add(_ unit: AccountingUnit, _ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
    if units.count >= Self.capacity { self = UnitTable() }
    if let code = PackedCode(bytes, range) { places[code] = units.count }
    units.append(unit)
    provinces.append(UInt8(unit.provinceCode) ?? .max)
    return units.count - 1
  }
}
