public import ArgumentParser
import Benefits
import Foundation
public import VietnamReference

extension Language: ExpressibleByArgument {}
extension TextEncoding: ExpressibleByArgument {}

/// What every command takes.
struct GlobalOptions: ParsableArguments {
  @Option(name: .long, help: "Thư mục trạng thái. / State folder. (ANSINH_HOME)", completion: .directory)
  var state: String?

  @Option(name: .long, help: "Ngôn ngữ: vi, en. / Language.")
  var lang: Language?

  @Flag(name: .long, help: "In kết quả dạng JSON. / Print results as JSON.")
  var json = false

  /// From `--lang`, else from the locale: English for an English one, Vietnamese for every other.
  var language: Language { lang ?? Self.localeLanguage }

  static var localeLanguage: Language {
    let environment = ProcessInfo.processInfo.environment
    let locale = environment["LC_ALL"] ?? environment["LC_MESSAGES"] ?? environment["LANG"] ?? ""
    return locale.hasPrefix("en") ? .english : .vietnamese
  }

  /// From `--state`, `ANSINH_HOME`, else `~/.ansinh`.
  var home: StateHome {
    let path = state ?? ProcessInfo.processInfo.environment["ANSINH_HOME"] ?? NSHomeDirectory() + "/.ansinh"
    return StateHome(path: path)
  }

  var output: Output { Output(language: language, json: json) }
}

/// The folders under the state folder (`architecture`, command-line contract).
struct StateHome: Sendable {
  let path: String

  var office: String { path + "/office" }
  var authority: String { path + "/ca" }
  var centre: String { path + "/centre" }
  var cards: String { path + "/card" }
  var programmes: String { path + "/programmes" }
  func point(_ name: String) -> String { path + "/point/" + name }
  func card(_ name: String) -> String { cards + "/" + name }

  /// Makes a folder with everything above it, for the owner only.
  func make(_ folder: String) throws {
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }
}

/// Results on stdout, diagnostics on stderr.
struct Output: Sendable {
  let language: Language
  let json: Bool

  /// One text for people, or one object for programs.
  func result(_ object: some Encodable, _ text: () -> String) throws {
    if json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      print(String(decoding: try encoder.encode(object), as: UTF8.self))
    } else {
      print(text())
    }
  }

  /// What is printed as the work goes on: text for people, or one object on one line for programs.
  func line(_ object: some Encodable, _ text: () -> String) throws {
    print(json ? try Self.oneLine(object) : text())
  }

  static func oneLine(_ object: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(object), as: UTF8.self)
  }

  /// A line for people; nothing with `--json`.
  func say(_ vi: String, _ en: String) {
    if !json { print(pick(vi, en)) }
  }

  /// A diagnostic: a line for people, or `{"note":{"en":…,"vi":…}}` for programs.
  func note(_ vi: String, _ en: String) {
    if json, let line = try? Self.oneLine(["note": BilingualText(vi: vi, en: en)]) {
      Self.diagnose(line)
    } else {
      Self.diagnose(pick(vi, en))
    }
  }

  /// What a long run tells of itself: a diagnostic for people, one object on one line of stdout for programs.
  func event(_ object: some Encodable, _ vi: String, _ en: String) throws {
    guard json else { return note(vi, en) }
    print(try Self.oneLine(object))
    // A line is there when it happened, also in a pipe.
    fflush(nil)
  }

  /// Where progress bars are drawn: nowhere with `--json`.
  var progress: ConsoleOutput { json ? ConsoleOutput(isTerminal: false) { _ in } : .standardError }

  func pick(_ vi: String, _ en: String) -> String { language == .vietnamese ? vi : en }

  static func diagnose(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }
}

/// The clock of the whole program.
enum Clock {
  /// Milliseconds since 1970.
  static var milliseconds: Int64 { Int64(Date().timeIntervalSince1970 * 1_000) }
  /// Seconds since 1970.
  static var seconds: Int64 { milliseconds / 1_000 }
  /// Today in Vietnam.
  static var today: CalendarDate? { CalendarDate(unixSeconds: seconds, zone: .vietnam) }
}

/// What shells offer for the values of options.
enum Completions {
  /// Payment lists.
  static let list = CompletionKind.file(extensions: ["csv"])
  /// Certificates and requests.
  static let certificate = CompletionKind.file(extensions: ["cvc", "csr"])
  /// Files for print.
  static let pdf = CompletionKind.file(extensions: ["pdf"])
  /// Card profiles.
  static let profile = CompletionKind.file(extensions: ["yaml"])
  /// Programme codes.
  static var programmes: CompletionKind { .list(ProgrammeCatalogue.embedded.programmes.map(\.code)) }
  /// Payment service organisations.
  static var agents: CompletionKind { .list(Names.agents.keys.sorted()) }
}
