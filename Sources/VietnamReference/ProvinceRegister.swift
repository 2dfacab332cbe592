/// A province or centrally-run city (tỉnh, thành phố trực thuộc trung ương) during one interval.
public struct Province: Hashable, Sendable {
  /// What kind of unit.
  public enum Kind: String, Sendable, Codable {
    /// Tỉnh.
    case province = "Tỉnh"
    /// Thành phố trực thuộc trung ương.
    case city = "Thành phố"
  }

  /// Two-digit code. The same code may belong to another province at another date.
  public let code: String
  /// Name without the word tỉnh or thành phố, NFC.
  public let name: String
  /// What kind of unit.
  public let kind: Kind
  /// First day of this interval.
  public let validFrom: CalendarDate
  /// Last day of this interval; `nil` while it lasts.
  public let validTo: CalendarDate?
  /// The code of the province that continues it after ``validTo``.
  public let mergedInto: String?

  /// `tỉnh Thái Nguyên` / `Thái Nguyên province`, `thành phố Huế` / `Huế city`.
  public var fullName: BilingualText {
    switch kind {
    case .province: BilingualText(vi: "tỉnh \(name)", en: "\(name) province")
    case .city: BilingualText(vi: "thành phố \(name)", en: "\(name) city")
    }
  }

  /// Whether the interval holds `date`.
  public func isValid(on date: CalendarDate) -> Bool {
    validFrom <= date && validTo.map { date <= $0 } ?? true
  }
}

/// One line of the merger of 1 July 2025: an old province and the new one it belongs to.
public struct ProvinceMerger: Hashable, Sendable {
  /// Code and name from 2025-07-01.
  public let newCode: String
  /// Name from 2025-07-01.
  public let newName: String
  /// Code until 2025-06-30.
  public let oldCode: String
  /// Name until 2025-06-30.
  public let oldName: String
  /// The old province whose code the new one carries under another name; `nil` when code and name stayed together.
  public let codeReusedFrom: String?
}

/// Provinces by code *and* date: 63 until 2025-06-30, 34 since; eight codes carry another name since then.
///
/// Codes alone are never resolved: 15 was Yên Bái and is Lào Cai, whose own old code 10 is closed. Source:
/// `identifiers` §4 (QĐ 124/2004/QĐ-TTg, QĐ 19/2025/QĐ-TTg).
public struct ProvinceRegister: Sendable {
  /// The register shipped with the library.
  public static let embedded = ProvinceRegister(
    provinces: PackageResources.provinces_csv, mergers: PackageResources.provinces_mergers_2025_csv)

  /// Every interval, by code, then by date.
  public let intervals: [Province]
  /// The merger of 1 July 2025: 63 old codes to 34 new ones.
  public let mergers: [ProvinceMerger]
  /// The two-digit codes that may start a personal ID: the 63 of before July 2025, closed or not.
  public let personalIDCodes: Set<String>

  private let byCode: [String: [Province]]

  /// The province that has this two-digit code on `date`; `nil` when none has.
  public func province(code: String, on date: CalendarDate) -> Province? {
    byCode[code]?.first { $0.isValid(on: date) }
  }

  /// All provinces of `date`, by code: 63 on 2025-06-30, 34 on 2025-07-01.
  public func current(on date: CalendarDate) -> [Province] { intervals.filter { $0.isValid(on: date) } }

  /// The province that on `date` continues the one that had `code` on `recorded`, to roll old records up.
  ///
  /// `nil` when no province had `code` then, or when `date` is before the interval of that province.
  public func successor(ofCode code: String, recordedOn recorded: CalendarDate, on date: CalendarDate) -> Province? {
    guard var province = province(code: code, on: recorded), province.validFrom <= date else { return nil }
    while !province.isValid(on: date) {
      guard let next = province.mergedInto, let end = province.validTo?.adding(days: 1),
        let successor = self.province(code: next, on: end)
      else { return nil }
      province = successor
    }
    return province
  }

  /// The provinces that ended on the day before `code`'s interval of `date` began and were merged into it.
  ///
  /// Empty when the interval continues none.
  public func predecessors(ofCode code: String, on date: CalendarDate) -> [Province] {
    guard let province = province(code: code, on: date), let eve = province.validFrom.adding(days: -1) else {
      return []
    }
    return intervals.filter { $0.mergedInto == code && $0.validTo == eve }
  }

  /// The intervals a code had before `date`, the latest first, to explain why a code is refused.
  public func formerProvinces(code: String, before date: CalendarDate) -> [Province] {
    (byCode[code] ?? []).filter { interval in interval.validTo.map { $0 < date } ?? false }.reversed()
  }

  init(provinces: [UInt8], mergers: [UInt8]) {
    let rows = EmbeddedTable(
      provinces, separator: ",",
      header: ["code", "name_vi", "valid_from", "valid_to", "merged_into", "type_vi", "set"]
    ).rows
    intervals = rows.map(Self.province)
    byCode = Dictionary(grouping: intervals, by: \.code)
    personalIDCodes = Set(rows.filter { $0[6].contains("legacy63") }.map { $0[0] })
    self.mergers = EmbeddedTable(
      mergers, separator: ",", header: ["new_code", "new_name_vi", "old_code", "old_name_vi", "code_reused_from"]
    ).rows.map { row in
      ProvinceMerger(
        newCode: row[0], newName: row[1], oldCode: row[2], oldName: row[3],
        codeReusedFrom: row[4].isEmpty ? nil : row[4])
    }
  }

  private static func province(_ row: [String]) -> Province {
    guard let kind = Province.Kind(rawValue: row[5]), let from = CalendarDate(text: row[2]) else {
      preconditionFailure("embedded province table")
    }
    return Province(
      code: row[0], name: row[1], kind: kind, validFrom: from, validTo: CalendarDate(text: row[3]),
      mergedInto: row[4].isEmpty ? nil : row[4])
  }
}
