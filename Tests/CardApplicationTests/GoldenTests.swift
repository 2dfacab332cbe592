import CardCrypto
import CardTestSupport
import ISO7816
import Testing

@testable import CardApplication

/// Octets written by hand from the tables of `card-application` §4 and §12, tag by tag.
enum Golden {
  /// Transaction id 00…0F; line 7, November 2026, 6,283,353 đ of which 17 from the reserve; line 8, October 2026, 1 đ.
  static let order = octets(
    """
    80 10 000102030405060708090A0B0C0D0E0F
    81 2E 00000007 202611 00000000005FE059 0000000000000011
          00000008 202610 0000000000000001 0000000000000000
    84 08 000000006AE60180
    85 04 79 026734
    86 01 01
    87 00
    88 10 6AE603D8 A0A1A2A3A4A5A6A7A8A9AAAB
    89 00
    """)

  static let number = "9900000000000010"
  static let zeros = String(repeating: "00", count: 32)
  static let ones = String(repeating: "11", count: 32)
  static let signature = String(repeating: "5A", count: 64)

  static let certificate = octets(
    """
    E1 82 0121
      80 0F 414E53494E482D5041594F55542D31
      81 01 01
      82 08 9900000000000010
      83 08 0102030405060708
      84 04 01020304
      85 04 00000009
      86 04 0000000A
      A7 6B \(order.hex)
      88 00 89 00 8A 00 8B 00
      8C 04 20261105
      8D 06 01 0003 0002 02
      8E 00
      8F 18 00000007 0000000000000011 00000008 0000000000000000
      90 02 04 01
      91 20 \(ones)
      92 20 \(zeros)
    5F37 40 \(signature)
    """)

  static let completion = octets(
    """
    E2 81 9E
      80 11 414E53494E482D434F4D504C4554452D31
      81 01 01
      82 08 9900000000000010
      83 08 0102030405060708
      84 04 00000009
      85 04 0000000A
      86 08 000000006AE60180
      87 01 01
      88 1C 00000007 0001 19 01 00000000000F4240 0000000000000005 20261201
      89 0D 00000000001E8480 05 20270131
      8A 02 0003
      8B 04 20261101
      8C 00
      8D 20 00000007 00000000005FE059 20261201 00000008 0000000000000000 00000000
    5F37 40 \(signature)
    """)

  static let receipt = octets(
    """
    E3 81 96
      80 10 414E53494E482D524543454950542D31
      81 01 01
      82 08 9900000000000010
      83 08 0102030405060708
      84 04 00000009
      85 20 \(ones)
      86 04 0000000A
      87 20 \(zeros)
      88 14 00000007 0000000000000011 00000000000F4240
      89 02 0003
      8A 01 03
    5F37 40 \(signature)
    """)

  static let record = octets(
    """
    E4 77
      80 0F 414E53494E482D5245434F52442D31
      81 01 01
      82 10 000102030405060708090A0B0C0D0E0F
      83 01 01
      84 08 000000006AE60180
      85 20 \(ones)
      86 20 \(zeros)
    5F37 40 \(signature)
    """)
}

@Suite("Golden octets")
struct GoldenTests {
  private let id = [UInt8](0...15)
  private let time: Int64 = 0x6AE6_0180
  private let challenge = octets("6AE603D8A0A1A2A3A4A5A6A7A8A9AAAB")
  private let signature = [UInt8](repeating: 0x5A, count: 64)
  private let keyID = [UInt8](1...8)

  private func order() throws -> PayoutOrder {
    let entries = [
      try #require(PayoutEntry(line: 7, period: 202_611, amount: 6_283_353, fromReserve: 17)),
      try #require(PayoutEntry(line: 8, period: 202_610, amount: 1)),
    ]
    return try #require(
      PayoutOrder(
        transactionID: id, entries: entries, terminalTime: time, hostProvince: 79, commune: 26_734, mode: .online,
        challenge: challenge))
  }

  @Test func payoutOrder() throws {
    #expect(try order().bytes == Golden.order)
    let read = try PayoutOrder(parsing: Golden.order)
    #expect(try read == order())
    #expect(read.total == 6_283_354)
    #expect(read.hostProvince == 79 && read.commune == 26_734 && read.mode == .online)
  }

  @Test func payoutCertificate() throws {
    let certificate = PayoutCertificate(
      cardNumber: try #require(CardNumber(Golden.number)), keyID: keyID, versions: [1, 2, 3, 4], responseSerial: 9,
      counter: 10, order: try order(), terminal: .none, cardDate: try #require(CardDate(yyyymmdd: 20_261_105)),
      method: .pin, pinGeneration: 3, acknowledgedGeneration: 2, pinOrigin: .holder, pinSetter: [],
      spent: [LineSpent(line: 7, spent: 17), LineSpent(line: 8, spent: 0)], unacknowledgedOffline: 4, overrides: 1,
      sessionHash: [UInt8](repeating: 0x11, count: 32), previousHash: [UInt8](repeating: 0, count: 32))
    let signed = SignedLayout(body: certificate.body, signature: signature)
    #expect(signed.bytes.hex == Golden.certificate.hex)
    let (read, parts) = try PayoutCertificate.parse(Golden.certificate)
    #expect(String(describing: read) == String(describing: certificate))
    #expect(parts.identity == Digest.sha256.hash(Array(Golden.certificate.dropLast(67))))
  }

  @Test func completionOrder() throws {
    var order = CompletionOrder(
      cardNumber: try #require(CardNumber(Golden.number)), issuerKeyID: keyID, serial: 9, acknowledgedCounter: 10,
      issuerTime: time, state: .active,
      lines: [
        CompletionLine(
          line: 7, programme: 1, province: 19, status: .active, granted: 1_000_000, nextGranted: 5,
          notBefore: 20_261_201)
      ], acknowledgedGeneration: 3,
      snapshot: [
        SnapshotLine(line: 7, amount: 6_283_353, date: 20_261_201), SnapshotLine(line: 8, amount: 0, date: 0),
      ])
    order.offlineCeiling = 2_000_000
    order.offlineCount = 5
    order.offlineUntil = 20_270_131
    order.minimumVerifierDate = 20_261_101
    #expect(SignedLayout(body: order.body, signature: signature).bytes.hex == Golden.completion.hex)
    #expect(try CompletionOrder.parse(Golden.completion).0 == order)
  }

  @Test func completionReceipt() throws {
    let receipt = CompletionReceipt(
      cardNumber: try #require(CardNumber(Golden.number)), keyID: keyID, serial: 9,
      completionHash: [UInt8](repeating: 0x11, count: 32), counter: 10,
      lastCertificateHash: [UInt8](repeating: 0, count: 32),
      lines: [ReceiptLine(line: 7, spent: 17, granted: 1_000_000)], pinGeneration: 3, state: .terminated)
    #expect(SignedLayout(body: receipt.body, signature: signature).bytes.hex == Golden.receipt.hex)
    #expect(try CompletionReceipt.parse(Golden.receipt).0 == receipt)
  }

  @Test func terminalRecord() throws {
    let record = TerminalRecord(
      transactionID: id, outcome: .paid, time: time, certificateHash: [UInt8](repeating: 0x11, count: 32),
      terminalKeyHash: [UInt8](repeating: 0, count: 32))
    #expect(SignedLayout(body: record.body, signature: signature).bytes.hex == Golden.record.hex)
    #expect(try TerminalRecord.parse(Golden.record).0 == record)
  }

  @Test("A signature covers the whole TLV and nothing else; the identity leaves it out")
  func signatures() throws {
    let key = try ECPrivateKey(generate: .p256)
    let body = Array(Golden.certificate.dropLast(67))
    let signed = try SignedLayout(signing: body, with: key)
    #expect(signed.isSigned(by: key.publicKey))
    #expect(SignedLayout(body: body, signature: signature).identity == signed.identity)
    for place in [0, 1, 5, 200, body.count - 1] {
      var changed = body
      changed[place] ^= 1
      #expect(!SignedLayout(body: changed, signature: signed.signature).isSigned(by: key.publicKey))
    }
    #expect(!signed.isSigned(by: try ECPrivateKey(generate: .p256).publicKey))
  }
}
