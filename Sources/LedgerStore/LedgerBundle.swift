internal import Foundation
internal import GRDB
internal import Ledger

/// The chain of a ledger in files that anybody can check with public keys alone.
///
/// A folder with `bundle.json` (``LedgerBundle/Manifest``) and `chain.jsonl`, a JSON object a line: of each batch, in
/// their order, the link, then its leaves in theirs. A leaf is its canonical octets (base64), or only its hash where it
/// says who did something or what somebody was answered. Octets and hashes are hexadecimal, times milliseconds.
/// ```
/// {"batch":1,"writer":"centre","epoch":1,"previous":"00…","root":"…","time":…,"leaves":2,"hash":"…"}
/// {"leaf":0,"octets":"…"}
/// {"leaf":1,"hash":"…"}
/// ```
public enum LedgerBundle {
  /// What `bundle.json` says; nothing of it is believed.
  public struct Manifest: Hashable, Sendable, Codable {
    /// ``LedgerBundle/format``.
    public let format: String
    /// Number of batches.
    public let batches: Int64
    /// Number of leaves.
    public let leaves: Int64
    /// Hash of the last batch, hexadecimal.
    public let hash: String
    /// The last batch as the centre signs it; absent when it has not been signed.
    public let head: String?

    /// A manifest.
    public init(batches: Int64, leaves: Int64, hash: String, head: String?) {
      format = LedgerBundle.format
      self.batches = batches
      self.leaves = leaves
      self.hash = hash
      self.head = head
    }
  }

  /// The one that there is.
  public static let format = "ansinh-ledger-bundle-1"
  /// Names of the files.
  public static let (manifestName, chainName) = ("bundle.json", "chain.jsonl")

  /// Kinds of leaves of which only the hash goes out: answers, decisions with their officials, bank accounts.
  static let withheld: Set<UInt8> = [2, 11, 12, 15, 16, 40]

  /// A line of `chain.jsonl`.
  struct Line: Codable {
    var batch: Int64?
    var writer: String?
    var epoch: Int64?
    var previous: String?
    var root: String?
    var time: Int64?
    var leaves: Int64?
    var leaf: Int64?
    var octets: String?
    var hash: String?

    init(_ link: ChainLink) {
      (batch, writer, epoch, time, leaves) = (link.sequence, link.writer, link.epoch, link.time, link.leaves)
      (previous, root, hash) = (link.previous.hexText, link.root.hexText, link.hash.hexText)
    }

    init(_ committed: CommittedLeaf) {
      leaf = committed.index
      if let kind = committed.octets.first, LedgerBundle.withheld.contains(kind) {
        hash = committed.hash.hexText
      } else {
        octets = Data(committed.octets).base64EncodedString()
      }
    }

    /// Nil for a line of something else.
    var link: ChainLink? {
      guard let batch, let writer, let epoch, let time, let leaves, let previous = previous?.hexOctets,
        let root = root?.hexOctets, let hash = hash?.hexOctets
      else { return nil }
      return ChainLink(
        writer: writer, epoch: epoch, sequence: batch, previous: previous, root: root, time: time, leaves: leaves,
        hash: hash)
    }
  }
}

extension LedgerSnapshot {
  /// Writes `chain.jsonl` and `bundle.json` into a folder that is there; `head` is the last batch as the centre signs
  /// it. `progress` is told the number of batches now and then. Memory does not grow with the ledger.
  public func export(
    to folder: String, head: String?, progress: @Sendable (Int64) -> Void = { _ in }
  ) throws(LedgerStoreError) -> LedgerBundle.Manifest {
    try read { sql in
      let chain = folder + "/" + LedgerBundle.chainName
      guard FileManager.default.createFile(atPath: chain, contents: nil),
        let file = FileHandle(forWritingAtPath: chain)
      else { throw LedgerStoreError.file(operation: "create", errno: errno) }
      var out = BundleLines(file: file)
      let sources = try LeafSource.all(sql.db)
      var (batches, leaves): (Int64, Int64) = (0, 0)
      try sql.each("SELECT \(ChainLink.columns) FROM batch ORDER BY sequence") { row in
        let link = try ChainLink(row: row)
        try out.add(LedgerBundle.Line(link))
        var own: [CommittedLeaf] = []
        for source in sources { try source.take(link.sequence, into: &own) { _ in } }
        for leaf in own.sorted(by: { $0.index < $1.index }) { try out.add(LedgerBundle.Line(leaf)) }
        batches += 1
        leaves += Int64(own.count)
        if batches % 1_000 == 0 { progress(batches) }
      }
      try out.end()
      let manifest = LedgerBundle.Manifest(batches: batches, leaves: leaves, hash: self.head.hash.hexText, head: head)
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
      try encoder.encode(manifest).write(
        to: URL(fileURLWithPath: folder + "/" + LedgerBundle.manifestName), options: .withoutOverwriting)
      return manifest
    }
  }
}

/// Lines on their way to a file.
private struct BundleLines {
  let file: FileHandle
  private var waiting = Data()
  private let encoder: JSONEncoder

  init(file: FileHandle) {
    self.file = file
    encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  }

  mutating func add(_ line: LedgerBundle.Line) throws {
    waiting.append(try encoder.encode(line))
    waiting.append(0x0A)
    if waiting.count > 1 << 20 { try flush() }
  }

  mutating func end() throws {
    try flush()
    try file.synchronize()
    try file.close()
  }

  private mutating func flush() throws {
    try file.write(contentsOf: waiting)
    waiting.removeAll(keepingCapacity: true)
  }
}

extension String {
  /// Octets of hexadecimal text; nil for anything else.
  var hexOctets: [UInt8]? {
    let digits = Array(utf8)
    guard digits.count.isMultiple(of: 2) else { return nil }
    func value(_ digit: UInt8) -> UInt8? {
      switch digit {
      case 0x30...0x39: digit - 0x30
      case 0x41...0x46: digit - 0x37
      case 0x61...0x66: digit - 0x57
      default: nil
      }
    }
    var octets: [UInt8] = []
    for place in stride(from: 0, to: digits.count, by: 2) {
      guard let high = value(digits[place]), let low = value(digits[place + 1]) else { return nil }
      octets.append(high << 4 | low)
    }
    return octets
  }
}
