internal import GRDB
internal import Ledger

/// A transfer as ordered.
struct StoredBankTransfer {
  let reference: String
  let person: [UInt8]
  let account: AccountMark
  let amount: Int64
  let act: Int64
  let event: [UInt8]
  /// What it took of each item, as ``StoredHandPayout/text(_:)`` writes it.
  let parts: String
  /// Why it went to another's account; empty when it went to the person's own.
  let holder: String

  static let columns = """
    t.reference, t.person, t.bank, t.last_four, t.salt, t.account_hash, t.amount, t.act, t.event,
    (SELECT group_concat(hex(p.item) || '/' || p.amount, ' ')
     FROM (SELECT item, amount FROM bank_transfer_part WHERE reference = t.reference ORDER BY ordinal) p),
    t.holder
    """

  init(
    reference: String, person: [UInt8], account: AccountMark, amount: Int64, act: Int64, event: [UInt8], parts: String,
    holder: String
  ) {
    self.holder = holder
    self.reference = reference
    self.person = person
    self.account = account
    self.amount = amount
    self.act = act
    self.event = event
    self.parts = parts
  }

  /// Reads ``columns`` from the columns at `index` on.
  init(row: SQLRow, at index: Int) throws(LedgerStoreError) {
    self.init(
      reference: try row.text(index), person: try row.bytes(index + 1),
      account: AccountMark(
        bank: try row.text(index + 2), lastFour: try row.text(index + 3), salt: try row.bytes(index + 4),
        hash: try row.bytes(index + 5)),
      amount: try row.int(index + 6), act: try row.int(index + 7), event: try row.bytes(index + 8),
      parts: try row.text(index + 9), holder: try row.text(index + 10))
  }

  /// What the chain commits to; the person by the random id, the account by its salted hash.
  var leaf: Leaf {
    .bankTransfer(
      reference: reference, account: [account.salt, account.hash],
      texts: [person.hexText, account.bank, account.lastFour, parts] + (holder.isEmpty ? [] : [holder]),
      values: [amount, act], event: event)
  }
}

/// What the bank said of a transfer.
struct StoredBankTransferEnd {
  let reference: String
  let step: BankTransferStep
  let act: Int64
  let event: [UInt8]
  let effectiveDate: Int32

  static let columns = "reference, step, act, event, effective_date"
  /// Of a confirmed transfer that came back.
  static let returnColumns = "reference, 4, act, event, effective_date"

  init(reference: String, step: BankTransferStep, act: Int64, event: [UInt8], effectiveDate: Int32) {
    self.reference = reference
    self.step = step
    self.act = act
    self.event = event
    self.effectiveDate = effectiveDate
  }

  /// Reads ``columns`` from the columns at `index` on.
  init(row: SQLRow, at index: Int) throws(LedgerStoreError) {
    self.init(
      reference: try row.text(index),
      step: try row.decode(index + 1) { UInt8(exactly: $0).flatMap(BankTransferStep.init) },
      act: try row.int(index + 2), event: try row.bytes(index + 3),
      effectiveDate: try row.decode(index + 4) { Int32(exactly: $0) })
  }

  /// What the chain commits to.
  var leaf: Leaf {
    .bankTransferEnd(
      reference: reference, values: [Int64(step.rawValue), act, Int64(effectiveDate)], event: event)
  }
}
