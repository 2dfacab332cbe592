/// The way of updates to the centre and of reports back. The service's client stands behind it.
public protocol UpdateCarrier: Sendable {
  /// Hands a script to the centre, under its own id. Safe to repeat.
  func post(_ update: OfficeUpdate) async throws
  /// What terminals have reported on it.
  func reports(_ update: OfficeUpdate) async throws -> [UpdateReport]
}

/// An update that was looked after.
public struct SettledUpdate: Sendable {
  /// The update.
  public let update: OfficeUpdate
  /// What came of it, or why it could not be looked after.
  public let result: Result<UpdateOutcome, any Error>
}

extension UpdateOffice {
  /// Hands a script to the centre and records that it has it.
  public func post(_ update: OfficeUpdate, by carrier: any UpdateCarrier) async throws {
    try await carrier.post(update)
    try store.markPosted(update.id)
  }

  /// Looks after every update on its way, each by itself: posts what the centre does not have, judges what terminals
  /// have reported, and posts the scripts that are to be played again. What fails for one card is told of that card,
  /// and the others go on.
  public func settle(by carrier: any UpdateCarrier, actor: String) async throws -> [SettledUpdate] {
    var settled: [SettledUpdate] = []
    for update in try store.waitingUpdates() {
      do {
        settled.append(
          SettledUpdate(update: update, result: .success(try await settle(update, by: carrier, actor: actor))))
      } catch {
        settled.append(SettledUpdate(update: update, result: .failure(error)))
      }
    }
    return settled
  }

  private func settle(
    _ update: OfficeUpdate, by carrier: any UpdateCarrier, actor: String
  ) async throws -> UpdateOutcome {
    guard update.isPosted else {
      try await post(update, by: carrier)
      return .waiting
    }
    let outcome = try judge(update, reports: try await carrier.reports(update), actor: actor)
    switch outcome {
    case .remade(let next), .resent(let next, _): try await post(next, by: carrier)
    case .done, .stuck, .waiting: break
    }
    return outcome
  }
}
