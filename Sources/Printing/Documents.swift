import CPangoCairo
import Foundation

extension Typesetter {
  /// A PDF of the sheets, made wholly in memory, its fonts embedded as subsets.
  ///
  /// - Throws: ``PrintingError/outsideOfSheet(millimetres:)`` when anything would be cut off at a sheet's edge.
  public func pdf(_ sheets: [Sheet], _ information: DocumentInformation) throws(PrintingError) -> [UInt8] {
    try FontLock.hold { () throws(PrintingError) in try makePDF(sheets, information) }.copy()
  }

  /// As ``pdf(_:_:)``, in octets that are overwritten at the end of their life; what was needed to make them is
  /// overwritten too.
  public func pdfOctets(
    _ sheets: [Sheet], _ information: DocumentInformation
  ) throws(PrintingError) -> DocumentOctets {
    try FontLock.hold { () throws(PrintingError) in
      try FreedMemory.overwriting { () throws(PrintingError) in try makePDF(sheets, information) }
    }
  }

  private func makePDF(
    _ sheets: [Sheet], _ information: DocumentInformation
  ) throws(PrintingError) -> DocumentOctets {
    let sink = DocumentOctets()
    let first = (sheets.first?.size ?? .a5).points
    let surface = Surface(
      cairo_pdf_surface_create_for_stream(DocumentOctets.write, sink.closure, first.width, first.height))
    try surface.check("PDF")
    cairo_pdf_surface_restrict_to_version(surface.pointer, CAIRO_PDF_VERSION_1_5)
    let metadata = [
      (CAIRO_PDF_METADATA_TITLE, information.title), (CAIRO_PDF_METADATA_AUTHOR, information.author),
      (CAIRO_PDF_METADATA_SUBJECT, information.subject), (CAIRO_PDF_METADATA_CREATOR, "ansinh"),
      (CAIRO_PDF_METADATA_CREATE_DATE, information.timeText), (CAIRO_PDF_METADATA_MOD_DATE, information.timeText),
    ]
    for (key, value) in metadata { cairo_pdf_surface_set_metadata(surface.pointer, key, value) }
    for sheet in sheets {
      let size = sheet.size.points
      cairo_pdf_surface_set_size(surface.pointer, size.width, size.height)
      let canvas = Canvas(surface)
      try canvas.draw(sheet)
      try canvas.endPage()
    }
    try surface.finish()
    return withExtendedLifetime(sink) { sink }
  }

  /// A picture of one sheet on white paper.
  ///
  /// - Throws: as ``pdf(_:_:)``; a size that cairo can't hold is a ``PrintingError/drawing(operation:status:)``.
  public func png(_ sheet: Sheet, dotsPerInch: Double) throws(PrintingError) -> [UInt8] {
    try FontLock.hold { () throws(PrintingError) in try makePNG(sheet, dotsPerInch) }.copy()
  }

  /// As ``png(_:dotsPerInch:)``, in octets that are overwritten at the end of their life; what was needed to make them
  /// is overwritten too.
  public func pngOctets(_ sheet: Sheet, dotsPerInch: Double) throws(PrintingError) -> DocumentOctets {
    try FontLock.hold { () throws(PrintingError) in
      try FreedMemory.overwriting { () throws(PrintingError) in try makePNG(sheet, dotsPerInch) }
    }
  }

  private func makePNG(_ sheet: Sheet, _ dotsPerInch: Double) throws(PrintingError) -> DocumentOctets {
    let scale = dotsPerInch / 72
    let size = sheet.size.points
    let surface = Surface(
      cairo_image_surface_create(
        CAIRO_FORMAT_RGB24, Int32(min(1e6, (size.width * scale).rounded(.up))),
        Int32(min(1e6, (size.height * scale).rounded(.up)))))
    try surface.check("picture")
    let canvas = Canvas(surface)
    canvas.whiten()
    canvas.scale(scale)
    try canvas.draw(sheet)
    try surface.finishPage()
    let sink = DocumentOctets()
    let status = withExtendedLifetime(surface) {
      cairo_surface_write_to_png_stream(surface.pointer, DocumentOctets.write, sink.closure)
    }
    guard status == CAIRO_STATUS_SUCCESS else { throw .drawing(operation: "PNG", status: status.rawValue) }
    return withExtendedLifetime(sink) { sink }
  }

  /// A drawing of one sheet in SVG 1.1, its size in points.
  ///
  /// Text is drawn as outlines: it looks the same wherever it is shown, and can't be taken out or searched. Pictures
  /// are inside, as PNG. Names inside count up from print to print, so the octets of two prints differ.
  ///
  /// - Throws: as ``pdf(_:_:)``.
  public func svg(_ sheet: Sheet) throws(PrintingError) -> [UInt8] {
    try FontLock.hold { () throws(PrintingError) in try makeSVG(sheet) }.copy()
  }

  /// As ``svg(_:)``, in octets that are overwritten at the end of their life; what was needed to make them is
  /// overwritten too.
  public func svgOctets(_ sheet: Sheet) throws(PrintingError) -> DocumentOctets {
    try FontLock.hold { () throws(PrintingError) in
      try FreedMemory.overwriting { () throws(PrintingError) in try makeSVG(sheet) }
    }
  }

  private func makeSVG(_ sheet: Sheet) throws(PrintingError) -> DocumentOctets {
    let sink = DocumentOctets()
    let size = sheet.size.points
    let surface = Surface(
      cairo_svg_surface_create_for_stream(DocumentOctets.write, sink.closure, size.width, size.height))
    try surface.check("SVG")
    cairo_svg_surface_restrict_to_version(surface.pointer, CAIRO_SVG_VERSION_1_1)
    try Canvas(surface).draw(sheet)
    try surface.finish()
    return withExtendedLifetime(sink) { sink }
  }
}

extension PageSize {
  fileprivate var points: (width: Double, height: Double) {
    (width * pointsPerMillimetre, height * pointsPerMillimetre)
  }
}

/// Octets of a document that may hold secrets: in memory of their own, overwritten when they are released, also while
/// the document grows.
public final class DocumentOctets: @unchecked Sendable {
  // @unchecked: written only while the document is made, before anybody else has it.
  private var buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
  /// Number of octets.
  public private(set) var count = 0

  init() {}

  deinit { Self.release(buffer) }

  /// Lends the octets in place.
  public func withOctets<Result, Failure: Error>(
    _ body: (Span<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    try body(Span(_unsafeElements: UnsafeBufferPointer(rebasing: buffer.bindMemory(to: UInt8.self)[..<count])))
  }

  /// A copy, for documents without secrets: nobody overwrites it.
  public func copy() -> [UInt8] { Array(buffer[..<count]) }

  private func append(_ octets: UnsafeRawBufferPointer) {
    if count + octets.count > buffer.count {
      let larger = UnsafeMutableRawBufferPointer.allocate(
        byteCount: max(2 * buffer.count, count + octets.count), alignment: 16)
      larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      Self.release(buffer)
      buffer = larger
    }
    UnsafeMutableRawBufferPointer(rebasing: buffer[count...]).copyMemory(from: octets)
    count += octets.count
  }

  private static func release(_ buffer: UnsafeMutableRawBufferPointer) {
    if let start = buffer.baseAddress { explicit_bzero(start, buffer.count) }
    buffer.deallocate()
  }

  // MARK: For cairo

  /// Itself, as cairo hands it back to ``write``.
  fileprivate var closure: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }

  fileprivate static let write: cairo_write_func_t = { closure, data, count in
    guard let closure, let data else { return count == 0 ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR }
    let sink = Unmanaged<DocumentOctets>.fromOpaque(closure).takeUnretainedValue()
    sink.append(UnsafeRawBufferPointer(start: data, count: Int(count)))
    return CAIRO_STATUS_SUCCESS
  }
}
