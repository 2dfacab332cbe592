import CardApplication
import Foundation
import Issuance
import PayoutPoint
import ServiceAPI
import VietnamReference

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

  /// Runs `body` with the desk that keeps what is meant before the centre is asked. Acts of before whose answer had
  /// been lost are told when they are finished.
  func desk<Value: Sendable>(
    _ output: Output, _ body: @Sendable @escaping (CardActDesk) async throws -> Value
  ) async throws -> Value {
    let store = store
    return try await CentreAccess.with(home, url: service) { client in
      let desk = CardActDesk(
        store: store, centre: ActsByClient(client: client), office: IssueFlow.issuerName, clock: { Clock.seconds },
        told: { Self.note($0, output) })
      do {
        return try await body(desk)
      } catch let problem as Problem {
        throw ServiceClientError.refused(problem)
      }
    }
  }

  private static func note(_ finished: CardActDesk.Finished, _ output: Output) {
    let what = CardLifeTexts.act(finished.act.what, output)
    let card = CardLifeTexts.grouped(finished.act.card)
    switch finished.answer {
    case .success:
      output.note(
        "Đã hoàn tất việc trước: \(what), thẻ \(card).", "An earlier act is finished: \(what), card \(card).")
    case .failure(let problem):
      output.note(
        "Trung tâm từ chối việc trước: \(what), thẻ \(card). \(problem.detail.vi)",
        "The centre refused an earlier act: \(what), card \(card). \(problem.detail.en)")
    }
  }

  /// Asks for a new card in the place of `card`; the centre is needed for a lost one, and for acts whose answer had
  /// been lost.
  func replace(
    _ card: IssuedCardLife, _ kind: ReplacementKind, reason: String, _ hands: OfficeHands, _ output: Output
  ) async throws {
    guard try kind != .lost && store.pendingActs().isEmpty else {
      return try await desk(output) { desk in try await desk.replace(card.number, kind, reason: reason, hands) }
    }
    try store.askReplacement(
      ReplacedCard(
        card: card.number, kind: kind, maker: hands.maker, checker: hands.checker, reason: reason,
        office: IssueFlow.issuerName), time: Clock.seconds)
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

/// Acts by the service's client.
private struct ActsByClient: CardActCentre {
  let client: ServiceClient

  func act(card: String, key: String, request: [UInt8]) async throws -> CardActAnswer {
    do {
      return try await client.post("/v1/cards/\(card)/acts", key: key, octets: request, CardActAnswer.self)
    } catch {
      // A centre that is not well has not refused: what became of the act is not known.
      guard case .refused(let problem) = error, problem.status < 500 else { throw error }
      throw problem
    }
  }
}
