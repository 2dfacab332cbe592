import CardCrypto
import Foundation
import Ledger

@testable import LedgerStore

/// A repeatable generator (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
    return mixed ^ mixed >> 31
  }

  mutating func bytes(_ count: Int) -> [UInt8] { (0..<count).map { _ in UInt8.random(in: 0...255, using: &self) } }
}

/// People, cards and points that the tests share.
enum World {
  /// 5 November 2026, 10:00 in Vietnam.
  static let now: Int64 = 1_793_847_600_000
  /// Its day.
  static let today: Int32 = 20_261_105
  static let social19 = AccountingUnit(provincial: .socialInsurance, provinceCode: "19")
  static let social01 = AccountingUnit(provincial: .socialInsurance, provinceCode: "01")
  static let home19 = AccountingUnit(provincial: .homeAffairs, provinceCode: "19")
  static let pension = Funder(kind: .pensionSurvivorFund, provinceCode: "19")
  static let local19 = Funder(kind: .localBudget, provinceCode: "19")

  static func person(_ number: Int) -> PersonIdentity {
    PersonIdentity(personalID: "0190\(10_000_000 + number)", name: "Nguyễn Thị \(number)", birthDate: "1950")
  }

  static func card(_ number: Int) -> String { "970419" + String(1_000_000_000 + number) }

  static func registration(
    card: Int, person: Int, replaces: Int? = nil, kind: CardActKind = .replacedLost, maker: String = "Nguyễn A",
    checker: String = "Lê B"
  ) -> LedgerCommand {
    .registerCard(
      CardRegistration(
        card: self.card(card), person: self.person(person), certificate: [0x30, UInt8(card & 255)],
        publicKey: [UInt8](repeating: 4, count: 65),
        replaces: replaces.map {
          CardReplacement(
            card: self.card($0), kind: kind, reason: "mất", maker: maker, checker: checker, office: "CQ-19")
        }))
  }

  static func act(
    _ kind: CardActKind, card: Int = 1, maker: String = "Nguyễn A", checker: String = "", reason: String = "báo mất"
  ) -> LedgerCommand {
    .actOnCard(
      CardAct(card: self.card(card), kind: kind, reason: reason, maker: maker, checker: checker, office: "CQ-19"))
  }

  static func pinRecord(
    _ act: PINRecord.Act = .set, card: Int = 1, maker: String = "Nguyễn A", checker: String = ""
  ) -> LedgerCommand {
    .recordPIN(
      PINRecord(
        card: self.card(card), act: act, terminal: "VN79T0000100001", maker: maker, checker: checker, office: "CQ-19",
        actedAt: now / 1_000))
  }

  static func terminalPoint(_ number: Int) -> [UInt8] { [4] + [UInt8](repeating: UInt8(number), count: 64) }

  static func terminalKey(_ number: Int) -> [UInt8] { Digest.sha256.hash(terminalPoint(number)) }

  static func terminal(_ number: Int, agent: String = "BD01", province: String = "19") -> LedgerCommand {
    .registerTerminal(
      TerminalRegistration(
        keyHash: terminalKey(number), publicKey: terminalPoint(number), agent: agent, point: "P\(number)",
        province: province, commune: "05443"))
  }

  static func period(_ yyyymm: Int32 = 202_611) -> Period {
    guard let period = Period(yyyymm: yyyymm) else { preconditionFailure("not a month") }
    return period
  }

  static func row(
    _ person: Int, _ amount: Int64, period: Int32 = 202_611, unit: AccountingUnit = social19,
    funder: Funder = pension, programme: UInt16 = 1, kind: ItemKind = .regular, excluded: [UInt16] = [],
    point: String = "", round: Int = 1, deceased: Int? = nil, window: (Int32, Int32)? = nil,
    excluding: [ItemExclusion] = [], most: Int64? = nil, spell: ItemSpell? = nil
  ) -> ItemRow {
    ItemRow(
      person: self.person(person), programme: programme, period: self.period(period), amount: amount, unit: unit,
      funder: funder, homeProvince: unit.provinceCode, kind: kind, point: point,
      excluded: excluded.map { ItemExclusion($0) } + excluding, round: round,
      deceased: deceased.map { self.person($0).personalID } ?? "",
      window: window.flatMap { ItemWindow(first: self.period($0), last: self.period($1)) }, most: most,
      spell: spell)
  }

  /// The commands that make person 1 with card 1, line 1 and 3,000,000 đ open; terminal 1 in 19 and 2 in 01.
  static let ready: [LedgerCommand] =
    [
      .registerAgent(AgentRegistration(agent: "BD01", onlineLimit: 5_000_000)),
      terminal(1), terminal(2, province: "01"), registration(card: 1, person: 1),
      .fund(Funding(unit: social19, funder: pension, amount: 100_000_000, reference: "UNC 1", hands: World.hands())),
      .topUpAgent(AgentTopUp(agent: "BD01", unit: social19, funder: pension, amount: 1_000_000, hands: World.hands())),
      .importItems(ItemImport(wholeList: "T11", rows: [row(1, 3_000_000)], maker: "Nguyễn A")),
    ] + approved("T11") + [.creditCycle(CycleCredit(list: "T11"))]

  /// A list of maker Nguyễn A checked and approved.
  static func approved(_ list: String) -> [LedgerCommand] {
    [.checkList(ListHand(list: list, actor: "Lê B")), .approveCycle(ListHand(list: list, actor: "Lê B"))]
  }

  static func id(_ number: Int) -> [UInt8] {
    [UInt8](repeating: 0, count: 8) + withUnsafeBytes(of: number.bigEndian) { Array($0) }
  }

  static func posting(
    _ number: Int, card: Int = 1, counter: UInt32, previous: [UInt8]? = nil, parts: [PayoutAllocation],
    terminal: Int = 1, province: String = "19", mode: PayoutMode = .online, salt: UInt8 = 0
  ) -> PayoutPosting {
    let certificate = Array("\(number) \(card) \(counter) \(salt)".utf8) + [UInt8](repeating: salt, count: 300)
    return PayoutPosting(
      transactionID: id(number), card: self.card(card), counter: counter,
      identity: Digest.sha256.hash(certificate), certificate: certificate,
      previous: previous ?? [UInt8](repeating: 0, count: 32), allocations: parts, terminal: terminalKey(terminal),
      hostProvince: province, commune: "05443", mode: mode, terminalTime: now / 1_000, challenge: .validUntil(.max))
  }

  static func part(_ amount: Int64, line: UInt32 = 1, period: Int32 = 202_611, fromReserve: Int64 = 0)
    -> PayoutAllocation
  {
    PayoutAllocation(line: line, period: self.period(period), amount: amount, fromReserve: fromReserve)
  }

  static func record(_ number: Int, _ verdict: TerminalVerdict, terminal: Int = 1, salt: UInt8 = 0) -> LedgerCommand {
    .terminalRecord(
      TerminalRecord(
        transactionID: id(number), verdict: verdict, record: [verdict.rawValue, salt], signature: [1, 2],
        terminal: terminalKey(terminal)))
  }

  /// What the tests call evidence: the certificate hashes to its identity.
  static func verify(_ payout: StoredPayout) -> Bool {
    Digest.sha256.hash(payout.facts.certificate) == payout.facts.identity && payout.cardKey.count == 65
      && payout.terminalKey.count == 65 && payout.allocations.map(\.amount).reduce(0, +) == payout.facts.amount
      && payout.record.map { $0.transactionID == payout.facts.transactionID } ?? true
  }

  static func request(
    _ key: String, _ command: LedgerCommand, payload: UInt8 = 0, at time: Int64 = now
  ) -> LedgerRequest {
    LedgerRequest(
      idempotencyKey: key, payloadHash: [UInt8](repeating: payload, count: 32), command: command, receivedAt: time
    ) { outcome in
      (outcome.refusal == nil ? 200 : 422, Array("\(key): \(outcome)".utf8))
    }
  }
}

/// A folder that is removed at the end of the test.
final class Scratch: Sendable {
  let path: String

  init() {
    path = FileManager.default.temporaryDirectory.path + "/ledger-" + UUID().uuidString
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  func options(vfs: String? = nil, synchronous: SQLiteLedgerStore.Options.Synchronous = .full)
    -> SQLiteLedgerStore.Options
  {
    var options = SQLiteLedgerStore.Options(clock: { World.now }, random: { UInt64.random(in: .min ... .max) })
    options.vfs = vfs
    options.synchronous = synchronous
    return options
  }

  func open() throws -> SQLiteLedgerStore { try SQLiteLedgerStore(folder: path, options: options()) }
}

/// A card's certificates, each naming the one before.
struct CardChain: Sendable {
  let card: Int
  private var counter: UInt32 = 0
  private var previous = [UInt8](repeating: 0, count: 32)

  init(card: Int) { self.card = card }

  /// The card's next payout; its key and transaction are the card's number and the counter.
  mutating func next(_ parts: [PayoutAllocation], terminal: Int = 1) -> LedgerRequest {
    counter += 1
    let posting = World.posting(
      number, card: card, counter: counter, previous: previous, parts: parts, terminal: terminal)
    previous = posting.identity
    return World.request("pay \(number)", .payout(posting))
  }

  /// Number of the newest one's transaction.
  var number: Int { card * 100_000 + Int(counter) }
}
