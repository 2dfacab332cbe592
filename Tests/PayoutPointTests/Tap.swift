import CardApplication
import CardTerminal
import CardTestSupport
import CentreTestSupport
import Foundation
import ISO7816
import Issuance
import PayoutPoint
import SecureChannel
import ServiceAPI
import SoftCard
import Synchronization

/// What a test wants to happen at a moment of a payout.
final class Hooks: Sendable {
  typealias Hook = @Sendable (TestCentre, ScriptedRequest) async throws -> HTTPAnswer?

  private let state = Mutex<(isDown: Bool, requests: [ScriptedRequest])>((false, []))
  let onRequest: Hook?

  init(onRequest: Hook? = nil) { self.onRequest = onRequest }

  var isDown: Bool {
    get { state.withLock { $0.isDown } }
    set { state.withLock { $0.isDown = newValue } }
  }
  var requests: [ScriptedRequest] { state.withLock { $0.requests } }
  func note(_ request: ScriptedRequest) { state.withLock { $0.requests.append(request) } }
  /// Keys of the requests to `path`, in order.
  func keys(_ path: String) -> [String?] { requests.filter { $0.path == path }.map(\.key) }
}

/// A centre, a point in Hồ Chí Minh City in front of it behind a line that tests can cut, and a card of person 1.
struct Tap: Sendable {
  let centre: TestCentre
  let terminal: Terminal
  let card: OfficeCard
  let folder: String
  let journal: Journal
  let client: ServiceClient
  let hooks: Hooks

  var desk: PayoutDesk { centre.desk(terminal, journal: journal, client: client) }
  var file: String { folder + "/journal.jsonl" }

  /// Steps on the disk at this moment, in order.
  func stepsOnDisk() throws -> [String] { try Self.steps(file) }

  static func steps(_ file: String) throws -> [String] {
    try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map { line in
      try JSONDecoder().decode(JournalEntry.self, from: Data(line.utf8)).step.rawValue
    }
  }

  static func run(
    rows: [ListRow] = [ListRow(1, 3_000_000)], limit: Int64 = 1_000_000_000, hooks: Hooks = Hooks(),
    _ body: @escaping @Sendable (Tap) async throws -> Void
  ) async throws {
    try await TestCentre.run { centre in
      try await centre.registerAgent(limit: limit)
      let terminal = try await centre.terminal()
      let card = try await centre.issue(1, try centre.office())
      try await centre.credit(rows)
      let script: ScriptedServer.Script = { request in
        hooks.note(request)
        guard !hooks.isDown else { return nil }
        if let onRequest = hooks.onRequest {
          do {
            if let answer = try await onRequest(centre, request) { return (answer.status, answer.body, answer.head) }
          } catch {
            return nil
          }
        }
        return await Self.forward(request, to: centre).map { ($0.status, $0.body, $0.head) }
      }
      try await ScriptedServer.run(script) { server in
        let folder = centre.folder + "/point"
        let tap = Tap(
          centre: centre, terminal: terminal, card: card, folder: folder, journal: try Journal(folder: folder),
          client: ServiceClient(base: server.base), hooks: hooks)
        do {
          try await body(tap)
        } catch {
          await tap.client.shutdown()
          throw error
        }
        await tap.client.shutdown()
      }
    }
  }

  static func forward(_ request: ScriptedRequest, to centre: TestCentre) async -> HTTPAnswer? {
    request.method == "GET"
      ? try? await centre.get(request.path)
      : try? await centre.send(request.path, octets: request.body, key: request.key)
  }

  /// The whole of what is payable now, by the centre's word.
  func payable() async throws -> [Int64] {
    let lines = try await centre.client.get(
      "/v1/cards/\(card.made.cardNumber.digits)/payable", [PayableLine].self)
    return lines.map(\.amount)
  }

  func status(_ transaction: String) async throws -> PayoutStatusAnswer {
    try await centre.client.get("/v1/payouts/\(transaction)", PayoutStatusAnswer.self)
  }

  /// The one transaction in the journal on the disk.
  func transaction() throws -> String {
    let lines = try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n")
    let entries = try lines.map { try JSONDecoder().decode(JournalEntry.self, from: Data($0.utf8)) }
    guard let first = entries.first else { throw TestSupportError.invalid("empty journal") }
    return first.transaction
  }
}

/// A card that can be pulled out, and that tells when it is asked to sign.
final class WatchedChannel: CardChannel {
  enum Pull: Sendable { case never, beforeSigning, afterSigning }

  private let base: any CardChannel
  private let pull: Pull
  private let onSign: @Sendable () throws -> Void

  init(_ base: any CardChannel, pull: Pull = .never, onSign: @escaping @Sendable () throws -> Void = {}) {
    self.base = base
    self.pull = pull
    self.onSign = onSign
  }

  func transmit(_ command: CommandAPDU) async throws(CardChannelError) -> ResponseAPDU {
    guard command.ins == PayoutCommand.authorise.rawValue else { return try await base.transmit(command) }
    do {
      try onSign()
    } catch {
      throw .transport(error)
    }
    if pull == .beforeSigning { throw .cardLost(.removed) }
    let response = try await base.transmit(command)
    if pull == .afterSigning { throw .cardLost(.removed) }
    return response
  }
}

extension OfficeCard {
  /// A payout session at `terminal` over a channel that is watched.
  func session(
    _ terminal: Terminal, _ pull: WatchedChannel.Pull, onSign: @escaping @Sendable () throws -> Void = {}
  ) async throws -> CardSession {
    try await CardSession.open(
      WatchedChannel(SoftCardChannel(card), pull: pull, onSign: onSign), .pin, password: Self.pin,
      terminal: .payout(try pki.terminal(key: terminal.key)))
  }
}

extension Recovery {
  /// Whether so many transactions were voided, and so many records still wait for the centre.
  func has(_ voided: Int, _ waiting: Int) -> Bool { self.voided == voided && self.waiting == waiting }
}
