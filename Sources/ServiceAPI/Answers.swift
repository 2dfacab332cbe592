public import VietnamReference

/// Answer of `GET /v1/issuer`: the key whose completions cards must obey.
public struct IssuerAnswer: Hashable, Sendable, Codable {
  /// Uncompressed P-256 point, 65 octets.
  public var completionKey: WireBytes

  /// From its field.
  public init(completionKey: WireBytes) { self.completionKey = completionKey }
}

/// Answer to a registration.
public struct RegisteredAnswer: Hashable, Sendable, Codable {
  /// Always true; a refusal is a problem.
  public var registered = true

  /// Done.
  public init() {}
}

/// Answer to a funding or an advance.
public struct BookedAnswer: Hashable, Sendable, Codable {
  /// Đồng of the fund or advance after it.
  public var balance: Int64

  /// From its field.
  public init(balance: Int64) { self.balance = balance }
}

/// What a list asks of one unit and funder.
public struct ListTotal: Hashable, Sendable, Codable {
  /// Accounting unit.
  public var unit: String
  /// Funder.
  public var funder: String
  /// Rows.
  public var count: Int
  /// Đồng.
  public var amount: Int64

  /// From its fields.
  public init(unit: String, funder: String, count: Int, amount: Int64) {
    self.unit = unit
    self.funder = funder
    self.count = count
    self.amount = amount
  }
}

/// Answer of `POST /v1/payment-lists`.
public struct ListAnswer: Hashable, Sendable, Codable {
  /// The list's reference, to credit it by.
  public var list: String
  /// Rows taken.
  public var items: Int
  /// Đồng.
  public var amount: Int64
  /// By unit and funder.
  public var totals: [ListTotal]

  /// From its fields.
  public init(list: String, items: Int, amount: Int64, totals: [ListTotal]) {
    self.list = list
    self.items = items
    self.amount = amount
    self.totals = totals
  }
}

/// Answer of `POST /v1/payment-lists/{list}/rows`.
public struct ListRowsAnswer: Hashable, Sendable, Codable {
  /// Rows taken.
  public var items: Int
  /// Đồng.
  public var amount: Int64

  /// From its fields.
  public init(items: Int, amount: Int64) {
    self.items = items
    self.amount = amount
  }
}

/// Answer of `POST /v1/payment-lists/{list}/duplicates`.
public struct ListDuplicatesAnswer: Hashable, Sendable, Codable {
  /// Rows of the request, from 0, that can't be owed beside what is on another list that counts.
  public var places: [Int]
  /// Lists that have rows of the request and were never finished: nobody is paid by them.
  public var unfinished: [String]
  /// What stands in the way of each of ``places``, in their order.
  public var claims: [ListClaim]

  /// From its fields.
  public init(places: [Int], unfinished: [String], claims: [ListClaim] = []) {
    self.places = places
    self.unfinished = unfinished
    self.claims = claims
  }
}

/// What stands in the way of a row: its own programme, or one that excludes it.
public struct ListClaim: Hashable, Sendable, Codable {
  /// The list that it is on.
  public var list: String
  /// Code of its programme.
  public var programme: String
  /// Accounting unit.
  public var unit: String
  /// Two-digit code of the home province.
  public var province: String

  /// From its fields.
  public init(list: String, programme: String, unit: String, province: String) {
    self.list = list
    self.programme = programme
    self.unit = unit
    self.province = province
  }
}

/// Answer of `POST /v1/payment-lists/{list}/abandonment`.
public struct ListAbandonAnswer: Hashable, Sendable, Codable {
  /// Rows that still stand in the way of other lists: ask again until there are none.
  public var remaining: Int64

  /// From its field.
  public init(remaining: Int64) { self.remaining = remaining }
}

/// Answer of `POST /v1/payment-lists/{list}/credits`.
public struct CreditAnswer: Hashable, Sendable, Codable {
  /// Items credited.
  public var items: Int
  /// Đồng.
  public var amount: Int64
  /// Items of the list still to be credited.
  public var remaining: Int
  /// Items that went back to their funds instead, since their lines ended before their months or their claims were
  /// withdrawn; absent when none did.
  public var returned: Int?
  /// Đồng of those.
  public var returnedAmount: Int64?

  /// From its fields.
  public init(
    items: Int, amount: Int64, remaining: Int, returned: Int? = nil, returnedAmount: Int64? = nil
  ) {
    self.returned = returned
    self.returnedAmount = returnedAmount
    self.items = items
    self.amount = amount
    self.remaining = remaining
  }
}

/// What can be paid of one line and month.
public struct PayableLine: Hashable, Sendable, Codable {
  /// Entitlement line id.
  public var line: UInt32
  /// `year * 100 + month`.
  public var period: UInt32
  /// Đồng open.
  public var amount: Int64
  /// Programme code.
  public var programme: String
  /// Programme name.
  public var programmeName: BilingualText
  /// Funder.
  public var funder: String
  /// Home accounting unit.
  public var unit: String
  /// Two-digit code of the home province.
  public var homeProvince: String
  /// The line has ended: what is owed of it is paid exactly, since nothing follows. Left out when it goes on.
  public var closing: Bool?

  /// From its fields.
  public init(
    line: UInt32, period: UInt32, amount: Int64, programme: String, programmeName: BilingualText, funder: String,
    unit: String, homeProvince: String, closing: Bool? = nil
  ) {
    self.closing = closing
    self.line = line
    self.period = period
    self.amount = amount
    self.programme = programme
    self.programmeName = programmeName
    self.funder = funder
    self.unit = unit
    self.homeProvince = homeProvince
  }
}

/// Answer of `POST /v1/challenges`.
public struct ChallengeAnswer: Hashable, Sendable, Codable {
  /// expiry(4) ‖ first 12 octets of a CMAC.
  public var challenge: WireBytes
  /// Unix seconds after which the challenge is refused.
  public var expiresAt: Int64
  /// What can be paid now, oldest first; for a collector only what the paper covers.
  public var payable: [PayableLine]
  /// The holder's name, for the voucher.
  public var holderName: String
  /// The holder's personal ID but for its last four digits masked.
  public var maskedPersonalID: String
  /// Every certificate of this card up to this counter is at the centre.
  public var acknowledgedCounter: UInt32
  /// The paper that was named; absent when the holder came.
  public var collector: CollectorPaper?
  /// The holder's proof of life.
  public var presence: PresenceAnswer?

  /// From its fields.
  public init(
    challenge: WireBytes, expiresAt: Int64, payable: [PayableLine], holderName: String, maskedPersonalID: String,
    acknowledgedCounter: UInt32, collector: CollectorPaper? = nil, presence: PresenceAnswer? = nil
  ) {
    self.collector = collector
    self.presence = presence
    self.challenge = challenge
    self.expiresAt = expiresAt
    self.payable = payable
    self.holderName = holderName
    self.maskedPersonalID = maskedPersonalID
    self.acknowledgedCounter = acknowledgedCounter
  }
}

/// Answer of `POST /v1/payouts`: the payout is posted and on disk.
public struct PayoutAnswer: Hashable, Sendable, Codable {
  /// The transaction.
  public var transactionID: WireBytes
  /// Đồng posted.
  public var amount: Int64
  /// Vietnamese calendar day of posting, YYYYMMDD.
  public var postedOn: Int32

  /// From its fields.
  public init(transactionID: WireBytes, amount: Int64, postedOn: Int32) {
    self.transactionID = transactionID
    self.amount = amount
    self.postedOn = postedOn
  }
}

/// Answer of `GET /v1/payouts/{transaction id}`.
public struct PayoutStatusAnswer: Hashable, Sendable, Codable {
  /// What the centre knows.
  public enum State: String, Hashable, Sendable, Codable, CaseIterable {
    /// No certificate has come in.
    case unknown
    /// Posted.
    case posted
    /// Posted and taken back by the terminal.
    case voided
    /// Paid, and taken back by an office.
    case reversed
    /// Refused, finally.
    case refused
  }

  /// What the centre knows.
  public var state: State
  /// Đồng, when posted, voided or reversed.
  public var amount: Int64?
  /// Stable code, when refused.
  public var code: String?

  /// From its fields.
  public init(state: State, amount: Int64? = nil, code: String? = nil) {
    self.state = state
    self.amount = amount
    self.code = code
  }
}

/// Answer of `POST /v1/payout-records`.
public struct RecordAnswer: Hashable, Sendable, Codable {
  /// `paid`, `paid-unposted`, `paid-against-refusal`, `voided` or `void-unposted`.
  public var result: String
  /// Đồng that went back, when a posted payout was voided.
  public var returned: Int64

  /// From its fields.
  public init(result: String, returned: Int64) {
    self.result = result
    self.returned = returned
  }
}

/// Answer of `POST /v1/cards/{number}/completions`.
public struct CompletionAnswer: Hashable, Sendable, Codable {
  /// Response serial.
  public var serial: UInt32
  /// E2 and its signature.
  public var completion: WireBytes

  /// From its fields.
  public init(serial: UInt32, completion: WireBytes) {
    self.serial = serial
    self.completion = completion
  }
}

/// One row of `GET /v1/settlement`.
public struct SettlementLine: Hashable, Sendable, Codable {
  /// Unit whose money was paid.
  public var homeUnit: String
  /// Unit that paid for it.
  public var hostUnit: String
  /// Funder.
  public var funder: String
  /// Payouts less voids.
  public var count: Int64
  /// Đồng owed by home to host.
  public var amount: Int64

  /// From its fields.
  public init(homeUnit: String, hostUnit: String, funder: String, count: Int64, amount: Int64) {
    self.homeUnit = homeUnit
    self.hostUnit = hostUnit
    self.funder = funder
    self.count = count
    self.amount = amount
  }
}

/// Answer of `GET /v1/settlement`.
public struct SettlementAnswer: Hashable, Sendable, Codable {
  /// `yyyymm`.
  public var window: String
  /// By home unit, host unit and funder.
  public var lines: [SettlementLine]

  /// From its fields.
  public init(window: String, lines: [SettlementLine]) {
    self.window = window
    self.lines = lines
  }
}

/// Answer of `GET /v1/health`.
public struct HealthAnswer: Hashable, Sendable, Codable {
  /// `ok`.
  public var status = "ok"
  /// Sequence of the newest batch.
  public var headSequence: Int64

  /// From its field.
  public init(headSequence: Int64) { self.headSequence = headSequence }
}
