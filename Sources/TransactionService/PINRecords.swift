import CardApplication
import Ledger

/// Whether an office stands behind a PIN that was set by terminal right (`card-application` §8).
///
/// A record stands behind one generation: the first that a posted certificate shows after it. It names the terminal
/// that the card names as the setter, and was made after the last certificate with an older generation and before the
/// first with this one.
struct PINRecords {
  /// A posted certificate, and when, Unix seconds.
  struct Seen {
    let certificate: PayoutCertificate
    let postedAt: Int64
  }

  /// What the clocks of an office and of the centre may differ, seconds.
  static let clockTolerance: Int64 = 300

  private let records: [(record: PINRecord, receivedAt: Int64)]
  private let start: Int64

  /// Records with the time they came in, of a card that was registered at `start`, Unix seconds.
  init(records: [(record: PINRecord, receivedAt: Int64)], from start: Int64) {
    self.records = records
    self.start = start
  }

  /// Whether there is a record for the newest generation of `certificates`, which are in the order of their counters.
  func stand(behind certificates: [Seen]) -> Bool {
    var used: Set<Int> = []
    var generation: UInt16 = 0
    // A card goes from the office to a point at once: the clocks differ, and a tap is posted minutes after it.
    var after = start - Self.clockTolerance
    var stands = false
    for seen in certificates {
      let certificate = seen.certificate
      if certificate.pinGeneration != generation {
        generation = certificate.pinGeneration
        stands = false
        if certificate.pinOrigin == .terminalRight,
          let index = record(certificate.pinSetter, after: after, until: seen.postedAt, used)
        {
          used.insert(index)
          stands = true
        }
      }
      after = seen.postedAt - CentreKeys.challengeLifetime
    }
    return stands
  }

  /// The oldest record in that time that no other generation has used.
  private func record(_ setter: [UInt8], after: Int64, until: Int64, _ used: Set<Int>) -> Int? {
    let found = records.indices.filter { index in
      let (record, receivedAt) = records[index]
      return record.act == .set && !used.contains(index) && Array(record.terminal.utf8) == setter
        && record.actedAt > after && record.actedAt <= until + Self.clockTolerance
        && record.actedAt <= receivedAt + Self.clockTolerance
    }
    return found.min { records[$0].record.actedAt < records[$1].record.actedAt }
  }
}
