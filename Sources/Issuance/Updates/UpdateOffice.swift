public import CardApplication
public import CardCrypto
import ISO7816
public import SecureChannel

/// Who derives the keys of one session with a card, from static keys that never leave it.
public protocol CardSessionSource: Sendable {
  /// The session's keys, and the challenge that the card will answer with in it.
  func secrets(for request: SCP03SessionRequest) throws -> PredictedSCP03Session
}

/// Sessions of a custodian, which keeps the static keys to itself; each counts towards its budget.
public struct CustodianSessions: CardSessionSource {
  private let custodian: any KeyCustodian
  private let length: AESKeyLength
  private let job: String

  /// Of cards whose keys have `length`; `job` is what the custodian counts them under.
  public init(_ custodian: any KeyCustodian, length: AESKeyLength, job: String = "updates") {
    self.custodian = custodian
    self.length = length
    self.job = job
  }

  /// Predicted inside.
  public func secrets(for request: SCP03SessionRequest) throws -> PredictedSCP03Session {
    try custodian.predictedSession(
      CardKeyReference(generation: request.keyVersion, length: length, serial: request.serial), request.prediction,
      job: job)
  }
}

/// Why an update can't be made.
public enum UpdateOfficeError: Error, Sendable {
  /// The office has made no such card.
  case unknownCard
  /// Nothing is to change, or something that can't be: too long, or no name or date.
  case nothing
  /// The card's counter is at its end.
  case counterExhausted
}

/// What the office changes on a card.
public struct WantedUpdate: Sendable {
  /// Whether name and birth date are written as the office knows them now, matched by the population register.
  public var hasHolder = false
  /// Content of EF.Photo; empty takes the photo away.
  public var photo: [UInt8]?
  /// Where the card is brought.
  public var status: CardStatusChange?

  /// Nothing, to be filled.
  public init() {}

  /// One word for it.
  var kind: String {
    switch status {
    case .lock: "lock"
    case .unlock: "unlock"
    case .terminate: "terminate"
    case nil: hasHolder ? "data" : "photo"
    }
  }
}

/// What came of an update that terminals have reported on.
public enum UpdateOutcome: Sendable {
  /// The card has proven that it has it.
  case done
  /// The card was in another session, or was cut off: a new script is in its place, to be posted.
  case remade(OfficeUpdate)
  /// The card refused it with this status, four hexadecimal digits.
  case refused(String)
  /// Nothing that terminals reported says anything of this card.
  case waiting
}

/// The office's part of updates after delivery: computes scripts for cards that are not there, and finds out from what
/// came back whether the card has obeyed.
public struct UpdateOffice: Sendable {
  /// The office's database.
  public let store: OfficeStore
  private let sessions: any CardSessionSource
  private let mode: SCP03Mode
  private let random: any RandomSource
  /// Unix seconds.
  private let clock: @Sendable () -> Int64

  /// An office.
  ///
  /// - Parameters:
  ///   - sessions: who derives session keys.
  ///   - mode: of the cards' profile.
  public init(
    store: OfficeStore, sessions: any CardSessionSource, mode: SCP03Mode, random: any RandomSource = SystemRandom(),
    clock: @escaping @Sendable () -> Int64
  ) {
    self.store = store
    self.sessions = sessions
    self.mode = mode
    self.random = random
    self.clock = clock
  }

  /// Computes and keeps the script that changes what is wanted. An update that still
  /// waits for this card is taken up in the new one, which takes its place.
  public func make(_ wanted: WantedUpdate, card: CardNumber, actor: String) throws -> OfficeUpdate {
    guard let (serial, holder, register) = try store.madeCard(card) else { throw UpdateOfficeError.unknownCard }
    var contents: [DataGrouping: [UInt8]] = [:]
    if wanted.hasHolder {
      guard register == .matched else { throw OfficeError.notMatched(register) }
      contents = try self.contents(holder)
    }
    if let photo = wanted.photo { contents[.photo] = photo }
    let known = try store.updates(card: card.digits)
    var status = wanted.status
    if let earlier = known.last(where: { $0.state == .waiting })?.update {
      contents.merge(earlier.contents) { new, _ in new }
      status = status ?? earlier.status
    }
    guard let update = CardUpdate(contents: contents, status: status) else { throw UpdateOfficeError.nothing }
    return try keep(
      update, wanted.kind, card.digits, serial, number: (known.last?.serial ?? 0) + 1,
      after: try store.sequenceCounter(card.digits), actor)
  }

  /// EF.Holder, and the data groups that say the same.
  private func contents(_ person: Applicant) throws -> [DataGrouping: [UInt8]] {
    guard let holder = person.holder else { throw UpdateOfficeError.nothing }
    var contents: [DataGrouping: [UInt8]] = [.holder: holder.bytes]
    // The days of issue stay as they are on the card: their groups are not named.
    guard let until = CardDate(yyyymmdd: 20_991_231),
      let identity = person.identity(holder, from: clock(), until: until)
    else { return contents }
    let named: Set<EIDDataGroup> = [.givenNames, .familyNames, .dateOfBirth]
    contents[.identity] = try identity.dataGroups.filter { named.contains($0.key) }
      .sorted { $0.key.rawValue < $1.key.rawValue }.flatMap(\.value)
    return contents
  }

  private func keep(
    _ update: CardUpdate, _ kind: String, _ card: String, _ serial: [UInt8], number: Int64, after counter: UInt32,
    _ actor: String
  ) throws -> OfficeUpdate {
    guard counter < 0xFF_FFFF else { throw UpdateOfficeError.counterExhausted }
    let challenge = try random.bytes(mode.length)
    let request = try request(card, serial, counter + 1, challenge)
    let script = try SCP03Script(request, secrets: try sessions.secrets(for: request), commands: update.commands)
    let made = OfficeUpdate(
      id: try random.bytes(16), card: card, serial: number, kind: kind, update: update, counter: counter + 1,
      challenge: challenge, script: script.relayed.bytes, state: .waiting, isPosted: false)
    try store.keep(made, actor: actor, time: clock())
    return made
  }

  private func request(
    _ card: String, _ serial: [UInt8], _ counter: UInt32, _ challenge: [UInt8]
  ) throws -> SCP03SessionRequest {
    SCP03SessionRequest(
      serial: serial, keyVersion: try store.keyVersion(card), mode: mode, sequenceCounter: counter,
      application: ApplicationName.payout, hostChallenge: challenge)
  }

  /// What the reported answers prove, one report of a terminal each. Whatever leaves it open whether the card has
  /// obeyed makes a new script: the same contents written twice are the same.
  public func judge(_ update: OfficeUpdate, reports: [[UInt8]], actor: String) throws -> UpdateOutcome {
    guard let number = CardNumber(update.card), let (serial, _, _) = try store.madeCard(number),
      let relayed = RelayedScript(parsing: update.script)
    else { throw UpdateOfficeError.unknownCard }
    let script = SCP03Script(
      try request(update.card, serial, update.counter, update.challenge), relayed: relayed)
    var (counter, refusal): (UInt32?, String?) = (nil, nil)
    // A terminal without the right, or a card that went away: again, from the counter that was used up if it was.
    var (isCut, isRepeated) = (false, false)
    for report in reports {
      guard let answers = RelayedAnswers(parsing: report) else { continue }
      switch try script.verify(answers, secrets: try sessions.secrets(for: script.request)) {
      case .done:
        try store.close(update, as: .done, counter: update.counter)
        return .done
      case .otherCounter(let real):
        let other = try request(update.card, serial, real, update.challenge)
        guard try script.isGenuine(answers, secrets: try sessions.secrets(for: other)) else { continue }
        counter = max(counter ?? 0, real)
      case .refused(let step, let status):
        isCut = isCut || step > 0
        if step == 0, status != .authenticationBlocked { isRepeated = true } else { refusal = status.description }
      case .cut(let step): isCut = isCut || step > 0
      case .otherCard, .notProven: continue
      }
    }
    if counter == nil, let refusal {
      try store.close(update, as: .refused, counter: isCut ? update.counter : nil)
      return .refused(refusal)
    }
    guard counter != nil || isCut || isRepeated else { return .waiting }
    let remade = try keep(
      update.update, update.kind, update.card, serial, number: update.serial + 1,
      after: max(counter ?? 0, isCut ? update.counter : update.counter - 1), actor)
    try store.noteCounter(remade.counter - 1, card: update.card)
    return .remade(remade)
  }
}
