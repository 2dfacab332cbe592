import CardCrypto
import CardTestSupport
import Foundation
import ISO7816
import Issuance
import PCSC
import SecureChannel
import SoftCard
import Synchronization
import Testing

@testable import ansinh

/// The test pad with its program and a holder: on EXECUTE_PACE it does PACE with the card by what the holder "types",
/// and protects whatever the computer sends afterwards.
///
/// It stands between the reader's driver and the card.
final class PadReader: LinkedCard {
  /// What the holder does.
  struct Holder: Sendable {
    var pin = BenchCard.pin.withOctets { $0 }
    var can: [UInt8] = []
    var puk: [UInt8] = []
    /// A result in place of typing: the cancel key, no key in time, or another one; as the reader writes it.
    var result: ReaderPACEResult?
  }

  /// How the reader is made.
  struct Kind: Sendable {
    var capabilities: ReaderPACECapabilities = [.generic, .destroyChannel]
    /// Whether the card's refusal of MSE:Set AT is taken for a warning, so that the next command fails.
    var goesOn = false
    /// Whether an answer is cut off.
    var isGarbled = false
  }

  private let card: SoftCard
  private let firmware: PadFirmware
  private let state: Mutex<(holder: Holder, kind: Kind)>

  init(_ card: SoftCard, _ holder: Holder) {
    self.card = card
    firmware = PadFirmware(SoftCardChannel(card))
    state = Mutex((holder, Kind()))
  }

  /// The next holder, or the same with something else in mind.
  func set(_ change: (inout Holder, inout Kind) -> Void) { state.withLock { change(&$0.holder, &$0.kind) } }

  /// Whether a session of the reader's own is open.
  var isOpen: Bool { get async { await firmware.isOpen } }
  /// The commands of the computer.
  var commands: [CommandAPDU] { get async { await firmware.commands } }

  func reset() async {
    await firmware.drop()
    await card.reset()
  }

  func process(_ octets: [UInt8]) async -> [UInt8] {
    guard let command = try? CommandAPDU(parsing: octets) else { return StatusWord.wrongLength.bytes }
    return (try? await firmware.transmit(command).bytes) ?? StatusWord.unknownError.bytes
  }

  /// The answer to one call of FEATURE_EXECUTE_PACE.
  func answer(_ call: [UInt8]) async -> [UInt8] {
    let (holder, kind) = state.withLock { $0 }
    switch call.first {
    case 1: return Self.answer(.success, [kind.capabilities.rawValue])
    case 2 where call.count >= 4:
      if kind.isGarbled { return [0, 0, 0, 0, 9, 0, 0x90] }
      if let result = holder.result { return Self.answer(result) }
      return await establish(call[3], holder, kind)
    case 3:
      await firmware.drop()
      return Self.answer(.success)
    default: return Self.answer(.inputData)
    }
  }

  private func establish(_ password: UInt8, _ holder: Holder, _ kind: Kind) async -> [UInt8] {
    guard let reference = PACEPasswordReference(rawValue: password) else { return Self.answer(.unknownPassword) }
    let typed: [UInt8] =
      switch reference {
      case .pin: holder.pin
      case .can: holder.can
      case .puk: holder.puk
      }
    do throws(PACEError) {
      try await firmware.open(reference, typed: SecretBytes(typed))
    } catch {
      return Self.failure(error, kind)
    }
    // What the card said to MSE:Set AT, and no EF.CardAccess: the computer has read it.
    return Self.answer(.success, [0x90, 0x00, 0x00, 0x00])
  }

  private static func failure(_ error: PACEError, _ kind: Kind) -> [UInt8] {
    func refused(_ step: ReaderPACEResult.Step, _ status: UInt16) -> ReaderPACEResult {
      ReaderPACEResult(rawValue: UInt32(step.rawValue) << 16 | UInt32(status))
    }
    switch error {
    case .suspended, .blocked:
      let status: UInt16 = if case .suspended = error { 0x63C1 } else { 0x63C0 }
      guard kind.goesOn else { return answer(refused(.setUp, status)) }
      return answer(refused(.nonce, 0x6985), [UInt8](bigEndian: Int(status), width: 2) + [0, 0])
    case .wrongPassword(let tries):
      return answer(refused(.tokens, tries.map { 0x63C0 | UInt16($0) } ?? 0x6300))
    default: return answer(.communicationAborted)
    }
  }

  private static func answer(_ result: ReaderPACEResult, _ output: [UInt8] = []) -> [UInt8] {
    [UInt8](bigEndian: result.rawValue, width: 4).reversed()
      + [UInt8](bigEndian: output.count, width: 2).reversed() + output
  }
}

/// The test pad with a card in it, and its calls.
struct PadScene: Sendable {
  let bench: BenchCard
  let reader: PadReader
  let pad: TestPad

  /// Runs `body` with a new card in the reader with the pad.
  static func with(_ body: (PadScene) async throws -> Void) async throws {
    let folder = try TemporaryFolder()
    let bench = try await BenchCard.make(MemoryCardStorage(), folder: folder.path)
    let secrets = bench.made.secrets
    let reader = PadReader(
      bench.card,
      PadReader.Holder(can: secrets.can.withOctets { $0 }, puk: secrets.puk.withOctets { $0 }))
    let context = try await Context()
    let name = try #require(try await context.readers().first { $0.hasPrefix(TestPad.reader) })
    let pad = try TestPad { await reader.answer($0) }
    let link = try VPCDLink(card: reader, port: TestPad.port)
    let serving = Task { try await link.run() }
    let result: Result<Void, any Error>
    do {
      _ = try await context.waitForCard(in: name, timeout: VirtualSlot.patience)
      result = .success(try await body(PadScene(bench: bench, reader: reader, pad: pad)))
    } catch {
      result = .failure(error)
    }
    pad.leave()
    link.remove()
    _ = await serving.result
    try await VirtualSlot.waitUntilEmpty(context, name)
    try result.get()
  }

  /// The calls since `count`, each by its function and, of EstablishPACEChannel, its password.
  func calls(since count: Int = 0) -> [[UInt8]] {
    pad.calls.dropFirst(count).map { $0.first == 2 ? [2, $0.count > 3 ? $0[3] : 0] : Array($0.prefix(1)) }
  }

  /// `ansinh card …` with this reader, in a process of its own that has no terminal.
  func card(_ arguments: String..., input: String = "") async throws -> FinishedCommand {
    try await Ansinh.run(["card"] + arguments + ["--reader", TestPad.reader, "--json"], input: input)
  }

  /// The code of what it failed with.
  func code(_ arguments: String..., input: String = "") async throws -> String {
    let end = try await Ansinh.run(["card"] + arguments + ["--reader", TestPad.reader, "--json"], input: input)
    let last = Data((end.diagnostics.split(separator: "\n").last ?? "").utf8)
    let object = try JSONSerialization.jsonObject(with: last) as? [String: Any]
    return try #require(object?["code"] as? String, "\(end.diagnostics)")
  }
}
