/// The bank account of a transfer, so that it can be told again and not be read.
///
/// The whole number stands only in the payment file that goes to the bank. Here are the bank, the last four digits, by
/// which people tell their accounts apart, and a hash with a random salt: whoever has the number can prove that it was
/// the one, for example after a complaint, and nobody can read it here or compare people by it.
public struct AccountMark: Hashable, Sendable {
  /// Bank identification number (mã BIN), 6 digits.
  public let bank: String
  /// Last four digits of the account number.
  public let lastFour: String
  /// 16 random octets.
  public let salt: [UInt8]
  /// SHA-256 of the salt, the bank and the number, 32 octets.
  public let hash: [UInt8]

  /// One account.
  public init(bank: String, lastFour: String, salt: [UInt8], hash: [UInt8]) {
    self.bank = bank
    self.lastFour = lastFour
    self.salt = salt
    self.hash = hash
  }
}

/// One transfer to a bank account.
public struct BankTransferOrder: Hashable, Sendable {
  /// Reference in the payment file and in the bank's statement, 1…32 capital letters and digits.
  public let reference: String
  /// Personal id of whom it is for, 1…32 characters.
  public let personalID: String
  /// 1…20 allocations, none of them from a reserve; a line and month occurs once.
  public let allocations: [PayoutAllocation]
  /// Where it goes.
  public let account: AccountMark
  /// Why the account may be another's than the person's: the representative's paper, or the office's reason, 0…160
  /// characters without anybody's name; empty when it is the person's own.
  public let holder: String

  /// One transfer.
  public init(
    reference: String, personalID: String, allocations: [PayoutAllocation], account: AccountMark, holder: String = ""
  ) {
    self.holder = holder
    self.reference = reference
    self.personalID = personalID
    self.allocations = allocations
    self.account = account
  }
}

/// A payment file: its transfers are ordered together or not at all.
public struct TransferBatch: Hashable, Sendable {
  /// The file's reference, 1…140 characters.
  public let batch: String
  /// 1…1,000 transfers; a reference occurs once.
  public let orders: [BankTransferOrder]
  /// Who; it takes two.
  public let hands: ActHands

  /// One file.
  public init(batch: String, orders: [BankTransferOrder], hands: ActHands) {
    self.batch = batch
    self.orders = orders
    self.hands = hands
  }
}

/// What a bank says of one transfer.
public struct TransferReport: Hashable, Sendable {
  /// Its reference.
  public let reference: String
  /// Đồng.
  public let amount: Int64
  /// It left the treasury; else it was sent back.
  public let isConfirmed: Bool

  /// One row of a statement.
  public init(reference: String, amount: Int64, isConfirmed: Bool) {
    self.reference = reference
    self.amount = amount
    self.isConfirmed = isConfirmed
  }
}

/// A statement of the bank: all of it is taken in, or nothing.
public struct TransferStatement: Hashable, Sendable {
  /// The statement's reference, 1…140 characters.
  public let statement: String
  /// 1…1,000 rows; a reference that comes twice is refused by the second.
  public let reports: [TransferReport]
  /// Who took it in; it takes two, since what a statement rejects is owed and paid again.
  public let hands: ActHands

  /// One statement.
  public init(statement: String, reports: [TransferReport], hands: ActHands) {
    self.statement = statement
    self.reports = reports
    self.hands = hands
  }
}

/// A confirmed transfer that the bank gives back days later, as when the account was closed.
public struct TransferReturn: Hashable, Sendable {
  /// The transfer's reference.
  public let reference: String
  /// Đồng; all of the transfer.
  public let amount: Int64
  /// The bank's reference of the money that came back, 1…140 characters.
  public let bankReference: String
  /// Who; it takes two.
  public let hands: ActHands

  /// One return.
  public init(reference: String, amount: Int64, bankReference: String, hands: ActHands) {
    self.reference = reference
    self.amount = amount
    self.bankReference = bankReference
    self.hands = hands
  }
}

/// How far a transfer has come. Raw values are stored: never renumbered.
public enum BankTransferStep: UInt8, CaseIterable, Sendable, Codable {
  /// It is in the payment file: 2200 → 2450.
  case ordered = 1
  /// It left the treasury: 2450 → 1100.
  case confirmed = 2
  /// It came back: 2450 → 2200.
  case rejected = 3
  /// It came back after it was confirmed: 1100 → 2200.
  case returned = 4

  /// The entry of one line.
  func transfer(_ part: LineAmount) -> Transfer {
    let inFlight = part.line.fund(.transferInFlight)
    return switch self {
    case .ordered: Transfer(trusted: part.line.account, inFlight, part.amount, .transferOrdered)
    case .confirmed: Transfer(trusted: inFlight, part.line.fund(.treasury), part.amount, .transferConfirmed)
    case .rejected: Transfer(trusted: inFlight, part.line.account, part.amount, .transferRejected)
    case .returned: Transfer(trusted: part.line.fund(.treasury), part.line.account, part.amount, .transferReturned)
    }
  }
}

extension Check {
  static func transfers(_ batch: TransferBatch) -> Bool {
    text(batch.batch, 1...140) && (1...1_000).contains(batch.orders.count) && hands(batch.hands)
      && Set(batch.orders.map(\.reference)).count == batch.orders.count && batch.orders.allSatisfy(order)
  }

  static func statement(_ statement: TransferStatement) -> Bool {
    text(statement.statement, 1...140) && (1...1_000).contains(statement.reports.count) && hands(statement.hands)
      && statement.reports.allSatisfy { bankReference($0.reference) && Money.isAmount($0.amount) }
  }

  static func transferReturn(_ back: TransferReturn) -> Bool {
    bankReference(back.reference) && Money.isAmount(back.amount) && reference(back.bankReference) && hands(back.hands)
  }

  private static func order(_ order: BankTransferOrder) -> Bool {
    bankReference(order.reference) && text(order.personalID, 1...32) && digits(order.account.bank, 6)
      && digits(order.account.lastFour, 4) && order.account.salt.count == 16 && order.account.hash.count == 32
      && text(order.holder, 0...160) && allocations(order.allocations)
  }

  /// Capital letters and digits: what every bank's file carries unchanged.
  private static func bankReference(_ text: String) -> Bool {
    (1...32).contains(text.utf8.count)
      && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
  }
}
