import CardApplication
import CentreTestSupport
import Foundation
import LedgerStore
import PayoutPoint
import ServiceAPI
import Synchronization
import Testing

/// A point that was cut off: its journal as it was on the disk at that moment, opened again later.
@Suite("Recovery of a point")
struct RecoveryTests {
  enum Moment: String, CaseIterable, Sendable {
    case beforeSigning, beforePosting, afterPosting, postedOnDisk, paidOnDisk

    /// What the journal ends with, what the centre says after the recovery, and what is payable then.
    var expected: (steps: [String], state: PayoutStatusAnswer.State, payable: [Int64], voided: Int) {
      switch self {
      case .beforeSigning: (["started"], .unknown, [3_000_000], 1)
      case .beforePosting: (["started", "authorised"], .unknown, [3_000_000], 1)
      case .afterPosting: (["started", "authorised"], .voided, [3_000_000], 1)
      case .postedOnDisk: (["started", "authorised", "posted"], .voided, [3_000_000], 1)
      case .paidOnDisk: (["started", "authorised", "posted", "paid"], .posted, [], 0)
      }
    }
  }

  @Test(
    "STARTED, AUTHORISED and POSTED become VOID, PAID is reported; the same when somebody collects for the holder",
    arguments: Moment.allCases, [nil, "UQ-1"])
  func recover(moment: Moment, collector: String?) async throws {
    try await Tap.run(hooks: Self.hooks(moment)) { tap in
      if let collector { try await tap.register(collector) }
      let hooks = tap.hooks
      let session = try await tap.card.session(tap.terminal, .never) {
        if moment == .beforeSigning { try Self.crash(tap.centre, hooks) }
      }
      do {
        _ = try await tap.desk.pay(session, collector: collector) { _ in
          if moment == .postedOnDisk || moment == .paidOnDisk { try? Self.crash(tap.centre, hooks) }
        }
      } catch is PayoutError {
        // The point that goes on after its "crash" finds the line cut; its journal is thrown away.
      }
      let folder = Self.copy(tap.centre)
      if moment == .postedOnDisk { try Self.dropLastLine(folder + "/journal.jsonl") }
      let expected = moment.expected
      #expect(try Tap.steps(folder + "/journal.jsonl") == expected.steps)
      hooks.isDown = false
      let desk = tap.centre.desk(tap.terminal, journal: try Journal(folder: folder))
      #expect(try await desk.recover().has(expected.voided, 0))
      #expect(try await tap.payable() == expected.payable)
      let steps = try Tap.steps(folder + "/journal.jsonl")
      #expect(steps == expected.steps + (expected.voided == 1 ? ["void", "reported"] : ["reported"]))
      #expect(try await tap.status(try tap.transaction()).state == expected.state)
      // The certificate that comes afterwards, if there is one, posts nothing any more.
      tap.centre.clock.advance(601)
      if !expected.payable.isEmpty {
        let journal = try Journal(folder: tap.centre.folder + "/next")
        let result = try await tap.centre.desk(tap.terminal, journal: journal)
          .pay(tap.card.session(tap.terminal), collector: collector)
        #expect(result.payout.facts.collector?.authorityNumber == collector)
        #expect(result.amount == 3_000_000 && result.cardCompleted)
        #expect(try await tap.centre.store.counts().payouts - tap.centre.store.counts().voids == 1)
      }
    }
  }

  private static func copy(_ centre: TestCentre) -> String { centre.folder + "/copy" }

  /// Keeps the journal as it is on the disk now; from here on the line is dead.
  private static func crash(_ centre: TestCentre, _ hooks: Hooks) throws {
    try FileManager.default.createDirectory(atPath: copy(centre), withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      atPath: centre.folder + "/point/journal.jsonl", toPath: copy(centre) + "/journal.jsonl")
    hooks.isDown = true
  }

  private static func hooks(_ moment: Moment) -> Hooks {
    let box = HooksBox()
    let hooks = Hooks { centre, request in
      guard request.path == "/v1/payouts", let hooks = box.hooks else { return nil }
      switch moment {
      case .beforePosting:
        try crash(centre, hooks)
        throw TestSupportError.invalid("crash")
      case .afterPosting:
        _ = await Tap.forward(request, to: centre)
        try crash(centre, hooks)
        throw TestSupportError.invalid("crash")
      default: return nil
      }
    }
    box.hooks = hooks
    return hooks
  }

  private static func dropLastLine(_ file: String) throws {
    let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").dropLast()
    try Data(lines.map { $0 + "\n" }.joined().utf8).write(to: URL(fileURLWithPath: file))
  }

  @Test("A point that recovers without a service waits, and loses nothing by it")
  func withoutService() async throws {
    try await Tap.run { tap in
      let transaction = String(repeating: "ab", count: 16)
      try tap.journal.append(
        JournalEntry(step: .started, transaction: transaction, time: tap.centre.clock.seconds, data: Data()))
      tap.hooks.isDown = true
      #expect(try await tap.desk.recover().has(1, 1))
      #expect(try tap.stepsOnDisk() == ["started", "void"])
      #expect(try await tap.desk.recover().has(0, 1))
      tap.hooks.isDown = false
      #expect(try await tap.desk.recover().has(0, 0))
      #expect(try tap.stepsOnDisk() == ["started", "void", "reported"])
    }
  }
}

/// Hooks that their own closure needs.
private final class HooksBox: Sendable {
  private let box = Mutex<Hooks?>(nil)

  var hooks: Hooks? {
    get { box.withLock { $0 } }
    set { box.withLock { $0 = newValue } }
  }
}
