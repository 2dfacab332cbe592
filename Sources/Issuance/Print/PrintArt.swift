import Foundation
import Printing

/// The colours and the fine lines of the card, slip and list: what makes a copy harder and the print one family.
enum PrintArt {
  static let red = Ink(hex: 0xA6192E)
  static let gold = Ink(hex: 0xF2C75C)
  static let cream = Ink(hex: 0xFFF6E0)
  static let paper = Ink(hex: 0xFDFAF3)
  static let dark = Ink(hex: 0x22252B)
  static let quiet = Ink(hex: 0x5C5F66)

  /// Fine waves over a box, none of which leaves it.
  static func waves(x: Double, y: Double, width: Double, height: Double, _ inks: [Ink]) -> Drawing {
    var drawing = Drawing()
    let lines = 16
    let swing = height / Double(lines) * 1.6
    for (family, ink) in inks.enumerated() {
      for line in 0..<lines {
        let middle = swing + (height - 2 * swing) * Double(line) / Double(lines - 1)
        let shift = Double(line) * 0.42 + Double(family) * 1.3
        let points = (0...72).map { step in
          let place = Double(step) / 72
          let wave = sin(place * 2 * .pi * (2.5 + Double(family)) + shift) * cos(place * .pi * 1.5 + shift * 0.5)
          return Point(x: x + width * place, y: y + middle + swing * wave)
        }
        drawing.addPath(points, Stroke(thickness: 0.09, ink: ink))
      }
    }
    return drawing
  }

  /// A rosette of turned curves around a point.
  static func rosette(x: Double, y: Double, radius: Double, ink: Ink) -> Drawing {
    var drawing = Drawing()
    for turn in 0..<6 {
      let points = (0..<180).map { step in
        let angle = Double(step) / 180 * 2 * .pi
        let wave = cos(angle * 8 + Double(turn) * .pi / 3)
        let distance = radius * (0.62 + 0.38 * wave * cos(angle * 2 + Double(turn) * 0.2))
        return Point(x: x + distance * cos(angle), y: y + distance * sin(angle))
      }
      drawing.addPath(points, isClosed: true, Stroke(thickness: 0.09, ink: ink))
    }
    return drawing
  }

  /// A five-pointed star.
  static func star(x: Double, y: Double, radius: Double, ink: Ink) -> Drawing {
    var drawing = Drawing()
    let points = (0..<10).map { corner in
      let angle = Double(corner) * .pi / 5 - .pi / 2
      let distance = corner % 2 == 0 ? radius : radius * 0.382
      return Point(x: x + distance * cos(angle), y: y + distance * sin(angle))
    }
    drawing.addPath(points, isClosed: true, nil, ink: ink)
    return drawing
  }
}
