import Ledger
import LedgerStore
import ServiceAPI
import VietnamReference

/// Transfers to bank accounts.
extension Centre {
  /// Orders the transfers of a payment file, all of them or none.
  func order(_ request: TransferOrderRequest, _ payload: KeyedPayload) async throws(Problem) -> Reply {
    var orders: [BankTransferOrder] = []
    for row in request.orders {
      orders.append(
        BankTransferOrder(
          reference: row.reference, personalID: row.personalID,
          allocations: try allocations(row.entries, payload.traceID),
          account: AccountMark(
            bank: row.account.bank, lastFour: row.account.lastFour, salt: row.account.salt.octets,
            hash: row.account.hash.octets), holder: try await holder(of: row, payload.traceID)))
    }
    let batch = TransferBatch(batch: request.batch, orders: orders, hands: request.hands.hands)
    return await submit(.orderTransfers(batch), payload, scope: "transfers", request.orders.map(\.row))
  }

  /// Why the money may go to the account's holder: nothing for the person, the paper of a representative whose name it
  /// is, and else the office's reason. Banks write names without diacritics and in capitals.
  private func holder(of row: TransferOrderRow, _ traceID: String) async throws(Problem) -> String {
    let given = LabelKey.key(row.holder)
    let found = try await read(traceID) { () throws(LedgerStoreError) in
      try await store.collectable(personalID: row.personalID, list: "")
    }
    // Of nobody the ledger tells.
    guard let found else { return "" }
    if !given.isEmpty, LabelKey.key(found.name) == given { return "" }
    let papers = validPapers(found.papers).filter { LabelKey.key($0.name) == given }
    if !given.isEmpty, let paper = papers.first { return "paper \(paper.paper)" }
    guard let reason = row.holderReason, !LabelKey.key(reason).isEmpty else {
      throw Problem(
        code: .holderDiffers, traceID: traceID,
        rows: [BilingualText(vi: "Dòng \(row.row)", en: "Line \(row.row)")])
    }
    return "reason \(reason)"
  }

  /// Takes in a statement of the bank, all of it or nothing.
  func settle(_ request: TransferStatementRequest, _ payload: KeyedPayload) async -> Reply {
    let statement = TransferStatement(
      statement: request.statement,
      reports: request.reports.map {
        TransferReport(reference: $0.reference, amount: $0.amount, isConfirmed: $0.confirmed)
      }, hands: request.hands.hands)
    return await submit(
      .settleTransfers(statement), payload, scope: "transfer-statements", request.reports.map(\.row))
  }

  /// Takes in a confirmed transfer that the bank gave back.
  func takeIn(transfer reference: String, _ request: TransferReturnRequest, _ payload: KeyedPayload) async -> Reply {
    let back = TransferReturn(
      reference: reference, amount: request.amount, bankReference: request.bankReference, hands: request.hands.hands)
    return await submit(act: .returnTransfer(back), payload, scope: "transfer-returns/\(reference)")
  }

  private func submit(
    _ command: LedgerCommand, _ payload: KeyedPayload, scope: String, _ places: [Int]
  ) async -> Reply {
    await submit(
      command, payload, scope: scope, rows: { Self.row($0, places) },
      success: { outcome in
        guard case .acted(let result) = outcome else { return nil }
        return ActAnswer(sequence: result.sequence, amount: result.amount)
      })
  }

  func transfers(after reference: String, traceID: String) async throws(Problem) -> [TransferAnswer] {
    let found = try await read(traceID) { () throws(LedgerStoreError) in
      try await store.transfers(afterReference: reference, limit: 1_000)
    }
    return found.map { TransferAnswer($0) }
  }

  func cashless(window: String, traceID: String) async throws(Problem) -> [CashlessLine] {
    _ = try month(window, traceID)
    let rows = try await read(traceID) { () throws(LedgerStoreError) in try await store.cashless(window: window) }
    return rows.map {
      CashlessLine(
        province: $0.province, persons: $0.persons, amount: $0.amount, transferPersons: $0.transferPersons,
        transferAmount: $0.transferAmount)
    }
  }
}

extension TransferAnswer {
  /// As the store keeps it.
  init(_ transfer: StoredTransfer) {
    let state: TransferState =
      switch transfer.step {
      case .ordered: .ordered
      case .confirmed: .confirmed
      case .rejected: .rejected
      case .returned: .returned
      }
    self.init(
      reference: transfer.reference, bank: transfer.bank, lastFour: transfer.lastFour, amount: transfer.amount,
      state: state, orderedAt: transfer.orderedAt,
      holder: transfer.holder.isEmpty ? nil : transfer.holder)
  }
}
