import Foundation

/// Somebody whom a signed list pays, as the journal keeps it: no more of the person than the voucher shows.
public struct HandPaid: Hashable, Sendable, Codable {
  /// Line of the office's file.
  public var row: Int
  /// The transaction, 32 hexadecimal digits.
  public var transaction: String
  /// What the voucher says.
  public var facts: PaidFacts

  /// From its fields.
  public init(row: Int, transaction: String, facts: PaidFacts) {
    self.row = row
    self.transaction = transaction
    self.facts = facts
  }
}

/// A voucher that is printed again.
public struct Reprint: Hashable, Sendable, Codable {
  /// Who prints it.
  public var maker: String
  /// The how manieth time of this payout, from 1.
  public var number: Int

  /// From its fields.
  public init(maker: String, number: Int) {
    self.maker = maker
    self.number = number
  }
}

extension Journal {
  /// Keeps that a voucher is printed again, and by whom, before it is: what is on paper is in the journal.
  ///
  /// - Parameter time: Unix seconds.
  /// - Returns: the how manieth time this is, from 1.
  /// - Throws: as ``append(_:)``.
  public func reprint(_ payout: PaidPayout, maker: String, time: Int64) throws -> Int {
    let before = entries(of: payout.transaction).compactMap { $0.reprint?.number }
    let reprint = Reprint(maker: maker, number: (before.max() ?? 0) + 1)
    try append(
      JournalEntry(step: .reprinted, transaction: payout.transaction, time: time, data: Data(), reprint: reprint))
    return reprint.number
  }

  /// Keeps who is paid by a signed list, before the list is sent to the centre.
  ///
  /// - Parameters:
  ///   - key: of the request, 32 hexadecimal digits.
  ///   - scan: SHA-256 of the scanned list, 32 octets.
  ///   - time: Unix seconds.
  /// - Throws: as ``append(_:)``.
  public func begin(list key: String, scan: [UInt8], visits: [HandPaid], time: Int64) throws {
    guard !entries(of: key).contains(where: { $0.step == .list }) else { return }
    try append(JournalEntry(step: .list, transaction: key, time: time, data: Data(scan), visits: visits))
  }

  /// Keeps what the centre made of a list.
  ///
  /// - Throws: as ``append(_:)``.
  public func end(list key: String, isRecorded: Bool, time: Int64) throws {
    let step: JournalEntry.Step = isRecorded ? .listRecorded : .listRefused
    guard !entries(of: key).contains(where: { $0.step == step }) else { return }
    try append(JournalEntry(step: step, transaction: key, time: time, data: Data()))
  }

  /// Lists of which nobody knows yet what the centre made of them, oldest first.
  public var openLists: [JournalEntry] {
    unended.flatMap { key in entries(of: key).filter { $0.step == .list } }
  }
}
