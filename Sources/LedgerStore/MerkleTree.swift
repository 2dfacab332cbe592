internal import CardCrypto
internal import Ledger

/// The Merkle tree hash of RFC 6962 §2.1 over leaf hashes, taken in one by one.
///
/// Keeps one subtree root per set bit of the count, so memory is logarithmic.
struct MerkleTree {
  private var subtrees: [(size: Int, hash: [UInt8])] = []
  private(set) var count = 0

  /// Takes in the hash of the next leaf.
  mutating func append(_ leafHash: [UInt8]) {
    count += 1
    var size = 1
    var hash = leafHash
    while let last = subtrees.last, last.size == size {
      subtrees.removeLast()
      hash = Self.node(last.hash, hash)
      size *= 2
    }
    subtrees.append((size, hash))
  }

  /// The root; of nothing, SHA-256 of nothing.
  var root: [UInt8] {
    guard var hash = subtrees.last?.hash else { return Digest.sha256.hash([]) }
    for subtree in subtrees.dropLast().reversed() { hash = Self.node(subtree.hash, hash) }
    return hash
  }

  static func node(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] { Digest.sha256.hash([0x01] + left + right) }
}

extension ChainLink {
  /// SHA-256 over version text, writer, epoch, sequence, previous hash, root, time and leaf count.
  var computedHash: [UInt8] {
    var out = CanonicalOctets()
    out.add("ANSINH-BATCH-1")
    out.add(writer)
    out.add(epoch)
    out.add(sequence)
    out.add(previous)
    out.add(root)
    out.add(time)
    out.add(leaves)
    return Digest.sha256.hash(out.octets)
  }
}
