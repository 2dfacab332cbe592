import LedgerStore
import ServiceAPI
import Synchronization

/// Parts of a payout's way through the service, in their order (`ledger` §6).
enum PayoutStage: String, CaseIterable, Sendable {
  /// JSON and the certificate's layout.
  case parse
  /// The card's key and the signature.
  case verify
  /// Waiting for the batch before.
  case queue
  /// The statements of the payout's batch.
  case apply
  /// The commit with its sync.
  case sync
  /// Making the answer.
  case answer
}

/// What the service counts and measures; rendered as Prometheus reads it (text format 0.0.4).
///
/// No label ever carries what a request says: paths are templates, refusals are codes.
final class ServiceMetrics: Sendable {
  fileprivate struct Endpoint: Hashable {
    let path: String
    let method: String
    let status: Int
  }

  private let stages = PayoutStage.allCases.map { _ in Histogram() }
  private let batchSizes = Histogram(bounds: [1, 2, 4, 8, 16, 32, 64, 128, 256])
  private let applied = Meter()
  private let busyApplying = Meter()
  private let busySyncing = Meter()
  private let refusals = Mutex<[String: Int64]>([:])
  private let endpoints = Mutex<[Endpoint: Histogram]>([:])
  /// Requests that wait for the writer.
  let queueDepth = Meter()
  /// Requests being answered.
  let active = Meter()

  func record(_ stage: PayoutStage, _ duration: Duration) {
    stages[PayoutStage.allCases.firstIndex(of: stage) ?? 0].record(duration.nanoseconds)
  }

  /// A batch: each of its requests waited for all of it.
  func record(_ batch: BatchReport) {
    let times = batch.times
    batchSizes.record(Int64(times.requests))
    applied.add(Int64(times.requests))
    busyApplying.add(times.applying.nanoseconds)
    busySyncing.add(times.blocking.nanoseconds)
    queueDepth.set(Int64(batch.stillWaiting))
    for wait in batch.waits {
      record(.queue, wait)
      record(.apply, times.applying)
      record(.sync, times.committing)
    }
  }

  func record(path: String, method: String, status: Int, _ duration: Duration) {
    let key = Endpoint(path: path, method: method, status: status)
    let histogram = endpoints.withLock { known in
      if let histogram = known[key] { return histogram }
      let histogram = Histogram()
      known[key] = histogram
      return histogram
    }
    histogram.record(duration.nanoseconds)
  }

  func refused(_ code: ProblemCode) { refusals.withLock { $0[code.rawValue, default: 0] += 1 } }

  /// The page, with the chain's head when it is known.
  func page(head: ChainHead?, epoch: Int64, awaited: Int?, anchors: AnchorLog?) -> String {
    var text = ""
    func header(_ name: String, _ kind: String, _ help: String) {
      text += "# HELP ansinh_\(name) \(help)\n# TYPE ansinh_\(name) \(kind)\n"
    }
    func value(_ name: String, _ kind: String, _ help: String, _ number: some CustomStringConvertible) {
      header(name, kind, help)
      text += "ansinh_\(name) \(number)\n"
    }
    header("payout_stage_seconds", "histogram", "What a request of the writer waited for, by part of its way.")
    for (stage, histogram) in zip(PayoutStage.allCases, stages) {
      text += Self.lines("payout_stage_seconds", "stage=\"\(stage.rawValue)\"", histogram, perUnit: 1e9)
    }
    header("request_seconds", "histogram", "Requests by path, method and status.")
    for (endpoint, histogram) in endpoints.withLock({ $0 }).sorted(by: { $0.key.sortKey < $1.key.sortKey }) {
      let labels = "path=\"\(endpoint.path)\",method=\"\(endpoint.method)\",status=\"\(endpoint.status)\""
      text += Self.lines("request_seconds", labels, histogram, perUnit: 1e9)
    }
    header("batch_requests", "histogram", "Requests that one transaction took.")
    text += Self.lines("batch_requests", "", batchSizes, perUnit: 1)
    value("applied_total", "counter", "Requests that the writer has applied.", applied.value)
    value("apply_busy_seconds_total", "counter", "Time of the writer in statements.", seconds(busyApplying))
    value("sync_busy_seconds_total", "counter", "Time of the writer in commits.", seconds(busySyncing))
    value("queue_depth", "gauge", "Requests that wait for the writer.", queueDepth.value)
    value("requests_active", "gauge", "Requests being answered.", active.value)
    header("refusals_total", "counter", "Problems answered, by code.")
    for (code, count) in refusals.withLock({ $0 }).sorted(by: { $0.key < $1.key }) {
      text += "ansinh_refusals_total{code=\"\(code)\"} \(count)\n"
    }
    if let head {
      value("chain_sequence", "gauge", "Batches in this writer's chain.", head.sequence)
      value("chain_epoch", "gauge", "Openings of the store.", epoch)
    }
    if let anchors {
      value("anchors_total", "counter", "Links of the master chain.", anchors.newest?.number ?? 0)
      value(
        "anchors_stopped", "gauge", "1 when nothing is anchored until the next start.", anchors.failure == nil ? 0 : 1)
    }
    if let awaited { value("journals_awaited", "gauge", "Terminals that a restored ledger waits for.", awaited) }
    value("resident_bytes", "gauge", "Resident memory of the process.", ProcessMemory.residentBytes)
    return text
  }

  private func seconds(_ nanoseconds: Meter) -> Double { Double(nanoseconds.value) / 1e9 }

  private static func lines(_ name: String, _ labels: String, _ histogram: Histogram, perUnit: Double) -> String {
    let (counts, sum) = histogram.reading
    let before = labels.isEmpty ? "" : labels + ","
    let set = labels.isEmpty ? "" : "{\(labels)}"
    var (text, total) = ("", Int64(0))
    for (bound, count) in zip(histogram.bounds, counts) {
      total += count
      text += "ansinh_\(name)_bucket{\(before)le=\"\(Double(bound) / perUnit)\"} \(total)\n"
    }
    total += counts.last ?? 0
    text += "ansinh_\(name)_bucket{\(before)le=\"+Inf\"} \(total)\n"
    return text + "ansinh_\(name)_sum\(set) \(Double(sum) / perUnit)\nansinh_\(name)_count\(set) \(total)\n"
  }
}

extension ServiceMetrics.Endpoint {
  fileprivate var sortKey: String { "\(path) \(method) \(status)" }
}

extension Duration {
  /// Whole nanoseconds.
  var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
