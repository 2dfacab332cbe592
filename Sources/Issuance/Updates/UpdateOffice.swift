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
public struct WantedUpdate: Hashable, Sendable {
  /// Whether name and birth date are written as the office knows them now, matched by the population register.
  public var hasHolder = false
  /// Content of EF.Photo; empty takes the photo away.
  public var photo: [UInt8]?
  /// Where the card is brought.
  public var status: CardStatusChange?

  /// Nothing, to be filled.
  public init() {}

  /// The end of the card, and nothing else.
  static var end: WantedUpdate {
    var wanted = WantedUpdate()
    wanted.status = .terminate
    return wanted
  }

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

/// The office's part of updates after delivery: computes scripts for cards that are not there, and finds out from what
/// came back whether the card has obeyed.
public struct UpdateOffice: Sendable {
  /// The office's database.
  public let store: OfficeStore
  let sessions: any CardSessionSource
  private let mode: SCP03Mode
  let random: any RandomSource
  /// Unix seconds.
  let clock: @Sendable () -> Int64

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

  /// Computes and keeps the script that changes what is wanted. An update that still waits for this card is taken up in
  /// the new one, which takes its place. A card that has ended takes nothing but its end.
  ///
  /// - Throws: ``CardLifeError/fourEyes`` when one person alone would unlock a card; ``CardLifeError/ended``;
  ///   ``UpdateOfficeError``; ``OfficeError/notMatched(_:)``.
  public func make(_ wanted: WantedUpdate, card: CardNumber, hands: OfficeHands) throws -> OfficeUpdate {
    try hands.require(two: wanted.status == .unlock)
    guard let made = try store.madeCard(card) else { throw UpdateOfficeError.unknownCard }
    guard !made.hasEnded || wanted == .end else { throw CardLifeError.ended }
    var contents: [DataGrouping: [UInt8]] = [:]
    if wanted.hasHolder {
      guard made.register == .matched else { throw OfficeError.notMatched(made.register) }
      contents = try self.contents(made.holder)
    }
    if let photo = wanted.photo { contents[.photo] = photo }
    let known = try store.updates(card: card.digits)
    var status = wanted.status
    if !made.hasEnded, let earlier = known.last(where: { $0.state == .waiting })?.update {
      contents.merge(earlier.contents) { new, _ in new }
      status = status ?? earlier.status
    }
    guard let update = CardUpdate(contents: contents, status: status) else { throw UpdateOfficeError.nothing }
    let next = OfficeUpdate(
      id: try random.bytes(16), card: card.digits, serial: (known.last?.serial ?? 0) + 1, kind: wanted.kind,
      update: update, counter: 0, challenge: [], script: [], state: .waiting, isPosted: false, tries: 0)
    let computed = try computed(next, chip: made.chip, after: try store.sequenceCounter(card.digits))
    try store.keep(
      computed,
      act: OfficeAct("card-update-made", card.digits, actor: hands.maker, checker: hands.checker, time: clock()))
    return computed
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

  /// `update` with a script for the session after the one of `counter`, which takes a session of the budget.
  func computed(_ update: OfficeUpdate, chip: [UInt8], after counter: UInt32) throws -> OfficeUpdate {
    guard counter < 0xFF_FFFF else { throw UpdateOfficeError.counterExhausted }
    var made = update
    made.counter = counter + 1
    made.challenge = try random.bytes(mode.length)
    let request = try request(update.card, chip, made.counter, made.challenge)
    made.script = try SCP03Script(
      request, secrets: try sessions.secrets(for: request), commands: update.update.commands
    ).relayed.bytes
    return made
  }

  func request(
    _ card: String, _ serial: [UInt8], _ counter: UInt32, _ challenge: [UInt8]
  ) throws -> SCP03SessionRequest {
    SCP03SessionRequest(
      serial: serial, keyVersion: try store.keyVersion(card), mode: mode, sequenceCounter: counter,
      application: ApplicationName.payout, hostChallenge: challenge)
  }
}
