import ArgumentParser
import Foundation
import VietnamReference

/// How a failed command ends: one message in the user's language on stderr, and an exit code.
enum ErrorReport {
  static func exit(_ error: any Error, for command: Ansinh.Type) -> Never {
    // Help, version and wrong command lines are ArgumentParser's own, with its usage text and exit code 2.
    if error is ExitCode || error is CleanExit || error is ValidationError
      || command.exitCode(for: error) == .validationFailure || command.exitCode(for: error) == .success
    {
      let code = command.exitCode(for: error)
      if code == .validationFailure {
        Output.diagnose(command.fullMessage(for: error))
        Foundation.exit(ExitStatus.usage.rawValue)
      }
      command.exit(withError: error)
    }
    let message = UserMessage(error)
    let language = language(CommandLine.arguments)
    if CommandLine.arguments.contains("--json") {
      let object = [
        "problem": ["vi": message.problem.vi, "en": message.problem.en],
        "remedy": ["vi": message.remedy.vi, "en": message.remedy.en],
      ]
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      if let data = try? encoder.encode(object) { Output.diagnose(String(decoding: data, as: UTF8.self)) }
    } else {
      Output.diagnose("✘ " + message.problem(language))
      Output.diagnose("→ " + message.remedy(language))
    }
    Foundation.exit(message.exitCode)
  }

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
