import CPangoCairo
import Foundation

/// Owns a cairo_surface_t.
final class Surface {
  let pointer: OpaquePointer?

  init(_ pointer: OpaquePointer?) { self.pointer = pointer }

  /// A picture's dots are overwritten: they may show a secret or a face.
  deinit {
    if cairo_surface_get_type(pointer) == CAIRO_SURFACE_TYPE_IMAGE {
      cairo_surface_flush(pointer)
      if let dots = cairo_image_surface_get_data(pointer) {
        explicit_bzero(
          dots, Int(cairo_image_surface_get_stride(pointer)) * Int(cairo_image_surface_get_height(pointer)))
      }
    }
    cairo_surface_destroy(pointer)
  }

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
final class Canvas {
  private let surface: Surface
  private let pointer: OpaquePointer?

  init(_ surface: Surface) {
    self.surface = surface
    pointer = cairo_create(surface.pointer)
  }

  deinit { cairo_destroy(pointer) }

  /// Draws another surface over a part of this one, from the top left corner.
  func fill(with other: Surface, width: Double, height: Double) {
    cairo_scale(
      pointer, width / Double(cairo_image_surface_get_width(other.pointer)),
      height / Double(cairo_image_surface_get_height(other.pointer)))
    cairo_set_source_surface(pointer, other.pointer, 0, 0)
    cairo_pattern_set_filter(cairo_get_source(pointer), CAIRO_FILTER_BEST)
    cairo_pattern_set_extend(cairo_get_source(pointer), CAIRO_EXTEND_PAD)
    cairo_paint(pointer)
  }

  /// Turns what is drawn next, of this size, so that it stands upright.
  func apply(_ orientation: PictureOrientation, width: Double, height: Double) {
    // x and y of a dot on the surface, from its x and y in the picture.
    var matrix = cairo_matrix_t()
    switch orientation.value {
    case 2: cairo_matrix_init(&matrix, -1, 0, 0, 1, width, 0)
    case 3: cairo_matrix_init(&matrix, -1, 0, 0, -1, width, height)
    case 4: cairo_matrix_init(&matrix, 1, 0, 0, -1, 0, height)
    case 5: cairo_matrix_init(&matrix, 0, 1, 1, 0, 0, 0)
    case 6: cairo_matrix_init(&matrix, 0, 1, -1, 0, height, 0)
    case 7: cairo_matrix_init(&matrix, 0, -1, -1, 0, height, width)
    case 8: cairo_matrix_init(&matrix, 0, -1, 1, 0, 0, width)
    default: cairo_matrix_init_identity(&matrix)
    }
    cairo_transform(pointer, &matrix)
  }

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
    // A path is no part of what cairo saves and restores.
    cairo_new_path(pointer)
    ink(.black)
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
      draw(stroke, fill)
    case .path(let points, let isClosed, let stroke, let fill):
      for point in points { cairo_line_to(pointer, point.x * k, point.y * k) }
      if isClosed { cairo_close_path(pointer) }
      draw(stroke, fill)
    case .picture(let picture, let box, let radius):
      draw(picture, box, radius)
    case .bars(let code, let box):
      let module = (box.right - box.left) / Double(code.moduleCount + 2 * Code128.quietZone) * k
      for bar in code.bars {
        cairo_rectangle(
          pointer, box.left * k + module * Double(Code128.quietZone + bar.start), box.top * k,
          module * Double(bar.width), (box.bottom - box.top) * k)
      }
      cairo_fill(pointer)
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

  /// The picture over the whole box, its middle in the box's middle.
  private func draw(_ picture: Picture, _ box: Bounds, _ radius: Double) {
    let k = pointsPerMillimetre
    let (width, height) = ((box.right - box.left) * k, (box.bottom - box.top) * k)
    outline(box.left * k, box.top * k, width, height, min(radius * k, width / 2, height / 2))
    cairo_clip(pointer)
    let scale = max(width / Double(picture.width), height / Double(picture.height))
    cairo_translate(pointer, box.left * k + width / 2, box.top * k + height / 2)
    cairo_scale(pointer, scale, scale)
    cairo_set_source_surface(
      pointer, picture.surface.pointer, -Double(picture.width) / 2, -Double(picture.height) / 2)
    // Bounds the picture, so that no smoothing takes in what lies beyond its edge.
    cairo_pattern_set_extend(cairo_get_source(pointer), CAIRO_EXTEND_PAD)
    cairo_rectangle(
      pointer, -Double(picture.width) / 2, -Double(picture.height) / 2, Double(picture.width), Double(picture.height))
    cairo_fill(pointer)
  }

  private func ink(_ ink: Ink) { cairo_set_source_rgb(pointer, ink.red, ink.green, ink.blue) }

  private func draw(_ stroke: Stroke?, _ fill: Ink?) {
    if let fill {
      ink(fill)
      cairo_fill_preserve(pointer)
    }
    if let stroke { draw(stroke) }
  }

  private func draw(_ stroke: Stroke) {
    ink(stroke.ink)
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
