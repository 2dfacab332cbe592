import CardCrypto
import Foundation
import ISO7816
import PCSC
import Testing

@testable import SoftCard

extension Integration {
  /// `ansinh card conformance` through the real pcscd and vpcd.
  @Suite("Acceptance test of a card", .enabled(if: VirtualSlot.isAvailable, VirtualSlot.requirement))
  struct ConformanceCommandTests {
    /// Attributes of the root element and the number of cases, as Python's XML reader sees them.
    private func junit(_ path: String) async throws -> [String] {
      let script = """
        import sys, xml.etree.ElementTree as tree
        root = tree.parse(sys.argv[1]).getroot()
        cases = root.findall('./testsuite/testcase')
        print(root.tag, root.get('tests'), root.get('failures'), len(cases), len(root.findall('.//failure')))
        """
      let end = try await RunningCommand("/usr/bin/python3", ["-c", script, path]).finish()
      #expect(end.exitCode == 0, "\(end.diagnostics)")
      return end.output.split(whereSeparator: \.isWhitespace).map(String.init)
    }

    @Test("A fresh software card passes; the same card is refused the second time and stays as it is")
    func passes() async throws {
      let folder = try TemporaryFolder()
      let storage = MemoryCardStorage()
      let card = try SoftCard(storage: storage)
      let path = folder.path + "/ket-qua.xml"
      let arguments = ["card", "conformance", "--reader", VirtualSlot.name, "--yes", "--json", "--junit", path]
      let (first, second) = try await VirtualSlot.withCard(card) { _ in
        let first = try await Ansinh.run(arguments)
        let kept = try storage.load()?.withOctets { $0 }
        let second = try await Ansinh.run(arguments)
        #expect(try storage.load()?.withOctets { $0 } == kept)
        return (first, second)
      }
      #expect(first.exitCode == 0, "\(first.output)\(first.diagnostics)")
      let report = try first.object()
      let checks = try #require(report["checks"] as? [[String: Any]])
      #expect(checks.count > 150 && report["passed"] as? Int == checks.count)
      #expect(report["failed"] as? Int == 0 && report["skipped"] as? Int == 0)
      let count = String(checks.count)
      #expect(try await junit(path) == ["testsuites", count, "0", count, "0"])
      #expect(second.exitCode == 4, "\(second.diagnostics)")
      #expect(second.output.isEmpty && second.diagnostics.contains("personalise.not-fresh"))
    }

    @Test("A card that is taken away ends the run with exit code 3, and nothing is called passed")
    func lost() async throws {
      let folder = try TemporaryFolder()
      let context = try await Context()
      let card = try RunningCommand(
        Ansinh.executable, ["softcard", "run", "--state", folder.path, "--card", "neu"])
      _ = try await context.waitForCard(in: VirtualSlot.name, timeout: VirtualSlot.patience)
      let test = try RunningCommand(
        Ansinh.executable, ["card", "conformance", "--reader", VirtualSlot.name, "--yes", "--lang", "vi"])
      try await test.waitForDiagnostics("20 %")
      _ = try await card.stop()
      let end = try await test.finish()
      #expect(end.exitCode == 3 && end.output.isEmpty, "\(end.exitCode) \(end.output)\(end.diagnostics)")
      try await VirtualSlot.waitUntilEmpty(context)
    }

    /// EF.DIR names the chip: a card that can be followed.
    private struct TellingDirectory: SoftCardInterceptor {
      func protected(_ command: CommandAPDU, on card: isolated SoftCard) -> ResponseAPDU? { nil }

      func plain(_ command: CommandAPDU, on card: isolated SoftCard) -> ResponseAPDU? {
        guard command.ins == 0xB0, command.p1 == 0x9E else { return nil }
        return ResponseAPDU(
          data: card.obey(command).data + BERTLV(0x61, [BERTLV(0x4F, card.state.serial)]).bytes, status: .success)
      }
    }

    @Test("A card with a defect fails: exit code 4, the checks named on stdout and in the XML")
    func fails() async throws {
      let folder = try TemporaryFolder()
      let card = try SoftCard(storage: MemoryCardStorage())
      await card.plant(TellingDirectory())
      let path = folder.path + "/ket-qua.xml"
      let end = try await VirtualSlot.withCard(card) { _ in
        try await Ansinh.run([
          "card", "conformance", "--reader", VirtualSlot.name, "--yes", "--json", "--junit", path,
        ])
      }
      #expect(end.exitCode == 4 && end.diagnostics.contains("conformance.failed"), "\(end.diagnostics)")
      let checks = try #require(try end.object()["checks"] as? [[String: Any]])
      let failed = checks.filter { $0["outcome"] as? String == "failed" }.compactMap { $0["id"] as? String }
      #expect(failed == ["files.directory", "privacy.no-identifiers"])
      #expect(try await junit(path) == ["testsuites", String(checks.count), "2", String(checks.count), "2"])
    }
  }
}

extension SoftCard {
  fileprivate func plant(_ interceptor: any SoftCardInterceptor) { self.interceptor = interceptor }
}
