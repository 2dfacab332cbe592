internal import GRDB
internal import Ledger

/// A payout by hand as recorded.
struct StoredHandPayout {
  let transactionID: [UInt8]
  let person: [UInt8]
  let list: String
  let scan: [UInt8]
  let cardReason: String
  let act: Int64
  let event: [UInt8]
  let amount: Int64
  let hostProvince: String
  let commune: String
  let agent: String
  let point: String
  let channel: PayoutChannel
  let evidence: EvidenceKind
  let effectiveDate: Int32
  let postedAt: Int64
  /// ``text(_:)`` of its parts: no certificate says them, so that the chain does.
  let parts: String
  /// Number of the paper by which somebody else received it; empty when the person did.
  let paper: String

  static let columns = """
    h.transaction_id, h.person, h.list, h.scan, h.card_reason, h.act, h.event, h.amount, h.host_province, h.commune,
    h.agent, h.point, h.channel, h.evidence, h.effective_date, h.posted_at,
    (SELECT group_concat(hex(p.item) || '/' || p.amount, ' ')
     FROM (SELECT item, amount FROM hand_payout_part WHERE transaction_id = h.transaction_id ORDER BY ordinal) p),
    COALESCE((SELECT paper FROM hand_payout_collector WHERE transaction_id = h.transaction_id), '')
    """

  /// What items gave, in their order, as ``columns`` reads it.
  static func text(_ parts: [(item: [UInt8], amount: Int64)]) -> String {
    parts.map { "\($0.item.hexText)/\($0.amount)" }.joined(separator: " ")
  }

  /// What the act about a list says of it.
  static func content(scan: [UInt8], visits: Int, amount: Int64) -> String {
    "scan \(scan.hexText) visits \(visits) amount \(amount)"
  }

  init(
    transactionID: [UInt8], person: [UInt8], list: String, scan: [UInt8], cardReason: String, act: Int64,
    event: [UInt8], amount: Int64, hostProvince: String, commune: String, agent: String, point: String,
    channel: PayoutChannel, evidence: EvidenceKind, effectiveDate: Int32, postedAt: Int64, parts: String,
    paper: String
  ) {
    self.paper = paper
    self.transactionID = transactionID
    self.person = person
    self.list = list
    self.scan = scan
    self.cardReason = cardReason
    self.act = act
    self.event = event
    self.amount = amount
    self.hostProvince = hostProvince
    self.commune = commune
    self.agent = agent
    self.point = point
    self.channel = channel
    self.evidence = evidence
    self.effectiveDate = effectiveDate
    self.postedAt = postedAt
    self.parts = parts
  }

  /// Reads ``columns`` from the columns at `index` on.
  init(row: SQLRow, at index: Int) throws(LedgerStoreError) {
    self.init(
      transactionID: try row.bytes(index), person: try row.bytes(index + 1), list: try row.text(index + 2),
      scan: try row.bytes(index + 3), cardReason: try row.text(index + 4), act: try row.int(index + 5),
      event: try row.bytes(index + 6), amount: try row.int(index + 7), hostProvince: try row.text(index + 8),
      commune: try row.text(index + 9), agent: try row.text(index + 10), point: try row.text(index + 11),
      channel: try row.decode(index + 12) { PayoutChannel(rawValue: $0) },
      evidence: try row.decode(index + 13) { EvidenceKind(rawValue: $0) },
      effectiveDate: try row.decode(index + 14) { Int32(exactly: $0) }, postedAt: try row.int(index + 15),
      parts: try row.text(index + 16), paper: try row.text(index + 17))
  }

  /// What the chain commits to; the person by the random id.
  var leaf: Leaf {
    .payout(
      transactionID: transactionID, event: event, amount: amount,
      facts: [
        "hand", person.hexText, list, scan.hexText, cardReason, hostProvince, commune, agent, point, parts,
      ] + (paper.isEmpty ? [] : [paper]),
      times: [act, channel.rawValue, evidence.rawValue, Int64(effectiveDate), postedAt])
  }
}
