import CardApplication
import Foundation
import Issuance
import PayoutPoint
import ServiceAPI

/// What an office does with cards that are made: the centre is told first, then the office's own book.
struct CardLifeFlow: Sendable {
  let home: StateHome
  let service: String?
  let store: OfficeStore

  init(_ home: StateHome, service: String?) throws {
    self.home = home
    self.service = service
    store = try OfficeAccess.store(home)
  }

  /// Whether there is a centre to be asked: one that was named, or the one kept beside the office.
  var hasCentre: Bool { service != nil || FileManager.default.fileExists(atPath: home.centre) }

  /// One act at the centre.
  ///
  /// - Returns: đồng that went back to the holder's lines.
  @discardableResult
  func tell(_ act: CardActName, _ card: String, reason: String, _ hands: OfficeHands) async throws -> Int64 {
    let request = CardActRequest(
      act: act, reason: reason, maker: hands.maker, checker: hands.checker.isEmpty ? nil : hands.checker,
      office: IssueFlow.issuerName)
    return try await CentreAccess.with(home, url: service) { client in
      try await client.post(
        "/v1/cards/\(card)/acts", key: UUID().uuidString.lowercased(), request, CardActAnswer.self
      ).released
    }
  }

  /// What the centre has of a card; `nil` when it does not know it.
  func life(_ card: String) async throws -> CardAnswer? {
    do {
      return try await CentreAccess.with(home, url: service) { client in
        try await client.get("/v1/cards/\(card)", CardAnswer.self)
      }
    } catch let error as ServiceClientError where error.isRefusal(.unknownCard) {
      return nil
    }
  }

  /// Ends a card at the centre and here; a new one that was asked for in its place is not made any more.
  ///
  /// A card that the centre does not know is ended here; one that has ended there already is what an earlier try left,
  /// whose answer was lost.
  func end(_ card: IssuedCardLife, as act: CardActName, reason: String, _ hands: OfficeHands) async throws {
    switch card.state {
    case .made, .registered, .delivered, .replacing: break
    case .started, .scrapped: throw CardLifeError.notRegistered
    case .replaced, .returned, .terminated: throw CardLifeError.ended
    }
    do {
      try await tell(act, card.number, reason: reason, hands)
    } catch let error as ServiceClientError {
      guard error.isRefusal(.cardTerminated) || (card.state == .made && error.isRefusal(.unknownCard)) else {
        throw error
      }
    }
    try store.recordAct(
      officeAct("card-\(act.rawValue)", card.number, reason, hands), ending: act == .returned ? .returned : .terminated)
  }

  /// Asks for a new card in the place of `card`. A lost card is blocked for good at the centre before anything else,
  /// also one that is to be replaced for another reason already: nobody may pay with it until the new one lives.
  func replace(_ card: IssuedCardLife, _ kind: ReplacementKind, reason: String, _ hands: OfficeHands) async throws {
    try hands.require(two: true)
    let isAlive = [.registered, .delivered, .replacing].contains(card.state)
    if kind == .lost, isAlive {
      do {
        try await tell(.lost, card.number, reason: reason, hands)
      } catch let error as ServiceClientError {
        // Reported before, or ended: it can't be paid with either way.
        guard error.isRefusal(.blockFinal) || error.isRefusal(.cardTerminated) else { throw error }
      }
    }
    try store.askReplacement(
      ReplacedCard(
        card: card.number, kind: kind, maker: hands.maker, checker: hands.checker, reason: reason,
        office: IssueFlow.issuerName), time: Clock.seconds)
  }

  func officeAct(_ what: String, _ card: String, _ reason: String, _ hands: OfficeHands) -> OfficeAct {
    OfficeAct(what, card, actor: hands.maker, checker: hands.checker, reason: reason, time: Clock.seconds)
  }

  /// Tells the centre what was done with PINs and it has not heard of. Never an error: the card is in the holder's
  /// hand already, and the next time tells it.
  func tellPINActs(_ output: Output) async {
    do {
      let waiting = try store.untoldPINActs()
      guard !waiting.isEmpty else { return }
      guard hasCentre else { return noteUntold(waiting.count, output) }
      let store = store
      let refused = try await CentreAccess.with(home, url: service) { client in
        var refused = 0
        for (sequence, act) in waiting {
          do throws(ServiceClientError) {
            try await Self.send(act, sequence, client)
          } catch {
            guard case .refused = error else { throw error }
            refused += 1
            continue
          }
          try store.markTold(sequence, at: Clock.seconds)
        }
        return refused
      }
      if refused > 0 { noteUntold(refused, output) }
    } catch {
      noteUntold((try? store.untoldPINActs().count) ?? 1, output)
    }
  }

  private static func send(
    _ act: PINAct, _ sequence: Int64, _ client: ServiceClient
  ) async throws(ServiceClientError) {
    let request = PINActRequest(
      act: act.act == .set ? .set : .unblocked, terminal: act.terminal, maker: act.actor,
      checker: act.checker.isEmpty ? nil : act.checker, office: IssueFlow.issuerName, time: act.time)
    // Offices count for themselves: the counter's terminal makes the key its own.
    _ = try await client.post(
      "/v1/cards/\(act.card)/pin-acts", key: "\(act.terminal)-\(act.time)-\(sequence)", request, RegisteredAnswer.self)
  }

  private func noteUntold(_ count: Int, _ output: Output) {
    output.note(
      "Chưa báo được cho trung tâm \(count) lần đặt hoặc mở khóa mã PIN; lần làm sau sẽ báo lại. Trước đó thẻ chưa chi "
        + "ngoại tuyến được.",
      "The centre has not been told of \(count) acts with PINs; the next one tells it again. Until then the card can't "
        + "pay offline.")
  }
}
