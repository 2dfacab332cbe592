import ArgumentParser
import Issuance
import ServiceAPI
import Testing

@testable import ansinh

/// Who decides, as the command line takes it.
@Suite("Hands on the command line")
struct HandsOptionTests {
  @Test("A checker who is named by nothing is refused before any centre is asked", arguments: ["", "  ", "\t"])
  func nobody(_ name: String) throws {
    #expect(throws: (any Error).self) { try HandsOptions.parse(["--checker", name]) }
    let counter = ["--reason", "sao kê", "--checker"]
    #expect(throws: (any Error).self) { try CounterHandsOptions.parse(counter + [name]) }
    #expect(throws: (any Error).self) { try ClerkOptions.parse(["--checker", name]) }
    #expect(try CounterHandsOptions.parse(counter + ["Bình"]).request.checker == "Bình")
    #expect(try HandsOptions.parse([]).hands.checker.isEmpty)
  }
}
