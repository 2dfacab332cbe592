import CardTestSupport
import ISO7816

/// Changes inputs of one octet and then data objects object by object, at whatever depth, so that all lengths around
/// stay right: one is emptied, cut, given twice, left out, moved, given another tag, or changed inside.
public enum Objects {
  /// What libFuzzer asks a fuzzer's own mutator.
  ///
  /// - Parameter head: octets before the objects.
  public static func mutate(
    _ start: UnsafeMutablePointer<UInt8>?, _ count: Int, _ most: Int, _ seed: UInt32, head: Int = 1
  ) -> Int {
    var random = SplitMix64(seed: UInt64(seed))
    let octets = Array(UnsafeBufferPointer(start: start, count: count))
    guard let start, count > head, random.next() % 4 != 0,
      let objects = try? BERTLV.sequence(Array(octets.dropFirst(head))), !objects.isEmpty
    else { return Records.changedByLibFuzzer(start, count, most) }
    let changed = (octets.prefix(head) + change(objects, &random).flatMap(\.bytes)).prefix(most)
    for (place, octet) in changed.enumerated() { start[place] = octet }
    return changed.count
  }

  private static func change(_ objects: [BERTLV], _ random: inout SplitMix64) -> [BERTLV] {
    var objects = objects
    let index = Int.random(in: objects.indices, using: &random)
    let other = Int.random(in: objects.indices, using: &random)
    let object = objects[index]
    // Deeper most of the time: there are more objects below than here.
    if random.next() % 5 != 0, let inside = try? BERTLV.sequence(object.value), !inside.isEmpty {
      objects[index] = BERTLV(object.tag, change(inside, &random))
      return objects
    }
    switch random.next() % 8 {
    case 0: objects[index] = BERTLV(object.tag, [UInt8]())
    case 1: objects[index] = BERTLV(object.tag, Array(object.value.dropLast()))
    case 2: objects.remove(at: index)
    case 3: objects.insert(object, at: other)
    case 4: objects.swapAt(index, other)
    case 5: objects[index] = BERTLV(objects[other].tag, object.value)
    case 6: objects[index] = BERTLV(object.tag, [0] + object.value)
    default: objects[index] = BERTLV(object.tag, Records.changed(object.value))
    }
    return objects
  }
}
