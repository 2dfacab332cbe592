import CardApplication
import CardTerminal
import Foundation
import ISO7816
import Issuance
import PCSC
import SecureChannel
import SoftCard
import Synchronization
import VietnamReference

/// Taps of one software card: EF.CardAccess, PACE with the PIN, Terminal Authentication, SELECT, AUTHORISE, COMPLETE;
/// no centre.
struct BenchTap: Sendable {
  let count: Int
  let isThroughReader: Bool

  /// Where the time of one tap went, in milliseconds.
  private struct Tap {
    var total: Double
    var exchanges: Double
    var costs: [CommandCost]

    var processing: Double { costs.reduce(0) { $0 + $1.processing.milliseconds } }
    var cryptography: Double { costs.reduce(0) { $0 + $1.cryptography.milliseconds } }
    var apdus: Double { Double(costs.count) }
  }

  func run(folder: String) async throws -> BenchReport {
    // The card's own storage is left out: a chip writes its memory in its own time.
    let bench = try await BenchCard.make(MemoryCardStorage(), folder: folder)
    _ = bench.meter.take()
    var limits = try MachineLimits.cryptography()
    let taps: [Tap]
    if isThroughReader {
      taps = try await throughReader(bench, &limits)
    } else {
      taps = try await self.taps(bench, SoftCardChannel(bench.card))
    }
    return report(taps, try await offline(), limits)
  }

  /// APDUs and octets of an offline payout, up to AUTHORISE: the terminal reads lines, certificate and authority first.
  private func offline() async throws -> [CommandCost] {
    let folder = NSTemporaryDirectory() + "ansinh-bench-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let bench = try await BenchCard.make(MemoryCardStorage(), folder: folder)
    let channel = SoftCardChannel(bench.card)
    let holder = try await CardSession.open(channel, .pin, password: BenchCard.pin)
    _ = try await holder.complete(try bench.completion(1, acknowledged: 0, granted: BenchCard.amount))
    _ = bench.meter.take()
    let session = try await CardSession.open(channel, .pin, password: BenchCard.pin, terminal: bench.terminal)
    _ = try await session.lines()
    _ = try await session.read(.payoutKeyCertificate)
    _ = try await session.offlineAuthority()
    _ = try await session.authorise(try BenchCard.order(.offline))
    return bench.meter.take()
  }

  private func taps(_ bench: BenchCard, _ channel: any CardChannel) async throws -> [Tap] {
    // What the centre would do is done before the clock starts.
    let orders = try (0...count).map { _ in try BenchCard.order() }
    let completions = try (0...count).map { try bench.completion(UInt32($0 + 1)) }
    var taps: [Tap] = []
    for (order, completion) in zip(orders, completions) {
      let exchanges = Mutex(Duration.zero)
      let timed = HeaderLogChannel(channel) { record in exchanges.withLock { $0 += record.duration } }
      let start = ContinuousClock.now
      let session = try await CardSession.open(timed, .pin, password: BenchCard.pin, terminal: bench.terminal)
      _ = try await session.authorise(order)
      _ = try await session.complete(completion)
      let total = ContinuousClock.now - start
      taps.append(
        Tap(
          total: total.milliseconds, exchanges: exchanges.withLock { $0 }.milliseconds, costs: bench.meter.take()))
    }
    // The first tap warms caches up and is not counted.
    return Array(taps.dropFirst())
  }

  private func throughReader(_ bench: BenchCard, _ limits: inout [Figure]) async throws -> [Tap] {
    let environment = ProcessInfo.processInfo.environment
    let port = environment["ANSINH_VPCD_PORT"].flatMap { UInt16($0) } ?? 35_963
    let link = try VPCDLink(card: bench.card, port: port)
    let serving = Task { try await link.run() }
    defer { link.remove() }
    let context = try await Context()
    // The driver's first slot listens on the port, and is the first reader; others may have cards of their own.
    guard let reader = try await context.readers().first else { throw CardChoiceError.noReader }
    _ = try await context.waitForCard(in: reader, timeout: .seconds(10))
    let connection = try await context.connect(to: reader)
    let (taps, trips) = try await connection.withTransaction(endingWith: .reset) { transaction in
      let taps = try await self.taps(bench, transaction)
      // A command that the card refuses at once: nothing but the way there and back.
      var trips: [Double] = []
      for _ in 0..<100 {
        let start = ContinuousClock.now
        _ = try await transaction.transmit(CommandAPDU(ins: 0xFE))
        trips.append((ContinuousClock.now - start).milliseconds)
      }
      return (taps, trips)
    }
    await connection.disconnect()
    link.remove()
    _ = await serving.result
    limits.append(Figure("Một lượt APDU rỗng qua pcscd và vpcd", "Empty APDU through pcscd and vpcd", trips))
    return taps
  }

  private func report(_ taps: [Tap], _ offline: [CommandCost], _ limits: [Figure]) -> BenchReport {
    let way = isThroughReader ? "pcscd" : "in-process"
    func perAPDU(_ part: (Tap) -> Double) -> [Double] { taps.map { part($0) / $0.apdus } }
    return BenchReport(
      subject: BilingualText(
        vi:
          "Lần chạm thẻ: PACE bằng mã PIN, xác thực thiết bị, AUTHORISE, COMPLETE với thẻ phần mềm (\(way)), không có "
          + "trung tâm và ổ đĩa.",
        en: "A tap: PACE with the PIN, Terminal Authentication, AUTHORISE, COMPLETE with a software card (\(way)), "
          + "without centre and disk."),
      figures: [
        Figure("Số APDU đến khi thẻ ký", "APDUs until the card has signed", unit: "APDU", taps.map { $0.apdus - 1 }),
        Figure("— chi trả ngoại tuyến", "— of an offline payout", unit: "APDU", [Double(offline.count)]),
        Figure("Số APDU một lần chạm, có COMPLETE", "APDUs a tap, with COMPLETE", unit: "APDU", taps.map(\.apdus)),
        Figure(
          "Byte gửi tới thẻ", "Bytes to the card", unit: "byte",
          taps.map { Double($0.costs.reduce(0) { $0 + $1.octets.command }) }),
        Figure(
          "Byte nhận từ thẻ", "Bytes from the card", unit: "byte",
          taps.map { Double($0.costs.reduce(0) { $0 + $1.octets.response }) }),
        Figure("Cả lần chạm", "The whole tap", taps.map(\.total)),
        Figure("— mật mã của thẻ", "— the card's cryptography", taps.map(\.cryptography)),
        Figure("— phần còn lại của thẻ", "— the rest of the card", taps.map { $0.processing - $0.cryptography }),
        Figure("— đường đi và về", "— the way there and back", taps.map { $0.exchanges - $0.processing }),
        Figure(
          "— máy đầu cuối (cả mật mã)", "— the terminal (its cryptography too)", taps.map { $0.total - $0.exchanges }),
        Figure(
          "Thời gian máy mỗi APDU (trừ mật mã của thẻ)", "Host time per APDU (all but the card's cryptography)",
          perAPDU { $0.total - $0.cryptography }),
      ], limits: limits)
  }
}
