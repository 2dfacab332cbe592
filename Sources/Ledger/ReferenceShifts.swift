/// Shifts of the reference.
extension ReferenceLedger {
  struct Shift: Sendable {
    let desk: ShiftDesk
    let float: Int64
    var added: [Int64] = []
    /// Payouts posted while it was open.
    var payouts: [RecordKey: Int64] = [:]
    var paidByHand: [Int64] = []
    var returned: [Int64] = []
    var isClosed = false
  }

  mutating func open(_ opening: ShiftOpening) throws -> LedgerOutcome {
    try opening.hands.require(for: .shiftOpened)
    let desk = opening.desk
    guard agents[desk.agent] != nil else { throw LedgerRefusal(.unknownAgent) }
    if desk.terminal != ShiftDesk.byHand {
      guard let terminal = terminals[desk.terminal], terminal.agent == desk.agent else {
        throw LedgerRefusal(.unknownTerminal)
      }
    }
    guard shifts[opening.shift] == nil, openShift(desk) == nil else { throw LedgerRefusal(.shiftOpen) }
    shifts[opening.shift] = Shift(desk: desk, float: opening.float)
    return keep(.shiftOpened, amount: opening.float)
  }

  mutating func topUp(_ topUp: ShiftTopUp) throws -> LedgerOutcome {
    try topUp.hands.require(for: .shiftToppedUp)
    _ = try opened(topUp.shift)
    shifts[topUp.shift]?.added.append(topUp.amount)
    return keep(.shiftToppedUp, amount: topUp.amount)
  }

  mutating func close(_ closing: ShiftClosing) throws -> LedgerOutcome {
    try closing.hands.require(for: .shiftClosed)
    let shift = try opened(closing.shift)
    let paid = shift.payouts.filter { records[$0.key]?.verdict == .paid }.map(\.value)
    let sums = ShiftSums(
      float: shift.float, added: try Money.total(shift.added), paid: try Money.total(paid + shift.paidByHand),
      returned: try Money.total(shift.returned))
    let difference = try Money.difference(closing.counted, sums.expected())
    if difference != 0 { cases += 1 }
    cases += shift.payouts.count { records[$0.key] == nil }
    shifts[closing.shift]?.isClosed = true
    return keep(.shiftClosed, amount: difference)
  }

  private func opened(_ id: [UInt8]) throws -> Shift {
    guard let shift = shifts[id] else { throw LedgerRefusal(.unknownShift) }
    guard !shift.isClosed else { throw LedgerRefusal(.shiftClosed) }
    return shift
  }

  /// The open shift of a desk; a terminal is one desk, wherever it is said to stand.
  func openShift(_ desk: ShiftDesk) -> [UInt8]? {
    shifts.first { _, shift in
      !shift.isClosed
        && (shift.desk == desk || (desk.terminal != ShiftDesk.byHand && shift.desk.terminal == desk.terminal))
    }?.key
  }

  /// The open shift that pays what a terminal pays.
  func openShift(terminal: [UInt8]) -> [UInt8]? { openShift(ShiftDesk(agent: "", point: "", terminal: terminal)) }
}
