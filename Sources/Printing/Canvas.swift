import CPangoCairo
import Foundation

extension Typesetter {
  /// A PDF of the sheets, made wholly in memory, its fonts embedded as subsets.
  ///
  /// - Throws: ``PrintingError/outsideOfSheet(millimetres:)`` when anything would be cut off at a sheet's edge.
  public func pdf(_ sheets: [Sheet], _ information: DocumentInformation) throws(PrintingError) -> [UInt8] {
    let sink = ByteSink()
    let closure = Unmanaged.passUnretained(sink).toOpaque()
    let first = (sheets.first?.size ?? .a5).points
    let surface = Surface(cairo_pdf_surface_create_for_stream(ByteSink.write, closure, first.width, first.height))
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
    return withExtendedLifetime(sink) { sink.bytes }
  }

  /// A picture of one sheet on white paper.
  ///
  /// - Throws: as ``pdf(_:_:)``; a size that cairo can't hold is a ``PrintingError/drawing(operation:status:)``.
  public func png(_ sheet: Sheet, dotsPerInch: Double) throws(PrintingError) -> [UInt8] {
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
    let sink = ByteSink()
    let closure = Unmanaged.passUnretained(sink).toOpaque()
    let status = withExtendedLifetime(surface) {
      cairo_surface_write_to_png_stream(surface.pointer, ByteSink.write, closure)
    }
    guard status == CAIRO_STATUS_SUCCESS else { throw .drawing(operation: "PNG", status: status.rawValue) }
    return withExtendedLifetime(sink) { sink.bytes }
  }
}

extension PageSize {
  fileprivate var points: (width: Double, height: Double) {
    (width * pointsPerMillimetre, height * pointsPerMillimetre)
  }
}

/// Takes what cairo writes.
private final class ByteSink {
  var bytes: [UInt8] = []

  static let write: cairo_write_func_t = { closure, data, count in
    guard let closure, let data else { return count == 0 ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR }
    let sink = Unmanaged<ByteSink>.fromOpaque(closure).takeUnretainedValue()
    sink.bytes.append(contentsOf: UnsafeBufferPointer(start: data, count: Int(count)))
    return CAIRO_STATUS_SUCCESS
  }
}

/// Owns a cairo_surface_t.
private final class Surface {
  let pointer: OpaquePointer?

  init(_ pointer: OpaquePointer?) { self.pointer = pointer }

  deinit { cairo_surface_destroy(pointer) }

  func check(_ operation: String) throws(PrintingError) {
    let status = cairo_surface_status(pointer)
    guard status == CAIRO_STATUS_SUCCESS else { throw .drawing(operation: operation, status: status.rawValue) }
  }

  func finishPage() throws(PrintingError) {
    cairo_surface_flush(pointer)
    try check("flush")
  }

  /// Writes the rest of the document.
  func finish() throws(PrintingError) {
    cairo_surface_finish(pointer)
    try check("finish")
  }
}

/// Owns a cairo_t; its unit is the point.
private final class Canvas {
  private let surface: Surface
  private let pointer: OpaquePointer?

  init(_ surface: Surface) {
    self.surface = surface
    pointer = cairo_create(surface.pointer)
  }

  deinit { cairo_destroy(pointer) }

  func whiten() {
    cairo_set_source_rgb(pointer, 1, 1, 1)
    cairo_paint(pointer)
  }

  func scale(_ factor: Double) { cairo_scale(pointer, factor, factor) }

  func endPage() throws(PrintingError) {
    cairo_show_page(pointer)
    try check("page")
  }

  func draw(_ sheet: Sheet) throws(PrintingError) {
    for item in sheet.drawing.items {
      let excess = item.bounds.excess(sheet.size)
      // Written so that a size that is not a number is refused too.
      guard excess <= 0.01 else { throw .outsideOfSheet(millimetres: excess) }
      draw(item)
      try check("item")
    }
  }

  private func check(_ operation: String) throws(PrintingError) {
    let status = cairo_status(pointer)
    guard status == CAIRO_STATUS_SUCCESS else { throw .drawing(operation: operation, status: status.rawValue) }
    try surface.check(operation)
  }

  private func draw(_ item: Drawing.Item) {
    let k = pointsPerMillimetre
    cairo_save(pointer)
    defer { cairo_restore(pointer) }
    ink(0)
    switch item {
    case .text(let text, let x, let y):
      cairo_move_to(pointer, x * k, y * k)
      pango_cairo_show_layout(pointer, text.layout)
    case .turned(let text, let x, let y, let degrees):
      cairo_translate(pointer, x * k, y * k)
      cairo_rotate(pointer, -degrees * .pi / 180)
      cairo_move_to(pointer, -text.width / 2 * k, -text.height / 2 * k)
      pango_cairo_show_layout(pointer, text.layout)
    case .line(let fromX, let fromY, let toX, let toY, let stroke):
      cairo_move_to(pointer, fromX * k, fromY * k)
      cairo_line_to(pointer, toX * k, toY * k)
      draw(stroke)
    case .box(let x, let y, let width, let height, let radius, let stroke, let fill):
      outline(x * k, y * k, width * k, height * k, min(radius, width / 2, height / 2) * k)
      if let fill {
        ink(fill)
        cairo_fill_preserve(pointer)
      }
      if let stroke { draw(stroke) }
    case .code(let code, let x, let y, let side):
      let module = side / Double(code.size + 8) * k
      // One path: a reader sees no seams between the rows.
      for run in code.runs {
        cairo_rectangle(
          pointer, x * k + module * Double(run.column + 4), y * k + module * Double(run.row + 4),
          module * Double(run.length), module)
      }
      cairo_fill(pointer)
    }
  }

  private func ink(_ gray: Double) { cairo_set_source_rgb(pointer, gray, gray, gray) }

  private func draw(_ stroke: Stroke) {
    ink(stroke.gray)
    cairo_set_line_width(pointer, stroke.thickness * pointsPerMillimetre)
    let dashes = stroke.dashes.map { $0 * pointsPerMillimetre }
    cairo_set_dash(pointer, dashes, Int32(dashes.count), 0)
    cairo_stroke(pointer)
  }

  private func outline(_ x: Double, _ y: Double, _ width: Double, _ height: Double, _ radius: Double) {
    guard radius > 0 else { return cairo_rectangle(pointer, x, y, width, height) }
    cairo_new_sub_path(pointer)
    let corners = [
      (x + width - radius, y + radius, -0.5), (x + width - radius, y + height - radius, 0.0),
      (x + radius, y + height - radius, 0.5), (x + radius, y + radius, 1.0),
    ]
    for (centreX, centreY, start) in corners {
      cairo_arc(pointer, centreX, centreY, radius, start * .pi, (start + 0.5) * .pi)
    }
    cairo_close_path(pointer)
  }
}
