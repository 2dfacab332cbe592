import FuzzSupport
import ISO7816

/// Changes that a wire, or somebody on it, can make: of octets, and of data objects, which stay well formed.
enum Edits {
  /// `octets` after all changes that `reader` holds, three octets each: what, where, how.
  static func apply(_ reader: InputReader, to octets: [UInt8]) -> [UInt8] {
    var reader = reader
    var octets = octets
    for _ in 0..<8 where !reader.isAtEnd {
      let (what, place, how) = (reader.octet(), reader.octet(), reader.octet())
      octets = what & 1 == 0 ? raw(octets, what >> 1, Int(place), how) : nested(octets, what >> 1, Int(place), how)
    }
    return octets
  }

  private static func raw(_ octets: [UInt8], _ what: UInt8, _ place: Int, _ how: UInt8) -> [UInt8] {
    var octets = octets
    guard !octets.isEmpty else { return [how] }
    let index = place % octets.count
    switch what % 5 {
    case 0: octets[index] ^= how
    case 1: octets.remove(at: index)
    case 2: octets.insert(how, at: index)
    case 3: octets = Array(octets.dropLast(index))
    default: octets.append(how)
    }
    return octets
  }

  private static func nested(_ octets: [UInt8], _ what: UInt8, _ place: Int, _ how: UInt8) -> [UInt8] {
    guard var objects = try? BERTLV.sequence(octets), !objects.isEmpty else { return octets }
    let index = place % objects.count
    let object = objects[index]
    switch what % 5 {
    case 0: objects[index] = BERTLV(object.tag, Array(object.value.prefix(Int(how))))
    case 1: objects.remove(at: index)
    case 2: objects.insert(object, at: Int(how) % objects.count)
    case 3: objects[index] = BERTLV(BERTag(rawValue: UInt32(object.tag.bytes[0] ^ how & 0x9F)), object.value)
    default: objects[index] = BERTLV(object.tag, object.value + [how])
    }
    return objects.flatMap(\.bytes)
  }
}
