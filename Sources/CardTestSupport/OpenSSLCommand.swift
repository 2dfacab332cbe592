import Foundation

/// The system's `openssl` command as an independent peer, run in a temporary folder of its own; other programs can be
/// run there too.
public final class OpenSSLCommand: Sendable {
  /// Whether the command is installed.
  public static let isAvailable = FileManager.default.isExecutableFile(atPath: executable)
  private static let executable = "/usr/bin/openssl"

  private let folder: URL

  /// What one run gave.
  public struct Outcome: Sendable {
    /// Exit status.
    public let status: Int32
    /// Standard output and standard error together.
    public let output: String
  }

  /// Makes the folder, which goes with this object.
  public init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("ansinh-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit {
    do {
      try FileManager.default.removeItem(at: folder)
    } catch {
      print("left behind: \(folder.lastPathComponent)")
    }
  }

  /// Writes `octets` to `name` in the folder.
  public func write(_ octets: [UInt8], to name: String) throws {
    try Data(octets).write(to: folder.appendingPathComponent(name))
  }

  /// The octets of `name` in the folder.
  public func read(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: folder.appendingPathComponent(name)))
  }

  /// Runs `openssl` with `arguments` inside the folder and waits for it.
  public func run(_ arguments: String...) throws -> Outcome { try run(arguments) }

  /// The same with the arguments in an array.
  public func run(_ arguments: [String]) throws -> Outcome { try run(program: Self.executable, arguments) }

  /// Runs the program at the path `program`, such as `/usr/bin/cvc-print` of OpenPACE, with `arguments` inside the
  /// folder and waits for it.
  public func run(program: String, _ arguments: [String]) throws -> Outcome {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    process.currentDirectoryURL = folder
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Outcome(status: process.terminationStatus, output: String(decoding: output, as: UTF8.self))
  }
}
