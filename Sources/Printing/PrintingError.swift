/// Why something could not be set or drawn.
public enum PrintingError: Error, Hashable, Sendable {
  /// A font that this program prints with is not installed, or lacks Vietnamese letters.
  ///
  /// fontconfig would silently take another one. `package` is the Debian package that has it.
  case missingFont(family: String, package: String)
  /// cairo refused; `status` is its `cairo_status_t`, as in `cairo.h`.
  case drawing(operation: String, status: UInt32)
  /// A library had no memory for a new object.
  case outOfMemory(operation: String)
  /// Something would stand outside of the sheet and be cut off: how far it sticks out, in millimetres.
  case outsideOfSheet(millimetres: Double)
  /// One piece that can't be divided is higher than a page: its height and the page's room, in millimetres.
  case higherThanPage(height: Double, room: Double)
  /// A text that does not fit into a QR code; how many octets it has.
  case notForQRCode(octets: Int)
}
