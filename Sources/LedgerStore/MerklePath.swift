internal import CardCrypto

/// Audit paths of RFC 6962 §2.1.1: the hashes that lead from a leaf to the root.
extension MerkleTree {
  /// The root over leaf hashes.
  static func root(_ leaves: ArraySlice<[UInt8]>) -> [UInt8] {
    var tree = MerkleTree()
    for leaf in leaves { tree.append(leaf) }
    return tree.root
  }

  /// The hashes beside the way from the leaf at `index` to the root, from the leaf on.
  static func path(_ index: Int, in leaves: ArraySlice<[UInt8]>) -> [[UInt8]] {
    guard leaves.count > 1 else { return [] }
    var half = 1
    while half * 2 < leaves.count { half *= 2 }
    let middle = leaves.startIndex + half
    let (left, right) = (leaves[..<middle], leaves[middle...])
    return index < half
      ? path(index, in: left) + [root(right)] : path(index - half, in: right) + [root(left)]
  }

  /// The root that a path leads to from the leaf at `index` of `count`; nil when no path of that tree is so long
  /// (RFC 9162 §2.1.3.2).
  static func root(from leaf: [UInt8], at index: Int64, of count: Int64, by path: [[UInt8]]) -> [UInt8]? {
    guard index >= 0, index < count else { return nil }
    var (place, last, hash) = (index, count - 1, leaf)
    for sibling in path {
      guard last != 0, sibling.count == 32 else { return nil }
      if place & 1 == 1 || place == last {
        hash = node(sibling, hash)
        while place & 1 == 0, place != 0 { (place, last) = (place >> 1, last >> 1) }
      } else {
        hash = node(hash, sibling)
      }
      (place, last) = (place >> 1, last >> 1)
    }
    return last == 0 ? hash : nil
  }
}
