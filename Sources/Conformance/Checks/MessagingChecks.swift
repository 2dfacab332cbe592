import CardApplication
import ISO7816

/// Secure messaging: whatever is changed on its way is refused and ends the session (TR-03110-3 Annex F).
enum MessagingChecks {
  static let all =
    [
      tampered("sm.class", vi: "byte CLA", en: "CLA") { octets, _ in octets.cla ^= 0x80 },
      tampered("sm.instruction", vi: "byte INS", en: "INS") { octets, _ in octets.ins ^= 0x02 },
      tampered("sm.p1", vi: "byte P1", en: "P1") { octets, _ in octets.p1 ^= 0x01 },
      tampered("sm.p2", vi: "byte P2", en: "P2") { octets, _ in octets.p2 ^= 0x01 },
      tampered("sm.cryptogram", vi: "bản mã (87)", en: "the cryptogram (87)") { command, objects in
        command.data[4] ^= 0x01
      },
      tampered("sm.padding-indicator", vi: "byte chỉ cách đệm", en: "the padding indicator") { command, _ in
        command.data[2] = 0x02
      },
      tampered("sm.le", vi: "Le được bảo vệ (97)", en: "the protected Le (97)") { command, objects in
        let start = objects[0].bytes.count
        command.data[start + 2] ^= 0x10
      },
      tampered("sm.unknown-object", vi: "đối tượng lạ", en: "an object added") { command, objects in
        command.data = Array(objects.dropLast().flatMap(\.bytes)) + [0x80, 0x00] + (objects.last?.bytes ?? [])
      },
      tampered("sm.mac-cut", vi: "MAC bị cắt còn 4 byte", en: "a MAC of 4 octets") { command, objects in
        let mac = objects.last?.value ?? []
        command.data = objects.dropLast().flatMap(\.bytes) + BERTLV(0x8E, Array(mac.prefix(4))).bytes
      },
      tampered("sm.no-mac", vi: "không có MAC", en: "without a MAC") { command, objects in
        command.data = objects.dropLast().flatMap(\.bytes)
      },
    ]
    + (0..<8).map { index in
      tampered("sm.mac-\(index)", vi: "byte \(index + 1) của MAC", en: "octet \(index + 1) of the MAC") { command, _ in
        command.data[command.data.count - 8 + index] ^= 0x01
      }
    } + [
      shaped("sm.order", HandSession.Shape(isSwapped: true), vi: "97 đứng trước 87", en: "97 before 87"),
      shaped("sm.counter", HandSession.Shape(skip: 2), vi: "bộ đếm nhảy cách", en: "a counter that jumps"),
      replay, oldSession, plainEnds, answersProtected,
    ]

  private static let select = CommandAPDU(
    ins: 0xA4, p1: 0x04, data: ApplicationName.payout, expectedLength: 256)

  /// The error comes in the clear, and the session is over: the right command is refused as well.
  private static func expectEnd(_ session: HandSession, _ answer: ResponseAPDU, _ next: CommandAPDU) async throws {
    try expect(
      "SM", answer, .secureMessagingObjectsMissing, .secureMessagingObjectsIncorrect, .secureMessagingNotSupported)
    try expectRefused("SM, after it", try await session.channel.transmit(next))
  }

  private static func tampered(
    _ id: String, vi: String, en: String,
    _ change: @escaping @Sendable (_ command: inout CommandAPDU, _ objects: [BERTLV]) -> Void
  ) -> ConformanceCheck {
    ConformanceCheck(
      id, .messaging, "TR-03110-3 Annex F; ISO/IEC 7816-4 §10", vi: "Bị sửa trên đường, \(vi): từ chối và hết phiên",
      en: "Changed on its way, \(en): refused, and the session ends"
    ) { test in
      let session = try await test.handSession()
      let good = try session.wrap(select)
      let objects = try BERTLV.sequence(good.data)
      var bad = good
      change(&bad, objects)
      let answer = try await session.channel.transmit(bad)
      try await expectEnd(session, answer, good)
    }
  }

  private static func shaped(
    _ id: String, _ shape: HandSession.Shape, vi: String, en: String
  ) -> ConformanceCheck {
    ConformanceCheck(
      id, .messaging, "TR-03110-3 Annex F; ISO/IEC 7816-4 §10", vi: "Sai dù MAC đúng, \(vi): từ chối và hết phiên",
      en: "Wrong in spite of its MAC, \(en): refused, and the session ends"
    ) { test in
      let session = try await test.handSession()
      let answer = try await session.channel.transmit(try session.wrap(select, shape))
      try await expectEnd(session, answer, try session.wrap(select))
    }
  }

  private static let replay = ConformanceCheck(
    "sm.replay", .messaging, "TR-03110-3 F.3", vi: "Lệnh gửi lại lần nữa: từ chối và hết phiên",
    en: "A command sent twice is refused, and the session ends"
  ) { test in
    let session = try await test.handSession()
    let good = try session.wrap(select)
    let answer = try await session.channel.transmit(good)
    try expectEqual("SELECT", try session.status(of: answer), .success)
    let again = try await session.channel.transmit(good)
    try await expectEnd(session, again, try session.wrap(select))
  }

  private static let oldSession = ConformanceCheck(
    "sm.old-session", .messaging, "TR-03110-3 F.3", vi: "Khóa của phiên trước không còn dùng được",
    en: "The keys of an earlier session are gone"
  ) { test in
    let session = try await test.handSession()
    let good = try session.wrap(select)
    try await test.card.powerOff()
    let channel = try await test.card.channel()
    try expectRefused("SELECT", try await channel.transmit(good))
  }

  private static let plainEnds = ConformanceCheck(
    "sm.plain-ends", .messaging, "ISO/IEC 7816-4 §10.1", vi: "Một lệnh không bảo vệ chen vào thì hết phiên",
    en: "A plain command in between ends the session"
  ) { test in
    let session = try await test.handSession()
    let good = try session.wrap(select)
    _ = try await session.channel.transmit(CommandAPDU(ins: 0xB0, p1: 0x9C, expectedLength: 256))
    try expectRefused("SELECT", try await session.channel.transmit(good))
  }

  private static let answersProtected = ConformanceCheck(
    "sm.answers", .messaging, "TR-03110-3 F.4", vi: "Câu trả lời nào cũng có MAC, kể cả câu từ chối",
    en: "Every answer carries a MAC, refusals too"
  ) { test in
    let session = try await test.handSession()
    let refused = try await session.channel.transmit(
      try session.wrap(CommandAPDU(ins: 0xA4, p1: 0x04, data: [0xA0, 1, 2, 3, 4], expectedLength: 256)))
    try expectEqual("SELECT", try session.status(of: refused), .fileNotFound)
    let taken = try await session.channel.transmit(try session.wrap(select))
    try expectEqual("SELECT", try session.status(of: taken), .success)
  }
}
