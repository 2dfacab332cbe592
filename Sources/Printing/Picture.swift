import CPangoCairo
import CTurboJPEG
import Foundation

/// A picture read from JPEG or PNG octets of unknown origin, without what else they hold (place, device, thumbnails).
///
/// Its dots are overwritten when it is released: it may show a face.
public final class Picture {
  /// The most octets that are read.
  public static let maximumOctets = 16 << 20
  /// The most dots that are decoded.
  public static let maximumDots = 24_000_000
  /// The fewest dots of a side.
  public static let minimumSide = 16

  let surface: Surface
  /// Width, in dots.
  public let width: Int
  /// Height, in dots.
  public let height: Int

  /// Reads a picture. What is transparent in a PNG becomes white.
  ///
  /// - Parameter maximumSide: a picture with a longer side is made smaller, so that a document does not carry dots that
  ///   nobody sees.
  /// - Throws: ``PrintingError/notAPicture(_:)``, also for a picture that is whole but for its end.
  public init(_ octets: [UInt8], maximumSide: Int = 1_200) throws(PrintingError) {
    guard octets.count <= Self.maximumOctets else { throw .notAPicture(.tooLarge(count: octets.count)) }
    let read: Surface
    if octets.starts(with: [0xFF, 0xD8, 0xFF]) {
      read = try Self.jpeg(octets, maximumSide)
    } else if octets.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
      read = try Self.png(octets)
    } else {
      throw .notAPicture(.unknownFormat)
    }
    surface = try Self.finished(read, maximumSide, orientation: PictureOrientation(octets))
    width = Int(cairo_image_surface_get_width(surface.pointer))
    height = Int(cairo_image_surface_get_height(surface.pointer))
  }

  private static func check(_ width: Int, _ height: Int) throws(PrintingError) {
    guard width >= minimumSide, height >= minimumSide else {
      throw .notAPicture(.tooSmall(width: width, height: height))
    }
    let (dots, overflow) = width.multipliedReportingOverflow(by: height)
    guard !overflow, dots <= maximumDots else { throw .notAPicture(.tooLarge(count: overflow ? .max : dots)) }
  }

  // MARK: JPEG

  private static func jpeg(_ octets: [UInt8], _ maximumSide: Int) throws(PrintingError) -> Surface {
    guard let decoder = tjInitDecompress() else { throw .outOfMemory(operation: "JPEG") }
    defer { tjDestroy(decoder) }
    var (width, height, subsampling, colours): (Int32, Int32, Int32, Int32) = (0, 0, 0, 0)
    guard
      tjDecompressHeader3(decoder, octets, UInt(octets.count), &width, &height, &subsampling, &colours) == 0,
      width > 0, height > 0
    else { throw .notAPicture(.damaged) }
    try check(Int(width), Int(height))
    // The decoder leaves out what a smaller picture does not need.
    var divisor: Int32 = 1
    while divisor < 8, max(width, height) / (divisor * 2) >= Int32(clamping: maximumSide) { divisor *= 2 }
    let scaled = ((width + divisor - 1) / divisor, (height + divisor - 1) / divisor)
    let surface = Surface(cairo_image_surface_create(CAIRO_FORMAT_RGB24, scaled.0, scaled.1))
    try surface.check("JPEG")
    let stride = cairo_image_surface_get_stride(surface.pointer)
    // cairo's 32 bits of a dot lie in memory as blue, green, red, unused.
    let status = tjDecompress2(
      decoder, octets, UInt(octets.count), cairo_image_surface_get_data(surface.pointer), scaled.0, stride, scaled.1,
      Int32(TJPF_BGRX.rawValue), TJFLAG_STOPONWARNING | TJFLAG_LIMITSCANS)
    guard status == 0 else { throw .notAPicture(.damaged) }
    cairo_surface_mark_dirty(surface.pointer)
    return surface
  }

  // MARK: PNG

  private static func png(_ octets: [UInt8]) throws(PrintingError) -> Surface {
    // ISO/IEC 15948 §11.2.2: IHDR comes first, with width and height in four octets each.
    guard octets.count >= 33, Array(octets[12..<16]) == Array("IHDR".utf8) else { throw .notAPicture(.damaged) }
    func number(_ place: Int) -> Int { octets[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
    try check(number(16), number(20))
    var source = Source(rest: octets[...])
    let surface = withUnsafeMutablePointer(to: &source) { pointer in
      Surface(
        cairo_image_surface_create_from_png_stream(
          { closure, data, count in
            guard let source = closure?.assumingMemoryBound(to: Source.self), let data,
              source.pointee.rest.count >= Int(count)
            else { return CAIRO_STATUS_READ_ERROR }
            let part = source.pointee.rest.prefix(Int(count))
            UnsafeMutableBufferPointer(start: data, count: Int(count)).initializeAllElements(part)
            source.pointee.rest = source.pointee.rest.dropFirst(Int(count))
            return CAIRO_STATUS_SUCCESS
          }, pointer))
    }
    guard cairo_surface_status(surface.pointer) == CAIRO_STATUS_SUCCESS else { throw .notAPicture(.damaged) }
    return surface
  }

  /// What of a PNG is still to be read.
  private struct Source {
    var rest: ArraySlice<UInt8>
  }

  // MARK: Size

  /// The picture upright, on white, with no side longer than `maximumSide`.
  private static func finished(
    _ read: Surface, _ maximumSide: Int, orientation: PictureOrientation
  ) throws(PrintingError) -> Surface {
    let width = Double(cairo_image_surface_get_width(read.pointer))
    let height = Double(cairo_image_surface_get_height(read.pointer))
    let scale = min(1, Double(max(maximumSide, minimumSide)) / max(width, height))
    let (shownWidth, shownHeight) = (max(1, (width * scale).rounded()), max(1, (height * scale).rounded()))
    let isTurned = orientation.isSideways
    let surface = Surface(
      cairo_image_surface_create(
        CAIRO_FORMAT_RGB24, Int32(isTurned ? shownHeight : shownWidth), Int32(isTurned ? shownWidth : shownHeight)))
    try surface.check("picture")
    let canvas = Canvas(surface)
    canvas.whiten()
    canvas.apply(orientation, width: shownWidth, height: shownHeight)
    canvas.fill(with: read, width: shownWidth, height: shownHeight)
    try surface.finishPage()
    return surface
  }
}

extension UnsafeMutableBufferPointer<UInt8> {
  fileprivate func initializeAllElements(_ octets: ArraySlice<UInt8>) { _ = initialize(from: octets) }
}
