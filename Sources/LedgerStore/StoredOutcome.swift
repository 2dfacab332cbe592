internal import Foundation
internal import Ledger

extension LedgerOutcome {
  /// The outcome as it is stored and hashed: JSON with sorted keys.
  var storedText: String {
    get throws(LedgerStoreError) {
      if case .posted(let payout) = self { return payout.storedText }
      return try encoded
    }
  }

  /// The same by Foundation's encoder, which costs a payout as much as three of its statements.
  var encoded: String {
    get throws(LedgerStoreError) {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      guard let data = try? encoder.encode(self) else { throw LedgerStoreError.corrupt(place: "outcome") }
      return String(decoding: data, as: UTF8.self)
    }
  }
}

extension PayoutResult {
  /// The text of ``LedgerOutcome/posted(_:)``, octet for octet what the encoder makes of it.
  fileprivate var storedText: String {
    var text = "{\"posted\":{\"_0\":{\"amount\":"
    text.reserveCapacity(160)
    text += String(amount)
    text += ",\"paidBefore\":"
    text += paidBefore ? "true" : "false"
    text += ",\"postedOn\":{\"yyyymmdd\":"
    text += String(postedOn.yyyymmdd)
    text += "},\"transactionID\":["
    for (index, octet) in transactionID.enumerated() {
      if index > 0 { text += "," }
      text += String(octet)
    }
    text += "]}}}"
    return text
  }
}
