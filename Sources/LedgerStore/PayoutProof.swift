internal import GRDB
public import Ledger

/// That a payout is in the chain: its leaves, the way from each to the root of its batch, and the batch's link. With a
/// head that the centre has signed nobody can take the payout out of the ledger any more, or change it, unseen.
public struct PayoutProof: Hashable, Sendable {
  /// One leaf and its way to the root.
  public struct ProvenLeaf: Hashable, Sendable {
    /// Place in the batch, from 0.
    public let index: Int64
    /// Canonical octets: a kind (1), then its fields in their order; integers big-endian, texts and octet strings after
    /// their length (4).
    public let octets: [UInt8]
    /// The hashes beside the way to the root, 32 octets each, from the leaf on (RFC 6962 §2.1.1).
    public let path: [[UInt8]]

    /// One leaf.
    public init(index: Int64, octets: [UInt8], path: [[UInt8]]) {
      self.index = index
      self.octets = octets
      self.path = path
    }
  }

  /// Why a proof proves nothing.
  public enum Fault: Error, Hashable, Sendable {
    /// The link does not hash to its hash.
    case link
    /// No way leads from this leaf to the root.
    case leaf(index: Int64)
    /// The leaves are not those of one payout: the payout, its certificate and the entries that come to its amount.
    case incomplete
  }

  /// The payout, its certificate and its entries.
  public let leaves: [ProvenLeaf]
  /// The batch that commits to them.
  public let link: ChainLink

  /// A proof that has still to be checked.
  public init(leaves: [ProvenLeaf], link: ChainLink) {
    self.leaves = leaves
    self.link = link
  }

  /// What is proven, when the link's hash is that of a head that is believed.
  public func verify() throws(Fault) -> CommittedPayout {
    guard link.computedHash == link.hash else { throw .link }
    var payout: CommittedPayout?
    var certificate: (card: String, counter: Int64)?
    var entries: [(event: [UInt8], amount: Int64, kind: Int64)] = []
    for leaf in leaves {
      let hash = Leaf.hash(of: leaf.octets)
      guard MerkleTree.root(from: hash, at: leaf.index, of: link.leaves, by: leaf.path) == link.root else {
        throw .leaf(index: leaf.index)
      }
      switch LeafContent(leaf.octets) {
      case .payout(let found) where payout == nil: payout = found
      case .certificate(let card, let counter, _, _, 0) where certificate == nil: certificate = (card, counter)
      case .transfer(_, let event, _, _, let amount, let kind): entries.append((event, amount, kind))
      default: throw .incomplete
      }
    }
    guard let payout, let certificate, certificate == (payout.card, Int64(payout.counter)),
      Set(leaves.map(\.index)).count == leaves.count, entries.allSatisfy({ $0.event == payout.event }),
      entries.filter({ Self.paying.contains($0.kind) }).reduce(0, { $0 &+ $1.amount }) == payout.amount
    else { throw .incomplete }
    return payout
  }

  /// Kinds of entries that pay: by the own unit and for another.
  static let paying: Set<Int64> = [5, 6]
}

extension SQLiteLedgerStore {
  /// See ``LedgerStore/proof(_:)``.
  public func proof(_ transactionID: [UInt8]) async throws(LedgerStoreError) -> PayoutProof? {
    try await read { sql in try PayoutProof.read(sql, transactionID) }
  }
}

extension PayoutProof {
  static func read(_ sql: SQL, _ transactionID: [UInt8]) throws -> PayoutProof? {
    guard
      let row = try sql.one("SELECT batch, event FROM payout WHERE transaction_id = ?", [transactionID.blob]),
      let link = try ChainLink.read(sql, row.int(0))
    else { return nil }
    let id = "x'\(transactionID.hexText)'"
    let sources = [
      try LeafTable.payouts.source(sql.db, where: "p.transaction_id = \(id)"),
      try LeafTable.certificates.source(sql.db, where: "transaction_id = \(id) AND refusal = 0"),
      try LeafTable.transfers.source(sql.db, where: "t.event = x'\(try row.bytes(1).hexText)'"),
    ]
    var own: [CommittedLeaf] = []
    for source in sources { try source.take(link.sequence, into: &own) { _ in } }
    let hashes = try Self.hashes(sql, of: link)
    let leaves = own.map { leaf in
      ProvenLeaf(
        index: leaf.index, octets: leaf.octets,
        path: MerkleTree.path(Int(leaf.index), in: hashes[...]))
    }
    return PayoutProof(leaves: leaves.sorted { $0.index < $1.index }, link: link)
  }

  /// The hashes of a batch's leaves: as kept beside the batch, or of one of earlier versions as its rows say.
  private static func hashes(_ sql: SQL, of link: ChainLink) throws -> [[UInt8]] {
    let kept = try sql.one("SELECT leaf_hashes FROM batch WHERE sequence = ?", [link.sequence])
    if let kept, !kept.isNull(0) {
      let octets = try kept.bytes(0)
      return stride(from: 0, to: octets.count, by: 32).map { [UInt8](octets[$0..<min($0 + 32, octets.count)]) }
    }
    var leaves: [CommittedLeaf] = []
    for source in try LeafSource.all(sql.db, batch: link.sequence) {
      try source.take(link.sequence, into: &leaves) { _ in }
    }
    return leaves.sorted { $0.index < $1.index }.map(\.hash)
  }
}

extension ChainLink {
  static let columns = "writer, epoch, sequence, previous, root, time, leaves, hash"

  /// Reads ``columns``.
  init(row: SQLRow) throws(LedgerStoreError) {
    self.init(
      writer: try row.text(0), epoch: try row.int(1), sequence: try row.int(2), previous: try row.bytes(3),
      root: try row.bytes(4), time: try row.int(5), leaves: try row.int(6), hash: try row.bytes(7))
  }

  static func read(_ sql: SQL, _ sequence: Int64) throws -> ChainLink? {
    try sql.one("SELECT \(columns) FROM batch WHERE sequence = ?", [sequence]).map { try ChainLink(row: $0) }
  }
}
