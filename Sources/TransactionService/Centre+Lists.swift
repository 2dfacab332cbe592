import Benefits
import CardCrypto
import Ledger
import LedgerStore
import ServiceAPI
import VietnamReference

/// Payment lists: whole in one request, or in chunks that are sealed.
extension Centre {
  /// Most rows of one request: one atomic chunk of the writer.
  static let maximumListRows = 1_000

  /// Takes a short payment list whole or not at all. Nothing can be paid of it before it is credited.
  func importList(_ payload: KeyedPayload, maker: String, allowsSampleData: Bool) async -> Reply {
    let parsed: (list: PaymentList, rows: [ItemRow])
    do throws(Problem) {
      parsed = try rows(payload, allowsSampleData: allowsSampleData)
    } catch {
      return .problem(error)
    }
    let command = ItemImport(wholeList: payload.key, rows: parsed.rows, maker: maker, rules: rules)
    let totals = Self.totals(parsed.rows)
    // Who made it is in the query, not in the body: it is part of what the key was used for.
    let whole = payload.after(Array(maker.utf8) + [0])
    return await submit(
      .importItems(command), whole, scope: "lists",
      rows: { refusal in Self.duplicate(refusal, parsed.list) },
      success: { outcome in
        guard case .imported(let result) = outcome else { return nil }
        return ListAnswer(list: payload.key, items: result.items, amount: result.amount, totals: totals)
      })
  }

  /// Takes one chunk of a list whole or not at all; nothing of the list counts before it is sealed.
  ///
  /// - Parameter first: place of the chunk's first row in the list, from 1.
  func importRows(
    list: String, first: Int64, _ payload: KeyedPayload, allowsSampleData: Bool
  ) async throws(Problem) -> Reply {
    let parsed = try rows(payload, allowsSampleData: allowsSampleData)
    return await submit(
      .importItems(ItemImport(list: list, first: first, rows: parsed.rows)), payload, scope: scope("list-rows", list),
      rows: { refusal in Self.duplicate(refusal, parsed.list) },
      success: { outcome in
        guard case .imported(let result) = outcome else { return nil }
        return ListRowsAnswer(items: result.items, amount: result.amount)
      })
  }

  /// Which rows of a chunk are in another list already; nothing is changed.
  func duplicates(
    list: String, _ payload: KeyedPayload, allowsSampleData: Bool
  ) async throws(Problem) -> ListDuplicatesAnswer {
    let parsed = try rows(payload, allowsSampleData: allowsSampleData)
    let claims = try await read(payload.traceID) { () throws(LedgerStoreError) in
      try await store.claimed(parsed.rows, besides: list)
    }
    let standing = claims.filter { $0.state == .sealed || $0.list == list }
    return ListDuplicatesAnswer(
      places: standing.map(\.place),
      unfinished: Set(claims.filter { $0.state != .sealed && $0.list != list }.map(\.list)).sorted(),
      claims: standing.map { found in
        ListClaim(
          list: found.list, programme: catalogue.programme(wireCode: found.claim.programme)?.code ?? "",
          unit: found.claim.unit.text, province: found.claim.homeProvince)
      })
  }

  func seal(list: String, _ request: ListSealRequest, _ payload: KeyedPayload) async -> Reply {
    let command = ListSeal(list: list, items: request.items, amount: request.amount, maker: request.maker, rules: rules)
    return await submit(.sealList(command), payload, scope: scope("list-seals", list)) { outcome in
      guard case .sealed(let items, let amount) = outcome else { return nil }
      return ListStateAnswer(state: .sealed, items: items, amount: amount, credited: 0, maker: request.maker)
    }
  }

  func check(list: String, _ request: ListHandRequest, _ payload: KeyedPayload) async throws(Problem) -> Reply {
    try await requireOwnRules(list, before: .checked, payload.traceID)
    let command = ListHand(list: list, actor: request.actor)
    return await submit(.checkList(command), payload, scope: scope("list-checks", list)) { _ in RegisteredAnswer() }
  }

  /// Sets a checked list's money aside for every unit and funder of it, or for none.
  func approve(list: String, _ request: ListHandRequest, _ payload: KeyedPayload) async throws(Problem) -> Reply {
    try await requireOwnRules(list, before: .approved, payload.traceID)
    let command = ListHand(list: list, actor: request.actor)
    return await submit(.approveCycle(command), payload, scope: scope("list-approvals", list)) { outcome in
      guard case .approved(let result) = outcome else { return nil }
      return ListApprovedAnswer(purses: result.purses, amount: result.amount)
    }
  }

  /// Who checks and approves a list does so by the programmes of the centre, not by those that its maker brought. What
  /// has passed the step was looked at by the rules of its time.
  private func requireOwnRules(_ list: String, before step: CycleStep, _ traceID: String) async throws(Problem) {
    let known = try await read(traceID) { () throws(LedgerStoreError) in try await store.list(list) }
    guard let known, let kept = known.rules, known.hands[step] == nil, kept != rules else { return }
    throw Problem(code: .listOfOtherRules, traceID: traceID)
  }

  func abandon(list: String, _ payload: KeyedPayload) async -> Reply {
    let command = ListAbandonment(list: list)
    return await submit(.abandonList(command), payload, scope: scope("list-abandonments", list)) { outcome in
      guard case .abandoned(let remaining) = outcome else { return nil }
      return ListAbandonAnswer(remaining: remaining)
    }
  }

  /// Lines of a chunk while others pay: they wait for it some milliseconds.
  private static let chunkBesidePayouts = 200

  func credit(list: String, _ payload: KeyedPayload) async -> Reply {
    let cycle = writer.isBusy ? CycleCredit(list: list, limit: Self.chunkBesidePayouts) : CycleCredit(list: list)
    return await submit(.creditCycle(cycle), payload, scope: scope("credits", list)) { outcome in
      guard case .credited(let result) = outcome else { return nil }
      return CreditAnswer(
        items: result.items, amount: result.amount, remaining: result.remaining, returned: result.returned?.items,
        returnedAmount: result.returned?.amount)
    }
  }

  func listState(_ list: String, traceID: String) async throws(Problem) -> ListStateAnswer {
    let known = try await read(traceID) { () throws(LedgerStoreError) in try await store.list(list) }
    guard let known else { throw Problem(code: .unknownList, traceID: traceID) }
    let state: ListStateAnswer.State =
      switch known.state {
      case .open: .open
      case .sealed: .sealed
      case .abandoned: .abandoned
      }
    return ListStateAnswer(
      state: state, items: known.imported, amount: known.amount, credited: known.credited - known.returned,
      maker: known.hands[.made], checker: known.hands[.checked], approver: known.hands[.approved],
      rules: known.rules.map(hexText), returned: known.returned > 0 ? known.returned : nil,
      returnedAmount: known.returned > 0 ? known.returnedAmount : nil)
  }

  /// What a list asks of each unit and funder, as recorded here.
  func totals(list: String, traceID: String) async throws(Problem) -> [ListTotal] {
    let known = try await read(traceID) { () throws(LedgerStoreError) in try await store.list(list) }
    guard known != nil else { throw Problem(code: .unknownList, traceID: traceID) }
    return try await read(traceID) { () throws(LedgerStoreError) in try await store.totals(list: list) }.map {
      ListTotal(unit: $0.unit.text, funder: $0.funder.text, count: Int($0.items), amount: $0.amount)
    }
  }

  /// Of the list's hash, so that no list and key can be taken for another pair, and none is too long.
  private func scope(_ kind: String, _ list: String) -> String {
    "\(kind)/\(hexText(Array(Digest.sha256.hash(Array(list.utf8)).prefix(16))))"
  }

  /// The rows of a request's CSV, all of them good.
  private func rows(
    _ payload: KeyedPayload, allowsSampleData: Bool
  ) throws(Problem) -> (list: PaymentList, rows: [ItemRow]) {
    guard let today = CalendarDate(unixSeconds: now, zone: .vietnam) else {
      throw Problem(code: .unavailable, traceID: payload.traceID)
    }
    let options = PaymentList.Options(
      today: today, allowsSampleData: allowsSampleData && self.allowsSampleData, catalogue: catalogue)
    let list: PaymentList
    switch PaymentList.parse(payload.octets, options: options) {
    case .success(let parsed): list = parsed
    case .failure(let refusal):
      throw Problem(code: .listRefused, traceID: payload.traceID, rows: refusal.problems.map(Self.bilingual))
    }
    guard list.rows.count <= Self.maximumListRows else {
      throw Problem(code: .listTooLong, traceID: payload.traceID)
    }
    var exclusions: [ProgrammeMonth: [ItemExclusion]] = [:]
    let rows = list.rows.compactMap { itemRow($0, &exclusions) }
    guard rows.count == list.rows.count else { throw Problem(code: .malformedRequest, traceID: payload.traceID) }
    return (list, rows)
  }

  /// The row that can't be owed beside what its person has, as the clerk sees it.
  private static func duplicate(_ refusal: LedgerRefusal, _ list: PaymentList) -> [BilingualText] {
    guard let place = refusal.place, list.rows.indices.contains(place) else { return [] }
    let row = list.rows[place]
    switch refusal.code {
    case .duplicateItem: return RejectedRow(claimed: row, line: row.rowNumber, by: nil).problems.map(bilingual)
    case .programmeExcluded, .monthOverRule, .arrearsOutOfTurn, .arrearsAfterDeath, .funeralUnclaimed,
      .monthAfterEnd, .programmeSuspended, .termOver, .personDiffers:
      let line = BilingualText(vi: "Dòng \(row.rowNumber)", en: "Line \(row.rowNumber)")
      return [
        BilingualText(
          vi: "\(line.vi): \(row.personalID.masked), \(row.programmeCode)",
          en: "\(line.en): \(row.personalID.masked), \(row.programmeCode)")
      ]
    default: return []
    }
  }

  private static func bilingual(_ problem: RowProblem) -> BilingualText {
    BilingualText(vi: problem.rendered(in: .vietnamese), en: problem.rendered(in: .english))
  }

  /// A programme in a month: its exclusions are looked up once for all rows of a chunk.
  private struct ProgrammeMonth: Hashable {
    let programme: String
    let period: Period
  }

  private func itemRow(_ row: PaymentRow, _ exclusions: inout [ProgrammeMonth: [ItemExclusion]]) -> ItemRow? {
    guard let programme = catalogue.programme(code: row.programmeCode) else { return nil }
    let month = ProgrammeMonth(programme: programme.code, period: row.period)
    let excluded =
      exclusions[month]
      ?? catalogue.exclusions(of: programme.code, in: row.period).compactMap { other in
        catalogue.programme(code: other.code).map {
          ItemExclusion($0.wireCode, from: other.from, ownFrom: other.ownFrom)
        }
      }
    exclusions[month] = excluded
    let kind: ItemKind =
      row.arrearsRound != nil ? .arrears : Self.kind(programme)
    return ItemRow(
      person: PersonIdentity(
        personalID: row.personalID.digits, name: row.name.text, birthDate: row.birthDate.iso),
      programme: programme.wireCode, period: row.period, amount: row.amount, unit: row.unit, funder: row.funder,
      homeProvince: row.provinceCode, kind: kind, point: row.pointCode, excluded: excluded,
      round: row.arrearsRound ?? 1, deceased: row.deceased?.digits ?? "", window: programme.window(around: row.period),
      most: catalogue.highestAmount(of: programme, in: row.period),
      spell: catalogue.spell(of: programme, in: row.period))
  }

  private static func kind(_ programme: Programme) -> ItemKind {
    switch programme.rhythm {
    case .onDeath: .funeral
    case .oneOff, .oneOffMass: .oneOff
    case .monthly, .quarterly, .halfYearly, .yearly, .perClaim, .counter: .regular
    }
  }

  private static func totals(_ rows: [ItemRow]) -> [ListTotal] {
    let groups = Dictionary(grouping: rows) { [$0.unit.text, $0.funder.text] }
    return groups.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { key, rows in
      ListTotal(unit: key[0], funder: key[1], count: rows.count, amount: rows.reduce(0) { $0 + $1.amount })
    }
  }
}
