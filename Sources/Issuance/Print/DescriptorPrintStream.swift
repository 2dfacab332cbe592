import Foundation
import Synchronization

/// Writes documents to an open file descriptor, such as `--print-fd 3` gives: a pipe, a socket, a device.
public final class DescriptorPrintStream: PrintStream {
  /// How documents are told apart.
  public enum Framing: Sendable {
    /// The octets alone: one document, then no more.
    case bare
    /// Before each document a line `ANSINH-PRINT 1 KIND FORMAT LABEL COUNT`, ended by a line feed; COUNT is the
    /// document's length in octets.
    case headed
  }

  private let descriptor: Int32
  private let framing: Framing
  private let seconds: Int
  private enum State {
    case fresh, used, broken
  }
  /// Held while a document is written, so that two never mix.
  private let state = Mutex(State.fresh)

  /// A stream to a descriptor that stays the caller's to close.
  ///
  /// - Parameter seconds: how long a document may take.
  public init(_ descriptor: Int32, framing: Framing, seconds: Int = 60) {
    self.descriptor = descriptor
    self.framing = framing
    self.seconds = seconds
  }

  /// Writes the document. After an error of the descriptor a part may have gone out, which a reader of headed documents
  /// knows by its length; then the stream takes nothing more.
  public func take(_ document: PrintDocument) async throws {
    try await BlockingOutput.run { [self] in
      try state.withLock { state in
        guard state != .broken else { throw PrintStreamError.broken }
        guard framing == .headed || state == .fresh else { throw PrintStreamError.holdsOneDocument }
        guard document.fileName != nil else { throw PrintStreamError.badLabel }
        state = .broken
        try BlockingOutput.withoutBrokenPipeSignal { () throws(PrintStreamError) in try write(document) }
        state = .used
      }
    }
  }

  private func write(_ document: PrintDocument) throws(PrintStreamError) {
    let deadline = ContinuousClock.now.advanced(by: .seconds(seconds))
    if framing == .headed {
      let line = "ANSINH-PRINT 1 \(document.kind.rawValue) \(document.format.rawValue) \(document.label) "
      try BlockingOutput.write(
        Array("\(line)\(document.count)\n".utf8).span, to: descriptor, until: deadline, seconds: seconds)
    }
    try document.withOctets { (octets) throws(PrintStreamError) in
      try BlockingOutput.write(octets, to: descriptor, until: deadline, seconds: seconds)
    }
  }
}
