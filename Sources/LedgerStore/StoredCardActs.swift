internal import GRDB
public import Ledger

/// An act in a card's life, as kept.
public struct StoredCardAct: Hashable, Sendable {
  /// 16 digits.
  public let card: String
  /// Its number among the card's acts, from 1.
  public internal(set) var sequence: Int64
  /// What was done.
  public let kind: CardActKind
  /// Why.
  public let reason: String
  /// Who did it.
  public let maker: String
  /// Who looked over it; empty when one person was enough.
  public let checker: String
  /// The office.
  public let office: String
  /// The card that took its place; nil but for ``CardActKind/successions``.
  public let successor: String?
  /// The ledger's event of a released reserve, 16 octets; else nil.
  public internal(set) var event: [UInt8]?
  /// Milliseconds since 1970, by the centre's clock.
  public let actedAt: Int64

  static let columns = "card, sequence, act, reason, maker, checker, office, successor, event, acted_at"

  init(
    card: String, sequence: Int64, kind: CardActKind, reason: String, maker: String, checker: String, office: String,
    successor: String?, event: [UInt8]? = nil, actedAt: Int64
  ) {
    self.card = card
    self.sequence = sequence
    self.kind = kind
    self.reason = reason
    self.maker = maker
    self.checker = checker
    self.office = office
    self.successor = successor
    self.event = event
    self.actedAt = actedAt
  }

  /// Reads ``columns`` from the column at `index` on.
  init(row: SQLRow, at index: Int) throws(LedgerStoreError) {
    self.init(
      card: try row.text(index), sequence: try row.int(index + 1),
      kind: try row.decode(index + 2) { UInt8(exactly: $0).flatMap(CardActKind.init) },
      reason: try row.text(index + 3), maker: try row.text(index + 4), checker: try row.text(index + 5),
      office: try row.text(index + 6), successor: row.isNull(index + 7) ? nil : try row.text(index + 7),
      event: row.isNull(index + 8) ? nil : try row.bytes(index + 8), actedAt: try row.int(index + 9))
  }

  var leaf: Leaf {
    .cardAct(
      card: card, sequence: sequence, act: Int64(kind.rawValue),
      texts: [reason, maker, checker, office, successor ?? ""], event: event ?? [], at: actedAt)
  }
}

/// An office's record of what it did with a PIN, as kept.
public struct StoredPINAct: Hashable, Sendable {
  /// What the office said.
  public let record: PINRecord
  /// Its number among the records of the card, from 1.
  public let sequence: Int64
  /// Milliseconds since 1970, by the centre's clock.
  public let receivedAt: Int64

  static let columns = "card, act, terminal, maker, checker, office, acted_at, sequence, received_at"

  init(record: PINRecord, sequence: Int64, receivedAt: Int64) {
    self.record = record
    self.sequence = sequence
    self.receivedAt = receivedAt
  }

  /// Reads ``columns`` from the column at `index` on.
  init(row: SQLRow, at index: Int) throws(LedgerStoreError) {
    record = PINRecord(
      card: try row.text(index), act: try row.decode(index + 1) { UInt8(exactly: $0).flatMap(PINRecord.Act.init) },
      terminal: try row.text(index + 2), maker: try row.text(index + 3), checker: try row.text(index + 4),
      office: try row.text(index + 5), actedAt: try row.int(index + 6))
    sequence = try row.int(index + 7)
    receivedAt = try row.int(index + 8)
  }

  var leaf: Leaf {
    .pinAct(
      card: record.card, sequence: sequence, act: Int64(record.act.rawValue),
      texts: [record.terminal, record.maker, record.checker, record.office], times: [record.actedAt, receivedAt])
  }
}

/// A certificate that was posted, and when.
public struct StoredCertificate: Hashable, Sendable {
  /// E1 and its signature.
  public let certificate: [UInt8]
  /// Milliseconds since 1970.
  public let postedAt: Int64
}

/// The life of a card, as read.
public struct StoredCardLife: Hashable, Sendable {
  /// Everything done with it, oldest first.
  public let acts: [StoredCardAct]
  /// What offices recorded of its PIN, oldest first.
  public let pinActs: [StoredPINAct]
  /// The card it took the place of.
  public let replaces: String?
  /// What is on its offline reserve, đồng.
  public let reserve: Int64
  /// End of the longest offline authority ever issued to it, Unix seconds; 0 when there was none.
  public let authorityEnds: Int64

  /// The card that took its place.
  public var replacedBy: String? { acts.lazy.compactMap(\.successor).first }
}

extension SQLiteLedgerStore {
  /// See ``LedgerStore/life(card:)``.
  public func life(card: String) async throws(LedgerStoreError) -> StoredCardLife? {
    try await read { sql in
      guard try sql.one("SELECT 1 FROM card WHERE number = ?", [card]) != nil else { return nil }
      let reserve = try sql.one(
        """
        SELECT COALESCE(SUM(a.credits - a.debits), 0) FROM card c JOIN line l ON l.person = c.person
        JOIN account a ON a.code = ? AND a.book = l.unit AND a.funder = l.funder AND a.subject = c.number || '/' || l.id
        WHERE c.number = ?
        """, [AccountCode.offlineReserve.rawValue, card])
      let ends = try sql.one("SELECT COALESCE(MAX(authority_ends), 0) FROM completion WHERE card = ?", [card])
      return StoredCardLife(
        acts: try sql.all(
          "SELECT \(StoredCardAct.columns) FROM card_act WHERE card = ? ORDER BY sequence", [card]
        ).map { try StoredCardAct(row: $0, at: 0) },
        pinActs: try sql.all(
          "SELECT \(StoredPINAct.columns) FROM pin_act WHERE card = ? ORDER BY sequence", [card]
        ).map { try StoredPINAct(row: $0, at: 0) },
        replaces: try sql.one("SELECT card FROM card_act WHERE successor = ?", [card])?.text(0),
        reserve: try reserve?.int(0) ?? 0, authorityEnds: try ends?.int(0) ?? 0)
    }
  }

  /// See ``LedgerStore/postedCertificates(card:)``.
  public func postedCertificates(card: String) async throws(LedgerStoreError) -> [StoredCertificate] {
    try await read { sql in
      try sql.all(
        """
        SELECT o.certificate, p.posted_at FROM outcome o JOIN payout p ON p.transaction_id = o.transaction_id
        WHERE o.card = ? AND o.refusal = 0 ORDER BY o.counter
        """, [card]
      ).map { StoredCertificate(certificate: try $0.bytes(0), postedAt: try $0.int(1)) }
    }
  }
}
