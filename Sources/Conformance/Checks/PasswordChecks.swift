import CardApplication
import CardCrypto
import CardTerminal
import ISO7816
import SecureChannel
import VietnamReference

/// PACE and the retry counters of passwords (`card-application` §2, TR-03110-3 B.11).
enum PasswordChecks {
  static let all =
    protocolChecks + [
      wrongPINCosts, cutCostsNothing, tryIsGone, rightPINResets, suspended, suspensionLasts, wrongCAN, pinChange,
      pinForm, terminalRight, terminalNeedsMore, blocked, unblock, pukUses,
    ]

  // MARK: PACE

  private static let protocolChecks = [
    ConformanceCheck(
      "pace.random", .passwords, "TR-03110-2 §3.2", vi: "Số ngẫu nhiên và khóa tạm của mỗi lần PACE đều mới",
      en: "Nonce and ephemeral keys are new in every run"
    ) { test in
      var seen: [[UInt8]] = []
      for _ in 0..<2 {
        let secret = try test.secret(.can)
        seen.append(try await test.pace().encryptedNonce(.can))
        try await test.card.powerOff()
        seen += try await test.pace().agree(.can, secret)
        try await test.card.powerOff()
      }
      try require(Set(seen).count == seen.count, "Thẻ lặp lại số ngẫu nhiên", "The card repeats its random numbers")
    },
    ConformanceCheck(
      "pace.parameters", .passwords, "TR-03110-3 B.11.1", vi: "Tham số PACE lạ, thiếu hay lặp bị từ chối",
      en: "PACE parameters that are unknown, missing or doubled are refused"
    ) { test in
      let pace = try await test.pace()
      let good = pace.template(0x02)
      var oid = test.parameters.oid
      oid[oid.count - 1] = 0x09
      let bad: [(String, [BERTLV])] = [
        ("OID", [BERTLV(0x80, oid)] + good.dropFirst()), ("no 83", [good[0], good[2]]),
        ("no 80", Array(good.dropFirst())),
        ("83 twice", good + [good[1]]), ("84", [good[0], good[1], BERTLV(0x84, [0x1F])]),
        ("password 05", pace.template(0x05)), ("password 01", pace.template(0x01)),
        ("tag 8A", good + [BERTLV(0x8A, [1])]),
      ]
      for (what, objects) in bad {
        try expect("MSE:Set AT, \(what)", try await pace.begin(objects), .incorrectData, .referencedDataNotFound)
      }
    },
    ConformanceCheck(
      "pace.order", .passwords, "TR-03110-3 B.11.1", vi: "Các bước PACE sai thứ tự bị từ chối",
      en: "Steps of PACE out of order are refused"
    ) { test in
      let pace = try await test.pace()
      try expectRefused("GENERAL AUTHENTICATE", try await pace.step([]))
      _ = try await pace.begin(pace.template(0x02))
      try expectRefused(
        "token first", try await pace.step([BERTLV(0x85, [UInt8](repeating: 0, count: 8))], isLast: true))
      try expectRefused("after a mistake", try await pace.step([]))
    },
    ConformanceCheck(
      "pace.points", .passwords, "TR-03110-2 §3.2; TR-03110-3 A.2.2", vi: "Điểm không nằm trên đường cong bị từ chối",
      en: "Points that are not on the curve are refused"
    ) { test in
      let curve = test.parameters.curve
      var off = try curve.generator
      off[off.count - 1] ^= 1
      let bad = [off, [0x04] + [UInt8](repeating: 0, count: 2 * curve.width), [0x00], Array(off.dropLast()), []]
      for point in bad {
        let pace = try await test.pace()
        _ = try await pace.encryptedNonce(.can)
        try expectRefused("GENERAL AUTHENTICATE 2, \(point.count)", try await pace.step([BERTLV(0x81, point)]))
      }
    },
  ]

  // MARK: Counters

  /// What MSE:Set AT says of the PIN, on the freshly reset card.
  static func pinStatus(_ test: CardUnderTest) async throws -> StatusWord {
    let pace = try await test.pace()
    return try await pace.begin(pace.template(0x03)).status
  }

  /// One wrong PIN.
  static func wrongPIN(_ test: CardUnderTest) async throws -> ResponseAPDU {
    let pace = try await test.pace()
    let other = test.otherPIN()
    _ = try await pace.agree(.pin, other)
    return try await pace.sendToken()
  }

  /// The right PIN in a session with the CAN.
  static func resume(_ test: CardUnderTest) async throws {
    let pin = try test.secret(.pin)
    let can = try test.secret(.can)
    _ = try await OpenedCard.open(
      try await test.card.channel(), .pin, password: pin, parameters: test.parameters, resumingWithCAN: can.copy())
  }

  /// Brings the PIN back to all of its tries after `body`, however that ends.
  private static func restoring(_ test: CardUnderTest, _ body: () async throws -> Void) async throws {
    do {
      try await body()
    } catch {
      try? await resume(test)
      throw error
    }
    try await resume(test)
  }

  private static func counter(
    _ id: String, vi: String, en: String, _ body: @escaping @Sendable (CardUnderTest, Int) async throws -> Void
  ) -> ConformanceCheck {
    ConformanceCheck(id, .passwords, "card-application §2; TR-03110-3 §2.4.2", vi: vi, en: en) { test in
      guard test.policy.pinTries >= 3 else {
        throw ConformanceSkip(reason: .init(vi: "Hồ sơ cho ít hơn 3 lần thử.", en: "The profile has under 3 tries."))
      }
      try await restoring(test) { try await body(test, Int(test.policy.pinTries)) }
    }
  }

  private static let wrongPINCosts = counter(
    "pin.wrong", vi: "Mỗi lần sai PIN mất một lần thử, kể cả sau khi mất điện",
    en: "A wrong PIN costs a try, also across a loss of power"
  ) { test, tries in
    try expect("PIN", try await wrongPIN(test), .triesLeft(tries - 1))
    try await test.card.powerOff()
    try expect("PIN, 2", try await wrongPIN(test), .triesLeft(tries - 2))
  }

  private static let cutCostsNothing = counter(
    "pin.cut", vi: "Ngắt giữa PACE, trước thẻ xác thực, không mất lần thử",
    en: "A run cut off before the token costs nothing"
  ) { test, tries in
    for _ in 0..<tries {
      let pace = try await test.pace()
      let other = test.otherPIN()
      _ = try await pace.agree(.pin, other)
      try await test.card.powerOff()
    }
    try expect("PIN", try await wrongPIN(test), .triesLeft(tries - 1))
  }

  private static let tryIsGone = counter(
    "pin.try-is-gone", vi: "Lần thử đã bị trừ trước khi so sánh: mất điện ngay sau đó không trả lại",
    en: "The try is gone before the token is compared: a loss of power does not bring it back"
  ) { test, tries in
    _ = try await wrongPIN(test)
    try await test.card.powerOff()
    try expect("PIN", try await wrongPIN(test), .triesLeft(tries - 2))
  }

  private static let rightPINResets = counter(
    "pin.right-resets", vi: "PIN đúng trả lại đủ số lần thử", en: "The right PIN gives all tries back"
  ) { test, tries in
    _ = try await wrongPIN(test)
    _ = try await test.open(.pin)
    try expect("PIN", try await wrongPIN(test), .triesLeft(tries - 1))
  }

  private static let suspended = counter(
    "pin.suspended", vi: "Lần thử cuối bị treo cho đến khi có CAN trong cùng phiên",
    en: "The last try is suspended until the CAN was proven in the session"
  ) { test, tries in
    for _ in 1..<tries { _ = try await wrongPIN(test) }
    let pace = try await test.pace()
    try expect("MSE:Set AT", try await pace.begin(pace.template(0x03)), .triesLeft(1))
    try expectRefused("GENERAL AUTHENTICATE", try await pace.step([]))
    try await resume(test)
    try expect("PIN", try await wrongPIN(test), .triesLeft(tries - 1))
  }

  private static let suspensionLasts = counter(
    "pin.suspension-lasts", vi: "CAN của phiên trước không mở lần thử cuối sau khi mất điện",
    en: "The CAN of an earlier session does not open the last try after a loss of power"
  ) { test, tries in
    for _ in 1..<tries { _ = try await wrongPIN(test) }
    _ = try await test.open(.can)
    try await test.card.powerOff()
    let pace = try await test.pace()
    try expect("MSE:Set AT", try await pace.begin(pace.template(0x03)), .triesLeft(1))
    try expectRefused("GENERAL AUTHENTICATE", try await pace.step([]))
  }

  private static let wrongCAN = ConformanceCheck(
    "can.wrong", .passwords, "card-application §2; TR-03110-2 §2.3", vi: "CAN sai bị từ chối nhưng không bị khóa",
    en: "A wrong CAN is refused and never blocked"
  ) { test in
    for _ in 0..<4 {
      let pace = try await test.pace()
      let can = try test.secret(.can)
      _ = try await pace.agree(.can, can)
      try expect("PACE", try await pace.sendToken(isWrong: true), .authenticationFailed)
    }
    _ = try await test.open(.can)
  }

  // MARK: Changing

  private static let pinChange = ConformanceCheck(
    "pin.change", .passwords, "card-application §2; TR-03110-3 B.11.9",
    vi: "Sau khi đổi PIN chỉ mã mới dùng được, và thẻ đếm thêm một đời PIN",
    en: "After a change the new PIN alone opens the card, of the next generation"
  ) { test in
    let old = test.holderPIN()
    var next = try test.random.digits(Int(test.policy.pinLength))
    while next.isEqual(to: old) { next = try test.random.digits(Int(test.policy.pinLength)) }
    try await test.open(.pin).setPIN(next)
    test.took(next)
    try await test.card.powerOff()
    let pace = try await test.pace()
    _ = try await pace.agree(.pin, old)
    try expect("old PIN", try await pace.sendToken(), .triesLeft(Int(test.policy.pinTries) - 1))
    let certificate = try await test.pay(try await test.desk(), try test.payoutOrder()).certificate
    try expectEqual("PIN generation", certificate.pinGeneration, test.generation)
    try expectEqual("PIN origin", certificate.pinOrigin, .holder)
  }

  private static let pinForm = ConformanceCheck(
    "pin.form", .passwords, "card-application §2", vi: "PIN mới sai độ dài hay không phải chữ số bị từ chối",
    en: "A new PIN of another length, or not of digits, is refused"
  ) { test in
    let opened = try await test.open(.pin)
    let length = Int(test.policy.pinLength)
    for count in [0, length - 1, length + 1] {
      let answer = try await opened.channel.transmit(
        CommandAPDU(ins: 0x2C, p1: 0x02, p2: 0x03, data: [UInt8](repeating: 0x31, count: count)))
      try expect("RESET RETRY COUNTER, \(count)", answer, .wrongLength)
    }
    let letters = try await opened.channel.transmit(
      CommandAPDU(ins: 0x2C, p1: 0x02, p2: 0x03, data: [UInt8](repeating: 0x41, count: length)))
    try expect("RESET RETRY COUNTER, letters", letters, .incorrectData)
    _ = try await test.open(.pin)
  }

  private static func officeAccess(_ test: CardUnderTest) throws -> TerminalAccess {
    .pinManagement(try test.authority.terminal([.pinManagement, .canAllowed], []), test.chipTrust)
  }

  private static let terminalRight = ConformanceCheck(
    "pin.terminal-right", .passwords, "card-application §2; TR-03110-3 B.11.9", .consuming,
    vi: "Cơ quan có quyền quản lý PIN đặt được PIN, và chứng thư nói rõ ai đặt",
    en: "A terminal with PIN management sets the PIN, and certificates tell who did"
  ) { test in
    let access = try officeAccess(test)
    let next = try test.random.digits(Int(test.policy.pinLength))
    try await test.open(.can, access).setPIN(next)
    test.took(next)
    let certificate = try await test.pay(try await test.desk(), try test.payoutOrder()).certificate
    try expectEqual("8D, origin", certificate.pinOrigin, .terminalRight)
    try expectEqual("8D, generation", certificate.pinGeneration, test.generation)
    try expectEqual("8E", certificate.pinSetter, access.credential.terminal.content.holder.octets)
    _ = try await wrongPIN(test)
    try await test.open(.can, try officeAccess(test)).unblockPIN()
    try expect("PIN", try await wrongPIN(test), .triesLeft(Int(test.policy.pinTries) - 1))
    // The holder's own again, for the checks after this one.
    let own = try test.random.digits(Int(test.policy.pinLength))
    try await test.open(.pin).setPIN(own)
    test.took(own)
  }

  private static let terminalNeedsMore = ConformanceCheck(
    "pin.terminal-needs", .passwords, "card-application §2; TR-03110-3 B.11.9", .consuming,
    vi: "Đặt PIN bằng quyền đầu cuối cần quyền đó và xác thực chip; CAN không đủ",
    en: "To set the PIN a terminal needs the right and Chip Authentication; the CAN is not enough"
  ) { test in
    let office = try officeAccess(test)
    let beforeChip = TerminalAccess(credential: office.credential, request: office.request, chipTrust: nil)
    let other = try TerminalAccess.identity(
      test.authority.terminal([.readAll, .canAllowed], []), test.chipTrust)
    let digits = test.holderPIN().withOctets { $0 }
    for (what, access) in [("no terminal", nil), ("before the chip", beforeChip), ("other rights", other)] {
      for (p1, data): (UInt8, [UInt8]) in [(0x02, digits), (0x03, [])] {
        let opened = try await test.open(.can, access)
        let answer = try await opened.channel.transmit(CommandAPDU(ins: 0x2C, p1: p1, p2: 0x03, data: data))
        try expect("RESET RETRY COUNTER \([p1].hex), \(what)", answer, .securityStatusNotSatisfied)
      }
    }
  }

  // MARK: Using up

  private static let blocked = ConformanceCheck(
    "pin.blocked", .passwords, "card-application §2", .last, vi: "Hết lần thử thì PIN bị khóa, CAN không mở được",
    en: "Without tries the PIN is blocked, whatever was proven before"
  ) { test in
    for _ in 1..<Int(test.policy.pinTries) { _ = try await wrongPIN(test) }
    // The last one, over a session with the CAN.
    let can = try test.secret(.can)
    let other = test.otherPIN()
    do {
      _ = try await OpenedCard.open(
        try await test.card.channel(), .pin, password: other, parameters: test.parameters, resumingWithCAN: can.copy())
      throw Expectation.finding("PIN sai mở được thẻ", "A wrong PIN opened the card")
    } catch CardSessionError.pace {}
    try await test.card.powerOff()
    try expectEqual("MSE:Set AT", try await pinStatus(test), .triesLeft(0))
    let pin = test.holderPIN()
    do {
      _ = try await OpenedCard.open(
        try await test.card.channel(), .pin, password: pin, parameters: test.parameters, resumingWithCAN: can.copy())
      throw Expectation.finding("PIN đã khóa vẫn mở được thẻ", "A blocked PIN opened the card")
    } catch CardSessionError.pace {}
  }

  private static let unblock = ConformanceCheck(
    "puk.unblocks", .passwords, "card-application §2", .last, vi: "PUK trả lại số lần thử của PIN",
    en: "The PUK gives the PIN its tries back"
  ) { test in
    while try await pinStatus(test).isSuccess { _ = try await wrongPIN(test) }
    try await test.open(.puk).unblockPIN()
    test.pukUses += 1
    try await test.card.powerOff()
    _ = try await test.open(.pin)
  }

  private static let pukUses = ConformanceCheck(
    "puk.uses", .passwords, "card-application §2", .last, vi: "PUK dùng được đúng số lần, rồi không mở được nữa",
    en: "The PUK is good for so many uses and no more"
  ) { test in
    while test.pukUses <= Int(test.policy.pukUses) {
      let pace = try await test.pace()
      guard try await pace.begin(pace.template(0x04)).status.isSuccess else { break }
      let opened = try await test.open(.puk)
      let answer = try await opened.channel.transmit(CommandAPDU(ins: 0x2C, p1: 0x03, p2: 0x03))
      guard answer.status.isSuccess else { break }
      test.pukUses += 1
      try await test.card.powerOff()
    }
    try expectEqual("PUK", test.pukUses, Int(test.policy.pukUses))
  }
}
