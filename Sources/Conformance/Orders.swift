import CardApplication
import CardCrypto
import CardTerminal
import ISO7816
import Issuance
import SecureChannel

/// What a payout is asked for.
struct WantedPayout {
  var line: UInt32 = CardUnderTest.line
  var amount: Int64 = 50_000
  var fromReserve: Int64 = 0
  var mode = PayoutMode.online
  /// The terminal's clock; the suite's own by default.
  var time: Int64?
  var transaction: [UInt8]?
  var override: [UInt8] = []
}

/// Orders and completions.
extension CardUnderTest {
  /// The entitlement line that checks work with.
  static let line: UInt32 = 7
  /// Reason and supervisor of an override.
  static let supervisor = Array("01-GIAM-SAT-KIEM-THU".utf8)

  func payoutOrder(_ wanted: WantedPayout = WantedPayout()) throws -> PayoutOrder {
    guard
      let entry = PayoutEntry(
        line: wanted.line, period: CardDate(unixTime: time).yyyymmdd / 100, amount: wanted.amount,
        fromReserve: wanted.fromReserve),
      let order = PayoutOrder(
        transactionID: try wanted.transaction ?? random.bytes(16), entries: [entry],
        terminalTime: wanted.time ?? time, hostProvince: 79, commune: 26_734, mode: wanted.mode,
        challenge: wanted.mode == .online ? try random.bytes(16) : [])
    else { throw CryptoError.malformed("order") }
    guard !wanted.override.isEmpty else { return order }
    return try PayoutOrder(parsing: try Self.replacing(0x89, in: order.bytes, with: wanted.override))
  }

  /// Data objects with the value of one of them replaced.
  static func replacing(_ tag: BERTag, in octets: [UInt8], with value: [UInt8]) throws -> [UInt8] {
    try BERTLV.sequence(octets).flatMap { $0.tag == tag ? BERTLV(tag, value).bytes : $0.bytes }
  }

  /// An order that spends the offline reserve.
  func offlineOrder(_ amount: Int64, time: Int64? = nil) throws -> PayoutOrder {
    try payoutOrder(WantedPayout(amount: amount, fromReserve: amount, mode: .offline, time: time))
  }

  /// A payout that has to come about.
  @discardableResult
  func pay(
    _ application: PayoutApplication, _ order: PayoutOrder
  ) async throws -> (certificate: PayoutCertificate, signed: SignedLayout) {
    let answer = try await application.authorise(order.bytes, p1: order.mode.rawValue)
    try expect("AUTHORISE PAYOUT", answer, .success)
    unacknowledged += 1
    return try PayoutCertificate.parse(answer.data)
  }

  /// The completion that changes nothing but acknowledges everything; `change` makes it say something.
  func completion(
    _ application: PayoutApplication, _ change: (inout CompletionOrder) -> Void = { _ in }
  ) async throws -> CompletionOrder {
    let status = try await application.session.status()
    let authority = try OfflineAuthority(parsing: try await application.session.read(.offlineAuthority))
    let lines = try await application.session.lines().map { line in
      let granted = authority.lines.first { $0.line == line.line }
      return CompletionLine(
        line: line.line, programme: line.programme, province: line.province, status: line.status,
        granted: granted?.granted ?? 0, nextGranted: granted?.nextGranted ?? 0, notBefore: granted?.notBefore ?? 0)
    }
    var order = CompletionOrder(
      cardNumber: number(), issuerKeyID: keyIdentifier(ofPoint: completionKey.publicKey.point),
      serial: status.responseSerial + 1, acknowledgedCounter: status.counter, issuerTime: time, state: .active,
      lines: lines, acknowledgedGeneration: generation, snapshot: [])
    change(&order)
    return order
  }

  func sign(_ order: CompletionOrder, _ key: ECPrivateKey? = nil) throws -> [UInt8] {
    try SignedLayout(signing: order.body, with: key ?? completionKey).bytes
  }

  /// A completion that has to be taken.
  @discardableResult
  func complete(
    _ application: PayoutApplication, _ order: CompletionOrder
  ) async throws -> (receipt: CompletionReceipt, signed: SignedLayout) {
    let answer = try await application.complete(try sign(order))
    try expect("COMPLETE PAYOUT", answer, .success)
    unacknowledged = 0
    return try CompletionReceipt.parse(answer.data)
  }

  /// Most certificates that one check asks for, but for the one that fills the log.
  private static let mostPayouts = 5

  /// Leaves as many slots of the log as a check may need.
  func makeRoom() async throws {
    guard unacknowledged + Self.mostPayouts > Int(policy.logSlots) else { return }
    let desk = try await desk()
    try await complete(desk, try await completion(desk))
  }

  /// What a reserve is set to.
  struct Grant {
    /// Above what is spent.
    var available: Int64 = 400_000
    /// Above what is spent, from ``notBefore`` on; 0 for none.
    var next: Int64 = 0
    var notBefore: UInt32 = 0
    var ceiling: Int64 = 300_000
    var count: UInt8 = 5
    /// Days from today.
    var days: Int64 = 60
  }

  /// Gives the line a reserve, in a completion of its own.
  func grant(_ application: PayoutApplication, _ grant: Grant = Grant()) async throws {
    let spent = try await application.session.status().spent.first { $0.line == Self.line }?.spent ?? 0
    let until = try authority.day(grant.days).yyyymmdd
    let order = try await completion(application) { order in
      order.lines.removeAll { $0.line == Self.line }
      order.lines.append(
        CompletionLine(
          line: Self.line, programme: 1, province: 79, status: .active, granted: spent + grant.available,
          nextGranted: grant.next == 0 ? 0 : spent + grant.next, notBefore: grant.notBefore))
      order.offlineCeiling = grant.ceiling
      order.offlineCount = grant.count
      order.offlineUntil = until
    }
    try await complete(application, order)
  }

  /// A payout that has to be refused with `status`, and leaves counter and totals as they were.
  func expectNoPayout(
    _ what: String, _ application: PayoutApplication, _ order: PayoutOrder,
    _ status: StatusWord = .conditionsNotSatisfied
  ) async throws {
    let before = try await application.session.status()
    try expect(
      "AUTHORISE PAYOUT, \(what)", try await application.authorise(order.bytes, p1: order.mode.rawValue), status)
    try expectEqual("GET PAYOUT STATUS, \(what)", try await application.session.status(), before)
  }
}
