import CardTestSupport
import Foundation
import Testing

/// SoftHSM 2 with tokens of its own in a folder, for commands in processes of their own.
final class TokenStore: Sendable {
  static let module = "/usr/lib/softhsm/libsofthsm2.so"
  static var isExpected: Bool { Peer.isExpected(installed: FileManager.default.fileExists(atPath: module)) }

  let folder: TemporaryFolder
  let environment: [String: String]
  private let pin: String

  private var tokens: String { folder.path + "/tokens" }

  init() throws {
    folder = try TemporaryFolder()
    let conf = folder.path + "/softhsm2.conf"
    try FileManager.default.createDirectory(atPath: folder.path + "/tokens", withIntermediateDirectories: true)
    try Data("directories.tokendir = \(folder.path)/tokens\nlog.level = ERROR\n".utf8)
      .write(to: URL(fileURLWithPath: conf))
    pin = folder.path + "/pin"
    #expect(
      FileManager.default.createFile(
        atPath: pin, contents: Data("8642\n".utf8), attributes: [.posixPermissions: 0o600]))
    environment = ["SOFTHSM2_CONF": conf]
  }

  /// Makes a token; the options that name it.
  func token(_ label: String) throws -> [String] {
    let setUp = try OpenSSLCommand().run(
      program: "/usr/bin/env",
      environment.map { "\($0.key)=\($0.value)" } + ["softhsm2-util", "--init-token", "--free", "--label", label]
        + ["--pin", "8642", "--so-pin", "13579"])
    #expect(setUp.status == 0)
    return ["--token-module", Self.module, "--token-label", label, "--token-pin-file", pin]
  }

  /// Shell commands that take the tokens away, as a device that is pulled out, and bring them back.
  var shellToTakeAway: String { "mv '\(tokens)' '\(tokens).away'" }

  func bringBack() throws { try FileManager.default.moveItem(atPath: tokens + ".away", toPath: tokens) }

  /// Removes every key.
  func empty() throws {
    for object in try FileManager.default.subpathsOfDirectory(atPath: tokens) where object.hasSuffix(".object") {
      try FileManager.default.removeItem(atPath: tokens + "/" + object)
    }
  }
}
