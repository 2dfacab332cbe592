import Benefits
import Ledger
import LedgerStore
import ServiceAPI
import VietnamReference

/// What is known of people.
extension Centre {
  /// The page of whoever is or was known by a personal ID.
  func page(person: String, isFull: Bool, traceID: String) async throws(Problem) -> PersonAnswer {
    let page = try await read(traceID) { () throws(LedgerStoreError) in try await store.page(person: person) }
    guard let page else { throw Problem(code: .unknownPerson, traceID: traceID) }
    var answer = answer(page, isFull: isFull)
    let health = try await healthInsurance(person, on: nil, traceID: traceID)
    if health.cover != nil || health.count > 0 { answer.healthInsurance = health }
    return answer
  }

  /// The page of a card's holder.
  func page(card: String, isFull: Bool, traceID: String) async throws(Problem) -> PersonAnswer {
    let page = try await read(traceID) { () throws(LedgerStoreError) in try await store.page(card: card) }
    guard let page else { throw Problem(code: .unknownCard, traceID: traceID) }
    return answer(page, isFull: isFull)
  }

  /// The day from which on a presence is no longer due, and today.
  private var presenceDays: (stale: Int32, today: Int32) {
    let today = PostingDay(unixMilliseconds: clock()).yyyymmdd
    return (PresenceProof.stale(on: today), today)
  }

  private func answer(_ page: StoredPerson, isFull: Bool) -> PersonAnswer {
    func id(_ text: String) -> String { isFull ? text : Mask.tail(text) }
    let (stale, today) = presenceDays
    let isActive = page.lines.contains { $0.state != .ended }
    return PersonAnswer(
      id: hexText(page.id), personalID: id(page.identity.personalID), name: page.identity.name,
      birthDate: page.identity.birthDate, diedOn: page.diedOn.map { UInt32($0) },
      lastSeenOn: page.lastSeenOn.map { UInt32($0) },
      isPresenceDue: page.diedOn == nil && isActive && (page.lastSeenOn ?? 0) <= stale,
      lines: page.lines.map(Self.line),
      items: page.items.map { item in
        PersonItem(
          line: item.name.line, period: UInt32(item.name.period.yyyymm), kind: item.name.kind.wireName,
          credited: item.credited, paid: item.paid, taken: item.taken)
      },
      cards: page.cards.map { PersonCard(cardNumber: $0.number, state: "\($0.state)") },
      payouts: page.payouts.map { payout in
        PersonPayout(
          transactionID: WireBytes(payout.transactionID), amount: payout.amount, time: payout.postedAt / 1_000,
          hostProvince: payout.hostProvince, point: payout.point, collector: payout.collector, isVoid: payout.isVoid,
          isReversed: payout.isReversed, isByHand: payout.isByHand)
      },
      transfers: page.transfers.map { TransferAnswer($0) },
      acts: page.acts.map { act in
        PersonActLine(
          sequence: act.sequence, act: act.kind.wireName, subject: act.subject, maker: act.hands.maker,
          checker: act.hands.checker.isEmpty ? nil : act.hands.checker, office: act.hands.office,
          reason: act.hands.reason, time: act.actedAt / 1_000)
      },
      papers: page.papers.map { paper in
        let terms = paper.terms
        return PersonPaper(
          paper: terms.paper, kind: RepresentativeName(terms.kind), name: terms.representative.name,
          personalID: id(terms.representative.personalID), programme: terms.programme.map { Self.code($0).code },
          from: UInt32(terms.from), until: UInt32(terms.until), isOver: paper.isEnded || terms.until < today)
      })
  }

  private static func code(_ wireCode: UInt16) -> (code: String, name: BilingualText) {
    let programme = ProgrammeCatalogue.embedded.programme(wireCode: wireCode)
    let code = programme?.code ?? String(wireCode, radix: 16)
    return (code, programme?.name ?? BilingualText(vi: code, en: code))
  }

  private static func line(_ line: StoredPerson.Line) -> PersonLine {
    let programme = code(line.programme)
    return PersonLine(
      line: line.line, programme: programme.code, programmeName: programme.name, unit: line.unit.text,
      funder: line.funder.text, homeProvince: line.homeProvince, state: "\(line.state)",
      lastPeriod: line.lastPeriod.map { UInt32($0.yyyymm) }, open: line.open)
  }

  /// Most people on one page of those who are to be seen again.
  static let presencesPage = 500

  func presencesDue(after: String, traceID: String) async throws(Problem) -> PresencesDueAnswer {
    guard let id = Routes.octets(hex: after) else { throw Problem(code: .malformedRequest, traceID: traceID) }
    let stale = presenceDays.stale
    let people = try await read(traceID) { () throws(LedgerStoreError) in
      try await store.presencesDue(before: stale, after: id, limit: Self.presencesPage)
    }
    let lines = people.map { person in
      PresenceDueLine(
        id: hexText(person.id), personalID: Mask.tail(person.identity.personalID), name: person.identity.name,
        lastSeenOn: person.lastSeenOn.map { UInt32($0) })
    }
    return PresencesDueAnswer(people: lines, next: lines.count == Self.presencesPage ? lines.last?.id : nil)
  }

  func officials(traceID: String) async throws(Problem) -> StaffAnswer {
    let officials = try await read(traceID) { () throws(LedgerStoreError) in try await store.officials() }
    return StaffAnswer(
      officials: officials.map { OfficialLine(official: $0.name, role: RoleName($0.role), act: $0.act) })
  }
}

extension ItemKind {
  /// On the wire.
  var wireName: String {
    switch self {
    case .regular: "regular"
    case .arrears: "arrears"
    case .oneOff: "one-off"
    case .funeral: "funeral"
    case .inherited: "inherited"
    }
  }
}

extension EntitlementActKind {
  /// On the wire: the words of its case, with hyphens.
  var wireName: String {
    "\(self)".reduce(into: "") { $0 += $1.isUppercase ? "-" + $1.lowercased() : String($1) }
  }
}
