import CardApplication
import CentreTestSupport
import Dispatch
import Foundation
import GRDB
import PayoutPoint
import ServiceAPI
import Testing

@testable import LedgerStore
@testable import TransactionService

extension TestCentre {
  /// Has the writer wait until the result is called: what comes meanwhile stays undecided.
  func holdWriter() async -> @Sendable () -> Void {
    let gate = DispatchSemaphore(value: 0)
    await withCheckedContinuation { continuation in
      store.pool.asyncWriteWithoutTransaction { _ in
        continuation.resume()
        gate.wait()
      }
    }
    return { gate.signal() }
  }
}

/// A key whose first request is still being decided.
@Suite("Idempotency-Key in flight")
struct InFlightTests {
  private static let agent = AgentRequest(agent: "A", onlineLimit: 0)

  /// One request sent twice at once while the writer waits: who is answered before it goes on, and who after.
  static func twice(
    _ centre: TestCentre, _ send: (@Sendable () async throws -> HTTPAnswer)? = nil
  ) async throws -> (early: HTTPAnswer, late: HTTPAnswer) {
    let send = send ?? { try await centre.post("/v1/agents", agent, key: "k") }
    let release = await centre.holdWriter()
    defer { release() }
    return try await withThrowingTaskGroup(of: HTTPAnswer.self) { group in
      for _ in 0..<2 { group.addTask { try await send() } }
      let early = try #require(try await group.next())
      release()
      return (early, try #require(try await group.next()))
    }
  }

  @Test("The second is told to come again, and then gets the first one's answer")
  func comesAgain() async throws {
    try await TestCentre.run { centre in
      let ready = try await centre.ready()
      let order = try await centre.order(1, ready.card.number, ready.terminal)
      let certificate = try ready.card.certificate(order, at: ready.terminal)
      let funding = FundingRequest(
        unit: "BHXH-19", funder: "QHTTT@VN", amount: 5_000, reference: "UNC 2", hands: TestCentre.hands)
      let sends: [@Sendable () async throws -> HTTPAnswer] = [
        { try await centre.post("/v1/agents", Self.agent, key: "k") },
        { try await centre.post("/v1/fundings", funding, key: "k") },
        { try await centre.payout(certificate.bytes, ready.terminal, key: "k") },
        { try await centre.importList([ListRow(1, 7, period: "2026-12")], list: "T12") },
      ]
      for send in sends {
        let (early, late) = try await Self.twice(centre, send)
        try expect(early, is: .requestInFlight)
        let isRetryable = try early.problem().retryable
        #expect(isRetryable && !late.isReplay && late.status == 201)
        let again = try await send()
        #expect(again.isReplay && again.body == late.body)
      }
    }
  }

  @Test("Another payload under a key in flight is told the same; other keys and other paths go their way")
  func others() async throws {
    try await TestCentre.run { centre in
      let release = await centre.holdWriter()
      defer { release() }
      let requests: [(path: String, key: String)] = [
        ("/v1/agents", "k"), ("/v1/agents", "l"), ("/v1/fundings", "k"), ("/v1/agents", "k"),
      ]
      let statuses = try await withThrowingTaskGroup(of: HTTPAnswer.self) { group in
        for (number, request) in requests.enumerated() {
          group.addTask {
            guard request.path == "/v1/agents" else {
              let funding = FundingRequest(
                unit: "BHXH-19", funder: "QHTTT@VN", amount: 5_000, reference: "UNC 2", hands: TestCentre.hands)
              return try await centre.post(request.path, funding, key: request.key)
            }
            return try await centre.post(
              request.path, AgentRequest(agent: "A\(number)", onlineLimit: 0), key: request.key)
          }
        }
        // The writer goes on once one has been turned away: all the others wait for it.
        try expect(try #require(try await group.next()), is: .requestInFlight)
        release()
        return try await group.reduce(into: [Int]()) { $0.append($1.status) }
      }
      #expect(statuses == [201, 201, 201])
    }
  }

  @Test("A client waits it out: sent eight times at once, all have the one answer, and it is done once")
  func client() async throws {
    try await TestCentre.run { centre in
      let release = await centre.holdWriter()
      async let answers = withThrowingTaskGroup(of: RegisteredAnswer.self) { group in
        for _ in 0..<8 {
          group.addTask { try await centre.client.post("/v1/agents", key: "k", Self.agent, RegisteredAnswer.self) }
        }
        return try await group.reduce(into: 0) { count, _ in count += 1 }
      }
      try await Task.sleep(for: .milliseconds(300))
      release()
      let count = try await answers
      #expect(count == 8)
      #expect(try await centre.store.counts().requests == 1)
    }
  }

  @Test("A client's patience ends with its time: then it says what it was told")
  func impatient() async throws {
    try await TestCentre.run { centre in
      let release = await centre.holdWriter()
      defer { release() }
      async let first = centre.post("/v1/agents", Self.agent, key: "k")
      let problem = await #expect(throws: ServiceClientError.self) {
        // One of them is in flight, whichever came first: neither has an answer within its second.
        _ = try await centre.client.post(
          "/v1/agents", key: "k", Self.agent, RegisteredAnswer.self, timeoutSeconds: 1)
      }
      if case .malformedAnswer? = problem { Issue.record("an answer there can't be") }
      release()
      _ = try await first
    }
  }

  @Test("A key is free again whatever became of its request")
  func released() async throws {
    try await TestCentre.run(audits: false) { centre in
      let inner = Centre(
        store: centre.store, keys: centre.keys, trust: IssuerTrust(folders: []), allowsSampleData: true,
        clock: { centre.clock.milliseconds })
      let payload = KeyedPayload(key: "k", octets: [], traceID: "t")
      await Caller.$current.withValue(.local) {
        let done = await inner.registerAgent(Self.agent, payload)
        #expect(done.status == 201 && inner.inFlight.count == 0)
        let refused = await inner.registerAgent(Self.agent, KeyedPayload(key: "l", octets: [], traceID: "t"))
        #expect(refused.problem == .alreadyRegistered && inner.inFlight.count == 0)
        let again = await inner.registerAgent(Self.agent, payload)
        #expect(again.isReplay)
        #expect(inner.inFlight.claim("agents/x") && !inner.inFlight.claim("agents/x"))
        inner.inFlight.release("agents/x")
        #expect(inner.inFlight.claim("agents/x"))
      }
    }
  }
}
