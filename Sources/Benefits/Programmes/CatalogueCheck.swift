internal import Ledger
internal import StrictYAML
internal import VietnamReference

/// Looks for contradictions between programmes, parameters, calendars, inputs and groups, and runs the worked examples.
struct CatalogueCheck {
  let merge: CatalogueMerge
  let catalogue: ProgrammeCatalogue

  func run() {
    parameters()
    agencies()
    wireCodes()
    for item in merge.programmes.values { programme(item) }
    groups()
    cycles()
  }

  // MARK: Dates

  private func parameters() {
    for item in merge.parameters.values {
      let values = item.value.values
      for (index, value) in values.enumerated() {
        if let to = value.to, to < value.from { item.file.refuse("\(item.path).values[\(index + 1)].to", .reversed) }
      }
      let inForce = values.enumerated().filter { !$0.element.isPlanned }
      for (before, after) in zip(inForce, inForce.dropFirst()) {
        let path = "\(item.path).values[\(after.offset + 1)]"
        spans(
          (before.element.from, before.element.to), (after.element.from, after.element.to), item.file, path)
      }
    }
  }

  /// An agency has a name on every day.
  private func agencies() {
    for item in merge.agencies.values {
      let values = item.value.values
      for (index, value) in values.enumerated() {
        let path = "\(item.path).values[\(index + 1)]"
        if let from = value.from, let to = value.to, to < from { item.file.refuse(path + ".to", .reversed) }
        if index > 0 {
          spans((values[index - 1].from, values[index - 1].to), (value.from, value.to), item.file, path)
        } else if let from = value.from {
          item.file.refuse(path + ".from", .gap(from: "…", to: from.adding(days: -1)?.iso ?? ""))
        }
        if index == values.count - 1, let to = value.to {
          item.file.refuse(path + ".to", .gap(from: to.adding(days: 1)?.iso ?? "", to: "…"))
        }
      }
    }
  }

  /// Refuses a common day of two spans that follow one another, and days between them that nothing is said of.
  private func spans(
    _ before: (from: CalendarDate?, to: CalendarDate?), _ after: (from: CalendarDate?, to: CalendarDate?),
    _ file: CatalogueFile, _ path: String
  ) {
    let isStated = file.has(path + ".after-gap")
    guard let end = before.to, let start = after.from, end < start else {
      file.refuse(path + ".from", .overlap(with: "\(before.from?.iso ?? "…") – \(before.to?.iso ?? "…")"))
      return
    }
    guard let next = end.adding(days: 1), next != start, let last = start.adding(days: -1) else {
      if isStated { file.refuse(path + ".after-gap", .noGap) }
      return
    }
    if !isStated { file.refuse(path + ".from", .gap(from: next.iso, to: last.iso)) }
  }

  // MARK: Programmes

  private func wireCodes() {
    let items = merge.programmes.values.sorted { $0.value.programme.code < $1.value.programme.code }
    var taken: [UInt16: String] = [:]
    for item in items {
      let programme = item.value.programme
      if let other = taken.updateValue(programme.code, forKey: programme.wireCode) {
        item.file.refuse(item.path + ".wire-code", .wireCodeTaken(code: other))
      }
    }
    let paid = items.filter { !$0.value.programme.allowedFunders.isEmpty }
    if paid.count > CompactIndex.maximumProgrammes, let last = paid.last {
      last.file.refuse(last.path, .tooManyProgrammes(highest: CompactIndex.maximumProgrammes))
    }
  }

  private func programme(_ item: CatalogueMerge.Item<CatalogueContents.ProgrammeItem>) {
    let programme = item.value.programme
    for (index, period) in programme.periods.enumerated() {
      let path = "\(item.path).periods[\(index + 1)]"
      if let from = period.from, let to = period.to, to < from {
        item.file.refuse(path + ".to", .reversed)
      } else if index > 0 {
        let before = programme.periods[index - 1]
        spans((before.from, before.to), (period.from, period.to), item.file, path)
      } else if period.afterGap != nil {
        item.file.refuse(path + ".after-gap", .noGap)
      }
      money(period, isCounter: programme.rhythm == .counter, item.file, path)
      if merge.calendars[period.calendar] == nil {
        item.file.refuse(
          path + ".calendar", .unknownCalendar(nearest: Spelling.nearest(period.calendar, merge.calendars.keys)))
      }
      for (key, name) in [("decided-by", period.decidedBy), ("paid-by", period.paidBy)]
      where merge.agencies[name] == nil {
        item.file.refuse("\(path).\(key)", .unknownAgency(nearest: Spelling.nearest(name, merge.agencies.keys)))
      }
      let rules = RuleCheck(merge: merge, file: item.file, period: period)
      rules.check(path)
      let hasVector = item.value.vectors.contains { period.covers($0.date) }
      if !hasVector { item.file.refuse(path, .noVector) }
    }
  }

  private func money(_ period: ProgrammePeriod, isCounter: Bool, _ file: CatalogueFile, _ path: String) {
    if isCounter != period.funder.kinds.isEmpty { file.refuse(path + ".funder", .funder) }
    if case .split(let shares) = period.funder {
      let total = shares.reduce(0) { $0 + $1.hundredths }
      let text = (try? ExactNumber(total).hundredth)?.text ?? ""
      if total != 10_000 { file.refuse(path + ".funder.split", .shares(total: text)) }
    }
    switch period.uncollected {
    case .none where !isCounter: file.refuse(path + ".uncollected", .funder)
    case .deadline(let day):
      if let from = period.from, day < from { file.refuse(path + ".uncollected.day", .deadline) }
    default: break
    }
  }

  // MARK: Groups

  private func groups() {
    for item in merge.groups.values {
      let group = item.value
      if let from = group.from, let to = group.to, to < from { item.file.refuse(item.path + ".to", .reversed) }
      var seen: Set<String> = []
      for (index, code) in group.members.enumerated() {
        let path = "\(item.path).members[\(index + 1)]"
        if !seen.insert(code).inserted { item.file.refuse(path, .repeated) }
        if merge.programmes[code] == nil {
          item.file.refuse(path, .unknownProgramme(nearest: Spelling.nearest(code, merge.programmes.keys)))
        }
      }
      for (code, name) in group.unlessBelow.sorted(by: { $0.key < $1.key }) {
        let path = "\(item.path).unless-below.\(code)"
        if !seen.contains(code) {
          item.file.refuse(path, .unknownProgramme(nearest: Spelling.nearest(code, group.members)))
        }
        if merge.parameters[name] == nil {
          item.file.refuse(path, .unknownParameter(nearest: Spelling.nearest(name, merge.parameters.keys)))
        }
      }
    }
  }

  /// Refuses groups that put programmes before one another in a circle on some day.
  private func cycles() {
    let ordered = merge.groups.values.filter { $0.value.rule == .first }.sorted { $0.value.name < $1.value.name }
    for item in ordered {
      // With every other group that meets this one's days: a circle through this group shows here.
      let others = ordered.filter { $0.value.meets(item.value) }
      var after: [String: Set<String>] = [:]
      for other in others {
        for (first, second) in zip(other.value.members, other.value.members.dropFirst()) {
          after[first, default: []].insert(second)
        }
      }
      if let circle = Self.circle(from: item.value.members, after) {
        item.file.refuse(item.path + ".members", .cycle(circle))
        return
      }
    }
  }

  private static func circle(from starts: [String], _ after: [String: Set<String>]) -> [String]? {
    for start in starts {
      var pending = [[start]]
      var seen: Set<String> = []
      while let path = pending.popLast(), let last = path.last {
        for next in (after[last] ?? []).sorted() {
          if next == start { return path + [start] }
          if seen.insert(next).inserted { pending.append(path + [next]) }
        }
      }
    }
    return nil
  }

  // MARK: Worked examples

  /// Runs every worked example and gives those that come out as they say.
  func vectors() -> [ProgrammeCatalogue.Vector] {
    var good: [ProgrammeCatalogue.Vector] = []
    for programme in catalogue.programmes {
      guard let item = merge.programmes[programme.code] else { continue }
      for vector in item.value.vectors {
        do throws(RuleFault) {
          guard let rules = programme.period(on: vector.date) else {
            throw RuleFault("", .notInForce(programme.code, vector.date))
          }
          let inputs = try catalogue.inputs(vector.inputs, for: rules)
          let found = try catalogue.amount(programme.code, on: vector.date, inputs: inputs)
          if found.amount != vector.amount {
            item.file.refuse(vector.path + ".amount", .vectorAmount(expected: vector.amount, found: found.amount))
          } else if let months = vector.months, months != found.months {
            item.file.refuse(vector.path + ".months", .vectorMonths(expected: months, found: found.months))
          }
          good.append(
            ProgrammeCatalogue.Vector(
              code: programme.code, date: vector.date, inputs: inputs, amount: vector.amount, source: vector.source))
        } catch {
          item.file.refuse(vector.path, .vector(error))
        }
      }
    }
    return good
  }
}
