internal import Synchronization

/// How many sessions with cards a custodian gives keys for. Whoever keeps the office's jobs stands behind it, so that
/// what was taken stays taken when the process ends.
///
/// Without it, a thief of the office's machine could have session keys for every card there is, and a fault in a job
/// could use up a card's own attempts.
public protocol SessionBudget: Sendable {
  /// Takes one session of the card `serial` (10 octets) for `job`. It is durable before this returns, and is not given
  /// back.
  ///
  /// - Throws: ``SessionBudgetError``, and nothing is taken then.
  func take(serial: [UInt8], job: String) throws(SessionBudgetError)
  /// Whether any session of the card `serial` was taken.
  func hasTaken(serial: [UInt8]) throws(SessionBudgetError) -> Bool
}

/// Why no session was given.
public enum SessionBudgetError: Error, Hashable, Sendable {
  /// This card has had as many sessions as a card may have; `serial` in hexadecimal digits.
  case card(serial: String, limit: Int)
  /// This job has had as many sessions as it may have.
  case job(String, limit: Int)
  /// What was taken can't be kept; `reason` names the failure of the store.
  case notKept(reason: String)
  /// Something was asked for this card outside any session with it; `serial` in hexadecimal digits.
  case noSession(serial: String)

  /// A serial in hexadecimal digits.
  public static func text(_ serial: [UInt8]) -> String {
    serial.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
  }
}

/// A budget in memory: it is whole again in the next process, so for tests, demonstrations and one-card runs only.
public final class MemorySessionBudget: SessionBudget {
  /// Most sessions of one card in a job: two to make it, for its keys and with them, and three more tries.
  public static let cardDefault = 8
  private let limits: (card: Int, job: Int)
  private let taken = Mutex<(cards: [[UInt8]: Int], jobs: [String: Int])>(([:], [:]))

  /// A budget of which nothing is taken.
  ///
  /// - Parameters:
  ///   - card: most sessions of one card.
  ///   - job: most sessions of one job.
  public init(card: Int = cardDefault, job: Int = .max) { limits = (card, job) }

  /// Takes one session.
  public func take(serial: [UInt8], job: String) throws(SessionBudgetError) {
    try taken.withLock { (taken) throws(SessionBudgetError) in
      let (card, all) = (taken.cards[serial, default: 0], taken.jobs[job, default: 0])
      guard card < limits.card else {
        throw .card(serial: SessionBudgetError.text(serial), limit: limits.card)
      }
      guard all < limits.job else { throw .job(job, limit: limits.job) }
      taken.cards[serial] = card + 1
      taken.jobs[job] = all + 1
    }
  }

  /// Whether any session of the card was taken in this process.
  public func hasTaken(serial: [UInt8]) -> Bool { taken.withLock { $0.cards[serial] != nil } }
}
