import CardApplication
import CardCrypto
import CardTerminal
import Foundation
import ISO7816
import PayoutPoint
import ServiceAPI
import Testing

@testable import ansinh

/// A payout point with a folder, a key and a desk of its own; opened again on the same folder it is the same point.
struct TestPoint: Sendable {
  let folder: String
  let province: String
  let client: ServiceClient
  let terminal: Terminal
  let desk: PayoutDesk

  /// Opens the point and registers its key.
  ///
  /// - Parameter clock: Unix milliseconds.
  init(
    folder: String, province: String = "79", name: String = "001", client: ServiceClient,
    clock: @escaping @Sendable () -> Int64 = { Clock.milliseconds }
  ) async throws {
    (self.folder, self.province, self.client) = (folder, province, client)
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let file = try KeyFile(path: folder + "/terminal.keys") { content throws(CryptoError) in
      content.add("terminal", try Curve.p256.randomScalar(SystemRandom()))
    }
    terminal = Terminal(
      agent: "VNPOST", point: "BD-\(province)-\(name)", province: province, commune: "26734",
      key: try ECPrivateKey(.p256, scalar: try file.secret("terminal")))
    desk = PayoutDesk(terminal: terminal, journal: try Journal(folder: folder), client: client, clock: clock)
    try await register()
  }

  private func register() async throws {
    try await CycleFlow.registerAgent(terminal.agent, client)
    let request = TerminalRequest(
      publicKey: WireBytes(terminal.key.publicKey.point), agent: terminal.agent, point: terminal.point,
      province: province, commune: terminal.commune)
    do {
      _ = try await client.post(
        "/v1/terminals", key: "terminal-" + terminal.keyHash.prefix(16).hex, request, RegisteredAnswer.self)
    } catch {
      guard error.isRefusal(.alreadyRegistered) else { throw error }
    }
  }

  /// The journal as it is on the disk: steps of each transaction, in the order they were written.
  func journal() throws -> [String: [JournalEntry]] {
    let data = try Data(contentsOf: URL(fileURLWithPath: folder + "/journal.jsonl"))
    let entries = try data.split(separator: 0x0A).map { try JSONDecoder().decode(JournalEntry.self, from: Data($0)) }
    return Dictionary(grouping: entries, by: \.transaction)
  }

  /// Ends what is open, until the centre has everything.
  func recover(sourceLocation: SourceLocation = #_sourceLocation) async throws {
    var waiting = 0
    for _ in 0..<20 {
      waiting = try await desk.recover().waiting
      if waiting == 0 { break }
      try await Task.sleep(for: .milliseconds(100))
    }
    #expect(waiting == 0, "records that the centre never takes", sourceLocation: sourceLocation)
  }
}

extension [JournalEntry] {
  /// The last word on a transaction, if it has been spoken.
  var final: JournalEntry.Step? { map(\.step).last { $0 == .paid || $0 == .void } }
  func has(_ step: JournalEntry.Step) -> Bool { contains { $0.step == step } }

  /// The order kept with STARTED.
  func order() throws -> PayoutOrder {
    let started = try #require(first { $0.step == .started })
    let order = try #require(try BERTLV.sequence([UInt8](started.data)).first { $0.tag == 0xA7 })
    return try PayoutOrder(parsing: order.value)
  }
}

extension [JournalEntry] {
  /// The card whose certificate is kept with AUTHORISED.
  func cardNumber() throws -> String {
    let authorised = try #require(first { $0.step == .authorised })
    return try PayoutCertificate.parse([UInt8](authorised.data)).0.cardNumber.digits
  }
}
