/// A colour, by its parts of red, green and blue light.
public struct Ink: Hashable, Sendable {
  /// 0 none … 1 full.
  public var red: Double
  /// 0 none … 1 full.
  public var green: Double
  /// 0 none … 1 full.
  public var blue: Double

  /// From its parts, each 0 … 1.
  public init(red: Double, green: Double, blue: Double) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// From its parts as six hexadecimal digits write them: `0xC8102E`.
  public init(hex: UInt32) {
    self.init(
      red: Double(hex >> 16 & 0xFF) / 255, green: Double(hex >> 8 & 0xFF) / 255, blue: Double(hex & 0xFF) / 255)
  }

  /// 0 black … 1 white.
  public static func gray(_ level: Double) -> Ink { Ink(red: level, green: level, blue: level) }
  /// No light.
  public static let black = gray(0)
  /// All light.
  public static let white = gray(1)

  /// Between this colour (0) and another one (1).
  public func mixed(_ part: Double, _ other: Ink) -> Ink {
    func mix(_ own: Double, _ theirs: Double) -> Double { own + (theirs - own) * part }
    return Ink(red: mix(red, other.red), green: mix(green, other.green), blue: mix(blue, other.blue))
  }

  /// The parts in 0 … 65,535.
  var levels: (red: UInt16, green: UInt16, blue: UInt16) {
    func level(_ part: Double) -> UInt16 { part > 0 ? UInt16(min(1, part) * 65_535) : 0 }
    return (level(red), level(green), level(blue))
  }
}
