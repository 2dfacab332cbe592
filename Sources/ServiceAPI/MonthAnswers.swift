public import VietnamReference

/// An amount and whose it is, counted by person and programme; an heir stands in the place of the dead.
public struct TallyAnswer: Hashable, Sendable, Codable {
  /// Persons × programmes.
  public var persons: Int64
  /// Đồng.
  public var amount: Int64

  /// From its fields.
  public init(persons: Int64 = 0, amount: Int64 = 0) {
    self.persons = persons
    self.amount = amount
  }

  /// Both added up.
  public static func + (left: TallyAnswer, right: TallyAnswer) -> TallyAnswer {
    TallyAnswer(persons: left.persons + right.persons, amount: left.amount + right.amount)
  }
}

/// What became of a programme's money in a month, by unit and funder.
public struct MonthLine: Hashable, Sendable, Codable {
  /// Funder.
  public var funder: String
  /// Programme code.
  public var programme: String
  /// The programme's name.
  public var programmeName: BilingualText
  /// Open when the month began.
  public var opening: TallyAnswer
  /// Credited in it, what heirs inherited excepted; persons without those in `opening`.
  public var granted: TallyAnswer
  /// Paid in it, less what was taken back; persons of whom nothing is open any more.
  public var paid: TallyAnswer
  /// Gone back or elsewhere otherwise than by payouts and to heirs; persons who were paid nothing and of whom nothing
  /// is open.
  public var returned: TallyAnswer
  /// Open when it ended, or with a bank that had not confirmed it.
  public var closing: TallyAnswer
  /// Of that, what was with banks.
  public var inFlight: TallyAnswer

  /// From its fields.
  public init(
    funder: String, programme: String, programmeName: BilingualText, opening: TallyAnswer, granted: TallyAnswer,
    paid: TallyAnswer, returned: TallyAnswer, closing: TallyAnswer, inFlight: TallyAnswer = TallyAnswer()
  ) {
    self.inFlight = inFlight
    self.funder = funder
    self.programme = programme
    self.programmeName = programmeName
    self.opening = opening
    self.granted = granted
    self.paid = paid
    self.returned = returned
    self.closing = closing
  }

  /// Opening and granted: what was to be paid.
  public var due: TallyAnswer { opening + granted }
  /// Opening + granted = paid + returned + closing, in persons and in đồng.
  public var isBalanced: Bool { due == paid + returned + closing }
}

/// Answer of `GET /v1/units/{unit}/months/{month}`.
public struct MonthAnswer: Hashable, Sendable, Codable {
  /// Accounting unit.
  public var unit: String
  /// Year * 100 + month.
  public var month: UInt32
  /// By funder and programme.
  public var lines: [MonthLine]

  /// From its fields.
  public init(unit: String, month: UInt32, lines: [MonthLine]) {
    self.unit = unit
    self.month = month
    self.lines = lines
  }
}

/// What a unit asks one funder for.
public struct NeedLine: Hashable, Sendable, Codable {
  /// Funder.
  public var funder: String
  /// Regular items of the month on lists that are sealed and not approved; of the month before when there is none.
  public var next: TallyAnswer
  /// There is no list for the month yet.
  public var isEstimate: Bool
  /// Arrears, and what is owed for earlier months, on those lists.
  public var arrears: TallyAnswer
  /// Funeral grants on those lists.
  public var funeral: TallyAnswer
  /// One-off benefits on those lists.
  public var oneOff: TallyAnswer
  /// Approved or credited before and not paid yet, and deducted for third parties who are not paid yet, đồng.
  public var owed: Int64
  /// Approved or credited before, and past the last day to collect it, or lapsed, đồng: in no other sum. Money that is
  /// held for it goes back to the funder, so nothing else is paid of it.
  public var overdue: Int64
  /// Money held, the agents' advances included, đồng.
  public var held: Int64
  /// What is to be asked for, đồng ≥ 0.
  public var request: Int64

  /// From its fields.
  public init(
    funder: String, next: TallyAnswer, isEstimate: Bool, arrears: TallyAnswer, funeral: TallyAnswer,
    oneOff: TallyAnswer, owed: Int64, overdue: Int64 = 0, held: Int64
  ) {
    self.funder = funder
    self.next = next
    self.isEstimate = isEstimate
    self.arrears = arrears
    self.funeral = funeral
    self.oneOff = oneOff
    self.owed = owed
    self.overdue = overdue
    self.held = held
    let free = min(held, max(0, held - overdue))
    request = max(0, next.amount + arrears.amount + funeral.amount + oneOff.amount + owed - free)
  }
}

/// Answer of `GET /v1/units/{unit}/needs/{month}`.
public struct NeedAnswer: Hashable, Sendable, Codable {
  /// Accounting unit.
  public var unit: String
  /// Year * 100 + month.
  public var month: UInt32
  /// By funder.
  public var lines: [NeedLine]

  /// From its fields.
  public init(unit: String, month: UInt32, lines: [NeedLine]) {
    self.unit = unit
    self.month = month
    self.lines = lines
  }
}

/// What one person is owed of one programme, on the list that a point works from.
public struct DueLine: Hashable, Sendable, Codable {
  /// Number of the person on this list, from 1: the lines of one person, and of nobody else, have it.
  public var person: Int
  /// Full name.
  public var name: String
  /// Personal ID, masked.
  public var maskedPersonalID: String
  /// Programme code.
  public var programme: String
  /// The programme's name.
  public var programmeName: BilingualText
  /// Months, year * 100 + month, oldest first.
  public var months: [UInt32]
  /// Point; empty when the list names none.
  public var point: String
  /// Open, đồng.
  public var amount: Int64

  /// From its fields.
  public init(
    person: Int, name: String, maskedPersonalID: String, programme: String, programmeName: BilingualText,
    months: [UInt32], point: String, amount: Int64
  ) {
    self.person = person
    self.name = name
    self.maskedPersonalID = maskedPersonalID
    self.programme = programme
    self.programmeName = programmeName
    self.months = months
    self.point = point
    self.amount = amount
  }
}

/// People whose names are not printed any more because they collected nothing for so long (tạm dừng in danh sách chi
/// trả); they are paid all the same when they ask for it by form 19-CBH.
public struct UnprintedLine: Hashable, Sendable, Codable {
  /// Months in a row without collecting, by the programme's rule.
  public var afterMonths: Int
  /// Persons × programmes.
  public var persons: Int
  /// What they can still collect, đồng.
  public var amount: Int64

  /// From its fields.
  public init(afterMonths: Int, persons: Int, amount: Int64) {
    self.afterMonths = afterMonths
    self.persons = persons
    self.amount = amount
  }
}

/// What can't be collected any more and has not lapsed yet (quá hạn lĩnh, chờ thu hồi), of one programme.
public struct OverdueLine: Hashable, Sendable, Codable {
  /// Programme code.
  public var programme: String
  /// Its name.
  public var programmeName: BilingualText
  /// Whose it was.
  public var persons: Int
  /// Đồng.
  public var amount: Int64

  /// From its fields.
  public init(programme: String, programmeName: BilingualText, persons: Int, amount: Int64) {
    self.programme = programme
    self.programmeName = programmeName
    self.persons = persons
    self.amount = amount
  }
}

/// Answer of `GET /v1/units/{unit}/dues`.
public struct DueAnswer: Hashable, Sendable, Codable {
  /// Accounting unit.
  public var unit: String
  /// By name.
  public var lines: [DueLine]
  /// Who is not on the list, by the rule that keeps them off.
  public var unprinted: [UnprintedLine]
  /// What is not on the list since its last day is over, by programme code.
  public var overdue: [OverdueLine]

  /// From its fields.
  public init(
    unit: String, lines: [DueLine], unprinted: [UnprintedLine] = [], overdue: [OverdueLine] = []
  ) {
    self.overdue = overdue
    self.unprinted = unprinted
    self.unit = unit
    self.lines = lines
  }
}

/// Notes of one value.
public struct NoteLine: Hashable, Sendable, Codable {
  /// Đồng.
  public var note: Int64
  /// How many.
  public var count: Int64

  /// From its fields.
  public init(note: Int64, count: Int64) {
    self.note = note
    self.count = count
  }
}

/// Cash that a unit's visits need.
public struct ForecastLine: Hashable, Sendable, Codable {
  /// Accounting unit.
  public var unit: String
  /// People who have something to collect.
  public var visits: Int64
  /// What they are owed, đồng.
  public var amount: Int64
  /// What is paid of it in notes of 1,000 đ and more, đồng.
  public var cash: Int64
  /// The fewest notes for that, visit by visit, the greatest first.
  public var notes: [NoteLine]

  /// From its fields.
  public init(unit: String, visits: Int64, amount: Int64, cash: Int64, notes: [NoteLine]) {
    self.unit = unit
    self.visits = visits
    self.amount = amount
    self.cash = cash
    self.notes = notes
  }
}

/// Answer of `GET /v1/forecasts/{month}`.
public struct ForecastAnswer: Hashable, Sendable, Codable {
  /// Year * 100 + month.
  public var month: UInt32
  /// By unit.
  public var lines: [ForecastLine]

  /// From its fields.
  public init(month: UInt32, lines: [ForecastLine]) {
    self.month = month
    self.lines = lines
  }
}
