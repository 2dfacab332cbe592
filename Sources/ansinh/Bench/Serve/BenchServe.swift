import AsyncHTTPClient
import CardCrypto
import Foundation
import Ledger
import LedgerStore
import NIOCore
import PayoutPoint
import ServiceAPI
import TransactionService
import VietnamReference

/// Verified, fsynced payouts a second through `ansinh serve` in a process of its own, beside what this machine can do.
struct BenchServe: Sendable {
  let cards: Int
  let seconds: Int
  let connections = BenchNation.terminals

  /// Measures on the country in `folder`, which is made when there is none.
  func run(folder: String, progress: @escaping @Sendable (Int) -> Void) async throws -> BenchReport {
    let openssl = try OpenSSLSpeed.verifications(processes: 2, seconds: min(seconds, 5))
    let single = try OpenSSLSpeed.verifications(processes: 1, seconds: min(seconds, 5))
    // A third of the verifications is more than any service could take: no connection may run out.
    let count = min(Int(openssl * 0.33) * seconds + 2_000, cards * 900)
    let used = try take(count, folder)
    let state = folder + "/state"
    let home = StateHome(path: state)
    try home.make(home.centre)
    let nation = BenchNation(cards: cards)
    guard let month = Clock.today.flatMap({ Period(yyyymm: Int32($0.year * 100 + $0.month)) }) else {
      throw BenchError.impossible
    }
    let filling = ContinuousClock.now
    if !FileManager.default.fileExists(atPath: folder + "/filled") {
      let store = try SQLiteLedgerStore(folder: home.centre, clock: { Clock.milliseconds })
      try await nation.fill(store, month: month, progress: progress)
      await store.close()
      try Data(String(month.yyyymm).utf8).write(to: URL(fileURLWithPath: folder + "/filled"))
    }
    let filled = (ContinuousClock.now - filling).milliseconds / 1_000
    let payouts = BenchPayouts(
      nation: nation, firstLine: 1, month: UInt32(month.yyyymm),
      keys: try CentreKeys(path: home.centre + "/centre.keys"), used: used)
    let settings = try BenchSettings(centre: home.centre)
    let server = try ServeProcess(state: state)
    do {
      var figures = try await measure(server, settings, payouts, count, openssl: openssl)
      figures.append(Figure("Lập đất nước mẫu", "Making the country", unit: "s", [filled]))
      server.stop()
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
        ] + (try MachineLimits.cryptography()) + [try MachineLimits.disk(folder)])
    } catch {
      server.kill()
      throw error
    }
  }

  /// Takes the next `count` payouts of a country that is kept; how many earlier runs took. A card's certificate names
  /// its last, which nobody kept: once every card has paid, the country is made anew.
  private func take(_ count: Int, _ folder: String) throws -> Int {
    let path = folder + "/used"
    var used = (try? String(contentsOfFile: path, encoding: .utf8)).flatMap { Int($0) } ?? 0
    if used > 0, used + count > cards {
      for name in ["state", "filled"] where FileManager.default.fileExists(atPath: folder + "/" + name) {
        try FileManager.default.removeItem(atPath: folder + "/" + name)
      }
      used = 0
    }
    try Data(String(used + count).utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
    return used
  }

  private func measure(
    _ server: ServeProcess, _ settings: BenchSettings, _ payouts: BenchPayouts, _ count: Int, openssl: Double
  ) async throws -> [Figure] {
    let load = LoadGenerator(host: "127.0.0.1", port: server.port, identities: try settings.identities())
    let queues = try await payouts.prepare(count)
    let (lone, positions) = try await load.run([queues[0]], from: [0], for: .seconds(2))
    var starts = [Int](repeating: 0, count: queues.count)
    starts[0] = positions[0]
    let before = try await MetricsPage(port: settings.operations)
    let busy = server.processorSeconds
    let (full, _) = try await load.run(queues, from: starts, for: .seconds(seconds))
    let after = try await MetricsPage(port: settings.operations)
    let cpu = server.processorSeconds - busy
    guard full.failures == 0, lone.failures == 0 else {
      throw BenchError.refused(full.firstFailure + lone.firstFailure)
    }
    let paid = Double(full.latencies.count)
    var figures = [
      Figure("Lần chi mỗi giây", "Payouts a second", unit: "1/s", [full.rate]),
      Figure("— so với openssl speed -multi 2", "— of openssl speed -multi 2", unit: "×", [full.rate / openssl]),
      Figure("Trả lời", "Answer", full.latencies),
      Figure("— phân vị 99", "— 99th percentile", [full.percentile(0.99)]),
      Figure("Một mình", "A lone request", lone.latencies),
      Figure("CPU của dịch vụ cho mỗi lần chi", "The service's CPU a payout", unit: "µs", [cpu / paid * 1e6]),
      Figure("Bộ nhớ của dịch vụ", "The service's memory", unit: "MiB", [server.memory.highest]),
    ]
    for stage in ["parse", "verify", "queue", "apply", "sync", "answer"] {
      let mean = MetricsPage.mean("payout_stage_seconds", "stage=\"\(stage)\"", before, after)
      figures.append(Figure("— \(stage)", "— \(stage), mean", unit: "ms", [mean * 1_000]))
    }
    func busyTime(_ name: String) -> Double {
      (after["ansinh_\(name)_busy_seconds_total"] - before["ansinh_\(name)_busy_seconds_total"]) / paid * 1e6
    }
    figures.append(Figure("Ghi sổ, mỗi lần chi", "Writer in statements, a payout", unit: "µs", [busyTime("apply")]))
    figures.append(Figure("fsync, mỗi lần chi", "Writer in commits, a payout", unit: "µs", [busyTime("sync")]))
    let batch = MetricsPage.mean("batch_requests", "", before, after)
    figures.append(Figure("Yêu cầu mỗi lô", "Requests a batch", unit: "", [batch]))
    return figures
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
