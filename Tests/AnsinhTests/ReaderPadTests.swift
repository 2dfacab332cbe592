import ArgumentParser
import CardTerminal
import ISO7816
import PCSC
import SecureChannel
import Testing
import VietnamReference

@testable import ansinh

/// What is made of what a reader tells of PACE.
@Suite("What the reader's pad tells")
struct ReaderPadTests {
  private func code(_ result: UInt32, setUp: UInt16? = nil) -> String {
    let cause = ReaderPACEError.refused(
      ReaderPACEResult(rawValue: result), setUp: setUp.map { StatusWord(rawValue: $0) })
    return UserMessage(PadChannel.sessionError(.transport(cause))).code
  }

  @Test(
    "Each result has the message that PACE at the computer would have",
    arguments: [
      (0xF002_63C1, "pace.suspended"), (0xF002_63C0, "pace.blocked"), (0xF002_6983, "pace.blocked"),
      (0xF002_6283, "pace.deactivated"), (0xF002_6984, "pace.deactivated"), (0xF002_6A80, "pace.refused"),
      (0xF006_63C2, "pace.wrong-pin"), (0xF006_63C1, "pace.wrong-pin-suspended"), (0xF006_63C0, "pace.blocked"),
      // Some readers tell all four steps by the first one.
      (0xF003_63C2, "pace.wrong-pin"), (0xF006_6300, "pace.wrong-can"), (0xF006_6983, "pace.blocked"),
      (0xF003_6985, "pace.refused"), (0xF000_6A82, "session.not-this-scheme"), (0xF001_6A82, "session.not-this-scheme"),
      (0xE000_0006, "pace.card-not-authentic"), (0xE000_0001, "pace.malformed-answer"),
      (0xE000_0002, "pace.malformed-answer"), (0xF010_0002, "card-lost.removed"), (0xF020_0001, "pad.cancelled"),
      (0xF020_0002, "pad.timeout"), (0xE000_0003, "pad.refused"), (0xD000_0001, "pad.refused"),
      (0xF010_0001, "pad.refused"), (0xDEAD_BEEF, "pad.refused"),
    ] as [(UInt32, String)])
  func results(_ result: UInt32, _ expected: String) {
    #expect(code(result) == expected)
  }

  @Test("A reader that goes on after the card's warning: why the run failed is in the answer to MSE:Set AT")
  func setUp() {
    #expect(code(0xF003_6985, setUp: 0x63C1) == "pace.suspended")
    #expect(code(0xF003_6985, setUp: 0x63C0) == "pace.blocked")
    #expect(code(0xF003_6985, setUp: 0x6283) == "pace.deactivated")
    #expect(code(0xF003_6985, setUp: 0x63C2) == "pace.refused")
    #expect(code(0xF003_6985, setUp: 0x9000) == "pace.refused")
    // The run's own answer weighs more: after the CAN one try is left, and it was the wrong one.
    #expect(code(0xF006_63C0, setUp: 0x63C1) == "pace.blocked")
    #expect(code(0xF020_0001, setUp: 0x63C1) == "pad.cancelled")
  }

  @Test("Faults of the way to the reader stay what they are")
  func others() {
    func code(_ error: CardChannelError) -> String { UserMessage(PadChannel.sessionError(error)).code }
    #expect(code(.cardLost(.readerGone)) == "card-lost.reader-gone")
    #expect(code(.transport(ReaderPACEError.trailing(3))) == "pad.malformed-answer")
    #expect(code(.transport(PCSCError(.sharingViolation, in: "SCardControl"))) == "pcsc.sharing-violation")
  }

  @Test("The keyboard is chosen by a word, and only where the reader's pad will do")
  func option() throws {
    #expect(try KeyboardOptions.parse([]).keyboard == nil)
    #expect(try KeyboardOptions.parse(["--ban-phim", "may-tinh"]).keyboard == .computer)
    #expect(try KeyboardOptions.parse(["--ban-phim", "dau-doc"]).keyboard == .reader)
    #expect(throws: (any Error).self) { try KeyboardOptions.parse(["--ban-phim", "khac"]) }
    let having = try HelpTree.read().command.all()
      .filter { $0.command.arguments?.contains { $0.label == "ban-phim" } ?? false }
      .map { $0.path.joined(separator: " ") }
    #expect(having.sorted() == ["balance", "change-pin", "history", "info", "unblock"].map { "ansinh card " + $0 })
  }

  @Test("A card in a folder has no pad")
  func folder() async throws {
    let readers = try ReaderOptions.parse(["--reader", "virtual:/"])
    await #expect(throws: NoReaderPadError.self) {
      try await readers.withCard(
        Output(language: .english, json: false), keyboard: try KeyboardOptions.parse(["--ban-phim", "dau-doc"])
      ) { _ in }
    }
  }
}
