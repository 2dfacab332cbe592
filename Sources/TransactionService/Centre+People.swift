import Benefits
import Ledger
import LedgerStore
import ServiceAPI
import VietnamReference

/// Decisions about people and officials.
///
/// The scopes of idempotency keys name nobody: they stay in the chain.
extension Centre {
  func death(_ person: String, _ request: DeathRequest, _ payload: KeyedPayload) async throws(Problem) -> Reply {
    let day = try day(request.diedOn, payload.traceID)
    return await decide(person, .died(on: day, document: request.document), request.hands, payload, "deaths")
  }

  func withdrawDeath(_ person: String, _ hands: HandsRequest, _ payload: KeyedPayload) async -> Reply {
    await decide(person, .deathWithdrawn, hands, payload, "death-withdrawals")
  }

  func heir(_ person: String, _ request: PersonNameRequest, _ payload: KeyedPayload) async throws(Problem) -> Reply {
    let heir = try named(request.person, payload.traceID)
    return await decide(person, .inherited(by: heir), request.hands, payload, "heirs")
  }

  func identity(
    _ person: String, _ request: PersonNameRequest, _ payload: KeyedPayload
  ) async throws(Problem) -> Reply {
    let identity = try named(request.person, payload.traceID)
    return await decide(person, .identityChanged(identity), request.hands, payload, "identities")
  }

  func funeral(_ person: String, _ request: FuneralRequest, _ payload: KeyedPayload) async throws(Problem) -> Reply {
    let claimant = try named(request.claimant, payload.traceID)
    guard let programme = catalogue.programme(code: request.programme), programme.rhythm == .onDeath else {
      throw Problem(code: .malformedRequest, traceID: payload.traceID)
    }
    return await decide(
      person, .funeralClaimed(by: claimant, programme: programme.wireCode, list: request.list), request.hands, payload,
      "funerals")
  }

  func withdrawFuneral(_ person: String, _ hands: HandsRequest, _ payload: KeyedPayload) async -> Reply {
    await decide(person, .funeralWithdrawn, hands, payload, "funeral-withdrawals")
  }

  func representative(
    _ person: String, _ request: RepresentativeRequest, _ payload: KeyedPayload
  ) async throws(Problem) -> Reply {
    var programme: UInt16?
    if let code = request.programme {
      guard let known = ProgrammeCatalogue.embedded.programme(code: code) else {
        throw Problem(code: .malformedRequest, traceID: payload.traceID)
      }
      // A household's head receives gifts to households, nothing else.
      guard request.kind != .householdHead || known.isHouseholdGift else {
        throw Problem(code: .representativeNotCovering, traceID: payload.traceID)
      }
      programme = known.wireCode
    }
    let paper = RepresentativePaper(
      paper: request.paper, kind: request.kind.kind,
      representative: try named(request.representative, payload.traceID), programme: programme,
      from: try day(request.from, payload.traceID), until: try day(request.until, payload.traceID))
    return await decide(person, .represented(paper), request.hands, payload, "representatives")
  }

  func endRepresentative(_ person: String, _ request: RepresentativeEndRequest, _ payload: KeyedPayload) async -> Reply
  {
    await decide(
      person, .representativeEnded(paper: request.paper), request.hands, payload, "representative-ends")
  }

  func presence(_ person: String, _ request: PresenceRequest, _ payload: KeyedPayload) async -> Reply {
    let proof = PresenceProof(
      place: request.place, transactionID: request.transactionID?.octets ?? [], isAttested: request.attested)
    return await decide(person, .seen(proof), request.hands, payload, "presences")
  }

  func staff(_ request: StaffRequest, _ kind: EntitlementActKind, _ payload: KeyedPayload) async -> Reply {
    let act = StaffAct(official: request.official, role: request.role.role, kind: kind, hands: request.hands.hands)
    return await submit(act: .actOnStaff(act), payload, scope: "staff/\(kind.rawValue)")
  }

  func decide(
    _ person: String, _ decision: PersonDecision, _ hands: HandsRequest, _ payload: KeyedPayload, _ scope: String
  ) async -> Reply {
    let act = PersonAct(person: person, decision: decision, hands: hands.hands)
    return await submit(act: .actOnPerson(act), payload, scope: "people/\(scope)")
  }

  /// Somebody who may be new here: only a personal ID that can be one is taken.
  private func named(_ person: NamedPerson, _ traceID: String) throws(Problem) -> PersonIdentity {
    guard let id = PersonalID(digits: person.personalID), allowsSampleData || !id.isSampleData else {
      throw Problem(code: .malformedRequest, traceID: traceID)
    }
    return PersonIdentity(personalID: person.personalID, name: person.name, birthDate: person.birthDate)
  }

  func day(_ yyyymmdd: UInt32, _ traceID: String) throws(Problem) -> Int32 {
    guard let day = Int32(exactly: yyyymmdd) else { throw Problem(code: .malformedRequest, traceID: traceID) }
    return day
  }
}

extension RepresentativeName {
  /// As the ledger has it.
  var kind: RepresentativeKind {
    switch self {
    case .collector: .collector
    case .guardian: .guardian
    case .householdHead: .householdHead
    }
  }

  /// From what the ledger has.
  init(_ kind: RepresentativeKind) {
    self =
      switch kind {
      case .collector: .collector
      case .guardian: .guardian
      case .householdHead: .householdHead
      }
  }
}

extension RoleName {
  /// As the ledger has it.
  var role: Role {
    switch self {
    case .programmeOwner: .programmeOwner
    case .commune: .commune
    case .office: .office
    case .point: .point
    case .inspector: .inspector
    case .administrator: .administrator
    }
  }

  /// From what the ledger has.
  init(_ role: Role) {
    self =
      switch role {
      case .programmeOwner: .programmeOwner
      case .commune: .commune
      case .office: .office
      case .point: .point
      case .inspector: .inspector
      case .administrator: .administrator
      }
  }
}
