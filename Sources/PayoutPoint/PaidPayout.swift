import CardApplication
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
  /// The last four digits of the card number.
  public var cardLastFour: String
  /// What was paid, line by line.
  public var lines: [PayableLine]
  /// Đồng still open after it.
  public var remaining: Int64
  /// Who collected for the holder, and by which paper; `nil` when the holder came.
  public var collector: VoucherCollector?

  /// From its fields.
  public init(
    holderName: String, maskedPersonalID: String, cardLastFour: String, lines: [PayableLine], remaining: Int64,
    collector: VoucherCollector? = nil
  ) {
    self.collector = collector
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
  /// When PAID was recorded, Unix seconds.
  public let time: Int64
  /// SHA-256 of the card's certificate, 32 octets: the voucher's verification code is made of it.
  public let certificateHash: [UInt8]
  /// SHA-256 of the terminal's public key, 32 octets.
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
    let steps: [JournalEntry]
    if let wanted = wanted?.lowercased() {
      steps = entries.filter { entry in
        let transaction = entry.transaction.lowercased()
        return transaction == wanted || wanted.utf8.count == 12 && transaction.hasSuffix(wanted)
      }
      guard Set(steps.map(\.transaction)).count == 1 else { throw .notFound }
    } else {
      guard let last = entries.last(where: { $0.step == .paid }) else { throw .notFound }
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
}
