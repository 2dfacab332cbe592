import Foundation

/// Work that waits for a device, kept off the threads that all tasks share.
enum BlockingOutput {
  /// Runs `work` on a thread of its own.
  static func run(_ work: @escaping @Sendable () throws -> Void) async throws {
    try await withCheckedThrowingContinuation { continuation in
      DispatchQueue.global().async { continuation.resume(with: Result(catching: work)) }
    }
  }

  /// Writes all octets to a pipe, a socket, a terminal or a file, in pieces that a pipe takes whole, until `deadline`.
  static func write(
    _ octets: Span<UInt8>, to descriptor: Int32, until deadline: ContinuousClock.Instant, seconds: Int
  ) throws(PrintStreamError) {
    var done = 0
    while done < octets.count {
      let left = ContinuousClock.now.duration(to: deadline)
      guard left > .zero else { throw .timedOut(seconds: seconds) }
      var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
      let ready = poll(&wanted, 1, Int32(min(left.components.seconds * 1_000 + 100, 60_000)))
      if ready < 0, errno != EINTR { throw .system(operation: "poll", code: errno) }
      guard ready > 0 else { continue }
      done += try piece(octets, from: done, to: descriptor)
    }
  }

  /// Writes a file's octets.
  static func write(_ octets: Span<UInt8>, toFile descriptor: Int32) throws(PrintStreamError) {
    var done = 0
    while done < octets.count { done += try piece(octets, from: done, to: descriptor) }
  }

  private static func piece(
    _ octets: Span<UInt8>, from start: Int, to descriptor: Int32
  ) throws(PrintStreamError) -> Int {
    let length = min(octets.count - start, Int(PIPE_BUF))
    let (written, code) = octets.withUnsafeBytes { buffer in
      let written = Foundation.write(descriptor, buffer.baseAddress.map { $0 + start }, length)
      return (written, errno)
    }
    if written > 0 { return written }
    if written < 0, code == EINTR || code == EAGAIN { return 0 }
    throw .system(operation: "write", code: written == 0 ? ENOSPC : code)
  }

  /// Runs `body`, which starts a process: it inherits what this thread listens to, and a queue's threads listen to no
  /// request to end.
  static func withSignalsOpen<Failure: Error>(_ body: () throws(Failure) -> Void) throws(Failure) {
    var none = sigset_t()
    var before = sigset_t()
    sigemptyset(&none)
    pthread_sigmask(SIG_SETMASK, &none, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    try body()
  }

  /// Runs `body` so that a reader who is gone is an error of the call, not the end of this process.
  static func withoutBrokenPipeSignal<Failure: Error>(_ body: () throws(Failure) -> Void) throws(Failure) {
    var pipeSignal = sigset_t()
    var before = sigset_t()
    sigemptyset(&pipeSignal)
    sigaddset(&pipeSignal, SIGPIPE)
    pthread_sigmask(SIG_BLOCK, &pipeSignal, &before)
    defer {
      var now = timespec(tv_sec: 0, tv_nsec: 0)
      // What came of our own writing is taken away before the thread listens again.
      while sigtimedwait(&pipeSignal, nil, &now) == SIGPIPE {}
      pthread_sigmask(SIG_SETMASK, &before, nil)
    }
    try body()
  }
}
