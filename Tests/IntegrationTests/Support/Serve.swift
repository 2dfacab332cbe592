import Foundation
import Testing

/// `ansinh serve` as a process on a state folder and a port of its own, which can be killed and started again there.
final class Serve: Sendable {
  let home: String
  let port: UInt16
  let command: RunningCommand

  var url: String { "http://127.0.0.1:\(port)" }

  private init(home: String, port: UInt16, command: RunningCommand) {
    self.home = home
    self.port = port
    self.command = command
  }

  /// Starts the service and waits until it listens.
  static func start(_ home: String, port: UInt16? = nil) async throws -> Serve {
    let port = try port ?? TCPSocket.freePort()
    let command = try RunningCommand(
      Ansinh.executable, ["serve", "--state", home, "--port", String(port), "--cho-phep-du-lieu-mau"])
    try await command.waitForDiagnostics("http://127.0.0.1:\(port)")
    return Serve(home: home, port: port, command: command)
  }

  /// kill -9: no destructor, no flush, no farewell.
  func kill() { command.kill() }

  /// Another process on the same state and port.
  func again() async throws -> Serve { try await Self.start(home, port: port) }

  /// SIGTERM; the service must end well by itself.
  func stop(sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let end = try await command.stop()
    #expect(end.exitCode == 0, "\(end.diagnostics)", sourceLocation: sourceLocation)
  }
}
