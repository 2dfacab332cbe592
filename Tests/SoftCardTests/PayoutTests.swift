import CardApplication
import CardCrypto
import CardTerminal
import CardTestSupport
import ISO7816
import Issuance
import SecureChannel
import SoftCard
import Synchronization
import Testing

@Suite("Payout on the card")
struct PayoutTests {
  @Test("A tap takes fifteen APDUs and one COMPLETE, and the certificate verifies against the registered key")
  func tap() async throws {
    let test = try await TestCard.make()
    let count = Mutex(0)
    let counted = HeaderLogChannel(test.channel) { _ in count.withLock { $0 += 1 } }
    let credential = try test.pki.terminal()
    let session = try await CardSession.open(
      counted, .pin, password: TestCard.pin, terminal: .payout(credential))
    let payout = try await session.authorise(try test.order())
    #expect(count.withLock { $0 } == 15)
    let key = test.made.certificate.publicKey
    #expect(payout.signed.isSigned(by: key))
    #expect(payout.certificate.counter == 1)
    #expect(payout.certificate.previousHash == [UInt8](repeating: 0, count: 32))
    let named = payout.certificate.terminal
    #expect(named.authority == credential.verifier.content.holder.octets)
    #expect(named.holder == credential.terminal.content.holder.octets)
    #expect(named.keyHash == Digest.sha256.hash(credential.signer.publicKey.point))
    #expect(named.effectiveRights == [0, 0, 0, 0, 0, 0, 0, 1])
    #expect(session.isFromThisSession(payout.certificate))
    let (receipt, signedReceipt) = try await session.complete(try test.sign(test.completion(counter: 1)))
    #expect(count.withLock { $0 } == 16)
    #expect(signedReceipt.isSigned(by: key))
    #expect(receipt.counter == 1)
    #expect(receipt.lastCertificateHash == payout.signed.identity)
  }

  @Test("The balance read from the card is the one the issuer signed")
  func snapshot() async throws {
    let test = try await TestCard.make()
    let session = try await test.openWithPIN()
    #expect(try await session.snapshot() == nil)
    _ = try await session.complete(try test.sign(test.completion()))
    let (order, signed) = try #require(try await session.snapshot())
    #expect(order.snapshot == [SnapshotLine(line: 7, amount: 6_283_417, date: 20_261_201)])
    #expect(signed.isSigned(by: test.completionKey.publicKey))
    #expect(try await session.lines() == [CardLine(line: 7, programme: 1, province: 19, status: .active)])
  }

  @Test("A repeated order gives the same certificate, a changed one nothing, and a session one payout")
  func repeated() async throws {
    let test = try await TestCard.make()
    let terminal = try test.pki.terminal()
    let session = try await test.openWithPIN(terminal)
    let first = try await session.authorise(try test.order())
    let again = try await session.authorise(try test.order())
    #expect(first.signed.bytes == again.signed.bytes)
    await #expect(throws: CardSessionError.self) { try await session.authorise(try test.order(amount: 1)) }
    await #expect(throws: CardSessionError.self) { try await session.authorise(try test.order(id: 2)) }
    let next = try await test.openWithPIN(terminal)
    let second = try await next.authorise(try test.order(id: 2))
    #expect(second.certificate.counter == 2)
    #expect(second.certificate.previousHash == first.signed.identity)
    let kept = try await next.lastCertificate([UInt8](repeating: 1, count: 16))
    #expect(kept?.signed.bytes == first.signed.bytes)
    #expect(try await next.lastCertificate([UInt8](repeating: 3, count: 16)) == nil)
  }

  @Test("With the CAN alone a payout, the balance and the name stay closed")
  func canSession() async throws {
    let test = try await TestCard.make()
    let session = try await CardSession.open(test.channel, .can, password: test.made.secrets.can)
    #expect(try await session.cardInfo().cardNumber == test.made.cardNumber)
    #expect(session.selection.status == nil)
    for file in [PayoutFile.holder, .lines, .snapshot, .payoutKeyCertificate, .offlineAuthority] {
      await #expect(throws: CardSessionError.self) { try await session.read(file) }
    }
    await #expect(throws: CardSessionError.self) { try await session.authorise(try test.order()) }
    await #expect(throws: CardSessionError.self) { try await session.status() }
    _ = try await session.complete(try test.sign(test.completion()))
  }

  @Test("The log refuses the 31st unacknowledged payout and takes it after COMPLETE")
  func fullLog() async throws {
    let test = try await TestCard.make()
    for id in 1...30 {
      _ = try await test.openWithPIN().authorise(try test.order(id: UInt8(id)))
    }
    let session = try await test.openWithPIN()
    do {
      _ = try await session.authorise(try test.order(id: 31))
      Issue.record("a slot above the acknowledged counter was overwritten")
    } catch CardSessionError.refused(_, let status) {
      #expect(status == .notEnoughMemory)
    }
    _ = try await session.complete(try test.sign(test.completion(counter: 5)))
    #expect(try await session.authorise(try test.order(id: 31)).certificate.counter == 31)
    #expect(try await session.status().counter == 31)
  }

  @Test("Completions: another card, a wrong signature, an old serial and a falling counter change nothing")
  func completions() async throws {
    let test = try await TestCard.make()
    let session = try await test.openWithPIN()
    _ = try await session.authorise(try test.order())
    let good = try test.sign(test.completion(serial: 5, counter: 1))
    _ = try await session.complete(good)
    let before = test.storage.replacements
    let stranger = try ECPrivateKey(generate: .p256)
    let bad: [[UInt8]] = [
      try test.sign(test.completion(serial: 6, counter: 1, number: CardNumber(sequence: 2))),
      try SignedLayout(signing: test.completion(serial: 6, counter: 1).body, with: stranger).bytes,
      try test.sign(test.completion(serial: 5, counter: 1, amount: 1)),
      try test.sign(test.completion(serial: 4, counter: 1)),
      try test.sign(test.completion(serial: 6, counter: 0)), try test.sign(test.completion(serial: 6, counter: 2)),
      Array(good.dropLast()), good + [0],
    ]
    for completion in bad {
      await #expect(throws: CardSessionError.self) { try await session.complete(completion) }
    }
    #expect(test.storage.replacements == before)
    let first = try await session.complete(good).1.bytes
    #expect(try await session.complete(good).1.bytes == first)
    #expect(try await session.status().responseSerial == 5)
  }

  @Test("From the reserve no more than granted minus spent")
  func reserve() async throws {
    let test = try await TestCard.make()
    let session = try await test.openWithPIN()
    _ = try await session.complete(try test.sign(test.completion(granted: 500_000)))
    let over = try #require(PayoutEntry(line: 7, period: 202_611, amount: 600_000, fromReserve: 500_001))
    let within = try #require(PayoutEntry(line: 7, period: 202_611, amount: 600_000, fromReserve: 500_000))
    func order(_ entry: PayoutEntry, _ id: UInt8) throws -> PayoutOrder {
      try #require(
        PayoutOrder(
          transactionID: [UInt8](repeating: id, count: 16), entries: [entry], terminalTime: TestCard.time,
          hostProvince: 79, commune: 1, mode: .online, challenge: [UInt8](repeating: 1, count: 16)))
    }
    await #expect(throws: CardSessionError.self) { try await session.authorise(try order(over, 1)) }
    let payout = try await session.authorise(try order(within, 2))
    #expect(payout.certificate.spent == [LineSpent(line: 7, spent: 500_000)])
    // A grant below what is spent is refused and changes nothing.
    await #expect(throws: CardSessionError.self) {
      try await session.complete(try test.sign(test.completion(serial: 2, counter: 1, granted: 499_999)))
    }
    #expect(try await session.status().responseSerial == 1)
  }

  @Test("A terminal clock before the card's date is refused")
  func oldClock() async throws {
    let test = try await TestCard.make()
    let session = try await test.openWithPIN()
    await #expect(throws: CardSessionError.self) {
      try await session.authorise(try test.order(time: TestCard.time - 2 * 86_400))
    }
    _ = try await session.authorise(try test.order(time: TestCard.time - 3_600))
  }

  @Test("When the state can't be kept the card answers an error and nothing has happened")
  func storageFails() async throws {
    let test = try await TestCard.make()
    let session = try await test.openWithPIN()
    test.storage.fail(after: 0)
    do {
      _ = try await session.authorise(try test.order())
      Issue.record("a certificate left the card before it was kept")
    } catch CardSessionError.refused(_, let status) {
      #expect(status == .memoryFailure)
    }
    test.storage.fail(after: nil)
    #expect(try await session.status().counter == 0)
    #expect(try await session.authorise(try test.order()).certificate.counter == 1)
  }

  @Test("A replacement that fails late leaks no certificate, and its counter is not used for another order")
  func storageFailsLate() async throws {
    let test = try await TestCard.make()
    let session = try await test.openWithPIN()
    test.storage.fail(after: 0, late: true)
    await #expect(throws: CardSessionError.self) { try await session.authorise(try test.order()) }
    // While the disk fails nothing is answered at all: not the certificate, not by any other command.
    await #expect(throws: CardSessionError.self) { try await session.lastCertificate([UInt8](repeating: 1, count: 16)) }
    test.storage.fail(after: nil)
    let again = try await test.openWithPIN()
    #expect(try await again.lastCertificate([UInt8](repeating: 1, count: 16)) == nil)
    #expect(try await again.status().counter == 0)
    #expect(try await again.authorise(try test.order(id: 2)).certificate.counter == 1)
  }

  @Test("Orders with every number at its greatest are refused, never trap")
  func extremeNumbers() async throws {
    let test = try await TestCard.make()
    let opened = try await test.atPoint()
    try await test.expect(.success, .selectPayout, in: opened)
    let good = try test.order().bytes
    let objects = try BERTLV.sequence(good)
    for index in objects.indices where !objects[index].value.isEmpty {
      for octet: UInt8 in [0xFF, 0x7F, 0x99, 0x00] {
        var changed = objects
        changed[index] = BERTLV(objects[index].tag, [UInt8](repeating: octet, count: objects[index].value.count))
        let data = changed.flatMap(\.bytes)
        guard (try? PayoutOrder(parsing: data)) == nil else { continue }
        let command = CommandAPDU(cla: 0x80, ins: 0x40, p1: 1, data: data, expectedLength: 65_536)
        try await test.expect(.incorrectData, command, in: opened)
      }
    }
    var late = objects
    late[2] = BERTLV(0x84, [0x7F] + [UInt8](repeating: 0xFF, count: 7))
    #expect(throws: LayoutError.value(0x84)) { try PayoutOrder(parsing: late.flatMap(\.bytes)) }
  }
}
