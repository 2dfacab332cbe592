import Foundation
import Ledger
import LedgerStore
import VietnamReference

/// A month's lists through the ledger's real store, fsync on: recorded, sealed, approved, credited; then what a counter
/// asks for about one person.
struct BenchCycle: Sendable {
  let items: Int
  /// Chunks of 1,000 items that one transaction, with one sync, takes.
  static let chunksABatch = 8
  private static let chunk = 1_000

  /// A programme of each pillar, by its wire code, with whose book and whose money.
  private static let pillars: [(programme: UInt16, unit: AccountingUnit.Kind, funder: FunderKind)] = [
    (0x0001, .socialInsurance, .pensionSurvivorFund), (0x0008, .socialInsurance, .unemploymentFund),
    (0x0020, .commune, .localBudget), (0x0030, .homeAffairs, .centralBudget), (0x0050, .commune, .centralBudget),
    (0x0060, .socialInsurance, .healthFund),
  ]
  private static let provinces =
    Clock.today.map { today in ProvinceRegister.embedded.current(on: today).map(\.code).sorted() } ?? ["01"]

  func run(folder: String) async throws -> BenchReport {
    let limits = try MachineLimits.cryptography() + [MachineLimits.disk(folder)]
    var figures = try await commune(folder + "/commune")
    figures += try await country(folder + "/country")
    return BenchReport(
      subject: BilingualText(
        vi: "\(items) khoản, \(Self.provinces.count) tỉnh, sáu trụ cột; kho SQLite thật, fsync bật, "
          + "\(Self.chunksABatch) × 1.000 khoản mỗi giao dịch.",
        en: "\(items) items, \(Self.provinces.count) provinces, six pillars; the real SQLite store, fsync on, "
          + "\(Self.chunksABatch) × 1,000 items a transaction."), figures: figures, limits: limits)
  }

  /// One commune's list, row by row through the reader, HTTP and the store.
  private func commune(_ folder: String) async throws -> [Figure] {
    let home = StateHome(path: folder)
    try home.make(folder)
    let rows = (0..<5_000).map { number in
      "\(Self.personalID(number)),Nguyễn Thị Hòa,17/05/1952,BTXH-KT1,2026-11,\(1_000_000 + number),NSDP,XA-19-05443,19,"
        + "BD-19-001\r\n"
    }
    let header = "so_dinh_danh,ho_ten,ngay_sinh,chuong_trinh,ky,so_tien,nguon,don_vi,tinh,diem_chi\r\n"
    let path = folder + "/xa.csv"
    try Data((header + rows.joined()).utf8).write(to: URL(fileURLWithPath: path))
    let seconds = try await CentreAccess.with(home, sampleData: true) { client in
      let start = ContinuousClock.now
      let file = try ListFile(path, sampleData: true)
      _ = try await ImportFlow(client: client, options: ImportOptions(maker: "bench", sampleData: true)).run(file)
      return (ContinuousClock.now - start).milliseconds / 1_000
    }
    return [Figure("Nhập danh sách xã 5.000 dòng", "Importing a commune's list of 5,000", unit: "s", [seconds])]
  }

  private static func personalID(_ number: Int) -> String {
    // 999,999 women born in each year from 1952 on.
    let digits = String(number % 1_000_000)
    return "0031\(52 + number / 1_000_000)" + String(repeating: "0", count: 6 - digits.count) + digits
  }

  private func row(_ number: Int, _ period: Period) -> ItemRow {
    let pillar = Self.pillars[number % Self.pillars.count]
    // In the order of provinces, as lists come in.
    let province = Self.provinces[number * Self.provinces.count / max(items, 1)]
    let unit =
      pillar.unit == .commune
      ? AccountingUnit(text: "XA-\(province)-\(10_000 + number % 97)")
      : AccountingUnit(provincial: pillar.unit, provinceCode: province)
    return ItemRow(
      person: PersonIdentity(personalID: Self.personalID(number), name: "Nguyễn Thị Hòa", birthDate: "1952-05-17"),
      programme: pillar.programme, period: period, amount: Int64(500_000 + number % 1_000),
      unit: unit ?? AccountingUnit(provincial: .health, provinceCode: province),
      funder: Funder(kind: pillar.funder, provinceCode: province), homeProvince: province, point: "BD-\(province)-001")
  }

  private func country(_ folder: String) async throws -> [Figure] {
    guard let period = Period(yyyymm: 202_611) else { throw BenchError.impossible }
    let store = try SQLiteLedgerStore(folder: folder, clock: { Clock.milliseconds })
    do {
      let importing = try await seconds { try await self.importAll(store, period) }
      try await approve(store)
      Memory.resetPeak()
      let crediting = try await seconds { try await self.creditAll(store) }
      let peak = Memory.peakMebibytes
      let page = try await pages(store)
      await store.close()
      return [
        Figure("Ghi nhận khoản mỗi giây", "Items recorded a second", unit: "1/s", [Double(items) / importing]),
        Figure("Ghi có toàn bộ", "Crediting them all", unit: "s", [crediting]),
        Figure("— khoản mỗi giây", "— items a second", unit: "1/s", [Double(items) / crediting]),
        Figure("— bộ nhớ cao nhất", "— peak memory", unit: "MiB", [peak]),
        Figure("Trang của một người: khoản hưởng, phải trả, lịch sử", "A person's page: lines, items, history", page),
      ]
    } catch {
      await store.close()
      throw error
    }
  }

  private func seconds(_ body: () async throws -> Void) async rethrows -> Double {
    let start = ContinuousClock.now
    try await body()
    return (ContinuousClock.now - start).milliseconds / 1_000
  }

  private func apply(_ store: SQLiteLedgerStore, _ commands: [(key: String, command: LedgerCommand)]) async throws {
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

  private func importAll(_ store: SQLiteLedgerStore, _ period: Period) async throws {
    var amount: Int64 = 0
    for first in stride(from: 0, to: items, by: Self.chunk * Self.chunksABatch) {
      var batch: [(key: String, command: LedgerCommand)] = []
      for start in stride(from: first, to: min(first + Self.chunk * Self.chunksABatch, items), by: Self.chunk) {
        let rows = (start..<min(start + Self.chunk, items)).map { row($0, period) }
        amount += rows.reduce(0) { $0 + $1.amount }
        batch.append(("i\(start)", .importItems(ItemImport(list: "BENCH", first: Int64(start + 1), rows: rows))))
      }
      try await apply(store, batch)
    }
    let seal = ListSeal(list: "BENCH", items: Int64(items), amount: amount, maker: "bench")
    try await apply(store, [("seal", .sealList(seal))])
  }

  private func approve(_ store: SQLiteLedgerStore) async throws {
    let hands = ActHands(maker: "bench", checker: "bench 2", office: "BENCH", reason: "bench")
    for total in try await store.totals(list: "BENCH") {
      let funding = Funding(
        unit: total.unit, funder: total.funder, amount: total.amount, reference: "BENCH", hands: hands)
      try await apply(store, [("f\(total.unit.text) \(total.funder.text)", .fund(funding))])
    }
    let hand = ListHand(list: "BENCH", actor: "bench 2")
    try await apply(store, [("check", .checkList(hand)), ("approve", .approveCycle(hand))])
  }

  private func creditAll(_ store: SQLiteLedgerStore) async throws {
    let chunks = (items + Self.chunk - 1) / Self.chunk
    for first in stride(from: 0, to: chunks, by: Self.chunksABatch) {
      try await apply(
        store,
        (first..<min(first + Self.chunksABatch, chunks)).map {
          ("c\($0)", .creditCycle(CycleCredit(list: "BENCH")))
        })
    }
  }

  /// Milliseconds for a person's page, of people from all over the list.
  private func pages(_ store: SQLiteLedgerStore) async throws -> [Double] {
    let count = min(items, 400)
    let cards = (0..<count).map { String(9_704_190_000_000_000 + $0) }
    for (index, card) in cards.enumerated() {
      let person = Self.personalID(index * (items / count))
      let registration = CardRegistration(
        card: card, person: PersonIdentity(personalID: person, name: "Nguyễn Thị Hòa", birthDate: "1952-05-17"),
        certificate: [0x30], publicKey: [UInt8](repeating: 4, count: 65))
      try await apply(store, [("card \(card)", .registerCard(registration))])
    }
    var times: [Double] = []
    for card in cards {
      let start = ContinuousClock.now
      guard let lines = try await store.lines(card: card), let open = try await store.payable(card: card),
        try await store.life(card: card) != nil, lines.count == 1, open.count == 1
      else { throw BenchError.impossible }
      times.append((ContinuousClock.now - start).milliseconds)
    }
    return times
  }
}

/// Memory of this process.
enum Memory {
  /// Begins a new peak (`proc(5)`, `clear_refs`); without effect where the kernel has none.
  static func resetPeak() { try? Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs")) }

  /// The highest resident size since then, MiB; 0 where the kernel tells none.
  static var peakMebibytes: Double {
    let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    let kibibytes = line?.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first.flatMap { Double($0) }
    return (kibibytes ?? 0) / 1_024
  }
}
