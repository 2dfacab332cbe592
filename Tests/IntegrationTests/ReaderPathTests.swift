import CardApplication
import CardCrypto
import CardTerminal
import Foundation
import ISO7816
import Issuance
import PCSC
import PayoutPoint
import SecureChannel
import SoftCard
import Synchronization
import Testing
import VietnamReference

@testable import ansinh

extension Integration {
  /// A software card behind the real pcscd and vpcd, reached with this project's PC/SC layer and with OpenSC's.
  @Suite("Through pcscd", .enabled(if: VirtualSlot.isAvailable, VirtualSlot.requirement))
  struct ReaderPathTests {
    /// The shapes of exchanges, from any thread.
    private final class Trace: Sendable {
      private let records = Mutex<[ExchangeRecord]>([])
      var all: [ExchangeRecord] { records.withLock { $0 } }
      func add(_ record: ExchangeRecord) { records.withLock { $0.append(record) } }
      func clear() { records.withLock { $0 = [] } }
    }

    @Test("A card is personalised over PC/SC, opened with its PIN, paid, and completed in sixteen APDUs")
    func wholePath() async throws {
      let folder = try TemporaryFolder()
      try await TestCentre.with(folder.path, TestClock()) { _, client in
        let books = Books(client: client)
        _ = try await books.creditSampleList()
        let home = StateHome(path: folder.path)
        let people = try await IssueFlow.applicants(try ListFile(sampleList, sampleData: true), limit: 1)
        let authority = try TestAuthority(home)
        let office = try await IssueFlow(home: home, client: client).office()
        try office.store.take(people)
        _ = try await RegisterFlow(store: office.store, actor: "test").run(
          records: try RegisterFlow.sampleRegister(people))
        let card = try SoftCard(storage: MemoryCardStorage())
        let made = try await VirtualSlot.withCard(card) { context in
          let connection = try await context.connect(to: VirtualSlot.name)
          let made = try await office.issue(people[0], on: connection).card
          await connection.disconnect()
          return made
        }
        #expect(await card.isDelivered)
        let held = HeldCard(card: card, made: made, authority: authority)
        try await held.activate()
        let credited = try await books.open([held])
        let point = try await TestPoint(folder: folder.path + "/a", client: client)
        try await VirtualSlot.withCard(card) { context in
          try await tap(context, held, point, credited[held.number] ?? 0)
        }
        #expect(try await books.reconcile([point], [held], credited: credited) == (paid: 1, void: 0))
      }
    }

    private func tap(_ context: Context, _ held: HeldCard, _ point: TestPoint, _ amount: Int64) async throws {
      let trace = Trace()
      let connection = try await context.connect(to: VirtualSlot.name)
      let channel = HeaderLogChannel(connection) { trace.add($0) }
      let session = try await held.session(channel, at: point)
      #expect(trace.all.count == 14)
      let result = try await point.desk.pay(session)
      #expect(trace.all.count == 16, "\(trace.all.map(\.line))")
      #expect(result.amount == amount && result.cardCompleted && result.reported)
      // The certificate came in one answer of extended length, and so does the card's whole log.
      #expect((trace.all[14].responseLength ?? 0) > 256)
      trace.clear()
      let logged = try await session.logRecord(1)
      #expect(trace.all.count == 1)
      #expect((trace.all[0].responseLength ?? 0) > 256)
      #expect(try PayoutCertificate.parse(logged).1.identity == result.payout.certificateHash)
      let snapshot = try #require(try await session.snapshot()).0
      #expect(snapshot.snapshot.reduce(0) { $0 + $1.amount } == 0)
      await connection.disconnect()
    }

    @Test("A program that has used a reader ends in good order, however many end at once")
    func goodEnds() async throws {
      try await VirtualSlot.withCard(try SoftCard(storage: MemoryCardStorage())) { _ in
        for _ in 0..<6 {
          let commands = try (0..<8).map { _ in try RunningCommand(Ansinh.executable, ["reader", "list", "--json"]) }
          for command in commands {
            let end = try await command.finish()
            #expect(end.exitCode == 0, "\(end.diagnostics)")
            #expect(end.diagnostics.isEmpty && !end.output.isEmpty)
          }
        }
      }
    }

    // MARK: A client that is not ours

    private func openSC(_ arguments: [String]) async throws -> FinishedCommand {
      // Reader 0 is the first slot; the driver is named, so that OpenSC does not ask the card what it is.
      try await RunningCommand("/usr/bin/opensc-tool", ["--reader", "0", "--card-driver", "default"] + arguments)
        .finish(within: .seconds(60))
    }

    /// Octets of a response that `opensc-tool -s` shows as lines of `7C 01 …` after `Received (SW1=0x90, SW2=0x00):`.
    private func received(_ text: String) -> [[UInt8]] {
      text.components(separatedBy: "Received (SW1=").dropFirst().map { part in
        part.split(separator: "\n").dropFirst().flatMap { line in
          line.prefix(48).split(separator: " ").prefix { $0.count == 2 }.compactMap { UInt8($0, radix: 16) }
        }
      }
    }

    @Test("opensc-tool reads the ATR, selects the MF and reads EF.CardAccess; the payout application is shut to it")
    func openSCReads() async throws {
      let card = try SoftCard(storage: MemoryCardStorage())
      try await VirtualSlot.withCard(card) { _ in
        let atr = try await openSC(["--atr"])
        #expect(atr.exitCode == 0, "\(atr.diagnostics)")
        #expect(atr.output.trimmingCharacters(in: .whitespacesAndNewlines) == "3b:80:80:01:01")
        let read = try await openSC([
          "-s", "00:A4:00:0C", "-s", "00:B0:9C:00:00", "-s", "00:A4:04:00:08:F0:41:4E:53:49:4E:48:01:00",
        ])
        #expect(read.exitCode == 0, "\(read.diagnostics)")
        let words = read.output.components(separatedBy: "Received (").dropFirst().map { String($0.prefix(18)) }
        #expect(words == ["SW1=0x90, SW2=0x00", "SW1=0x90, SW2=0x00", "SW1=0x69, SW2=0x82"], "\(read.output)")
        let file = try #require(received(read.output).dropFirst().first)
        #expect(try CardAccess.offers(.ecdhGMAES128(.p256), in: file), "\(read.output)")
      }
    }

    @Test(
      "Another program in the middle of our session ends it cleanly, and the next try works",
      arguments: [
        ("-s 00:A4:00:0C", "Dữ liệu trao đổi với thẻ không qua được kiểm tra an toàn nên phiên làm việc đã dừng."),
        ("--reset", "Thẻ đã bị khởi động lại giữa chừng, có thể do chương trình khác dùng chung đầu đọc."),
      ])
    func openSCInBetween(_ arguments: String, _ problem: String) async throws {
      let folder = try TemporaryFolder()
      try await TestCentre.with(folder.path, TestClock()) { _, client in
        let books = Books(client: client)
        _ = try await books.creditSampleList()
        let held = try await HeldCard.issue(1, home: folder.path, client: client)[0]
        let credited = try await books.open([held])
        let point = try await TestPoint(folder: folder.path + "/a", client: client)
        try await VirtualSlot.withCard(held.card) { context in
          let connection = try await context.connect(to: VirtualSlot.name)
          let session = try await held.session(connection, at: point)
          #expect(try await session.status().counter == 0)
          let other = try await openSC(arguments.split(separator: " ").map(String.init))
          #expect(other.exitCode == 0, "\(other.output)\(other.diagnostics)")
          let error = await #expect(throws: PayoutError.self) {
            try await point.desk.pay(session) { _ in Issue.record("money was handed over") }
          }
          let message = try #require(error.map { UserMessage($0) })
          #expect(message.exitCode == 3)
          #expect(message.problem.vi == problem + " Chưa chi tiền.")
          let again = try await context.connect(to: VirtualSlot.name)
          let next = try await held.session(again, at: point)
          let result = try await point.desk.pay(next)
          #expect(result.amount == credited[held.number] && result.cardCompleted)
        }
        #expect(try await books.reconcile([point], [held], credited: credited) == (paid: 1, void: 1))
      }
    }
  }
}
