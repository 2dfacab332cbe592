import Foundation
import Issuance
import PayoutPoint
import PopulationRegister
import ServiceAPI
import VietnamReference

/// Why a register of sample data can't be made of a list.
enum SampleRegisterError: Error {
  /// Somebody in the list has a personal ID that a citizen may have.
  case realPerson(line: Int)
}

/// Checking people against the population register.
struct RegisterFlow: Sendable {
  let store: OfficeStore
  let actor: String

  /// What a run came to.
  struct Outcome: Codable, Sendable {
    var batches = 0
    var asked = 0
    var outcomes: [String: Int] = [:]
    var stale = 0

    mutating func add(_ result: RegisterResult, asked: Int) {
      batches += 1
      self.asked += asked
      outcomes.merge(result.outcomes, uniquingKeysWith: +)
      stale += result.stale
    }
  }

  /// Octets of a register's answer to be waited for at most, in seconds.
  private static let timeoutSeconds: Int64 = 120

  /// Asks the register at `address` about everybody who is unchecked, batch after batch, first about what was asked and
  /// not answered.
  func run(address: String, batchSize: Int) async throws -> Outcome {
    let client = ServiceClient(base: address)
    do {
      let outcome = try await run(client, batchSize)
      await client.shutdown()
      return outcome
    } catch {
      await client.shutdown()
      throw error
    }
  }

  private func run(_ client: ServiceClient, _ batchSize: Int) async throws -> Outcome {
    var outcome = Outcome()
    func ask(_ request: RegisterRequest) async throws {
      let answer = try await client.exchange(
        "/v1/checks", request.octets, type: RegisterDocument.mediaType, timeoutSeconds: Self.timeoutSeconds)
      outcome.add(try store.takeAnswer(answer, actor: actor, time: Clock.seconds), asked: request.count)
    }
    for batch in try store.registerBatches(limit: .max).reversed() where batch.state == "sent" {
      try await ask(try store.askRegisterAgain(batch.batch, actor: actor, time: Clock.seconds))
    }
    while let request = try store.askRegister(limit: batchSize, actor: actor, time: Clock.seconds) {
      try await ask(request)
    }
    return outcome
  }

  /// Checks against a register on this machine that knows the people of `records`, over HTTP.
  func run(records: RegisterRecords, batchSize: Int = 10_000) async throws -> Outcome {
    let flow = self
    return try await RegisterServer(records).run { address in
      try await flow.run(address: address, batchSize: batchSize)
    }
  }

  /// A register of sample people, none of whom a citizen can be.
  static func sampleRegister(_ people: [Applicant]) throws -> RegisterRecords {
    for (index, person) in people.enumerated() {
      guard PersonalID(digits: person.personalID)?.isSampleData == true else {
        throw SampleRegisterError.realPerson(line: index + 1)
      }
    }
    return RegisterRecords(
      people.map { RegisterRecord(personalID: $0.personalID, name: $0.name, birthDate: $0.birthDate) })
  }
}
