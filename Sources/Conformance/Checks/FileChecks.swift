import CardApplication
import CardCrypto
import CardTerminal
import ISO7816
import Issuance
import SecureChannel
import VietnamReference

/// What everybody may see of a card (`card-application` §1).
enum FileChecks {
  static let all: [ConformanceCheck] = [atr] + contents + privacy + selection

  private static let atr = ConformanceCheck(
    "atr.generic", .files, "card-application §1; ISO/IEC 7816-4 §12.1.1", .fresh,
    vi: "ATR không có gì riêng của một thẻ", en: "Nothing in the ATR belongs to one card"
  ) { test in
    guard let octets = await test.card.atr else {
      throw ConformanceSkip(reason: .init(vi: "Không đọc được ATR.", en: "The ATR is not told."))
    }
    guard let historical = historicalBytes(octets) else {
      throw Expectation.finding(
        "ATR sai cấu trúc (\(octets.count) byte)", "The ATR has no form (\(octets.count) octets)")
    }
    // COMPACT-TLV of card capabilities (73, 72, 71), the category octet and a status say nothing of one card.
    var rest = historical[...]
    if let category = rest.popFirst() {
      try require(category == 0x80, "ATR: byte loại là \(category)", "ATR: category octet \(category)")
    }
    while let head = rest.popFirst() {
      let length = Int(head & 0x0F)
      try require(
        (head >> 4 == 7 || head >> 4 == 8) && rest.count >= length, "ATR có đối tượng \([head].hex)",
        "The ATR has the object \([head].hex)")
      rest = rest.dropFirst(length)
    }
    try await test.card.powerOff()
    _ = try await test.card.channel()
    try expectEqual("ATR", await test.card.atr ?? [], octets)
  }

  /// The historical bytes; `nil` for octets that are no ATR (ISO/IEC 7816-3:2006 §8.2).
  private static func historicalBytes(_ atr: [UInt8]) -> [UInt8]? {
    guard atr.count >= 2 else { return nil }
    let count = Int(atr[1] & 0x0F)
    var position = 1
    var next = atr[1] >> 4
    while true {
      position += next.nonzeroBitCount
      guard position < atr.count else { return nil }
      guard next & 8 != 0 else { break }
      next = atr[position] >> 4
    }
    guard position + count < atr.count else { return nil }
    return Array(atr[(position + 1)..<(position + 1 + count)])
  }

  // MARK: Contents

  private static func read(_ test: CardUnderTest, _ short: UInt8) async throws -> ResponseAPDU {
    try await test.card.channel().transmit(CommandAPDU(ins: 0xB0, p1: 0x80 | short, expectedLength: 256))
  }

  private static let contents = [
    ConformanceCheck(
      "files.card-access", .files, "TR-03110-3 A.1; card-application §5", .delivered,
      vi: "EF.CardAccess đúng như hồ sơ thẻ, từng byte", en: "EF.CardAccess is the profile's, octet by octet"
    ) { test in
      let answer = try await read(test, CardAccess.shortIdentifier)
      try expect("READ BINARY EF.CardAccess", answer, .success)
      let curve = Curve(rawValue: test.policy.chipParameterID) ?? .p256
      let variant = ChipAuthenticationParameters(curve: curve, cipher: test.policy.chipKeyLength)
      let wanted = SecurityInfos(
        pace: [test.parameters], hasTerminalAuthentication: true, chipAuthentication: [variant])
      try expectEqual("EF.CardAccess", answer.data, wanted.bytes)
    },
    ConformanceCheck(
      "files.directory", .files, "ISO/IEC 7816-4 §12.2.1; card-application §1", .delivered,
      vi: "EF.DIR chỉ nêu hai ứng dụng", en: "EF.DIR names the two applications and nothing else"
    ) { test in
      let answer = try await read(test, 0x1E)
      try expect("READ BINARY EF.DIR", answer, .success)
      let wanted = [ApplicationName.eID, ApplicationName.payout].flatMap { BERTLV(0x61, [BERTLV(0x4F, $0)]).bytes }
      try expectEqual("EF.DIR", answer.data, wanted)
    },
    ConformanceCheck(
      "files.information", .files, "ISO/IEC 7816-4 §12.2.2; card-application §1", .delivered,
      vi: "EF.ATR/INFO chỉ nêu khả năng của thẻ", en: "EF.ATR/INFO tells capabilities and nothing else"
    ) { test in
      let answer = try await read(test, 0x01)
      try expect("READ BINARY EF.ATR/INFO", answer, .success)
      let tags = (try? BERTLV.sequence(answer.data))?.map(\.tag) ?? []
      try require(
        !tags.isEmpty && Set(tags).isSubset(of: [0x7F66, 0x47]), "EF.ATR/INFO có \(tags)", "EF.ATR/INFO has \(tags)")
    },
    ConformanceCheck(
      "files.card-security-shut", .files, "TR-03110-2 §3.1.3", .delivered,
      vi: "EF.CardSecurity chỉ mở sau khi đầu cuối đã xác thực",
      en: "EF.CardSecurity opens only after Terminal Authentication"
    ) { test in
      try expect("READ BINARY EF.CardSecurity", try await read(test, 0x1D), .securityStatusNotSatisfied)
      let opened = try await test.open(.can)
      let answer = try await opened.channel.transmit(CommandAPDU(ins: 0xB0, p1: 0x9D, expectedLength: 65_536))
      try expect("READ BINARY EF.CardSecurity, CAN", answer, .securityStatusNotSatisfied)
    },
  ]

  // MARK: Privacy

  /// What a stranger may ask of any card.
  private static let strangersQuestions: [CommandAPDU] = {
    var commands = [
      CommandAPDU(ins: 0xA4, p1: 0x00, data: [0x3F, 0x00], expectedLength: 256),
      CommandAPDU(ins: 0xA4, p1: 0x04, data: ApplicationName.payout, expectedLength: 256),
      CommandAPDU(ins: 0xA4, p1: 0x04, data: ApplicationName.eID, expectedLength: 256),
      CommandAPDU(ins: 0xB2, p1: 0x01, p2: 0x34, expectedLength: 256),
      CommandAPDU(ins: 0x84, expectedLength: 256),
      CommandAPDU(cla: 0x80, ins: 0x44, expectedLength: 256),
    ]
    commands += (1...30).map { CommandAPDU(ins: 0xB0, p1: 0x80 | $0, expectedLength: 256) }
    commands.append(CommandAPDU(ins: 0xA4, p1: 0x04, data: ApplicationName.issuerSecurityDomain, expectedLength: 256))
    return commands
  }()

  /// Data objects of GlobalPlatform that name a card: CPLC, issuer and card image number, key information.
  private static let dataObjects: [UInt16] = [0x9F7F, 0x0042, 0x0045, 0x00CF, 0x00E0, 0x005A]

  private static func answers(_ test: CardUnderTest) async throws -> [ResponseAPDU] {
    let channel = try await test.card.channel()
    var answers: [ResponseAPDU] = []
    for question in strangersQuestions { answers.append(try await channel.transmit(question)) }
    return answers
  }

  private static let privacy = [
    ConformanceCheck(
      "privacy.same-twice", .files, "card-application §1", .delivered,
      vi: "Trước PACE thẻ trả lời mọi lần như nhau, cũng sau khi mất điện",
      en: "Before PACE every answer is the same, also after a loss of power"
    ) { test in
      let first = try await answers(test)
      try await test.card.powerOff()
      for (question, (one, two)) in zip(strangersQuestions, zip(first, try await answers(test))) {
        try expectEqual("\(question.header.hex)", two.bytes, one.bytes)
      }
    },
    ConformanceCheck(
      "privacy.no-identifiers", .files, "card-application §1", .delivered,
      vi: "Trước PACE không có số thẻ, số chip hay họ tên",
      en: "Before PACE there is no card number, chip serial or name"
    ) { test in
      let made = try test.personalised()
      let holder = test.order.holder
      let secretParts = [
        made.cardNumber.bytes, Array(made.cardNumber.digits.utf8), made.serial, Array(holder.name.utf8),
        Array(holder.asciiName.utf8), Array(made.certificate.publicKey.point.dropFirst().prefix(16)),
      ]
      for (question, answer) in zip(strangersQuestions, try await answers(test)) {
        let isTold = secretParts.contains { answer.data.contains($0) }
        try require(
          !isTold, "\(question.header.hex) nói ra dữ liệu riêng của thẻ",
          "\(question.header.hex) tells what is this card's alone")
      }
    },
    ConformanceCheck(
      "privacy.data-objects", .files, "GlobalPlatform 2.3 §11.3; card-application §1", .delivered,
      vi: "GET DATA không nói gì của riêng một thẻ (CPLC, IIN, CIN)", en: "GET DATA tells no CPLC, IIN or CIN"
    ) { test in
      for selectsDomain in [false, true] {
        let channel = try await test.card.channel()
        if selectsDomain {
          _ = try await channel.transmit(
            CommandAPDU(ins: 0xA4, p1: 0x04, data: ApplicationName.issuerSecurityDomain, expectedLength: 256))
        }
        for object in dataObjects {
          for cla: UInt8 in [0x00, 0x80] {
            let answer = try await channel.transmit(
              CommandAPDU(
                cla: cla, ins: 0xCA, p1: UInt8(object >> 8), p2: UInt8(object & 0xFF), expectedLength: 256))
            try expectRefused("GET DATA \([UInt8](bigEndian: object, width: 2).hex)", answer)
          }
        }
      }
    },
  ]

  // MARK: Selection

  private static let selection = [
    ConformanceCheck(
      "files.selection", .files, "ISO/IEC 7816-4 §11.2.2", .delivered,
      vi: "SELECT tìm thấy tệp có thật và chỉ tệp đó", en: "SELECT finds what there is and nothing else"
    ) { test in
      let channel = try await test.card.channel()
      func select(_ p1: UInt8, _ p2: UInt8, _ data: [UInt8]) async throws -> ResponseAPDU {
        try await channel.transmit(CommandAPDU(ins: 0xA4, p1: p1, p2: p2, data: data, expectedLength: 256))
      }
      try expect("SELECT 3F00", try await select(0, 0x0C, [0x3F, 0x00]), .success)
      try expect("SELECT 011C", try await select(2, 0x0C, [0x01, 0x1C]), .success)
      try expect("READ BINARY", try await channel.transmit(CommandAPDU(ins: 0xB0, expectedLength: 256)), .success)
      try expect("SELECT 5555", try await select(2, 0x0C, [0x55, 0x55]), .fileNotFound)
      try expect("SELECT, DF name", try await select(4, 0x0C, [0xA0, 0x11, 0x22, 0x33, 0x44]), .fileNotFound)
    },
    ConformanceCheck(
      "files.offsets", .files, "ISO/IEC 7816-4 §11.3.3", .delivered,
      vi: "READ BINARY ngoài tệp hoặc khi chưa chọn tệp bị từ chối",
      en: "READ BINARY outside a file, or without one, is refused"
    ) { test in
      let channel = try await test.card.channel()
      let noFile = try await channel.transmit(CommandAPDU(ins: 0xB0, expectedLength: 256))
      try expect("READ BINARY, no file", noFile, .commandNotAllowed)
      _ = try await channel.transmit(CommandAPDU(ins: 0xA4, p1: 0x02, p2: 0x0C, data: [0x01, 0x1C]))
      let beyond = try await channel.transmit(CommandAPDU(ins: 0xB0, p1: 0x7F, p2: 0xFF, expectedLength: 256))
      try expect("READ BINARY 7FFF", beyond, .wrongParameters)
      try expect("READ BINARY, SFI 1B", try await read(test, 0x1B), .fileNotFound)
    },
  ]
}
