import CardTestSupport

@_silgen_name("LLVMFuzzerMutate")
private func mutatedByLibFuzzer(_ octets: UnsafeMutablePointer<UInt8>?, _ count: Int, _ most: Int) -> Int

/// Changes inputs of one octet and then strings (``InputReader/string()``) string by string, so that the lengths stay
/// right: one is given twice, left out, moved, or changed inside.
public enum Records {
  private typealias Record = (flags: UInt8, octets: [UInt8])

  /// What libFuzzer asks a fuzzer's own mutator.
  ///
  /// - Parameter inside: changes the inside of one string, with the change of octets that it is given.
  public static func mutate(
    _ start: UnsafeMutablePointer<UInt8>?, _ count: Int, _ most: Int, _ seed: UInt32,
    inside: ([UInt8], ([UInt8]) -> [UInt8]) -> [UInt8] = { $1($0) }
  ) -> Int {
    var random = SplitMix64(seed: UInt64(seed))
    var reader = InputReader(Array(UnsafeBufferPointer(start: start, count: count)))
    var first = reader.octet()
    var records: [Record] = []
    while !reader.isAtEnd { records.append(reader.string()) }
    guard let start, !records.isEmpty, random.next() % 8 != 0 else { return changedByLibFuzzer(start, count, most) }
    let index = Int.random(in: 0..<records.count, using: &random)
    let other = Int.random(in: 0..<records.count, using: &random)
    switch random.next() % 12 {
    case 0: first = UInt8.random(in: 0...255, using: &random)
    case 1: records[index].flags ^= 1 << UInt8.random(in: 0...3, using: &random)
    case 2: records.remove(at: index)
    case 3: records.swapAt(index, other)
    case 4: records.insert(records[index], at: other)
    case 5, 6:
      // Once as it is and once changed: what a refusal in between leaves behind shows in the next.
      records.insert((records[index].flags, inside(records[index].octets, changed)), at: index)
    case 7: records.insert((records[index].flags, inside(records[index].octets, changed)), at: index + 1)
    default: records[index].octets = inside(records[index].octets, changed)
    }
    let octets = ([first] + records.flatMap { $0.octets.string(flags: $0.flags) }).prefix(most)
    for (place, octet) in octets.enumerated() { start[place] = octet }
    return octets.count
  }

  /// libFuzzer's own way to change octets; gives the new count.
  static func changedByLibFuzzer(_ octets: UnsafeMutablePointer<UInt8>?, _ count: Int, _ most: Int) -> Int {
    mutatedByLibFuzzer(octets, count, most)
  }

  /// `octets` changed in libFuzzer's own way.
  static func changed(_ octets: [UInt8]) -> [UInt8] {
    var room = octets + [UInt8](repeating: 0, count: 64)
    let count = room.withUnsafeMutableBufferPointer { changedByLibFuzzer($0.baseAddress, octets.count, $0.count) }
    return Array(room.prefix(min(count, 4_095)))
  }
}
