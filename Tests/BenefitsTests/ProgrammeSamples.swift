import Foundation
import Testing

@testable import Benefits

/// Programme files for tests: those shipped, and one of an emergency that is read on top of them.
enum ProgrammeSamples {
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Sources/Benefits/Resources/Programmes")

  static let names = ["bhtn", "bhxh", "bhyt", "btxh", "chung", "gn", "khan-cap", "ncc", "parameters"].map {
    $0 + ".yaml"
  }

  static func shipped(_ name: String) throws -> String {
    try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
  }

  /// The shipped files, one of them changed.
  static func shipped(_ name: String, replacing old: String, with new: String) throws -> [ProgrammeCatalogue.File] {
    try names.map { one in
      let text = try shipped(one)
      guard one == name else { return ProgrammeCatalogue.File(name: one, yaml: text) }
      guard let range = text.range(of: old) else { throw CocoaError(.fileReadCorruptFile) }
      return ProgrammeCatalogue.File(name: one, yaml: text.replacingCharacters(in: range, with: new))
    }
  }

  /// The emergency's file, read on top of the shipped ones.
  static func catalogue(_ yaml: String = emergency) throws(CatalogueError) -> ProgrammeCatalogue {
    try ProgrammeCatalogue(files: [.init(name: "bao.yaml", yaml: yaml)], onTopOf: .embedded)
  }

  static let emergency = """
    # A storm: what people get who lost their house, decided in days.
    inputs:
      lost: { name: { vi: phần nhà bị mất, en: part of the house lost }, type: whole, from: 0, to: 100 }
      roof:
        name: { vi: mái nhà, en: roof }
        type: word
        words: { tin: { vi: tôn, en: tin }, tile: { vi: ngói, en: tile } }
    parameters:
      muc_bao:
        name: { vi: Mức hỗ trợ bão, en: Storm standard }
        values:
          - { from: 2026-01-01, to: 2026-08-31, vnd: 300000, status: in-force, evidence: K }
          - { from: 2026-09-01, vnd: 400000, status: in-force, evidence: K }
          - { from: 2027-01-01, vnd: 900000, status: planned, evidence: K }
      muc_sau:
        name: { vi: Mức sau này, en: Later standard }
        values:
          - { from: 2027-01-01, vnd: 1, status: planned, evidence: K }
    agencies:
      storm-board:
        values:
          - { to: 2026-09-30, name: { vi: Ban cũ, en: Old board }, evidence: K }
          - { from: 2026-10-01, name: { vi: Ban mới, en: New board }, evidence: K }
    calendars:
      storm:
        name: { vi: Bão, en: Storm }
        legal-base: QĐ thử
        evidence: K
        windows:
          - { channel: commune, from: 2026-09-10, to: 2026-12-31 }
          - { channel: bank, from-day: 3, to-day: 9 }
          - { channel: home, working-days: 3 }
        months: [9, 10]
        cut-off-day: 20
    groups:
      storm:
        name: { vi: Bão, en: Storm }
        rule: first
        members: [BAO-1, BAO-2]
        from: 2026-09-01
        to: 2026-12-31
        legal-base: QĐ thử
        evidence: K
    programmes:
      - code: BAO-1
        wire-code: "1001"
        pillar: BTXH
        name: { vi: Hỗ trợ nhà sập, en: Support for a house lost }
        rhythm: one-off-mass
        periods:
          - from: 2026-01-01
            to: 2026-08-31
            legal-base: QĐ thử Đ1
            evidence: K
            funder: { split: { NSTW: 70, NSDP: 30 } }
            unit: XA
            decided-by: storm-board
            paid-by: commune
            calendar: storm
            uncollected: { term: deadline, day: 2026-12-31 }
            amount: { fixed: 5000000 }
            amount-is: exact
            rounding: { to: 1000, direction: down }
          - from: 2026-09-01
            legal-base: QĐ thử Đ2
            evidence: K
            funder: { one: NSDP }
            unit: XA
            decided-by: storm-board
            paid-by: commune
            calendar: storm
            uncollected: { term: reserve, months: 3 }
            conditions:
              - { input: lost, from: 30, to: 100 }
              - any: [{ input: roof, in: [tin, tile] }, { input: hiv, is: no }]
            amount:
              sum:
                - tiers: lost
                  rows:
                    - { from: 0, to: 49, amount: { parameter: muc_bao, times: 1.5 } }
                    - { from: 50, amount: { parameter: muc_bao, times: 3 } }
                - choose: roof
                  when:
                    tin: { fixed: 0 }
                    tile: { percent: 33.333, of: { fixed: 1000000 }, cap: { parameter: muc_bao } }
            amount-is: least
            rounding: { to: 1000, direction: up }
            lasts: { input: months-paid, paid-in-from: 12, paid-in-to: 36, months: 3, each-further: 12, at-most: 12 }
        vectors:
          - { on: 2026-02-01, amount: 5000000, source: K }
          - { on: 2026-09-10, inputs: { lost: 30, roof: tin }, amount: 600000, source: K }
          - { on: 2026-09-10, inputs: { lost: 50, roof: tile, months-paid: 48 }, amount: 1534000, months: 4, source: K }
      - code: BAO-2
        wire-code: "1002"
        pillar: BTXH
        name: { vi: Hỗ trợ gạo, en: Rice }
        rhythm: one-off
        periods:
          - from: 2026-09-01
            legal-base: QĐ thử Đ3
            evidence: S1
            funder: { choice: [NSTW, NSDP] }
            unit: XA
            decided-by: commune
            paid-by: commune
            calendar: storm
            uncollected: { term: carry }
            amount:
              pension: average-wage
              sex: sex
              months: months-paid
              rates:
                - { sex: female, from-years: 15, percent: 45, each-year: 2 }
                - { sex: male, from-years: 15, before-years: 20, percent: 40, each-year: 1 }
                - { sex: male, from-years: 20, percent: 45, each-year: 2 }
              at-most: 75
              part-year: dropped
            amount-is: start
            rounding: { to: 1, direction: nearest }
        vectors:
          - on: 2026-09-10
            inputs: { average-wage: 1000001, sex: male, months-paid: 239 }
            amount: 440000
            source: K

    """
}

/// The emergency's file with one mistake.
struct BadCatalogue: Sendable, CustomTestStringConvertible {
  let old: String
  let new: String
  let key: String
  let reason: CatalogueFault.Reason
  /// What stands at the place of the fault in the changed file.
  let at: String
  /// Whether the JSON Schema refuses it too.
  let isShape: Bool

  init(
    _ old: String, _ new: String, _ key: String, _ reason: CatalogueFault.Reason, at: String, isShape: Bool = false
  ) {
    (self.old, self.new, self.key, self.reason, self.at, self.isShape) = (old, new, key, reason, at, isShape)
  }

  var testDescription: String { "\(key): \(reason.self)".prefix(100) + " ← " + new.prefix(60) }

  var text: String {
    ProgrammeSamples.emergency.replacing(old, with: new, maxReplacements: 1)
  }

  /// Line and column of ``at``.
  var place: (line: Int, column: Int)? {
    let text = text
    guard let range = text.range(of: at) else { return nil }
    let before = text[..<range.lowerBound].split(separator: "\n", omittingEmptySubsequences: false)
    return (before.count, (before.last?.unicodeScalars.count ?? 0) + 1)
  }
}
