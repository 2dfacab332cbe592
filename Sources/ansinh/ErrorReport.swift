import ArgumentParser
import Foundation
import VietnamReference

/// How a failed command ends: one message in the user's language on stderr, or with `--json` one object on one line,
/// and an exit code.
enum ErrorReport {
  /// The object that `--json` prints.
  struct Object: Encodable {
    let code: String
    let exitCode: Int32
    let problem: BilingualText
    let remedy: BilingualText
    /// Rows of a list; `nil` when none is meant.
    let rows: [ListRow]?

    init(_ message: UserMessage) {
      code = message.code
      exitCode = message.exitCode
      problem = message.problem
      remedy = message.remedy
      rows = message.rows.isEmpty ? nil : message.rows
    }
  }

  static func exit(_ error: any Error, for command: Ansinh.Type) -> Never {
    let code = command.exitCode(for: error)
    // Help, version and completion scripts are results; an exit code was told of already.
    if error is ExitCode || code == .success { command.exit(withError: error) }
    let isJSON = Self.isJSON(CommandLine.arguments)
    // A wrong command line is ArgumentParser's own, with its usage text.
    if code == .validationFailure {
      if isJSON {
        report(commandLine(command.message(for: error)))
      } else {
        Output.diagnose(command.fullMessage(for: error))
      }
      Foundation.exit(ExitStatus.usage.rawValue)
    }
    let message = UserMessage(error)
    if isJSON {
      report(message)
    } else {
      let language = language(CommandLine.arguments)
      Output.diagnose("✘ " + message.problem(language))
      Output.diagnose("→ " + message.remedy(language))
    }
    Foundation.exit(message.exitCode)
  }

  /// A command line that can't be read; ArgumentParser's words are English.
  static func commandLine(_ reason: String) -> UserMessage {
    let reason = TextLayout.oneLine(reason)
    return UserMessage(
      CommandCode.commandLine, .usage, vi: "Dòng lệnh không đúng (\(reason)).",
      en: "The command line is wrong (\(reason)).",
      remedy: BilingualText(vi: "Xem cách dùng: ansinh --help.", en: "See: ansinh --help."))
  }

  private static func report(_ message: UserMessage) {
    if let line = try? Output.oneLine(Object(message)) { Output.diagnose(line) }
  }

  /// Whether `--json` was asked for, also when the command line could not be read to its end.
  static func isJSON(_ arguments: [String]) -> Bool { arguments.prefix { $0 != "--" }.contains("--json") }

  /// The language asked for, also when the command line could not be read to its end.
  private static func language(_ arguments: [String]) -> Language {
    if let index = arguments.firstIndex(of: "--lang"), index + 1 < arguments.count,
      let asked = Language(rawValue: arguments[index + 1])
    {
      return asked
    }
    return GlobalOptions.localeLanguage
  }
}
