internal import CardCrypto
internal import Foundation
internal import GRDB
internal import Ledger

/// What somebody without the ledger can be told of a payout.
public struct BundlePayout: Hashable, Sendable {
  /// What the chain says.
  public let payout: CommittedPayout
  /// The card's certificate with its signature.
  public let certificate: [UInt8]
  /// The card's registered key, 04‖X‖Y, 65 octets.
  public let cardKey: [UInt8]
  /// The terminal's registered key, 04‖X‖Y, 65 octets.
  public let terminalKey: [UInt8]

  /// From its fields.
  public init(payout: CommittedPayout, certificate: [UInt8], cardKey: [UInt8], terminalKey: [UInt8]) {
    self.payout = payout
    self.certificate = certificate
    self.cardKey = cardKey
    self.terminalKey = terminalKey
  }
}

/// What checking a bundle found.
public struct BundleReport: Hashable, Sendable {
  /// Batches, leaves, entries, and payouts whose card's signature was verified.
  public internal(set) var batches: Int64 = 0
  /// Leaves.
  public internal(set) var leaves: Int64 = 0
  /// Entries.
  public internal(set) var transfers: Int64 = 0
  /// Card payouts whose certificate was verified.
  public internal(set) var payouts: Int64 = 0
  /// Payouts by hand: their lists are evidence that is not in the chain.
  public internal(set) var handPayouts: Int64 = 0
  /// The last batch.
  public internal(set) var head = ChainHead(
    writer: "", epoch: 0, sequence: 0, hash: [UInt8](repeating: 0, count: 32))
  /// The first problems, at most ``AuditReport/keptProblems``.
  public internal(set) var problems: [AuditProblem] = []
  /// How many there are.
  public internal(set) var problemCount: Int64 = 0

  mutating func add(_ check: AuditCheck, _ place: String) {
    problemCount += 1
    if problems.count < AuditReport.keptProblems { problems.append(AuditProblem(check: check, place: place)) }
  }

  /// With what else was found.
  public func adding(_ problems: [AuditProblem], count: Int64) -> BundleReport {
    var sum = self
    sum.problemCount += count
    sum.problems += problems.prefix(AuditReport.keptProblems - sum.problems.count)
    return sum
  }
}

extension LedgerBundle {
  /// Reads the manifest of a bundle; nil when there is none.
  public static func manifest(in folder: String) -> Manifest? {
    guard let data = FileManager.default.contents(atPath: folder + "/" + manifestName),
      let manifest = try? JSONDecoder().decode(Manifest.self, from: data), manifest.format == format
    else { return nil }
    return manifest
  }

  /// Checks the chain of a bundle: every link and root, the books, and the evidence of every card payout.
  ///
  /// Registered keys and the sums of accounts are kept in a file of SQLite's that has no name; memory does not grow
  /// with the ledger. The chain must end with `head`. `batch` is told each batch in its turn, `progress` the number of
  /// batches now and then.
  public static func verify(
    _ folder: String, head: ChainHead, evidence: (BundlePayout) -> Bool, batch: (ChainHead) -> Void = { _ in },
    progress: (Int64) -> Void = { _ in }
  ) throws(LedgerStoreError) -> BundleReport {
    guard let manifest = manifest(in: folder), let lines = BundleReader(folder + "/" + chainName) else {
      throw LedgerStoreError.corrupt(place: folder)
    }
    do {
      return try DatabaseQueue(path: "").inDatabase { db in
        var report = BundleReport()
        try db.inTransaction {
          var check = try BundleCheck(SQL(db: db))
          try check.run(lines, evidence: evidence) { head, count in
            batch(head)
            if count % 1_000 == 0 { progress(count) }
          }
          report = check.report
          return .rollback
        }
        if report.batches != manifest.batches || report.leaves != manifest.leaves {
          report.add(.chain, "does not end as the bundle says")
        }
        // Before the first batch a head has an epoch, and there is no chain.
        if report.head.sequence != head.sequence || (head.sequence > 0 && report.head != head) {
          report.add(.chain, "does not end with the head that was signed")
        }
        return report
      }
    } catch {
      throw LedgerStoreError.wrapping(error)
    }
  }
}

/// The check of one bundle.
private struct BundleCheck {
  private let sql: SQL
  var report = BundleReport()
  private var chain = ChainInvariant()

  init(_ sql: SQL) throws {
    self.sql = sql
    try sql.db.execute(
      sql: """
        CREATE TABLE key (name TEXT PRIMARY KEY, point BLOB NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE book (
          name TEXT PRIMARY KEY, debits INTEGER NOT NULL, credits INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """)
  }

  mutating func run(
    _ lines: BundleReader, evidence: (BundlePayout) -> Bool, read told: (ChainHead, Int64) -> Void
  ) throws {
    var line = try lines.next()
    while let first = line {
      guard let link = first.link else {
        report.add(.chain, "line \(lines.number) is no batch")
        return
      }
      let batch = try read(link, lines, &line)
      for problem in chain.add(link, computedHash: link.computedHash) { report.add(.chain, problem.place) }
      try check(batch, of: link, evidence)
      report.batches += 1
      report.head = ChainHead(writer: link.writer, epoch: link.epoch, sequence: link.sequence, hash: link.hash)
      told(report.head, report.batches)
    }
    try checkBooks()
  }

  /// The leaves of a batch, whose root is compared; `line` is the first one after them then.
  private mutating func read(
    _ link: ChainLink, _ lines: BundleReader, _ line: inout LedgerBundle.Line?
  ) throws -> [LeafContent] {
    var tree = MerkleTree()
    var contents: [LeafContent] = []
    line = try lines.next()
    while let leaf = line, let index = leaf.leaf {
      if index != Int64(tree.count) { report.add(.root, "batch \(link.sequence): leaf \(tree.count) is missing") }
      if let text = leaf.octets, let data = Data(base64Encoded: text) {
        let octets = [UInt8](data)
        tree.append(Leaf.hash(of: octets))
        if let content = LeafContent(octets) {
          contents.append(content)
        } else {
          report.add(.root, "batch \(link.sequence): leaf \(index) is unreadable")
        }
      } else {
        tree.append(leaf.hash?.hexOctets ?? [])
      }
      line = try lines.next()
    }
    report.leaves += Int64(tree.count)
    if tree.root != link.root || Int64(tree.count) != link.leaves {
      report.add(.root, "batch \(link.sequence): its leaves are not what it commits to")
    }
    return contents
  }

  private mutating func check(
    _ contents: [LeafContent], of link: ChainLink, _ evidence: (BundlePayout) -> Bool
  ) throws {
    var paid: [[UInt8]: Int64] = [:]
    var certificates: [String: [UInt8]] = [:]
    for content in contents {
      switch content {
      case .transfer(_, let event, let debit, let credit, let amount, let kind):
        report.transfers += 1
        if PayoutProof.paying.contains(kind) { paid[event, default: 0] &+= amount }
        try book(debit, credit, amount, link)
      case .certificate(let card, let counter, let identity, let certificate, let refusal):
        guard refusal == 0 else { continue }
        certificates["\(card)/\(counter)"] = certificate
        if identity.count != 32 { report.add(.evidence, "\(card) \(counter)") }
      case .card(let number, let key): try keep(key, "card \(number)", link)
      case .terminal(let hash, let key):
        if Digest.sha256.hash(key) != hash { report.add(.evidence, "terminal \(hash.hexText)") }
        try keep(key, "terminal \(hash.hexText)", link)
      default: continue
      }
    }
    for content in contents {
      switch content {
      case .payout(let payout):
        report.payouts += 1
        let certificate = certificates["\(payout.card)/\(payout.counter)"]
        let cardKey = try key("card \(payout.card)")
        let terminalKey = try key("terminal \(payout.terminal)")
        guard let certificate, let cardKey, let terminalKey,
          evidence(
            BundlePayout(payout: payout, certificate: certificate, cardKey: cardKey, terminalKey: terminalKey))
        else {
          report.add(.evidence, payout.transactionID.hexText)
          continue
        }
        if paid[payout.event] != payout.amount { report.add(.outcomes, payout.transactionID.hexText) }
      case .handPayout(let id, let event, let amount):
        report.handPayouts += 1
        if paid[event] != amount { report.add(.outcomes, id.hexText) }
      default: continue
      }
    }
  }

  private mutating func keep(_ key: [UInt8], _ name: String, _ link: ChainLink) throws {
    try sql.run("INSERT INTO key (name, point) VALUES (?, ?) ON CONFLICT DO NOTHING", [name, key.blob])
    if sql.changes != 1 { report.add(.evidence, "\(name) is registered twice (batch \(link.sequence))") }
  }

  private func key(_ name: String) throws -> [UInt8]? {
    try sql.one("SELECT point FROM key WHERE name = ?", [name])?.bytes(0)
  }

  /// Both sides of an entry are in one book and of one funder, so that what is debited is credited in each.
  private mutating func book(_ debit: String, _ credit: String, _ amount: Int64, _ link: ChainLink) throws {
    func purse(_ account: String) -> ArraySlice<Substring> {
      account.split(separator: " ", maxSplits: 3, omittingEmptySubsequences: false).dropFirst().prefix(2)
    }
    if purse(debit).count != 2 || purse(debit).map(String.init) != purse(credit).map(String.init) || amount <= 0 {
      report.add(.doubleEntry, "batch \(link.sequence): \(debit) → \(credit)")
    }
    for (account, debits, credits) in [(debit, amount, 0), (credit, 0, amount)] {
      try sql.run(
        """
        INSERT INTO book (name, debits, credits) VALUES (?1, ?2, ?3)
        ON CONFLICT (name) DO UPDATE SET debits = debits + ?2, credits = credits + ?3
        """, [account, debits, credits])
    }
  }

  /// What must never be below zero is not (`ledger` §1), and what two units owe each other agrees.
  private mutating func checkBooks() throws {
    var rules = AccountInvariants()
    var unreadable: [String] = []
    try sql.each("SELECT name, debits, credits FROM book") { row in
      guard let key = AccountKey(text: try row.text(0)) else { return unreadable.append(try row.text(0)) }
      let totals = AccountTotals(
        debits: try row.int(1), credits: try row.int(2), debitEvents: 0, creditEvents: 0)
      rules.add(key, totals)
    }
    for account in unreadable { report.add(.balances, account) }
    for violation in rules.violations() {
      report.add([1: AuditCheck.doubleEntry, 2: .signs][violation.rule] ?? .pairs, violation.place)
    }
  }
}

/// The lines of a file, one after the other.
private final class BundleReader {
  /// The longest that a line may be.
  private static let longest = 1 << 24
  private let file: FileHandle
  private var rest = Data()
  private let decoder = JSONDecoder()
  private(set) var number = 0

  init?(_ path: String) {
    guard let file = FileHandle(forReadingAtPath: path) else { return nil }
    self.file = file
  }

  func next() throws -> LedgerBundle.Line? {
    var end = rest.firstIndex(of: 0x0A)
    while end == nil {
      guard rest.count < Self.longest else { throw LedgerStoreError.corrupt(place: "line \(number + 1)") }
      let more = try file.read(upToCount: 1 << 20) ?? Data()
      if more.isEmpty {
        guard rest.isEmpty else { throw LedgerStoreError.corrupt(place: "line \(number + 1)") }
        return nil
      }
      let searched = rest.endIndex
      rest.append(more)
      end = rest[searched...].firstIndex(of: 0x0A)
    }
    guard let end else { return nil }
    number += 1
    let line = rest[..<end]
    defer { rest = rest[(end + 1)...] }
    guard let read = try? decoder.decode(LedgerBundle.Line.self, from: line) else {
      throw LedgerStoreError.corrupt(place: "line \(number)")
    }
    return read
  }
}
