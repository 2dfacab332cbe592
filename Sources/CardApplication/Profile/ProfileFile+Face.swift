extension CardFaceLayout {
  private static let frameKeys = ["x", "y", "width", "height"]
  private static let styleKeys = ["points", "bold", "alignment", "colour"]

  /// Greatest length that is taken, millimetres; whether it fits is a rule.
  private static let lengths = 0.0...200.0

  init?(_ section: ProfileSection) {
    let face = section.section("face", ["width", "height"])
    let (width, height) = (face?.decimal("width", Self.lengths), face?.decimal("height", Self.lengths))
    let boxes = section.sections("boxes", count: 0...20, ["side", "colour"] + Self.frameKeys).map { box -> Box? in
      let (side, frame, colour) = (Self.side(box), Self.frame(box), box.colour("colour"))
      guard let side, let frame, let colour else { return nil }
      return Box(side: side, frame, colour)
    }
    let fieldKeys = ["field", "side", "text"] + Self.frameKeys + Self.styleKeys
    let elements = section.sections("fields", count: 1...40, fieldKeys).map(Self.element)
    let mark = section.section("mark", ["text"] + Self.frameKeys + Self.styleKeys, isOptional: true).map { mark in
      let (text, frame, style) = (Self.text(mark), Self.frame(mark), Self.style(mark))
      return (text: text, frame: frame, style: style)
    }
    guard let width, let height else { return nil }
    self.init(
      width: width, height: height, boxes: boxes.compactMap(\.self), elements: elements.compactMap(\.self),
      mark: mark.flatMap { mark in
        guard let text = mark.text, let frame = mark.frame, let style = mark.style else { return nil }
        return Mark(text, frame, style)
      })
  }

  private static func element(_ section: ProfileSection) -> Element? {
    let field = section.word("field", Field.allCases.map { ($0.rawValue, $0) })
    let (side, frame) = (side(section), frame(section))
    guard let field else { return nil }
    let unknown = (field.isText ? [] : styleKeys) + (field.takesText ? [] : ["text"])
    for key in unknown where section.has(key) {
      section.reader.refuse(section.key(key), section.place(ofKey: key), .unknownKey(nearest: nil))
    }
    let style = field.isText ? style(section) : Style(points: 0)
    let text = field.isFixedText || (field.takesText && section.has("text")) ? text(section) : nil
    guard let side, let frame, let style else { return nil }
    return Element(field, side: side, frame, style, text: text)
  }

  private static func side(_ section: ProfileSection) -> Side? {
    section.word("side", Side.allCases.map { ($0.rawValue, $0) }, or: .front)
  }

  private static func text(_ section: ProfileSection) -> CardText? {
    section.section("text", ["vi", "en"]).flatMap { text in
      let (vi, en) = (text.text("vi"), text.text("en"))
      guard let vi, let en else { return nil }
      return CardText(vi: vi, en: en)
    }
  }

  private static func frame(_ section: ProfileSection) -> Frame? {
    let (x, y) = (section.decimal("x", lengths), section.decimal("y", lengths))
    let (width, height) = (section.decimal("width", 0.1...200), section.decimal("height", 0.1...200))
    guard let x, let y, let width, let height else { return nil }
    return Frame(x: x, y: y, width: width, height: height)
  }

  private static func style(_ section: ProfileSection) -> Style? {
    let points = section.decimal("points", 5...36)
    let isBold = section.flag("bold")
    let alignment = section.word("alignment", Alignment.allCases.map { ($0.rawValue, $0) }, or: .left)
    let colour = section.has("colour") ? section.colour("colour") : nil
    guard let points, let alignment else { return nil }
    return Style(points: points, isBold: isBold, alignment: alignment, colour: colour)
  }
}
