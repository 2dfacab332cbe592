import Foundation

/// Gives each document to a command's standard input: `lp`, a card printer's driver. The command is run once a
/// document, without a shell.
///
/// What it writes to its standard output is thrown away; its complaints go where ours go.
public struct CommandPrintStream: PrintStream {
  private let executable: String
  private let arguments: [String]
  private let seconds: Int

  /// A stream to a command.
  ///
  /// - Parameters:
  ///   - executable: its path.
  ///   - arguments: never a secret: they are in the list of processes.
  ///   - seconds: how long one document may take; then the command is ended.
  public init(executable: String, arguments: [String] = [], seconds: Int = 60) {
    self.executable = executable
    self.arguments = arguments
    self.seconds = seconds
  }

  /// Runs the command; it must read the whole document and end with status 0.
  public func take(_ document: PrintDocument) async throws {
    try await BlockingOutput.run { [self] in try run(document) }
  }

  private func run(_ document: PrintDocument) throws(PrintStreamError) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw .system(operation: "pipe", code: errno) }
    let (reading, writing) = (ends[0], ends[1])
    var isWritingOpen = true
    defer { if isWritingOpen { close(writing) } }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: executable)
    process.arguments = arguments
    process.standardInput = FileHandle(fileDescriptor: reading, closeOnDealloc: false)
    process.standardOutput = FileHandle.nullDevice
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    do {
      defer { close(reading) }
      try BlockingOutput.withSignalsOpen { try process.run() }
    } catch {
      throw .system(operation: "run", code: ENOENT)
    }
    let deadline = ContinuousClock.now.advanced(by: .seconds(seconds))
    let failure = write(document, to: writing, until: deadline)
    isWritingOpen = false
    close(writing)
    // A command that fails closes its input first and tells its status a little later.
    guard failure != .timedOut(seconds: seconds), wait(ended, until: deadline) else {
      end(process, ended)
      throw .timedOut(seconds: seconds)
    }
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      throw .commandFailed(status: process.terminationStatus, isSignal: process.terminationReason != .exit)
    }
    guard let failure else { return }
    guard failure != .system(operation: "write", code: EPIPE) else { throw .notTaken }
    throw failure
  }

  /// What went wrong while the command's input was filled; `nil` when nothing did.
  private func write(
    _ document: PrintDocument, to descriptor: Int32, until deadline: ContinuousClock.Instant
  ) -> PrintStreamError? {
    do throws(PrintStreamError) {
      guard fcntl(descriptor, F_SETFL, O_NONBLOCK) == 0 else { throw .system(operation: "fcntl", code: errno) }
      try BlockingOutput.withoutBrokenPipeSignal { () throws(PrintStreamError) in
        try document.withOctets { (octets) throws(PrintStreamError) in
          try BlockingOutput.write(octets, to: descriptor, until: deadline, seconds: seconds)
        }
      }
      return nil
    } catch {
      return error
    }
  }

  private func wait(_ ended: DispatchSemaphore, until deadline: ContinuousClock.Instant) -> Bool {
    let left = max(.milliseconds(50), ContinuousClock.now.duration(to: deadline))
    let milliseconds = left.components.seconds * 1_000 + left.components.attoseconds / 1_000_000_000_000_000
    return ended.wait(timeout: .now() + .milliseconds(Int(milliseconds))) == .success
  }

  /// Asks the process to end, and makes it when it does not.
  private func end(_ process: Process, _ ended: DispatchSemaphore) {
    process.terminate()
    guard ended.wait(timeout: .now() + .seconds(2)) == .timedOut else { return }
    kill(process.processIdentifier, SIGKILL)
    ended.wait()
  }
}
