public import VietnamReference

/// When and through whom a programme pays (lịch chi trả).
public struct PayCalendar: Hashable, Sendable {
  /// How the money reaches people.
  public enum Channel: String, CaseIterable, Sendable, Codable {
    /// To an account.
    case bank
    /// In cash at a payout point.
    case point
    /// In cash at a post office's counter.
    case postOffice = "post-office"
    /// At home.
    case home
    /// In cash at the commune's office.
    case commune
    /// To an account of the citizen's application.
    case citizenAccount = "citizen-account"

    /// Its name.
    public var name: BilingualText {
      switch self {
      case .bank: BilingualText(vi: "chuyển khoản", en: "bank transfer")
      case .point: BilingualText(vi: "tiền mặt tại điểm chi trả", en: "cash at a payout point")
      case .postOffice: BilingualText(vi: "tiền mặt tại bưu cục", en: "cash at a post office")
      case .home: BilingualText(vi: "chi trả tại nhà", en: "payout at home")
      case .commune: BilingualText(vi: "tiền mặt tại UBND cấp xã", en: "cash at the commune's office")
      case .citizenAccount: BilingualText(vi: "tài khoản an sinh VNeID", en: "account of VNeID")
      }
    }
  }

  /// The days of a window.
  public enum Days: Hashable, Sendable {
    /// Days of each month that is paid in, both included.
    case ofMonth(ClosedRange<Int>)
    /// These days, both included.
    case dates(CalendarDate, CalendarDate)
    /// At the latest so many working days after the decision.
    case afterDecision(workingDays: Int)
    /// The day of the month on which the first month was paid.
    case sameDay

    /// In words.
    public var words: BilingualText {
      switch self {
      case .ofMonth(let days):
        BilingualText(
          vi: "ngày \(days.lowerBound)–\(days.upperBound)", en: "days \(days.lowerBound)–\(days.upperBound)")
      case .dates(let from, let to):
        BilingualText(vi: "\(from.slashed)–\(to.slashed)", en: "\(from.iso) to \(to.iso)")
      case .afterDecision(let days):
        BilingualText(
          vi: "trong \(days) ngày làm việc kể từ quyết định", en: "within \(days) working days of the decision")
      case .sameDay: BilingualText(vi: "cùng ngày hằng tháng", en: "the same day each month")
      }
    }
  }

  /// Days of one channel.
  public struct Window: Hashable, Sendable {
    /// Through whom.
    public let channel: Channel
    /// When.
    public let days: Days
  }

  /// As programmes call it.
  public let name: String
  /// What it is.
  public let title: BilingualText
  /// The law, decree or decision.
  public let legalBase: String
  /// Where it comes from.
  public let evidence: String
  /// When each channel pays; at least one.
  public let windows: [Window]
  /// Months of the year in which it pays; `nil` for all.
  public let months: [Int]?
  /// Changes filed before this day of a month enter the next month's list, later ones the one after; `nil` without.
  public let cutOffDay: Int?
  /// The commune asks for the next month's money before this day; `nil` without.
  public let fundingDay: Int?
  /// The payment organisation reports before this day; `nil` without.
  public let reportDay: Int?
  /// Whether two months may be paid at once at Tết or in an epidemic.
  public let joinsMonthsAtTet: Bool

  /// It in words: the windows, then the other days.
  public var words: BilingualText {
    let parts =
      windows.map { window in
        BilingualText(
          vi: "\(window.channel.name.vi) \(window.days.words.vi)",
          en: "\(window.channel.name.en) \(window.days.words.en)")
      }
      + [
        months.map { months in
          let text = months.map { String($0) }.joined(separator: ", ")
          return BilingualText(vi: "tháng \(text)", en: "in months \(text)")
        },
        cutOffDay.map {
          BilingualText(vi: "chốt thay đổi trước ngày \($0)", en: "changes before day \($0)")
        },
        fundingDay.map {
          BilingualText(vi: "đề nghị kinh phí trước ngày \($0)", en: "funding asked for before day \($0)")
        },
        reportDay.map { BilingualText(vi: "báo cáo trước ngày \($0)", en: "report before day \($0)") },
        joinsMonthsAtTet
          ? BilingualText(vi: "Tết có thể chi 2 tháng một kỳ", en: "two months at once at Tết") : nil,
      ].compactMap(\.self)
    return BilingualText(
      vi: parts.map(\.vi).joined(separator: "; "), en: parts.map(\.en).joined(separator: "; "))
  }
}

/// A body that decides or pays, whose name changes with the law.
public struct Agency: Hashable, Sendable {
  /// A name and the days it is for.
  public struct Value: Hashable, Sendable {
    /// First day; `nil` for the first name.
    public let from: CalendarDate?
    /// Last day; `nil` for the last name.
    public let to: CalendarDate?
    /// The name.
    public let title: BilingualText
    /// Where it comes from.
    public let evidence: String
  }

  /// As programmes call it.
  public let name: String
  /// By first day, for every day.
  public let values: [Value]

  /// Its name on `date`.
  public func title(on date: CalendarDate) -> BilingualText {
    let value = values.last { $0.from.map { $0 <= date } ?? true }
    return value?.title ?? BilingualText(vi: name, en: name)
  }
}
