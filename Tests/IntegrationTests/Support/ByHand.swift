import Foundation
import Testing

/// One town, worked by commands in processes of their own, as people do in several terminals.
final class ByHand: Sendable {
  /// What the mailer told of a card.
  struct Mailer: Sendable {
    let card: String
    let can: String
    /// Good only for choosing the PIN.
    let transportPIN: String
    /// What the holder has chosen.
    var pin: String { ByHand.pin }
    /// A PIN that is wrong.
    var wrongPIN: String { "0" + ByHand.pin.dropFirst() }
  }

  /// What holders choose.
  static let pin = "246810"

  let folder: TemporaryFolder
  var home: String { folder.path }

  init() throws { folder = try TemporaryFolder() }

  /// Runs `ansinh` on this state.
  func run(
    _ arguments: String..., input: String = "", environment: [String: String] = [:]
  ) async throws -> FinishedCommand {
    try await Ansinh.run(arguments + ["--state", home], input: input, environment: environment)
  }

  /// Runs it twice, as text and with `--json`; the JSON.
  func runBoth(_ arguments: String..., input: String = "", shows parts: [String]) async throws -> Any {
    let text = try await Ansinh.run(arguments + ["--state", home, "--lang", "vi"], input: input)
    #expect(text.exitCode == 0, "\(arguments): \(text.diagnostics)")
    for part in parts { #expect(text.output.contains(part), "\(arguments): “\(part)” in \(text.output)") }
    let json = try await Ansinh.run(arguments + ["--state", home, "--json"], input: input)
    #expect(json.exitCode == 0, "\(arguments): \(json.diagnostics)")
    return try json.json()
  }

  /// The root, the verifier of Hồ Chí Minh City, and the certificates of the point that `pay` is at.
  func certify(point: String = "BD-79-003") async throws {
    let root = try await run("ca", "init")
    #expect(root.exitCode == 0, "\(root.diagnostics)")
    try await TestAuthority.certify(point: point, home: home)
  }

  /// The holder chooses the PIN at a reader: `change-pin` with the transport PIN.
  func activate(_ reader: String, transportPIN: String) async throws {
    let set = try await run(
      "card", "change-pin", "--reader", reader, "--pin-fd", "0", "--new-pin-fd", "0", "--json",
      input: "\(transportPIN)\n\(Self.pin)\n")
    #expect(set.exitCode == 0, "\(set.diagnostics)")
    #expect(try set.object()["outcome"] as? String == "set")
  }

  /// Imports the list at the centre and at the office.
  func importLists() async throws {
    let credited = try await run(
      "benefit", "import", sampleList, "--checker", "Lê B", "--approver", "Phạm C", "--cho-phep-du-lieu-mau", "--json")
    #expect(credited.exitCode == 0, "\(credited.diagnostics)")
    #expect(try credited.object()["credited"] as? Int == 500)
    let taken = try await run("issue", "import", sampleList, "--cho-phep-du-lieu-mau", "--json")
    #expect(taken.exitCode == 0, "\(taken.diagnostics)")
    #expect(try taken.object()["applicants"] as? Int == 500)
    try await match()
  }

  /// Has a register of the sample people check everybody at the office.
  func match(_ list: String = sampleList) async throws {
    let checked = try await run("issue", "verify", "run", "--sample-register", list, "--json")
    #expect(checked.exitCode == 0, "\(checked.diagnostics)")
  }

  /// Makes a virtual card for a person, reads the mailer, and has the holder choose the PIN.
  func personalise(_ person: String) async throws -> Mailer {
    let made = try await run("issue", "personalise", "--person", person, "--virtual", "--print-screen")
    #expect(made.exitCode == 0, "\(made.diagnostics)")
    func digits(after label: String) throws -> String {
      let line = try #require(made.output.split(separator: "\n").first { $0.contains(label) })
      return String(line[try #require(line.range(of: label)).upperBound...].filter(\.isNumber))
    }
    let mailer = Mailer(
      card: try digits(after: "· thẻ "), can: try digits(after: "mặt thẻ): "),
      transportPIN: try digits(after: "(5 số): "))
    #expect(mailer.card.count == 16 && mailer.can.count == 6 && mailer.transportPIN.count == 5)
    #expect(FileManager.default.fileExists(atPath: home + "/card/\(mailer.card)/card.tlv"))
    try await activate("virtual:\(home)/card/\(mailer.card)", transportPIN: mailer.transportPIN)
    return mailer
  }

  /// `point pay` at the first reader.
  func pay(_ arguments: String..., input: String) async throws -> FinishedCommand {
    try await Ansinh.run(
      [
        "point", "pay", "--state", home, "--commune", "26734", "--reader", VirtualSlot.name, "--pin-fd", "0",
      ] + arguments, input: input)
  }
}
