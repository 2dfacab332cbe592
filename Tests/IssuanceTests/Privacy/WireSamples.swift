import PayoutPoint
import VietnamReference

@testable import ServiceAPI

/// One value of each message of the service, with everything set that may be.
enum WireSamples {
  private static let octets = WireBytes([0])

  private static let text = BilingualText(vi: "a", en: "a")
  private static let tally = TallyAnswer(persons: 1, amount: 1)
  private static let monthLine = MonthLine(
    funder: "a", programme: "a", programmeName: text, opening: tally, granted: tally, paid: tally, returned: tally,
    closing: tally, inFlight: tally)
  private static let needLine = NeedLine(
    funder: "a", next: tally, isEstimate: false, arrears: tally, funeral: tally, oneOff: tally,
    owed: 1, overdue: 1,
    held: 1)
  private static let payable = PayableLine(
    line: 1, period: 202_611, amount: 1, programme: "BHXH-HUU", programmeName: BilingualText(vi: "a", en: "a"),
    funder: "QHTTT@VN", unit: "BHXH-19", homeProvince: "19", closing: true)

  private static let replaced = ReplacedCard(
    card: "9900000000000000", kind: .lost, maker: "a", checker: "b", reason: "a", office: "a")
  private static let pinAct = PINActRequest(
    act: .set, terminal: "a", maker: "a", checker: "b", office: "a", time: 1)
  private static let update = CardUpdateRequest(id: octets, serial: 1, kind: "a", script: octets)
  private static let result = CardUpdateResultRequest(terminalKeyHash: octets, answers: octets)
  private static let act = CardActLine(
    sequence: 1, act: .block, reason: "a", maker: "a", checker: "b", office: "a", time: 1)

  static var all: [any Encodable] { requests + counterRequests + answers + items }

  private static var requests: [any Encodable] {
    [
      AgentRequest(agent: "VNPOST", onlineLimit: 0),
      TerminalRequest(publicKey: octets, agent: "VNPOST", point: "BD-79-003", province: "79", commune: "26734"),
      CardRequest(
        cardNumber: "9900000000000000", personalID: "003152000017", name: "a", birthDate: "1952", certificate: octets,
        replaces: replaced),
      replaced,
      CardActRequest(act: .block, reason: "a", maker: "a", checker: "b", office: "a"), pinAct,
      RegisterQuestion(line: 1, personalID: "003152000017", name: "a", birthDate: "1952"),
      RegisterRequestHeader(kind: "a", version: 1, batch: "a", office: "19", count: 1, sha256: "a"),
      FundingRequest(unit: "BHXH-19", funder: "QHTTT@VN", amount: 1, reference: "a", hands: hands),
      AdvanceRequest(agent: "VNPOST", unit: "BHXH-19", funder: "QHTTT@VN", amount: 1, hands: hands),
      ChallengeRequest(
        transactionID: octets, cardNumber: "9900000000000000", terminalKeyHash: octets, collector: "a", programme: "a"),
      PayoutRequest(certificate: octets, terminalKeyHash: octets, answered: "a"),
      LedgerHeadsRequest(terminalKeyHash: octets, heads: [], isComplete: true), RecordRequest(record: octets),
      ReceiptRequest(receipt: octets), ListSealRequest(items: 1, amount: 1, maker: "a"),
      ListHandRequest(actor: "a"), hands, LineActRequest(act: .end, lastPeriod: 202_611, moved: true, hands: hands),
    ] + people
  }

  private static let person = NamedPerson(personalID: "003152000017", name: "a", birthDate: "1952")

  private static var people: [any Encodable] {
    [
      person, DeathRequest(diedOn: 20_261_101, document: "a", hands: hands),
      PersonNameRequest(person: person, hands: hands),
      FuneralRequest(claimant: person, programme: "a", list: "a", hands: hands),
      RepresentativeRequest(
        paper: "a", kind: .collector, representative: person, programme: "BHXH-HUU", from: 20_261_101,
        until: 20_271_101, hands: hands),
      RepresentativeEndRequest(paper: "a", hands: hands),
      PresenceRequest(place: "a", transactionID: octets, attested: true, hands: hands),
      StaffRequest(official: "a", role: .commune, hands: hands),
      HealthCoverRequest(
        subject: "GD", level: 4, from: 20_260_101, until: 20_261_231, fiveYearsOn: 20_260_701, hands: hands),
      CoPaymentRequest(paidOn: 20_260_301, amount: 1, voucher: "a", hands: hands),
    ]
  }

  private static var peopleAnswers: [any Encodable] {
    let line = PersonLine(
      line: 1, programme: "a", programmeName: BilingualText(vi: "a", en: "a"), unit: "a", funder: "a",
      homeProvince: "19", state: "ended", lastPeriod: 202_611, open: 1)
    let item = PersonItem(line: 1, period: 202_611, kind: "regular", credited: 1, paid: 0, taken: 0)
    let card = PersonCard(cardNumber: "9900000000000000", state: "active")
    let payout = PersonPayout(
      transactionID: octets, amount: 1, time: 1, hostProvince: "19", point: "a", collector: "a", isVoid: false,
      isReversed: false, isByHand: false)
    let act = PersonActLine(
      sequence: 1, act: "a", subject: "a", maker: "a", checker: "b", office: "a", reason: "a", time: 1)
    let paper = PersonPaper(
      paper: "a", kind: .guardian, name: "a", personalID: "a", programme: "a", from: 1, until: 1, isOver: false)
    let due = PresenceDueLine(id: "a", personalID: "a", name: "a", lastSeenOn: 1)
    let cover = HealthCoverAnswer(
      subject: "GD", subjectName: BilingualText(vi: "a", en: "a"), level: 4, percent: 80, from: 1, until: 1, state: "a",
      fiveYearsOn: 1)
    let coPayment = CoPaymentLine(paidOn: 1, amount: 1, voucher: "a")
    let health = HealthInsuranceAnswer(
      on: 1, cover: cover, paid: 1, count: 1, limit: 1, left: 0, years: 5, yearsNeeded: 5, isExempt: true,
      payments: [coPayment])
    let official = OfficialLine(official: "a", role: .point, act: 1)
    return [
      line, item, card, payout, act, paper, due, PresencesDueAnswer(people: [due], next: "a"), official,
      StaffAnswer(officials: [official]),
      PersonAnswer(
        id: "a", personalID: "a", name: "a", birthDate: "a", diedOn: 1, lastSeenOn: 1, isPresenceDue: true,
        lines: [line], items: [item], cards: [card], payouts: [payout], transfers: [transfer], acts: [act],
        papers: [paper], healthInsurance: health),
      cover, coPayment, health,
    ]
  }

  static let hands = HandsRequest(maker: "a", checker: "b", office: "a", reason: "a")

  private static var counterRequests: [any Encodable] {
    [
      ReversalRequest(hands: hands), handEntry, handVisit,
      HandPayoutRequest(
        list: "a", scan: octets, agent: "a", point: "a", province: "79", commune: "26734", visits: [handVisit],
        hands: hands), CollectableRequest(personalIDs: ["003152000017"], list: "a"),
      ShiftAmountRequest(amount: 1, hands: hands),
      ShiftRequest(
        shift: octets, kind: .bag, agent: "a", point: "a", terminalKeyHash: octets, float: 1, hands: hands),
      PayoutLimitsRequest(limits: payoutLimits, hands: hands), mark, transferRow,
      TransferOrderRequest(batch: "a", orders: [transferRow], hands: hands), transferReport,
      TransferReturnRequest(amount: 1, bankReference: "a", hands: hands),
      TransferStatementRequest(statement: "a", reports: [transferReport], hands: hands),
    ]
  }

  private static let handEntry = HandEntry(line: 1, period: 202_611, amount: 1)
  private static let handVisit = HandVisitRequest(
    row: 1, transactionID: octets, personalID: "003152000017", entries: [handEntry], cardReason: "a", collector: "a")
  private static let payoutLimits = PayoutLimitsAnswer(mostPerVisit: 1, visitsPerCardDay: 1, mostPerTerminalDay: 1)
  private static let mark = AccountMarkRequest(bank: "970436", lastFour: "4417", salt: octets, hash: octets)
  private static let transferRow = TransferOrderRow(
    row: 1, reference: "A", personalID: "003152000017", entries: [handEntry], account: mark, holder: "a",
    holderReason: "a")
  private static let transfer = TransferAnswer(
    reference: "A", bank: "970436", lastFour: "4417", amount: 1, state: .ordered, orderedAt: 1, holder: "a")
  private static let transferReport = TransferReportRow(row: 1, reference: "A", amount: 1, confirmed: true)

  private static let collector = CollectorPaper(
    paper: "a", kind: .guardian, name: "a", maskedPersonalID: "a", programme: "a", programmeName: text, from: 1,
    until: 1)
  private static let presence = PresenceAnswer(lastSeenOn: 1, goodUntil: 1, isDue: true, isOver: true)

  private static var answers: [any Encodable] {
    [
      ActAnswer(
        sequence: 1, amount: 1, takenBack: TakenBackAnswer(toLine: 1, toFund: 1, toAgent: 1),
        withdrawn: DeathWithdrawnAnswer(lines: 1, cards: 1)),
      DeathWithdrawnAnswer(lines: 1, cards: 1),
      TakenBackAnswer(toLine: 1, toFund: 1, toAgent: 1),
      transfer,
      ShiftAnswer(
        shift: octets, kind: .bag, terminalKeyHash: octets, clerk: "a", openedAt: 1, float: 1, added: 1, paid: 1,
        returned: 1, expected: 1, silent: 1), payoutLimits,
      CashlessLine(province: "19", persons: 1, amount: 1, transferPersons: 1, transferAmount: 1),
      CollectableAnswer(
        known: true, liveCard: true, paidByList: true, payable: [payable], name: "a", collectors: [collector],
        invalidPapers: ["a"]),
      RegisterAnswerHeader(kind: "a", version: 1, batch: "a", request: "a", count: 1, sha256: "a"),
      RegisterReply(
        line: 1, personalID: "003152000017", outcome: .matched, fields: ["name"], newPersonalID: "003152000025"),
      CardActAnswer(sequence: 1, released: 1), act, update, result, PendingUpdatesAnswer(updates: [update]),
      CardUpdateAnswer(cardNumber: "9900000000000000", serial: 1, isSuperseded: false, results: [result]),
      CardAnswer(
        cardNumber: "9900000000000000", state: .active, registeredAt: 1, replaces: "a", replacedBy: "a", reserve: 1,
        reserveFrom: 1, acts: [act], pinActs: [pinAct]),
      IssuerAnswer(completionKey: octets), RegisteredAnswer(), BookedAnswer(balance: 1),
      ListTotal(unit: "a", funder: "a", count: 1, amount: 1), ListAnswer(list: "a", items: 1, amount: 1, totals: []),
      ListRowsAnswer(items: 1, amount: 1),
      ListDuplicatesAnswer(places: [1], unfinished: []), tally, monthLine, needLine,
      MonthAnswer(unit: "a", month: 1, lines: []), NeedAnswer(unit: "a", month: 1, lines: []),
      DueLine(
        person: 1, name: "a", maskedPersonalID: "a", programme: "a", programmeName: text, months: [1], point: "a",
        amount: 1),
      DueAnswer(unit: "a", lines: []), UnprintedLine(afterMonths: 6, persons: 1, amount: 1),
      OverdueLine(
        programme: "a", programmeName: BilingualText(vi: "a", en: "a"), persons: 1, amount: 1),
      NoteLine(note: 1, count: 1),
      ForecastLine(unit: "a", visits: 1, amount: 1, cash: 1, notes: []), ForecastAnswer(month: 1, lines: []),
      ListClaim(list: "L", programme: "A", unit: "BHXH-19", province: "19"),
      ListStateAnswer(
        state: .open, items: 1, amount: 1, credited: 1, maker: "a", checker: "b", approver: "b", rules: "ab",
        returned: 1,
        returnedAmount: 1),
      ListAbandonAnswer(remaining: 1),
      CreditAnswer(items: 1, amount: 1, remaining: 1, returned: 1, returnedAmount: 1),
      ListApprovedAnswer(purses: 1, amount: 1), payable,
      ChallengeAnswer(
        challenge: octets, expiresAt: 1, payable: [payable], holderName: "a", maskedPersonalID: "a",
        acknowledgedCounter: 1, collector: collector, presence: presence), collector, presence,
      CounterAnswer(payable: [payable], collectors: [collector], presence: presence),
      PayoutAnswer(transactionID: octets, amount: 1, postedOn: 20_261_105),
      PayoutStatusAnswer(state: .refused, amount: 1, code: "card-blocked"), RecordAnswer(result: "paid", returned: 0),
      CompletionAnswer(serial: 1, completion: octets),
      SettlementLine(homeUnit: "a", hostUnit: "a", funder: "a", count: 1, amount: 1),
      SettlementAnswer(window: "202611", lines: []), AuditFinding(check: "a", place: "a"),
      AuditAnswer(
        batches: 1, leaves: 1, accounts: 1, payouts: 1, headSequence: 1, headHash: "a",
        problemCount: 0, problems: [],
        withoutTerms: 1, anchors: 1, anchored: 1),
      Anchor(
        number: 1, previous: octets, time: 1, occasion: .close,
        tips: [ChainTip(writer: "a", epoch: 1, sequence: 1, hash: [UInt8](repeating: 0, count: 32))],
        signature: octets),
      HealthAnswer(headSequence: 1), LedgerHeadAnswer(head: "a", key: octets, epochs: []),
      LedgerEpoch(writer: "a", epoch: 1, firstSequence: 1), LedgerBatchAnswer(head: "a"),
      PayoutProofAnswer(
        head: "a", previous: octets, root: octets, time: 1, count: 1,
        leaves: [ProvenLeafAnswer(index: 0, octets: octets, path: [octets])]),
      ProvenLeafAnswer(index: 0, octets: octets, path: [octets]),
      LedgerHeadsAnswer(lost: [], restorings: [], isAwaited: true),
      LedgerJournalsAnswer(restorings: [], awaited: [], reported: 1),
      AwaitedJournal(keyHash: "a", agent: "a", point: "a"),
      Problem(code: .notFound, traceID: "a"), backup,
    ] + peopleAnswers
  }

  private static var backup: BackupAnswer {
    var answer = BackupAnswer(head: "a", headTime: 1, madeAt: 1, requests: 1, payouts: 1)
    (answer.failedOperation, answer.errno) = ("a", 1)
    return answer
  }

  static var voucher: VoucherData {
    var voucher = VoucherData(
      agencyName: "a", pointCode: "a", pointName: "a", terminalID: "a", documentNumber: "a", time: 1, copy: .reprint,
      holderName: "a", maskedPersonalID: "a", cardLastFour: "a", lines: [], totalAmount: 0, remainingBalance: 0,
      hostProvinceName: "a", verificationCode: "a", isOnline: true, reprintTime: 1, reprintNumber: 1, list: "a")
    if let day = CalendarDate(year: 2026, month: 12, day: 31) {
      voucher.collector = VoucherCollector(name: "a", authorityNumber: "a", validUntil: day)
    }
    return voucher
  }
}
