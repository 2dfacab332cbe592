import CardCrypto
import CardTerminal
import Foundation
import ISO7816
import Issuance
import PCSC
import PayoutPoint
import SoftCard
import Synchronization
import Testing

@testable import ansinh

extension Integration {
  /// A payout point in a process of its own, and what happens to readers and their service while it works.
  @Suite(
    "Reader and service fail under the point",
    .enabled(if: ReaderBench.isAvailable, ReaderBench.requirement))
  struct ReaderFaultTests {
    /// READ EF.CardAccess 1, PACE 5, Terminal Authentication 7, SELECT 1: the next one is AUTHORISE.
    private static let authorise = 15

    /// A centre, one person's card and a point, with a reader of their own.
    private func withPoint(
      _ body: @Sendable @escaping (FaultScene) async throws -> Void
    ) async throws {
      let folder = try TemporaryFolder()
      let bench = try ReaderBench()
      defer { bench.close() }
      try await TestCentre.with(folder.path, TestClock()) { port, client in
        let books = Books(client: client)
        _ = try await books.creditSampleList()
        let card = try await HeldCard.issue(1, home: folder.path, client: client)[0]
        let credited = try await books.open([card])
        try await TestAuthority.certify(point: "BD-79-003", home: folder.path)
        try await body(
          FaultScene(
            home: folder.path, service: "http://127.0.0.1:\(port)", client: client, bench: bench, card: card,
            credited: credited))
      }
    }

    /// Pays once with the card in the reader, and compares all books.
    private func payAndReconcile(_ scene: FaultScene, void: Int) async throws {
      let card = try scene.bench.insert(scene.card.card)
      let end = try await scene.pay().finish()
      #expect(end.exitCode == 0, "\(end.diagnostics)")
      await card.remove()
      try await scene.reconcile(paid: 1, void: void)
    }

    @Test("The reader is unplugged while the card signs: said so, nothing paid, and with the reader back it is paid")
    func unplugged() async throws {
      try await withPoint { scene in
        let bench = scene.bench
        try bench.perform(.plug)
        try await scene.waitForReader()
        let card = try bench.insert(scene.card.card) { number, _ in
          guard number == Self.authorise else { return .delivered }
          // As a reader on a cable: udev tells of it, and what is on its way is lost.
          try? bench.perform(.unplug)
          return .cut
        }
        let end = try await scene.pay().finish()
        expect(end, "Mất kết nối với đầu đọc thẻ. Chưa chi tiền.", "cắm lại đầu đọc")
        await card.remove()
        try await scene.waitForReader(isThere: false)
        try bench.perform(.plug)
        try await scene.waitForReader()
        try await payAndReconcile(scene, void: 1)
      }
    }

    @Test("pcscd is killed while the card signs: said so, nothing paid, and with pcscd back it is paid")
    func killedInTheMiddle() async throws {
      try await withPoint { scene in
        let bench = scene.bench
        try bench.perform(.plug)
        try await scene.waitForReader()
        let card = try bench.insert(scene.card.card) { number, _ in
          if number == Self.authorise { try? bench.perform(.kill) }
          return .delivered
        }
        let end = try await scene.pay().finish()
        expect(end, "Dịch vụ đầu đọc thẻ (pcscd) đã dừng giữa chừng. Chưa chi tiền.", "Khởi động dịch vụ pcscd")
        await card.remove()
        try bench.perform(.start)
        try await scene.waitForReader()
        try await payAndReconcile(scene, void: 1)
      }
    }

    @Test("pcscd is killed and started again, and the reader unplugged, while the point waits: it goes on and pays")
    func serviceComesBack() async throws {
      try await withPoint { scene in
        let bench = scene.bench
        try bench.perform(.plug)
        try await scene.waitForReader()
        let point = try scene.pay()
        try await point.waitForDiagnostics("Đặt thẻ lên đầu đọc…")
        try bench.perform(.kill)
        try await point.waitForDiagnostics("đang đợi dịch vụ chạy lại")
        try bench.perform(.start)
        try await point.waitForDiagnostics("Dịch vụ đầu đọc thẻ đã chạy lại.")
        try await scene.waitForReader()
        try bench.perform(.unplug)
        try await scene.waitForReader(isThere: false)
        try bench.perform(.plug)
        try await scene.waitForReader()
        let card = try bench.insert(scene.card.card)
        let end = try await point.finish()
        #expect(end.exitCode == 0, "\(end.diagnostics)")
        await card.remove()
        try await scene.reconcile(paid: 1, void: 0)
      }
    }

    @Test("A service that does not come back, and a card that never comes, end the wait with 3")
    func boundedWait() async throws {
      let bench = try ReaderBench()
      defer { bench.close() }
      try bench.perform(.plug)
      let arguments = ["card", "info", "--can-fd", "0", "--lang", "vi", "--reader", "plugged pcd 00 00", "--wait"]
      try await FaultScene.waitForReader(bench)
      let patient = try RunningCommand(Ansinh.executable, arguments + ["3"], environment: bench.environment)
      try await patient.waitForDiagnostics("Đặt thẻ lên đầu đọc…")
      try bench.perform(.stop)
      expect(try await patient.finish(), "Dịch vụ đầu đọc thẻ (pcscd) chưa chạy.", "Khởi động dịch vụ pcscd")
      try bench.perform(.start)
      try await FaultScene.waitForReader(bench)
      let alone = try RunningCommand(Ansinh.executable, arguments + ["1"], environment: bench.environment)
      expect(try await alone.finish(), "Hết thời gian chờ thẻ hoặc đầu đọc.", "Đặt lại chính thẻ này")
    }

    @Test("Ctrl-C while the card signs: the card finishes, nothing is paid, the card is free at once")
    func interruptedInTheMiddle() async throws {
      try await withPoint { scene in
        let bench = scene.bench
        try bench.perform(.plug)
        try await scene.waitForReader()
        let point = Mutex<RunningCommand?>(nil)
        let card = try bench.insert(scene.card.card) { number, _ in
          guard number == Self.authorise else { return .delivered }
          point.withLock { $0?.interrupt() }
          Thread.sleep(forTimeInterval: 0.3)
          return .delivered
        }
        let command = try scene.pay(keepsInputOpen: true)
        point.withLock { $0 = command }
        let end = try await command.finish(within: .seconds(20))
        expect(end, "Đã dừng theo yêu cầu. Chưa chi tiền.", "Chạy lại lệnh")
        await card.remove()
        try await scene.waitForEmptyReader()
        try await payAndReconcile(scene, void: 1)
      }
    }

    @Test("Cards in two slots: the flags to give are told, and a part of a name that only one has is enough")
    func severalCards() async throws {
      try await withPoint { scene in
        let bench = scene.bench
        try bench.perform(.plug)
        try await scene.waitForReader()
        let other = try bench.insert(try SoftCard(storage: MemoryCardStorage()), slot: 1)
        let card = try bench.insert(scene.card.card)
        for name in [ReaderBench.name, ReaderBench.secondName] { try await scene.waitForCard(name) }
        func info(_ arguments: [String]) async throws -> FinishedCommand {
          let can = scene.card.made.secrets.can.withOctets { String(decoding: $0, as: UTF8.self) }
          return try await Ansinh.run(
            ["card", "info", "--can-fd", "0", "--lang", "vi"] + arguments, input: can + "\n",
            environment: bench.environment)
        }
        let flags = [ReaderBench.name, ReaderBench.secondName].map { "--reader \"\($0)\"" }
        for part in ["", "plugged", "PCD 00"] {
          let end = try await info(part.isEmpty ? [] : ["--reader", part])
          #expect(end.exitCode == 3)
          for flag in flags { #expect(end.diagnostics.contains(flag), "\(end.diagnostics)") }
        }
        #expect(try await info(["--reader", "00 00"]).exitCode == 0)
        #expect(try await info(["--reader", ReaderBench.name]).exitCode == 0)
        // The other card is a fresh one, which knows no CAN.
        #expect(try await info(["--reader", "00 01"]).exitCode == 3)
        expect(try await info(["--reader", "ACS"]), "Không có đầu đọc tên “ACS”.", "ansinh reader list")
        await card.remove()
        await other.remove()
      }
    }

    private func expect(
      _ end: FinishedCommand, _ problem: String, _ remedy: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
      #expect(end.exitCode == 3, "\(end.diagnostics)", sourceLocation: sourceLocation)
      let lines = end.diagnostics.split(separator: "\n")
      #expect(lines.contains("✘ \(problem)"), "\(end.diagnostics)", sourceLocation: sourceLocation)
      #expect(
        lines.contains { $0.hasPrefix("→") && $0.contains(remedy) }, "\(end.diagnostics)",
        sourceLocation: sourceLocation)
    }
  }
}
