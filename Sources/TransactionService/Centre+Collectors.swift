import Benefits
import CardApplication
import Ledger
import LedgerStore
import ServiceAPI
import VietnamReference

/// What a clerk has to know at a tap: who may collect for the holder, and whether the holder is to be seen again.
extension Centre {
  func counter(card: String, traceID: String) async throws(Problem) -> CounterAnswer {
    guard CardNumber(card) != nil else { throw Problem(code: .unknownCard, traceID: traceID) }
    _ = try await usableCard(card, traceID)
    let standing = try await standing(card, traceID)
    let items = try await payableItems(card, traceID)
    return CounterAnswer(
      payable: collectable(items), overdue: overdue(items),
      collectors: validPapers(standing.papers),
      presence: presence(standing))
  }

  func payableItems(_ card: String, _ traceID: String) async throws(Problem) -> [PayableItem] {
    try await read(traceID) { () throws(LedgerStoreError) in try await store.payable(card: card) ?? [] }
  }

  /// What can be collected today.
  func collectable(_ items: [PayableItem]) -> [PayableLine] { items.filter { !isOver($0) }.map(payableLine) }

  /// What could have been collected until a day that is over, and has not lapsed yet.
  func overdue(_ items: [PayableItem]) -> [PayableLine] { items.filter(isOver).map(payableLine) }

  private func isOver(_ item: PayableItem) -> Bool { item.lastDay.map { $0 < today } ?? false }

  func standing(_ card: String, _ traceID: String) async throws(Problem) -> StoredStanding {
    let standing = try await read(traceID) { () throws(LedgerStoreError) in try await store.standing(card: card) }
    guard let standing else { throw Problem(code: .unknownCard, traceID: traceID) }
    return standing
  }

  /// The paper that a challenge is asked with, refused for what a posting would be refused for, before any card signs.
  func paper(
    _ request: ChallengeRequest, _ standing: StoredStanding, _ traceID: String
  ) throws(Problem) -> StoredPerson.Paper? {
    guard let number = request.collector else { return nil }
    guard let paper = standing.papers.first(where: { $0.terms.paper == number }) else {
      throw Problem(code: .unknownPaper, traceID: traceID)
    }
    guard paper.isValid(on: today) else { throw Problem(code: .representativeExpired, traceID: traceID) }
    // A programme that the catalogue does not know is no paper's.
    let asked = request.programme.map { catalogue.programme(code: $0)?.wireCode ?? 0 }
    guard asked.map(paper.terms.covers) ?? true else {
      throw Problem(code: .representativeNotCovering, traceID: traceID)
    }
    return paper
  }

  /// The papers by which somebody may collect today.
  func validPapers(_ papers: [StoredPerson.Paper]) -> [CollectorPaper] {
    papers.filter { $0.isValid(on: today) }.map(collectorPaper)
  }

  func collectorPaper(_ paper: StoredPerson.Paper) -> CollectorPaper {
    let terms = paper.terms
    let programme = terms.programme.flatMap { catalogue.programme(wireCode: $0) }
    let code = programme?.code ?? terms.programme.map { String($0, radix: 16) }
    let all = BilingualText(vi: "mọi chế độ", en: "every benefit")
    return CollectorPaper(
      paper: terms.paper, kind: RepresentativeName(terms.kind), name: terms.representative.name,
      maskedPersonalID: Mask.tail(terms.representative.personalID), programme: code,
      programmeName: programme?.name ?? code.map { BilingualText(vi: $0, en: $0) } ?? all, from: UInt32(terms.from),
      until: UInt32(terms.until))
  }

  func presence(_ standing: StoredStanding) -> PresenceAnswer {
    let today = today
    let goodUntil = standing.lastSeenOn.map { PresenceProof.goodUntil(seenOn: $0) }
    return PresenceAnswer(
      lastSeenOn: standing.lastSeenOn.map { UInt32($0) }, goodUntil: goodUntil.map { UInt32($0) },
      isDue: standing.isBeneficiary && (standing.lastSeenOn ?? 0) <= PresenceProof.stale(on: today),
      isOver: standing.isBeneficiary && (goodUntil ?? 0) < today)
  }

  private var today: Int32 { PostingDay(unixMilliseconds: clock()).yyyymmdd }
}

extension StoredPerson.Paper {
  /// Whether somebody may act by it on a day (yyyymmdd).
  fileprivate func isValid(on day: Int32) -> Bool { !isEnded && terms.from <= day && day <= terms.until }
}
