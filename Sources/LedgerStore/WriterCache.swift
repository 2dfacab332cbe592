internal import Ledger

/// What the writer would read, or write, again and again for the payouts of a counter's day: terminals, limits, open
/// drawers, and the totals of accounts that many payouts share.
///
/// Only the writer changes the ledger, so what is here is what the database says, but for totals that the batch writes
/// at its end (``BatchSession/settle()``). A batch takes the cache over and gives it back when it is on disk; a batch
/// that fails, or holds a command that may change any of it, gives back an empty one.
struct WriterCache {
  /// Accounts that are kept at most: more than the units and funders of a country make with a few agents.
  private static let mostAccounts = 20_000
  private static let mostTerminals = 20_000

  /// Accounts by key, as they are after the last posting: those of single lines, which one batch needs, and others.
  private var lines: [AccountKey: BatchSession.Account] = [:]
  private var shared: [AccountKey: BatchSession.Account] = [:]
  /// Accounts that the batch has changed and not written, in the order they were changed.
  private(set) var unwritten: [AccountKey] = []
  /// Đồng paid out by a terminal on a day that the batch has not written.
  private(set) var paid: [TerminalDay: Int64] = [:]
  var terminals: [[UInt8]: StoredTerminal] = [:]
  var agentLimits: [String: Int64] = [:]
  var payoutLimits: PayoutLimits?
  /// The open shift of a terminal, empty when there is none.
  var shifts: [[UInt8]: [UInt8]] = [:]

  var isSettled: Bool { unwritten.isEmpty && paid.isEmpty }

  /// An account as it is after the last posting; nil when nobody has asked for it.
  subscript(key: AccountKey) -> BatchSession.Account? {
    get { key.code == .entitlementPayable ? lines[key] : shared[key] }
    set {
      if key.code == .entitlementPayable { lines[key] = newValue } else { shared[key] = newValue }
    }
  }

  /// Takes new totals of an account that the database has already.
  mutating func change(_ account: BatchSession.Account) {
    var account = account
    if !account.isUnwritten { unwritten.append(account.key) }
    account.isUnwritten = true
    self[account.key] = account
  }

  mutating func pay(_ amount: Int64, at desk: TerminalDay) throws {
    paid[desk] = try Money.sum(paid[desk] ?? 0, amount)
  }

  /// What is to be written, and nothing of it is any more.
  mutating func takeUnwritten() -> (accounts: [BatchSession.Account], paid: [TerminalDay: Int64]) {
    let taken = (unwritten.compactMap { self[$0] }, paid)
    for key in unwritten { self[key]?.isUnwritten = false }
    (unwritten, paid) = ([], [:])
    return taken
  }

  /// Leaves what the next batch can use: no accounts of single lines, which are paid once a month, and nothing without
  /// bound.
  mutating func endBatch() {
    lines.removeAll(keepingCapacity: true)
    if shared.count > Self.mostAccounts { shared = [:] }
    if terminals.count > Self.mostTerminals { (terminals, shifts) = ([:], [:]) }
  }
}

/// A terminal's day.
struct TerminalDay: Hashable {
  /// SHA-256 of its key's point, 32 octets.
  let terminal: [UInt8]
  /// yyyymmdd.
  let day: Int32
}

extension LedgerCommand {
  /// Whether everything it reads or changes of what ``WriterCache`` keeps goes through the cache: what comes with a
  /// payout at a counter does.
  var goesThroughCache: Bool {
    switch self {
    case .payout, .terminalRecord, .allotCompletionSerial, .issueCompletion, .recordReceipt: true
    default: false
    }
  }

  /// Whether it may take as long as hundreds of payouts: a chunk of up to a thousand lines.
  var isLongWork: Bool {
    switch self {
    case .importItems, .abandonList, .creditCycle, .payByHand, .orderTransfers, .settleTransfers: true
    default: false
    }
  }
}

extension BatchSession {
  /// What the next batch can use; the session has nothing of it any more, so that nothing is copied.
  func takeCache() -> WriterCache {
    defer { cache = WriterCache() }
    cache.endBatch()
    return cache
  }

  /// Writes the totals that the batch has changed.
  func settle() throws {
    guard !cache.isSettled else { return }
    let (accounts, paid) = cache.takeUnwritten()
    for account in accounts {
      guard let id = account.id else { throw LedgerStoreError.corrupt(place: account.text) }
      try change(account.totals, of: id)
    }
    for (desk, amount) in paid.sorted(by: { $0.key.terminal.lexicographicallyPrecedes($1.key.terminal) }) {
      try sql.run(
        """
        INSERT INTO terminal_day (day, terminal, paid) VALUES (?1, ?2, ?3)
        ON CONFLICT (day, terminal) DO UPDATE SET paid = paid + ?3
        """, [desk.day, desk.terminal.blob, amount])
    }
  }

  /// Đồng that a terminal has paid out on a day, without what was voided.
  func paid(_ desk: TerminalDay) throws -> Int64 {
    let written = try sql.one(
      "SELECT paid FROM terminal_day WHERE day = ? AND terminal = ?", [desk.day, desk.terminal.blob])
    return try Money.sum(written?.int(0) ?? 0, cache.paid[desk] ?? 0)
  }

  /// Takes a voided payout off its terminal's day.
  func unpay(_ amount: Int64, at desk: TerminalDay) throws {
    // What the batch adds is written first: a day never falls below zero.
    try settle()
    try sql.run(
      "UPDATE terminal_day SET paid = paid - ? WHERE day = ? AND terminal = ?", [amount, desk.day, desk.terminal.blob])
  }

  /// A registered terminal; nil when unknown.
  func terminal(_ keyHash: [UInt8]) throws -> StoredTerminal? {
    if let known = cache.terminals[keyHash] { return known }
    let terminal = try StoredTerminal.read(sql, keyHash)
    if let terminal, usesCache { cache.terminals[keyHash] = terminal }
    return terminal
  }

  /// The agreed limit of an agent in đồng; nil for an unknown agent.
  func agentLimit(_ agent: String) throws -> Int64? {
    if let known = cache.agentLimits[agent] { return known }
    let limit = try sql.one("SELECT online_limit FROM agent WHERE code = ?", [agent])?.int(0)
    if let limit, usesCache { cache.agentLimits[agent] = limit }
    return limit
  }

  /// What card payouts may come to.
  func payoutLimits() throws -> PayoutLimits {
    if let known = cache.payoutLimits { return known }
    let limits = try PayoutLimits.read(sql)
    if usesCache { cache.payoutLimits = limits }
    return limits
  }

  /// The open shift of a terminal.
  func openShift(terminal: [UInt8]) throws -> [UInt8]? {
    if let known = cache.shifts[terminal] { return known.isEmpty ? nil : known }
    let shift = try sql.one("SELECT shift FROM shift_open WHERE terminal = ?", [terminal.blob])?.bytes(0)
    if usesCache { cache.shifts[terminal] = shift ?? [] }
    return shift
  }
}
