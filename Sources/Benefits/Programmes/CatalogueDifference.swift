internal import Ledger
public import VietnamReference

/// What differs between two catalogues, or between two days of one: which programmes, in what, and what that makes of
/// the worked examples.
public struct CatalogueDifference: Sendable {
  /// A programme's state.
  public enum Change: String, CaseIterable, Sendable, Codable {
    /// There is none before.
    case added
    /// There is none after.
    case removed
    /// There is in both, with other rules.
    case changed
  }

  /// Something that differs.
  public struct Fact: Hashable, Sendable {
    /// What it is.
    public let label: BilingualText
    /// Before; `nil` for nothing.
    public let before: BilingualText?
    /// After; `nil` for nothing.
    public let after: BilingualText?
  }

  /// What a worked example gives before and after.
  public struct Example: Hashable, Sendable {
    /// Whom it is of: the inputs in words.
    public let inputs: BilingualText
    /// Đồng before; `nil` when nothing is paid then.
    public let before: Int64?
    /// Đồng after; `nil` when nothing is paid then.
    public let after: Int64?
  }

  /// One programme that differs.
  public struct Entry: Hashable, Sendable {
    /// Its code.
    public let code: String
    /// Its name after, or before when there is none after.
    public let name: BilingualText
    /// How it differs.
    public let change: Change
    /// In what.
    public let facts: [Fact]
    /// For whom, by example.
    public let examples: [Example]
  }

  /// A catalogue, and a day of it or all its days.
  public struct Side: Sendable {
    let catalogue: ProgrammeCatalogue
    let date: CalendarDate?

    /// A catalogue, on one day or with all its days.
    public init(_ catalogue: ProgrammeCatalogue, on date: CalendarDate? = nil) {
      self.catalogue = catalogue
      self.date = date
    }

    func periods(_ programme: Programme) -> [ProgrammePeriod] {
      guard let date else { return programme.periods }
      return programme.period(on: date).map { [$0] } ?? []
    }

    func amount(_ vector: ProgrammeCatalogue.Vector) -> Int64? {
      guard let found = try? catalogue.amount(vector.code, on: date ?? vector.date, inputs: vector.inputs) else {
        return nil
      }
      return found.amount
    }
  }

  /// The programmes that differ, in wire-code order.
  public let entries: [Entry]

  /// Compares two sides.
  public init(from before: Side, to after: Side) {
    var codes: [(UInt16, String)] = []
    for programme in before.catalogue.programmes + after.catalogue.programmes
    where !codes.contains(where: { $0.1 == programme.code }) {
      codes.append((programme.wireCode, programme.code))
    }
    entries = codes.sorted { $0 < $1 }.compactMap { Self.entry($0.1, before, after) }
  }

  private static func entry(_ code: String, _ before: Side, _ after: Side) -> Entry? {
    let old = before.catalogue.programme(code: code).flatMap { before.periods($0).isEmpty ? nil : $0 }
    let new = after.catalogue.programme(code: code).flatMap { after.periods($0).isEmpty ? nil : $0 }
    guard let shown = new ?? old else { return nil }
    let facts = facts(old.map { Self.facts(of: $0, before) } ?? [], new.map { Self.facts(of: $0, after) } ?? [])
    let examples = examples(code, before, after)
    guard !facts.isEmpty || !examples.isEmpty else { return nil }
    return Entry(
      code: code, name: shown.name, change: old == nil ? .added : new == nil ? .removed : .changed, facts: facts,
      examples: examples)
  }

  private static func examples(_ code: String, _ before: Side, _ after: Side) -> [Example] {
    var seen: Set<[String: InputValue]> = []
    return (before.catalogue.vectors + after.catalogue.vectors).compactMap { vector in
      guard vector.code == code, seen.insert(vector.inputs).inserted else { return nil }
      let (old, new) = (before.amount(vector), after.amount(vector))
      guard old != new else { return nil }
      let catalogue = after.catalogue.programme(code: code) == nil ? before.catalogue : after.catalogue
      let parts = vector.inputs.sorted { $0.key < $1.key }.map { name, value in
        let (title, text) = (catalogue.inputs[name]?.title, catalogue.words(of: value, for: name))
        return BilingualText(vi: "\(title?.vi ?? name): \(text.vi)", en: "\(title?.en ?? name): \(text.en)")
      }
      return Example(
        inputs: BilingualText(
          vi: parts.map(\.vi).joined(separator: "; "), en: parts.map(\.en).joined(separator: "; ")),
        before: old, after: new)
    }
  }

  private static func facts(
    _ before: [(label: BilingualText, value: BilingualText)], _ after: [(label: BilingualText, value: BilingualText)]
  ) -> [Fact] {
    let (old, new) = (Dictionary(labelled: before), Dictionary(labelled: after))
    var order = before.map(\.label)
    order += after.map(\.label).filter { old[$0] == nil }
    return order.compactMap { label in
      old[label] == new[label] ? nil : Fact(label: label, before: old[label], after: new[label])
    }
  }

  /// Everything a side says of a programme, in words.
  private static func facts(of programme: Programme, _ side: Side) -> [(label: BilingualText, value: BilingualText)] {
    var found: [(label: BilingualText, value: BilingualText)] = [
      (BilingualText(vi: "tên", en: "name"), programme.name),
      (BilingualText(vi: "mã trên thẻ", en: "wire code"), same(programme.wireCodeText)),
      (BilingualText(vi: "trụ cột", en: "pillar"), programme.pillar.name),
      (BilingualText(vi: "kỳ", en: "rhythm"), programme.rhythmWords),
    ]
    if programme.isHouseholdGift {
      found.append((BilingualText(vi: "quà cho hộ", en: "household gift"), BilingualText(vi: "có", en: "yes")))
    }
    for period in side.periods(programme) {
      let from = period.from?.iso ?? "…"
      let place =
        side.date == nil ? BilingualText(vi: " từ \(from)", en: " from \(from)") : BilingualText(vi: "", en: "")
      let catalogue = side.catalogue
      found += facts(of: period, code: programme.code, side).map { ($0.label.appending(place), $0.value) }
      for name in period.parameters.sorted() {
        guard let parameter = catalogue.parameters[name] else { continue }
        let values = side.date.map { date in parameter.value(on: date).map { [$0] } ?? [] } ?? parameter.inForce
        found.append(
          (
            parameter.title,
            same(
              values.map { value in
                VND.text(value.amount) + (side.date == nil ? " (\(value.from.iso)–\(value.to?.iso ?? "…"))" : "")
              }.joined(separator: "; "))
          ))
      }
    }
    return found
  }

  private static func facts(
    of period: ProgrammePeriod, code: String, _ side: Side
  ) -> [(label: BilingualText, value: BilingualText)] {
    let catalogue = side.catalogue
    let date = side.date ?? period.to ?? period.from
    func agency(_ name: String) -> BilingualText {
      guard let agency = catalogue.agencies[name] else { return same(name) }
      return date.map { agency.title(on: $0) } ?? agency.values.last?.title ?? same(name)
    }
    var found: [(label: BilingualText, value: BilingualText)] = [
      (BilingualText(vi: "mức hưởng", en: "amount"), catalogue.words(of: period)),
      (BilingualText(vi: "nguồn kinh phí", en: "funder"), period.funder.words),
      (BilingualText(vi: "đơn vị", en: "unit"), same(period.unit.rawValue)),
      (BilingualText(vi: "quyết định", en: "decided by"), agency(period.decidedBy)),
      (BilingualText(vi: "chi trả", en: "paid by"), agency(period.paidBy)),
      (BilingualText(vi: "chưa nhận", en: "uncollected"), period.uncollected.words),
      (BilingualText(vi: "làm tròn", en: "rounding"), period.rounding.words),
      (BilingualText(vi: "căn cứ", en: "legal base"), same(period.legalBase)),
      (BilingualText(vi: "nguồn tin", en: "evidence"), same(period.evidence)),
      (BilingualText(vi: "hiệu lực", en: "in force"), same("\(period.from?.iso ?? "…") – \(period.to?.iso ?? "…")")),
    ]
    if let calendar = catalogue.calendars[period.calendar] {
      found.append((BilingualText(vi: "lịch chi trả", en: "calendar"), calendar.words))
    }
    for (index, condition) in period.conditions.enumerated() {
      found.append(
        (
          BilingualText(vi: "điều kiện \(index + 1)", en: "condition \(index + 1)"), catalogue.words(of: condition)
        ))
    }
    for group in catalogue.groups where group.members.contains(code) && (side.date.map { group.covers($0) } ?? true) {
      found.append((group.title, group.words))
    }
    if let words = catalogue.durationWords(of: period) {
      found.append((BilingualText(vi: "thời gian hưởng", en: "lasts"), words))
    }
    return found
  }

  private static func same(_ text: String) -> BilingualText { BilingualText(vi: text, en: text) }
}

extension Dictionary {
  fileprivate init(labelled pairs: [(label: Key, value: Value)]) {
    self.init(pairs.map { ($0.label, $0.value) }) { _, last in last }
  }
}
