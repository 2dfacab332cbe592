import CardCrypto
import Ledger
import LedgerStore
import ServiceAPI
import VietnamReference

/// Payouts by hand to people without a card.
extension Centre {
  func collectables(_ request: CollectableRequest, traceID: String) async throws(Problem) -> [CollectableAnswer] {
    guard (1...1_000).contains(request.personalIDs.count) else {
      throw Problem(code: .malformedRequest, traceID: traceID)
    }
    var answers: [CollectableAnswer] = []
    for personalID in request.personalIDs {
      let found = try await read(traceID) { () throws(LedgerStoreError) in
        try await store.collectable(personalID: personalID, list: request.list)
      }
      let papers = found?.papers ?? []
      let collectors = validPapers(papers)
      answers.append(
        CollectableAnswer(
          known: found != nil, liveCard: found?.hasLiveCard ?? false, paidByList: found?.isPaidByList ?? false,
          payable: collectable(found?.payable ?? []), overdue: overdue(found?.payable ?? []), name: found?.name,
          collectors: collectors,
          invalidPapers: papers.map(\.terms.paper).filter { paper in !collectors.contains { $0.paper == paper } }))
    }
    return answers
  }

  /// Records a signed list, all of it or nothing.
  func payByHand(_ request: HandPayoutRequest, _ payload: KeyedPayload) async throws(Problem) -> Reply {
    var visits: [HandVisit] = []
    for visit in request.visits {
      visits.append(
        HandVisit(
          transactionID: visit.transactionID.octets, personalID: visit.personalID,
          allocations: try allocations(visit.entries, payload.traceID), cardReason: visit.cardReason ?? "",
          paper: visit.collector ?? ""))
    }
    let command = HandPayoutList(
      list: request.list, scan: request.scan.octets, agent: request.agent, point: request.point,
      province: request.province, commune: request.commune, visits: visits, hands: request.hands.hands)
    let places = request.visits.map(\.row)
    return await submit(
      .payByHand(command), payload, scope: "hand-payouts",
      rows: { refusal in Self.row(refusal, places) },
      success: { outcome in
        guard case .acted(let result) = outcome else { return nil }
        return ActAnswer(sequence: result.sequence, amount: result.amount)
      })
  }

  func allocations(_ entries: [HandEntry], _ traceID: String) throws(Problem) -> [PayoutAllocation] {
    var allocations: [PayoutAllocation] = []
    for entry in entries {
      allocations.append(
        PayoutAllocation(line: entry.line, period: try period(entry.period, traceID), amount: entry.amount))
    }
    return allocations
  }

  /// The line of the office's file that a refusal is about.
  static func row(_ refusal: LedgerRefusal, _ places: [Int]) -> [BilingualText] {
    guard let place = refusal.place, places.indices.contains(place) else { return [] }
    let text = Problem(code: refusal.code.problem, traceID: "").detail
    return [
      BilingualText(vi: "Dòng \(places[place]): \(text.vi)", en: "Line \(places[place]): \(text.en)")
    ]
  }
}
