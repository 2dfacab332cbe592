/// Transfers to bank accounts of the reference.
extension ReferenceLedger {
  struct BankTransfer: Sendable {
    let amount: Int64
    let lines: [LineAmount]
    /// What it took of each item.
    let parts: [ItemName: Int64]
    var step = BankTransferStep.ordered
  }

  mutating func order(_ batch: TransferBatch, _ receivedAt: Int64) throws -> LedgerOutcome {
    try batch.hands.require(for: .transfersOrdered)
    let amount = try Money.total(batch.orders.flatMap(\.allocations).map(\.amount))
    var next = self
    for (place, order) in batch.orders.enumerated() {
      do {
        try next.order(order, on: PostingDay(unixMilliseconds: receivedAt))
      } catch let refusal as LedgerRefusal {
        throw LedgerRefusal(refusal.code, place: place)
      }
    }
    self = next
    return keep(.transfersOrdered, amount: amount)
  }

  private mutating func order(_ order: BankTransferOrder, on day: PostingDay) throws {
    guard bankTransfers[order.reference] == nil else { throw LedgerRefusal(.transferKnown) }
    let person = canonical(order.personalID)
    guard let holder = people[person] else { throw LedgerRefusal(.unknownPerson) }
    guard holder.diedOn == nil else { throw LedgerRefusal(.personDead) }
    let lines = try parts(order.allocations, of: person)
    try requireTerm(order.allocations, on: day)
    try post(LedgerEvent.bankTransfer(lines, .ordered).transfers())
    let taken = order.allocations.map { pay(Due(line: $0.line, period: $0.period), $0.amount) }
    bankTransfers[order.reference] = BankTransfer(
      amount: try Money.total(lines.map(\.amount)), lines: lines,
      parts: taken.reduce(into: [:]) { $0.merge($1) { $0 + $1 } })
  }

  mutating func settle(_ statement: TransferStatement) throws -> LedgerOutcome {
    try statement.hands.require(for: .transfersSettled)
    let amount = try Money.total(statement.reports.map(\.amount))
    var next = self
    let outcome = next.keep(.transfersSettled, amount: amount)
    for (place, report) in statement.reports.enumerated() {
      do {
        try next.settle(report)
      } catch let refusal as LedgerRefusal {
        throw LedgerRefusal(refusal.code, place: place)
      }
    }
    self = next
    return outcome
  }

  private mutating func settle(_ report: TransferReport) throws {
    guard let transfer = bankTransfers[report.reference] else { throw LedgerRefusal(.unknownTransfer) }
    guard transfer.step != .confirmed, transfer.step != .returned else { throw LedgerRefusal(.transferConfirmed) }
    guard transfer.step != .rejected else { throw LedgerRefusal(.transferRejected) }
    guard transfer.amount == report.amount else { throw LedgerRefusal(.transferAmount) }
    let step: BankTransferStep = report.isConfirmed ? .confirmed : .rejected
    try post(LedgerEvent.bankTransfer(transfer.lines, step).transfers())
    bankTransfers[report.reference]?.step = step
    guard step == .rejected else { return }
    try reopen(transfer)
  }

  mutating func takeIn(_ back: TransferReturn) throws -> LedgerOutcome {
    try back.hands.require(for: .transferReturned)
    guard let transfer = bankTransfers[back.reference] else { throw LedgerRefusal(.unknownTransfer) }
    switch transfer.step {
    case .ordered: throw LedgerRefusal(.transferUnconfirmed)
    case .rejected: throw LedgerRefusal(.transferRejected)
    case .returned: throw LedgerRefusal(.transferReturned)
    case .confirmed: break
    }
    guard transfer.amount == back.amount else { throw LedgerRefusal(.transferAmount) }
    try post(LedgerEvent.bankTransfer(transfer.lines, .returned).transfers())
    bankTransfers[back.reference]?.step = .returned
    let outcome = keep(.transferReturned, amount: back.amount)
    try reopen(transfer)
    return outcome
  }

  private mutating func reopen(_ transfer: BankTransfer) throws {
    for (name, amount) in transfer.parts { change(name) { $0.paid -= amount } }
    try takeBackNotOwed(transfer.parts)
  }
}
