/// What an official may do (`ledger` §7). Raw values are stored: never renumbered.
public enum Role: UInt8, CaseIterable, Comparable, Sendable, Codable {
  /// Owner of a programme (cơ quan quản lý chế độ).
  case programmeOwner = 1
  /// Commune (UBND cấp xã).
  case commune = 2
  /// Office that issues and serves cards.
  case office = 3
  /// Payout point.
  case point = 4
  /// Inspector: reads everything and looks over appointments.
  case inspector = 5
  /// Administrator: appoints and dismisses.
  case administrator = 6

  /// By number.
  public static func < (left: Role, right: Role) -> Bool { left.rawValue < right.rawValue }
}

/// Somebody who is given a role, or loses it. Names of officials stay in the audit chain for ever.
public struct StaffAct: Hashable, Sendable {
  /// Who, 1…64 characters; compared as ``FourEyes`` compares.
  public let official: String
  /// The role.
  public let role: Role
  /// ``EntitlementActKind/staffAppointed`` or ``EntitlementActKind/staffDismissed``.
  public let kind: EntitlementActKind
  /// Who decides, and why.
  public let hands: ActHands

  /// One appointment or dismissal.
  public init(official: String, role: Role, kind: EntitlementActKind, hands: ActHands) {
    self.official = official
    self.role = role
    self.kind = kind
    self.hands = hands
  }

  /// Kinds that a staff act can be of.
  public static let kinds: Set<EntitlementActKind> = [.staffAppointed, .staffDismissed]
}

/// Something that officials do, as the table of roles knows it.
public enum OfficialStep: Hashable, Sendable {
  /// A step with a payment list.
  case list(CycleStep)
  /// Something with a card.
  case card(CardActKind)
  /// An act of the centre.
  case act(EntitlementActKind)

  /// Every step that the table knows, in its order.
  public static let all: [OfficialStep] =
    CycleStep.allCases.map(OfficialStep.list)
    + CardActKind.allCases.filter { $0 != .fork }.map(OfficialStep.card)
    + EntitlementActKind.allCases.filter { $0 != .notOwedTakenBack }.map(OfficialStep.act)
}

/// Who may do a step, and who may look over it.
public struct RoleRule: Hashable, Sendable {
  /// Roles of which the maker needs one.
  public let makers: Set<Role>
  /// Roles of which the checker needs one, when there is a checker.
  public let checkers: Set<Role>

  init(_ makers: Set<Role>, _ checkers: Set<Role>? = nil) {
    self.makers = makers
    self.checkers = checkers ?? makers
  }

  /// The table: which step needs which role.
  public static func of(_ step: OfficialStep) -> RoleRule {
    switch step {
    case .list(.made), .list(.checked): RoleRule([.programmeOwner, .commune, .office])
    case .list(.approved): RoleRule([.programmeOwner, .commune])
    case .card(.block), .card(.lost): RoleRule([.office, .commune, .point])
    case .card: RoleRule([.office])
    case .act(let kind): of(kind)
    }
  }

  private static func of(_ kind: EntitlementActKind) -> RoleRule {
    switch kind {
    case .lineSuspended, .lineResumed, .lineEnded: RoleRule([.programmeOwner, .commune, .office])
    case .itemCorrected, .itemsLapsed, .itemsReclaimed, .uncollectedReturned, .transfersOrdered, .transfersSettled,
      .transferReturned:
      RoleRule([.programmeOwner, .commune, .office])
    case .fundingReturned, .overpaymentFound, .overpaymentRecovered, .overpaymentWrittenOff, .deductionOrdered,
      .deductionStopped, .thirdPartyPaid, .agentPaid:
      RoleRule([.programmeOwner, .commune])
    case .payoutReversed, .handPaid: RoleRule([.point, .commune, .office], [.programmeOwner, .commune, .office])
    case .payoutLimitsSet: RoleRule([.programmeOwner])
    case .shiftOpened, .shiftToppedUp, .shiftClosed: RoleRule([.point, .commune])
    case .personDied, .deathWithdrawn, .inherited, .funeralClaimed, .funeralWithdrawn, .notOwedTakenBack:
      RoleRule([.commune, .office], [.commune, .office, .programmeOwner])
    case .representativeRegistered, .guardianRegistered, .identityChanged: RoleRule([.commune, .office])
    case .healthCoverKept, .coPaymentKept: RoleRule([.programmeOwner, .commune, .office])
    case .representativeEnded, .presenceRecorded: RoleRule([.commune, .office, .point])
    case .funded, .agentToppedUp: RoleRule([.programmeOwner, .commune, .office], [.programmeOwner, .commune])
    case .staffAppointed, .staffDismissed: RoleRule([.administrator], [.administrator, .inspector])
    case .journalWaived: RoleRule([.administrator], [.administrator, .inspector, .programmeOwner])
    // The centre and its terminals do these by themselves.
    case .ledgerRestored, .headContradicted, .journalReported, .payoutResent: RoleRule([])
    }
  }
}

/// The officials of a command, and the step that they take.
public struct OfficialHands: Hashable, Sendable {
  /// What they do.
  public let step: OfficialStep
  /// Who does it.
  public let maker: String
  /// Who looks over it; empty for nobody.
  public let checker: String
  /// Whether it appoints an administrator or an inspector.
  public let appointsOverseer: Bool

  init(_ step: OfficialStep, _ maker: String, _ checker: String = "", appointsOverseer: Bool = false) {
    self.step = step
    self.maker = maker
    self.checker = checker
    self.appointsOverseer = appointsOverseer
  }

  init(_ kind: EntitlementActKind, _ hands: ActHands) { self.init(.act(kind), hands.maker, hands.checker) }

  /// Refuses hands that lack their role.
  ///
  /// - Parameters:
  ///   - staff: how many were appointed to anything; with nobody, everybody may do everything.
  ///   - overseers: how many others than the maker could look over an appointment.
  ///   - roles: what somebody was appointed to.
  public func require(
    staff: Int, overseers: Int, roles: (String) throws -> Set<Role>
  ) throws {
    guard staff > 0 else { return }
    let rule = RoleRule.of(step)
    guard try !rule.makers.isDisjoint(with: roles(maker)) else { throw LedgerRefusal(.notAppointed) }
    // While there is one administrator alone, nobody appointed could look over the appointment of a second overseer,
    // which comes before any other.
    let isFirstOverseer = overseers == 0 && appointsOverseer
    guard try checker.isEmpty || isFirstOverseer || !rule.checkers.isDisjoint(with: roles(checker)) else {
      throw LedgerRefusal(.notAppointed)
    }
  }
}

extension LedgerCommand {
  /// Whose hands are in the command; nil when no official decides by it.
  public var officials: OfficialHands? {
    switch self {
    case .importItems(let list): list.maker.map { OfficialHands(.list(.made), $0) }
    case .sealList(let seal): OfficialHands(.list(.made), seal.maker)
    case .checkList(let hand): OfficialHands(.list(.checked), hand.actor)
    case .approveCycle(let hand): OfficialHands(.list(.approved), hand.actor)
    case .registerCard(let card):
      card.replaces.map { OfficialHands(.card($0.kind), $0.maker, $0.checker) }
    case .actOnCard(let act): OfficialHands(.card(act.kind), act.maker, act.checker)
    case .actOnLine(let act): OfficialHands(act.kind, act.hands)
    case .onItems(let command): OfficialHands(command.decision.kind, command.decision.hands)
    case .fund(let funding): OfficialHands(.funded, funding.hands)
    case .topUpAgent(let topUp): OfficialHands(.agentToppedUp, topUp.hands)
    case .reversePayout(let reversal): OfficialHands(.payoutReversed, reversal.hands)
    case .payByHand(let list): OfficialHands(.handPaid, list.hands)
    case .orderTransfers(let batch): OfficialHands(.transfersOrdered, batch.hands)
    case .settleTransfers(let statement): OfficialHands(.transfersSettled, statement.hands)
    case .returnTransfer(let back): OfficialHands(.transferReturned, back.hands)
    case .openShift(let opening): OfficialHands(.shiftOpened, opening.hands)
    case .topUpShift(let topUp): OfficialHands(.shiftToppedUp, topUp.hands)
    case .closeShift(let closing): OfficialHands(.shiftClosed, closing.hands)
    case .actOnChain(let act):
      act.kind == .journalWaived ? OfficialHands(.journalWaived, act.hands) : nil
    case .setPayoutLimits(let decision): OfficialHands(.payoutLimitsSet, decision.hands)
    case .actOnPerson(let act): OfficialHands(act.decision.kind, act.hands)
    case .actOnStaff(let act):
      OfficialHands(
        .act(act.kind), act.hands.maker, act.hands.checker,
        appointsOverseer: act.kind == .staffAppointed && [.administrator, .inspector].contains(act.role))
    // What an office says it did with a PIN has happened; machines' commands name nobody.
    case .recordPIN, .registerAgent, .registerTerminal, .revokeTerminal, .abandonList,
      .creditCycle, .payout, .terminalRecord, .allotCompletionSerial, .issueCompletion, .recordReceipt,
      .postCardUpdate, .reportCardUpdate:
      nil
    }
  }
}
