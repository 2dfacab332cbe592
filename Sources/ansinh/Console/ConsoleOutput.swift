import Foundation

/// Where progress is written, and what is there to read it.
struct ConsoleOutput {
  /// Whether a person looks at it; else it is a file or a pipe.
  let isTerminal: Bool
  /// Columns of a line.
  let columns: Int
  /// Writes text as it is.
  let write: (String) -> Void

  init(isTerminal: Bool, columns: Int = 80, write: @escaping (String) -> Void) {
    self.isTerminal = isTerminal
    self.columns = columns
    self.write = write
  }

  /// The process's diagnostics (file descriptor 2).
  static var standardError: ConsoleOutput {
    var size = winsize()
    let isKnown = ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0 && size.ws_col > 0
    return ConsoleOutput(isTerminal: isatty(STDERR_FILENO) == 1, columns: isKnown ? Int(size.ws_col) : 80) {
      FileHandle.standardError.write(Data($0.utf8))
    }
  }
}
