public import VietnamReference

/// A refused or failed request (RFC 9457 problem details).
///
/// `type` is `urn:ansinh:problem:` and the code; `title` repeats the English text for generic clients.
public struct Problem: Error, Hashable, Sendable, Codable {
  /// Media type of a problem.
  public static let mediaType = "application/problem+json"

  /// `urn:ansinh:problem:CODE`.
  public var type: String
  /// English text.
  public var title: String
  /// HTTP status.
  public var status: Int
  /// Stable code.
  public var code: String
  /// What happened, in both languages.
  public var detail: BilingualText
  /// What to do, in both languages.
  public var remedy: BilingualText
  /// Whether the same request may succeed later.
  public var retryable: Bool
  /// For the log.
  public var traceID: String
  /// One text per bad row of a list.
  public var rows: [BilingualText]

  /// A problem of `code`.
  public init(code: ProblemCode, traceID: String, rows: [BilingualText] = []) {
    type = "urn:ansinh:problem:\(code.rawValue)"
    let text = code.text
    title = text.detail.en
    status = code.status
    self.code = code.rawValue
    detail = text.detail
    remedy = text.remedy
    retryable = code.isRetryable
    self.traceID = traceID
    self.rows = rows
  }
}

/// Every code a problem can have. The order is the order in which the service checks (`ledger` §6): when several hold,
/// the earliest is answered.
///
/// Two things are checked earlier than their place here. Of a terminal's record: whether the terminal is known before
/// the signature, whose transaction it is before what was recorded of it. Of a certificate from a card's log: that it
/// can't be paid any more (``challengeExpired``) before anything about terminals and money.
public enum ProblemCode: String, CaseIterable, Sendable, Codable {
  /// More requests than one caller may send.
  case tooManyRequests = "too-many-requests"
  /// Nobody has proved who sends it, or a token is not good.
  case notAuthenticated = "not-authenticated"
  /// The path is for others.
  case notPermitted = "not-permitted"
  /// No such path or thing.
  case notFound = "not-found"
  /// The body is longer than the service takes.
  case bodyTooLarge = "body-too-large"
  /// No `Idempotency-Key`.
  case idempotencyKeyMissing = "idempotency-key-missing"
  /// The request is not readable.
  case malformedRequest = "malformed-request"
  /// Sent in the name of a terminal whose key the connection has not proved.
  case notTheTerminal = "not-the-terminal"
  /// It names an official whose token did not come with it.
  case notTheOfficial = "not-the-official"
  /// The list has bad rows; nothing of it was taken.
  case listRefused = "list-refused"
  /// The list has more rows than one import takes.
  case listTooLong = "list-too-long"
  /// The issuer of a payout-key certificate is not trusted, or the certificate is not right.
  case certificateNotTrusted = "certificate-not-trusted"
  /// The card is not registered.
  case unknownCard = "unknown-card"
  /// A signature does not verify.
  case signatureInvalid = "signature-invalid"
  /// The certificate names another terminal than the one that sends it.
  case certificateOfOtherTerminal = "certificate-of-other-terminal"
  /// An override, which this service does not take yet.
  case payoutKindNotOpen = "payout-kind-not-open"
  /// A request with this key is still being decided.
  case requestInFlight = "request-in-flight"
  /// The same key came with another payload.
  case idempotencyKeyReused = "idempotency-key-reused"
  /// Two persons are needed, and there is one.
  case fourEyesNeeded = "four-eyes-needed"
  /// The list is sealed: it takes no more rows and can't be given up.
  case listSealed = "list-sealed"
  /// The list was given up.
  case listAbandoned = "list-abandoned"
  /// Rows of the chunk stand where others of the list already are.
  case listRowsKnown = "list-rows-known"
  /// The list is not sealed yet.
  case listOpen = "list-open"
  /// Rows of the list are missing, or its sum is another one.
  case listIncomplete = "list-incomplete"
  /// Somebody has checked the list before.
  case listChecked = "list-checked"
  /// Nobody has checked the list yet.
  case listUnchecked = "list-unchecked"
  /// The list was made by other programme files than the centre's.
  case listOfOtherRules = "list-of-other-rules"
  /// The list was approved before.
  case listApproved = "list-approved"
  /// The list is not approved yet.
  case listUnapproved = "list-unapproved"
  /// Registered already.
  case alreadyRegistered = "already-registered"
  /// An item of the list was imported before.
  case duplicateItem = "duplicate-item"
  /// No such list.
  case unknownList = "unknown-list"
  /// The agent is not registered.
  case unknownAgent = "unknown-agent"
  /// The programme fund has less than the list needs.
  case fundTooLow = "fund-too-low"
  /// The person has another live card than the one to be replaced.
  case personHasCard = "person-has-card"
  /// The card to be replaced is another person's.
  case cardOfOtherPerson = "card-of-other-person"
  /// A certificate of a card's log whose terminal may still post it.
  case logTooEarly = "log-too-early"
  /// Offline payouts are not open here.
  case offlineNotOpen = "offline-not-open"
  /// The counter was decided before.
  case counterDecided = "counter-decided"
  /// Two certificates of the card contradict each other; it is blocked.
  case cardFork = "card-fork"
  /// The card is blocked.
  case cardBlocked = "card-blocked"
  /// The card has ended.
  case cardTerminated = "card-terminated"
  /// The transaction is void.
  case transactionVoid = "transaction-void"
  /// Another certificate has used the transaction id.
  case transactionReused = "transaction-reused"
  /// The terminal is not registered.
  case unknownTerminal = "unknown-terminal"
  /// The terminal's key was revoked.
  case terminalRevoked = "terminal-revoked"
  /// The terminal stands in another province than the order says.
  case terminalElsewhere = "terminal-elsewhere"
  /// The line is not one of this person.
  case lineNotOfPerson = "line-not-of-person"
  /// No such entitlement line.
  case unknownLine = "unknown-line"
  /// The line is suspended.
  case lineSuspended = "line-suspended"
  /// The line is not suspended.
  case lineNotSuspended = "line-not-suspended"
  /// The line has ended.
  case lineEnded = "line-ended"
  /// A row is for a month after its line's last.
  case monthAfterEnd = "month-after-end"
  /// Somebody's benefit of a row is suspended at another unit or funder.
  case programmeSuspended = "programme-suspended"
  /// The last day to collect of a row of arrears, or of an item to be reclaimed, is over.
  case termOver = "term-over"
  /// An account is neither the person's nor a representative's, and no reason is given.
  case holderDiffers = "holder-differs"
  /// A row's name or birth date is another than the ledger knows by its personal ID.
  case personDiffers = "person-differs"
  /// No such item was credited.
  case unknownItem = "unknown-item"
  /// The right amount is not lower than what the item stands at.
  case amountNotLower = "amount-not-lower"
  /// An item can still be collected.
  case termNotOver = "term-not-over"
  /// Nothing of an item is open, or has lapsed.
  case nothingUncollected = "nothing-uncollected"
  /// No such overpayment.
  case unknownReceivable = "unknown-receivable"
  /// More than the rest.
  case amountOverRest = "amount-over-rest"
  /// More than was paid of the item and is not to be recovered already.
  case amountOverPaid = "amount-over-paid"
  /// The overpayment is another person's, or of other money.
  case receivableElsewhere = "receivable-elsewhere"
  /// No such deduction order.
  case unknownDeduction = "unknown-deduction"
  /// The deduction order was stopped before.
  case deductionStopped = "deduction-stopped"
  /// More than the whole of an item would be taken.
  case shareTooHigh = "share-too-high"
  /// The person is on a list for a programme that may not be paid beside this one.
  case programmeExcluded = "programme-excluded"
  /// With what is listed for the month the row is more than the programme's rules come to.
  case monthOverRule = "month-over-rule"
  /// The row is the second, third… payment of arrears for a month, and the one before it is on no list.
  case arrearsOutOfTurn = "arrears-out-of-turn"
  /// Arrears for a month after the person's death.
  case arrearsAfterDeath = "arrears-after-death"
  /// No claim to this funeral grant stands.
  case funeralUnclaimed = "funeral-unclaimed"
  /// The funeral grant was credited.
  case funeralCredited = "funeral-credited"
  /// Nobody is known by the personal ID.
  case unknownPerson = "unknown-person"
  /// The death is recorded already.
  case deathKnown = "death-known"
  /// The person is not known to be dead.
  case personNotDead = "person-not-dead"
  /// The person is dead.
  case personDead = "person-dead"
  /// The heir is dead, or is the dead person.
  case heirDead = "heir-dead"
  /// Nothing is open of the dead person.
  case nothingToInherit = "nothing-to-inherit"
  /// An heir has what the person had not collected.
  case inheritanceStands = "inheritance-stands"
  /// A claim to the person's funeral grant stands.
  case funeralStands = "funeral-stands"
  /// The reference is of another payment to an agent.
  case agentPaymentKnown = "agent-payment-known"
  /// The funeral grant was claimed already.
  case funeralKnown = "funeral-known"
  /// The paper is registered already.
  case paperKnown = "paper-known"
  /// The person has a collector for the programme.
  case representativeKnown = "representative-known"
  /// No such paper is registered for the person.
  case unknownPaper = "unknown-paper"
  /// The paper is not valid on the day.
  case representativeExpired = "representative-expired"
  /// The paper does not cover the entitlement.
  case representativeNotCovering = "representative-not-covering"
  /// The last day to collect it is over.
  case collectionOver = "collection-over"
  /// The day is before the birth, or in the future.
  case dayOutOfLife = "day-out-of-life"
  /// No health insurance covers the day.
  case notInsured = "not-insured"
  /// A co-payment with that voucher is recorded.
  case coPaymentKnown = "co-payment-known"
  /// The presence is not attested.
  case presenceNotAttested = "presence-not-attested"
  /// The payout was not made in person.
  case presenceNotOwn = "presence-not-own"
  /// The new personal ID is somebody else's.
  case identityKnown = "identity-known"
  /// The maker or checker lacks the role.
  case notAppointed = "not-appointed"
  /// The first to be appointed is an administrator.
  case administratorFirst = "administrator-first"
  /// The last administrator stays.
  case lastAdministrator = "last-administrator"
  /// The official has that role.
  case alreadyAppointed = "already-appointed"
  /// The official does not have that role.
  case roleNotHeld = "role-not-held"
  /// Nothing is open for the line and month.
  case periodNotOpen = "period-not-open"
  /// More than is open.
  case amountOverOpen = "amount-over-open"
  /// The agent's limit would be exceeded.
  case agentLimit = "agent-limit"
  /// The challenge is not of this centre, card, terminal and transaction.
  case challengeInvalid = "challenge-invalid"
  /// The challenge has expired.
  case challengeExpired = "challenge-expired"
  /// The record is of another terminal.
  case recordOfOtherTerminal = "record-of-other-terminal"
  /// Paid already.
  case alreadyPaid = "already-paid"
  /// Refused before: nothing to take back.
  case nothingToVoid = "nothing-to-void"
  /// No payout has that transaction id.
  case unknownPayout = "unknown-payout"
  /// The payout was reversed before.
  case payoutReversed = "payout-reversed"
  /// The payout has not been reported as paid.
  case payoutNotPaid = "payout-not-paid"
  /// The person has a live card, and nothing says why it was not used.
  case cardReasonNeeded = "card-reason-needed"
  /// The list has paid the line and month before.
  case handPaidBefore = "hand-paid-before"
  /// No transfer has that reference.
  case unknownTransfer = "unknown-transfer"
  /// The bank has confirmed the transfer before.
  case transferConfirmed = "transfer-confirmed"
  /// The bank has rejected the transfer before.
  case transferRejected = "transfer-rejected"
  /// The statement has another amount than was ordered.
  case transferAmount = "transfer-amount"
  /// The reference has been used by another transfer.
  case transferKnown = "transfer-known"
  /// The bank has not confirmed the transfer.
  case transferUnconfirmed = "transfer-unconfirmed"
  /// The transfer came back before.
  case transferReturned = "transfer-returned"
  /// The visit is paid more than a visit may.
  case visitOverLimit = "visit-over-limit"
  /// The card has had as many visits today as it may.
  case cardVisitsOver = "card-visits-over"
  /// The terminal would pay more today than it may.
  case terminalOverLimit = "terminal-over-limit"
  /// The desk has an open shift.
  case shiftOpen = "shift-open"
  /// No shift has that id.
  case unknownShift = "unknown-shift"
  /// The shift is closed.
  case shiftClosed = "shift-closed"
  /// The card is not blocked.
  case cardNotBlocked = "card-not-blocked"
  /// The card is blocked for good.
  case blockFinal = "block-final"
  /// The card may still be in use.
  case cardInUse = "card-in-use"
  /// Nothing is on the card's reserve.
  case reserveEmpty = "reserve-empty"
  /// The card's reserve can't be released yet.
  case releaseTooEarly = "release-too-early"
  /// A completion or receipt out of its order.
  case completionOrder = "completion-order"
  /// A signed head is not the chain's.
  case historyDiffers = "history-differs"
  /// The ledger was restored, and a terminal has not sent again yet what was lost.
  case journalAwaited = "journal-awaited"
  /// No journal of that terminal is waited for.
  case journalNotAwaited = "journal-not-awaited"
  /// A number would not fit.
  case amountOverflow = "amount-overflow"
  /// The service can't write now.
  case unavailable = "unavailable"

  /// HTTP status of the code.
  public var status: Int {
    switch self {
    case .malformedRequest, .idempotencyKeyMissing: 400
    case .notAuthenticated: 401
    case .notPermitted, .notTheTerminal, .notTheOfficial: 403
    case .tooManyRequests: 429
    case .bodyTooLarge: 413
    case .unknownPayout, .unknownTransfer, .unknownShift: 404
    case .payoutReversed, .payoutNotPaid, .handPaidBefore, .transferConfirmed, .transferRejected, .transferKnown,
      .transferUnconfirmed, .transferReturned,
      .shiftOpen,
      .shiftClosed:
      409
    case .requestInFlight: 409
    case .notFound, .unknownCard, .unknownTerminal, .unknownAgent, .unknownList, .unknownLine: 404
    case .unknownItem, .unknownReceivable, .unknownDeduction: 404
    case .programmeExcluded, .monthOverRule: 409
    case .arrearsOutOfTurn, .arrearsAfterDeath, .funeralUnclaimed, .funeralCredited: 409
    case .duplicateItem, .alreadyRegistered, .counterDecided, .transactionVoid, .transactionReused, .alreadyPaid,
      .nothingToVoid, .completionOrder, .cardFork, .listSealed, .listAbandoned, .listRowsKnown, .listOpen,
      .listChecked, .listUnchecked, .listOfOtherRules, .listApproved, .listUnapproved, .personHasCard,
      .cardNotBlocked, .blockFinal, .cardInUse, .reserveEmpty, .lineSuspended, .lineNotSuspended, .lineEnded,
      .nothingUncollected, .deductionStopped:
      409
    case .terminalRevoked, .cardBlocked, .certificateNotTrusted, .terminalElsewhere, .recordOfOtherTerminal,
      .certificateOfOtherTerminal, .fourEyesNeeded, .cardOfOtherPerson, .cardTerminated:
      403
    case .monthAfterEnd, .notInsured, .coPaymentKnown: 409
    case .inheritanceStands, .funeralStands, .agentPaymentKnown: 409
    case .programmeSuspended, .termOver, .personDiffers, .holderDiffers: 409
    case .unknownPerson, .unknownPaper: 404
    case .deathKnown, .personNotDead, .heirDead, .nothingToInherit, .funeralKnown, .paperKnown,
      .representativeKnown, .identityKnown, .administratorFirst, .lastAdministrator, .alreadyAppointed,
      .roleNotHeld:
      409
    case .personDead, .representativeExpired, .representativeNotCovering, .notAppointed, .collectionOver:
      403
    case .historyDiffers, .journalAwaited, .journalNotAwaited: 409
    case .unavailable: 503
    default: 422
    }
  }

  /// Whether the same request may succeed later.
  public var isRetryable: Bool {
    isPassing
      || [.unavailable, .logTooEarly, .payoutNotPaid, .releaseTooEarly, .termNotOver, .journalAwaited].contains(self)
  }

  /// Whether it is over in a moment: a client waits a little and sends the same again, and bothers nobody with it.
  public var isPassing: Bool { [.tooManyRequests, .requestInFlight].contains(self) }
}
