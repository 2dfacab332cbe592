import CardApplication
import CardCrypto
import Foundation
import ISO7816
public import ServiceAPI

/// What a voucher says of a payout and the signed records do not: kept with PAID, so that the voucher can be printed
/// again. Of the person only what stands on the voucher: the name, and the ends of two numbers.
public struct PaidFacts: Hashable, Sendable, Codable {
  /// The cardholder's full name.
  public var holderName: String
  /// The holder's personal ID but for its last four digits masked.
  public var maskedPersonalID: String
  /// The last four digits of the card number; empty for a payout by hand.
  public var cardLastFour: String
  /// What was paid, line by line.
  public var lines: [PayableLine]
  /// Đồng still open after it.
  public var remaining: Int64
  /// Who collected for the holder, and by which paper; `nil` when the holder came.
  public var collector: VoucherCollector?
  /// Reference of the signed list; `nil` for a card's payout.
  public var list: String?

  /// From its fields.
  public init(
    holderName: String, maskedPersonalID: String, cardLastFour: String, lines: [PayableLine], remaining: Int64,
    collector: VoucherCollector? = nil, list: String? = nil
  ) {
    self.collector = collector
    self.list = list
    self.holderName = holderName
    self.maskedPersonalID = maskedPersonalID
    self.cardLastFour = cardLastFour
    self.lines = lines
    self.remaining = remaining
  }
}

/// A payout that is recorded as PAID, with all that its voucher says.
public struct PaidPayout: Hashable, Sendable {
  /// The transaction, 32 hexadecimal digits.
  public let transaction: String
  /// When PAID was recorded, of a list when it was sent, Unix seconds.
  public let time: Int64
  /// SHA-256 of the card's certificate, of a payout by hand of the transaction id and the scan's SHA-256, 32 octets:
  /// the voucher's verification code is made of it.
  public let certificateHash: [UInt8]
  /// SHA-256 of the terminal's public key, 32 octets; empty for a payout by hand.
  public let terminalKeyHash: [UInt8]
  /// What else the voucher says.
  public let facts: PaidFacts

  /// Đồng handed over.
  public var amount: Int64 { facts.lines.reduce(0) { $0 &+ $1.amount } }

  init(_ record: TerminalRecord, _ facts: PaidFacts) {
    transaction = record.transactionID.hex
    time = record.time
    certificateHash = record.certificateHash
    terminalKeyHash = record.terminalKeyHash
    self.facts = facts
  }

  /// A payout by hand: a visit of a list's entry; `nil` when the entry has no such visit.
  public init?(_ visit: String, of list: JournalEntry) {
    guard list.step == .list, let paid = list.visits?.first(where: { $0.transaction == visit }),
      let id = [UInt8](hex: visit), list.data.count == 32
    else { return nil }
    transaction = visit
    time = list.time
    certificateHash = Digest.sha256.hash(id + [UInt8](list.data))
    terminalKeyHash = []
    facts = paid.facts
  }
}

/// Why a payout's voucher can't be printed from the journal.
public enum ReprintError: Error, Hashable, Sendable {
  /// The journal has no such transaction; without a wanted one, no payout at all.
  case notFound
  /// The transaction ended in VOID: no money was paid.
  case void
  /// The transaction has neither PAID nor VOID yet.
  case unfinished
  /// The journal is older than the keeping of names, or its PAID can't be read.
  case factsMissing
}

extension PaidPayout {
  /// A payout of a journal.
  ///
  /// - Parameters:
  ///   - wanted: transaction id, or the last twelve digits that a voucher has as its number, in either case of letters;
  ///     `nil` for the last payout.
  ///   - entries: the journal's, oldest first.
  public static func find(_ wanted: String?, in entries: [JournalEntry]) throws(ReprintError) -> PaidPayout {
    func isWanted(_ text: String) -> Bool {
      guard let wanted = wanted?.lowercased() else { return false }
      let transaction = text.lowercased()
      return transaction == wanted || wanted.utf8.count == 12 && transaction.hasSuffix(wanted)
    }
    let steps: [JournalEntry]
    let lists = entries.filter { $0.step == .list }
    let visits = lists.flatMap { list in (list.visits ?? []).map { (list: list, transaction: $0.transaction) } }
    if wanted != nil {
      steps = entries.filter {
        ![.list, .listRecorded, .listRefused].contains($0.step) && isWanted($0.transaction)
      }
      let byHand = visits.filter { isWanted($0.transaction) }
      guard Set(steps.map(\.transaction) + byHand.map(\.transaction)).count == 1 else { throw .notFound }
      // A list that was refused at first may have come again.
      let isRecorded = Set(entries.filter { $0.step == .listRecorded }.map(\.transaction))
      let visit = byHand.last { isRecorded.contains($0.list.transaction) } ?? byHand.last
      if let visit { return try byHandPayout(visit.transaction, visit.list, entries) }
    } else {
      guard let last = entries.last(where: { $0.step == .paid || $0.step == .listRecorded }) else { throw .notFound }
      if last.step == .listRecorded {
        guard let visit = visits.last(where: { $0.list.transaction == last.transaction }) else { throw .factsMissing }
        return try byHandPayout(visit.transaction, visit.list, entries)
      }
      steps = [last]
    }
    guard let paid = steps.last(where: { $0.step == .paid }) else {
      throw steps.contains { $0.step == .void } ? .void : .unfinished
    }
    guard let facts = paid.facts, let record = try? TerminalRecord.parse([UInt8](paid.data)).0,
      record.transactionID.hex == paid.transaction, record.outcome == .paid
    else { throw .factsMissing }
    return PaidPayout(record, facts)
  }

  private static func byHandPayout(
    _ transaction: String, _ list: JournalEntry, _ entries: [JournalEntry]
  ) throws(ReprintError) -> PaidPayout {
    let ends = entries.filter { $0.transaction == list.transaction }.map(\.step)
    guard ends.contains(.listRecorded) else { throw ends.contains(.listRefused) ? .void : .unfinished }
    guard let payout = PaidPayout(transaction, of: list) else { throw .factsMissing }
    return payout
  }
}
