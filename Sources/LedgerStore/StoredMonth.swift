public import Ledger

/// An amount, and whose it is: people are counted by programme, so somebody with two programmes counts twice.
public struct Tally: Hashable, Sendable, Codable {
  /// Persons × programmes.
  public var persons: Int64
  /// Đồng.
  public var amount: Int64

  /// Nothing unless told otherwise.
  public init(persons: Int64 = 0, amount: Int64 = 0) {
    self.persons = persons
    self.amount = amount
  }

  static func + (left: Tally, right: Tally) -> Tally {
    Tally(persons: left.persons + right.persons, amount: left.amount + right.amount)
  }
}

/// What became of a programme's money in one month of the calendar, at one unit and funder (`ledger` §5, rule 13).
///
/// Đồng are what was posted in the month, in Vietnam: an item when it was credited, a payout when it was posted, a void
/// when it took one back, whatever else left an item when that was decided. A person (by programme) stands in one
/// place before and in one after: `opening` when anything was open at the month's start, else `granted`; at its end
/// `closing` when anything is open, else `paid` when something was paid, else `returned`. So whoever is paid in part
/// is counted among those still to be paid, and both sums agree: opening + granted = paid + returned + closing.
///
/// What heirs inherit was neither granted nor returned: it stays where it is, and the heir stands in the place of the
/// dead, beside an own place if there is one. So people are counted by benefit. Somebody who had inherited and dies
/// leaves one inheritance to the next heir: the places of the earlier dead end among `returned`, without any đồng, and
/// the place of the later one begins among `granted`, if nothing else was open there.
public struct StoredMonth: Hashable, Sendable {
  /// Whose book.
  public let unit: AccountingUnit
  /// Whose money.
  public let funder: Funder
  /// Programme wire code.
  public let programme: UInt16
  /// Open at the start (dư đầu).
  public let opening: Tally
  /// Credited (cấp).
  public let granted: Tally
  /// Paid, less what was taken back (thực trả).
  public let paid: Tally
  /// Gone back or elsewhere otherwise than by a payout (chuyển trả).
  public let returned: Tally
  /// Open at the end, or with a bank that has not confirmed it (dư cuối, chưa trả).
  public let closing: Tally
  /// Of that, what is with banks (đang chuyển).
  public var inFlight = Tally()

  /// Whether nobody and no đồng is lost between the month's two ends.
  public var isBalanced: Bool { opening + granted == paid + returned + closing }
}

/// A unit's list as it stands: what one person is owed of one programme.
public struct StoredDue: Hashable, Sendable {
  /// Whose it is.
  public let person: PersonIdentity
  /// Programme wire code.
  public let programme: UInt16
  /// The months it is owed for, oldest first.
  public let months: [Period]
  /// The point that the newest list sends the person to; empty when it names none.
  public let point: String
  /// Open, đồng.
  public let amount: Int64
  /// So many months in a row before the one that is asked about were credited in time, and nothing was collected of
  /// them.
  public let monthsUncollected: Int
  /// The last day to collect it is over: nothing of it is paid any more. What somebody has of a programme besides
  /// stands apart.
  public let isOver: Bool

  /// How many months follow each other at the end of `months`, which are in order.
  static func run(_ months: [Period]) -> Int {
    var count = months.isEmpty ? 0 : 1
    while count < months.count, months[months.count - count - 1].next == months[months.count - count] { count += 1 }
    return count
  }
}

/// What a unit's funder has, owes, and is asked for.
public struct StoredNeed: Hashable, Sendable {
  /// Whose money.
  public let funder: Funder
  /// On sealed lists that are not approved yet and can still be collected: regular items of the month asked for.
  public let next: Tally
  /// As above: arrears, and regular items of earlier months.
  public let arrears: Tally
  /// As above: funeral grants.
  public let funeral: Tally
  /// As above: one-off benefits.
  public let oneOff: Tally
  /// Regular items of the month before, credited or approved: what to reckon with while there is no list.
  public let monthBefore: Tally
  /// Something is credited or approved for the month asked for.
  public let isListed: Bool
  /// Approved or credited and not paid yet, đồng: 2190, 2200, 2300 and 2450 without what is ``overdue``, and what was
  /// deducted for third parties (2800).
  public let owed: Int64
  /// Of what was approved or credited: the last day to collect it is over, or it lapsed (2600), đồng. Nobody is paid
  /// of it, so nothing is asked for it, and money held for it goes back to the funder.
  public let overdue: Int64
  /// Money held, đồng: 1100 and 1200, with what other units owe (1300) and are owed (2400).
  public let held: Int64
}
