import CardApplication
import CardCrypto
import Foundation
import ISO7816
import SecureChannel
import SoftCard
import Testing

extension Integration {
  /// A software card behind the real pcscd, reached by a Python program with pyscard.
  @Suite("Through pcscd with pyscard", .enabled(if: VirtualSlot.isAvailable, VirtualSlot.requirement))
  struct PyscardTests {
    /// Connects to the reader named first and sends the commands that follow; prints what it sees as JSON.
    private static let client = """
      import json, sys
      from smartcard.System import readers
      from smartcard.CardConnection import CardConnection

      name, commands = sys.argv[1], sys.argv[2:]
      reader = next(found for found in readers() if str(found) == name)
      connection = reader.createConnection()
      connection.connect(CardConnection.T1_protocol)
      answers = []
      for command in commands:
          data, sw1, sw2 = connection.transmit(list(bytes.fromhex(command)))
          answers.append({"data": bytes(data).hex(), "status": "%02X%02X" % (sw1, sw2)})
      print(json.dumps({"atr": bytes(connection.getATR()).hex(), "answers": answers}))
      connection.disconnect()
      """

    private struct Seen: Decodable {
      struct Answer: Decodable {
        let data: String
        let status: String
      }
      let atr: String
      let answers: [Answer]
    }

    private func send(_ commands: [String]) async throws -> Seen {
      // The system's Python: Debian's pyscard is installed for no other.
      let end = try await RunningCommand(
        "/usr/bin/python3", ["-", VirtualSlot.name] + commands, input: Self.client
      ).finish(within: .seconds(60))
      #expect(end.exitCode == 0, "\(end.diagnostics)")
      return try JSONDecoder().decode(Seen.self, from: Data(end.output.utf8))
    }

    @Test("A Python program reads EF.CardAccess and EF.DIR; the payout application is shut to it before PACE")
    func reads() async throws {
      let card = try SoftCard(storage: MemoryCardStorage())
      try await VirtualSlot.withCard(card) { _ in
        let seen = try await send([
          "00A4000C023F00",  // SELECT MF
          "00B09C0000",  // READ BINARY EF.CardAccess, short 1C
          "00A4020C022F00", "00B0000000",  // SELECT and READ BINARY EF.DIR
          "00A4040008F0414E53494E480100",  // SELECT the payout application
          "00B0820000",  // READ BINARY of what would be EF.Holder in it
          "8044000000",  // GET PAYOUT STATUS
          "80420000020102",  // COMPLETE PAYOUT
          "0CB0820000",  // a class with secure messaging without a session
        ])
        #expect(seen.atr == "3b80800101")
        #expect(
          seen.answers.map(\.status) == [
            "9000", "9000", "9000", "9000", "6982", "6A82", "6985", "6985", "6882",
          ])
        let access = try #require([UInt8](hex: seen.answers[1].data))
        #expect(try CardAccess.offers(.ecdhGMAES128(.p256), in: access))
        let directory = try #require([UInt8](hex: seen.answers[3].data))
        let names = try BERTLV.sequence(directory).map { try $0.first(0x4F)?.value }
        #expect(names == [ApplicationName.eID, ApplicationName.payout])
        #expect(seen.answers.dropFirst(4).allSatisfy { $0.data.isEmpty })
      }
    }
  }
}
