import CardApplication
import Ledger
import LedgerStore
import ServiceAPI
import VietnamReference

/// The life of a card: acts, its reserve, PINs set at an office's counter.
extension Centre {
  /// A card as it stands; `unknown-card` is told before anything of an act is looked at.
  func knownCard(_ text: String, _ traceID: String) async throws(Problem) -> StoredCard {
    guard let number = CardNumber(text) else { throw Problem(code: .malformedRequest, traceID: traceID) }
    let card = try await read(traceID) { () throws(LedgerStoreError) in try await store.card(number.digits) }
    guard let card else { throw Problem(code: .unknownCard, traceID: traceID) }
    return card
  }

  /// A card that may be used; a blocked or ended one is refused with the words for it.
  func usableCard(_ text: String, _ traceID: String) async throws(Problem) -> StoredCard {
    let card = try await knownCard(text, traceID)
    guard !card.isHolderDead else { throw Problem(code: .personDead, traceID: traceID) }
    switch card.state {
    case .active: return card
    case .blocked: throw Problem(code: .cardBlocked, traceID: traceID)
    case .terminated: throw Problem(code: .cardTerminated, traceID: traceID)
    }
  }

  func act(card text: String, _ request: CardActRequest, _ payload: KeyedPayload) async throws(Problem) -> Reply {
    guard let kind = request.act.kind, CardActKind.asked.contains(kind) else {
      throw Problem(code: .malformedRequest, traceID: payload.traceID)
    }
    let card = try await knownCard(text, payload.traceID)
    let command = CardAct(
      card: card.number, kind: kind, reason: request.reason, maker: request.maker, checker: request.checker ?? "",
      office: request.office)
    return await submit(.actOnCard(command), payload, scope: "card-acts/\(card.number)") { outcome in
      guard case .cardActed(let result) = outcome else { return nil }
      return CardActAnswer(sequence: result.sequence, released: result.released)
    }
  }

  func pinAct(card text: String, _ request: PINActRequest, _ payload: KeyedPayload) async throws(Problem) -> Reply {
    let card = try await knownCard(text, payload.traceID)
    let command = PINRecord(
      card: card.number, act: request.act == .set ? .set : .unblocked, terminal: request.terminal,
      maker: request.maker, checker: request.checker ?? "", office: request.office, actedAt: request.time)
    return await submit(.recordPIN(command), payload, scope: "pin-acts/\(card.number)") { _ in RegisteredAnswer() }
  }

  func life(card text: String, traceID: String) async throws(Problem) -> CardAnswer {
    let card = try await knownCard(text, traceID)
    let life = try await read(traceID) { () throws(LedgerStoreError) in try await store.life(card: card.number) }
    guard let life else { throw Problem(code: .unknownCard, traceID: traceID) }
    return CardAnswer(
      cardNumber: card.number, state: card.state.wire, registeredAt: card.registeredAt / 1_000,
      replaces: life.replaces, replacedBy: life.replacedBy, reserve: life.reserve,
      reserveFrom: ReserveRule.earliest(authorityEnds: life.authorityEnds),
      acts: life.acts.map { act in
        CardActLine(
          sequence: act.sequence, act: CardActName(act.kind), reason: act.reason, maker: act.maker,
          checker: act.checker.isEmpty ? nil : act.checker, office: act.office, time: act.actedAt / 1_000)
      },
      pinActs: life.pinActs.map { act in
        PINActRequest(
          act: act.record.act == .set ? .set : .unblocked, terminal: act.record.terminal, maker: act.record.maker,
          checker: act.record.checker.isEmpty ? nil : act.record.checker, office: act.record.office,
          time: act.record.actedAt)
      })
  }

  func payable(card text: String, traceID: String) async throws(Problem) -> [PayableLine] {
    guard CardNumber(text) != nil else { throw Problem(code: .unknownCard, traceID: traceID) }
    let card = try await usableCard(text, traceID)
    let items = try await read(traceID) { () throws(LedgerStoreError) in try await store.payable(card: card.number) }
    return collectable(items ?? [])
  }

  /// End of an offline authority whose last day is `date`, YYYYMMDD in UTC; 0 when there is none, Unix seconds.
  static func authorityEnds(_ date: UInt32) -> Int64 {
    let parts = (Int(date / 10_000), Int(date / 100 % 100), Int(date % 100))
    guard date > 0 else { return 0 }
    // A last day that is no day of the calendar ends nothing early: it counts as the last that there is.
    let day = CalendarDate(year: parts.0, month: parts.1, day: parts.2) ?? CalendarDate(year: 9_999, month: 12, day: 30)
    return day.flatMap { $0.adding(days: 1) }.map { Int64($0.dayNumber) * 86_400 } ?? .max
  }

  /// The generation of the holder's PIN that the centre knows of from the newest certificate that was posted
  /// (`card-application` §8). One set by terminal right needs the record of the office that set it; without it the
  /// card's own last acknowledgement stands.
  func acknowledgedGeneration(_ card: StoredCard, _ traceID: String) async throws(Problem) -> UInt16 {
    let number = card.number
    let octets = try await read(traceID) { () throws(LedgerStoreError) in
      try await store.lastPostedCertificate(card: number)
    }
    guard let octets, let newest = (try? PayoutCertificate.parse(octets))?.0 else { return 1 }
    guard newest.pinOrigin == .terminalRight else { return newest.pinGeneration }
    let life = try await read(traceID) { () throws(LedgerStoreError) in try await store.life(card: number) }
    let posted = try await read(traceID) { () throws(LedgerStoreError) in
      try await store.postedCertificates(card: number)
    }
    let certificates = posted.compactMap { stored in
      (try? PayoutCertificate.parse(stored.certificate)).map {
        PINRecords.Seen(certificate: $0.0, postedAt: stored.postedAt / 1_000)
      }
    }
    let records = PINRecords(
      records: (life?.pinActs ?? []).map { ($0.record, $0.receivedAt / 1_000) }, from: card.registeredAt / 1_000)
    return records.stand(behind: certificates) ? newest.pinGeneration : newest.acknowledgedGeneration
  }
}

extension CardActName {
  /// The ledger's act; `nil` for none that there is.
  var kind: CardActKind? { CardActKind.allCases.first { CardActName($0) == self } }

  init(_ kind: CardActKind) {
    self =
      switch kind {
      case .block: .block
      case .unblock: .unblock
      case .lost: .lost
      case .replacedLost: .replacedLost
      case .renewed: .renewed
      case .returned: .returned
      case .terminated: .terminated
      case .releaseReserve: .releaseReserve
      case .fork: .fork
      case .replacedDamaged: .replacedDamaged
      case .replacedChanged: .replacedChanged
      }
  }
}

extension ReplacementKind {
  var act: CardActKind {
    switch self {
    case .lost: .replacedLost
    case .damaged: .replacedDamaged
    case .changed: .replacedChanged
    case .renewal: .renewed
    }
  }
}

extension StoredCard.State {
  var wire: CardAnswer.State {
    switch self {
    case .active: .active
    case .blocked: .blocked
    case .terminated: .terminated
    }
  }

  /// What a completion tells the card (`card-application` §12, 87).
  var completion: CardState {
    switch self {
    case .active: .active
    case .blocked: .suspended
    case .terminated: .terminated
    }
  }
}
