import Benefits
import CardApplication
import Ledger
import LedgerStore
import ServiceAPI
import VietnamReference

/// What happens to items besides payouts.
extension Centre {
  func correct(_ request: CorrectionRequest, _ payload: KeyedPayload) async throws(Problem) -> Reply {
    let command = ItemCorrection(
      item: try name(request.item, payload.traceID), amount: request.amount, hands: request.hands.hands)
    return await submit(act: .onItems(.correct(command)), payload, scope: "corrections")
  }

  func act(_ request: UncollectedActRequest, _ payload: KeyedPayload) async throws(Problem) -> Reply {
    guard (1...1_000).contains(request.items.count) else {
      throw Problem(code: .malformedRequest, traceID: payload.traceID)
    }
    var items: [UncollectedItem] = []
    for item in request.items {
      let name = try name(item, payload.traceID)
      let lastDay = request.act == .lapse ? try await lapse(name, payload.traceID) : nil
      items.append(UncollectedItem(name: name, lastDay: lastDay))
    }
    let command = UncollectedAct(kind: request.act.kind, items: items, hands: request.hands.hands)
    return await submit(act: .onItems(.actOnUncollected(command)), payload, scope: "uncollected")
  }

  /// The last day on which an item can be collected; what never lapses has not come to it.
  private func lapse(_ name: ItemName, _ traceID: String) async throws(Problem) -> PostingDay {
    let line = try await read(traceID) { () throws(LedgerStoreError) in try await store.line(name.line) }
    guard let line else { throw Problem(code: .unknownItem, traceID: traceID) }
    let rule = CollectionRule(
      programme: line.programme, period: name.period, lastPeriod: line.lastPeriod, in: catalogue)
    guard let day = rule.lastDay.flatMap({ PostingDay(yyyymmdd: Int32($0)) }) else {
      throw Problem(code: .termNotOver, traceID: traceID)
    }
    return day
  }

  func returnFunding(_ request: FundingReturnRequest, _ payload: KeyedPayload) async throws(Problem) -> Reply {
    let command = FundingReturn(
      purse: try purse(request.unit, request.funder, request.amount, payload.traceID), reference: request.reference,
      hands: request.hands.hands)
    return await submit(act: .onItems(.returnFunding(command)), payload, scope: "funding-returns")
  }

  func findOverpayment(_ request: OverpaymentRequest, _ payload: KeyedPayload) async throws(Problem) -> Reply {
    let command = OverpaymentFound(
      item: try name(request.item, payload.traceID), amount: request.amount, agent: request.agent,
      hands: request.hands.hands)
    return await submit(act: .onItems(.findOverpayment(command)), payload, scope: "receivables")
  }

  func act(
    receivable text: String, _ request: ReceivableActRequest, _ payload: KeyedPayload
  ) async throws(Problem) -> Reply {
    let command = ReceivableAct(
      receivable: try number(text, payload.traceID),
      kind: request.act == .recover ? .overpaymentRecovered : .overpaymentWrittenOff, amount: request.amount,
      reference: request.reference ?? "", hands: request.hands.hands)
    return await submit(
      act: .onItems(.actOnReceivable(command)), payload, scope: "receivable-acts/\(command.receivable)")
  }

  func order(_ request: DeductionRequest, _ payload: KeyedPayload) async throws(Problem) -> Reply {
    let problem = Problem(code: .malformedRequest, traceID: payload.traceID)
    let purpose: DeductionPurpose
    switch (request.receivable, request.party) {
    case (let number?, nil): purpose = .receivable(number)
    case (nil, let party?): purpose = .thirdParty(party)
    default: throw problem
    }
    let share: DeductionShare
    switch (request.amount, request.percent) {
    case (let amount?, nil): share = .amount(amount)
    case (nil, let percent?): share = .percent(percent)
    default: throw problem
    }
    let terms = DeductionTerms(
      purpose: purpose, share: share, total: request.total, cap: request.cap ?? DeductionTerms.usualCap)
    let command = DeductionOrder(line: request.line, terms: terms, hands: request.hands.hands)
    return await submit(act: .onItems(.orderDeduction(command)), payload, scope: "deductions")
  }

  func stop(deduction text: String, _ hands: HandsRequest, _ payload: KeyedPayload) async throws(Problem) -> Reply {
    let command = DeductionStop(order: try number(text, payload.traceID), hands: hands.hands)
    return await submit(
      act: .onItems(.stopDeduction(command)), payload, scope: "deduction-stops/\(command.order)")
  }

  func pay(
    party: String, _ request: ThirdPartyPaymentRequest, _ payload: KeyedPayload
  ) async throws(Problem) -> Reply {
    let command = ThirdPartyPayment(
      party: party, purse: try purse(request.unit, request.funder, request.amount, payload.traceID),
      reference: request.reference, hands: request.hands.hands)
    return await submit(act: .onItems(.payThirdParty(command)), payload, scope: "third-parties/\(party)")
  }

  private func name(_ item: ItemReference, _ traceID: String) throws(Problem) -> ItemName {
    ItemName(
      line: item.line, period: try period(item.period, traceID), kind: item.kind.kind, number: Int(item.number ?? 1))
  }

  func purse(
    _ unit: String, _ funder: String, _ amount: Int64, _ traceID: String
  ) throws(Problem) -> PurseAmount {
    guard let unit = AccountingUnit(text: unit), let funder = Funder(text: funder) else {
      throw Problem(code: .malformedRequest, traceID: traceID)
    }
    return PurseAmount(unit: unit, funder: funder, amount: amount)
  }

  private func number(_ text: String, _ traceID: String) throws(Problem) -> Int64 {
    guard let number = Int64(text) else { throw Problem(code: .malformedRequest, traceID: traceID) }
    return number
  }
}

/// What a programme does with an item of a month that nobody collects.
struct CollectionRule {
  let name: CollectionRuleName
  /// The last day on which it can be collected, year * 10000 + month * 100 + day.
  let lastDay: UInt32?
  /// Months without collecting after which the name is no longer printed on the list.
  let unlistedAfter: Int?

  /// - Parameter lastPeriod: the last month of the line that is owed: where its entitlement ends.
  init(programme wireCode: UInt16, period: Period, lastPeriod: Period?, in catalogue: ProgrammeCatalogue) {
    let month = Int(period.yyyymm)
    let rules = catalogue.programme(wireCode: wireCode)?.periods.last { rules in
      rules.from.map { $0.year * 100 + $0.month <= month } ?? true
        && rules.to.map { month <= $0.year * 100 + $0.month } ?? true
    }
    let term = rules?.uncollected ?? .none
    var unlisted: Int?
    switch term {
    case .neverLapses(let months):
      name = .neverLapses
      unlisted = months
    case .reserved: name = .afterEnd
    case .carried: name = .carried
    case .deadline: name = .deadline
    case .none: name = .none
    }
    unlistedAfter = unlisted
    // Where the end counts, an entitlement that goes on has no last day; elsewhere any end gives the same answer.
    let end = name == .afterEnd ? lastPeriod : lastPeriod ?? period
    lastDay = end.flatMap(Self.lastDay(of:)).flatMap(term.lastDay).map {
      UInt32($0.year * 10_000 + $0.month * 100 + $0.day)
    }
  }

  private static func lastDay(of period: Period) -> CalendarDate? {
    CalendarDate.daysIn(month: period.month, year: period.year).flatMap {
      CalendarDate(year: period.year, month: period.month, day: $0)
    }
  }
}

extension CollectionTerms {
  /// What a catalogue's programmes say.
  init(_ catalogue: ProgrammeCatalogue) {
    self.init(
      catalogue.programmes.flatMap { programme in
        programme.periods.map { rules in
          Rule(
            programme: programme.wireCode, first: rules.from.map { Int32($0.year * 100 + $0.month) } ?? 0,
            last: rules.to.map { Int32($0.year * 100 + $0.month) } ?? 999_999, term: Term(rules.uncollected))
        }
      })
  }
}

extension CollectionTerms.Term {
  /// Nil for what can be collected as long as it is owed.
  init?(_ term: CollectionTerm) {
    switch term {
    case .neverLapses, .carried, .none: return nil
    case .deadline(let day): self = .until(Int32(day.year * 10_000 + day.month * 100 + day.day))
    case .reserved(let months): self = .afterEnd(months: Int32(clamping: months))
    }
  }
}

extension UncollectedActName {
  var kind: EntitlementActKind {
    switch self {
    case .lapse: .itemsLapsed
    case .reclaim: .itemsReclaimed
    case .returnToFund: .uncollectedReturned
    }
  }
}

extension ItemName {
  /// Its number; nil for the first.
  var wireNumber: UInt16? { number > 1 ? UInt16(clamping: number) : nil }
}

extension ItemKindName {
  var kind: ItemKind {
    switch self {
    case .regular: .regular
    case .arrears: .arrears
    case .oneOff: .oneOff
    case .funeral: .funeral
    case .inherited: .inherited
    }
  }

  init(_ kind: ItemKind) {
    switch kind {
    case .regular: self = .regular
    case .arrears: self = .arrears
    case .oneOff: self = .oneOff
    case .funeral: self = .funeral
    case .inherited: self = .inherited
    }
  }
}
