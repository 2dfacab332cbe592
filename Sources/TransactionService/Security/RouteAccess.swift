import HTTPTypes
import Hummingbird
import Ledger

/// Who may use a path.
enum RouteAccess: Hashable, Sendable {
  /// Whoever reaches the service.
  case everybody
  /// A terminal, by its certificate.
  case terminals
  /// Officials with one of these roles.
  case officials(Set<Role>)
  /// Terminals, and officials with one of these roles.
  case terminalsAnd(Set<Role>)

  /// Every path of the service with who may use it: the least that those need who work with it. What is not here is
  /// nobody's.
  static let table: [String: RouteAccess] = [
    "GET /v1/health": .everybody,
    "GET /v1/issuer": .everybody,
    "GET /v1/openapi.json": .everybody,
    "GET /metrics": .officials([.administrator, .inspector]),

    "POST /v1/challenges": .terminals,
    "POST /v1/payouts": .terminalsAnd([.office, .inspector]),
    "POST /v1/payout-records": .terminals,
    "POST /v1/receipts": .terminals,
    "POST /v1/cards/{number}/completions": .terminals,
    "GET /v1/cards/{number}/updates": .terminals,
    "POST /v1/card-updates/{id}/results": .terminals,
    "GET /v1/payouts/{id}": .terminalsAnd(counter.union([.inspector])),
    "GET /v1/payouts/{id}/proof": .terminalsAnd([.inspector, .administrator]),
    "GET /v1/cards/{number}/payable": .terminalsAnd(counter),
    "GET /v1/cards/{number}/person": .terminalsAnd(counter.union([.inspector])),
    "GET /v1/cards/{number}/counter": .terminalsAnd(counter),
    "GET /v1/payout-limits": .terminalsAnd(all),
    "GET /v1/shifts": .terminalsAnd([.point, .commune, .inspector]),
    "POST /v1/shifts": .officials([.point, .commune]),
    "POST /v1/shifts/{id}/top-ups": .officials([.point, .commune]),
    "POST /v1/shifts/{id}/closing": .officials([.point, .commune]),

    "GET /v1/cards/{number}": .officials([.office, .commune, .point, .inspector]),
    "POST /v1/cards": .officials([.office]),
    "POST /v1/cards/{number}/acts": .officials([.office, .commune, .point]),
    "POST /v1/cards/{number}/pin-acts": .officials([.office]),
    "POST /v1/cards/{number}/updates": .officials([.office]),
    "GET /v1/card-updates/{id}": .officials([.office, .inspector]),

    "POST /v1/agents": .officials([.administrator, .programmeOwner]),
    "POST /v1/terminals": .officials([.administrator, .office]),
    "POST /v1/terminals/{keyHash}/revocation": .officials([.administrator, .office]),
    "GET /v1/staff": .officials([.administrator, .inspector]),
    "POST /v1/staff/appointments": .officials([.administrator, .inspector]),
    "POST /v1/staff/dismissals": .officials([.administrator, .inspector]),

    "POST /v1/fundings": .officials(lists),
    "POST /v1/advances": .officials(lists),
    "POST /v1/funding-returns": .officials(money),
    "POST /v1/payment-lists": .officials(lists),
    "POST /v1/payment-lists/{list}/rows": .officials(lists),
    "POST /v1/payment-lists/{list}/duplicates": .officials(lists),
    "POST /v1/payment-lists/{list}/seal": .officials(lists),
    "POST /v1/payment-lists/{list}/abandonment": .officials(lists),
    "POST /v1/payment-lists/{list}/check": .officials(lists),
    "POST /v1/payment-lists/{list}/approval": .officials(money),
    "POST /v1/payment-lists/{list}/credits": .officials(lists),
    "GET /v1/payment-lists/{list}": .officials(lists.union([.inspector])),
    "GET /v1/payment-lists/{list}/totals": .officials(lists.union([.inspector])),

    "POST /v1/lines/{line}/acts": .officials(lists),
    "POST /v1/items/corrections": .officials(lists),
    "POST /v1/uncollected/acts": .officials(lists),
    "GET /v1/uncollected": .officials(lists.union([.inspector])),
    "POST /v1/receivables": .officials(money),
    "POST /v1/receivables/{number}/acts": .officials(money),
    "POST /v1/deductions": .officials(money),
    "POST /v1/deductions/{number}/stop": .officials(money),
    "POST /v1/third-parties/{party}/payments": .officials(money),

    "POST /v1/agents/{agent}/payments": .officials(money),
    "GET /v1/agents/owed": .officials(lists.union([.inspector])),

    "GET /v1/people/{person}": .officials(people.union([.inspector])),
    "GET /v1/people/{person}/lines": .officials(people.union([.inspector])),
    "GET /v1/people/{person}/receivables": .officials(people.union([.inspector])),
    "GET /v1/people/{person}/deductions": .officials(people.union([.inspector])),
    "GET /v1/presences/due": .officials(people.union([.inspector])),
    "POST /v1/people/{person}/death": .officials(people),
    "POST /v1/people/{person}/death-withdrawals": .officials(people),
    "POST /v1/people/{person}/heir": .officials(people),
    "POST /v1/people/{person}/identity": .officials(people),
    "POST /v1/people/{person}/funeral": .officials(people),
    "POST /v1/people/{person}/funeral-withdrawals": .officials(people),
    "POST /v1/people/{person}/representatives": .officials(people),
    "POST /v1/people/{person}/representative-ends": .officials(people.union([.point])),
    "POST /v1/people/{person}/presences": .officials(people.union([.point])),

    "GET /v1/people/{person}/health-insurance": .officials(people.union([.inspector])),
    "POST /v1/people/{person}/health-covers": .officials(people),
    "POST /v1/people/{person}/co-payments": .officials(people),

    "POST /v1/collectables": .officials(counter),
    "POST /v1/hand-payouts": .officials(counter),
    "POST /v1/payouts/{id}/reversal": .officials(counter),
    "POST /v1/payout-limits": .officials([.programmeOwner]),
    "POST /v1/transfers": .officials(lists),
    "POST /v1/transfers/{reference}/return": .officials(lists),
    "POST /v1/transfer-statements": .officials(lists),
    "GET /v1/transfers": .officials(lists.union([.inspector])),

    "GET /v1/cashless/{window}": .officials(all),
    "GET /v1/settlement/{window}": .officials(all),
    "POST /v1/backups/{request}": .officials([.administrator]),
    "GET /v1/audit": .officials([.inspector, .administrator]),
    "GET /v1/ledger/head": .terminalsAnd(all),
    "GET /v1/ledger/heads/{sequence}": .terminalsAnd(all),
    "GET /v1/ledger/anchor": .terminalsAnd(all),
    "GET /v1/ledger/anchors": .terminalsAnd(all),
    "GET /v1/ledger/anchors/{number}": .terminalsAnd(all),
    "POST /v1/ledger/heads": .terminals,
    "GET /v1/ledger/journals": .officials([.administrator, .inspector, .office]),
    "POST /v1/ledger/journals/{keyHash}/waiver": .officials([.administrator]),
    "GET /v1/units/{unit}/months/{month}": .officials(all),
    "GET /v1/units/{unit}/needs/{month}": .officials(all),
    "GET /v1/units/{unit}/dues": .officials(all),
    "GET /v1/forecasts/{month}": .officials(all),
  ]

  private static let all = Set(Role.allCases)
  private static let money: Set<Role> = [.programmeOwner, .commune]
  private static let lists: Set<Role> = [.programmeOwner, .commune, .office]
  private static let people: Set<Role> = [.programmeOwner, .commune, .office]
  private static let counter: Set<Role> = [.point, .commune, .office, .programmeOwner]

  /// Whether `caller`, who holds `roles`, may use the path. `isStaffed`: somebody has been appointed to something;
  /// until then every official may do everything (`ledger` §7).
  func admits(_ caller: Caller, roles: Set<Role>, isStaffed: Bool) -> Bool {
    func isOfficial(_ needed: Set<Role>) -> Bool {
      caller.official != nil && (!isStaffed || !needed.isDisjoint(with: roles))
    }
    guard !caller.isLocal else { return true }
    return switch self {
    case .everybody: true
    case .terminals: caller.terminal != nil
    case .officials(let needed): isOfficial(needed)
    case .terminalsAnd(let needed): caller.terminal != nil || isOfficial(needed)
    }
  }
}
