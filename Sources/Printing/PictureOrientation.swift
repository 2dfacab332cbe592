/// How a camera held a picture: what must be done so that it stands upright (Exif 2.3 §4.6.4, tag 0112).
struct PictureOrientation: Hashable, Sendable {
  /// 1 upright … 8; 1 for anything that can't be read.
  let value: Int

  /// Whether width and height change places.
  var isSideways: Bool { value >= 5 }

  /// From a JPEG's octets; upright for anything else.
  init(_ octets: [UInt8]) { value = Self.read(octets) ?? 1 }

  private static func read(_ octets: [UInt8]) -> Int? {
    guard octets.starts(with: [0xFF, 0xD8]) else { return nil }
    var place = 2
    // Segments of marker and length, up to the scan (ISO/IEC 10918-1 §B.1.1.4).
    while place + 4 <= octets.count, octets[place] == 0xFF, octets[place + 1] != 0xDA {
      let length = Int(octets[place + 2]) << 8 | Int(octets[place + 3])
      guard length >= 2, place + 2 + length <= octets.count else { return nil }
      let body = octets[place + 4..<place + 2 + length]
      if octets[place + 1] == 0xE1, body.starts(with: Array("Exif".utf8) + [0, 0]) {
        return orientation(Array(body.dropFirst(6)))
      }
      place += 2 + length
    }
    return nil
  }

  /// Looks for the tag in the first directory of a TIFF structure.
  private static func orientation(_ tiff: [UInt8]) -> Int? {
    let isLittle = tiff.starts(with: Array("II".utf8))
    guard isLittle || tiff.starts(with: Array("MM".utf8)) else { return nil }
    func number(_ place: Int, _ length: Int) -> Int? {
      guard place >= 0, place + length <= tiff.count else { return nil }
      let octets = tiff[place..<place + length]
      return (isLittle ? octets.reversed() : Array(octets)).reduce(0) { $0 << 8 | Int($1) }
    }
    guard number(2, 2) == 42, let start = number(4, 4), let count = number(start, 2) else { return nil }
    for entry in 0..<count {
      let place = start + 2 + 12 * entry
      guard let tag = number(place, 2) else { return nil }
      if tag == 0x112 {
        guard number(place + 2, 2) == 3, let value = number(place + 8, 2), (1...8).contains(value) else { return nil }
        return value
      }
    }
    return nil
  }
}
