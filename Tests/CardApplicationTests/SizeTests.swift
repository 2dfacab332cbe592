import ISO7816
import Testing

@testable import CardApplication

/// The greatest size of each layout against what the cards have room for.
@Suite("Sizes")
struct SizeTests {
  private func order(collector: Int, override: Int) throws -> PayoutOrder {
    let entries = (UInt32(1)...4).compactMap {
      PayoutEntry(line: $0, period: 202_611, amount: PayoutEntry.maximumAmount, fromReserve: PayoutEntry.maximumAmount)
    }
    let objects: [BERTLV] = [
      BERTLV(0x80, [UInt8](repeating: 1, count: 16)), BERTLV(0x81, entries.flatMap(\.bytes)),
      BERTLV(0x84, [UInt8](bigEndian: 1, width: 8)), BERTLV(0x85, [0x79, 0x02, 0x67, 0x34]), BERTLV(0x86, [1]),
      BERTLV(0x87, [UInt8](repeating: 2, count: collector)), BERTLV(0x88, [UInt8](repeating: 3, count: 16)),
      BERTLV(0x89, [UInt8](repeating: 4, count: override)),
    ]
    return try PayoutOrder(parsing: objects.flatMap(\.bytes))
  }

  private func certificate(_ order: PayoutOrder) throws -> SignedLayout {
    let full = CertifiedTerminal(
      authority: [UInt8](repeating: 1, count: 16), holder: [UInt8](repeating: 1, count: 16),
      keyHash: [UInt8](repeating: 1, count: 32), effectiveRights: [UInt8](repeating: 1, count: 8))
    let certificate = PayoutCertificate(
      cardNumber: try #require(CardNumber(sequence: 1)), keyID: [UInt8](repeating: 1, count: 8),
      versions: [1, 1, 1, 1],
      responseSerial: .max, counter: .max, order: order, terminal: full, cardDate: CardDate(unixTime: 0), method: .pin,
      pinGeneration: .max, acknowledgedGeneration: .max, pinOrigin: .terminalRight,
      pinSetter: [UInt8](repeating: 1, count: 16), spent: (1...4).map { LineSpent(line: $0, spent: .max) },
      unacknowledgedOffline: 255, overrides: 255, sessionHash: [UInt8](repeating: 1, count: 32),
      previousHash: [UInt8](repeating: 1, count: 32))
    return SignedLayout(body: certificate.body, signature: [UInt8](repeating: 1, count: 64))
  }

  @Test("The greatest order, and the greatest certificate over it: one slot of EF.PayoutLog has 640 octets")
  func certificateSize() throws {
    let order = try order(collector: 32, override: 40)
    #expect(order.bytes.count == 225)
    let signed = try certificate(order)
    #expect(signed.body.count == 524)
    #expect(signed.bytes.count == 591)
    #expect(signed.bytes.count <= 640)
    #expect(try PayoutCertificate.parse(signed.bytes).1 == signed)
    // Today's: online, the holder collects, no terminal authentication.
    #expect(try self.order(collector: 0, override: 0).bytes.count == 153)
  }

  @Test("One octet, entry or line more than the limits is refused")
  func limits() throws {
    #expect(throws: LayoutError.self) { try order(collector: 33, override: 0) }
    #expect(throws: LayoutError.self) { try order(collector: 0, override: 41) }
    let entries = (UInt32(1)...5).compactMap { PayoutEntry(line: $0, period: 202_611, amount: 1) }
    #expect(
      PayoutOrder(
        transactionID: [UInt8](repeating: 1, count: 16), entries: entries, terminalTime: 0, hostProvince: 79,
        commune: 1,
        mode: .online, challenge: [UInt8](repeating: 1, count: 16)) == nil)
  }

  @Test("A completion of eight lines and eight snapshot lines, with room for a new issuer key: at most 1,024 octets")
  func completionSize() throws {
    func completion(_ count: UInt32) throws -> SignedLayout {
      var order = CompletionOrder(
        cardNumber: try #require(CardNumber(sequence: 1)), issuerKeyID: [UInt8](repeating: 1, count: 8), serial: .max,
        acknowledgedCounter: .max, issuerTime: .max, state: .active,
        lines: (1...count).map {
          CompletionLine(
            line: $0, programme: .max, province: 96, status: .active, granted: .max, nextGranted: .max,
            notBefore: 20_261_201)
        }, acknowledgedGeneration: .max,
        snapshot: (1...count).map { SnapshotLine(line: $0, amount: .max, date: 20_261_201) })
      (order.offlineCeiling, order.offlineCount, order.offlineUntil) = (.max, .max, 20_261_231)
      order.minimumVerifierDate = 20_261_231
      return SignedLayout(body: order.body, signature: [UInt8](repeating: 1, count: 64))
    }
    let greatest = try completion(8)
    #expect(greatest.body.count == 456)
    #expect(greatest.bytes.count == 523)
    // 8C will hold 79 octets more.
    #expect(greatest.body.count + IssuerKey.width <= 1_024)
    #expect(try CompletionOrder.parse(greatest.bytes).1 == greatest)
    let tooMany = try completion(9)
    #expect(throws: LayoutError.self) { try CompletionOrder.parse(tooMany.bytes) }
  }

  @Test("Receipt and record")
  func others() throws {
    let receipt = CompletionReceipt(
      cardNumber: try #require(CardNumber(sequence: 1)), keyID: [UInt8](repeating: 1, count: 8), serial: .max,
      completionHash: [UInt8](repeating: 1, count: 32), counter: .max,
      lastCertificateHash: [UInt8](repeating: 1, count: 32),
      lines: (1...8).map { ReceiptLine(line: $0, spent: .max, granted: .max) }, pinGeneration: .max, state: .active)
    #expect(SignedLayout(body: receipt.body, signature: [UInt8](repeating: 1, count: 64)).bytes.count == 362)
    let record = TerminalRecord(
      transactionID: [UInt8](repeating: 1, count: 16), outcome: .paid, time: .max,
      certificateHash: [UInt8](repeating: 1, count: 32), terminalKeyHash: [UInt8](repeating: 1, count: 32))
    #expect(SignedLayout(body: record.body, signature: [UInt8](repeating: 1, count: 64)).bytes.count == 188)
  }
}
