import Foundation
import Testing

/// What a command that has ended left behind.
struct FinishedCommand: Sendable {
  let exitCode: Int32
  let output: String
  let diagnostics: String

  /// Standard output as JSON; recorded as an issue when it is anything else.
  func json(sourceLocation: SourceLocation = #_sourceLocation) throws -> Any {
    let value = try? JSONSerialization.jsonObject(with: Data(output.utf8), options: .fragmentsAllowed)
    return try #require(value, "not one JSON value: \(output)", sourceLocation: sourceLocation)
  }

  /// The JSON object on the first line of standard output.
  func firstObject(sourceLocation: SourceLocation = #_sourceLocation) throws -> [String: Any] {
    let line = output.split(separator: "\n").first ?? ""
    return try #require(
      try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], sourceLocation: sourceLocation)
  }

  /// The JSON object on standard output.
  func object(sourceLocation: SourceLocation = #_sourceLocation) throws -> [String: Any] {
    let value = try json(sourceLocation: sourceLocation)
    return try #require(value as? [String: Any], sourceLocation: sourceLocation)
  }
}

/// A program that the tests started, its output going to files.
///
/// @unchecked: the process object is used behind its own lock, the paths never change.
final class RunningCommand: @unchecked Sendable {
  private let process = Process()
  private let outputPath: String
  private let diagnosticsPath: String
  /// Kept open when more may come.
  private let input: FileHandle?

  /// Starts `executable`; `input` is all of its standard input, or the beginning of it when that stays open.
  init(
    _ executable: String, _ arguments: [String], input: String = "", keepsInputOpen: Bool = false,
    environment: [String: String] = [:]
  ) throws {
    let base = FileManager.default.temporaryDirectory.path + "/ansinh-run-" + UUID().uuidString
    (outputPath, diagnosticsPath) = (base + ".out", base + ".err")
    for path in [outputPath, diagnosticsPath] { try Data().write(to: URL(fileURLWithPath: path)) }
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.currentDirectoryURL = repositoryRoot
    process.environment = Self.environment.merging(environment) { $1 }
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: outputPath))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: diagnosticsPath))
    let pipe = Pipe()
    process.standardInput = pipe
    self.input = keepsInputOpen ? pipe.fileHandleForWriting : nil
    try process.run()
    try? pipe.fileHandleForWriting.write(contentsOf: Data(input.utf8))
    if !keepsInputOpen { try? pipe.fileHandleForWriting.close() }
  }

  deinit {
    kill()
    for path in [outputPath, diagnosticsPath] { try? FileManager.default.removeItem(atPath: path) }
  }

  /// The tests' environment without what would change a command's language or state.
  private static let environment = ProcessInfo.processInfo.environment.filter {
    !["LANG", "LC_ALL", "LC_MESSAGES", "ANSINH_HOME"].contains($0.key)
  }

  var isRunning: Bool { process.isRunning }
  var processIdentifier: Int32 { process.processIdentifier }
  var diagnostics: String { Self.text(diagnosticsPath) }
  var output: String { Self.text(outputPath) }

  /// SIGINT, as Ctrl-C at a terminal.
  func interrupt() { process.interrupt() }

  private static func text(_ path: String) -> String {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
  }

  /// SIGKILL, and waits until the process is gone.
  func kill() {
    guard process.isRunning else { return }
    Foundation.kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
  }

  /// SIGTERM; what the command left behind.
  func stop() async throws -> FinishedCommand {
    process.terminate()
    return try await finish(within: .seconds(20))
  }

  /// Waits until `text` is in the diagnostics.
  func waitForDiagnostics(_ text: String, within patience: Duration = .seconds(60)) async throws {
    try await eventually("“\(text)” in the diagnostics", within: patience) {
      if !process.isRunning { throw CommandFailure(what: "ended early", diagnostics: diagnostics) }
      return diagnostics.contains(text)
    }
  }

  /// Waits for the end; a command that takes longer is killed and the test fails.
  func finish(within patience: Duration = .seconds(120)) async throws -> FinishedCommand {
    do {
      try await eventually("end of \(process.arguments ?? [])", within: patience) { !process.isRunning }
    } catch {
      kill()
      throw error
    }
    process.waitUntilExit()
    return FinishedCommand(
      exitCode: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
      output: Self.text(outputPath), diagnostics: diagnostics)
  }
}

/// A command that did not do what the test needs to go on.
struct CommandFailure: Error {
  let what: String
  let diagnostics: String
}

/// Asks again and again until `holds`, for a bounded time.
func eventually(
  _ what: String, within patience: Duration = .seconds(60), _ holds: () async throws -> Bool
) async throws {
  let end = ContinuousClock.now + patience
  while !(try await holds()) {
    guard ContinuousClock.now < end else {
      throw CommandFailure(what: "\(what): not within \(patience)", diagnostics: "")
    }
    try await Task.sleep(for: .milliseconds(10))
  }
}

/// The `ansinh` that was built together with these tests.
enum Ansinh {
  static let executable: String = {
    // The test runner's own file is in the folder of the products.
    let runner = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
    let bundles = CommandLine.arguments.filter { $0.contains(".xctest") }
    let folders = (bundles + [runner]).map { URL(fileURLWithPath: $0).deletingLastPathComponent().path }
    let found = folders.map { $0 + "/ansinh" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    return found ?? "ansinh is not beside \(runner)"
  }()

  /// Runs a command to its end.
  static func run(
    _ arguments: [String], input: String = "", environment: [String: String] = [:]
  ) async throws -> FinishedCommand {
    try await RunningCommand(executable, arguments, input: input, environment: environment).finish()
  }
}

let repositoryRoot = URL(fileURLWithPath: #filePath)
  .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// A sample list.
func sample(_ name: String) -> String { repositoryRoot.path + "/Tools/samples/" + name }
let sampleList = sample("danh-sach-chi-tra-mau.csv")

/// What a row of ten columns lacks of one that is sent to the centre, with its line end.
let emptyCells = ",,\n"

/// A folder of one test, gone with it.
final class TemporaryFolder: Sendable {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/ansinh-test-" + UUID().uuidString.lowercased()
    try FileManager.default.createDirectory(
      atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
