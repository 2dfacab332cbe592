import Foundation
import NIOSSL

/// The payouts of a country as loads on its service, one load going on where the last one ended.
struct BenchLoad {
  private let queues: [RequestQueue]
  private let identities: [NIOSSLContext]
  private let settings: BenchSettings
  private var starts: [Int]

  init(queues: [RequestQueue], identities: [NIOSSLContext], settings: BenchSettings) {
    self.queues = queues
    self.identities = identities
    self.settings = settings
    starts = queues.map { _ in 0 }
  }

  /// A load on every connection, of which each terminal has so many.
  ///
  /// Throws when a payout was not paid.
  mutating func run(_ server: ServeProcess, seconds: Int, connections: Int = 1) async throws -> LoadResult {
    let load = LoadGenerator(host: "127.0.0.1", port: server.port, identities: identities)
    let (result, positions) = try await load.run(
      queues, from: starts, connections: connections, for: .seconds(seconds))
    starts = positions
    guard result.failures == 0 else { throw BenchError.refused(result.firstFailure) }
    return result
  }

  /// One connection that sends alone.
  mutating func lone(_ server: ServeProcess) async throws -> [Figure] {
    let load = LoadGenerator(host: "127.0.0.1", port: server.port, identities: identities)
    let (result, positions) = try await load.run([queues[0]], from: [starts[0]], for: .seconds(2))
    starts[0] = positions[0]
    guard result.failures == 0 else { throw BenchError.refused(result.firstFailure) }
    return [Figure("Một mình", "A lone request", result.latencies)]
  }

  /// The full load, and where the time of a payout goes.
  mutating func full(_ server: ServeProcess, seconds: Int, openssl: Double) async throws -> [Figure] {
    let before = try await MetricsPage(port: settings.operations)
    let (busy, own) = (server.processorSeconds, Self.processorSeconds)
    let full = try await run(server, seconds: seconds)
    let (cpu, generator) = (server.processorSeconds - busy, Self.processorSeconds - own)
    let after = try await MetricsPage(port: settings.operations)
    let paid = Double(full.latencies.count)
    var figures = [
      Figure("Lần chi mỗi giây", "Payouts a second", unit: "1/s", [full.rate]),
      Figure("— so với openssl speed -multi 2", "— of openssl speed -multi 2", unit: "×", [full.rate / openssl]),
      Figure("Trả lời", "Answer", full.latencies),
      Figure("— phân vị 99", "— 99th percentile", [full.percentile(0.99)]),
      Figure("CPU của dịch vụ cho mỗi lần chi", "The service's CPU a payout", unit: "µs", [cpu / paid * 1e6]),
      Figure("CPU của bên gửi cho mỗi lần chi", "The sender's CPU a payout", unit: "µs", [generator / paid * 1e6]),
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

  /// A pay day's crowd: as many payouts as the service comes to, whoever waits how long.
  mutating func crowded(_ server: ServeProcess, seconds: Int, openssl: Double) async throws -> [Figure] {
    let each = 4
    let result = try await run(server, seconds: seconds, connections: each)
    let count = queues.count * each
    return [
      Figure(
        "Lần chi mỗi giây, \(count) kết nối", "Payouts a second, \(count) connections", unit: "1/s", [result.rate]),
      Figure("— so với openssl speed -multi 2", "— of openssl speed -multi 2", unit: "×", [result.rate / openssl]),
      Figure("— phân vị 99", "— 99th percentile", [result.percentile(0.99)]),
    ]
  }

  /// What a load came to beside something else.
  static func figures(_ vi: String, _ en: String, _ result: LoadResult) -> [Figure] {
    [
      Figure("Lần chi mỗi giây, \(vi)", "Payouts a second, \(en)", unit: "1/s", [result.rate]),
      Figure("— phân vị 99", "— 99th percentile", [result.percentile(0.99)]),
    ]
  }

  /// CPU seconds of this process (`getrusage(2)`).
  private static var processorSeconds: Double {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return Double(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec)
      + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6
  }
}
