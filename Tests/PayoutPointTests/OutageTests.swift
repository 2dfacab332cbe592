import CardApplication
import CardTerminal
import CentreTestSupport
import Foundation
import LedgerStore
import PayoutPoint
import ServiceAPI
import Synchronization
import Testing

/// What stops a payout, at every place, and what is left of it: no đồng lost, none paid twice.
@Suite("Outages at the payout desk")
struct OutageTests {
  @Test("The centre refuses the posting: VOID, reported, nothing handed over")
  func refused() async throws {
    try await Tap.run(limit: 1_000) { tap in
      do {
        _ = try await tap.desk.pay(tap.card.session(tap.terminal)) { _ in Issue.record("money was handed over") }
        Issue.record("paid")
      } catch PayoutError.serviceDuringPayout(let error) {
        #expect(error.isRefusal(.agentLimit))
      }
      #expect(try tap.stepsOnDisk() == ["started", "authorised", "void", "reported"])
      #expect(tap.hooks.keys("/v1/payouts").count == 1, "a refusal is final: it is not asked for again")
      #expect(try await tap.payable() == [3_000_000])
      // A smaller payout works at the next tap.
      #expect(try await tap.desk.pay(tap.card.session(tap.terminal), amount: 1_000).reported)
    }
  }

  @Test("The service is down or refuses before the card is asked: nothing has begun")
  func downBefore() async throws {
    try await Tap.run { tap in
      tap.hooks.isDown = true
      do {
        _ = try await tap.desk.pay(tap.card.session(tap.terminal))
        Issue.record("paid")
      } catch PayoutError.service(.unreachable) {}
      tap.hooks.isDown = false
      try await tap.centre.revoke(tap.terminal)
      do {
        _ = try await tap.desk.pay(tap.card.session(tap.terminal))
        Issue.record("paid")
      } catch PayoutError.service(let error) {
        #expect(error.isRefusal(.terminalRevoked))
      }
      #expect(try tap.stepsOnDisk().isEmpty)
    }
  }

  @Test("Answers lost after the posting: with the same key the same answer comes, and one payout is paid once")
  func answerLostOnce() async throws {
    let posts = Mutex(0)
    let hooks = Hooks { centre, request in
      guard request.path == "/v1/payouts" else { return nil }
      let count = posts.withLock { posts in
        posts += 1
        return posts
      }
      let answer = await Tap.forward(request, to: centre)
      if count == 1 { throw TestSupportError.invalid("lost") }
      return answer
    }
    try await Tap.run(hooks: hooks) { tap in
      let handed = Mutex<[Int64]>([])
      let result = try await tap.desk.pay(tap.card.session(tap.terminal)) { amount in
        handed.withLock { $0.append(amount) }
      }
      #expect(handed.withLock { $0 } == [3_000_000])
      #expect(tap.hooks.keys("/v1/payouts") == [result.transaction, result.transaction])
      #expect(try await tap.centre.store.counts().payouts == 1)
    }
  }

  @Test("Every answer to the posting is lost: VOID takes the posted money back, nothing was handed over")
  func answerLostForGood() async throws {
    let hooks = Hooks { centre, request in
      guard request.path == "/v1/payouts" else { return nil }
      _ = await Tap.forward(request, to: centre)
      throw TestSupportError.invalid("lost")
    }
    try await Tap.run(hooks: hooks) { tap in
      do {
        _ = try await tap.desk.pay(tap.card.session(tap.terminal)) { _ in Issue.record("money was handed over") }
        Issue.record("paid")
      } catch PayoutError.serviceDuringPayout(.unreachable) {}
      #expect(try tap.stepsOnDisk() == ["started", "authorised", "void", "reported"])
      #expect(try await tap.status(try tap.transaction()).state == .voided)
      #expect(try await tap.payable() == [3_000_000])
    }
  }

  @Test("Answers that are not answers are none", arguments: ["", "null", "{}", "<html>", "{\"amount\":\"x\"}", "[1"])
  func garbage(text: String) async throws {
    let hooks = Hooks { centre, request in
      guard request.path == "/v1/payouts" else { return nil }
      _ = await Tap.forward(request, to: centre)
      return HTTPAnswer(status: 201, body: Array(text.utf8))
    }
    try await Tap.run(hooks: hooks) { tap in
      do {
        _ = try await tap.desk.pay(tap.card.session(tap.terminal)) { _ in Issue.record("money was handed over") }
        Issue.record("paid")
      } catch PayoutError.serviceDuringPayout(.malformedAnswer) {}
      #expect(try await tap.status(try tap.transaction()).state == .voided)
    }
  }

  @Test("The card is pulled before or after it signed: VOID, and the next tap works", arguments: [true, false])
  func pulled(before: Bool) async throws {
    try await Tap.run { tap in
      do {
        _ = try await tap.desk.pay(tap.card.session(tap.terminal, before ? .beforeSigning : .afterSigning))
        Issue.record("paid")
      } catch PayoutError.cardDuringPayout {}
      #expect(try tap.stepsOnDisk() == ["started", "void", "reported"])
      #expect(try await tap.card.session(tap.terminal).status().counter == (before ? 0 : 1))
      let result = try await tap.desk.pay(tap.card.session(tap.terminal))
      #expect(result.amount == 3_000_000 && result.cardCompleted)
      #expect(try await tap.centre.store.counts().payouts == 1)
    }
  }

  @Test("A certificate that never reached the centre is brought from the card's log, once its time is over")
  func log() async throws {
    try await Tap.run { tap in
      do {
        _ = try await tap.desk.pay(tap.card.session(tap.terminal, .afterSigning), amount: 5)
        Issue.record("paid")
      } catch PayoutError.cardDuringPayout {}
      // Within ten minutes it may still be on its way: the next payout goes on without it.
      #expect(try await tap.desk.pay(tap.card.session(tap.terminal), amount: 7).cardCompleted)
      #expect(try await tap.card.session(tap.terminal).status().acknowledgedCounter == 0)
      tap.centre.clock.advance(601)
      #expect(try await tap.desk.pay(tap.card.session(tap.terminal), amount: 11).cardCompleted)
      #expect(try await tap.card.session(tap.terminal).status().acknowledgedCounter == 3)
      #expect(try await tap.payable() == [3_000_000 - 7 - 11])
      #expect(try await tap.centre.store.counts().refusals == 1)
    }
  }

  @Test("The service goes down after signing; another point brings the certificate: the VOID still gets home")
  func voidAfterLog() async throws {
    let hooks = Hooks()
    try await Tap.run(hooks: hooks) { tap in
      let session = try await tap.card.session(tap.terminal, .never) { hooks.isDown = true }
      do {
        _ = try await tap.desk.pay(session)
        Issue.record("paid")
      } catch PayoutError.serviceDuringPayout(.unreachable) {}
      #expect(try tap.stepsOnDisk() == ["started", "authorised", "void"])
      #expect(tap.journal.unreported.count == 1)
      tap.centre.clock.advance(601)
      let other = try await tap.centre.terminal(province: "01", commune: "00004")
      let journal = try Journal(folder: tap.centre.folder + "/other")
      let elsewhere = tap.centre.desk(other, journal: journal)
      let paid = try await elsewhere.pay(tap.card.session(other))
      #expect(paid.amount == 3_000_000)
      hooks.isDown = false
      let recovered = try await tap.desk.recover()
      #expect(recovered.voided == 0 && recovered.waiting == 0)
      #expect(try await tap.centre.store.counts().payouts == 1)
      #expect(try await tap.status(try tap.transaction()).state == .refused)
    }
  }

  @Test("A PAID record that the centre has not is kept and reported later, with the same octets")
  func unreported() async throws {
    let isRefusing = Mutex(true)
    let hooks = Hooks { centre, request in
      guard request.path == "/v1/payout-records", isRefusing.withLock({ $0 }) else { return nil }
      return HTTPAnswer(
        status: 503, body: try WireJSON.encode(Problem(code: .unavailable, traceID: "t")))
    }
    try await Tap.run(hooks: hooks) { tap in
      let result = try await tap.desk.pay(tap.card.session(tap.terminal))
      #expect(!result.reported)
      #expect(try tap.stepsOnDisk() == ["started", "authorised", "posted", "paid"])
      #expect(try await tap.desk.recover().has(0, 1))
      #expect(tap.journal.unreported == [result.transaction])
      isRefusing.withLock { $0 = false }
      #expect(try await tap.desk.recover().has(0, 0))
      #expect(try tap.stepsOnDisk().last == "reported")
      let records = tap.hooks.requests.filter { $0.path == "/v1/payout-records" }
      #expect(records.count == 3)
      #expect(Set(records.map(\.body)).count == 1)
      // Once more: nothing is sent again.
      #expect(try await tap.desk.recover().has(0, 0))
      #expect(tap.hooks.requests.filter { $0.path == "/v1/payout-records" }.count == 3)
    }
  }

  @Test("A centre that has decided already ends the reporting")
  func decided() async throws {
    for code in [ProblemCode.transactionVoid, .alreadyPaid, .nothingToVoid] {
      let hooks = Hooks { _, request in
        guard request.path == "/v1/payout-records" else { return nil }
        return HTTPAnswer(
          status: 409, body: try WireJSON.encode(Problem(code: code, traceID: "t")))
      }
      try await Tap.run(hooks: hooks) { tap in
        let result = try await tap.desk.pay(tap.card.session(tap.terminal))
        #expect(result.reported)
        #expect(tap.journal.unreported.isEmpty)
      }
    }
  }

  @Test("The card can't keep its state: it signs nothing, the desk voids, money stays")
  func cardFull() async throws {
    try await Tap.run { tap in
      let session = try await tap.card.session(tap.terminal, .never) { tap.card.storage.fail(true) }
      do {
        _ = try await tap.desk.pay(session)
        Issue.record("paid")
      } catch PayoutError.cardDuringPayout {}
      tap.card.storage.fail(false)
      #expect(try await tap.desk.pay(tap.card.session(tap.terminal)).amount == 3_000_000)
    }
  }
}
