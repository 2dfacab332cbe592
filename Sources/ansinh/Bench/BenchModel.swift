import CardApplication
import CardTerminal
import Foundation
import ISO7816
import Issuance
import SecureChannel
import SoftCard
import Synchronization

/// What a tap would take on a real contactless card: one tap of the software card is recorded and priced with the times
/// of a card (``CardApplication/TapModel``).
struct BenchModel: Sendable {
  let times: CardTimes

  func run(folder: String) async throws -> ModelReport {
    let bench = try await BenchCard.make(MemoryCardStorage(), folder: folder)
    let completion = try bench.completion(1)
    let recorder = TraceRecorder(SoftCardChannel(bench.card))
    let session = try await CardSession.open(recorder, .pin, password: BenchCard.pin, terminal: bench.terminal)
    _ = try await session.authorise(try BenchCard.order())
    _ = try await session.complete(completion)
    return ModelReport(times, TapModel(times).price(recorder.trace))
  }
}

/// Keeps the headers and lengths of everything that goes through it.
private final class TraceRecorder: CardChannel {
  private let base: any CardChannel
  private let exchanges = Mutex<[TracedExchange]>([])

  init(_ base: any CardChannel) { self.base = base }

  var trace: [TracedExchange] { exchanges.withLock { $0 } }

  func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    let response = try await base.transmit(command)
    let exchange = TracedExchange(
      header: command.header, commandOctets: command.bytes.count, responseOctets: response.bytes.count)
    exchanges.withLock { $0.append(exchange) }
    return response
  }
}

/// What ``BenchModel`` found: each APDU, and the sums. Milliseconds.
struct ModelReport: Codable, Sendable {
  /// A time at each bit rate.
  struct ByRate: Codable, Sendable {
    let kbit106: Double
    let kbit424: Double

    init(_ time: (AirRate) -> Double) {
      kbit106 = time(.kbit106)
      kbit424 = time(.kbit424)
    }
  }

  /// One APDU.
  struct Row: Codable, Sendable {
    let step: TapStep
    /// CLA INS P1 P2 in hexadecimal.
    let header: String
    let commandBytes: Int
    let responseBytes: Int
    /// How often the card does what, by the keys of the model.
    let operations: [String: Int]
    let card: Double
    let air: ByRate
    let usb: Double
    let total: ByRate
  }

  /// The sum of the first APDUs.
  struct Sum: Codable, Sendable {
    /// Up to what.
    let until: TapStep
    let apdus: Int
    let commandBytes: Int
    let responseBytes: Int
    let card: Double
    let air: ByRate
    let usb: Double
    let total: ByRate

    init(_ until: TapStep, _ rows: ArraySlice<Row>) {
      self.until = until
      apdus = rows.count
      commandBytes = rows.reduce(0) { $0 + $1.commandBytes }
      responseBytes = rows.reduce(0) { $0 + $1.responseBytes }
      card = rows.reduce(0) { $0 + $1.card }
      usb = rows.reduce(0) { $0 + $1.usb }
      air = Self.sum(rows, \.air)
      total = Self.sum(rows, \.total)
    }

    private static func sum(_ rows: ArraySlice<Row>, _ part: (Row) -> ByRate) -> ByRate {
      ByRate { rate in rows.reduce(0) { $0 + (rate == .kbit106 ? part($1).kbit106 : part($1).kbit424) } }
    }
  }

  /// A number that went in, and where it is from.
  struct Input: Codable, Sendable {
    let key: String
    let value: Double
    let source: String
  }

  /// The card's name.
  let card: String
  let apdus: [Row]
  /// Until the payout certificate is there, and to the end.
  let sums: [Sum]
  let inputs: [Input]

  init(_ times: CardTimes, _ exchanges: [ModelledExchange]) {
    card = times.name
    let rows = exchanges.map(Row.init)
    apdus = rows
    let ends = rows.indices.filter { rows[$0].step == .authorise || $0 == rows.endIndex - 1 }
    sums = ends.map { Sum(rows[$0].step, rows[...$0]) }
    inputs = CardTimes.Key.allCases.map { Input(key: $0.rawValue, value: times[$0], source: times.source(of: $0)) }
  }
}

extension ModelReport.Row {
  fileprivate init(_ modelled: ModelledExchange) {
    step = modelled.step
    header = modelled.exchange.header.hex
    commandBytes = modelled.exchange.commandOctets
    responseBytes = modelled.exchange.responseOctets
    operations = modelled.operations.reduce(into: [:]) { $0[$1.rawValue, default: 0] += 1 }
    card = modelled.card
    air = ModelReport.ByRate { modelled.air[$0] ?? 0 }
    usb = modelled.usb
    total = ModelReport.ByRate { modelled.total(at: $0) }
  }
}
