public import CardTerminal

/// Why a payout did not end in PAID. In each of these cases nothing is handed over and the transaction is VOID.
public enum PayoutError: Error, Sendable {
  /// The card could not be opened or refused; no transaction had begun.
  case card(CardSessionError)
  /// The card was lost or refused after the order was kept; the transaction is VOID.
  case cardDuringPayout(CardSessionError)
  /// The service refused or could not be reached before the card was asked.
  case service(ServiceClientError)
  /// The service refused the posting, or its answer stayed away; the transaction is VOID.
  case serviceDuringPayout(ServiceClientError)
  /// Nothing is open on this card.
  case nothingPayable
  /// Nothing of what was asked for is open: the wanted amount is more than what is open, đồng.
  case overOpen(open: Int64)
  /// The centre's word about its own history is not believed.
  case history(HistoryError)
  /// The journal can't be written: the point must not pay.
  case journal(any Error)
}
