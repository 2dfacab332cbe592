import Foundation

/// What stands on a piece of paper: a list of texts, lines, boxes, pictures and codes, in millimetres from its top left
/// corner.
///
/// Pieces are put together into larger ones and at last into a ``Sheet``.
public struct Drawing {
  enum Item {
    case text(TextBlock, x: Double, y: Double)
    case turned(TextBlock, centreX: Double, centreY: Double, degrees: Double)
    case line(fromX: Double, fromY: Double, toX: Double, toY: Double, Stroke)
    case box(x: Double, y: Double, width: Double, height: Double, radius: Double, Stroke?, fill: Ink?)
    case path([Point], isClosed: Bool, Stroke?, fill: Ink?)
    case code(QRCode, x: Double, y: Double, side: Double)
    case bars(Code128, Bounds)
    case picture(Picture, Bounds, radius: Double)
  }

  private(set) var items: [Item] = []
  /// Height that it takes in a flow, in millimetres; grows with what is added.
  public private(set) var height: Double

  /// Nothing yet, with this height at least.
  public init(height: Double = 0) { self.height = height }

  /// Puts a text with its top left corner at a place.
  public mutating func add(_ text: TextBlock, x: Double, y: Double) {
    items.append(.text(text, x: x, y: y))
    height = max(height, y + text.height)
  }

  /// Puts a text turned counter-clockwise around its middle. It takes no height: it lies across other things.
  public mutating func add(_ text: TextBlock, centreX: Double, centreY: Double, degrees: Double) {
    items.append(.turned(text, centreX: centreX, centreY: centreY, degrees: degrees))
  }

  /// Puts all of another drawing with its top left corner at a place.
  public mutating func add(_ other: Drawing, x: Double = 0, y: Double) {
    for item in other.items { items.append(item.moved(x, y)) }
    height = max(height, y + other.height)
  }

  /// Draws a line from one place to another.
  public mutating func addLine(
    fromX: Double, fromY: Double, toX: Double, toY: Double, _ stroke: Stroke = Stroke()
  ) {
    items.append(.line(fromX: fromX, fromY: fromY, toX: toX, toY: toY, stroke))
    height = max(height, fromY, toY)
  }

  /// Draws a box.
  ///
  /// - Parameters:
  ///   - radius: of its corners, millimetres.
  ///   - stroke: `nil` for no border.
  ///   - fill: 0 black … 1 white; `nil` for none.
  public mutating func addBox(
    x: Double, y: Double, width: Double, height: Double, radius: Double = 0, _ stroke: Stroke? = Stroke(),
    fill: Double? = nil
  ) {
    items.append(.box(x: x, y: y, width: width, height: height, radius: radius, stroke, fill: fill.map(Ink.gray)))
    self.height = max(self.height, y + height)
  }

  /// Draws a box filled with a colour.
  ///
  /// - Parameters:
  ///   - radius: of its corners, millimetres.
  ///   - stroke: `nil` for no border.
  public mutating func addBox(
    x: Double, y: Double, width: Double, height: Double, radius: Double = 0, _ stroke: Stroke? = nil, ink: Ink
  ) {
    items.append(.box(x: x, y: y, width: width, height: height, radius: radius, stroke, fill: ink))
    self.height = max(self.height, y + height)
  }

  /// Draws lines from each place to the next; nothing without places.
  ///
  /// - Parameters:
  ///   - isClosed: whether the last place is joined to the first.
  ///   - stroke: `nil` for no line.
  ///   - ink: of what lies between the lines; `nil` for none.
  public mutating func addPath(_ points: [Point], isClosed: Bool = false, _ stroke: Stroke?, ink: Ink? = nil) {
    guard !points.isEmpty else { return }
    items.append(.path(points, isClosed: isClosed, stroke, fill: ink))
    height = max(height, points.reduce(0) { max($0, $1.y) })
  }

  /// Puts a picture that fills a box: what of it would lie outside is left away at both sides equally.
  ///
  /// - Parameter radius: of the box's corners, millimetres.
  public mutating func add(
    _ picture: Picture, x: Double, y: Double, width: Double, height: Double, radius: Double = 0
  ) {
    let box = Bounds(left: x, top: y, right: x + width, bottom: y + height)
    items.append(.picture(picture, box, radius: radius))
    self.height = max(self.height, y + height)
  }

  /// Puts a bar code with the quiet zones of ten modules that ISO/IEC 15417 §4.3.2 asks for inside `width`
  /// millimetres.
  public mutating func add(_ code: Code128, x: Double, y: Double, width: Double, height: Double) {
    items.append(.bars(code, Bounds(left: x, top: y, right: x + width, bottom: y + height)))
    self.height = max(self.height, y + height)
  }

  /// Puts a QR code with the quiet zone of four modules that ISO/IEC 18004 §9.1 asks for inside `side` millimetres.
  public mutating func add(_ code: QRCode, x: Double, y: Double, side: Double) {
    items.append(.code(code, x: x, y: y, side: side))
    height = max(height, y + side)
  }
}

/// A place, in millimetres from the top left corner.
public struct Point: Hashable, Sendable {
  /// To the right.
  public var x: Double
  /// Downwards.
  public var y: Double

  /// From its distances.
  public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}

/// How a line is drawn.
public struct Stroke: Hashable, Sendable {
  /// Thickness, millimetres.
  public var thickness: Double
  /// Its colour.
  public var ink: Ink
  /// Lengths of dashes and gaps in turn, millimetres; empty for a whole line.
  public var dashes: [Double]

  /// From its fields; `gray` is 0 black … 1 white.
  public init(thickness: Double = 0.2, gray: Double = 0, dashes: [Double] = []) {
    self.init(thickness: thickness, ink: .gray(gray), dashes: dashes)
  }

  /// From its fields.
  public init(thickness: Double = 0.2, ink: Ink, dashes: [Double] = []) {
    self.thickness = thickness
    self.ink = ink
    self.dashes = dashes
  }
}

extension Drawing.Item {
  func moved(_ dx: Double, _ dy: Double) -> Drawing.Item {
    switch self {
    case .text(let text, let x, let y): .text(text, x: x + dx, y: y + dy)
    case .turned(let text, let x, let y, let degrees):
      .turned(text, centreX: x + dx, centreY: y + dy, degrees: degrees)
    case .line(let fromX, let fromY, let toX, let toY, let stroke):
      .line(fromX: fromX + dx, fromY: fromY + dy, toX: toX + dx, toY: toY + dy, stroke)
    case .box(let x, let y, let width, let height, let radius, let stroke, let fill):
      .box(x: x + dx, y: y + dy, width: width, height: height, radius: radius, stroke, fill: fill)
    case .path(let points, let isClosed, let stroke, let fill):
      .path(points.map { Point(x: $0.x + dx, y: $0.y + dy) }, isClosed: isClosed, stroke, fill: fill)
    case .code(let code, let x, let y, let side): .code(code, x: x + dx, y: y + dy, side: side)
    case .bars(let code, let box): .bars(code, box.moved(dx, dy))
    case .picture(let picture, let box, let radius): .picture(picture, box.moved(dx, dy), radius: radius)
    }
  }

  /// What it covers, in millimetres.
  var bounds: Bounds {
    switch self {
    case .text(let text, let x, let y): return text.bounds.moved(x, y)
    case .turned(let text, let x, let y, let degrees):
      let turn = degrees * .pi / 180
      let (sine, cosine) = (abs(sin(turn)), abs(cos(turn)))
      let halfWidth = (text.width * cosine + text.height * sine) / 2
      let halfHeight = (text.width * sine + text.height * cosine) / 2
      return Bounds(left: x - halfWidth, top: y - halfHeight, right: x + halfWidth, bottom: y + halfHeight)
    case .line(let fromX, let fromY, let toX, let toY, _):
      return Bounds(left: min(fromX, toX), top: min(fromY, toY), right: max(fromX, toX), bottom: max(fromY, toY))
    case .box(let x, let y, let width, let height, _, _, _):
      return Bounds(left: x, top: y, right: x + width, bottom: y + height)
    case .path(let points, _, _, _):
      let (xs, ys) = (points.map(\.x), points.map(\.y))
      // A place that is not a number must not be lost in a comparison.
      guard xs.allSatisfy(\.isFinite), ys.allSatisfy(\.isFinite) else {
        return Bounds(left: .nan, top: .nan, right: .nan, bottom: .nan)
      }
      return Bounds(left: xs.min() ?? 0, top: ys.min() ?? 0, right: xs.max() ?? 0, bottom: ys.max() ?? 0)
    case .code(_, let x, let y, let side): return Bounds(left: x, top: y, right: x + side, bottom: y + side)
    case .bars(_, let box), .picture(_, let box, _): return box
    }
  }
}
