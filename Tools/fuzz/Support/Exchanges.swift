import CardApplication
import CardCrypto
import CardTerminal
import ISO7816
import SecureChannel

extension FuzzCard {
  /// The data fields of both directions of a card's life: its making, a payout, a completion, and every file read;
  /// and what the point signs at the end.
  public func exchanges() async throws -> [[UInt8]] {
    let card = try await WatchedCard(stored: stored)
    let session = try await card.openSession(.pin, terminal: .payout(FuzzPKI.shared.credential(0)))
    var fields = commands.map(\.data)
    // STORE DATA holds a layout of its own behind identifier and length.
    fields += fields.compactMap { DataGrouping.decode($0)?.data }
    func send(_ command: CommandAPDU) async throws -> [UInt8] {
      let response = try await session.transmit(command)
      fields += [command.data, response.data]
      return response.data
    }
    _ = try await send(CommandAPDU(ins: 0xA4, p1: 4, data: ApplicationName.payout, expectedLength: 256))
    let first = try await send(
      CommandAPDU(cla: 0x80, ins: 0x40, p1: 1, data: Self.order().bytes, expectedLength: 65_536))
    let completion = try SignedLayout(
      signing: completion(counter: 1, granted: 10_000_000).body, with: Self.completionKey)
    _ = try await send(CommandAPDU(cla: 0x80, ins: 0x42, data: completion.bytes, expectedLength: 65_536))
    _ = try await send(CommandAPDU(cla: 0x80, ins: 0x44, expectedLength: 256))
    for file: UInt8 in [1, 2, 3, 4, 5, 7] {
      _ = try await send(CommandAPDU(ins: 0xB0, p1: 0x80 | file, expectedLength: 65_536))
    }
    let (_, signed) = try PayoutCertificate.parse(first)
    for outcome in [TerminalOutcome.paid, .void] {
      let record = TerminalRecord(
        transactionID: [UInt8](repeating: 1, count: 16), outcome: outcome, time: Self.time,
        certificateHash: outcome == .paid ? signed.identity : [],
        terminalKeyHash: Digest.sha256.hash(Self.completionKey.publicKey.point))
      fields.append(try SignedLayout(signing: record.body, with: Self.completionKey).bytes)
    }
    return fields.reduce(into: []) { unique, field in if !unique.contains(field) { unique.append(field) } }
  }
}
