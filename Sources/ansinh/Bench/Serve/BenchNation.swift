import CardApplication
import CardCrypto
import Foundation
import Ledger
import LedgerStore
import VietnamReference

/// A made-up country for `bench serve`: people with a card and a month's money each, in a centre's real store.
///
/// Everything about a person follows from a number, keys included, so that a country of millions can be kept in a
/// folder and measured again without a list of its keys.
struct BenchNation: Sendable {
  let cards: Int
  /// Đồng that everybody is owed: many small payouts fit into it.
  static let owed: Int64 = 100_000_000
  static let programme: UInt16 = 0x0001
  static let agent = "VNPOST"
  static let issuerName = "Văn phòng thẻ đo tốc độ"
  private static let chunk = 1_000
  private static let chunksABatch = 4

  /// Provinces in which terminals stand, two in each.
  static let provinces: [String] =
    Clock.today.map { today in
      Array(ProvinceRegister.embedded.current(on: today).map(\.code).sorted().prefix(terminals / 2))
    } ?? []
  /// One for each connection.
  static let terminals = 64

  static func personalID(_ number: Int) -> String {
    // 999,999 women born in each year from 1952 on.
    let digits = String(number % 1_000_000)
    return "0031\(52 + number / 1_000_000)" + String(repeating: "0", count: 6 - digits.count) + digits
  }

  static func number(_ card: Int) throws -> CardNumber {
    guard let number = CardNumber(sequence: UInt64(card + 1)) else { throw BenchError.impossible }
    return number
  }

  /// A card's payout key: made of its number alone, so good for nothing but this.
  static func key(card: Int) throws -> ECPrivateKey { try key("card \(card)") }

  static func key(terminal: Int) throws -> ECPrivateKey { try key("terminal \(terminal)") }

  private static func key(_ name: String) throws -> ECPrivateKey { try ECPrivateKey(.p256, scalar: scalar(name)) }

  private static func scalar(_ name: String) -> SecretBytes {
    SecretBytes(Digest.sha256.hash(Array("ansinh bench serve \(name)".utf8)))
  }

  /// Where a card is at home, as a place in ``provinces``.
  func home(card: Int) -> Int { card * Self.provinces.count / max(cards, 1) }

  static func unit(_ province: Int) -> AccountingUnit {
    AccountingUnit(provincial: .socialInsurance, provinceCode: provinces[province])
  }

  /// Fills a store, or goes on where an earlier filling was interrupted; `progress` is told of the people done.
  func fill(_ store: SQLiteLedgerStore, month: Period, progress: @Sendable (Int) -> Void) async throws {
    let mould = try Self.mould()
    try await Self.apply(
      store,
      [("agent", .registerAgent(AgentRegistration(agent: Self.agent, onlineLimit: Money.highestAmount)))]
        + (0..<Self.terminals).map { ("terminal \($0)", try Self.terminal($0)) })
    let batch = Self.chunk * Self.chunksABatch
    let ranges = try stride(from: 0, to: cards, by: batch).map { $0..<min($0 + batch, cards) }.drop { range in
      // A batch is in the ledger whole or not at all; the rows come after the cards.
      try range.upperBound < cards && store.payoutKey(card: Self.number(range.upperBound).digits) != nil
    }
    var made = try await registrations(ranges.first ?? 0..<0, mould)
    for (place, range) in zip(ranges.indices, ranges) {
      let following = place + 1 < ranges.endIndex ? ranges[place + 1] : 0..<0
      // The next ones are made while these are written.
      async let next = registrations(following, mould)
      if try store.payoutKey(card: Self.number(range.lowerBound).digits) == nil { try await Self.apply(store, made) }
      try await Self.apply(
        store,
        try stride(from: range.lowerBound, to: range.upperBound, by: Self.chunk).map { start in
          let rows = try (start..<min(start + Self.chunk, range.upperBound)).map { try row($0, month) }
          return ("rows \(start)", .importItems(ItemImport(list: "BENCH", first: Int64(start + 1), rows: rows)))
        })
      made = try await next
      progress(range.upperBound)
    }
    try await approve(store, "BENCH")
    try await credit(store)
    try await listsToCredit(store, before: month)
    try await officials(store)
  }

  /// Lists of earlier months that are approved and not credited yet.
  var openLists: [String] { (1...max(1, min(40, 400_000 / cards))).map { "BENCH-\($0)" } }

  private func listsToCredit(_ store: SQLiteLedgerStore, before month: Period) async throws {
    var month = month
    // Of a country of millions a part will do: what is measured is what a chunk does to the payouts beside it.
    let people = min(cards, 200_000)
    for list in openLists {
      let before = month.yyyymm % 100 == 1 ? month.yyyymm - 89 : month.yyyymm - 1
      guard let earlier = Period(yyyymm: before) else { throw BenchError.impossible }
      month = earlier
      try await Self.apply(
        store,
        try stride(from: 0, to: people, by: Self.chunk).map { start in
          let rows = try (start..<min(start + Self.chunk, people)).map { try row($0, month) }
          return ("rows \(list) \(start)", .importItems(ItemImport(list: list, first: Int64(start + 1), rows: rows)))
        })
      try await approve(store, list)
    }
  }

  /// Who credits lists and who audits, while others pay.
  static let owner = "bench owner"
  static let inspector = "bench inspector"

  private func officials(_ store: SQLiteLedgerStore) async throws {
    let administrator = "bench administrator"
    let roles: [(String, Role)] = [
      (administrator, .administrator), (Self.inspector, .inspector), (Self.owner, .programmeOwner),
    ]
    try await Self.apply(
      store,
      roles.map { official, role in
        let hands = ActHands(
          maker: official == administrator ? "bench 3" : administrator,
          checker: role == .programmeOwner ? Self.inspector : "bench 4", office: "bench", reason: "bench")
        return (
          "staff \(official)",
          .actOnStaff(StaffAct(official: official, role: role, kind: .staffAppointed, hands: hands))
        )
      })
  }

  private func approve(_ store: SQLiteLedgerStore, _ list: String) async throws {
    let people = list == "BENCH" ? cards : min(cards, 200_000)
    let seal = ListSeal(list: list, items: Int64(people), amount: Int64(people) * Self.owed, maker: "bench")
    try await Self.apply(store, [("seal \(list)", .sealList(seal))])
    for total in try await store.totals(list: list) {
      let funding = Funding(
        unit: total.unit, funder: total.funder, amount: total.amount, reference: list,
        hands: ActHands(maker: "bench", checker: "bench 2", office: "bench", reason: "bench"))
      try await Self.apply(store, [("fund \(list) \(total.unit.text)", .fund(funding))])
    }
    let hand = ListHand(list: list, actor: "bench 2")
    try await Self.apply(store, [("check \(list)", .checkList(hand)), ("approve \(list)", .approveCycle(hand))])
  }

  private func credit(_ store: SQLiteLedgerStore) async throws {
    let chunks = (cards + Self.chunk - 1) / Self.chunk
    for first in stride(from: 0, to: chunks, by: Self.chunksABatch) {
      try await Self.apply(
        store,
        (first..<min(first + Self.chunksABatch, chunks)).map {
          ("credit \($0)", .creditCycle(CycleCredit(list: "BENCH")))
        })
    }
  }

  private static func terminal(_ number: Int) throws -> LedgerCommand {
    let point = try key(terminal: number).publicKey.point
    let province = provinces[number / 2]
    return .registerTerminal(
      TerminalRegistration(
        keyHash: Digest.sha256.hash(point), publicKey: point, agent: agent, point: "BD-\(province)-00\(number % 2 + 1)",
        province: province, commune: "05443"))
  }

  private static func mould() throws -> CertificateMould {
    let number = try number(0)
    return try CertificateMould(
      CertificateRequest(
        subject: number.digits, serial: [1] + number.bytes, publicKey: try key(card: 0).publicKey,
        notBefore: Clock.seconds - 300, notAfter: Clock.seconds + 3_660 * 86_400, isAuthority: false),
      issuerName: issuerName, issuer: try key("issuer"))
  }

  /// Cards with real keys and certificates, made by two workers.
  private func registrations(
    _ range: Range<Int>, _ mould: CertificateMould
  ) async throws -> [(key: String, command: LedgerCommand)] {
    let middle = range.lowerBound + range.count / 2
    async let first = Self.registrations(range.lowerBound..<middle, mould)
    async let second = Self.registrations(middle..<range.upperBound, mould)
    return try await first + second
  }

  private static func registrations(
    _ range: Range<Int>, _ mould: CertificateMould
  ) async throws -> [(key: String, command: LedgerCommand)] {
    let generator = try Curve.p256.generator
    return try range.map { card in
      let number = try number(card)
      // The point alone: OpenSSL takes longer to make a key of it.
      let point = try Curve.p256.multiply(generator, by: scalar("card \(card)"))
      let certificate = try mould.certificate(number: number, serial: [1] + number.bytes, point: point)
      let registration = CardRegistration(
        card: number.digits, person: person(card), certificate: certificate, publicKey: point)
      return ("cards/\(number.digits)", .registerCard(registration))
    }
  }

  private static func person(_ card: Int) -> PersonIdentity {
    PersonIdentity(personalID: personalID(card), name: "Nguyễn Thị Hòa", birthDate: "1952-05-17")
  }

  private func row(_ card: Int, _ month: Period) throws -> ItemRow {
    let province = home(card: card)
    return ItemRow(
      person: Self.person(card), programme: Self.programme, period: month, amount: Self.owed,
      unit: Self.unit(province), funder: Funder(kind: .pensionSurvivorFund, provinceCode: "VN"),
      homeProvince: Self.provinces[province], point: "BD-\(Self.provinces[province])-001")
  }

  private static func apply(
    _ store: SQLiteLedgerStore, _ commands: [(key: String, command: LedgerCommand)]
  ) async throws {
    let requests = commands.map { key, command in
      LedgerRequest(
        idempotencyKey: key, payloadHash: [UInt8](repeating: 0, count: 32), command: command,
        receivedAt: Clock.milliseconds
      ) { _ in (200, []) }
    }
    for answer in try await store.apply(requests) {
      guard try answer.get().outcome.refusal == nil else { throw BenchError.impossible }
    }
  }
}
