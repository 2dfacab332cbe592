internal import GRDB
public import Ledger

/// What was decided about a line, an item, a person, a payout or an official.
public struct StoredAct: Hashable, Sendable {
  /// Its number among all acts of the centre, from 1.
  public let sequence: Int64
  /// What.
  public let kind: EntitlementActKind
  /// What it is about: a line, an item, a person's random id, a transaction.
  public let subject: String
  /// What was decided, in words and figures that identify nobody.
  public let content: String
  /// Who, and why.
  public let hands: ActHands
  /// Id of the event it posted, 16 octets; nil when it moved no money.
  public let event: [UInt8]?
  /// Milliseconds since 1970.
  public let actedAt: Int64

  static let columns = "sequence, kind, subject, content, maker, checker, office, reason, event, acted_at"

  init(
    sequence: Int64, kind: EntitlementActKind, subject: String, content: String, hands: ActHands, event: [UInt8]?,
    actedAt: Int64
  ) {
    self.sequence = sequence
    self.kind = kind
    self.subject = subject
    self.content = content
    self.hands = hands
    self.event = event
    self.actedAt = actedAt
  }

  /// Reads ``columns`` from the columns at `index` on.
  init(row: SQLRow, at index: Int) throws(LedgerStoreError) {
    self.init(
      sequence: try row.int(index),
      kind: try row.decode(index + 1) { UInt8(exactly: $0).flatMap(EntitlementActKind.init) },
      subject: try row.text(index + 2), content: try row.text(index + 3),
      hands: ActHands(
        maker: try row.text(index + 4), checker: try row.text(index + 5), office: try row.text(index + 6),
        reason: try row.text(index + 7)),
      event: row.isNull(index + 8) ? nil : try row.bytes(index + 8), actedAt: try row.int(index + 9))
  }

  /// What the chain commits to.
  var leaf: Leaf {
    .act(
      sequence: sequence, kind: Int64(kind.rawValue),
      texts: [subject, content, hands.maker, hands.checker, hands.office, hands.reason], event: event ?? [],
      at: actedAt)
  }
}
