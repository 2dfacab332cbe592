import Benefits
import CardApplication
import CardCrypto
import Ledger
import LedgerStore
import ServiceAPI
import VietnamReference

/// Agents, terminals, cards, money and payment lists.
extension Centre {
  func registerAgent(_ request: AgentRequest, _ payload: KeyedPayload) async -> Reply {
    let command = AgentRegistration(agent: request.agent, onlineLimit: request.onlineLimit)
    return await submit(.registerAgent(command), payload, scope: "agents") { _ in RegisteredAnswer() }
  }

  func registerTerminal(_ request: TerminalRequest, _ payload: KeyedPayload) async -> Reply {
    let point = request.publicKey.octets
    guard Curve.p256.isValid(point), stands(request) else {
      return .problem(Problem(code: .malformedRequest, traceID: payload.traceID))
    }
    let command = TerminalRegistration(
      keyHash: Digest.sha256.hash(point), publicKey: point, agent: request.agent, point: request.point,
      province: request.province, commune: request.commune)
    return await submit(.registerTerminal(command), payload, scope: "terminals") { _ in RegisteredAnswer() }
  }

  /// Whether the point's province exists today, and its code names it: `BD-79-003`.
  private func stands(_ request: TerminalRequest) -> Bool {
    guard let today = CalendarDate(unixSeconds: now, zone: .vietnam),
      ProvinceRegister.embedded.province(code: request.province, on: today) != nil
    else { return false }
    let parts = request.point.split(separator: "-", omittingEmptySubsequences: false)
    return parts.count == 3 && parts[1] == request.province
  }

  func registerCard(_ request: CardRequest, _ payload: KeyedPayload) async -> Reply {
    guard let number = CardNumber(request.cardNumber), let person = PersonalID(digits: request.personalID),
      allowsSampleData || !person.isSampleData, let certificate = try? Certificate(der: request.certificate.octets),
      certificate.publicKey.curve == .p256
    else { return .problem(Problem(code: .malformedRequest, traceID: payload.traceID)) }
    guard trust.accepts(certificate, card: number, at: now) else {
      return .problem(Problem(code: .certificateNotTrusted, traceID: payload.traceID))
    }
    let command = CardRegistration(
      card: number.digits,
      person: PersonIdentity(personalID: request.personalID, name: request.name, birthDate: request.birthDate),
      certificate: request.certificate.octets, publicKey: certificate.publicKey.point)
    return await submit(.registerCard(command), payload, scope: "cards") { _ in RegisteredAnswer() }
  }

  func fund(_ request: FundingRequest, _ payload: KeyedPayload) async -> Reply {
    guard let unit = AccountingUnit(text: request.unit), let funder = Funder(text: request.funder) else {
      return .problem(Problem(code: .malformedRequest, traceID: payload.traceID))
    }
    let command = Funding(unit: unit, funder: funder, amount: request.amount, reference: request.reference)
    return await submit(.fund(command), payload, scope: "fundings") { outcome in booked(outcome) }
  }

  func advance(_ request: AdvanceRequest, _ payload: KeyedPayload) async -> Reply {
    guard let unit = AccountingUnit(text: request.unit), let funder = Funder(text: request.funder) else {
      return .problem(Problem(code: .malformedRequest, traceID: payload.traceID))
    }
    let command = AgentTopUp(agent: request.agent, unit: unit, funder: funder, amount: request.amount)
    return await submit(.topUpAgent(command), payload, scope: "advances") { outcome in booked(outcome) }
  }

  private func booked(_ outcome: LedgerOutcome) -> BookedAnswer? {
    guard case .booked(let balance) = outcome else { return nil }
    return BookedAnswer(balance: balance)
  }

  /// Most rows of one list: one atomic chunk of the writer, so that a list is taken whole or not at all.
  static let maximumListRows = 1_000

  /// Takes a payment list whole or not at all. Nothing can be paid of it before it is credited.
  func importList(_ payload: KeyedPayload, allowsSampleData: Bool) async -> Reply {
    guard let today = CalendarDate(unixSeconds: now, zone: .vietnam) else {
      return .problem(Problem(code: .unavailable, traceID: payload.traceID))
    }
    let options = PaymentList.Options(
      today: today, allowsSampleData: allowsSampleData && self.allowsSampleData)
    let list: PaymentList
    switch PaymentList.parse(payload.octets, options: options) {
    case .success(let parsed): list = parsed
    case .failure(let refusal):
      let rows = refusal.problems.map(bilingual)
      return .problem(Problem(code: .listRefused, traceID: payload.traceID, rows: rows))
    }
    guard list.rows.count <= Self.maximumListRows else {
      return .problem(Problem(code: .listTooLong, traceID: payload.traceID))
    }
    let rows = list.rows.compactMap(itemRow)
    guard rows.count == list.rows.count else {
      return .problem(Problem(code: .malformedRequest, traceID: payload.traceID))
    }
    let command = ItemImport(list: payload.key, rows: rows)
    let totals = Self.totals(rows)
    return await submit(
      .importItems(command), payload, scope: "lists",
      rows: { refusal in Self.duplicate(refusal, list) },
      success: { outcome in
        guard case .imported(let result) = outcome else { return nil }
        return ListAnswer(list: payload.key, items: result.items, amount: result.amount, totals: totals)
      })
  }

  /// The row that repeats an item of an earlier list, as the clerk sees it.
  private static func duplicate(_ refusal: LedgerRefusal, _ list: PaymentList) -> [BilingualText] {
    guard refusal.code == .duplicateItem, let place = refusal.place, list.rows.indices.contains(place) else {
      return []
    }
    let row = list.rows[place]
    let problem = RowProblem(
      code: "row.duplicate", line: row.rowNumber, column: PaymentColumn.personalID.rawValue,
      value: row.personalID.masked,
      reason: BilingualText(
        vi: "khoản \(row.programmeCode) tháng \(row.period.month)/\(row.period.year) đã có trong một danh sách trước",
        en: "\(row.programmeCode) for \(row.period.month)/\(row.period.year) is in an earlier list"),
      remedy: BilingualText(vi: "bỏ dòng này khỏi danh sách", en: "take this row out of the list"))
    return [BilingualText(vi: problem.rendered(in: .vietnamese), en: problem.rendered(in: .english))]
  }

  private func bilingual(_ problem: RowProblem) -> BilingualText {
    BilingualText(vi: problem.rendered(in: .vietnamese), en: problem.rendered(in: .english))
  }

  private func itemRow(_ row: PaymentRow) -> ItemRow? {
    guard let programme = ProgrammeCatalogue.embedded.programme(code: row.programmeCode) else { return nil }
    return ItemRow(
      person: PersonIdentity(
        personalID: row.personalID.digits, name: row.name.text, birthDate: row.birthDate.iso),
      programme: programme.wireCode, period: row.period, amount: row.amount, unit: row.unit, funder: row.funder,
      homeProvince: row.provinceCode)
  }

  private static func totals(_ rows: [ItemRow]) -> [ListTotal] {
    let groups = Dictionary(grouping: rows) { [$0.unit.text, $0.funder.text] }
    return groups.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { key, rows in
      ListTotal(unit: key[0], funder: key[1], count: rows.count, amount: rows.reduce(0) { $0 + $1.amount })
    }
  }

  func credit(list: String, _ payload: KeyedPayload) async -> Reply {
    // Of the list's hash, so that no list and key can be taken for another pair, and none is too long.
    let reference = hexText(Array(Digest.sha256.hash(Array(list.utf8)).prefix(16)))
    return await submit(.creditCycle(CycleCredit(list: list)), payload, scope: "credits/\(reference)") { outcome in
      guard case .credited(let result) = outcome else { return nil }
      return CreditAnswer(items: result.items, amount: result.amount)
    }
  }
}
