public import Benefits
import CardApplication
import CardCrypto
import Foundation
import Ledger
public import LedgerStore
import ServiceAPI
import VietnamReference

/// What an answer is made of before it becomes HTTP.
struct Reply: Sendable {
  var status: Int
  var body: [UInt8]
  /// What was refused; `nil` for an answer.
  var problem: ProblemCode?
  /// The newest signed head, of the answer's batch or of a later one.
  var head: String?
  var isReplay = false
  /// Called once the answer has been written to the connection.
  var onSent: (@Sendable () -> Void)?

  static func ok(_ value: some Encodable, status: Int = 200) -> Reply {
    guard let body = try? WireJSON.encode(value) else {
      return .problem(Problem(code: .unavailable, traceID: ""))
    }
    return Reply(status: status, body: body)
  }

  static func problem(_ problem: Problem) -> Reply {
    Reply(
      status: problem.status, body: (try? WireJSON.encode(problem)) ?? [], problem: ProblemCode(rawValue: problem.code))
  }
}

/// One request's key and payload, as they came.
struct KeyedPayload: Sendable {
  var key: String
  var octets: [UInt8]
  var traceID: String
  /// When it was all there.
  var since = ContinuousClock.now
  /// Only what would become of it is asked.
  var isDryRun = false

  /// The same with what the path says before the payload: then it is part of what the key was used for.
  func after(_ octets: [UInt8]) -> KeyedPayload {
    var whole = self
    whole.octets = octets + self.octets
    return whole
  }
}

/// The centre: verifies what comes in, hands it to the one writer, and makes the answers.
///
/// HTTP decodes and encodes around it; it knows no sockets.
public struct Centre: Sendable {
  let store: any LedgerStore
  let writer: BatchWriter
  let metrics = ServiceMetrics()
  /// Those in the service who want to write.
  let crowd = Crowd()
  let cardKeys = CardKeys()
  let inFlight = KeysInFlight()
  let keys: CentreKeys
  let trust: IssuerTrust
  let allowsSampleData: Bool
  /// The programmes that lists are checked against and payable lines are named by.
  let catalogue: ProgrammeCatalogue
  /// SHA-256 over it.
  let rules: [UInt8]
  /// YYYYMMDD; 0 when no document verifier was revoked, `nil` when that can't be told.
  let minimumVerifierDate: @Sendable () -> UInt32?
  /// Makes backups; nil for a centre that makes none.
  let backups: BackupMaker?
  /// Whose journals a restored ledger waits for.
  let journals = JournalWatch()
  /// Signs heads; nil for a centre that signs none.
  let heads: HeadSigner?
  /// Writes the master chain; nil for a centre without one.
  let anchors: AnchorLog?
  /// Milliseconds since 1970.
  let clock: @Sendable () -> Int64
  /// Nobody pays while it audits.
  let auditsAlone: Bool

  /// A centre over an open store.
  ///
  /// - Parameters:
  ///   - catalogue: the programmes that lists are checked against.
  ///   - minimumVerifierDate: the day, YYYYMMDD, before which cards are to refuse document verifiers
  ///     (`card-application` §12, 8B); asked at each completion, 0 for none, `nil` when it can't be told: then there is
  ///     no completion.
  ///   - backups: makes backups of its state.
  ///   - records: the key that signs the heads in its answers; without one they have none.
  ///   - anchors: writes its master chain.
  ///   - auditsAlone: it is there for one command, and an audit may take every processor.
  public init(
    store: any LedgerStore, keys: CentreKeys, trust: IssuerTrust, allowsSampleData: Bool,
    catalogue: ProgrammeCatalogue = .embedded, minimumVerifierDate: @escaping @Sendable () -> UInt32? = { 0 },
    backups: BackupMaker? = nil, records: RecordsKey? = nil, anchors: AnchorLog? = nil,
    auditsAlone: Bool = false, clock: @escaping @Sendable () -> Int64
  ) {
    self.catalogue = catalogue
    rules = Digest.sha256.hash(catalogue.octets)
    self.minimumVerifierDate = minimumVerifierDate
    self.backups = backups
    self.anchors = anchors
    heads = records.map { HeadSigner(key: $0, clock: clock) }
    self.store = store
    store.collect(by: CollectionTerms(catalogue))
    writer = BatchWriter(store: store, crowd: { [crowd] in crowd.count }, observer: { [metrics] in metrics.record($0) })
    self.keys = keys
    self.trust = trust
    self.allowsSampleData = allowsSampleData
    self.clock = clock
    self.auditsAlone = auditsAlone
  }

  var now: Int64 { clock() / 1_000 }

  /// Submits a command whose stored answer is made by `success`; refusals become problems.
  ///
  /// - Parameter rows: names the rows of a list that a refusal is about.
  func submit(
    _ command: LedgerCommand, _ payload: KeyedPayload, scope: String, suffix: String = "", status: Int = 201,
    rows: @escaping @Sendable (LedgerRefusal) -> [BilingualText] = { _ in [] },
    success: @escaping @Sendable (LedgerOutcome) -> (any Encodable & Sendable)?
  ) async -> Reply {
    let traceID = payload.traceID
    guard Caller.current.isOne(command.officials) else {
      return .problem(Problem(code: .notTheOfficial, traceID: traceID))
    }
    let request = LedgerRequest(
      idempotencyKey: "\(scope)/\(payload.key)\(suffix)", payloadHash: Digest.sha256.hash(payload.octets),
      command: command,
      receivedAt: clock()
    ) { outcome in
      if let refusal = outcome.refusal {
        let reply = Reply.problem(Problem(code: refusal.code.problem, traceID: traceID, rows: rows(refusal)))
        return (reply.status, reply.body)
      }
      guard let answer = success(outcome) else {
        let reply = Reply.problem(Problem(code: .unavailable, traceID: traceID))
        return (reply.status, reply.body)
      }
      let reply = Reply.ok(answer, status: status)
      return (reply.status, reply.body)
    }
    guard !payload.isDryRun else { return await rehearse(request, traceID) }
    guard inFlight.claim(request.idempotencyKey) else {
      return .problem(Problem(code: .requestInFlight, traceID: traceID))
    }
    defer { inFlight.release(request.idempotencyKey) }
    do throws(LedgerStoreError) {
      let answer = try await writer.submit(request)
      return Reply(
        status: answer.status, body: answer.body,
        problem: answer.outcome.refusal?.code.problem ?? (answer.status >= 400 ? .unavailable : nil),
        head: heads?.text(answer.head), isReplay: answer.replayed)
    } catch {
      return .problem(Problem(code: .unavailable, traceID: traceID))
    }
  }

  /// The answer to a request of which nothing is written.
  private func rehearse(_ request: LedgerRequest, _ traceID: String) async -> Reply {
    do throws(LedgerStoreError) {
      let answer = try await store.rehearse(request)
      return Reply(
        status: answer.status, body: answer.body,
        problem: answer.outcome.refusal?.code.problem ?? (answer.status >= 400 ? .unavailable : nil),
        head: heads?.text(answer.head))
    } catch {
      return .problem(Problem(code: .unavailable, traceID: traceID))
    }
  }

  /// A read of the store; a store that fails is a problem of its own.
  func read<Value>(
    _ traceID: String, _ body: () async throws(LedgerStoreError) -> Value
  ) async throws(Problem) -> Value {
    do {
      return try await body()
    } catch {
      throw Problem(code: .unavailable, traceID: traceID)
    }
  }
}

extension RefusalCode {
  /// The wire's code of a refusal.
  var problem: ProblemCode {
    switch self {
    case .idempotencyKeyReused: .idempotencyKeyReused
    case .malformed: .malformedRequest
    case .agentKnown, .terminalKnown, .cardKnown: .alreadyRegistered
    case .fourEyesNeeded: .fourEyesNeeded
    case .personHasCard: .personHasCard
    case .cardOfOtherPerson: .cardOfOtherPerson
    case .cardTerminated: .cardTerminated
    case .cardNotBlocked: .cardNotBlocked
    case .blockFinal: .blockFinal
    case .cardInUse: .cardInUse
    case .reserveEmpty: .reserveEmpty
    case .releaseTooEarly: .releaseTooEarly
    case .listSealed: .listSealed
    case .listAbandoned: .listAbandoned
    case .placeTaken: .listRowsKnown
    case .listOpen: .listOpen
    case .listIncomplete: .listIncomplete
    case .listChecked: .listChecked
    case .listUnchecked: .listUnchecked
    case .listApproved: .listApproved
    case .listUnapproved: .listUnapproved
    case .duplicateItem: .duplicateItem
    case .programmeExcluded: .programmeExcluded
    case .monthOverRule: .monthOverRule
    case .arrearsOutOfTurn: .arrearsOutOfTurn
    case .arrearsAfterDeath: .arrearsAfterDeath
    case .funeralUnclaimed: .funeralUnclaimed
    case .funeralCredited: .funeralCredited
    case .unknownList: .unknownList
    case .unknownAgent: .unknownAgent
    case .fundTooLow: .fundTooLow
    case .unknownCard: .unknownCard
    case .offlineNotOpen: .offlineNotOpen
    case .counterDecided: .counterDecided
    case .cardFork: .cardFork
    case .cardBlocked: .cardBlocked
    case .transactionVoid, .alreadyVoid: .transactionVoid
    case .transactionReused: .transactionReused
    case .unknownTerminal: .unknownTerminal
    case .terminalRevoked: .terminalRevoked
    case .terminalElsewhere: .terminalElsewhere
    case .lineNotOfPerson: .lineNotOfPerson
    case .periodNotOpen: .periodNotOpen
    case .amountOverOpen: .amountOverOpen
    case .agentLimit: .agentLimit
    case .challengeInvalid: .challengeInvalid
    case .challengeExpired: .challengeExpired
    case .logTooEarly: .logTooEarly
    case .recordOfOtherTerminal: .recordOfOtherTerminal
    case .alreadyPaid: .alreadyPaid
    case .nothingToVoid: .nothingToVoid
    case .serialNotAllotted, .serialOutOfOrder, .unknownCompletion, .receiptKnown: .completionOrder
    case .updateOutOfOrder, .updateAnswered: .completionOrder
    case .unknownUpdate: .notFound
    case .unknownLine: .unknownLine
    case .lineSuspended: .lineSuspended
    case .lineNotSuspended: .lineNotSuspended
    case .lineEnded: .lineEnded
    case .monthAfterEnd: .monthAfterEnd
    case .programmeSuspended: .programmeSuspended
    case .termOver: .termOver
    case .personDiffers: .personDiffers
    case .unknownItem: .unknownItem
    case .amountNotLower: .amountNotLower
    case .termNotOver: .termNotOver
    case .nothingUncollected: .nothingUncollected
    case .unknownReceivable: .unknownReceivable
    case .amountOverRest: .amountOverRest
    case .amountOverPaid: .amountOverPaid
    case .receivableElsewhere: .receivableElsewhere
    case .unknownDeduction: .unknownDeduction
    case .deductionStopped: .deductionStopped
    case .shareTooHigh: .shareTooHigh
    case .unknownPerson: .unknownPerson
    case .deathKnown: .deathKnown
    case .inheritanceStands: .inheritanceStands
    case .funeralStands: .funeralStands
    case .agentPaymentKnown: .agentPaymentKnown
    case .personNotDead: .personNotDead
    case .personDead: .personDead
    case .heirDead: .heirDead
    case .nothingToInherit: .nothingToInherit
    case .funeralKnown: .funeralKnown
    case .paperKnown: .paperKnown
    case .representativeKnown: .representativeKnown
    case .unknownPaper: .unknownPaper
    case .representativeExpired: .representativeExpired
    case .representativeNotCovering: .representativeNotCovering
    case .collectionOver: .collectionOver
    case .dayOutOfLife: .dayOutOfLife
    case .notInsured: .notInsured
    case .coPaymentKnown: .coPaymentKnown
    case .presenceNotAttested: .presenceNotAttested
    case .presenceNotOwn: .presenceNotOwn
    case .identityKnown: .identityKnown
    case .notAppointed: .notAppointed
    case .administratorFirst: .administratorFirst
    case .lastAdministrator: .lastAdministrator
    case .alreadyAppointed: .alreadyAppointed
    case .roleNotHeld: .roleNotHeld
    case .unknownPayout: .unknownPayout
    case .payoutReversed: .payoutReversed
    case .payoutNotPaid: .payoutNotPaid
    case .cardReasonNeeded: .cardReasonNeeded
    case .handPaidBefore: .handPaidBefore
    case .unknownTransfer: .unknownTransfer
    case .transferConfirmed: .transferConfirmed
    case .transferRejected: .transferRejected
    case .transferAmount: .transferAmount
    case .transferKnown: .transferKnown
    case .transferUnconfirmed: .transferUnconfirmed
    case .transferReturned: .transferReturned
    case .shiftOpen: .shiftOpen
    case .unknownShift: .unknownShift
    case .shiftClosed: .shiftClosed
    case .visitOverLimit: .visitOverLimit
    case .cardVisitsOver: .cardVisitsOver
    case .terminalOverLimit: .terminalOverLimit
    case .historyDiffers: .historyDiffers
    case .journalNotAwaited: .journalNotAwaited
    case .amountOverflow: .amountOverflow
    }
  }
}
