import CPangoCairo

/// Points of 1/72 inch in a millimetre.
let pointsPerMillimetre = 72 / 25.4
/// Pango's units in a millimetre.
let unitsPerMillimetre = pointsPerMillimetre * Double(PANGO_SCALE)

/// Sets text and draws sheets: the owner of a font map, of which everything it makes holds a part.
///
/// Belongs to one task, as does all that it makes. Text is measured as it will be printed, without rounding to the dots
/// of a device, so that a PDF and a picture of the same sheet agree.
public final class Typesetter {
  private let fontMap: UnsafeMutablePointer<PangoFontMap>
  let context: OpaquePointer

  /// A typesetter for these families.
  ///
  /// - Throws: ``PrintingError/missingFont(family:package:)`` when one of them is not installed or can't write
  ///   Vietnamese.
  public init(families: [FontFamily] = [.serif, .sans]) throws(PrintingError) {
    guard let fontMap = pango_cairo_font_map_new() else { throw .outOfMemory(operation: "font map") }
    guard let context = pango_font_map_create_context(fontMap) else {
      g_object_unref(fontMap)
      throw .outOfMemory(operation: "text context")
    }
    self.fontMap = fontMap
    self.context = context
    pango_cairo_context_set_resolution(context, 72)
    pango_context_set_round_glyph_positions(context, 0)
    let options = cairo_font_options_create()
    defer { cairo_font_options_destroy(options) }
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF)
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE)
    let status = cairo_font_options_status(options)
    guard status == CAIRO_STATUS_SUCCESS else { throw .drawing(operation: "font options", status: status.rawValue) }
    pango_cairo_context_set_font_options(context, options)
    try FontLock.hold { () throws(PrintingError) in for family in families { try require(family) } }
  }

  deinit {
    FontLock.hold {
      g_object_unref(UnsafeMutableRawPointer(context))
      g_object_unref(fontMap)
    }
  }

  /// Text in lines of at most `width` millimetres, broken at spaces, and inside a word only when the word alone is
  /// wider; NFC.
  ///
  /// - Parameters:
  ///   - runs: what is written, one run after the other.
  ///   - width: `nil` for one line of any width.
  ///   - lineSpacing: distance of base lines in relation to the font's own.
  ///   - maximumLines: what is left after so many lines is replaced by `…`; `nil` for no bound.
  public func text(
    _ runs: [TextRun], width: Double? = nil, alignment: TextAlignment = .leading, lineSpacing: Double = 1,
    maximumLines: Int? = nil
  ) throws(PrintingError) -> TextBlock {
    try TextBlock(
      self, runs, width: width, alignment: alignment, lineSpacing: lineSpacing, maximumLines: maximumLines)
  }

  /// Text of one style.
  public func text(
    _ text: String, _ style: TextStyle, width: Double? = nil, alignment: TextAlignment = .leading,
    lineSpacing: Double = 1, maximumLines: Int? = nil
  ) throws(PrintingError) -> TextBlock {
    try self.text(
      [TextRun(text, style)], width: width, alignment: alignment, lineSpacing: lineSpacing, maximumLines: maximumLines)
  }

  /// One line of text, in a smaller size when it would be wider than `width` millimetres; wrapped when even `smallest`
  /// points are too large.
  public func line(
    _ text: String, _ style: TextStyle, width: Double, alignment: TextAlignment = .leading, smallest: Double
  ) throws(PrintingError) -> TextBlock {
    var style = style
    let natural = try self.text(text, style).width
    if natural > width { style.points = max(smallest, style.points * width / natural * 0.999) }
    return try self.text(text, style, width: width, alignment: alignment)
  }

  /// One line of secret digits and spaces, in ASCII. The caller clears its own copy.
  ///
  /// - Throws: ``PrintingError/notDigits(octets:)``.
  public func text(secret octets: [UInt8], _ style: TextStyle) throws(PrintingError) -> TextBlock {
    try TextBlock(self, secret: octets, style)
  }

  /// A text that fits into a box whole: on one line as large as `style` says or somewhat smaller; else on two lines,
  /// else on as many as it takes, smaller and smaller.
  ///
  /// - Parameters:
  ///   - smallest: the size below which one line is given up for two, in points. More lines than two may be as small
  ///     as half of it.
  /// - Throws: ``PrintingError/doesNotFit(width:height:)`` when nothing helps: nothing is ever cut off;
  ///   ``PrintingError/unknownCharacters(count:)``.
  public func fitted(
    _ text: String, _ style: TextStyle, width: Double, height: Double, alignment: TextAlignment = .leading,
    smallest: Double
  ) throws(PrintingError) -> TextBlock {
    for (lines, least) in [(1, smallest), (2, smallest * 0.8), (.max, smallest * 0.5)] {
      var points = style.points
      while points >= least {
        var style = style
        style.points = points
        let block = try self.text(text, style, width: width, alignment: alignment)
        guard block.unknownCharacters == 0 else { throw .unknownCharacters(count: block.unknownCharacters) }
        if block.lineCount <= lines, block.height <= height + 0.01 {
          // A word broken inside is the last resort.
          let isBroken = lines == 2 ? try longestWord(text, style) > width : false
          if !isBroken { return block }
        }
        points -= 0.25
      }
    }
    throw .doesNotFit(width: width, height: height)
  }

  private func longestWord(_ text: String, _ style: TextStyle) throws(PrintingError) -> Double {
    var longest = 0.0
    for word in text.split(whereSeparator: \.isWhitespace) {
      longest = max(longest, try self.text(String(word), style).width)
    }
    return longest
  }

  // MARK: Fonts

  /// Checks that a family is there in all four faces, with every Vietnamese letter: whatever fontconfig does not find,
  /// it replaces without a word.
  private func require(_ family: FontFamily) throws(PrintingError) {
    for isBold in [false, true] {
      for isItalic in [false, true] {
        let style = TextStyle(family, points: 10, isBold: isBold, isItalic: isItalic)
        guard writesVietnamese(style) else {
          throw .missingFont(family: family.name, package: family.package)
        }
      }
    }
  }

  private func writesVietnamese(_ style: TextStyle) -> Bool {
    FontDescription(style).use { wanted in
      guard let font = pango_font_map_load_font(fontMap, context, wanted) else { return false }
      defer { g_object_unref(font) }
      guard let found = pango_font_describe(font) else { return false }
      defer { pango_font_description_free(found) }
      guard let name = pango_font_description_get_family(found), String(cString: name) == style.family.name,
        pango_font_description_get_weight(found) == pango_font_description_get_weight(wanted),
        pango_font_description_get_style(found) == pango_font_description_get_style(wanted)
      else { return false }
      return Self.letters.allSatisfy { pango_font_has_char(font, $0.value) != 0 }
    }
  }

  /// The letters that other European languages have not, in both cases (Unicode 1EA0…1EF9 and the base letters), and
  /// the sign of the đồng.
  private static let letters: [Unicode.Scalar] =
    Array("ĂăÂâĐđÊêÔôƠơƯưÁáÀàÃãÉéÈèÍíÌìĨĩÓóÒòÕõÚúÙùŨũÝý₫".unicodeScalars)
    + (0x1EA0...0x1EF9).compactMap(Unicode.Scalar.init)
}

/// Owns a PangoFontDescription.
final class FontDescription {
  private let pointer: OpaquePointer?

  init(_ style: TextStyle) {
    pointer = pango_font_description_new()
    pango_font_description_set_family(pointer, style.family.name)
    pango_font_description_set_size(pointer, gint((style.points * Double(PANGO_SCALE)).rounded()))
    pango_font_description_set_weight(pointer, style.isBold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL)
    pango_font_description_set_style(pointer, style.isItalic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL)
  }

  deinit { pango_font_description_free(pointer) }

  /// Gives the pointer away for as long as `body` runs.
  func use<Value>(_ body: (OpaquePointer?) -> Value) -> Value { withExtendedLifetime(self) { body(pointer) } }
}
