internal import GRDB
public import Ledger
internal import Synchronization

/// Until when things can be collected.
extension BatchSession {
  /// Refuses what can't be collected any more; `lines` are the allocations' by their ids.
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
