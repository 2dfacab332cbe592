/// Bounds of commands, the same for every store.
extension LedgerCommand {
  /// Whether every length, count and amount is within the bounds its declaration states.
  public var isWellFormed: Bool {
    switch self {
    case .registerAgent(let agent):
      Check.code(agent.agent) && agent.onlineLimit >= 0 && agent.onlineLimit <= Money.highestAmount
    case .registerTerminal(let terminal):
      terminal.keyHash.count == 32 && terminal.publicKey.count == 65 && Check.code(terminal.agent)
        && Check.code(terminal.point) && Check.digits(terminal.province, 2) && Check.digits(terminal.commune, 5)
    case .revokeTerminal(let keyHash):
      keyHash.count == 32
    case .registerCard(let card):
      Check.digits(card.card, 16) && Check.person(card.person) && (1...4_096).contains(card.certificate.count)
        && card.publicKey.count == 65 && card.replaces.map { Check.replacement($0, of: card.card) } ?? true
    case .actOnCard(let act):
      Check.digits(act.card, 16) && CardActKind.asked.contains(act.kind) && Check.text(act.reason, 1...140)
        && Check.hands(act.maker, act.checker, act.office)
    case .recordPIN(let record):
      Check.digits(record.card, 16) && Check.text(record.terminal, 1...16) && record.actedAt >= 0
        && Check.hands(record.maker, record.checker, record.office)
    case .fund(let funding):
      Money.isAmount(funding.amount) && Check.text(funding.reference, 1...140) && Check.hands(funding.hands)
    case .topUpAgent(let topUp):
      Money.isAmount(topUp.amount) && Check.code(topUp.agent) && Check.hands(topUp.hands)
    case .importItems(let list):
      Check.text(list.list, 1...140) && (1...1_000).contains(list.rows.count)
        && (1...Check.maximumItems).contains(list.first) && list.rows.allSatisfy(Check.row)
        && list.maker.map { Check.text($0, 1...64) } ?? true && [0, 32].contains(list.rules.count)
    case .sealList(let seal):
      Check.text(seal.list, 1...140) && (1...Check.maximumItems).contains(seal.items) && seal.amount > 0
        && Check.text(seal.maker, 1...64) && [0, 32].contains(seal.rules.count)
    case .checkList(let hand), .approveCycle(let hand):
      Check.text(hand.list, 1...140) && Check.text(hand.actor, 1...64)
    case .abandonList(let list):
      Check.text(list.list, 1...140) && (1...1_000).contains(list.limit)
    case .creditCycle(let cycle):
      Check.text(cycle.list, 1...140) && (1...1_000).contains(cycle.limit)
    case .actOnLine(let act):
      act.line > 0 && LineAct.kinds.contains(act.kind) && (act.kind == .lineEnded) == (act.lastPeriod != nil)
        && (!act.isMove || act.kind == .lineEnded) && Check.hands(act.hands)
    case .onItems(let command):
      command.isWellFormed
    case .actOnPerson(let act): Check.personAct(act)
    case .actOnStaff(let act):
      Check.text(act.official, 1...64) && StaffAct.kinds.contains(act.kind) && Check.hands(act.hands)
    case .payout(let posting):
      Check.posting(posting)
    case .terminalRecord(let record):
      record.transactionID.count == 16 && (1...4_096).contains(record.record.count)
        && (1...256).contains(record.signature.count) && record.terminal.count == 32
    case .payByHand(let list):
      Check.handList(list)
    case .orderTransfers(let batch):
      Check.transfers(batch)
    case .settleTransfers(let statement):
      Check.statement(statement)
    case .returnTransfer(let back):
      Check.transferReturn(back)
    case .setPayoutLimits(let decision):
      decision.limits.isWellFormed && Check.hands(decision.hands)
    case .openShift(let opening):
      Check.shift(opening)
    case .topUpShift(let topUp):
      topUp.shift.count == 16 && Money.isAmount(topUp.amount) && Check.hands(topUp.hands)
    case .closeShift(let closing):
      closing.shift.count == 16 && (0...Money.highestAmount).contains(closing.counted) && Check.hands(closing.hands)
    case .actOnChain(let act):
      act.isWellFormed
    case .reversePayout(let reversal):
      reversal.transactionID.count == 16 && Check.hands(reversal.hands)
    case .allotCompletionSerial(let card):
      Check.digits(card, 16)
    case .issueCompletion(let issue):
      Check.digits(issue.card, 16) && (1...1_024).contains(issue.body.count)
        && (1...256).contains(issue.signature.count) && issue.authorityEnds >= 0
    case .recordReceipt(let receipt):
      Check.digits(receipt.card, 16) && (1...1_024).contains(receipt.receipt.count)
    case .postCardUpdate(let update):
      update.id.count == 16 && Check.digits(update.card, 16) && update.serial > 0 && Check.code(update.kind)
        && (1...32_768).contains(update.script.count)
    case .reportCardUpdate(let report):
      report.id.count == 16 && report.terminal.count == 32 && (1...16_384).contains(report.answers.count)
    }
  }
}

enum Check {
  /// Rows of one list.
  static let maximumItems: Int64 = 10_000_000

  static func digits(_ text: String, _ count: Int) -> Bool {
    text.utf8.count == count && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
  }

  static func text(_ text: String, _ length: ClosedRange<Int>) -> Bool {
    length.contains(text.unicodeScalars.count) && !text.unicodeScalars.contains { $0.value < 0x20 }
  }

  static func code(_ text: String) -> Bool {
    (1...32).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x2F }
  }

  static func person(_ person: PersonIdentity) -> Bool {
    text(person.personalID, 1...32) && text(person.name, 1...200) && text(person.birthDate, 0...32)
  }

  static func hands(_ maker: String, _ checker: String, _ office: String) -> Bool {
    text(maker, 1...64) && text(checker, 0...64) && text(office, 1...64)
  }

  static func hands(_ hands: ActHands) -> Bool {
    self.hands(hands.maker, hands.checker, hands.office) && text(hands.reason, 1...140)
  }

  static func replacement(_ replacement: CardReplacement, of card: String) -> Bool {
    digits(replacement.card, 16) && replacement.card != card && CardActKind.successions.contains(replacement.kind)
      && text(replacement.reason, 1...140) && hands(replacement.maker, replacement.checker, replacement.office)
  }

  static func row(_ row: ItemRow) -> Bool {
    person(row.person) && Money.isAmount(row.amount) && digits(row.homeProvince, 2) && text(row.point, 0...32)
      && row.excluded.count <= 100 && row.excluded.allSatisfy(\.isWellFormed) && row.window.contains(row.period)
      && row.most.map(Money.isAmount) ?? true && row.spell?.isWellFormed ?? true
      && row.kind != .inherited && (1...ItemRule.maximumRound).contains(row.round)
      && (row.kind == .arrears || row.round == 1)
      && text(row.deceased, row.kind == .funeral ? 1...32 : 0...0)
  }

  static func posting(_ posting: PayoutPosting) -> Bool {
    guard posting.transactionID.count == 16, digits(posting.card, 16), posting.identity.count == 32,
      (1...1_024).contains(posting.certificate.count), posting.previous.count == 32, posting.terminal.count == 32,
      digits(posting.hostProvince, 2), digits(posting.commune, 5), (1...4).contains(posting.allocations.count)
    else { return false }
    var seen: Set<[Int64]> = []
    for allocation in posting.allocations {
      guard Money.isAmount(allocation.amount), (0...allocation.amount).contains(allocation.fromReserve),
        seen.insert([Int64(allocation.line), Int64(allocation.period.yyyymm)]).inserted
      else { return false }
    }
    return posting.terminalTime >= 0 && posting.collector.unicodeScalars.count <= 65
  }
}
