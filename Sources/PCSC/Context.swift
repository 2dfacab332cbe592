internal import CPCSC
internal import Foundation
internal import Synchronization

/// A connection to the PC/SC service (`SCARDCONTEXT`), with a thread of its own on which every call is made.
///
/// Calls on one context, and on the cards connected through it, happen one after the other. A wait occupies the
/// context: give each reader that is being used one context, and waiting another. The context is released when the last
/// use of it ends.
public actor Context {
  nonisolated let thread: BlockingThread
  let handle: ContextHandle

  /// The context's own thread.
  public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

  /// Connects to the service: `SCardEstablishContext`.
  ///
  /// - Throws: ``PCSCError/Code/noService`` when pcscd is not running.
  public init() async throws(PCSCError) {
    let thread = BlockingThread(name: "PC/SC context")
    self.thread = thread
    switch await thread.perform({ Result(catching: ContextHandle.init) }) {
    case .success(let handle): self.handle = handle
    case .failure(let error):
      thread.stop()
      throw error
    }
  }

  deinit {
    let handle = handle
    thread.stop { handle.release() }
  }

  /// Whether the library still knows this context: `SCardIsValidContext`. It does not ask the service.
  public var isValid: Bool { SCardIsValidContext(handle.raw) == SCARD_S_SUCCESS }

  /// The names of the readers now attached, none when there is no reader: `SCardListReaders`.
  public func readers() throws(PCSCError) -> [String] { try Self.readers(handle) }

  /// The same of any context, on the thread of the caller.
  static func readers(_ handle: ContextHandle) throws(PCSCError) -> [String] {
    var buffer = [CChar](repeating: 0, count: 4_096)
    while true {
      var length = DWORD(buffer.count)
      do {
        try check(SCardListReaders(handle.raw, nil, &buffer, &length), "SCardListReaders")
        return strings(buffer.prefix(Int(length)))
      } catch {
        switch error.code {
        case .noReadersAvailable: return []
        case .insufficientBuffer where buffer.count < 1 << 20:
          buffer = [CChar](repeating: 0, count: buffer.count * 2)
        default: throw error
        }
      }
    }
  }

  /// The readers now attached with their cards, without waiting.
  public func readerStates() throws(PCSCError) -> [ReaderState] {
    try handle.statusChange(of: readers().map { ReaderState(reader: $0) }, timeoutMilliseconds: 0)
  }

  /// Strings that each end with a zero, up to an empty one (the "multi-string" of PC/SC).
  static func strings(_ characters: some Sequence<CChar>) -> [String] {
    characters.map { UInt8(bitPattern: $0) }.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
  }
}

/// The number of a context and who may still use it: a wait is cancelled from another thread than the one that waits.
final class ContextHandle: Sendable {
  let raw: SCARDCONTEXT
  private let isReleased = Mutex(false)

  /// `SCardEstablishContext`.
  init() throws(PCSCError) {
    var raw: SCARDCONTEXT = 0
    try check(SCardEstablishContext(DWORD(SCARD_SCOPE_SYSTEM), nil, nil, &raw), "SCardEstablishContext")
    self.raw = raw
  }

  /// `SCardGetStatusChange`: returns when a state differs from what is given, or the time is up. Blocks the thread.
  ///
  /// - Throws: ``PCSCError/Code/timeout``, ``PCSCError/Code/cancelled``, ``PCSCError/Code/unknownReader``.
  func statusChange(of known: [ReaderState], timeoutMilliseconds: Int) throws(PCSCError) -> [ReaderState] {
    guard !known.isEmpty else { return [] }
    var names: [CChar] = []
    let offsets = known.map { state in
      defer { names += state.reader.utf8CString }
      return names.count
    }
    var raw: [SCARD_READERSTATE] = []
    let context = self.raw
    let result = names.withUnsafeBufferPointer { characters in
      raw = zip(known, offsets).map { state, offset in
        var entry = SCARD_READERSTATE()
        entry.szReader = characters.baseAddress! + offset
        entry.dwCurrentState = state.knownState
        return entry
      }
      return SCardGetStatusChange(context, DWORD(timeoutMilliseconds), &raw, DWORD(raw.count))
    }
    try check(result, "SCardGetStatusChange")
    return zip(known, raw).map { ReaderState(reader: $0.reader, raw: $1) }
  }

  /// `SCardReleaseContext`, once; what it answers changes nothing any more.
  func release() {
    isReleased.withLock { released in
      if !released { _ = SCardReleaseContext(raw) }
      released = true
    }
  }

  /// Releases the context under a call that knows no other end, on a thread of its own; the call fails then.
  func abandon() { Thread.detachNewThread { self.release() } }

  /// Wakes a call that waits: `SCardCancel`, on a thread of its own, because it talks to the service.
  ///
  /// A cancellation that arrives before the wait has begun does nothing, so a wait is made in slices.
  func cancel() {
    Thread.detachNewThread {
      self.isReleased.withLock { released in
        if !released { _ = SCardCancel(self.raw) }
      }
    }
  }
}

/// A call that is given up from outside: by the clock or by cancellation, whichever comes first, unless it has ended.
final class AbandonableWait: Sendable {
  private enum State {
    case waiting, abandoned(PCSCError.Code), ended
  }

  private let state = Mutex(State.waiting)
  private let handle: ContextHandle

  init(_ handle: ContextHandle) { self.handle = handle }

  /// Gives the call up, unless it has ended or was given up before.
  func abandon(_ reason: PCSCError.Code) {
    let isFirst = state.withLock { state in
      guard case .waiting = state else { return false }
      state = .abandoned(reason)
      return true
    }
    if isFirst { handle.abandon() }
  }

  /// The call has ended; why it was given up, if it was.
  func end() -> PCSCError.Code? {
    state.withLock { state in
      defer { state = .ended }
      if case .abandoned(let reason) = state { return reason }
      return nil
    }
  }
}
