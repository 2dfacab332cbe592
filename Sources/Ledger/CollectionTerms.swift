/// Until when what is owed can be collected, as the programmes' rules say (`payout_process` §3): the one thing that the
/// ledger has to know of a programme when it pays. The ledger keeps it, so that an audit can look at every payout and
/// lapse by the rules that held then.
public struct CollectionTerms: Hashable, Sendable {
  /// What becomes of what is not collected.
  public enum Term: Hashable, Sendable {
    /// It can be collected until a day (yyyymmdd).
    case until(Int32)
    /// It can be collected until so many months after the end of the line's last month; while the line goes on there is
    /// no last day.
    case afterEnd(months: Int32)

    /// The last day (yyyymmdd) of a line that ends with a month, or goes on; nil without such a day.
    public func lastDay(lineEnds: Period?) -> Int32? {
      switch self {
      case .until(let day): return day
      case .afterEnd(let months):
        guard let end = lineEnds else { return nil }
        let count = Int32(end.year) * 12 + Int32(end.month) - 1 + months
        let (year, month) = (count / 12, count % 12 + 1)
        // The same day of that month as the end's, or its last.
        let day = min(Self.days(in: Int32(end.month), of: Int32(end.year)), Self.days(in: month, of: year))
        return year * 10_000 + month * 100 + day
      }
    }

    private static func days(in month: Int32, of year: Int32) -> Int32 {
      let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
      return month == 2 ? (isLeap ? 29 : 28) : [4, 6, 9, 11].contains(month) ? 30 : 31
    }
  }

  /// A programme's term in some months.
  public struct Rule: Hashable, Sendable {
    /// Wire code.
    public let programme: UInt16
    /// First month that is owed so, yyyymm; 0 when it has always been so.
    public let first: Int32
    /// Last month, yyyymm; 999999 while it lasts.
    public let last: Int32
    /// Until when it can be collected; nil for always.
    public let term: Term?

    /// One rule.
    public init(programme: UInt16, first: Int32 = 0, last: Int32 = 999_999, term: Term?) {
      self.programme = programme
      self.first = first
      self.last = last
      self.term = term
    }
  }

  private let rules: [UInt16: [Rule]]
  /// As the ledger keeps them: a line for each rule, `programme first last`, then `until yyyymmdd`, `after-end months`
  /// or `always`; by programme, and in their order, without a last line break; empty for no rules. Told once: each
  /// batch that is written is compared with it.
  public let text: String

  /// - Parameter rules: of two that have a month the later one holds.
  public init(_ rules: [Rule]) {
    let grouped = Dictionary(grouping: rules, by: \.programme)
    self.rules = grouped
    text = grouped.sorted { $0.key < $1.key }.flatMap(\.value).map(\.text).joined(separator: "\n")
  }

  /// Nothing has a last day.
  public static let none = CollectionTerms([])

  /// Programmes (wire codes) of which something has a last day.
  public var programmes: [UInt16] { rules.filter { $0.value.contains { $0.term != nil } }.keys.sorted() }

  /// The term of what is owed of a programme for a month; nil without one.
  public func term(programme: UInt16, period: Period) -> Term? {
    rules[programme]?.last { $0.first <= period.yyyymm && period.yyyymm <= $0.last }?.term
  }

  /// The last day (yyyymmdd) on which what is owed of a programme (wire code) for a month can be collected, when the
  /// line's last month is `lineEnds` or it goes on; nil without one.
  public func lastDay(programme: UInt16, period: Period, lineEnds: Period?) -> Int32? {
    term(programme: programme, period: period)?.lastDay(lineEnds: lineEnds)
  }

  /// Whether a month can't be collected any more on a day: nothing of it is listed or reclaimed then, since its money
  /// has gone, or goes, back for good. What lapsed by a mistaken end can be, once two persons have resumed the line.
  public func isOver(programme: UInt16, period: Period, lineEnds: Period?, on day: PostingDay) -> Bool {
    lastDay(programme: programme, period: period, lineEnds: lineEnds).map { $0 < day.yyyymmdd } ?? false
  }
}

extension CollectionTerms.Rule {
  fileprivate var text: String {
    let end =
      switch term {
      case .until(let day): "until \(day)"
      case .afterEnd(let months): "after-end \(months)"
      case nil: "always"
      }
    return "\(programme) \(first) \(last) \(end)"
  }
}

extension CollectionTerms {
  /// Reads ``text``; nil for anything else.
  public init?(text: String) {
    var rules: [Rule] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) where !text.isEmpty {
      let words = line.split(separator: " ", omittingEmptySubsequences: false)
      guard words.count >= 4, let programme = UInt16(words[0]), let first = Int32(words[1]), let last = Int32(words[2])
      else { return nil }
      let term: Term?
      switch (words[3], words.count == 5 ? Int32(words[4]) : nil) {
      case ("until", let day?) where Check.day(day): term = .until(day)
      case ("after-end", let months?) where (0...1_200).contains(months): term = .afterEnd(months: months)
      case ("always", nil) where words.count == 4: term = nil
      default: return nil
      }
      rules.append(Rule(programme: programme, first: first, last: last, term: term))
    }
    self.init(rules)
  }
}
