import Benefits
import Ledger
import LedgerStore
import ServiceAPI
import VietnamReference

/// The commune's month: what it asks for, what became of it, the lists that points work from, cash to come.
extension Centre {
  func month(unit: String, month: String, traceID: String) async throws(Problem) -> MonthAnswer {
    let (unit, month) = (try self.unit(unit, traceID), try self.month(month, traceID))
    let lines = try await read(traceID) { () throws(LedgerStoreError) in try await store.month(month, of: unit) }
    return MonthAnswer(
      unit: unit.text, month: UInt32(month.yyyymm),
      lines: lines.map { line in
        let (code, name) = programme(line.programme)
        return MonthLine(
          funder: line.funder.text, programme: code, programmeName: name, opening: TallyAnswer(line.opening),
          granted: TallyAnswer(line.granted), paid: TallyAnswer(line.paid), returned: TallyAnswer(line.returned),
          closing: TallyAnswer(line.closing), inFlight: TallyAnswer(line.inFlight))
      })
  }

  func needs(unit: String, month: String, traceID: String) async throws(Problem) -> NeedAnswer {
    let (unit, month) = (try self.unit(unit, traceID), try self.month(month, traceID))
    let monthly = Set(catalogue.programmes.filter { $0.rhythm == .monthly }.map(\.wireCode))
    let needs = try await read(traceID) { () throws(LedgerStoreError) in
      try await store.needs(of: unit, for: month, monthly: monthly, on: today)
    }
    return NeedAnswer(
      unit: unit.text, month: UInt32(month.yyyymm),
      lines: needs.map { need in
        // A month whose list is approved already has its money in `owed`.
        let isEstimate = need.next.amount == 0 && !need.isListed
        return NeedLine(
          funder: need.funder.text, next: TallyAnswer(isEstimate ? need.monthBefore : need.next),
          isEstimate: isEstimate, arrears: TallyAnswer(need.arrears), funeral: TallyAnswer(need.funeral),
          oneOff: TallyAnswer(need.oneOff), owed: need.owed, overdue: need.overdue, held: need.held)
      })
  }

  func dues(unit: String, point: String?, traceID: String) async throws(Problem) -> DueAnswer {
    let unit = try self.unit(unit, traceID)
    let today = today
    let month = try period(UInt32(today / 100), traceID)
    let everything = try await read(traceID) { () throws(LedgerStoreError) in
      try await store.dues(of: unit, point: point, before: month, on: today)
    }
    let all = everything.filter { !$0.isOver }
    let dues = all.filter { unprintedAfter($0, today) == nil }
    // In the order of Vietnamese lists; two people of one name stand apart by their IDs.
    let ordered = dues.map { due in
      (due: due, key: (try? PersonName(due.person.name))?.sortKey.bytes ?? [], programme: programme(due.programme))
    }.sorted { left, right in
      guard left.key == right.key else { return left.key.lexicographicallyPrecedes(right.key) }
      return (left.due.person.personalID, left.programme.code) < (right.due.person.personalID, right.programme.code)
    }
    var numbers: [String: Int] = [:]
    let lines = ordered.map { entry in
      let (due, programme) = (entry.due, entry.programme)
      let number = numbers[due.person.personalID] ?? numbers.count + 1
      numbers[due.person.personalID] = number
      return DueLine(
        person: number, name: due.person.name, maskedPersonalID: Mask.tail(due.person.personalID),
        programme: programme.code, programmeName: programme.name, months: due.months.map { UInt32($0.yyyymm) },
        point: due.point, amount: due.amount)
    }
    return DueAnswer(
      unit: unit.text, lines: lines, unprinted: unprinted(all, today), overdue: overdue(everything))
  }

  private var today: Int32 { PostingDay(unixMilliseconds: clock()).yyyymmdd }

  private func overdue(_ dues: [StoredDue]) -> [OverdueLine] {
    Dictionary(grouping: dues.filter(\.isOver), by: \.programme).map { code, dues in
      let programme = programme(code)
      return OverdueLine(
        programme: programme.code, programmeName: programme.name, persons: dues.count,
        amount: dues.reduce(0) { $0 + $1.amount })
    }.sorted { $0.programme < $1.programme }
  }

  /// The months after which the programme's rule takes a name off the list, when they are over; else nil.
  private func unprintedAfter(_ due: StoredDue, _ today: Int32) -> Int? {
    let day = CalendarDate(year: Int(today) / 10_000, month: Int(today) / 100 % 100, day: Int(today) % 100)
    guard
      case .neverLapses(let months?) = day.flatMap({ catalogue.programme(wireCode: due.programme)?.period(on: $0) })?
        .uncollected, due.monthsUncollected >= months
    else { return nil }
    return months
  }

  private func unprinted(_ dues: [StoredDue], _ today: Int32) -> [UnprintedLine] {
    Dictionary(grouping: dues) { unprintedAfter($0, today) ?? 0 }.filter { $0.key > 0 }.map { months, dues in
      UnprintedLine(afterMonths: months, persons: dues.count, amount: dues.reduce(0) { $0 + $1.amount })
    }.sorted { $0.afterMonths < $1.afterMonths }
  }

  /// - Parameters:
  ///   - unit: of one unit;
  ///   - province: of all units of a province, when no unit is given.
  func forecast(
    month: String, unit: String?, province: String?, point: String?, traceID: String
  ) async throws(Problem) -> ForecastAnswer {
    let month = try self.month(month, traceID)
    let units: [AccountingUnit]
    if let unit {
      units = [try self.unit(unit, traceID)]
    } else if let province {
      units = try await read(traceID) { () throws(LedgerStoreError) in try await store.units(ofProvince: province) }
    } else {
      throw Problem(code: .malformedRequest, traceID: traceID)
    }
    var lines: [ForecastLine] = []
    for unit in units {
      let visits = try await read(traceID) { () throws(LedgerStoreError) in
        try await store.visits(of: unit, point: point, until: month, on: today)
      }
      if !visits.isEmpty { lines.append(ForecastLine(unit: unit.text, visits: visits)) }
    }
    return ForecastAnswer(month: UInt32(month.yyyymm), lines: lines)
  }

  private func programme(_ wireCode: UInt16) -> (code: String, name: BilingualText) {
    let programme = catalogue.programme(wireCode: wireCode)
    let code = programme?.code ?? String(wireCode, radix: 16)
    return (code, programme?.name ?? BilingualText(vi: code, en: code))
  }

  private func unit(_ text: String, _ traceID: String) throws(Problem) -> AccountingUnit {
    guard let unit = AccountingUnit(text: text) else { throw Problem(code: .malformedRequest, traceID: traceID) }
    return unit
  }

  /// A month of a path, six digits: of no month nothing is answered, not even that there is nothing.
  func month(_ text: String, _ traceID: String) throws(Problem) -> Period {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let month = UInt32(text) else {
      throw Problem(code: .malformedRequest, traceID: traceID)
    }
    return try period(month, traceID)
  }
}

extension TallyAnswer {
  fileprivate init(_ tally: Tally) { self.init(persons: tally.persons, amount: tally.amount) }
}

extension ForecastLine {
  /// What each visit is paid, in the fewest notes; what is below the smallest note of common use stays owed.
  fileprivate init(unit: String, visits: [Int64]) {
    var notes: [Int64: Int64] = [:]
    var cash: Int64 = 0
    for amount in visits {
      let paid = Cash.payable(amount).paid
      cash += paid
      for line in Cash.breakdown(paid).lines { notes[line.note, default: 0] += line.count }
    }
    self.init(
      unit: unit, visits: Int64(visits.count), amount: visits.reduce(0, +), cash: cash,
      notes: notes.sorted { $0.key > $1.key }.map { NoteLine(note: $0.key, count: $0.value) })
  }
}
