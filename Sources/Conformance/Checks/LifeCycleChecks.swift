import CardApplication
import CardCrypto
import CardTerminal
import ISO7816
import Issuance
import SecureChannel

/// From the fresh card to the one that is handed over (`card-application` §10).
enum LifeCycleChecks {
  static let all = [
    shut(
      "life.fresh-shut", .fresh, vi: "Thẻ trắng không mở được gì", en: "A fresh card opens nothing"),
    shut(
      "life.half-shut", .half, vi: "Thẻ làm dở không dùng được", en: "A half-personalised card is not usable"),
    personalise, domainSilent, readBack, transportPIN, firstPIN, activate,
  ]

  /// PACE and both applications are refused.
  private static func shut(_ id: String, _ stage: ConformanceStage, vi: String, en: String) -> ConformanceCheck {
    ConformanceCheck(id, .lifeCycle, "card-application §10", stage, vi: vi, en: en) { test in
      for reference: UInt8 in [2, 3, 4] {
        let channel = try await test.card.channel()
        for parameters in Set([test.parameters, .ecdhGMAES128(.p256)]) {
          let answer = try await HandPACE(channel, parameters).begin(HandPACE(channel, parameters).template(reference))
          try require(
            answer.status.isError, "MSE:Set AT, mật mã \(reference): thẻ trả lời \(answer.status), phải từ chối",
            "MSE:Set AT, password \(reference): the card answered \(answer.status), expected a refusal")
        }
      }
      for name in [ApplicationName.payout, ApplicationName.eID] {
        let answer = try await test.card.channel().transmit(
          CommandAPDU(ins: 0xA4, p1: 0x04, data: name, expectedLength: 256))
        try expectRefused("SELECT", answer)
      }
    }
  }

  private static let personalise = ConformanceCheck(
    "life.personalise", .lifeCycle, "card-application §10; GPC Amendment D §7", .delivered,
    vi: "Cá thể hóa xong, kể cả sau lần bị ngắt giữa chừng",
    en: "Personalisation comes to its end, also after it was broken off"
  ) { test in
    test.made = try await test.personaliser.personalise(try await test.card.channel(), test.order)
  }

  private static let activate = ConformanceCheck(
    "life.activate", .lifeCycle, "card-application §2", .active,
    vi: "Chủ thẻ đổi mã chuyển giao thành mã PIN, và thẻ hoạt động",
    en: "The holder's first PIN activates the card"
  ) { test in
    try await test.open(.transport).setPIN(test.holderPIN())
    test.generation = 2
    try await test.card.powerOff()
    _ = try await test.payout(.pin)
  }

  private static let domainSilent = ConformanceCheck(
    "life.domain-silent", .lifeCycle, "card-application §1, §10", .delivered,
    vi: "Sau khi giao, miền an ninh của cơ quan cấp thẻ không trả lời nữa",
    en: "After delivery the issuer security domain is silent"
  ) { test in
    let channel = try await test.card.channel()
    let selected = try await channel.transmit(
      CommandAPDU(ins: 0xA4, p1: 0x04, data: ApplicationName.issuerSecurityDomain, expectedLength: 256))
    if selected.status.isSuccess, let made = test.made {
      try require(
        selected.data.count < 64 && !selected.data.contains(made.serial),
        "SELECT miền an ninh nói ra số chip", "SELECT of the domain tells the chip's serial")
    }
    for version: UInt8 in [0x00, 0x01, test.transportVersion] {
      let answer = try await channel.transmit(
        CommandAPDU(
          cla: 0x80, ins: 0x50, p1: version, data: try test.random.bytes(test.policy.scp03Mode.length),
          expectedLength: 256))
      try expectRefused("INITIALIZE UPDATE", answer)
    }
  }

  private static let readBack = ConformanceCheck(
    "life.read-back", .lifeCycle, "card-application §3", .delivered,
    vi: "Thẻ có đúng những gì đã ghi, ký cho đúng khóa của mình",
    en: "The card holds what was written, and its certificate is for its own key"
  ) { test in
    let made = try test.personalised()
    // A profile may keep these files from terminals; then the card's own is all that is read back.
    let conditions = [PayoutFile.holder, .payoutKeyCertificate, .lines].map { test.policy.readCondition($0) }
    let mayRead = (conditions + [test.policy.condition(.status)]).allSatisfy(AccessSurvey.Session.canAllowed.meets)
    let desk = mayRead ? try test.terminal(.online, .canAllowed) : nil
    try await test.personaliser.readBack(try await test.card.channel(), test.order, made, terminal: desk)
  }

  private static let transportPIN = ConformanceCheck(
    "life.transport-pin", .lifeCycle, "card-application §2, §3", .delivered,
    vi: "Mã PIN chuyển giao chỉ dùng để đổi mã", en: "The transport PIN is good only for being changed"
  ) { test in
    let opened = try await test.open(.transport, try test.terminal())
    let select = try await opened.channel.transmit(
      CommandAPDU(ins: 0xA4, p1: 0x04, data: ApplicationName.payout, expectedLength: 256))
    try expect("SELECT payout, transport PIN", select, .securityStatusNotSatisfied)
    // No payout by the CAN either before the holder has chosen a PIN (§9).
    let office = try await test.payout(.can, try test.terminal([.online, .override], .canAllowed))
    let order = try test.payoutOrder(WantedPayout(override: CardUnderTest.supervisor))
    let hasOverride = test.policy.condition(.authorise) == .pinAndTerminalOrOverride
    try expect(
      "AUTHORISE PAYOUT", try await office.authorise(order.bytes),
      hasOverride ? .conditionsNotSatisfied : .securityStatusNotSatisfied)
  }

  private static let firstPIN = ConformanceCheck(
    "life.first-pin", .lifeCycle, "card-application §2", .delivered,
    vi: "Mã PIN đầu tiên phải đúng số chữ số, khác độ dài của mã chuyển giao",
    en: "The first PIN has the operational PIN's length, never the transport PIN's"
  ) { test in
    let opened = try await test.open(.transport)
    let digits = test.policy.transportPINLength
    let short = try await opened.channel.transmit(
      CommandAPDU(ins: 0x2C, p1: 0x02, p2: 0x03, data: [UInt8](repeating: 0x31, count: Int(digits))))
    try expect("RESET RETRY COUNTER, \(digits)", short, .wrongLength)
    _ = try await test.open(.transport)
  }
}
