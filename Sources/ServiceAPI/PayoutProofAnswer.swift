/// Answer of `GET /v1/payouts/{id}/proof`: that a payout is in the centre's chain, for whoever has the public half of
/// the records key.
///
/// The octets of each leaf hash to a leaf of the batch (SHA-256 over 00 and the octets), each path leads from there to
/// the batch's root (RFC 6962 §2.1.1), the link hashes to the hash in the head, and the head is signed.
public struct PayoutProofAnswer: Hashable, Sendable, Codable {
  /// The batch as a head that the centre signs (``SignedHead``).
  public var head: String
  /// Hash of the batch before, 32 octets.
  public var previous: WireBytes
  /// Merkle root of the batch's leaves, 32 octets.
  public var root: WireBytes
  /// When the batch was written, milliseconds since 1970.
  public var time: Int64
  /// Number of its leaves.
  public var count: Int64
  /// The payout, its certificate and its entries.
  public var leaves: [ProvenLeafAnswer]

  /// From its fields.
  public init(
    head: String, previous: WireBytes, root: WireBytes, time: Int64, count: Int64, leaves: [ProvenLeafAnswer]
  ) {
    self.head = head
    self.previous = previous
    self.root = root
    self.time = time
    self.count = count
    self.leaves = leaves
  }
}

/// One leaf and its way to the root.
public struct ProvenLeafAnswer: Hashable, Sendable, Codable {
  /// Place in the batch, from 0.
  public var index: Int64
  /// Canonical octets: a kind (1), then its fields; integers big-endian, texts and octet strings after their
  /// length (4).
  public var octets: WireBytes
  /// The hashes beside the way to the root, 32 octets each, from the leaf on.
  public var path: [WireBytes]

  /// From its fields.
  public init(index: Int64, octets: WireBytes, path: [WireBytes]) {
    self.index = index
    self.octets = octets
    self.path = path
  }
}
