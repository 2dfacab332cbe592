internal import GRDB
public import Ledger
internal import Synchronization

/// Until when things can be collected.
extension BatchSession {
  /// Keeps the rules of this batch, for ever, when they are others than those of the batch before.
  func keepTerms() throws {
    let known = try sql.one("SELECT rules FROM collection_rules ORDER BY batch DESC LIMIT 1", [])?.text(0)
    let rules = terms.text
    guard known ?? "" != rules else { return }
    let leaf = commit(.collectionRules(rules: rules))
    try sql.run(
      "INSERT INTO collection_rules (batch, rules, leaf) VALUES (?, ?, ?)", [sequence, rules, leaf])
  }

  /// Refuses what can't be collected any more; `parts` are what the allocations take, with their lines' last months.
  func requireTerm(_ allocations: [PayoutAllocation], _ parts: [Part]) throws {
    let today = PostingDay(unixMilliseconds: receivedAt).yyyymmdd
    for (place, allocation) in allocations.enumerated() {
      guard let part = parts.first(where: { $0.allocation == allocation }) else { continue }
      let lastDay = terms.lastDay(programme: part.programme, period: allocation.period, lineEnds: part.lineEnds)
      guard lastDay ?? .max >= today else { throw LedgerRefusal(.collectionOver, place: place) }
    }
  }
}

extension SQLiteLedgerStore {
  /// See ``LedgerStore/collect(by:)``.
  public func collect(by terms: CollectionTerms) { state.withLock { $0.terms = terms } }

  var terms: CollectionTerms { state.withLock { $0.terms } }
}
