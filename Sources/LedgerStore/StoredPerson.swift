internal import GRDB
public import Ledger

/// Everything a counter needs to know of a person.
public struct StoredPerson: Hashable, Sendable {
  /// An entitlement line.
  public struct Line: Hashable, Sendable {
    /// Line id.
    public let line: UInt32
    /// Programme wire code.
    public let programme: UInt16
    /// Whose book.
    public let unit: AccountingUnit
    /// Whose money.
    public let funder: Funder
    /// Two-digit code of the home province.
    public let homeProvince: String
    /// What may be done with it.
    public let state: LineState
    /// The last month that is owed; nil while it goes on.
    public let lastPeriod: Period?
    /// Open, đồng.
    public let open: Int64

    init(row: SQLRow) throws(LedgerStoreError) {
      line = try row.decode(0) { UInt32(exactly: $0) }
      programme = try row.decode(1) { UInt16(exactly: $0) }
      unit = try row.decode(2) { AccountingUnit(text: $0) }
      funder = try row.decode(3) { Funder(text: $0) }
      homeProvince = try row.text(4)
      state = row.isNull(5) ? .active : try row.decode(5) { UInt8(exactly: $0).flatMap(LineState.init) }
      lastPeriod = row.isNull(6) ? nil : try row.decode(6) { Int32(exactly: $0).flatMap { Period(yyyymm: $0) } }
      open = try row.int(7)
    }
  }

  /// A credited item.
  public struct Item: Hashable, Sendable {
    /// Line, month and kind.
    public let name: ItemName
    /// Đồng.
    public let credited: Int64
    /// Of that paid, đồng.
    public let paid: Int64
    /// Of that gone otherwise than by a payout, đồng.
    public let taken: Int64

    init(row: SQLRow) throws(LedgerStoreError) {
      name = ItemName(
        line: try row.decode(0) { UInt32(exactly: $0) },
        period: try row.decode(1) { Int32(exactly: $0).flatMap { Period(yyyymm: $0) } },
        kind: try row.decode(2) { UInt8(exactly: $0).flatMap(ItemKind.init) }, number: Int(try row.int(6)))
      credited = try row.int(3)
      paid = try row.int(4)
      taken = try row.int(5)
    }
  }

  /// A card of the person.
  public struct Card: Hashable, Sendable {
    /// 16 digits.
    public let number: String
    /// What may be done with it.
    public let state: StoredCard.State
  }

  /// A posted payout.
  public struct Payout: Hashable, Sendable {
    /// Transaction id, 16 octets.
    public let transactionID: [UInt8]
    /// Đồng.
    public let amount: Int64
    /// Milliseconds since 1970.
    public let postedAt: Int64
    /// Two-digit code of the province it was made in.
    public let hostProvince: String
    /// Point code.
    public let point: String
    /// Number of the collector's paper; nil when the person came.
    public let collector: String?
    /// Its point took it back before it was paid.
    public let isVoid: Bool
    /// It was taken back after it was paid.
    public let isReversed: Bool
    /// A signed list stands for it, not a card.
    public let isByHand: Bool

    init(row: SQLRow) throws(LedgerStoreError) {
      transactionID = try row.bytes(0)
      amount = try row.int(1)
      postedAt = try row.int(2)
      hostProvince = try row.text(3)
      point = try row.text(4)
      collector = row.isNull(5) ? nil : try row.text(5)
      isVoid = try row.int(6) == 1
      isReversed = try row.int(7) == 1
      isByHand = try row.int(8) == 1
    }
  }

  /// A representative's paper.
  public struct Paper: Hashable, Sendable {
    /// As it was registered; the representative as known now.
    public let terms: RepresentativePaper
    /// It was ended, or the representative died.
    public let isEnded: Bool
  }

  /// Random id, 16 octets.
  public let id: [UInt8]
  /// Who it is now.
  public let identity: PersonIdentity
  /// yyyymmdd; nil while nobody says so.
  public let diedOn: Int32?
  /// Day a clerk last saw the person, yyyymmdd; nil when nobody did.
  public let lastSeenOn: Int32?
  /// Lines, by number.
  public let lines: [Line]
  /// Credited items, newest first, at most 60 of each line.
  public let items: [Item]
  /// Cards, by number.
  public let cards: [Card]
  /// Payouts, newest first, at most 60 of each card and 60 by hand.
  public let payouts: [Payout]
  /// Transfers to bank accounts, newest first, at most 60.
  public let transfers: [StoredTransfer]
  /// Acts about the person and the lines, newest first, at most 20 of each.
  public let acts: [StoredAct]
  /// Papers of representatives, newest first.
  public let papers: [Paper]
}

/// Somebody who is to be seen again.
public struct StoredPresenceDue: Hashable, Sendable {
  /// Random id, 16 octets.
  public let id: [UInt8]
  /// Who it is now.
  public let identity: PersonIdentity
  /// yyyymmdd; nil when nobody ever saw the person.
  public let lastSeenOn: Int32?
}

/// Somebody who holds a role.
public struct StoredOfficial: Hashable, Sendable {
  /// As appointed.
  public let name: String
  /// The role.
  public let role: Role
  /// Number of the act that gave it.
  public let act: Int64
}
