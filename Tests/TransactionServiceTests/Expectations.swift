import CentreTestSupport
import Ledger
import LedgerStore
import PayoutPoint
import ServiceAPI
import Testing
import VietnamReference

/// HTTP statuses as they are promised, apart from the table in the product.
let promisedStatus: [ProblemCode: Int] = [
  .tooManyRequests: 429, .notAuthenticated: 401, .notPermitted: 403, .notTheTerminal: 403, .notTheOfficial: 403,
  .malformedRequest: 400, .idempotencyKeyMissing: 400, .idempotencyKeyReused: 422, .requestInFlight: 409,
  .notFound: 404, .bodyTooLarge: 413,
  .listRefused: 422, .listTooLong: 422, .duplicateItem: 409, .unknownList: 404, .fundTooLow: 422,
  .listSealed: 409, .listAbandoned: 409, .listRowsKnown: 409, .listOpen: 409, .listIncomplete: 422,
  .dayOutOfLife: 422, .notInsured: 409, .coPaymentKnown: 409,
  .collectionOver: 403, .unknownPayout: 404, .payoutReversed: 409, .payoutNotPaid: 409,
  .cardReasonNeeded: 422, .handPaidBefore: 409,
  .unknownTransfer: 404, .transferConfirmed: 409, .transferRejected: 409, .transferAmount: 422, .transferKnown: 409,
  .transferUnconfirmed: 409, .transferReturned: 409,
  .shiftOpen: 409, .unknownShift: 404, .shiftClosed: 409,
  .visitOverLimit: 422, .cardVisitsOver: 422, .terminalOverLimit: 422,
  .listChecked: 409, .listUnchecked: 409, .listOfOtherRules: 409, .listApproved: 409, .listUnapproved: 409,
  .alreadyRegistered: 409, .unknownAgent: 404, .certificateNotTrusted: 403, .unknownCard: 404, .unknownTerminal: 404,
  .terminalRevoked: 403, .terminalElsewhere: 403, .signatureInvalid: 422, .challengeInvalid: 422,
  .challengeExpired: 422, .logTooEarly: 422, .offlineNotOpen: 422, .cardBlocked: 403, .cardFork: 409,
  .counterDecided: 409, .transactionVoid: 409, .transactionReused: 409, .lineNotOfPerson: 422, .periodNotOpen: 422,
  .amountOverOpen: 422, .agentLimit: 422, .recordOfOtherTerminal: 403, .alreadyPaid: 409, .nothingToVoid: 409,
  .completionOrder: 409, .amountOverflow: 422, .unavailable: 503,
  .certificateOfOtherTerminal: 403, .payoutKindNotOpen: 422, .fourEyesNeeded: 403, .personHasCard: 409,
  .cardOfOtherPerson: 403, .cardTerminated: 403, .cardNotBlocked: 409, .blockFinal: 409, .cardInUse: 409,
  .reserveEmpty: 409, .releaseTooEarly: 422,
  .unknownLine: 404, .lineSuspended: 409, .lineNotSuspended: 409, .lineEnded: 409, .monthAfterEnd: 409,
  .programmeSuspended: 409, .termOver: 409, .personDiffers: 409, .holderDiffers: 409,
  .unknownItem: 404, .amountNotLower: 422, .termNotOver: 422, .nothingUncollected: 409, .unknownReceivable: 404,
  .amountOverRest: 422, .receivableElsewhere: 422, .unknownDeduction: 404, .deductionStopped: 409, .shareTooHigh: 422,
  .programmeExcluded: 409, .monthOverRule: 409, .arrearsOutOfTurn: 409, .arrearsAfterDeath: 409,
  .funeralUnclaimed: 409, .funeralCredited: 409,
  .inheritanceStands: 409, .funeralStands: 409, .agentPaymentKnown: 409,
  .amountOverPaid: 422,
  .unknownPerson: 404, .deathKnown: 409, .personNotDead: 409, .personDead: 403,
  .heirDead: 409, .nothingToInherit: 409, .funeralKnown: 409, .paperKnown: 409,
  .representativeKnown: 409, .unknownPaper: 404, .representativeExpired: 403, .representativeNotCovering: 403,
  .presenceNotAttested: 422, .presenceNotOwn: 422, .identityKnown: 409, .notAppointed: 403,
  .historyDiffers: 409, .journalAwaited: 409, .journalNotAwaited: 409,
  .administratorFirst: 409, .lastAdministrator: 409, .alreadyAppointed: 409, .roleNotHeld: 409,
]

/// The answer is the problem `code`, whole and in both languages.
func expect(
  _ answer: HTTPAnswer, is code: ProblemCode, _ note: Comment? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  guard answer.mediaType == Problem.mediaType, let problem = try? answer.problem() else {
    Issue.record(
      "not a problem: \(answer.status) \(String(decoding: answer.body.prefix(300), as: UTF8.self))",
      sourceLocation: sourceLocation)
    return
  }
  #expect(problem.code == code.rawValue, note, sourceLocation: sourceLocation)
  #expect(answer.status == promisedStatus[code], note, sourceLocation: sourceLocation)
  #expect(problem.status == answer.status, note, sourceLocation: sourceLocation)
  #expect(problem.type == "urn:ansinh:problem:\(problem.code)", note, sourceLocation: sourceLocation)
  #expect(!problem.traceID.isEmpty, note, sourceLocation: sourceLocation)
  for text in [problem.detail, problem.remedy] {
    #expect(!text.vi.isEmpty && !text.en.isEmpty && text.vi != text.en, note, sourceLocation: sourceLocation)
    #expect(text.en.utf8.allSatisfy { $0 < 0x80 }, note, sourceLocation: sourceLocation)
  }
  #expect(problem.title == problem.detail.en, note, sourceLocation: sourceLocation)
}

/// The answer is a success; its value.
@discardableResult
func expect<Value: Decodable>(
  _ answer: HTTPAnswer, gives type: Value.Type, sourceLocation: SourceLocation = #_sourceLocation
) throws -> Value {
  let text = String(decoding: answer.body.prefix(300), as: UTF8.self)
  #expect((200..<300).contains(answer.status), "\(text)", sourceLocation: sourceLocation)
  return try answer.decode(type)
}

extension TestCentre {
  /// Everything that a request without effect must leave as it is.
  func effects() async throws -> [String] {
    let counts = try await store.counts()
    let balances = try await store.balances(nil).map { "\($0.key.text) \($0.totals)" }
    return ["\(counts.payouts) \(counts.voids) \(counts.refusals) \(counts.transfers) \(counts.cases)"] + balances
  }

  /// An agent, a terminal in Hồ Chí Minh City, and person 1 with card 1 and `amount` đồng of a pension open.
  func ready(amount: Int64 = 3_000_000, limit: Int64 = 1_000_000_000) async throws -> Ready {
    try await registerAgent(limit: limit)
    let terminal = try await self.terminal()
    let card = try await paperCard(1, person: 1)
    try await credit([ListRow(1, amount)])
    return Ready(terminal: terminal, card: card)
  }
}

/// What most tests start from.
struct Ready: Sendable {
  let terminal: Terminal
  let card: PaperCard
}
