import CardCrypto
import CardTestSupport
import Foundation

/// SoftHSM 2 with tokens of its own in a temporary folder: a real PKCS #11 module.
///
/// The module reads its configuration's place from the environment when it is initialised, so that one of these lives
/// at a time.
final class SoftHSM {
  static let modulePath =
    ["/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so", "/usr/local/lib/softhsm/libsofthsm2.so"]
    .first { FileManager.default.isReadableFile(atPath: $0) } ?? ""
  static var isExpected: Bool { Peer.isExpected(installed: isAvailable) }
  static var isPeerExpected: Bool { Peer.isExpected(installed: isAvailable && isInstalled("pkcs11-tool")) }
  private static var isAvailable: Bool { !modulePath.isEmpty && isInstalled("softhsm2-util") }
  static let pin = "270316"

  private let folder: URL

  /// An empty store.
  init() throws {
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("ansinh-\(UUID().uuidString)")
    let tokens = folder.appendingPathComponent("tokens")
    try FileManager.default.createDirectory(at: tokens, withIntermediateDirectories: true)
    let configuration = folder.appendingPathComponent("softhsm2.conf")
    try "directories.tokendir = \(tokens.path)\nobjectstore.backend = file\nlog.level = ERROR\n"
      .write(to: configuration, atomically: true, encoding: .utf8)
    setenv("SOFTHSM2_CONF", configuration.path, 1)
  }

  deinit {
    do {
      try FileManager.default.removeItem(at: folder)
    } catch {
      print("left behind: \(folder.lastPathComponent)")
    }
  }

  /// Adds a token.
  func add(_ label: String) throws {
    try run("softhsm2-util", ["--init-token", "--free", "--label", label, "--pin", Self.pin, "--so-pin", "31415926"])
  }

  /// Opens a token with its own PIN.
  func open(_ label: String) throws -> PKCS11Token {
    try PKCS11Token(modulePath: Self.modulePath, label: label, pin: SecretBytes(Array(Self.pin.utf8)))
  }

  /// Runs OpenSC's `pkcs11-tool` with a token.
  @discardableResult func peer(_ label: String, loggedIn: Bool = true, _ arguments: [String]) throws -> String {
    let login = loggedIn ? ["--login", "--pin", Self.pin] : []
    return try run("pkcs11-tool", ["--module", Self.modulePath, "--token-label", label] + login + arguments)
  }

  /// A file of the folder.
  func path(_ name: String) -> String { folder.appendingPathComponent(name).path }

  private static func isInstalled(_ command: String) -> Bool {
    FileManager.default.isExecutableFile(atPath: "/usr/bin/" + command)
  }

  @discardableResult private func run(_ command: String, _ arguments: [String]) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/" + command)
    process.arguments = arguments
    process.environment = ["SOFTHSM2_CONF": path("softhsm2.conf"), "LC_ALL": "C.UTF-8"]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw Failure(command: command, output: output) }
    return output
  }

  struct Failure: Error {
    let command: String
    let output: String
  }
}
