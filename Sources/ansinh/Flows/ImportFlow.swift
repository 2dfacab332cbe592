import Benefits
import Foundation
import PayoutPoint
import ServiceAPI
import VietnamReference

/// What importing and crediting a list came to.
struct ImportResult: Codable, Sendable {
  var list: String
  var items: Int
  var amount: Int64
  var credited: Int
  /// Rows that went back to their funds instead; absent when none did.
  var returned: Int64?
  /// Đồng of those.
  var returnedAmount: Int64?
  /// Rows that were not taken.
  var rejected = 0
  /// Where they are.
  var rejectsFile: String?
  var totals: [ListTotal]
}

/// How a list is imported.
struct ImportOptions: Sendable {
  var agent = "VNPOST"
  /// Who makes the list.
  var maker = "account"
  /// Who checks and who approves it; with both, the list is funded (by its maker and who approves it) and credited at
  /// once.
  var checker: String?
  var approver: String?
  var sampleData = false
  /// Takes the good rows of a list that has bad ones.
  var acceptsValid = false
  /// Where the bad ones go; beside the list when `nil`.
  var rejects: String?
  var language = Language.vietnamese
}

/// Payment lists: importing at the centre, funding, crediting, advances to the agent.
struct ImportFlow {
  let client: ServiceClient
  let options: ImportOptions
  /// Told of rows sent and of rows credited.
  var onSent: @Sendable (Int) -> Void = { _ in }
  var onCredited: @Sendable (Int) -> Void = { _ in }

  /// Imports and seals a list. With a checker and an approver it goes all the way: checked, funded, approved, credited.
  ///
  /// Every step may be repeated: the list is named by its content, so that one that was cut off goes on where it
  /// stopped, and one that is there already is not taken twice.
  func run(_ file: ListFile) async throws -> ImportResult {
    if !options.acceptsValid { try file.requireAllGood() }
    if file.survey.monthFirstRows > file.survey.dayFirstRows {
      throw ListImportError.monthFirst(rows: file.survey.monthFirstRows)
    }
    let upload = try await upload(file)
    var sender = ListSender(
      upload: upload, takesDuplicatesOut: options.acceptsValid, options: file.options, onSent: onSent)
    let rejects: RejectsFile?
    let totals: [ListTotal]
    if try await upload.state()?.state == .sealed {
      // Sealed by an earlier run: what counts is what the centre has, not what the file would give today.
      rejects = options.acceptsValid ? try await rejectsAgain(file, &sender) : nil
      totals = try await upload.totals()
    } else {
      rejects = try await send(file, &sender)
      totals = sender.purses.totals
    }
    let items = totals.reduce(0) { $0 + $1.count }
    let done = try await carryOn(upload, totals, items)
    return ImportResult(
      list: upload.list, items: items, amount: totals.reduce(0) { $0 + $1.amount }, credited: Int(done?.credited ?? 0),
      returned: done?.returned, returnedAmount: done?.returnedAmount,
      rejected: rejects?.count ?? 0, rejectsFile: (rejects?.count ?? 0) > 0 ? rejects?.path : nil, totals: totals)
  }

  /// Checks, funds, approves and credits a sealed list, from the step on that was not taken yet.
  ///
  /// - Returns: the list as it stands then; `nil` when nobody is named who would check and approve it.
  private func carryOn(
    _ upload: ListUpload, _ totals: [ListTotal], _ items: Int
  ) async throws -> ListStateAnswer? {
    guard let checker = options.checker, let approver = options.approver else { return nil }
    let cycle = CycleFlow(client: client, list: upload.list)
    let state = try await upload.state()
    if state?.checker == nil { try await upload.check(checker) }
    try await cycle.fund(totals, agent: options.agent, maker: options.maker, checker: approver)
    if state?.approver == nil { _ = try await upload.approve(approver) }
    try await upload.credit(items: items, progress: onCredited)
    return try await upload.known()
  }

  /// The rejects of a list that is sealed already: the file that is there, or a new one like it.
  private func rejectsAgain(_ file: ListFile, _ sender: inout ListSender) async throws -> RejectsFile {
    let rejects = try rejectsFile(file, sender.upload.list, reusesExisting: true)
    do {
      try await sender.rejectOnly(file, rejects)
      try rejects.finish()
    } catch {
      rejects.discard()
      throw error
    }
    return rejects
  }

  private func rejectsFile(
    _ file: ListFile, _ list: String, reusesExisting: Bool = false
  ) throws -> RejectsFile {
    let path = options.rejects ?? RejectsFile.path(beside: file.path, reference: list)
    return try RejectsFile(
      path: path, isChosen: options.rejects != nil, reusesExisting: reusesExisting, separator: file.survey.separator,
      language: options.language)
  }

  /// The list under the first name that was not given up.
  func upload(_ file: ListFile) async throws -> ListUpload {
    for attempt in 1...99 {
      let name = attempt == 1 ? file.reference : "\(file.reference)-\(attempt)"
      let upload = ListUpload(client: client, list: name, sampleData: options.sampleData)
      guard try await upload.state()?.state == .abandoned else { return upload }
      // What a giving-up that was cut off still holds would stand in the way of its own list.
      try await upload.abandon()
    }
    throw ListImportError.givenUpTooOften
  }

  /// Sends all good rows and seals the list; on any failure that is the list's own fault gives it up.
  private func send(_ file: ListFile, _ sender: inout ListSender) async throws -> RejectsFile {
    let rejects = try rejectsFile(file, sender.upload.list)
    do {
      try await sender.send(file, rejects)
      guard sender.purses.rows > 0 else {
        try rejects.finish()
        throw ListImportError.nothingUsable(rejects: rejects.path)
      }
      // The rejects are on the disk before the list counts: no row is lost between the two.
      try rejects.finish()
      try await sender.upload.seal(
        items: sender.purses.rows, amount: sender.purses.amount, maker: options.maker)
      return rejects
    } catch  where error is ListRefusedError || error is ListImportError {
      rejects.discard()
      if try await sender.upload.state() != nil { try await sender.upload.abandon() }
      throw error
    } catch let error as ServiceClientError where Self.isStale(error) {
      rejects.discard()
      if try await sender.upload.state() != nil { try await sender.upload.abandon() }
      throw ListImportError.stale
    } catch let error as ServiceClientError where Self.refusesRow(error) {
      rejects.discard()
      if try await sender.upload.state() != nil { try await sender.upload.abandon() }
      throw error
    } catch {
      // Of a service that can't be reached nothing is known: the next import goes on where this one stopped.
      rejects.discard()
      throw error
    }
  }

  /// A row can't be owed: the list is given up, so that what it claims stands in nobody's way.
  private static func refusesRow(_ error: ServiceClientError) -> Bool {
    [
      .duplicateItem, .programmeExcluded, .monthOverRule, .arrearsOutOfTurn, .arrearsAfterDeath, .funeralUnclaimed,
      .monthAfterEnd, .programmeSuspended, .termOver, .personDiffers,
    ]
    .contains { error.isRefusal($0) }
  }

  /// What an earlier import left of the list is not what this one sends.
  private static func isStale(_ error: ServiceClientError) -> Bool {
    error.isRefusal(.idempotencyKeyReused) || error.isRefusal(.listRowsKnown) || error.isRefusal(.listIncomplete)
  }
}
