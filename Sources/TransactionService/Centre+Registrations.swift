import CardApplication
import CardCrypto
import Ledger
import LedgerStore
import ServiceAPI
import VietnamReference

/// Agents, terminals, cards and money.
extension Centre {
  func registerAgent(_ request: AgentRequest, _ payload: KeyedPayload) async -> Reply {
    let command = AgentRegistration(agent: request.agent, onlineLimit: request.onlineLimit)
    return await submit(.registerAgent(command), payload, scope: "agents") { _ in RegisteredAnswer() }
  }

  func registerTerminal(_ request: TerminalRequest, _ payload: KeyedPayload) async -> Reply {
    let point = request.publicKey.octets
    guard Curve.p256.isValid(point), stands(request) else {
      return .problem(Problem(code: .malformedRequest, traceID: payload.traceID))
    }
    let command = TerminalRegistration(
      keyHash: Digest.sha256.hash(point), publicKey: point, agent: request.agent, point: request.point,
      province: request.province, commune: request.commune)
    return await submit(.registerTerminal(command), payload, scope: "terminals") { _ in RegisteredAnswer() }
  }

  /// What a revoked terminal reports from now on is recorded, and credited to nobody before a case decides.
  func revokeTerminal(_ keyHash: [UInt8], _ payload: KeyedPayload) async -> Reply {
    guard keyHash.count == Digest.sha256.length else {
      return .problem(Problem(code: .malformedRequest, traceID: payload.traceID))
    }
    // The terminal is in the path, not in the body: it is part of what the key was used for.
    let whole = payload.after(keyHash)
    return await submit(.revokeTerminal(keyHash: keyHash), whole, scope: "revocations") { _ in RegisteredAnswer() }
  }

  /// Whether the point's province exists today, and its code names it: `BD-79-003`.
  private func stands(_ request: TerminalRequest) -> Bool {
    guard let today = CalendarDate(unixSeconds: now, zone: .vietnam),
      ProvinceRegister.embedded.province(code: request.province, on: today) != nil
    else { return false }
    let parts = request.point.split(separator: "-", omittingEmptySubsequences: false)
    return parts.count == 3 && parts[1] == request.province
  }

  func registerCard(_ request: CardRequest, _ payload: KeyedPayload) async throws(Problem) -> Reply {
    guard let number = CardNumber(request.cardNumber), let person = PersonalID(digits: request.personalID),
      allowsSampleData || !person.isSampleData, let certificate = try? Certificate(der: request.certificate.octets),
      certificate.publicKey.curve == .p256
    else { return .problem(Problem(code: .malformedRequest, traceID: payload.traceID)) }
    guard trust.accepts(certificate, card: number, at: now) else {
      return .problem(Problem(code: .certificateNotTrusted, traceID: payload.traceID))
    }
    let replaces = request.replaces
    if let replaces { _ = try await knownCard(replaces.card, payload.traceID) }
    let command = CardRegistration(
      card: number.digits,
      person: PersonIdentity(personalID: request.personalID, name: request.name, birthDate: request.birthDate),
      certificate: request.certificate.octets, publicKey: certificate.publicKey.point,
      replaces: replaces.map { old in
        CardReplacement(
          card: old.card, kind: old.kind.act, reason: old.reason, maker: old.maker, checker: old.checker,
          office: old.office)
      })
    return await submit(.registerCard(command), payload, scope: "cards") { _ in RegisteredAnswer() }
  }

  func fund(_ request: FundingRequest, _ payload: KeyedPayload) async -> Reply {
    guard let unit = AccountingUnit(text: request.unit), let funder = Funder(text: request.funder) else {
      return .problem(Problem(code: .malformedRequest, traceID: payload.traceID))
    }
    let command = Funding(
      unit: unit, funder: funder, amount: request.amount, reference: request.reference,
      hands: request.hands.hands)
    return await submit(.fund(command), payload, scope: "fundings") { outcome in booked(outcome) }
  }

  func advance(_ request: AdvanceRequest, _ payload: KeyedPayload) async -> Reply {
    guard let unit = AccountingUnit(text: request.unit), let funder = Funder(text: request.funder) else {
      return .problem(Problem(code: .malformedRequest, traceID: payload.traceID))
    }
    let command = AgentTopUp(
      agent: request.agent, unit: unit, funder: funder, amount: request.amount, hands: request.hands.hands)
    return await submit(.topUpAgent(command), payload, scope: "advances") { outcome in booked(outcome) }
  }

  private func booked(_ outcome: LedgerOutcome) -> BookedAnswer? {
    guard case .booked(let balance) = outcome else { return nil }
    return BookedAnswer(balance: balance)
  }
}
