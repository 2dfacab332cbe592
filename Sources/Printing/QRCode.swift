import CQREncode

/// A QR code (ISO/IEC 18004), model 2.
public struct QRCode: Hashable, Sendable {
  /// How much of it may be damaged and still be read.
  public enum Correction: Sendable {
    /// About 7 %.
    case low
    /// About 15 %.
    case medium
    /// About 25 %.
    case quartile
    /// About 30 %.
    case high
  }

  /// Modules of a side.
  public let size: Int
  /// Row by row, whether a module is dark.
  let modules: [Bool]

  /// The smallest code that holds `text` in UTF-8; digits and capitals take less room.
  ///
  /// - Throws: ``PrintingError/notForQRCode(octets:)`` for an empty text, one with a zero octet, and one too long.
  public init(_ text: String, correction: Correction = .medium) throws(PrintingError) {
    let level =
      switch correction {
      case .low: QR_ECLEVEL_L
      case .medium: QR_ECLEVEL_M
      case .quartile: QR_ECLEVEL_Q
      case .high: QR_ECLEVEL_H
      }
    guard !text.utf8.contains(0), let code = QRcode_encodeString(text, 0, level, QR_MODE_8, 1) else {
      throw .notForQRCode(octets: text.utf8.count)
    }
    defer { QRcode_free(code) }
    let size = Int(code.pointee.width)
    guard size > 0, let data = code.pointee.data else { throw .notForQRCode(octets: text.utf8.count) }
    self.size = size
    // Bit 0 of each octet: 1 is dark.
    modules = (0..<size * size).map { data[$0] & 1 == 1 }
  }

  /// Runs of dark modules, row by row: row, first column, how many.
  var runs: [(row: Int, column: Int, length: Int)] {
    var runs: [(row: Int, column: Int, length: Int)] = []
    for row in 0..<size {
      var column = 0
      while column < size {
        var length = 0
        while column + length < size, modules[row * size + column + length] { length += 1 }
        if length > 0 { runs.append((row, column, length)) }
        column += length + 1
      }
    }
    return runs
  }
}
