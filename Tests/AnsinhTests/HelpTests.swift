import ArgumentParser
import Foundation
import Testing
import VietnamReference

@testable import ansinh

/// The commands and options as ArgumentParser tells them to other programs (`--experimental-dump-help`).
struct HelpTree: Decodable {
  struct Name: Decodable { let name: String }

  struct Argument: Decodable {
    let kind: String
    let names: [Name]?
    let valueName: String?
    let abstract: String?
    let shouldDisplay: Bool

    var label: String { names?.map(\.name).joined(separator: ",") ?? valueName ?? "?" }
    /// `--help` and `--version` are ArgumentParser's own, with its words.
    var isBuiltIn: Bool { ["h,help", "h,help,help", "version", "subcommands"].contains(label) }
  }

  struct Command: Decodable {
    let commandName: String
    let abstract: String?
    let discussion: String?
    let subcommands: [Command]?
    let arguments: [Argument]?

    /// This command and those below it, with the words that call them; without `help`.
    func all(_ path: [String] = []) -> [(path: [String], command: Command)] {
      guard commandName != "help" else { return [] }
      let path = path + [commandName]
      return [(path, self)] + (subcommands ?? []).flatMap { $0.all(path) }
    }
  }

  let command: Command

  static func read() throws -> HelpTree {
    try JSONDecoder().decode(HelpTree.self, from: Data(Ansinh._dumpHelp().utf8))
  }
}

@Suite("Help")
struct HelpTests {
  @Test("Every command and option is explained in Vietnamese and English")
  func bothLanguages() throws {
    for (path, command) in try HelpTree.read().command.all() {
      let place = path.joined(separator: " ")
      try check(command.abstract, place)
      if let discussion = command.discussion, !discussion.isEmpty { try check(discussion, place) }
      for argument in command.arguments ?? [] where !argument.isBuiltIn {
        try check(argument.abstract, "\(place) \(argument.label)")
        #expect(argument.shouldDisplay, "\(place) \(argument.label)")
      }
    }
  }

  /// `Tiếng Việt. / English.`
  private func check(_ text: String?, _ place: String) throws {
    let parts = (text ?? "").components(separatedBy: " / ")
    guard parts.count == 2 else {
      Issue.record("\(place): “\(text ?? "")” is not in both languages")
      return
    }
    #expect(parts[0].count > 2 && parts[1].count > 2, "\(place)")
    let isMarked = parts[0].unicodeScalars.contains { (0xC0...0x1B0).contains($0.value) || $0.value >= 0x1EA0 }
    #expect(isMarked, "\(place): \(parts[0])")
    for part in parts { #expect(".)".contains(part.last ?? " "), "\(place): \(part)") }
  }

  @Test("Messages name only commands and options that there are")
  func namedCommands() throws {
    let commands = try HelpTree.read().command.all()
    let paths = Set(commands.map { $0.path.joined(separator: " ") })
    let options = Set(commands.flatMap { $0.command.arguments ?? [] }.flatMap { ($0.names ?? []).map(\.name) })
    let parts = MessageCatalogue.parts.flatMap { MessageCatalogue.entries($0.codes) }
    for entry in parts + MessageCatalogue.problems where entry.code != CommandCode.commandLine.rawValue {
      for text in [entry.problem.vi, entry.problem.en, entry.remedy.vi, entry.remedy.en] {
        for match in text.matches(of: /\bansinh((?: [a-z]+)+)(?=[”.):])/) {
          #expect(paths.contains("ansinh" + match.1), "\(entry.code): ansinh\(match.1)")
        }
        for match in text.matches(of: /(?:^|[\s(])--([a-z][a-z-]*)/) where match.1 != "run" {
          #expect(options.contains(String(match.1)), "\(entry.code): --\(match.1)")
        }
      }
    }
  }
}
