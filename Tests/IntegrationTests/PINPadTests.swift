import CardApplication
import CardCrypto
import CardTerminal
import Foundation
import ISO7816
import Issuance
import PCSC
import SecureChannel
import SoftCard
import Testing

@testable import ansinh

extension Integration {
  /// A reader with a PIN pad at the real pcscd.
  @Suite(
    "A reader with a PIN pad",
    .enabled(if: TestPad.isAvailable, "needs the reader of Tools/testpad: run Tools/test"))
  struct PINPadTests {
    private func reader(_ context: Context) async throws -> String {
      try #require(try await context.readers().first { $0.hasPrefix(TestPad.reader) })
    }

    /// Runs `body` with a new card in the reader.
    private func withCard(_ body: (BenchCard, CardConnection) async throws -> Void) async throws {
      let folder = try TemporaryFolder()
      let bench = try await BenchCard.make(MemoryCardStorage(), folder: folder.path)
      let context = try await Context()
      let name = try await reader(context)
      let link = try VPCDLink(card: bench.card, port: TestPad.port)
      let serving = Task { try await link.run() }
      let result: Result<Void, any Error>
      do {
        _ = try await context.waitForCard(in: name, timeout: VirtualSlot.patience)
        let connection = try await context.connect(to: name)
        result = .success(try await body(bench, connection))
        await connection.disconnect()
      } catch {
        result = .failure(error)
      }
      link.remove()
      _ = await serving.result
      try await VirtualSlot.waitUntilEmpty(context, name)
      try result.get()
    }

    @Test("Its features are found without a card, and told by reader list; a reader without a pad has none")
    func features() async throws {
      let context = try await Context()
      let direct = try await context.connect(to: try await reader(context), share: .direct)
      let features = await direct.features()
      #expect(features.tags == [.executePACE, .verifyPINDirect] && features[.executePACE] == 0x4233_0020)
      let pad = try #require(await direct.pinPad())
      #expect(pad.doesPACE && pad.doesVerify)
      #expect(await direct.readerProperties().maximumAPDUData == nil)
      await direct.disconnect(.leave)
      let plain = try await context.connect(to: VirtualSlot.name, share: .direct)
      #expect(await plain.features().tags.isEmpty)
      #expect(await plain.pinPad() == nil)
      await plain.disconnect(.leave)

      let list = try await Ansinh.run(["reader", "list", "--json"])
      let entries = try JSONDecoder().decode([ReaderEntry].self, from: Data(list.output.utf8))
      let listed = try #require(entries.first { $0.reader.hasPrefix(TestPad.reader) }?.pinPad)
      #expect(listed.pace && listed.verify && listed.features == ["EXECUTE_PACE", "VERIFY_PIN_DIRECT"])
      let other = try #require(entries.first { $0.reader == VirtualSlot.name }?.pinPad)
      #expect(!other.pace && !other.verify && other.features.isEmpty)
      let text = try await Ansinh.run(["reader", "list", "--lang", "vi"])
      #expect(text.output.contains("Bàn phím PIN") && text.output.contains("PACE, VERIFY"), "\(text.output)")
    }

    @Test("A reader that another program keeps busy is listed all the same, its pad as not known")
    func busy() async throws {
      try await withCard { _, connection in
        let list = try await connection.withTransaction { _ in try await Ansinh.run(["reader", "list", "--json"]) }
        #expect(list.exitCode == 0, "\(list.diagnostics)")
        let entries = try JSONDecoder().decode([ReaderEntry].self, from: Data(list.output.utf8))
        let busy = try #require(entries.first { $0.reader == connection.reader })
        #expect(busy.pinPad == nil && busy.use == .shared && busy.state == .present)
        #expect(entries.first { $0.reader == VirtualSlot.name }?.pinPad != nil)
      }
    }

    @Test("Commands reach the card behind it")
    func commands() async throws {
      try await withCard { bench, connection in
        let session = try await CardSession.open(connection, .can, password: bench.made.secrets.can)
        #expect(session.cardNumber == bench.made.cardNumber)
      }
    }

    @Test("The pad opens a PACE channel: the PIN typed there is in no call, and EF.CardAccess comes back")
    func establish() async throws {
      try await withCard { bench, connection in
        let pin = BenchCard.pin.withOctets { String(decoding: $0, as: UTF8.self) }
        let card = bench.card
        let pad = try TestPad { call in
          switch call.first {
          case 1: [0, 0, 0, 0, 1, 0, 0xC0]
          case 2: await TestPad.establish(on: card, typed: pin)
          case 3: [0, 0, 0, 0, 0, 0]
          default: [0x02, 0x00, 0x00, 0xD0, 0, 0]
          }
        }
        defer { pad.leave() }
        #expect(try await connection.paceCapabilities() == [.generic, .destroyChannel])
        let channel = try await connection.establishPACEChannel(ReaderPACEChannelRequest(.pin))
        #expect(channel.setUpStatus.isSuccess && channel.currentAuthority.isEmpty)
        #expect(try CardAccess.offers(.ecdhGM(.p256, .aes128), in: channel.cardAccess))
        try await connection.destroyPACEChannel()
        #expect(pad.calls == [[1, 0, 0], [2, 5, 0, 3, 0, 0, 0, 0], [3, 0, 0]])
      }
    }

    @Test("A wrong PIN, the cancel key, and a garbled answer are told apart")
    func failures() async throws {
      try await withCard { bench, connection in
        let card = bench.card
        let answers = [[UInt8]]([[0x01, 0x00, 0x20, 0xF0, 0, 0], [0, 0, 0, 0, 9, 0, 0x90]])
        let pad = try TestPad { call in
          switch call.count {
          case 8: await TestPad.establish(on: card, typed: "000000")
          case 9: answers[0]
          default: answers[1]
          }
        }
        defer { pad.leave() }
        func failure(_ rights: [UInt8]) async throws -> ReaderPACEError? {
          let request = try #require(ReaderPACEChannelRequest(.pin, holderRights: rights))
          do throws(CardChannelError) {
            _ = try await connection.establishPACEChannel(request)
          } catch {
            guard case .transport(let cause as ReaderPACEError) = error else { throw error }
            return cause
          }
          return nil
        }
        let wrong = try await failure([])
        guard case .refused(let result, _)? = wrong else { throw try #require(wrong) }
        #expect(result.refusal?.step == .tokens && result.refusal?.status.rawValue == 0x63C2)
        #expect(try await failure([1]) == .refused(.cancelled))
        #expect(try await failure([1, 2]) == .truncated)
      }
    }

    @Test("A reader without PACE says so")
    func withoutPACE() async throws {
      let context = try await Context()
      let plain = try await context.connect(to: VirtualSlot.name, share: .direct)
      do throws(CardChannelError) {
        _ = try await plain.paceCapabilities()
        Issue.record("nothing thrown")
      } catch {
        guard case .transport(PCSCError.Code.unsupportedFeature) = error else {
          Issue.record(error)
          return
        }
      }
      await plain.disconnect(.leave)
    }
  }
}
