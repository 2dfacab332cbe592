import CardApplication
import CardCrypto
import CardTerminal
import ISO7816
import SecureChannel
import Synchronization

/// What became of a card that could not be made.
struct MakingFailure: Error {
  /// Number that was given out for it; `nil` when the card was never begun.
  let number: CardNumber?
  /// Why.
  let reason: ScrapReason
  /// The step it failed in, and what the card said.
  let detail: String
  /// Key diversification data of the chip; empty when it did not come to that.
  let serial: [UInt8]
  /// Whether the card had opened its domain.
  let isAuthenticated: Bool
  /// The error itself.
  let error: any Error

  /// Whether it is the person's record that is in the way: another card would not help.
  var isAboutThePerson: Bool {
    switch error {
    case OfficeError.applicant: true
    case PersonalisationError.identity, PersonalisationError.outgrown: true
    case PersonalisationError.notBegun(let cause as OfficeError):
      switch cause {
      case .notMatched, .undecided, .unknownPerson, .notWaiting: true
      default: false
      }
    default: false
    }
  }
}

extension MakingFailure {
  /// Whether a card that was open would not take what was written, or gave something else back: the person's record
  /// may be why.
  var isRefusalOfData: Bool {
    guard isAuthenticated, number != nil, reason == .refused || reason == .readBack else { return false }
    // The chip has had its sessions.
    if case PersonalisationError.custodian = error { return false }
    return true
  }

  /// Whether the person is none of this office's.
  var isOutsideScope: Bool {
    if case PersonalisationError.notBegun(OfficeError.outsideScope) = error { true } else { false }
  }
}

extension Office {
  /// Makes one card at a place of a job: keys, files, secrets, read-back, print; then it is made durable and recorded.
  func make(
    _ item: JobItem, _ place: JobPlace, on card: DeskCard, printer: (any CardPrinter)?
  ) async throws(MakingFailure) -> PersonalisedCard {
    let begun = BegunCard()
    do {
      let (made, order, profile) = try await make(item.applicant, card.channel, job: place.budgetName) { serial in
        begun.serial = serial
        let number = try await store.begin(place, item.applicant, serial: serial, time: clock())
        begun.number = number
        return number
      } isMade: {
        begun.isMade = true
      }
      if let printer {
        try store.notePrinting(place, made.cardNumber, time: clock())
        do {
          try await printer.print(made, item.applicant, order, profile)
        } catch {
          throw PrintFailure(error: error)
        }
      }
      try card.keep(made)
      try await store.finish(made, place, time: clock())
      return made
    } catch {
      throw Self.failure(error, begun)
    }
  }

  /// Makes a person's card on a fresh one and reads it back. `begin` gives its number out, before the chip is
  /// authenticated to; `isMade` is called when only reading it back is left.
  func make(
    _ applicant: Applicant, _ channel: any CardChannel, job: String,
    begin: @Sendable (_ serial: [UInt8]) async throws -> CardNumber, isMade: () -> Void = {}
  ) async throws -> (PersonalisedCard, PersonalisationOrder, CardProfile) {
    let personaliser = try self.personaliser.making(applicant.profile)
    guard let template = applicant.order(personaliser.profile, time: clock()) else {
      throw OfficeError.applicant(String(applicant.personalID.suffix(4)))
    }
    guard template.lastDay(personaliser.profile) != nil else { throw PersonalisationError.outgrown }
    let (made, order) = try await personaliser.personalise(channel, job: job) { serial in
      var order = template
      order.cardNumber = try await begin(serial)
      return order
    }
    isMade()
    try await personaliser.readBack(channel, order, made, terminal: terminal)
    return (made, order, personaliser.profile)
  }

  /// What a failure means for the card it happened to.
  private static func failure(_ error: any Error, _ begun: BegunCard) -> MakingFailure {
    let (reason, detail, isAuthenticated) = classify(error, isMade: begun.isMade)
    return MakingFailure(
      number: begun.number, reason: reason, detail: detail, serial: begun.serial, isAuthenticated: isAuthenticated,
      error: (error as? PrintFailure)?.error ?? error)
  }

  private static func classify(_ error: any Error, isMade: Bool) -> (ScrapReason, String, Bool) {
    switch error {
    case let error as PersonalisationError:
      switch error {
      case .channel(let cause): (.cardLost, "\(cause)", true)
      case .secureChannel(let cause):
        switch cause {
        case .channel(let lost): (.cardLost, "\(lost)", false)
        // Each of these has cost the chip a try; what is refused before has not.
        case .wrongKeys, .refused(step: SCP03Host.authentication, _): (.wrongKeys, "\(cause)", false)
        default: (.refused, "\(cause)", false)
        }
      case .refused(let step, let status): (.refused, "\(step): \(status)", true)
      case .malformedAnswer(let step): (.refused, step, true)
      case .custodian(let cause): keys(cause)
      case .notFresh: (.refused, "not fresh", false)
      case .outgrown: (.refused, "outgrown", false)
      case .identity(let cause): (.refused, "\(cause)", true)
      case .notBegun(let cause): notBegun(cause)
      }
    case let error as ReadBackError: (.readBack, "\(error)", true)
    case is PrintFailure: (.notPrinted, "", true)
    case OfficeError.superseded: (.superseded, "", true)
    case OfficeError.applicant: (.refused, "applicant", false)
    case is CardProfileError: (.refused, "profile", false)
    default: (.interrupted, "\(type(of: error))", isMade)
    }
  }

  private static func keys(_ cause: any Error) -> (ScrapReason, String, Bool) {
    switch cause {
    // This card alone: the next one has a budget of its own.
    case SessionBudgetError.card(_, let limit): (.refused, "\(limit) sessions", true)
    case SessionBudgetError.notKept(let reason): (.interrupted, reason, true)
    default: (.keys, "\(type(of: cause))", true)
    }
  }

  private static func notBegun(_ cause: any Error) -> (ScrapReason, String, Bool) {
    switch cause {
    case OfficeError.notMatched(let state): (.refused, state.rawValue, false)
    case OfficeError.undecided: (.refused, "undecided", false)
    case OfficeError.unknownPerson: (.refused, "unknown", false)
    case OfficeError.notWaiting: (.refused, "not waiting", false)
    case OfficeError.outsideScope: (.refused, "outside the scope", false)
    case is SessionBudgetError: keys(cause)
    case JobError.attemptsUsedUp: (.refused, "attempts used up", false)
    case OfficeError.superseded: (.superseded, "", false)
    // The database itself: it would fail for the next card too.
    default: (.interrupted, "\(type(of: cause))", false)
    }
  }
}

private struct PrintFailure: Error {
  let error: any Error
}

/// How far a card has come.
private final class BegunCard: Sendable {
  private let state = Mutex<(number: CardNumber?, serial: [UInt8], isMade: Bool)>((nil, [], false))

  var serial: [UInt8] {
    get { state.withLock { $0.serial } }
    set { state.withLock { $0.serial = newValue } }
  }

  var number: CardNumber? {
    get { state.withLock { $0.number } }
    set { state.withLock { $0.number = newValue } }
  }

  var isMade: Bool {
    get { state.withLock { $0.isMade } }
    set { state.withLock { $0.isMade = newValue } }
  }
}
