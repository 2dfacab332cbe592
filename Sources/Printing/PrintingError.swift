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
  /// A bar code or a secret text of something else than digits, or of an odd number of them where they go in pairs;
  /// how many octets it has.
  case notDigits(octets: Int)
  /// Octets that are no whole picture of a kind that can be read.
  case notAPicture(PictureFault)
  /// A text that stays too large for its place, in its smallest size: the place's sides, in millimetres.
  case doesNotFit(width: Double, height: Double)
  /// Characters that no installed font has; how many.
  case unknownCharacters(count: Int)
}

/// What is wrong with the octets of a picture.
public enum PictureFault: Hashable, Sendable {
  /// Neither JPEG (ISO/IEC 10918-1) nor PNG (ISO/IEC 15948).
  case unknownFormat
  /// Cut off, damaged, or of a colour model that is not read (CMYK).
  case damaged
  /// More octets than ``Picture/maximumOctets``, or more dots than ``Picture/maximumDots``; how many.
  case tooLarge(count: Int)
  /// Narrower or lower than ``Picture/minimumSide`` dots.
  case tooSmall(width: Int, height: Int)
}
