import AsyncHTTPClient
import CardCrypto
import Foundation
import Ledger
import LedgerStore
import NIOCore
import PayoutPoint
import ServiceAPI
import Synchronization
import TransactionService
import VietnamReference

/// Verified, fsynced payouts a second through `ansinh serve` in a process of its own, beside what this machine can do.
struct BenchServe: Sendable {
  let cards: Int
  let seconds: Int
  let connections = BenchNation.terminals
  /// Told each figure as it is measured: what comes after it can take a quarter of an hour in a country of millions.
  let tell: @Sendable (Figure) -> Void

  /// Measures on the country in `folder`, which is made when there is none.
  func run(folder: String, progress: @escaping @Sendable (Int) -> Void) async throws -> BenchReport {
    let openssl = try OpenSSLSpeed.verifications(processes: 2, seconds: min(seconds, 5))
    let single = try OpenSSLSpeed.verifications(processes: 1, seconds: min(seconds, 5))
    // A quarter of the verifications is more than any service could take: no connection may run out.
    let count = min(Int(openssl * 0.25) * (seconds + 4 * part) + 2_000, cards * 900)
    guard let month = Clock.today.flatMap({ Period(yyyymm: Int32($0.year * 100 + $0.month)) }) else {
      throw BenchError.impossible
    }
    // The version of what is in it, and the month that is paid.
    let content = "2 \(month.yyyymm) \(cards)"
    let used = try take(count, folder, filled: content)
    let state = folder + "/state"
    let home = StateHome(path: state)
    try home.make(home.centre)
    let nation = BenchNation(cards: cards)
    let filling = ContinuousClock.now
    if !FileManager.default.fileExists(atPath: folder + "/filled") {
      // A country of millions takes an hour to make: what was made before an interruption is gone on with.
      try Data(content.utf8).write(to: URL(fileURLWithPath: folder + "/filling"))
      let store = try SQLiteLedgerStore(folder: home.centre, clock: { Clock.milliseconds })
      try await nation.fill(store, month: month, progress: progress)
      await store.close()
      try Data(content.utf8).write(to: URL(fileURLWithPath: folder + "/filled"))
    }
    let filled = (ContinuousClock.now - filling).milliseconds / 1_000
    try await warm(home.centre)
    let payouts = BenchPayouts(
      nation: nation, firstLine: 1, month: UInt32(month.yyyymm),
      keys: try CentreKeys(path: home.centre + "/centre.keys"), used: used)
    var figures = try await measure(home, try BenchSettings(centre: home.centre), payouts, count, openssl: openssl)
    figures += try await audited(home.centre, single: single)
    figures.append(Figure("Lập đất nước mẫu", "Making the country", unit: "s", [filled]))
    return BenchReport(
      subject: BilingualText(
        vi: "Chi trả qua “ansinh serve”: \(cards) thẻ, \(connections) kết nối, chữ ký làm trước, \(seconds) s.",
        en: "Payouts through “ansinh serve”: \(cards) cards, \(connections) connections, pre-signed, \(seconds) s."),
      figures: figures,
      limits: [
        Figure(
          "openssl speed -multi 2, kiểm chữ ký P-256", "openssl speed -multi 2, P-256 verifications",
          unit: "1/s", [openssl]),
        Figure("openssl speed, một nhân", "openssl speed, one core", unit: "1/s", [single]),
      ] + (try MachineLimits.cryptography()) + [try MachineLimits.disk(folder)]
        + PostgreSQLSpeed.figures(beside: folder, clients: connections, seconds: min(seconds, 10)))
  }

  /// A country of millions that was kept is on the disk alone: what is measured is not how it comes into memory.
  private func warm(_ centre: String) async throws {
    let store = try SQLiteLedgerStore(folder: centre, clock: { Clock.milliseconds })
    store.warm()
    await store.warmed()
    await store.close()
  }

  /// Seconds of each phase beside the full load.
  private var part: Int { max(seconds / 4, 5) }

  /// Takes the next `count` payouts of a country that is kept; how many earlier runs took. A card's certificate names
  /// its last, which nobody kept: once every card has paid, the country is made anew, and so is one that is `filled`
  /// otherwise.
  private func take(_ count: Int, _ folder: String, filled: String) throws -> Int {
    let path = folder + "/used"
    var used = (try? String(contentsOfFile: path, encoding: .utf8)).flatMap { Int($0) } ?? 0
    let isOther = !["filled", "filling"].contains { name in
      (try? String(contentsOfFile: folder + "/" + name, encoding: .utf8)) == filled
    }
    if isOther || (used > 0 && used + count > cards) {
      for name in ["state", "filled", "filling"] where FileManager.default.fileExists(atPath: folder + "/" + name) {
        try FileManager.default.removeItem(atPath: folder + "/" + name)
      }
      used = 0
    }
    if !FileManager.default.fileExists(atPath: folder + "/filled") { used = 0 }
    try Data(String(used + count).utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    return used
  }

  private func measure(
    _ home: StateHome, _ settings: BenchSettings, _ payouts: BenchPayouts, _ count: Int, openssl: Double
  ) async throws -> [Figure] {
    var load = BenchLoad(
      queues: try await payouts.prepare(count), identities: try settings.identities(), settings: settings)
    var figures: [Figure] = []
    let owner = try BenchSettings.token(BenchNation.owner, centre: home.centre)
    let inspector = try BenchSettings.token(BenchNation.inspector, centre: home.centre)
    try await serving(home) { server in
      figures += tell(try await load.lone(server))
      figures += tell(try await load.full(server, seconds: seconds, openssl: openssl))
      figures += tell(try await load.crowded(server, seconds: part, openssl: openssl))
      figures += tell(try await credited(server, try settings.client(owner, port: server.port), &load))
      figures += tell(try await watched(server, try settings.client(inspector, port: server.port), &load))
      server.kill()
    }
    // What a start after a crash takes: until it listens.
    let start = ContinuousClock.now
    try await serving(home, options: ["--commit-delay", "4"]) { server in
      let started = (ContinuousClock.now - start).milliseconds / 1_000
      figures += tell([Figure("Chạy lại sau khi bị giết", "Start after a crash", unit: "s", [started])])
      let delayed = try await load.run(server, seconds: part)
      figures += tell(BenchLoad.figures("mỗi lần ghi chậm thêm 4 ms", "with 4 ms more for each commit", delayed))
    }
    return figures
  }

  private func tell(_ figures: [Figure]) -> [Figure] {
    for figure in figures { tell(figure) }
    return figures
  }

  private func serving(
    _ home: StateHome, options: [String] = [], _ body: (ServeProcess) async throws -> Void
  ) async throws {
    let server = try ServeProcess(state: home.path, options: options)
    do {
      try await body(server)
      server.stop()
    } catch {
      server.kill()
      throw error
    }
  }

  /// Payouts while lists are credited, chunk after chunk.
  private func credited(
    _ server: ServeProcess, _ client: ServiceClient, _ load: inout BenchLoad
  ) async throws -> [Figure] {
    let lists = BenchNation(cards: cards).openLists
    let (result, rate) = try await beside(client, server, &load) { isOver in
      var items = 0
      let start = ContinuousClock.now
      for list in lists {
        var remaining = 1
        while remaining > 0, !isOver() {
          let answer = try await client.post(
            "/v1/payment-lists/\(list)/credits", key: UUID().uuidString, [String](), CreditAnswer.self)
          remaining = answer.remaining
          items += answer.items
        }
      }
      // A load beside nothing must not be called one beside credits.
      guard isOver() else { return 0 }
      return Double(items) / ((ContinuousClock.now - start).milliseconds / 1_000)
    }
    guard rate > 0 else { return [] }
    return BenchLoad.figures("khi ghi có danh sách", "while lists are credited", result)
      + [Figure("— ghi có", "— credits", unit: "1/s", [rate])]
  }

  /// A load while `body` works with `client`, until that is told that the load is over.
  private func beside(
    _ client: ServiceClient, _ server: ServeProcess, _ load: inout BenchLoad,
    _ body: @escaping @Sendable (_ isOver: @escaping @Sendable () -> Bool) async throws -> Double
  ) async throws -> (LoadResult, Double) {
    let isOver = Atomic<Bool>(false)
    do {
      async let figure = body { isOver.load(ordering: .relaxed) }
      let result = try await load.run(server, seconds: part)
      isOver.store(true, ordering: .relaxed)
      let value = try await figure
      await client.shutdown()
      return (result, value)
    } catch {
      await client.shutdown()
      throw error
    }
  }

  /// Payouts while the books are audited, again and again; an audit that outlasts the load is left.
  private func watched(
    _ server: ServeProcess, _ client: ServiceClient, _ load: inout BenchLoad
  ) async throws -> [Figure] {
    let (result, audits) = try await beside(client, server, &load) { isOver in
      var audits = 0.0
      while try await isAudited(client, before: isOver) { audits += 1 }
      return audits
    }
    return BenchLoad.figures("khi kiểm toán", "while the books are audited", result)
      + [Figure("— lần kiểm toán xong", "— audits done", unit: "", [audits])]
  }

  /// Whether an audit comes to its end before the load does.
  private func isAudited(_ client: ServiceClient, before isOver: @escaping @Sendable () -> Bool) async throws -> Bool {
    try await withThrowingTaskGroup { group in
      group.addTask {
        let answer = try await client.get("/v1/audit", AuditAnswer.self, timeoutSeconds: 3_600)
        guard answer.problemCount == 0 else { throw BenchError.refused("\(answer.problems)") }
        return true
      }
      group.addTask {
        while !isOver() { try await Task.sleep(for: .milliseconds(20)) }
        return false
      }
      defer { group.cancelAll() }
      return try await group.next() ?? false
    }
  }

  /// The audit of everything that was paid, with nobody paying.
  private func audited(_ centre: String, single: Double) async throws -> [Figure] {
    let store = try SQLiteLedgerStore(folder: centre, clock: { Clock.milliseconds })
    let start = ContinuousClock.now
    let report: AuditReport
    do {
      report = try await store.audit(alone: true) { PayoutEvidence.verifies($0) }
    } catch {
      await store.close()
      throw error
    }
    await store.close()
    let took = (ContinuousClock.now - start).milliseconds / 1_000
    guard report.isClean else { throw BenchError.refused("\(report.problems.prefix(3))") }
    let rate = Double(report.payouts) / took
    return [
      Figure(
        "Kiểm toán bằng hai luồng, lần chi mỗi giây", "Audit on two threads, payouts a second", unit: "1/s", [rate]),
      Figure("— so với openssl speed, một nhân", "— of openssl speed, one core", unit: "×", [rate / single]),
    ]
  }
}

/// The service's metrics at one time.
struct MetricsPage: Sendable {
  private let values: [String: Double]

  init(port: Int) async throws {
    let request = HTTPClientRequest(url: "http://127.0.0.1:\(port)/metrics")
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
    let body = try await response.body.collect(upTo: 1 << 20)
    var values: [String: Double] = [:]
    for line in String(buffer: body).split(separator: "\n") where !line.hasPrefix("#") {
      guard let space = line.lastIndex(of: " ") else { continue }
      values[String(line[..<space])] = Double(line[line.index(after: space)...])
    }
    self.values = values
  }

  subscript(name: String) -> Double { values[name] ?? 0 }

  /// Mean of what a histogram took in between two pages.
  static func mean(_ name: String, _ labels: String, _ before: MetricsPage, _ after: MetricsPage) -> Double {
    let set = labels.isEmpty ? "" : "{\(labels)}"
    let count = after["ansinh_\(name)_count\(set)"] - before["ansinh_\(name)_count\(set)"]
    let sum = after["ansinh_\(name)_sum\(set)"] - before["ansinh_\(name)_sum\(set)"]
    return count > 0 ? sum / count : 0
  }
}
