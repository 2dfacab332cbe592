import CardApplication
import CardCrypto
import CardTerminal
import ISO7816
import SecureChannel
import VietnamReference

/// Orders and certificates (`card-application` §4, §6, §7, §9, §12).
enum PayoutChecks {
  static let all =
    certificate + [chain, repeated, changedRepeat, otherTerminal, onePerSession, pinEnds, survivesPower, status]
    + [lastOther, lastOwn, log, logFull, orderDates, cardValidity] + overrides

  private static func check(
    _ id: String, _ clause: String, _ stage: ConformanceStage = .active, vi: String, en: String,
    _ body: @escaping @Sendable (CardUnderTest) async throws -> Void
  ) -> ConformanceCheck {
    ConformanceCheck(id, .payout, "card-application \(clause)", stage, vi: vi, en: en, body)
  }

  // MARK: The certificate

  /// A payout, and everything that its certificate has to agree with.
  private struct Paid {
    let test: CardUnderTest
    let application: PayoutApplication
    let credential: TerminalCredential
    let order: PayoutOrder
    let before: PayoutStatus
    let certificate: PayoutCertificate
    let signed: SignedLayout
  }

  private static func paid(_ test: CardUnderTest) async throws -> Paid {
    let credential = try test.authority.terminal()
    let application = try await test.payout(.pin, .payout(credential))
    let before = try await application.session.status()
    let order = try test.payoutOrder()
    let paid = try await test.pay(application, order)
    return Paid(
      test: test, application: application, credential: credential, order: order, before: before,
      certificate: paid.certificate, signed: paid.signed)
  }

  private static func field(
    _ name: String, vi: String, en: String, _ body: @escaping @Sendable (Paid) async throws -> Void
  ) -> ConformanceCheck {
    check("certificate.\(name)", "§12", vi: "Chứng thư chi trả: \(vi)", en: "Payout certificate: \(en)") { test in
      try await body(try await paid(test))
    }
  }

  private static let certificate = [
    field("signature", vi: "chữ ký của khóa chi trả", en: "signed by the payout key") { paid in
      try require(
        paid.signed.isSigned(by: try paid.test.payoutKey()), "Chữ ký không đúng", "The signature does not verify")
    },
    field("card", vi: "số thẻ, khóa, phiên bản", en: "card number, key and versions") { paid in
      try expectEqual("82", paid.certificate.cardNumber, paid.test.number())
      try expectEqual("83", paid.certificate.keyID, keyIdentifier(ofPoint: try paid.test.payoutKey().point))
      try expectEqual("84", paid.certificate.versions, paid.test.policy.versions)
    },
    field("order", vi: "lệnh chi từng byte", en: "the order, octet by octet") { paid in
      try require(paid.certificate.order.bytes == paid.order.bytes, "A7 khác lệnh chi", "A7 is not the order")
    },
    field("terminal", vi: "đầu cuối và quyền có hiệu lực", en: "the terminal and its effective rights") { paid in
      let content = paid.credential.terminal.content
      let seen = paid.certificate.terminal
      try expectEqual("88", seen.authority, content.authority.octets)
      try expectEqual("89", seen.holder, content.holder.octets)
      try expectEqual("8A", seen.keyHash, content.publicKey.hash)
      try expectEqual(
        "8B", seen.effectiveRights, HolderAuthorization(.terminal, []).template + PayoutRights.online.octets)
    },
    field("session", vi: "gắn với phiên PACE", en: "tied to the PACE session") { paid in
      try require(
        paid.application.session.isFromThisSession(paid.certificate), "91 không của phiên này",
        "91 is of another session")
    },
    field("counters", vi: "bộ đếm và số lệnh trung tâm", en: "counter and response serial") { paid in
      try expectEqual("85", paid.certificate.responseSerial, paid.before.responseSerial)
      try expectEqual("86", paid.certificate.counter, paid.before.counter + 1)
      try expectEqual("counter", try await paid.application.session.status().counter, paid.before.counter + 1)
    },
    field("pin", vi: "cách xác minh và đời PIN", en: "verification and PIN generation") { paid in
      try expectEqual("8D", paid.certificate.method, .pin)
      try expectEqual("8D, generation", paid.certificate.pinGeneration, paid.test.generation)
      try expectEqual("8D, origin", paid.certificate.pinOrigin, .holder)
      try expectEqual("8E", paid.certificate.pinSetter, [])
    },
    field("totals", vi: "đã chi ngoại tuyến từng dòng", en: "offline totals per line") { paid in
      let spent = paid.before.spent.first { $0.line == CardUnderTest.line }?.spent ?? 0
      try expectEqual("8F", paid.certificate.spent, [LineSpent(line: CardUnderTest.line, spent: spent)])
      try expectEqual(
        "90", [paid.certificate.unacknowledgedOffline, paid.certificate.overrides], [paid.before.offlineCount, 0])
    },
    field("date", vi: "ngày của thẻ", en: "the card date") { paid in
      let seen = paid.certificate.cardDate.yyyymmdd
      let bounds = paid.test.authority.today.yyyymmdd...(try paid.test.authority.day(2).yyyymmdd)
      try require(bounds.contains(seen), "8C là \(seen)", "8C is \(seen)")
    },
  ]

  // MARK: One after the other

  private static let chain = check(
    "payout.chain", "§6, §12", vi: "Bộ đếm tăng từng một, mỗi chứng thư mang dấu của chứng thư trước",
    en: "Counters rise by one, each certificate names the one before"
  ) { test in
    let first = try await test.pay(try await test.desk(), try test.payoutOrder())
    try await test.card.powerOff()
    let second = try await test.pay(try await test.desk(), try test.payoutOrder())
    try expectEqual("86", second.certificate.counter, first.certificate.counter + 1)
    try expectEqual("92", second.certificate.previousHash, first.signed.identity)
  }

  private static let repeated = check(
    "payout.repeated", "§4", vi: "Lệnh chi gửi lại được trả lời bằng đúng chứng thư cũ",
    en: "A repeated order is answered by the same octets"
  ) { test in
    let credential = try test.authority.terminal()
    let order = try test.payoutOrder()
    let desk = try await test.payout(.pin, .payout(credential))
    let first = try await test.pay(desk, order).signed.bytes
    try require(try await test.pay(desk, order).signed.bytes == first, "Chứng thư khác", "Another certificate")
    try await test.card.powerOff()
    let next = try await test.payout(.pin, .payout(credential))
    try require(try await test.pay(next, order).signed.bytes == first, "Chứng thư khác", "Another certificate")
    let last = try await next.send(
      CommandAPDU(cla: 0x80, ins: 0x46, data: order.transactionID, expectedLength: 65_536))
    try expect("GET LAST CERTIFICATE", last, .success)
    try require(last.data == first, "Chứng thư khác", "Another certificate")
  }

  private static let changedRepeat = check(
    "payout.changed-repeat", "§4", vi: "Cùng mã giao dịch mà lệnh khác thì bị từ chối",
    en: "Another order under the same transaction id is refused"
  ) { test in
    let credential = try test.authority.terminal()
    let order = try test.payoutOrder()
    try await test.pay(try await test.payout(.pin, .payout(credential)), order)
    let other = try test.payoutOrder(WantedPayout(amount: 60_000, transaction: order.transactionID))
    try await test.expectNoPayout("other amount", try await test.payout(.pin, .payout(credential)), other)
  }

  private static let otherTerminal = check(
    "payout.other-terminal", "§4", vi: "Đầu cuối khác không lấy được chứng thư bằng mã giao dịch",
    en: "Another terminal does not get the certificate by repeating the order"
  ) { test in
    let order = try test.payoutOrder()
    try await test.pay(try await test.desk(), order)
    try await test.expectNoPayout("other key", try await test.desk(), order)
  }

  private static let onePerSession = check(
    "payout.one-per-session", "§4", vi: "Mỗi phiên chỉ chi một lần", en: "One new payout a session"
  ) { test in
    let desk = try await test.desk()
    try await test.pay(desk, try test.payoutOrder())
    try await test.expectNoPayout("second", desk, try test.payoutOrder())
  }

  private static let pinEnds = check(
    "payout.pin-change-ends", "§2", vi: "Đổi PIN thì phiên này không chi được nữa",
    en: "A change of the PIN ends AUTHORISE for the session"
  ) { test in
    let opened = try await test.open(.pin, try test.terminal())
    let next = try test.random.digits(Int(test.policy.pinLength))
    try await opened.setPIN(next)
    test.took(next)
    let desk = PayoutApplication(session: try await opened.payout(), channel: opened.channel, opened: opened)
    try await test.expectNoPayout("PIN changed", desk, try test.payoutOrder())
  }

  private static let survivesPower = check(
    "payout.survives-power", "§7", vi: "Mất điện ngay sau khi chi không làm mất chứng thư",
    en: "A payout outlives a loss of power"
  ) { test in
    let desk = try await test.desk()
    let order = try test.payoutOrder()
    let signed = try await test.pay(desk, order).signed
    let status = try await desk.session.status()
    try await test.card.powerOff()
    let next = try await test.desk()
    try expectEqual("GET PAYOUT STATUS", try await next.session.status(), status)
    try require(try await next.session.logRecord(1) == signed.bytes, "Nhật ký thiếu", "The log lacks it")
  }

  private static let status = check(
    "payout.status", "§4", vi: "GET PAYOUT STATUS đúng với những gì đã xảy ra",
    en: "GET PAYOUT STATUS tells what happened"
  ) { test in
    try await test.pay(try await test.desk(), try test.payoutOrder())
    let desk = try await test.desk()
    let before = try await desk.session.status()
    let order = try await test.completion(desk)
    try await test.complete(desk, order)
    try await test.pay(desk, try test.payoutOrder())
    let after = try await desk.session.status()
    try expectEqual("80", after.counter, before.counter + 1)
    try expectEqual("83", after.responseSerial, order.serial)
    try expectEqual("84", after.lastCompletionHash, Digest.sha256.hash(order.body))
    try expectEqual("85", after.acknowledgedCounter, before.counter)
    let selection = try await test.desk().session.selection
    try expectEqual("A5", selection.status?.counter, after.counter)
    try expectEqual("A5", selection.status?.responseSerial, after.responseSerial)
  }

  private static let lastOther = check(
    "payout.last-other-terminal", "§4", vi: "Đầu cuối khác nhận chứng thư kèm 6200: không được chi",
    en: "Another terminal gets the certificate with 6200: not payable"
  ) { test in
    let order = try test.payoutOrder()
    let signed = try await test.pay(try await test.desk(), order).signed
    let ask = CommandAPDU(cla: 0x80, ins: 0x46, data: order.transactionID, expectedLength: 65_536)
    let answer = try await test.desk().send(ask)
    try expect("GET LAST CERTIFICATE", answer, .warning)
    try require(answer.data == signed.bytes, "Chứng thư khác", "Another certificate")
    let none = try await test.desk().send(
      CommandAPDU(cla: 0x80, ins: 0x46, data: try test.random.bytes(16), expectedLength: 65_536))
    try expect("GET LAST CERTIFICATE, unknown", none, .referencedDataNotFound)
  }

  private static let lastOwn = check(
    "payout.last-own-terminal", "§4", vi: "Đầu cuối luôn lấy lại được chứng thư của mình, cũng với CAN",
    en: "A terminal gets its own certificate again, also under a CAN without CAN allowed"
  ) { test in
    let credential = try test.authority.terminal()
    let order = try test.payoutOrder()
    let signed = try await test.pay(try await test.payout(.pin, .payout(credential)), order).signed
    try await test.card.powerOff()
    let answer = try await test.payout(.can, .payout(credential)).send(
      CommandAPDU(cla: 0x80, ins: 0x46, data: order.transactionID, expectedLength: 65_536))
    try expect("GET LAST CERTIFICATE", answer, .success)
    try require(answer.data == signed.bytes, "Chứng thư khác", "Another certificate")
  }

  // MARK: The log

  private static let log = check(
    "payout.log", "§3", vi: "Nhật ký: bản ghi 1 mới nhất, ngoài nhật ký là 6A83",
    en: "The log: record 1 is the newest, beyond it 6A83"
  ) { test in
    let first = try await test.pay(try await test.desk(), try test.payoutOrder()).signed.bytes
    let desk = try await test.desk()
    let second = try await test.pay(desk, try test.payoutOrder()).signed.bytes
    try require(try await desk.session.logRecord(1) == second, "Bản ghi 1 sai", "Record 1 is another")
    try require(try await desk.session.logRecord(2) == first, "Bản ghi 2 sai", "Record 2 is another")
    for number in [0, test.policy.logSlots + 1] {
      let answer = try await desk.send(CommandAPDU(ins: 0xB2, p1: number, p2: 0x34, expectedLength: 65_536))
      try expect("READ RECORD \(number)", answer, .recordNotFound)
    }
  }

  private static let logFull = check(
    "payout.log-full", "§3", .consuming, vi: "Nhật ký đầy thì từ chối bằng 6A84 cho đến khi trung tâm xác nhận",
    en: "A full log refuses with 6A84 until the centre has acknowledged"
  ) { test in
    var desk = try await test.desk()
    try await test.complete(desk, try await test.completion(desk))
    for _ in 0..<test.policy.logSlots {
      try await test.pay(desk, try test.payoutOrder())
      desk = try await test.desk()
    }
    try await test.expectNoPayout("full log", desk, try test.payoutOrder(), .notEnoughMemory)
    try await test.complete(desk, try await test.completion(desk))
    try await test.pay(desk, try test.payoutOrder())
  }

  // MARK: Dates

  private static let orderDates = check(
    "payout.order-dates", "§4", vi: "Lệnh chi sai ngày bị từ chối", en: "Orders of an impossible day are refused"
  ) { test in
    let day: Int64 = 86_400
    try await test.expectNoPayout(
      "2 days before", try await test.desk(), try test.payoutOrder(WantedPayout(time: test.time - 3 * day)))
    try await test.expectNoPayout(
      "after the terminal", try await test.desk(), try test.payoutOrder(WantedPayout(time: test.time + 800 * day)))
    var change = ConformanceAuthority.Change()
    change.expiration = try test.authority.day(3)
    let short = try test.authority.terminal([], .online, change)
    try await test.expectNoPayout(
      "after a short certificate", try await test.payout(.pin, .payout(short)),
      try test.payoutOrder(WantedPayout(time: test.time + 5 * day)))
  }

  private static let cardValidity = check(
    "payout.card-validity", "§3, §4", vi: "Thẻ hết giá trị thì không chi", en: "Nothing after the card's last day"
  ) { test in
    var change = ConformanceAuthority.Change()
    change.expiration = CVDate.last
    let lasting = try test.authority.terminal([], .online, change)
    let late = try test.payoutOrder(
      WantedPayout(time: test.time + Int64(test.profile.validityYears + 1) * 366 * 86_400))
    try await test.expectNoPayout("expired card", try await test.payout(.pin, .payout(lasting)), late)
  }

  // MARK: Override

  private static func override(
    _ id: String, vi: String, en: String, _ body: @escaping @Sendable (CardUnderTest) async throws -> Void
  ) -> ConformanceCheck {
    check("override.\(id)", "§9", .consuming, vi: vi, en: en) { test in
      guard test.policy.overrideUses > 0 else {
        throw ConformanceSkip(reason: .init(vi: "Hồ sơ không cho vượt PIN.", en: "The profile has no override."))
      }
      let desk = try await test.desk()
      try await test.complete(desk, try await test.completion(desk))
      try await test.pay(desk, try test.payoutOrder())
      try await body(test)
    }
  }

  private static func office(_ test: CardUnderTest) async throws -> PayoutApplication {
    try await test.payout(.can, try test.terminal([.online, .offline, .override, .ceiling(16)], .canAllowed))
  }

  private static let overrides = [
    override("reason", vi: "Vượt PIN phải có lý do và người giám sát", en: "An override needs reason and supervisor") {
      test in
      let desk = try await office(test)
      try await test.expectNoPayout("no reason", desk, try test.payoutOrder(), .incorrectData)
      let byPIN = try await test.desk()
      let order = try test.payoutOrder(WantedPayout(override: CardUnderTest.supervisor))
      try await test.expectNoPayout("with the PIN", byPIN, order, .incorrectData)
    },
    override("online", vi: "Vượt PIN chỉ khi trực tuyến", en: "An override is online only") { test in
      let octets = try CardUnderTest.replacing(
        0x89, in: try test.offlineOrder(1_000).bytes, with: CardUnderTest.supervisor)
      let order = try PayoutOrder(parsing: octets)
      try await test.expectNoPayout("offline", try await office(test), order, .incorrectData)
    },
    override("ceiling", vi: "Vượt PIN có trần riêng", en: "An override has its own ceiling") { test in
      let above = WantedPayout(amount: test.policy.overrideCeiling + 1, override: CardUnderTest.supervisor)
      try await test.expectNoPayout("above", try await office(test), try test.payoutOrder(above))
      let at = WantedPayout(amount: test.policy.overrideCeiling, override: CardUnderTest.supervisor)
      let certificate = try await test.pay(try await office(test), try test.payoutOrder(at)).certificate
      try expectEqual("8D", certificate.method, .canWithOverride)
    },
    override(
      "uses", vi: "Số lần vượt PIN có hạn, chi bằng PIN mới đếm lại",
      en: "So many overrides between payouts with the PIN"
    ) {
      test in
      let wanted = WantedPayout(override: CardUnderTest.supervisor)
      for use in 1...test.policy.overrideUses {
        let certificate = try await test.pay(try await office(test), try test.payoutOrder(wanted)).certificate
        try expectEqual("90", certificate.overrides, use)
      }
      try await test.card.powerOff()
      try await test.expectNoPayout("too many", try await office(test), try test.payoutOrder(wanted))
      try await test.pay(try await test.desk(), try test.payoutOrder())
      try await test.pay(try await office(test), try test.payoutOrder(wanted))
    },
  ]
}
