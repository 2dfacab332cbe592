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
  /// Rows that were not taken.
  var rejected = 0
  /// Where they are.
  var rejectsFile: String?
  var totals: [ListTotal]
}

/// How a list is imported.
struct ImportOptions: Sendable {
  var agent = "VNPOST"
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

  /// Imports a list, books its funding, credits it, and gives the agent the advances it needs.
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
    try await fund(totals, upload.list)
    let items = totals.reduce(0) { $0 + $1.count }
    try await upload.credit(items: items, progress: onCredited)
    return ImportResult(
      list: upload.list, items: items, amount: totals.reduce(0) { $0 + $1.amount }, credited: items,
      rejected: rejects?.count ?? 0, rejectsFile: (rejects?.count ?? 0) > 0 ? rejects?.path : nil, totals: totals)
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
  private func upload(_ file: ListFile) async throws -> ListUpload {
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
      try await sender.upload.seal(items: sender.purses.rows, amount: sender.purses.amount)
      return rejects
    } catch  where error is ListRefusedError || error is ListImportError {
      rejects.discard()
      if try await sender.upload.state() != nil { try await sender.upload.abandon() }
      throw error
    } catch let error as ServiceClientError where Self.isStale(error) {
      rejects.discard()
      if try await sender.upload.state() != nil { try await sender.upload.abandon() }
      throw ListImportError.stale
    } catch {
      // Of a service that can't be reached nothing is known: the next import goes on where this one stopped.
      rejects.discard()
      throw error
    }
  }

  /// What an earlier import left of the list is not what this one sends.
  private static func isStale(_ error: ServiceClientError) -> Bool {
    error.isRefusal(.idempotencyKeyReused) || error.isRefusal(.listRowsKnown) || error.isRefusal(.listIncomplete)
  }

  private func fund(_ totals: [ListTotal], _ list: String) async throws {
    try await Self.registerAgent(options.agent, client)
    let (client, agent) = (client, options.agent)
    try await withThrowingTaskGroup(of: Void.self) { group in
      // A national list has ten thousand units; as many at once as the centre writes in one batch.
      for (index, total) in totals.enumerated() {
        if index >= 32 { try await group.next() }
        group.addTask {
          let funding = FundingRequest(unit: total.unit, funder: total.funder, amount: total.amount, reference: list)
          let key = "\(list)-\(total.unit)-\(total.funder)"
          _ = try await client.post("/v1/fundings", key: key, funding, BookedAnswer.self)
          let advance = AdvanceRequest(agent: agent, unit: total.unit, funder: total.funder, amount: total.amount)
          // One advance for one list, whoever pays it: the same file with another agent is refused, not booked twice.
          _ = try await client.post("/v1/advances", key: key, advance, BookedAnswer.self)
        }
      }
      try await group.waitForAll()
    }
  }

  /// How far an agent's advance may go below zero by paying for other provinces before it is settled: 5 tỷ đồng.
  static let onlineLimit: Int64 = 5_000_000_000

  static func registerAgent(_ agent: String, _ client: ServiceClient) async throws {
    do {
      _ = try await client.post(
        "/v1/agents", key: "agent-\(agent)", AgentRequest(agent: agent, onlineLimit: onlineLimit),
        RegisteredAnswer.self)
    } catch {
      guard error.isRefusal(.alreadyRegistered) else { throw error }
    }
  }
}
