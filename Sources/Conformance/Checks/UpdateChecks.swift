import CardApplication
import CardCrypto
import CardTerminal
import ISO7816
import Issuance
import SecureChannel

/// Updates by the office after delivery: SCP03 inside PACE (`card-application` §1, §3, §10).
enum UpdateChecks {
  static let all = [holder, whole, groupings, right, challenge, lock]

  private static let clause = "card-application §1, §10; GPC Amendment D §6"

  private static let holder = ConformanceCheck(
    "update.holder", .lifeCycle, clause, vi: "Cơ quan cấp thẻ đổi được tên chủ thẻ trên thẻ đã trao, và thẻ chứng thực",
    en: "The office changes the holder's name on a delivered card, and the card proves it"
  ) { test in
    for holder in [test.otherHolder, test.order.holder] {
      let verdict = try await test.play([.holder: holder.bytes])
      try expectEqual("STORE DATA", verdict, .done([ResponseAPDU(status: .success)]))
      try expectEqual("EF.Holder", try await test.payout(.pin, try test.terminal()).session.holder(), holder)
    }
  }

  private static let whole = ConformanceCheck(
    "update.whole", .lifeCycle, clause, vi: "Cập nhật bị ngắt giữa chừng không để lại dữ liệu nửa cũ nửa mới",
    en: "An update that is broken off leaves no half of it"
  ) { test in
    let update = try test.update([.holder: test.otherHolder.bytes, .photo: [1, 2, 3]])
    let desk = try await test.payout(.pin, try test.terminal())
    let script = try await test.script(update.commands, in: desk)
    for command in script.relayed.commands.dropLast() {
      try expect("INS \([command.ins].hex)", try await desk.send(command.inSession), .success)
    }
    try await test.card.powerOff()
    let session = try await test.payout(.pin, try test.terminal()).session
    try expectEqual("EF.Holder", try await session.holder(), test.order.holder)
  }

  private static let groupings = ConformanceCheck(
    "update.groupings", .lifeCycle, clause, vi: "Sau khi giao, không ghi được mã PIN, khóa, chứng thư, quy tắc nào nữa",
    en: "After delivery no password, key, certificate or rule is stored"
  ) { test in
    for grouping in DataGrouping.allCases where !grouping.isUpdatable {
      let data = grouping == .policy ? test.policy.bytes : [UInt8](repeating: 0x01, count: 16)
      let command = CommandAPDU(
        cla: 0x80, ins: 0xE2, p1: 0x81, data: grouping.encode(data), expectedLength: 256)
      let verdict = try await test.play([command])
      guard case .refused(step: 2, _) = verdict else {
        let name = [UInt8](bigEndian: grouping.rawValue, width: 2).hex
        throw Expectation.finding(
          "STORE DATA \(name): thẻ không từ chối", "STORE DATA \(name): the card did not refuse it")
      }
    }
    _ = try await test.open(.pin)
  }

  private static let right = ConformanceCheck(
    "update.right", .lifeCycle, clause, vi: "Chỉ có số CAN thì không chạm tới được khóa của cơ quan cấp thẻ",
    en: "With the CAN alone nobody comes near the office's keys"
  ) { test in
    let command = CommandAPDU(
      cla: 0x80, ins: 0x50, data: try test.random.bytes(test.policy.scp03Mode.length), expectedLength: 256)
    let before = try await test.counter(in: try await test.payout(.pin))
    for _ in 0..<3 {
      let stranger = try await test.payout(.can)
      try expect("INITIALIZE UPDATE, CAN", try await stranger.send(command), .securityStatusNotSatisfied)
    }
    try expectEqual(
      "INITIALIZE UPDATE", try await test.counter(in: try await test.payout(.pin)), before + 1)
  }

  private static let challenge = ConformanceCheck(
    "update.challenge", .lifeCycle, "GPC Amendment D §6.2.2.1",
    vi: "Số đếm phiên tăng mỗi lần, và thử thách của thẻ tính được từ số đó",
    en: "The sequence counter rises each time, and the card's challenge follows from it"
  ) { test in
    let desk = try await test.payout(.pin)
    let first = try await test.counter(in: desk)
    try await test.card.powerOff()
    let again = try await test.payout(.pin)
    try expectEqual("sequence counter", try await test.counter(in: again), first + 1)
    // The script of a session that is over costs the card nothing and changes nothing.
    let update = try test.update([.holder: test.otherHolder.bytes])
    let stale = try test.script(update.commands, counter: first)
    let played = await again.session.relay(stale.relayed)
    guard case .otherSession = played.end else {
      throw Expectation.finding(
        "thẻ dùng lại một thử thách cũ", "the card uses a challenge of an earlier session again")
    }
    // And one that was computed beforehand for the next counter is right.
    let verdict = try await test.play([.holder: test.order.holder.bytes])
    try expectEqual("STORE DATA", verdict, .done([ResponseAPDU(status: .success)]))
  }

  private static let lock = ConformanceCheck(
    "update.lock", .lifeCycle, "card-application §10; GlobalPlatform 2.3 §5.1.1", .consuming,
    vi: "Thẻ bị khóa không chi trả, không cho đọc, và mở lại được",
    en: "A locked card pays and tells nothing, and opens again"
  ) { test in
    try expectEqual("SET STATUS 7F", try await test.change(.lock), .done([ResponseAPDU(status: .success)]))
    let opened = try await test.open(.pin, try test.terminal())
    let selected = try await opened.channel.transmit(
      CommandAPDU(ins: 0xA4, p1: 0x04, data: ApplicationName.payout, expectedLength: 256))
    try expect("SELECT", selected, .deactivated)
    let order = try test.payoutOrder(WantedPayout())
    let commands = [
      CommandAPDU(cla: 0x80, ins: 0x40, p1: 1, data: order.bytes, expectedLength: 65_536),
      CommandAPDU(ins: 0xB0, p1: 0x80 | PayoutFile.holder.rawValue, expectedLength: 65_536),
      CommandAPDU(cla: 0x80, ins: 0x44, expectedLength: 256),
    ]
    for command in commands {
      try expectRefused("INS \([command.ins].hex)", try await opened.channel.transmit(command))
    }
    try expectEqual("SET STATUS 0F", try await test.change(.unlock), .done([ResponseAPDU(status: .success)]))
    _ = try await test.desk().session.holder()
  }
}

/// The office's side.
extension CardUnderTest {
  /// Somebody else than the one on the card.
  var otherHolder: Holder {
    var other = order.holder
    (other.name, other.asciiName) = ("Trần Thị Đã Đổi", "TRAN THI DA DOI")
    return other
  }

  func update(_ contents: [DataGrouping: [UInt8]] = [:], _ status: CardStatusChange? = nil) throws -> CardUpdate {
    guard let update = CardUpdate(contents: contents, status: status) else { throw CryptoError.malformed("update") }
    return update
  }

  /// The card's sequence counter, which asking for it moves by one.
  func counter(in desk: PayoutApplication) async throws -> UInt32 {
    let command = CommandAPDU(
      cla: 0x80, ins: 0x50, data: try random.bytes(policy.scp03Mode.length), expectedLength: 256)
    let answer = try await desk.send(command)
    try expect("INITIALIZE UPDATE", answer, .success)
    return UInt32(answer.data.suffix(3).bigEndianValue ?? 0)
  }

  private func request(_ counter: UInt32) throws -> SCP03SessionRequest {
    SCP03SessionRequest(
      serial: try personalised().serial, keyVersion: try personalised().keyVersion, mode: policy.scp03Mode,
      sequenceCounter: counter, application: ApplicationName.payout,
      hostChallenge: try random.bytes(policy.scp03Mode.length))
  }

  func script(_ commands: [CommandAPDU], counter: UInt32) throws -> SCP03Script {
    let request = try request(counter)
    return try SCP03Script(request, secrets: try sessions.secrets(for: request), commands: commands)
  }

  /// The script of the card's next session.
  func script(_ commands: [CommandAPDU], in desk: PayoutApplication) async throws -> SCP03Script {
    try script(commands, counter: try await counter(in: desk) + 1)
  }

  /// What the card proves of `commands`, in a session with the PIN.
  func play(_ commands: [CommandAPDU]) async throws -> SCP03ScriptVerdict {
    let opened = try await open(.pin, try terminal())
    let session = try await opened.payout(evenLocked: true)
    let script = try await script(
      commands, in: PayoutApplication(session: session, channel: opened.channel, opened: opened))
    let played = await session.relay(script.relayed)
    return try script.verify(played.answers, secrets: try sessions.secrets(for: script.request))
  }

  func play(_ contents: [DataGrouping: [UInt8]]) async throws -> SCP03ScriptVerdict {
    try await play(try update(contents).commands)
  }

  func change(_ status: CardStatusChange) async throws -> SCP03ScriptVerdict {
    try await play(try update([:], status).commands)
  }
}

extension CommandAPDU {
  /// As it is before the session's secure messaging.
  fileprivate var inSession: CommandAPDU {
    var command = self
    command.cla = 0x80
    return command
  }
}
