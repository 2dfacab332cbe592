import CardApplication
import CentreTestSupport
import Foundation
import GRDB
import Ledger
import LedgerStore
import PayoutPoint
import ServiceAPI
import Testing

extension ReplacedCard {
  /// A lost card of the tests.
  static func test(_ card: CardNumber, _ kind: ReplacementKind = .lost, checker: String = "Lê B") -> ReplacedCard {
    ReplacedCard(
      card: card.digits, kind: kind, maker: "Nguyễn A", checker: checker, reason: "mất thẻ", office: "CQ-19-001")
  }
}

extension TestCentre {
  /// Asks for an act; by one person unless a checker is named.
  func act(
    _ act: CardActName, _ card: CardNumber, checker: String? = nil, key: String? = nil
  ) async throws -> HTTPAnswer {
    let request = CardActRequest(
      act: act, reason: "theo đơn", maker: "Nguyễn A", checker: checker, office: "CQ-19-001")
    return try await post("/v1/cards/\(card.digits)/acts", request, key: key)
  }

  /// Sends an office's record of a PIN.
  func pinAct(
    _ act: PINActName, _ card: CardNumber, terminal: String, checker: String? = nil, time: Int64? = nil
  ) async throws -> HTTPAnswer {
    let request = PINActRequest(
      act: act, terminal: terminal, maker: "Nguyễn A", checker: checker, office: "CQ-19-001",
      time: time ?? clock.seconds)
    return try await post("/v1/cards/\(card.digits)/pin-acts", request)
  }

  func life(_ card: CardNumber) async throws -> CardAnswer {
    try await client.get("/v1/cards/\(card.digits)", CardAnswer.self)
  }

  /// The completion that a card would get now.
  func completion(_ card: CardNumber) async throws -> CompletionOrder {
    let answer = try await post("/v1/cards/\(card.digits)/completions", [String]())
    return try CompletionOrder.parse(expect(answer, gives: CompletionAnswer.self).completion.octets).0
  }
}

extension ReachTests {
  /// Problems of the life of a card.
  func provokeCard(_ code: ProblemCode, _ centre: TestCentre) async throws -> HTTPAnswer {
    let ready = try await centre.ready()
    let number = ready.card.number
    func register(_ person: Int, _ old: ReplacedCard?) async throws -> HTTPAnswer {
      var request = TestCentre.request(try centre.unregisteredCard(2, person: person))
      request.replaces = old
      return try await centre.post("/v1/cards", request)
    }
    switch code {
    case .fourEyesNeeded: return try await centre.act(.unblock, number)
    case .personHasCard: return try await register(1, nil)
    case .cardOfOtherPerson: return try await register(2, .test(number))
    case .cardTerminated:
      try expect(try await centre.act(.returned, number), gives: CardActAnswer.self)
      return try await centre.get("/v1/cards/\(number.digits)/payable")
    case .cardNotBlocked: return try await centre.act(.unblock, number, checker: "Lê B")
    case .cardInUse: return try await centre.act(.releaseReserve, number)
    default: break
    }
    try expect(try await centre.act(.lost, number), gives: CardActAnswer.self)
    if code == .blockFinal { return try await centre.act(.unblock, number, checker: "Lê B") }
    guard code == .releaseTooEarly else { return try await centre.act(.releaseReserve, number) }
    return try await releaseTooEarly(number, centre)
  }

  /// Money on a reserve, written past the service, which grants none yet; the audit would find it.
  private func releaseTooEarly(_ number: CardNumber, _ centre: TestCentre) async throws -> HTTPAnswer {
    try await centre.write(
      """
      INSERT INTO account SELECT zeroblob(16), 2300, book, funder, '\(number.digits)/' || subject, 0, 5, 0, 1
      FROM account WHERE code = 2200
      """)
    let answer = try await centre.act(.releaseReserve, number)
    try await centre.write("DELETE FROM account WHERE code = 2300")
    return answer
  }
}
