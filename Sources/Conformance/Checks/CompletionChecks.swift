import CardApplication
import CardCrypto
import CardTerminal
import ISO7816

/// What the centre writes (`card-application` §3, §4, §8, §12).
enum CompletionChecks {
  static let all =
    refusals + [receipt, repeated, replayOlder, files, lineLeaves, lineReused, newKey, suspended, terminated]

  private static func check(
    _ id: String, _ clause: String, _ stage: ConformanceStage = .consuming, vi: String, en: String,
    _ body: @escaping @Sendable (CardUnderTest) async throws -> Void
  ) -> ConformanceCheck {
    ConformanceCheck("complete.\(id)", .completion, "card-application \(clause)", stage, vi: vi, en: en, body)
  }

  /// A completion that has to be refused with `status` and changes nothing.
  private static func refused(
    _ id: String, _ clause: String, _ status: StatusWord, vi: String, en: String,
    _ make: @escaping @Sendable (CardUnderTest, CompletionOrder) throws -> [UInt8]
  ) -> ConformanceCheck {
    check(id, clause, vi: vi, en: en) { test in
      let first = try await test.desk()
      try await test.complete(first, try await test.completion(first))
      try await test.pay(first, try test.payoutOrder())
      let desk = try await test.desk()
      let before = try await desk.session.status()
      let octets = try make(test, try await test.completion(desk))
      try expect("COMPLETE PAYOUT", try await desk.complete(octets), status)
      try expectEqual("GET PAYOUT STATUS", try await desk.session.status(), before)
    }
  }

  private static func changed(
    _ test: CardUnderTest, _ order: CompletionOrder, _ change: (inout CompletionOrder) -> Void
  ) throws -> [UInt8] {
    var order = order
    change(&order)
    return try test.sign(order)
  }

  private static let refusals = [
    refused(
      "serial", "§4", .conditionsNotSatisfied, vi: "Số lệnh không tăng bị từ chối",
      en: "A serial that does not rise is refused"
    ) {
      test, order in
      try changed(test, order) {
        $0.serial -= 1
        $0.issuerTime += 1
      }
    },
    refused("other-card", "§12", .incorrectData, vi: "Lệnh cho thẻ khác bị từ chối", en: "Another card's is refused") {
      test, order in
      let other = CardNumber(sequence: 99_999_999_999) ?? order.cardNumber
      return try changed(test, order) { $0.cardNumber = other }
    },
    refused(
      "signature", "§12", .authenticationFailed, vi: "Chữ ký của khóa lạ bị từ chối",
      en: "Another key's signature is refused"
    ) {
      test, order in try test.sign(order, try ECPrivateKey(generate: .p256))
    },
    refused(
      "changed", "§12", .authenticationFailed, vi: "Sửa sau khi ký bị từ chối",
      en: "What was changed after signing is refused"
    ) {
      test, order in
      let signed = try SignedLayout(signing: order.body, with: test.completionKey)
      var later = order
      later.serial += 1
      return SignedLayout(body: later.body, signature: signed.signature).bytes
    },
    refused(
      "unknown-key", "§2", .referencedDataNotFound, vi: "Khóa không có trên thẻ bị từ chối",
      en: "A key that is not on the card is refused"
    ) {
      test, order in
      let key = try ECPrivateKey(generate: .p256)
      var order = order
      order.issuerKeyID = keyIdentifier(ofPoint: key.publicKey.point)
      return try test.sign(order, key)
    },
    refused(
      "acknowledged-above", "§8", .conditionsNotSatisfied, vi: "Xác nhận quá bộ đếm bị từ chối",
      en: "More acknowledged than there is, is refused"
    ) {
      test, order in try changed(test, order) { $0.acknowledgedCounter += 1 }
    },
    refused(
      "generation-above", "§8", .conditionsNotSatisfied, vi: "Xác nhận đời PIN chưa có bị từ chối",
      en: "A PIN generation that there is not, is refused"
    ) {
      test, order in try changed(test, order) { $0.acknowledgedGeneration += 1 }
    },
    refused(
      "next-without-date", "§8", .incorrectData, vi: "Hạn mức kỳ sau phải có ngày",
      en: "A next grant without its day is refused"
    ) {
      test, order in
      try changed(test, order) {
        $0.lines.append(
          CompletionLine(line: 4_000_002, programme: 1, province: 79, status: .active, granted: 0, nextGranted: 5))
      }
    },
  ]

  private static let receipt = check(
    "receipt", "§12", vi: "Biên nhận ký đúng, từng trường", en: "The receipt is signed and right in every field"
  ) { test in
    let last = try await test.pay(try await test.desk(), try test.payoutOrder()).signed
    let desk = try await test.desk()
    let before = try await desk.session.status()
    let order = try await test.completion(desk)
    let (receipt, signed) = try await test.complete(desk, order)
    try require(signed.isSigned(by: try test.payoutKey()), "Chữ ký không đúng", "The signature does not verify")
    try expectEqual("82", receipt.cardNumber, test.number())
    try expectEqual("83", receipt.keyID, keyIdentifier(ofPoint: try test.payoutKey().point))
    try expectEqual("84", receipt.serial, order.serial)
    try expectEqual("85", receipt.completionHash, Digest.sha256.hash(order.body))
    try expectEqual("86", receipt.counter, before.counter)
    try expectEqual("87", receipt.lastCertificateHash, last.identity)
    let lines = order.lines.map { line in
      ReceiptLine(
        line: line.line, spent: before.spent.first { $0.line == line.line }?.spent ?? 0, granted: line.granted)
    }
    try expectEqual("88", receipt.lines, lines)
    try expectEqual("89", receipt.pinGeneration, test.generation)
    try expectEqual("8A", receipt.state, .active)
  }

  private static let repeated = check(
    "repeated", "§4", vi: "Lệnh gửi lại được trả lời bằng đúng biên nhận cũ",
    en: "A repeated completion is answered by the stored receipt"
  ) { test in
    let desk = try await test.desk()
    let order = try await test.completion(desk)
    let octets = try test.sign(order)
    let first = try await desk.complete(octets)
    try expect("COMPLETE PAYOUT", first, .success)
    try await test.card.powerOff()
    let home = try await test.payout(.can)
    let again = try await home.complete(octets)
    try expect("COMPLETE PAYOUT, again", again, .success)
    try require(again.data == first.data, "Biên nhận khác", "Another receipt")
  }

  private static let replayOlder = check(
    "replay", "§4", vi: "Lệnh cũ hơn lệnh đang có bị từ chối", en: "A completion older than the last is refused"
  ) { test in
    let desk = try await test.desk()
    let old = try test.sign(try await test.completion(desk))
    try expect("COMPLETE PAYOUT", try await desk.complete(old), .success)
    try await test.complete(desk, try await test.completion(desk))
    try expect("COMPLETE PAYOUT, older", try await desk.complete(old), .conditionsNotSatisfied)
  }

  private static let files = check(
    "files", "§3", vi: "Dòng, số dư và hạn mức đọc ra đúng như trung tâm ghi",
    en: "Lines, snapshot and authority read as written"
  ) { test in
    let desk = try await test.desk()
    try await test.grant(desk)
    let line = CardUnderTest.line
    let order = try await test.completion(desk) { order in
      order.snapshot = [SnapshotLine(line: line, amount: 123_456, date: 20_991_231)]
      (order.offlineCeiling, order.offlineCount, order.offlineUntil) = (200_000, 3, 20_991_231)
    }
    let signed = try SignedLayout(signing: order.body, with: test.completionKey)
    try expect("COMPLETE PAYOUT", try await desk.complete(signed.bytes), .success)
    try await test.card.powerOff()
    let session = try await test.desk().session
    if test.policy.readCondition(.snapshot) != .never {
      try require(try await session.read(.snapshot) == signed.bytes, "EF.Snapshot sai", "EF.Snapshot is another")
    }
    let entries = order.lines.map {
      CardLine(line: $0.line, programme: $0.programme, province: $0.province, status: $0.status)
    }
    try expectEqual("EF.Lines", try await session.lines(), entries)
    let authority = try OfflineAuthority(parsing: try await session.read(.offlineAuthority))
    try expectEqual(
      "82–85", authority,
      OfflineAuthority(
        lines: order.lines.map {
          OfflineAuthority.Line(
            line: $0.line, granted: $0.granted, nextGranted: $0.nextGranted, notBefore: $0.notBefore)
        }, ceiling: 200_000, count: 3, validUntil: 20_991_231, responseSerial: order.serial))
  }

  private static let lineLeaves = check(
    "line-leaves", "§3, §8", vi: "Dòng chỉ rời thẻ khi đã chi hết hạn mức; hạn mức không dưới số đã chi",
    en: "A line leaves only when all is spent, and no grant falls below what is"
  ) { test in
    let rights: PayoutRights = [.online, .offline, .ceiling(16)]
    try await test.grant(try await test.desk())
    try await test.pay(try await test.payout(.pin, try test.terminal(rights)), try test.offlineOrder(1_000))
    let desk = try await test.desk()
    let before = try await desk.session.status()
    let leaving = try test.sign(try await test.completion(desk) { $0.lines = [] })
    try expect("COMPLETE, line gone", try await desk.complete(leaving), .conditionsNotSatisfied)
    let spent = before.spent.first { $0.line == CardUnderTest.line }?.spent ?? 0
    let below = try test.sign(
      try await test.completion(desk) { order in
        for index in order.lines.indices where order.lines[index].line == CardUnderTest.line {
          order.lines[index].granted = spent - 1
          (order.lines[index].nextGranted, order.lines[index].notBefore) = (0, 0)
        }
      })
    try expect("COMPLETE, below", try await desk.complete(below), .conditionsNotSatisfied)
    try expectEqual("GET PAYOUT STATUS", try await desk.session.status(), before)
  }

  private static let lineReused = check(
    "line-reused", "§3", vi: "Mã dòng đã rời thẻ không dùng lại",
    en: "The id of a line that has left is never used again"
  ) { test in
    let desk = try await test.desk()
    let id = UInt32((try test.random.bytes(3)).bigEndianValue ?? 0) + 5_000_000
    let line = CompletionLine(line: id, programme: 1, province: 79, status: .active)
    try await test.complete(desk, try await test.completion(desk) { $0.lines.append(line) })
    try await test.complete(desk, try await test.completion(desk) { $0.lines.removeAll { $0.line == id } })
    let again = try test.sign(try await test.completion(desk) { $0.lines.append(line) })
    try expect("COMPLETE PAYOUT", try await desk.complete(again), .conditionsNotSatisfied)
  }

  private static let newKey = check(
    "new-key", "§2", vi: "Khóa mới do khóa cũ giới thiệu dùng được, khóa cũ vẫn còn",
    en: "A new key that the old one vouches for is obeyed, and the old one too"
  ) { test in
    let key = try ECPrivateKey(generate: .p256)
    let desk = try await test.desk()
    let from = CardDate(unixTime: test.time)
    try await test.complete(
      desk,
      try await test.completion(desk) {
        $0.newIssuerKey = IssuerKey(use: .completion, validFrom: from, point: key.publicKey.point)
      })
    let next = try await test.completion(desk) { $0.issuerKeyID = keyIdentifier(ofPoint: key.publicKey.point) }
    try expect("COMPLETE, new key", try await desk.complete(try test.sign(next, key)), .success)
    try await test.complete(desk, try await test.completion(desk))
  }

  private static let suspended = check(
    "suspended", "§10", vi: "Thẻ bị tạm ngừng không chi được, rồi chi lại được",
    en: "A suspended card pays nothing, and pays again when resumed"
  ) { test in
    let desk = try await test.desk()
    try await test.complete(desk, try await test.completion(desk) { $0.state = .suspended })
    try await test.card.powerOff()
    let stopped = try await test.desk()
    try await test.expectNoPayout("suspended", stopped, try test.payoutOrder())
    try await test.complete(stopped, try await test.completion(stopped))
    try await test.pay(try await test.desk(), try test.payoutOrder())
  }

  private static let terminated = check(
    "terminated", "§10", .last, vi: "Thẻ đã kết thúc không chi, nhật ký vẫn đọc được",
    en: "A terminated card pays nothing; its log stays readable"
  ) { test in
    let signed = try await test.pay(try await test.desk(), try test.payoutOrder()).signed
    let desk = try await test.desk()
    try await test.complete(desk, try await test.completion(desk) { $0.state = .terminated })
    try await test.card.powerOff()
    let ended = try await test.desk()
    try await test.expectNoPayout("terminated", ended, try test.payoutOrder())
    try require(try await ended.session.logRecord(1) == signed.bytes, "Nhật ký thiếu", "The log lacks it")
    let revive = try test.sign(try await test.completion(ended) { $0.state = .active })
    try expect("COMPLETE PAYOUT", try await ended.complete(revive), .conditionsNotSatisfied)
  }
}
