import CardCrypto
import Foundation
import ISO7816
import ServiceAPI

/// Why the centre's word about its own history is not believed.
public enum HistoryError: Error, Hashable, Sendable {
  /// An answer came without a signed head, or with something else in its place.
  case noHead
  /// The head is not signed by the key that this point has from the centre; the files and points of both, hexadecimal.
  case otherKey(path: String, kept: String, told: String)
  /// The key that this point has from the centre can't be read or kept.
  case keyFile(path: String)
  /// Two heads, both signed by the centre, of one batch: history was written twice. Both are in the journal.
  case fork(kept: String, told: String)
  /// The centre's chain does not have the batch of a head that it has signed, and no restoring explains it.
  case missing(kept: String)
  /// The centre itself says that one of the journal's heads is not its chain's.
  case denied(kept: String)
}

/// Holds the centre to what it has signed: every head is checked with the key that the point got first, and against
/// those in its journal.
public final class HeadKeeper: Sendable {
  private let path: String
  private let journal: Journal
  private let clock: @Sendable () -> Int64

  /// Of the point in `folder`, whose `records.pub` is the centre's key: put there by hand, or at the first use; `clock`
  /// gives milliseconds.
  public init(folder: String, journal: Journal, clock: @escaping @Sendable () -> Int64) {
    path = Self.path(folder)
    self.journal = journal
    self.clock = clock
  }

  /// Where the centre's key lies.
  public static func path(_ folder: String) -> String { folder + "/records.pub" }

  /// The key, once there is one.
  private func kept() throws(HistoryError) -> ECPublicKey? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    guard let text = FileManager.default.contents(atPath: path), text.count <= 200,
      let point = [UInt8](hex: String(decoding: text, as: UTF8.self)), let key = try? ECPublicKey(.p256, point: point)
    else { throw .keyFile(path: path) }
    return key
  }

  /// Whether the point has the centre's key.
  var hasKey: Bool { FileManager.default.fileExists(atPath: path) }

  /// Takes the centre's key at the first use; afterwards another one is refused.
  func take(_ point: [UInt8]) throws(HistoryError) {
    if let kept = try kept() {
      guard kept.point == point else {
        throw .otherKey(path: path, kept: kept.point.hex.lowercased(), told: point.hex.lowercased())
      }
      return
    }
    guard (try? ECPublicKey(.p256, point: point)) != nil,
      (try? OwnerFile.replace(path, Array((point.hex.lowercased() + "\n").utf8))) != nil
    else { throw .keyFile(path: path) }
  }

  /// The head of an answer, checked. A contradiction is kept in the journal before it is told.
  @discardableResult
  func check(_ text: String?) throws(HistoryError) -> SignedHead {
    guard let text, let head = SignedHead(text), let key = try kept() else { throw .noHead }
    guard key.verify(head.signature, of: head.signedOctets) else {
      throw .otherKey(path: path, kept: key.point.hex.lowercased(), told: "")
    }
    if head.sequence > 0, let known = journal.head(at: head), known.hash != head.hash {
      // Evidence that can't be kept is told all the same.
      let name = "fork-\(head.epoch)-\(head.sequence)"
      if !journal.entries(of: name).contains(where: {
        SignedHead(String(decoding: $0.data, as: UTF8.self))?.hash == head.hash
      }) {
        try? journal.append(
          JournalEntry(
            step: .fork, transaction: name, time: clock() / 1_000, data: Data(head.description.utf8),
            head: known.description))
      }
      throw .fork(kept: known.description, told: head.description)
    }
    return head
  }
}
