import CardApplication
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

@testable import ansinh

extension Integration {
  /// A card, or a reader, that takes short APDUs only.
  @Suite("Short APDUs only", .enabled(if: VirtualSlot.isAvailable, VirtualSlot.requirement))
  struct ShortAPDUTests {
    @Test("A tap is found out to need short APDUs, is chained under secure messaging, pays and completes")
    func card() async throws {
      try await tap(limits: .unknown, lengthFields: .short, refusals: 1)
    }

    @Test("With what the reader tells no command of extended length is tried")
    func reader() async throws {
      try await tap(limits: ExchangeLimits(readerMaximumData: 256), lengthFields: .extended, refusals: 0)
    }

    private func tap(limits: ExchangeLimits, lengthFields: SoftCard.LengthFields, refusals: Int) async throws {
      let folder = try TemporaryFolder()
      try await TestCentre.with(folder.path, TestClock()) { _, client in
        let books = Books(client: client)
        _ = try await books.creditSampleList()
        let storage = MemoryCardStorage()
        let held = try await HeldCard.issue(1, home: folder.path, client: client, storage: storage)[0]
        let credited = try await books.open([held])
        let point = try await TestPoint(folder: folder.path + "/a", client: client)
        let card = try SoftCard(storage: storage, lengthFields: lengthFields)
        let extended = Mutex(0)
        let watcher = try await Context()
        let inserted = try InsertedCard(card, port: VirtualSlot.port) { _, command in
          if command.count > 7, command[4] == 0 { extended.withLock { $0 += 1 } }
          #expect(command[4] == 0 || command.count <= 261)
          return .delivered
        }
        _ = try await watcher.waitForCard(in: VirtualSlot.name, timeout: VirtualSlot.patience)
        let connection = try await Context().connect(to: VirtualSlot.name)
        #expect(await connection.readerProperties().maximumAPDUData == nil, "vpcd tells its limit now")
        let result = try await connection.withTransaction(endingWith: .reset) { transaction in
          let channel = FittedChannel(transaction, limits: limits)
          let session = try await held.session(channel, at: point)
          let result = try await point.desk.pay(session)
          #expect(channel.usesExtendedLength == false)
          #expect(
            try PayoutCertificate.parse(try await session.logRecord(1)).1.identity == result.payout.certificateHash)
          #expect(try await session.snapshot() != nil)
          return result
        }
        #expect(result.amount == credited[held.number] && result.cardCompleted && result.reported)
        #expect(extended.withLock { $0 } == refusals)
        await inserted.remove()
        try await VirtualSlot.waitUntilEmpty(watcher)
        #expect(try await books.reconcile([point], [held], credited: credited) == (paid: 1, void: 0))
      }
    }

    @Test("By hand: softcard run --short-apdus, point pay, card balance")
    func byHand() async throws {
      let town = try ByHand()
      let serve = try await Serve.start(town.home)
      try await town.importLists()
      try await town.certify()
      let mailer = try await town.personalise(ByHandTests.pensioner)
      try await VirtualSlot.withSoftcardProcess(home: town.home, card: mailer.card, "--short-apdus") {
        let paid = try await town.pay("--json", input: mailer.pin + "\n")
        #expect(paid.exitCode == 0, "\(paid.diagnostics)")
        #expect(!paid.diagnostics.contains("Số dư mới chưa ghi được"), "\(paid.diagnostics)")
        let balance = try await town.run(
          "card", "balance", "--reader", VirtualSlot.name, "--pin-fd", "0", "--json", input: mailer.pin + "\n")
        #expect(try balance.object()["total"] as? Int == 0, "\(balance.diagnostics)")
      }
      try await serve.stop()
    }
  }
}
