import Benefits
import Foundation
import Ledger
import VietnamReference

/// A month's payment list of people whom nobody is, for training and trials: all pillars that pay, every province,
/// amounts by the programmes' own rules. The same seed gives the same list.
struct SamplePeople {
  /// Rows of one person: a split benefit has one for each funder.
  struct Person {
    let personalID: String
    let rows: [String]
    /// The same rows as arrears of the month before; none where the programme was not in force in it.
    let arrears: [String]
  }

  private struct Benefit {
    let programme: Programme
    let rules: ProgrammePeriod
    let amount: Int64
    /// The age that its rules were shown with; `nil` when they do not ask for one.
    let age: Int?
  }

  private let provinces: [Province]
  private let pillars: [[Benefit]]
  private let period: Period
  private let catalogue: ProgrammeCatalogue
  private var state: UInt64

  /// A generator for one month.
  ///
  /// - Parameter day: the day of import: provinces are those of that day.
  init(_ catalogue: ProgrammeCatalogue, period: Period, day: CalendarDate, seed: UInt64) {
    provinces = ProvinceRegister.embedded.current(on: day)
    self.period = period
    self.catalogue = catalogue
    state = seed
    let first = CalendarDate(year: period.year, month: period.month, day: 1)
    let benefits = catalogue.vectors.compactMap { vector -> Benefit? in
      guard let first, let found = catalogue.programme(code: vector.code, on: first), vector.amount > 0,
        found.rules.covers(vector.date), !found.rules.funder.kinds.isEmpty,
        found.programme.rhythm != .onDeath
      else { return nil }
      let age: Int? = if case .number(let age)? = vector.inputs["age"] { Int(age) } else { nil }
      // Not at what a parameter was on another day.
      guard catalogue.pays(found.programme, vector.amount, in: period) else { return nil }
      return Benefit(programme: found.programme, rules: found.rules, amount: vector.amount, age: age)
    }
    pillars = Dictionary(grouping: benefits) { $0.programme.pillar }
      .sorted { $0.key.rawValue < $1.key.rawValue }.map(\.value)
  }

  /// SplitMix64.
  private mutating func random(_ bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return Int((mixed ^ mixed >> 31) % UInt64(max(1, bound)))
  }

  /// The person with this number, from 0; one in ten has benefits of two pillars.
  mutating func person(_ number: Int) -> Person {
    let isMale = random(2) == 0
    let province = provinces[number % provinces.count].code
    let name = name(isMale)
    let (day, month) = (1 + random(28), 1 + random(12))
    // Everybody's first pillar follows from the number, so that a short list has them all.
    let first = number / provinces.count % max(1, pillars.count)
    var chosen = [first]
    if pillars.count > 1, random(10) == 0 { chosen.append((first + 1 + random(pillars.count - 1)) % pillars.count) }
    var excluded: Set<String> = []
    var arrears: [String] = []
    let benefits = chosen.map { pillar -> Benefit in
      let benefit = pillars[pillar][random(pillars[pillar].count)]
      // Beyond a million the year tells people apart, and can't be what a benefit asks for.
      return number < 1_000_000 ? benefit : pillars[pillar].first { $0.age == nil } ?? benefit
    }
    // Nobody is born in a month that may not have come yet.
    let age = benefits.first?.age.map { max($0, 1) }
    let year = age.map { period.year - $0 } ?? 1940 + number / 1_000_000 % 50
    let birth = "\(Self.padded(day, 2))/\(Self.padded(age == nil ? month : min(month, period.month), 2))/\(year)"
    let century = (year / 100 - 19) * 2 + (isMale ? 0 : 1)
    let personalID = "003\(century)\(Self.padded(year % 100, 2))\(Self.padded(number % 1_000_000, 6))"
    let born = PartialDate(text: birth)
    let rows = benefits.flatMap { benefit -> [String] in
      guard catalogue.pays(benefit.programme, benefit.amount, born: born, in: period) else { return [] }
      let code = benefit.programme.code
      // Nobody has two benefits that exclude each other: the centre would refuse the list.
      guard !excluded.contains(code) else { return [] }
      excluded.formUnion(catalogue.excluded(by: code, in: period))
      let unit = unit(benefit.rules.unit, province)
      let parts = benefit.rules.funder.parts(of: benefit.amount) ?? [(benefit.rules.funder.kinds[0], benefit.amount)]
      let rows = parts.filter { $0.amount > 0 }.map { kind, amount in
        "\(personalID),\(name),\(birth),\(benefit.programme.code),\(Self.text(period)),\(amount),\(kind.code),\(unit),"
          + "\(province),BD-\(province)-001"
      }
      if benefit.programme.rhythm == .monthly, benefit.programme.isInForce(in: period.previous),
        catalogue.pays(benefit.programme, benefit.amount, born: born, in: period.previous)
      {
        arrears += rows.map { "\($0),\(Self.text(period.previous))" }
      }
      return rows
    }
    return Person(personalID: personalID, rows: rows, arrears: arrears)
  }

  private static func text(_ month: Period) -> String { "\(month.year)-\(padded(month.month, 2))" }

  private mutating func name(_ isMale: Bool) -> String {
    let families = ["Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương"]
    let middles = isMale ? ["Văn", "Đức", "Quang", "Hữu", "Minh"] : ["Thị", "Ngọc", "Thu", "Kim", "Thanh"]
    let given = ["An", "Bình", "Châu", "Hà", "Hòa", "Khánh", "Lan", "Mai", "Nam", "Phúc", "Quý", "Sơn", "Thủy", "Yến"]
    return [families, middles, given].map { $0[random($0.count)] }.joined(separator: " ")
  }

  /// Ten communes to a province.
  private mutating func unit(_ kind: AccountingUnit.Kind, _ province: String) -> String {
    guard kind == .commune else { return AccountingUnit(provincial: kind, provinceCode: province).text }
    return "XA-\(province)-\(province)\(Self.padded(1 + random(10), 3))"
  }

  private static func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}
