import Foundation
import Printing

/// A thicket of figures and letters that hides what is printed on the other side of the paper or behind it: held
/// against the light, a secret drowns in strokes of its own kind.
///
/// Always the same: it depends on no secret.
struct Scramble {
  /// The letters: what looks like figures, upright or turned.
  private static let letters = Array("8630952714#HBXSZ")

  private let blocks: [TextBlock]

  /// - Parameters:
  ///   - points: sizes that are mixed.
  ///   - grays: 0 black … 1 white, that are mixed.
  init(_ typesetter: Typesetter, points: [Double], grays: [Double]) throws(PrintingError) {
    var blocks: [TextBlock] = []
    for size in points {
      for gray in grays {
        for letter in Self.letters {
          let style = TextStyle(.sans, points: size, isBold: size > 24, gray: gray)
          blocks.append(try typesetter.text(String(letter), style))
        }
      }
    }
    self.blocks = blocks
  }

  /// A box full of it, nothing of which leaves the box.
  ///
  /// - Parameter step: about how far apart the letters stand, millimetres.
  func drawing(width: Double, height: Double, step: Double) -> Drawing {
    var drawing = Drawing(height: height)
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    /// A number from 0 up to 1 (xorshift64*, Vigna 2016).
    func next() -> Double {
      state ^= state >> 12
      state ^= state << 25
      state ^= state >> 27
      return Double((state &* 0x2545_F491_4F6C_DD1D) >> 11) / Double(1 << 53)
    }
    var y = step * 0.2
    while y < height {
      var x = step * 0.2
      while x < width {
        let block = blocks[Int(next() * Double(blocks.count))]
        let degrees = (next() - 0.5) * 50 + (next() < 0.3 ? 180 : 0)
        let half = hypot(block.width, block.height) / 2
        let centreX = min(max(x + (next() - 0.5) * step * 0.7, half), width - half)
        let centreY = min(max(y + (next() - 0.5) * step * 0.7, half), height - half)
        drawing.add(block, centreX: centreX, centreY: centreY, degrees: degrees)
        x += step
      }
      y += step
    }
    return drawing
  }
}
