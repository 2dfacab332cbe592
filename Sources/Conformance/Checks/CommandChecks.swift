import CardApplication
import CardCrypto
import CardTerminal
import ISO7816
import SecureChannel

/// Right and wrong parameters (`card-application` §4, ISO/IEC 7816-4 §5).
enum CommandChecks {
  static let all = [
    cla, instruction, unprotected, parameters, resetParameters, answerLength, statusLength, lastLength, orderLayout,
    orderMode, completionLayout, chaining, brokenChain, moreThanCard,
  ]

  private static let cla = ConformanceCheck(
    "command.class", .commands, "ISO/IEC 7816-4 §5.4.1", vi: "Lớp lệnh lạ bị từ chối",
    en: "Unknown classes are refused"
  ) { test in
    for cla: UInt8 in [0x20, 0x60, 0x01, 0x03, 0x08] {
      let answer = try await test.card.channel().transmit(
        CommandAPDU(cla: cla, ins: 0xA4, p1: 0x00, p2: 0x0C, data: [0x3F, 0x00]))
      try expectRefused("CLA \([cla].hex)", answer)
    }
  }

  private static let instruction = ConformanceCheck(
    "command.instruction", .commands, "ISO/IEC 7816-4 §5.6", vi: "Lệnh lạ bị từ chối bằng 6D00",
    en: "Unknown instructions are refused with 6D00"
  ) { test in
    let desk = try await test.desk()
    for (cla, ins): (UInt8, UInt8) in [(0x00, 0xD6), (0x00, 0xDC), (0x00, 0x20), (0x80, 0x48), (0x80, 0x4A)] {
      let answer = try await desk.send(CommandAPDU(cla: cla, ins: ins, data: [0x00]))
      try expect("INS \([cla, ins].hex)", answer, .instructionNotSupported)
    }
  }

  private static let unprotected = ConformanceCheck(
    "command.unprotected", .commands, "card-application §4", vi: "Lệnh chi trả ngoài kênh bảo mật bị từ chối",
    en: "Payout commands outside secure messaging are refused"
  ) { test in
    let channel = try await test.card.channel()
    for cla: UInt8 in [0x80, 0x8C] {
      for ins: UInt8 in [0x40, 0x42, 0x44, 0x46] {
        let answer = try await channel.transmit(
          CommandAPDU(cla: cla, ins: ins, p1: ins == 0x40 ? 1 : 0, data: [0x80, 0x00], expectedLength: 65_536))
        try expectRefused("\([cla, ins].hex)", answer)
      }
    }
  }

  private static let parameters = ConformanceCheck(
    "command.parameters", .commands, "card-application §4; ISO/IEC 7816-4 §11", vi: "P1, P2 sai bị từ chối bằng 6A86",
    en: "Wrong P1 and P2 are refused with 6A86"
  ) { test in
    let desk = try await test.desk()
    let order = try test.payoutOrder().bytes
    let before = try await desk.session.status()
    let bad: [(String, CommandAPDU)] = [
      ("AUTHORISE P1 00", CommandAPDU(cla: 0x80, ins: 0x40, data: order, expectedLength: 65_536)),
      ("AUTHORISE P1 03", CommandAPDU(cla: 0x80, ins: 0x40, p1: 3, data: order, expectedLength: 65_536)),
      ("AUTHORISE P2 01", CommandAPDU(cla: 0x80, ins: 0x40, p1: 1, p2: 1, data: order, expectedLength: 65_536)),
      ("COMPLETE P1 01", CommandAPDU(cla: 0x80, ins: 0x42, p1: 1, data: [0xE2, 0x00], expectedLength: 65_536)),
      ("STATUS P1 01", CommandAPDU(cla: 0x80, ins: 0x44, p1: 1, expectedLength: 256)),
      ("STATUS P2 01", CommandAPDU(cla: 0x80, ins: 0x44, p2: 1, expectedLength: 256)),
      ("LAST P1 01", CommandAPDU(cla: 0x80, ins: 0x46, p1: 1, data: order.suffix(16), expectedLength: 65_536)),
      ("SELECT P1 09", CommandAPDU(ins: 0xA4, p1: 9, data: [0x3F, 0x00], expectedLength: 256)),
      ("SELECT P2 03", CommandAPDU(ins: 0xA4, p1: 4, p2: 3, data: ApplicationName.payout, expectedLength: 256)),
      ("READ RECORD P2 35", CommandAPDU(ins: 0xB2, p1: 1, p2: 0x35, expectedLength: 65_536)),
      ("MSE P1-P2 41 B6", CommandAPDU(ins: 0x22, p1: 0x41, p2: 0xB6, data: [0x83, 0x00])),
      ("GET CHALLENGE P1 01", CommandAPDU(ins: 0x84, p1: 1, expectedLength: 8)),
      ("PSO P1-P2 80 BE", CommandAPDU(ins: 0x2A, p1: 0x80, p2: 0xBE, data: [0x7F, 0x4E, 0x00])),
    ]
    for (what, command) in bad {
      try expect(what, try await desk.send(command), .incorrectP1P2)
    }
    try expectEqual("GET PAYOUT STATUS", try await desk.session.status(), before)
  }

  private static let resetParameters = ConformanceCheck(
    "command.reset-retry-counter", .commands, "TR-03110-3 B.11.9",
    vi: "RESET RETRY COUNTER chỉ có nghĩa cho PIN (P2 03), P1 02 và 03",
    en: "RESET RETRY COUNTER means the PIN (P2 03), P1 02 and 03 alone"
  ) { test in
    let opened = try await test.open(.pin)
    let digits = [UInt8](repeating: 0x38, count: Int(test.policy.pinLength))
    for (p1, p2): (UInt8, UInt8) in [(0x02, 0x02), (0x02, 0x04), (0x00, 0x03), (0x01, 0x03)] {
      let answer = try await opened.channel.transmit(CommandAPDU(ins: 0x2C, p1: p1, p2: p2, data: digits))
      try expect("RESET RETRY COUNTER \([p1, p2].hex)", answer, .incorrectP1P2)
    }
    _ = try await test.open(.pin)
    _ = try await test.open(.can)
  }

  private static let answerLength = ConformanceCheck(
    "command.answer-length", .commands, "card-application §4",
    vi: "Le quá ngắn: từ chối 6700 trước khi ký", en: "An Le too short for the answer is refused with 6700, unsigned"
  ) { test in
    let desk = try await test.desk()
    let order = try test.payoutOrder()
    let before = try await desk.session.status()
    for ne in [nil, 1, 256] as [Int?] {
      try expect("AUTHORISE, Ne \(ne ?? 0)", try await desk.authorise(order.bytes, ne: ne), .wrongLength)
    }
    let completion = try test.sign(try await test.completion(desk))
    try expect("COMPLETE, Ne 256", try await desk.complete(completion, ne: 256), .wrongLength)
    try expectEqual("GET PAYOUT STATUS", try await desk.session.status(), before)
  }

  private static let statusLength = ConformanceCheck(
    "command.status-length", .commands, "card-application §4", vi: "GET PAYOUT STATUS có dữ liệu bị từ chối",
    en: "GET PAYOUT STATUS with data is refused"
  ) { test in
    let desk = try await test.desk()
    let answer = try await desk.send(CommandAPDU(cla: 0x80, ins: 0x44, data: [0x00], expectedLength: 256))
    try expect("GET PAYOUT STATUS", answer, .wrongLength)
  }

  private static let lastLength = ConformanceCheck(
    "command.last-certificate-length", .commands, "card-application §4",
    vi: "GET LAST CERTIFICATE cần đúng 16 byte", en: "GET LAST CERTIFICATE takes 16 octets exactly"
  ) { test in
    let desk = try await test.desk()
    for count in [0, 15, 17] {
      let answer = try await desk.send(
        CommandAPDU(
          cla: 0x80, ins: 0x46, data: [UInt8](repeating: 1, count: count), expectedLength: 65_536))
      try expect("GET LAST CERTIFICATE, \(count)", answer, .wrongLength)
    }
  }

  // MARK: Layouts

  /// Strings of data objects that are not the layout `octets` are.
  private static func spoilt(_ octets: [UInt8]) throws -> [(String, [UInt8])] {
    let objects = try BERTLV.sequence(octets)
    var bad: [(String, [UInt8])] = [("trailing", octets + [0x00]), ("unknown tag", octets + [0x8F, 0x00])]
    for (index, object) in objects.enumerated() {
      var missing = objects
      missing.remove(at: index)
      bad.append(("without \(object.tag)", missing.flatMap(\.bytes)))
      var doubled = objects
      doubled.insert(object, at: index)
      bad.append(("twice \(object.tag)", doubled.flatMap(\.bytes)))
    }
    var turned = objects
    turned.swapAt(0, 1)
    bad.append(("out of order", turned.flatMap(\.bytes)))
    var length = octets
    length.replaceSubrange(1..<2, with: [0x81, octets[1]])
    bad.append(("long form of a length", length))
    for end in stride(from: 1, to: octets.count, by: 9) { bad.append(("cut at \(end)", Array(octets.prefix(end)))) }
    return bad
  }

  private static let orderLayout = ConformanceCheck(
    "command.order-layout", .commands, "card-application §4", vi: "Lệnh chi sai cấu trúc bị từ chối bằng 6A80",
    en: "An order of another layout is refused with 6A80"
  ) { test in
    let desk = try await test.desk()
    let before = try await desk.session.status()
    for (what, octets) in try spoilt(try test.payoutOrder().bytes) {
      try expect("AUTHORISE PAYOUT, \(what)", try await desk.authorise(octets), .incorrectData)
    }
    try expectEqual("GET PAYOUT STATUS", try await desk.session.status(), before)
  }

  private static let orderMode = ConformanceCheck(
    "command.order-mode", .commands, "card-application §4", vi: "P1 phải khớp với chế độ trong lệnh chi",
    en: "P1 has to be the order's mode"
  ) { test in
    let desk = try await test.desk([.online, .offline, .ceiling(16)])
    try expect("AUTHORISE 02, online", try await desk.authorise(try test.payoutOrder().bytes, p1: 2), .incorrectData)
    try expect(
      "AUTHORISE 01, offline", try await desk.authorise(try test.offlineOrder(1_000).bytes, p1: 1), .incorrectData)
    // A challenge is mandatory online.
    let order = try CardUnderTest.replacing(0x88, in: try test.payoutOrder().bytes, with: [])
    try expect("AUTHORISE, no challenge", try await desk.authorise(order), .incorrectData)
  }

  private static let completionLayout = ConformanceCheck(
    "command.completion-layout", .commands, "card-application §12",
    vi: "Lệnh của trung tâm sai cấu trúc bị từ chối, dù ký đúng",
    en: "A completion of another layout is refused, however well it is signed"
  ) { test in
    let desk = try await test.desk()
    let before = try await desk.session.status()
    let body = try await test.completion(desk).body
    let value = try BERTLV(parsing: body).value
    for (what, octets) in try spoilt(value).filter({ $0.0 != "trailing" }) {
      let signed = try SignedLayout(signing: BERTLV(0xE2, octets).bytes, with: test.completionKey)
      try expect("COMPLETE PAYOUT, \(what)", try await desk.complete(signed.bytes), .incorrectData)
    }
    let good = try SignedLayout(signing: body, with: test.completionKey).bytes
    try expect("COMPLETE PAYOUT, trailing", try await desk.complete(good + [0]), .incorrectData)
    try expect("COMPLETE PAYOUT, no signature", try await desk.complete(body), .incorrectData)
    try expectEqual("GET PAYOUT STATUS", try await desk.session.status(), before)
  }

  // MARK: Chaining

  /// SELECT of the payout application under secure messaging, cut into a chain of two commands.
  private static func protectedHalves(_ session: HandSession) throws -> (CommandAPDU, CommandAPDU) {
    let select = try session.wrap(
      CommandAPDU(ins: 0xA4, p1: 0x04, data: ApplicationName.payout, expectedLength: 256))
    var (first, second) = (select, select)
    first.cla |= 0x10
    first.data = Array(select.data.prefix(10))
    first.expectedLength = nil
    second.data = Array(select.data.dropFirst(10))
    return (first, second)
  }

  private static let chaining = ConformanceCheck(
    "command.chaining", .commands, "ISO/IEC 7816-4 §5.3.3", vi: "Lệnh dài gửi thành chuỗi được ghép lại",
    en: "A long command in a chain is put together"
  ) { test in
    let session = try await test.handSession()
    let (first, second) = try protectedHalves(session)
    try expect("9C A4", try await session.channel.transmit(first), .success)
    let answer = try await session.channel.transmit(second)
    try expectEqual("0C A4", try session.status(of: answer), .success)
  }

  private static let brokenChain = ConformanceCheck(
    "command.broken-chain", .commands, "ISO/IEC 7816-4 §5.3.3",
    vi: "Chuỗi lệnh bị ngắt không được ghép với phần đến sau", en: "A chain broken off is not put together later"
  ) { test in
    let session = try await test.handSession()
    let (first, second) = try protectedHalves(session)
    _ = try await session.channel.transmit(first)
    _ = try await session.channel.transmit(CommandAPDU(ins: 0xB0, p1: 0x9C, expectedLength: 256))
    try expectRefused("0C A4", try await session.channel.transmit(second))
  }

  private static let moreThanCard = ConformanceCheck(
    "command.too-long", .commands, "card-application §4; ISO/IEC 7816-4 §5.6",
    vi: "Dữ liệu quá dài bị từ chối, thẻ vẫn dùng được", en: "More data than a card takes is refused, and it goes on"
  ) { test in
    let desk = try await test.desk()
    let before = try await desk.session.status()
    let answer = try await desk.complete([UInt8](repeating: 0xE2, count: 3_000))
    try require(answer.status.isError, "COMPLETE, 3000: \(answer.status)", "COMPLETE, 3000: \(answer.status)")
    try expectEqual("GET PAYOUT STATUS", try await test.desk().session.status(), before)
  }
}
