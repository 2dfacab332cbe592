import CardApplication
import CardCrypto
import Foundation
import ISO7816
import SecureChannel
import Testing

@testable import SoftCard

/// What a benchmark is told of a card, and storage that waits.
@Suite("Meter and storage")
struct MeterTests {
  @Test("Each command is told once, with its octets; its cryptography lies within its processing")
  func meter() async throws {
    let meter = SoftCardMeter()
    let card = try SoftCard(storage: MemoryCardStorage(), meter: meter)
    let commands = [
      CommandAPDU(ins: 0xA4, p1: 0x04, data: ApplicationName.issuerSecurityDomain, expectedLength: 256),
      CommandAPDU(cla: 0x80, ins: 0x50, p1: 0x00, data: [UInt8](repeating: 7, count: 8), expectedLength: 256),
      CommandAPDU(ins: 0xFE),
    ]
    var answers: [[UInt8]] = []
    for command in commands { answers.append(await card.process(command.bytes)) }
    let costs = meter.take()
    #expect(costs.map(\.instruction) == [0xA4, 0x50, 0xFE])
    #expect(costs.map(\.octets.command) == commands.map(\.bytes.count))
    #expect(costs.map(\.octets.response) == answers.map(\.count))
    for cost in costs { #expect(cost.cryptography <= cost.processing && cost.processing > .zero) }
    // INITIALIZE UPDATE derives session keys, an unknown instruction computes nothing.
    #expect(costs[1].cryptography > .zero)
    #expect(costs[2].cryptography == .zero)
    #expect(meter.take().isEmpty)
  }

  @Test("A primitive within a primitive counts once, and only within the task that has the meter")
  func nested() throws {
    let meter = CryptoMeter()
    let start = ContinuousClock.now
    try CryptoMeter.$current.withValue(meter) {
      _ = try ECPrivateKey(generate: .p256).sign([1, 2, 3])
    }
    #expect(meter.total > .zero && meter.total <= ContinuousClock.now - start)
    let before = meter.total
    _ = Digest.sha256.hash([1])
    #expect(meter.total == before)
  }

  @Test("A card kept with deferred durability is on the disk only after it was synchronised")
  func deferred() throws {
    let folder = FileManager.default.temporaryDirectory.path + "/card-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: folder) }
    do {
      let storage = try FileCardStorage(folder: folder, durability: .deferred)
      try storage.replace(SecretBytes([1, 2, 3]))
      #expect(try storage.load()?.withOctets { $0 } == [1, 2, 3])
      #expect(!FileManager.default.fileExists(atPath: folder + "/card.tlv"))
      try storage.synchronise()
      #expect(FileManager.default.contents(atPath: folder + "/card.tlv") == Data([1, 2, 3]))
      #expect(try storage.load()?.withOctets { $0 } == [1, 2, 3])
      try storage.replace(SecretBytes([4]))
    }
    // Never synchronised again: the last whole state stands.
    #expect(try FileCardStorage(folder: folder).load()?.withOctets { $0 } == [1, 2, 3])
  }
}
