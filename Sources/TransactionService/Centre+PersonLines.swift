import Benefits
import CardApplication
import Ledger
import LedgerStore
import ServiceAPI
import VietnamReference

/// A person's lines, overpayments and deductions; what a unit's people have not collected.
extension Centre {
  /// A person as paths name one: 16 digits are a card's number, anything else a personal id.
  private func person(_ text: String, _ traceID: String) throws(Problem) -> PersonKey {
    if let card = CardNumber(text) { return .card(card.digits) }
    guard (1...32).contains(text.unicodeScalars.count) else {
      throw Problem(code: .malformedRequest, traceID: traceID)
    }
    return .personalID(text)
  }

  /// What the store knows of a person; nobody is `not-found`.
  private func known<Value>(
    _ text: String, _ traceID: String, _ body: (PersonKey) async throws(LedgerStoreError) -> Value?
  ) async throws(Problem) -> Value {
    let key = try person(text, traceID)
    let value = try await read(traceID) { () throws(LedgerStoreError) in try await body(key) }
    guard let value else { throw Problem(code: .notFound, traceID: traceID) }
    return value
  }

  func lines(person text: String, traceID: String) async throws(Problem) -> PersonLinesAnswer {
    let lines = try await known(text, traceID) { (key) throws(LedgerStoreError) in
      try await store.entitlements(key)
    }
    return PersonLinesAnswer(lines: lines.map(entitlementLine))
  }

  private func entitlementLine(_ line: StoredEntitlement) -> EntitlementLine {
    let programme = ProgrammeCatalogue.embedded.programme(wireCode: line.programme)
    let code = programme?.code ?? String(line.programme, radix: 16)
    return EntitlementLine(
      line: line.line, programme: code, programmeName: programme?.name ?? BilingualText(vi: code, en: code),
      unit: line.unit.text, funder: line.funder.text, homeProvince: line.homeProvince,
      state: LineStateName(line.state), lastPeriod: line.lastPeriod.map { UInt32($0.yyyymm) },
      items: line.items.map { item in
        CreditedItem(
          period: UInt32(item.name.period.yyyymm), kind: ItemKindName(item.name.kind), credited: item.credited,
          paid: item.paid, taken: item.taken, open: item.open, uncollected: item.uncollected, deducted: item.deducted,
          overpaid: item.overpaid, number: item.name.wireNumber)
      })
  }

  func receivables(person text: String, traceID: String) async throws(Problem) -> ReceivablesAnswer {
    let found = try await known(text, traceID) { (key) throws(LedgerStoreError) in try await store.receivables(key) }
    return ReceivablesAnswer(
      receivables: found.map {
        ReceivableLine(
          number: $0.number, line: $0.line, agent: $0.agent, unit: $0.unit.text, funder: $0.funder.text,
          amount: $0.amount, rest: $0.rest, act: $0.act, openedAt: $0.openedAt / 1_000)
      })
  }

  func deductions(person text: String, traceID: String) async throws(Problem) -> DeductionsAnswer {
    let found = try await known(text, traceID) { (key) throws(LedgerStoreError) in try await store.deductions(key) }
    return DeductionsAnswer(deductions: found.map(deductionLine))
  }

  private func deductionLine(_ order: StoredDeduction) -> DeductionLine {
    var line = DeductionLine(
      number: order.number, line: order.line, receivable: nil, party: nil, amount: nil, percent: nil,
      total: order.terms.total, cap: order.terms.cap, taken: order.taken, isStopped: order.isStopped)
    switch order.terms.purpose {
    case .receivable(let number): line.receivable = number
    case .thirdParty(let party): line.party = party
    }
    switch order.terms.share {
    case .amount(let amount): line.amount = amount
    case .percent(let percent): line.percent = percent
    }
    return line
  }

  /// Items of one answer about what was not collected: a line has far fewer.
  private static let pageItems = 5_000

  func uncollected(
    unit text: String, after: UInt32, traceID: String
  ) async throws(Problem) -> UncollectedAnswer {
    guard let unit = AccountingUnit(text: text) else { throw Problem(code: .malformedRequest, traceID: traceID) }
    var found = try await read(traceID) { () throws(LedgerStoreError) in
      try await store.openItems(unit: unit, after: after, limit: Self.pageItems)
    }
    var next: UInt32?
    if found.count == Self.pageItems, let last = found.last?.item.name.line {
      // The last line may be cut; it comes whole with the next answer.
      found.removeAll { $0.item.name.line == last }
      next = found.last?.item.name.line
    }
    let today = PostingDay(unixMilliseconds: clock())
    let lines = Dictionary(grouping: found, by: \.item.name.line)
    let months = lines.mapValues(Self.monthsWithoutCollecting)
    let items = found.compactMap { uncollectedLine($0, months: months[$0.item.name.line] ?? 0, today: today) }
    return UncollectedAnswer(items: items, next: next)
  }

  /// Nil for what is open in its own month and can still be collected: nobody is late with it.
  private func uncollectedLine(_ open: StoredOpenItem, months: Int, today: PostingDay) -> UncollectedLine? {
    let item = open.item
    let rule = CollectionRule(
      programme: open.programme, period: item.name.period, lastPeriod: open.lastPeriod, in: catalogue)
    let isOver = rule.lastDay.map { $0 < UInt32(today.yyyymmdd) } ?? false
    guard isOver || item.uncollected > 0 || item.name.period.yyyymm < today.yyyymmdd / 100 else { return nil }
    return UncollectedLine(
      item: ItemReference(
        line: item.name.line, period: UInt32(item.name.period.yyyymm), kind: ItemKindName(item.name.kind),
        number: item.name.wireNumber),
      programme: ProgrammeCatalogue.embedded.programme(wireCode: open.programme)?.code
        ?? String(open.programme, radix: 16),
      funder: open.funder.text, open: item.open, uncollected: item.uncollected, rule: rule.name,
      lastDay: rule.lastDay, isOver: isOver, months: months,
      isUnlisted: rule.unlistedAfter.map { months >= $0 } ?? false)
  }

  /// Months in a row, up to the newest of a line's open ones, of whose regular items nothing was paid.
  private static func monthsWithoutCollecting(_ items: [StoredOpenItem]) -> Int {
    let periods = items.filter { $0.item.name.kind == .regular && $0.item.paid == 0 && $0.item.open > 0 }
      .map(\.item.name.period).sorted()
    var run = 0
    for (index, period) in periods.enumerated() {
      run = index > 0 && periods[index - 1].next == period ? run + 1 : 1
    }
    return run
  }
}

extension LineStateName {
  init(_ state: LineState) {
    switch state {
    case .active: self = .active
    case .suspended: self = .suspended
    case .ended: self = .ended
    }
  }
}
