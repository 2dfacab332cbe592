internal import Ledger
internal import VietnamReference

/// All programmes, by code and by wire code.
///
/// Facts are data: `programmes.csv` and `programme_funders.csv` are compiled into the library.
public struct ProgrammeCatalogue: Sendable {
  /// The catalogue shipped with the library.
  public static let embedded = ProgrammeCatalogue(
    programmes: PackageResources.programmes_csv, funders: PackageResources.programme_funders_csv)

  /// Every programme, in wire-code order.
  public let programmes: [Programme]

  private let byCode: [String: Programme]
  private let byWireCode: [UInt16: Programme]

  /// The programme with this code; `nil` when there is none.
  public func programme(code: String) -> Programme? { byCode[code] }

  /// The programme with this code on the card; `nil` when there is none.
  public func programme(wireCode: UInt16) -> Programme? { byWireCode[wireCode] }

  init(programmes: [UInt8], funders: [UInt8]) {
    let funderRows = Self.rows(funders, header: ["code", "funders", "source"])
    let allowed = Dictionary(uniqueKeysWithValues: funderRows.map { ($0[0], Self.funders($0[1])) })
    self.programmes = Self.rows(
      programmes,
      header: [
        "code", "wire_code", "pillar", "name_vi", "name_en", "rhythm", "valid_from", "valid_to", "evidence",
      ]
    ).map { Self.programme($0, allowedFunders: allowed[$0[0]] ?? []) }
    byCode = Dictionary(uniqueKeysWithValues: self.programmes.map { ($0.code, $0) })
    byWireCode = Dictionary(uniqueKeysWithValues: self.programmes.map { ($0.wireCode, $0) })
  }

  private static func rows(_ bytes: [UInt8], header: [String]) -> [[String]] {
    do throws(CSVError) {
      let records = try CSVReader.records(in: bytes)
      precondition(records.first?.fields == header, "embedded table has another header")
      return records.dropFirst().map(\.fields)
    } catch {
      preconditionFailure("embedded table, line \(error.line): \(error.code)")
    }
  }

  private static func funders(_ text: String) -> [FunderKind] {
    text.split(separator: " ").map { code in
      guard let kind = FunderKind(code: String(code)) else { preconditionFailure("embedded funder table") }
      return kind
    }
  }

  private static func programme(_ row: [String], allowedFunders: [FunderKind]) -> Programme {
    guard let wireCode = UInt16(row[1], radix: 16), let pillar = Pillar(rawValue: row[2]),
      let rhythm = Rhythm(rawValue: row[5])
    else { preconditionFailure("embedded programme table") }
    return Programme(
      code: row[0], wireCode: wireCode, pillar: pillar, name: BilingualText(vi: row[3], en: row[4]), rhythm: rhythm,
      validFrom: CalendarDate(text: row[6]), validTo: CalendarDate(text: row[7]), evidence: row[8],
      allowedFunders: allowedFunders)
  }
}
