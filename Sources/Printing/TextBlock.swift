import CPangoCairo
import Foundation

/// Text set in lines: its size is known before it is drawn. Owns a PangoLayout.
public final class TextBlock {
  let layout: OpaquePointer
  private let typesetter: Typesetter
  private let isSecret: Bool

  init(
    _ typesetter: Typesetter, _ runs: [TextRun], width: Double?, alignment: TextAlignment, lineSpacing: Double,
    maximumLines: Int?
  ) throws(PrintingError) {
    guard let layout = pango_layout_new(typesetter.context) else { throw .outOfMemory(operation: "text") }
    self.layout = layout
    self.typesetter = typesetter
    isSecret = false
    // One description for the whole: it gives an empty block its height.
    if let first = runs.first { FontDescription(first.style).use { pango_layout_set_font_description(layout, $0) } }
    setText(runs)
    pango_layout_set_width(layout, width.map { gint(min(($0 * unitsPerMillimetre).rounded(), 1e9)) } ?? -1)
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR)
    // Pango takes a factor of 1 for another way of measuring, not for none.
    if lineSpacing != 1 { pango_layout_set_line_spacing(layout, Float(lineSpacing)) }
    switch alignment {
    case .leading: pango_layout_set_alignment(layout, PANGO_ALIGN_LEFT)
    case .centred: pango_layout_set_alignment(layout, PANGO_ALIGN_CENTER)
    case .trailing: pango_layout_set_alignment(layout, PANGO_ALIGN_RIGHT)
    }
    // Vietnamese forms stand at the left also when a value begins with letters of another direction.
    pango_layout_set_auto_dir(layout, 0)
    if let maximumLines {
      pango_layout_set_height(layout, gint(-max(1, min(maximumLines, 1_000))))
      pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END)
    }
  }

  /// One line of digits that must not be seen: they are in no text of Swift's, and Pango's own copy is overwritten at
  /// the end.
  init(_ typesetter: Typesetter, secret octets: [UInt8], _ style: TextStyle) throws(PrintingError) {
    guard octets.allSatisfy({ $0 == 0x20 || (0x30...0x39).contains($0) }) else {
      throw .notDigits(octets: octets.count)
    }
    guard let layout = pango_layout_new(typesetter.context) else { throw .outOfMemory(operation: "text") }
    self.layout = layout
    self.typesetter = typesetter
    isSecret = true
    FontDescription(style).use { pango_layout_set_font_description(layout, $0) }
    let attributes = pango_attr_list_new()
    defer { pango_attr_list_unref(attributes) }
    let ink = style.ink.levels
    pango_attr_list_insert(attributes, pango_attr_foreground_new(ink.red, ink.green, ink.blue))
    pango_layout_set_attributes(layout, attributes)
    octets.withUnsafeBytes { buffer in
      pango_layout_set_text(layout, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), gint(buffer.count))
    }
  }

  deinit {
    // The layout owns this copy, and nobody reads it after this.
    if isSecret, let text = pango_layout_get_text(layout) {
      explicit_bzero(UnsafeMutableRawPointer(mutating: text), strlen(text))
    }
    FontLock.hold { g_object_unref(UnsafeMutableRawPointer(layout)) }
  }

  private func setText(_ runs: [TextRun]) {
    let attributes = pango_attr_list_new()
    defer { pango_attr_list_unref(attributes) }
    // A word broken inside gets no hyphen: numbers and names have none of their own to tell it from.
    pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(0))
    var octets: [CChar] = []
    for run in runs {
      let start = octets.count
      // C ends a text at a zero.
      octets += run.text.precomposedStringWithCanonicalMapping.utf8.map { CChar(bitPattern: $0 == 0 ? 0x20 : $0) }
      var pieces = [FontDescription(run.style).use { pango_attr_font_desc_new($0) }]
      if run.style.ink != .black {
        let ink = run.style.ink.levels
        pieces.append(pango_attr_foreground_new(ink.red, ink.green, ink.blue))
      }
      for piece in pieces {
        piece?.pointee.start_index = guint(start)
        piece?.pointee.end_index = guint(octets.count)
        pango_attr_list_insert(attributes, piece)
      }
    }
    pango_layout_set_text(layout, octets, gint(octets.count))
    pango_layout_set_attributes(layout, attributes)
  }

  /// Width of the widest line, in millimetres.
  public var width: Double { Double(extents.logical.width) / unitsPerMillimetre }
  /// Height of all lines with their spacing, in millimetres.
  public var height: Double { Double(extents.logical.height) / unitsPerMillimetre }
  /// From the top to the first base line, in millimetres.
  public var baseline: Double { Double(FontLock.hold { pango_layout_get_baseline(layout) }) / unitsPerMillimetre }
  /// How many lines there are.
  public var lineCount: Int { Int(FontLock.hold { pango_layout_get_line_count(layout) }) }
  /// Whether something was left out at `maximumLines`.
  public var isShortened: Bool { FontLock.hold { pango_layout_is_ellipsized(layout) } != 0 }
  /// How many characters no installed font has: a box with their number is printed in their place.
  public var unknownCharacters: Int { Int(FontLock.hold { pango_layout_get_unknown_glyphs_count(layout) }) }

  /// Where ink and line boxes are, in millimetres from the block's origin.
  var bounds: Bounds {
    let (ink, logical) = extents
    return Bounds(logical).union(ink.width > 0 ? Bounds(ink) : Bounds(logical))
  }

  private var extents: (ink: PangoRectangle, logical: PangoRectangle) {
    var ink = PangoRectangle()
    var logical = PangoRectangle()
    FontLock.hold { pango_layout_get_extents(layout, &ink, &logical) }
    return (ink, logical)
  }
}

/// A rectangle, in millimetres.
struct Bounds {
  var left: Double
  var top: Double
  var right: Double
  var bottom: Double

  init(left: Double, top: Double, right: Double, bottom: Double) {
    self.left = left
    self.top = top
    self.right = right
    self.bottom = bottom
  }

  init(_ rectangle: PangoRectangle) {
    left = Double(rectangle.x) / unitsPerMillimetre
    top = Double(rectangle.y) / unitsPerMillimetre
    right = Double(rectangle.x + rectangle.width) / unitsPerMillimetre
    bottom = Double(rectangle.y + rectangle.height) / unitsPerMillimetre
  }

  func union(_ other: Bounds) -> Bounds {
    Bounds(
      left: min(left, other.left), top: min(top, other.top), right: max(right, other.right),
      bottom: max(bottom, other.bottom))
  }

  func moved(_ x: Double, _ y: Double) -> Bounds {
    Bounds(left: left + x, top: top + y, right: right + x, bottom: bottom + y)
  }

  /// How far it sticks out of a sheet; 0 or less when it does not, not a number when it is nowhere.
  func excess(_ size: PageSize) -> Double {
    [-left, -top, right - size.width, bottom - size.height].reduce(-.infinity) { most, next in
      most.isNaN || next.isNaN ? .nan : max(most, next)
    }
  }
}
