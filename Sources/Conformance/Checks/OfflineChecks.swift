import CardApplication
import CardCrypto
import CardTerminal
import ISO7816
import SecureChannel

/// The offline reserve (`card-application` §8).
enum OfflineChecks {
  static let all = [
    spends, reserve, onlineReserve, ceiling, terminalCeiling, count, until, notBefore, whole, unknownLine, generation,
    noRight, fieldsOfCertificate,
  ]

  private static let right: PayoutRights = [.online, .offline, .ceiling(PayoutRights.ceilingSteps)]

  private static func check(
    _ id: String, vi: String, en: String, _ grant: CardUnderTest.Grant = CardUnderTest.Grant(),
    _ body: @escaping @Sendable (CardUnderTest) async throws -> Void
  ) -> ConformanceCheck {
    ConformanceCheck("offline.\(id)", .offline, "card-application §8", .consuming, vi: vi, en: en) { test in
      try await test.grant(try await test.desk(), grant)
      try await body(test)
    }
  }

  private static func desk(_ test: CardUnderTest, _ rights: PayoutRights = right) async throws -> PayoutApplication {
    try await test.payout(.pin, try test.terminal(rights))
  }

  private static let spends = check(
    "spends", vi: "Chi ngoại tuyến trừ vào hạn mức, và còn nguyên sau khi mất điện",
    en: "An offline payout is taken from the reserve, also across a loss of power"
  ) { test in
    let before = try await desk(test).session.status().spent.first { $0.line == CardUnderTest.line }?.spent ?? 0
    try await test.pay(try await desk(test), try test.offlineOrder(150_000))
    try await test.card.powerOff()
    let after = try await desk(test).session.status()
    try expectEqual("81", after.spent.first { $0.line == CardUnderTest.line }?.spent, before + 150_000)
    try expectEqual("82", after.offlineCount, 1)
    try await test.pay(try await desk(test), try test.offlineOrder(250_000))
    try await test.expectNoPayout("spent", try await desk(test), try test.offlineOrder(1))
  }

  private static let reserve = check(
    "reserve", vi: "Không chi quá hạn mức còn lại của dòng", en: "No more than the line's reserve",
    CardUnderTest.Grant(available: 100_000)
  ) { test in
    try await test.expectNoPayout("above", try await desk(test), try test.offlineOrder(100_001))
    try await test.pay(try await desk(test), try test.offlineOrder(100_000))
  }

  private static let onlineReserve = check(
    "online-reserve", vi: "Chi trực tuyến cũng không rút quá hạn mức", en: "Online nothing above the reserve either",
    CardUnderTest.Grant(available: 100_000)
  ) { test in
    let above = try test.payoutOrder(WantedPayout(amount: 200_000, fromReserve: 100_001))
    try await test.expectNoPayout("above", try await desk(test), above)
    try await test.pay(try await desk(test), try test.payoutOrder(WantedPayout(amount: 200_000, fromReserve: 100_000)))
  }

  private static let ceiling = check(
    "ceiling", vi: "Không quá trần một lần chi", en: "No more than the ceiling of one payout",
    CardUnderTest.Grant(available: 400_000, ceiling: 120_000)
  ) { test in
    try await test.expectNoPayout("above", try await desk(test), try test.offlineOrder(120_001))
    try await test.pay(try await desk(test), try test.offlineOrder(120_000))
  }

  private static let terminalCeiling = check(
    "terminal-ceiling", vi: "Không quá trần của đầu cuối", en: "No more than the terminal's ceiling",
    CardUnderTest.Grant(available: 2_000_000, ceiling: 2_000_000)
  ) { test in
    let steps = test.policy.offlineCeilings[0]
    let low: PayoutRights = [.offline, .ceiling(1)]
    try await test.expectNoPayout("above", try await desk(test, low), try test.offlineOrder(steps + 1))
    try await test.expectNoPayout("no step", try await desk(test, .offline), try test.offlineOrder(1_000))
    try await test.pay(try await desk(test, low), try test.offlineOrder(min(steps, 2_000_000)))
  }

  private static let count = check(
    "count", vi: "Không quá số lần chi chưa được trung tâm xác nhận", en: "No more than so many unacknowledged payouts",
    CardUnderTest.Grant(count: 2)
  ) { test in
    for _ in 0..<2 { try await test.pay(try await desk(test), try test.offlineOrder(1_000)) }
    try await test.card.powerOff()
    try await test.expectNoPayout("third", try await desk(test), try test.offlineOrder(1_000))
  }

  private static let until = check(
    "until", vi: "Không chi sau ngày cuối của ủy quyền", en: "Nothing after the authority's last day",
    CardUnderTest.Grant(days: 5)
  ) { test in
    let late = try test.offlineOrder(1_000, time: test.time + 6 * 86_400)
    try await test.expectNoPayout("late", try await desk(test), late)
    try await test.pay(try await desk(test), try test.offlineOrder(1_000, time: test.time + 5 * 86_400))
  }

  private static let notBefore = ConformanceCheck(
    "offline.not-before", .offline, "card-application §8", .consuming,
    vi: "Hạn mức kỳ sau chỉ dùng được từ ngày của nó", en: "The next grant counts from its day on"
  ) { test in
    let day = try test.authority.day(3)
    try await test.grant(
      try await test.desk(),
      CardUnderTest.Grant(available: 50_000, next: 90_000, notBefore: day.yyyymmdd))
    try await test.expectNoPayout("early", try await desk(test), try test.offlineOrder(50_001))
    try await test.pay(try await desk(test), try test.offlineOrder(90_000, time: test.time + 3 * 86_400))
  }

  private static let whole = check(
    "whole", vi: "Ngoại tuyến: cả số tiền lấy từ hạn mức", en: "Offline the whole amount is from the reserve"
  ) { test in
    let order = try test.payoutOrder(WantedPayout(amount: 2_000, fromReserve: 1_000, mode: .offline))
    try await test.expectNoPayout("a part", try await desk(test), order, .incorrectData)
  }

  private static let unknownLine = check(
    "unknown-line", vi: "Dòng không có trên thẻ thì không có hạn mức",
    en: "A line that is not on the card has no reserve"
  ) { test in
    let order = try test.payoutOrder(WantedPayout(line: 4_000_001, amount: 1_000, fromReserve: 1_000, mode: .offline))
    try await test.expectNoPayout("unknown line", try await desk(test), order)
  }

  private static let generation = check(
    "generation", vi: "Chưa được trung tâm xác nhận mã PIN mới thì không chi ngoại tuyến",
    en: "Nothing offline until the centre has acknowledged the PIN"
  ) { test in
    let next = try test.random.digits(Int(test.policy.pinLength))
    try await test.open(.pin).setPIN(next)
    test.took(next)
    try await test.expectNoPayout("new PIN", try await desk(test), try test.offlineOrder(1_000))
    try await test.grant(try await test.desk())
    try await test.pay(try await desk(test), try test.offlineOrder(1_000))
  }

  private static let noRight = check(
    "right", vi: "Đầu cuối chỉ có quyền trực tuyến không chi ngoại tuyến được, và ngược lại",
    en: "A right to online payouts is none to offline ones, and the other way round"
  ) { test in
    try await test.expectNoPayout(
      "online right", try await desk(test, [.online, .ceiling(16)]), try test.offlineOrder(1_000),
      .securityStatusNotSatisfied)
    try await test.expectNoPayout(
      "offline right", try await desk(test, [.offline, .ceiling(16)]), try test.payoutOrder(),
      .securityStatusNotSatisfied)
  }

  private static let fieldsOfCertificate = check(
    "certificate", vi: "Chứng thư ngoại tuyến ghi đúng số đã chi và số lần",
    en: "An offline certificate tells totals and count"
  ) { test in
    let before = try await desk(test).session.status().spent.first { $0.line == CardUnderTest.line }?.spent ?? 0
    for use: UInt8 in 1...2 {
      let certificate = try await test.pay(try await desk(test), try test.offlineOrder(1_000)).certificate
      try expectEqual(
        "8F", certificate.spent, [LineSpent(line: CardUnderTest.line, spent: before + Int64(use) * 1_000)])
      try expectEqual("90", certificate.unacknowledgedOffline, use)
    }
  }
}
