/// The account of a transfer as the centre keeps it: never the whole number.
public struct AccountMarkRequest: Hashable, Sendable, Codable {
  /// Bank identification number, 6 digits.
  public var bank: String
  /// Last four digits of the account number.
  public var lastFour: String
  /// 16 random octets.
  public var salt: WireBytes
  /// SHA-256 of the salt, the bank and the number.
  public var hash: WireBytes

  /// From its fields.
  public init(bank: String, lastFour: String, salt: WireBytes, hash: WireBytes) {
    self.bank = bank
    self.lastFour = lastFour
    self.salt = salt
    self.hash = hash
  }
}

/// One transfer of a payment file.
public struct TransferOrderRow: Hashable, Sendable, Codable {
  /// Line of the office's file, by which a refusal names it.
  public var row: Int
  /// 1…32 capital letters and digits.
  public var reference: String
  /// Whom it is for.
  public var personalID: String
  /// 1…20 entries.
  public var entries: [HandEntry]
  /// Where it goes.
  public var account: AccountMarkRequest
  /// Whose account it is, 1…70 characters; compared and not kept.
  public var holder: String
  /// Why it may be another's than the person's or a registered representative's, 1…140 characters that name nobody.
  public var holderReason: String?

  /// From its fields.
  public init(
    row: Int, reference: String, personalID: String, entries: [HandEntry], account: AccountMarkRequest,
    holder: String, holderReason: String? = nil
  ) {
    self.holder = holder
    self.holderReason = holderReason
    self.row = row
    self.reference = reference
    self.personalID = personalID
    self.entries = entries
    self.account = account
  }
}

/// `POST /v1/transfers`
public struct TransferOrderRequest: Hashable, Sendable, Codable {
  /// The payment file's reference.
  public var batch: String
  /// 1…1,000 transfers: all of them are ordered, or none.
  public var orders: [TransferOrderRow]
  /// Who; it takes two.
  public var hands: HandsRequest

  /// From its fields.
  public init(batch: String, orders: [TransferOrderRow], hands: HandsRequest) {
    self.batch = batch
    self.orders = orders
    self.hands = hands
  }
}

/// How far a transfer has come.
public enum TransferState: String, Hashable, Sendable, Codable, CaseIterable {
  /// The bank has said nothing yet.
  case ordered
  /// It left the treasury.
  case confirmed
  /// It came back, and is owed as before.
  case rejected
  /// It came back after it had left, and is owed as before.
  case returned
}

/// `POST /v1/transfers/{reference}/return`: the bank gave a confirmed transfer back.
public struct TransferReturnRequest: Hashable, Sendable, Codable {
  /// Đồng; all of the transfer.
  public var amount: Int64
  /// The bank's reference of the money that came back, 1…140 characters.
  public var bankReference: String
  /// Who; it takes two.
  public var hands: HandsRequest

  /// From its fields.
  public init(amount: Int64, bankReference: String, hands: HandsRequest) {
    self.amount = amount
    self.bankReference = bankReference
    self.hands = hands
  }
}

/// What the bank says of one transfer.
public struct TransferReportRow: Hashable, Sendable, Codable {
  /// Line of the statement's file.
  public var row: Int
  /// The transfer's reference.
  public var reference: String
  /// Đồng.
  public var amount: Int64
  /// It left the treasury; else it came back.
  public var confirmed: Bool

  /// From its fields.
  public init(row: Int, reference: String, amount: Int64, confirmed: Bool) {
    self.row = row
    self.reference = reference
    self.amount = amount
    self.confirmed = confirmed
  }
}

/// `POST /v1/transfer-statements`
public struct TransferStatementRequest: Hashable, Sendable, Codable {
  /// The statement's reference.
  public var statement: String
  /// 1…1,000 rows: all of them are taken in, or none.
  public var reports: [TransferReportRow]
  /// Who took it in.
  public var hands: HandsRequest

  /// From its fields.
  public init(statement: String, reports: [TransferReportRow], hands: HandsRequest) {
    self.statement = statement
    self.reports = reports
    self.hands = hands
  }
}

/// A transfer in the answer of `GET /v1/transfers?after=REFERENCE`, at most 1,000 of them, and on a person's page.
public struct TransferAnswer: Hashable, Sendable, Codable {
  /// Its reference.
  public var reference: String
  /// Bank identification number.
  public var bank: String
  /// Last four digits of the account number.
  public var lastFour: String
  /// Đồng.
  public var amount: Int64
  /// How far it has come.
  public var state: TransferState
  /// Milliseconds since 1970 at which it was ordered.
  public var orderedAt: Int64
  /// Why it went to another's account: a representative's paper or the office's reason; absent for the person's own.
  public var holder: String?

  /// From its fields.
  public init(
    reference: String, bank: String, lastFour: String, amount: Int64, state: TransferState, orderedAt: Int64,
    holder: String? = nil
  ) {
    self.holder = holder
    self.reference = reference
    self.bank = bank
    self.lastFour = lastFour
    self.amount = amount
    self.state = state
    self.orderedAt = orderedAt
  }
}

/// One home province of `GET /v1/cashless/{yyyymm}`.
public struct CashlessLine: Hashable, Sendable, Codable {
  /// Two-digit code of the home province.
  public var province: String
  /// People who were paid anything in the month.
  public var persons: Int64
  /// Đồng paid to them.
  public var amount: Int64
  /// People who were paid by transfer.
  public var transferPersons: Int64
  /// Đồng that went by transfer.
  public var transferAmount: Int64

  /// From its fields.
  public init(province: String, persons: Int64, amount: Int64, transferPersons: Int64, transferAmount: Int64) {
    self.province = province
    self.persons = persons
    self.amount = amount
    self.transferPersons = transferPersons
    self.transferAmount = transferAmount
  }
}
