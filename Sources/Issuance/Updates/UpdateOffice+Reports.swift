import CardApplication
import CardCrypto
public import ISO7816
import SecureChannel

/// What a terminal says that a card has answered.
public struct UpdateReport: Hashable, Sendable {
  /// SHA-256 of the terminal's point, 32 octets.
  public let terminal: [UInt8]
  /// The answers' octets.
  public let answers: [UInt8]

  /// From its fields.
  public init(terminal: [UInt8], answers: [UInt8]) {
    self.terminal = terminal
    self.answers = answers
  }
}

/// What reports on an update have come to, to be kept: none is judged twice.
public struct UpdateJudgement: Sendable {
  /// What one report says.
  public enum Verdict: String, Sendable {
    /// The card has proven that it has the update.
    case done
    /// The card has proven a session of its own, in which it did not do everything.
    case moved
    /// Nothing is proven; whoever carried the script could have made this.
    case open
    /// It has the form of a proof, and the card did not make it.
    case untrue
  }

  /// Of which update.
  public let update: OfficeUpdate
  /// By terminal.
  public internal(set) var verdicts: [(terminal: [UInt8], verdict: Verdict)] = []
  /// The highest sequence counter that the card has proven.
  public internal(set) var counter: UInt32?
  /// The last status word that a terminal has told in a report; it proves nothing.
  public internal(set) var status: StatusWord?
  /// Unix seconds.
  public let time: Int64

  init(_ update: OfficeUpdate, at time: Int64) {
    self.update = update
    self.time = time
  }
}

/// What came of an update that terminals have reported on. A status word is told for people to look at; it proves
/// nothing, and ends nothing.
public enum UpdateOutcome: Sendable {
  /// The card has proven that it has it.
  case done
  /// The card has proven to have been in another session, or to be cut off: a new script is in its place, to be posted.
  case remade(OfficeUpdate)
  /// Nothing is proven: the same script is there again, to be posted, so that who has reported can try again.
  case resent(OfficeUpdate, told: StatusWord?)
  /// The card goes on without the update however often it was made anew: an officer asks for it again, or does not.
  case stuck(told: StatusWord?)
  /// Nobody has reported, or what was reported says nothing of this card.
  case waiting
}

extension UpdateOffice {
  /// Most scripts that are computed for one wish before somebody has to look: each takes sessions of the card's budget.
  static let mostTries: Int64 = 8
  /// Most reports of a terminal on one card that the card has not made and that are still looked into: each takes
  /// sessions of the card's budget, which a terminal must not be able to use up.
  static let mostUntrue = 3

  /// Finds out what the reports prove that were not judged before. Whatever leaves it open whether the card has obeyed
  /// sends the same contents again: written twice they are the same.
  ///
  /// A report in which nothing is proven takes no session of the card's budget, and neither does the script that is
  /// then there again.
  public func judge(_ update: OfficeUpdate, reports: [UpdateReport], actor: String) throws -> UpdateOutcome {
    guard let number = CardNumber(update.card), let chip = try store.madeCard(number)?.chip,
      let relayed = RelayedScript(parsing: update.script)
    else { throw UpdateOfficeError.unknownCard }
    let script = SCP03Script(try request(update.card, chip, update.counter, update.challenge), relayed: relayed)
    let known = try store.judgedTerminals(update.id)
    var judged = UpdateJudgement(update, at: clock())
    var isOpen = false
    for report in reports where !known.contains(report.terminal) {
      let untrue = try store.untrueReports(report.terminal, card: update.card)
      let verdict = try self.verdict(of: report, script, isTrusted: untrue < Self.mostUntrue, &judged)
      judged.verdicts.append((report.terminal, verdict))
      if verdict == .done {
        try store.note(judged, ending: actor)
        return .done
      }
      isOpen = isOpen || verdict == .open || (verdict == .untrue && untrue < Self.mostUntrue)
    }
    if let counter = judged.counter { return try remade(update, chip, after: counter, judged, actor) }
    if isOpen { return .resent(try resent(update, judged, actor), told: judged.status) }
    try store.note(judged)
    let isStuck = try update.tries >= Self.mostTries && store.sequenceCounter(update.card) >= update.counter
    return isStuck ? .stuck(told: nil) : .waiting
  }

  private func verdict(
    of report: UpdateReport, _ script: SCP03Script, isTrusted: Bool, _ judged: inout UpdateJudgement
  ) throws -> UpdateJudgement.Verdict {
    guard let answers = RelayedAnswers(parsing: report.answers) else { return .untrue }
    switch script.opening(answers) {
    case .otherCounter(let real)?:
      guard isTrusted else { return .untrue }
      let card = judged.update.card
      let other = try request(card, script.request.serial, real, script.request.hostChallenge)
      guard try script.isGenuine(answers, secrets: try sessions.secrets(for: other)) else { return .untrue }
      judged.counter = max(judged.counter ?? 0, real)
      return .moved
    case .refused(_, let status)?:
      judged.status = status
      return .open
    case .cut?, .notProven?, .otherCard?, .done?: return .open
    case nil: break
    }
    guard isTrusted else { return .untrue }
    let secrets = try sessions.secrets(for: script.request)
    let verdict: SCP03ScriptVerdict
    do {
      verdict = try script.verify(answers, secrets: secrets)
    } catch {
      // Keys that are not those of the script: as little is proven, and it must not be looked into for ever.
      return .untrue
    }
    if case .notProven = verdict { return .untrue }
    // Every other verdict after an opened session rests on an R-MAC: the card was in the session of this script.
    judged.counter = max(judged.counter ?? 0, script.request.sequenceCounter)
    if case .done = verdict { return .done }
    if case .refused(_, let status) = verdict { judged.status = status }
    return .moved
  }

  private func remade(
    _ update: OfficeUpdate, _ chip: [UInt8], after counter: UInt32, _ judged: UpdateJudgement, _ actor: String
  ) throws -> UpdateOutcome {
    guard update.tries < Self.mostTries else {
      try store.note(judged)
      return .stuck(told: judged.status)
    }
    var next = update
    next.tries += 1
    next = try computed(try successor(next), chip: chip, after: counter)
    try store.keep(
      next, act: OfficeAct("card-update-remade", update.card, actor: actor, time: clock()), judged: judged)
    return .remade(next)
  }

  private func resent(_ update: OfficeUpdate, _ judged: UpdateJudgement, _ actor: String) throws -> OfficeUpdate {
    let next = try successor(update)
    try store.keep(
      next, act: OfficeAct("card-update-sent-again", update.card, actor: actor, time: clock()), judged: judged)
    return next
  }

  private func successor(_ update: OfficeUpdate) throws -> OfficeUpdate {
    var next = update
    (next.id, next.serial, next.isPosted) = (try random.bytes(16), update.serial + 1, false)
    return next
  }
}
