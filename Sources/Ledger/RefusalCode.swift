/// Why a command was refused. The numbers are stable and ordered: when several reasons hold, the lowest is answered.
///
/// `idempotencyKeyReused` and `malformed` are decided for every command before anything else.
public enum RefusalCode: UInt16, CaseIterable, Comparable, Sendable, Codable {
  /// The idempotency key has already been used with another payload. Nothing is stored.
  case idempotencyKeyReused = 1
  /// A length, count or amount is out of bounds (``LedgerCommand/isWellFormed``).
  case malformed = 2
  /// The act needs two persons, and a checker is missing or is the maker. Decided before what it is about is looked at.
  case fourEyesNeeded = 4

  /// The list takes no more rows, and can't be given up: it is sealed.
  case listSealed = 5
  /// The list was given up.
  case listAbandoned = 6
  /// Rows of the chunk have the places of other rows of the list. The whole chunk is without effect.
  case placeTaken = 7
  /// The list isn't sealed yet, so nothing of it can be credited.
  case listOpen = 8
  /// Rows are missing, or their sum is another one than the seal says.
  case listIncomplete = 9
  /// The agent code is registered already.
  case agentKnown = 10
  /// The terminal key is registered already.
  case terminalKnown = 11
  /// The card number is registered already.
  case cardKnown = 12
  /// A row repeats an item of (person, line, period, kind); `place` is its index. The whole chunk is without effect.
  /// Not stored: the list that has the item may be given up.
  case duplicateItem = 13
  /// No list has that reference.
  case unknownList = 14
  /// No such agent.
  case unknownAgent = 15
  /// The programme fund has less than the cycle needs. Not stored: money may come.
  case fundTooLow = 16
  /// The person has another live card than the one that is replaced. Not stored: that card may end.
  case personHasCard = 17
  /// The card to be replaced is another person's.
  case cardOfOtherPerson = 18

  /// The card is not registered. Not final: the certificate may come again once the card is.
  case unknownCard = 20
  /// Offline payouts and reserves are not open at this centre. Not final.
  case offlineNotOpen = 21
  /// A blocked card's counter was decided before, by another certificate; a case holds both.
  case counterDecided = 22
  /// Two certificates contradict each other; the card is blocked from now on, a case holds both.
  case cardFork = 23
  /// The card is blocked.
  case cardBlocked = 24
  /// The terminal reported VOID before the posting came.
  case transactionVoid = 25
  /// Another certificate has used the transaction id.
  case transactionReused = 26
  /// The terminal's key is not registered.
  case unknownTerminal = 27
  /// The terminal's key was revoked.
  case terminalRevoked = 28
  /// The terminal is registered in another province than the order says.
  case terminalElsewhere = 29
  /// The line is not one of this card's person; `place` is the allocation's index.
  case lineNotOfPerson = 30
  /// Nothing was credited to the line for the period; `place` is the allocation's index.
  case periodNotOpen = 31
  /// More than is open for the line and period; `place` is the allocation's index.
  case amountOverOpen = 32
  /// The payout would take the agent's advance below the agreed limit.
  case agentLimit = 33
  /// The order's challenge is not of this centre, transaction, card and terminal. Not final: the terminal's hash is not
  /// signed by the card, so a wrong one accuses the sender.
  case challengeInvalid = 34
  /// The order's challenge has expired, or the certificate came from a card's log: it is never paid.
  case challengeExpired = 35
  /// The certificate came from a card's log while its terminal may still post it. Not final, and not stored.
  case logTooEarly = 36

  /// The card has ended. In a payout's order it stands at the place of ``cardBlocked``: a card is one or the other.
  case cardTerminated = 37

  /// The record is not of the terminal that the posted certificate names.
  case recordOfOtherTerminal = 40
  /// The transaction is void, so it can be neither paid nor voided again.
  case alreadyVoid = 41
  /// The transaction is paid, so only a reversal takes it back.
  case alreadyPaid = 42
  /// The payout was refused by the centre: there is nothing to take back. The record is kept.
  case nothingToVoid = 43

  /// The card is not blocked.
  case cardNotBlocked = 44
  /// The card was lost, or contradicts itself: nothing takes that back, only a new card follows.
  case blockFinal = 45
  /// The card may still be in use, so its reserve stays.
  case cardInUse = 46
  /// Nothing is on the card's reserve.
  case reserveEmpty = 47
  /// The card's authority may still be used somewhere (``ReserveRule``), and one person alone asks. Not stored.
  case releaseTooEarly = 48

  /// The serial was not allotted to the card.
  case serialNotAllotted = 50
  /// A completion with this or a higher serial was issued already.
  case serialOutOfOrder = 51
  /// No completion with that serial was issued to the card.
  case unknownCompletion = 52
  /// Another receipt for that serial was recorded already.
  case receiptKnown = 53

  /// The card's update has another content than the one known by its id, or no higher number than the card's last.
  case updateOutOfOrder = 54
  /// No update of a card has that id.
  case unknownUpdate = 55
  /// The terminal has reported other answers to the update already.
  case updateAnswered = 56

  /// The list was checked before.
  case listChecked = 57
  /// Nobody has checked the list yet. Not stored.
  case listUnchecked = 58
  /// The list was approved before.
  case listApproved = 59

  /// A total would not fit in 64 bits.
  case amountOverflow = 60
  /// The list is not approved yet, so nothing of it can be credited. Not stored: it may be.
  case listUnapproved = 61

  /// No line has that number.
  case unknownLine = 70
  /// The line is suspended; `place` is the allocation's index in a payout.
  case lineSuspended = 71
  /// The line is not suspended.
  case lineNotSuspended = 72
  /// The line has ended.
  case lineEnded = 73
  /// No such item was credited; `place` is its index among several.
  case unknownItem = 74
  /// The right amount is not lower than what the item stands at.
  case amountNotLower = 75
  /// The item can still be collected; `place` is its index. Not stored: its term ends.
  case termNotOver = 76
  /// Nothing of the item is there to be moved so; `place` is its index.
  case nothingUncollected = 77
  /// No receivable has that number.
  case unknownReceivable = 78
  /// More than the rest of the receivable, or than was deducted for the third party.
  case amountOverRest = 79
  /// The receivable is owed by another person, or to another unit or funder, than the line's.
  case receivableElsewhere = 80
  /// No deduction order has that number.
  case unknownDeduction = 81
  /// The order was stopped before.
  case deductionStopped = 82
  /// More than the whole of an item would be taken.
  case shareTooHigh = 83

  /// Officials are appointed, and the maker or checker is not one, or lacks the role (``RoleRule``). Decided before
  /// everything but the bounds: who may not act learns nothing. Not stored: they may be appointed.
  case notAppointed = 85
  /// Nobody is known by that personal ID; `place` is the index of the visit or row. In a payout by hand it stands, with
  /// ``personDead``, ``cardReasonNeeded`` and ``handPaidBefore``, before anything about lines and money.
  case unknownPerson = 86
  /// The person's death is recorded already.
  case deathKnown = 87
  /// The person is not known to be dead. Not stored: the death may be recorded.
  case personNotDead = 88
  /// The person is dead. In a payout's order it stands before ``cardTerminated``, which follows from it.
  case personDead = 89
  /// The heir is dead, or is the dead person.
  case heirDead = 90
  /// Nothing is open of the dead person. Not stored: something may be credited yet.
  case nothingToInherit = 91
  /// Somebody has asked for this funeral grant already.
  case funeralKnown = 92
  /// A paper with that number is registered already.
  case paperKnown = 93
  /// The person has a collector for that programme already. Not stored: that paper may end.
  case representativeKnown = 94
  /// No paper of that number is registered for the person.
  case unknownPaper = 95
  /// The paper is not valid yet, is over, or was ended.
  case representativeExpired = 96
  /// The paper is for another programme, or is no collector's.
  case representativeNotCovering = 97
  /// The clerk does not attest that the holder stood there.
  case presenceNotAttested = 98
  /// The payout is not one that the person made in person.
  case presenceNotOwn = 99
  /// The new personal ID is somebody else's.
  case identityKnown = 100
  /// The first to be appointed is an administrator.
  case administratorFirst = 101
  /// The last administrator stays.
  case lastAdministrator = 102
  /// The official has that role.
  case alreadyAppointed = 103
  /// The official does not have that role.
  case roleNotHeld = 104

  /// No payout was posted under that transaction id.
  case unknownPayout = 105
  /// The payout was taken back before.
  case payoutReversed = 106
  /// Its terminal has not reported PAID: it reports VOID, which takes the money back by itself. Not stored.
  case payoutNotPaid = 107
  /// The person has a live card, and nothing says why it was not used; `place` is the index of the visit.
  case cardReasonNeeded = 109
  /// The same list has paid this line and month before; `place` is the index of the visit.
  case handPaidBefore = 110
  /// No transfer has that reference; `place` is the row's index.
  case unknownTransfer = 111
  /// The bank has confirmed the transfer before; `place` is the row's index.
  case transferConfirmed = 112
  /// The bank has rejected the transfer before; `place` is the row's index.
  case transferRejected = 113
  /// The statement has another amount than was ordered; `place` is the row's index.
  case transferAmount = 114
  /// The reference has been used by another transfer; `place` is the row's index. It stands before
  /// ``unknownPerson`` and before anything about lines and money.
  case transferKnown = 115
  /// The visit is paid more than a visit may. This and the two that follow are looked at in a payout after
  /// ``agentLimit``, in this order, and before the challenge; they are final for the certificate.
  case visitOverLimit = 116
  /// The card has had as many visits today as a card may.
  case cardVisitsOver = 117
  /// The terminal would pay more today than a terminal may.
  case terminalOverLimit = 118
  /// The desk has an open shift, or the shift's id was used before.
  case shiftOpen = 119
  /// No shift has that id.
  case unknownShift = 120
  /// The shift is closed.
  case shiftClosed = 121

  /// The person has a regular item of a programme that may not be paid beside this one; `place` is the row's index.
  /// Not stored: the other list may be given up.
  case programmeExcluded = 125
  /// The row says that it is the second, third… payment of arrears for its month, and the one before it does not stand;
  /// `place` is the row's index. Not stored: the one before may come.
  case arrearsOutOfTurn = 126
  /// Arrears for a month after the one that the person died in; `place` is the row's index.
  case arrearsAfterDeath = 127
  /// No claim stands that names this death, claimant, programme and list; `place` is the row's index. Not stored: the
  /// claim may come.
  case funeralUnclaimed = 128
  /// The grant of the claim was credited, and has not gone back.
  case funeralCredited = 129

  /// More than was paid of the item and is not to be recovered already.
  case amountOverPaid = 135
  /// The bank has not confirmed the transfer: it can only be rejected. Not stored: it may be confirmed.
  case transferUnconfirmed = 136
  /// The transfer came back before, after it was confirmed.
  case transferReturned = 137

  /// The row's line ended before its month; `place` is the row's index. Not stored: the line may be resumed.
  case monthAfterEnd = 150
  /// The last day to collect it is over, whether or not it has lapsed yet; `place` is the index of the allocation, by
  /// hand and by transfer of the visit or order. Looked at before the challenge.
  case collectionOver = 151
  /// The death can't be withdrawn: an heir has something of what the person had not received, or owes it back. Not
  /// stored: it may come back.
  case inheritanceStands = 152
  /// The death can't be withdrawn: somebody's claim to the funeral grant stands. Not stored: it may be withdrawn.
  case funeralStands = 153
  /// The reference is of another payment to an agent. Looked at before ``amountOverRest``: what is sent twice is paid.
  case agentPaymentKnown = 154

  /// The day is before the person's birth, or in the future.
  case dayOutOfLife = 155
  /// No health insurance of the person covers the day. Not stored: the cover may be recorded.
  case notInsured = 156
  /// The person has a co-payment with that voucher.
  case coPaymentKnown = 157
  /// With what is listed for the month the row is more than the programme's rules come to, or of the same amount where
  /// these name no highest, or a month more than the programme lasts; `place` is the row's index. Not stored: the other
  /// list may be given up.
  case monthOverRule = 159

  /// Another line of the row's person and programme is suspended, whatever its unit and funder; `place` is the row's
  /// index. Not stored: that line may be resumed.
  case programmeSuspended = 160
  /// The last day to collect is over of the month for which a row is arrears, or of an item that is to be reclaimed;
  /// `place` is its index. The programme's money goes back for good. Not stored: a line that ended may be resumed.
  case termOver = 161
  /// The row's name or birth date is another than those by which its person is or was known; `place` is its index.
  /// Decided for each row before what it is owed beside. Not stored: the identity may be changed.
  case personDiffers = 162

  /// A signed head is not the chain's, and no restoring explains it: history was rewritten, or a copy was put back
  /// without a word. An act keeps it.
  case historyDiffers = 170
  /// The journal of no such terminal is waited for. Not stored: the ledger may be restored yet.
  case journalNotAwaited = 171

  /// Whether the answer is kept under its idempotency key. What may come right without the sender changing anything
  /// is not: the same request asked again is decided again.
  public var isStored: Bool {
    switch self {
    case .logTooEarly, .duplicateItem, .personHasCard, .releaseTooEarly, .listUnchecked, .listUnapproved, .fundTooLow,
      .payoutNotPaid:
      false
    case .termNotOver, .programmeExcluded, .arrearsOutOfTurn, .funeralUnclaimed, .funeralCredited,
      .transferUnconfirmed:
      false
    case .notAppointed, .personNotDead, .nothingToInherit, .representativeKnown: false
    case .monthAfterEnd, .monthOverRule, .notInsured, .inheritanceStands, .funeralStands: false
    case .programmeSuspended, .termOver, .personDiffers, .journalNotAwaited: false
    default: true
    }
  }

  /// By number.
  public static func < (left: RefusalCode, right: RefusalCode) -> Bool { left.rawValue < right.rawValue }

  /// A payout refused so can be presented again; every other refusal of a payout is the final outcome of its counter.
  public var isFinalForPayout: Bool {
    switch self {
    case .idempotencyKeyReused, .malformed, .unknownCard, .offlineNotOpen, .challengeInvalid, .logTooEarly,
      .amountOverflow:
      false
    default: true
    }
  }
}

/// A refusal and the place it is about.
public struct LedgerRefusal: Error, Hashable, Sendable, Codable {
  /// Why.
  public let code: RefusalCode
  /// Index of the row or allocation, from 0; nil when the whole command is meant.
  public let place: Int?

  /// A refusal.
  public init(_ code: RefusalCode, place: Int? = nil) {
    self.code = code
    self.place = place
  }
}
