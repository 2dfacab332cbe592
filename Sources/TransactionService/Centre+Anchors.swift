import Dispatch
import LedgerStore
import ServiceAPI

/// The master chain of this centre (`ledger` §8).
extension Centre {
  /// Puts the end of the ledger's chain into the master chain, when something was written since the last anchor.
  func anchor(_ occasion: Anchor.Occasion) async {
    guard let anchors, anchors.failure == nil, let head = try? await store.head() else { return }
    // Nothing that pays waits for this: its failure is told by ``AnchorLog/failure``.
    _ = try? await anchors.add(head, occasion)
  }

  /// - Throws: ``CentreServerError/ledgerBehind(anchor:tip:isShort:)`` when the ledger is not the one that was anchored
  ///   last: it was put back to an earlier time, or the disk has lost what it had said to hold.
  func requireAnchored() async throws {
    guard let newest = anchors?.newest else { return }
    for tip in newest.tips {
      let found = try await store.batch(tip.sequence)
      guard found == ChainHead(writer: tip.writer, epoch: tip.epoch, sequence: tip.sequence, hash: tip.hash) else {
        throw CentreServerError.ledgerBehind(anchor: newest.number, tip: tip.description, isShort: found == nil)
      }
    }
  }

  func newestAnchor(traceID: String) throws(Problem) -> Anchor {
    guard let newest = anchors?.newest else { throw Problem(code: .notFound, traceID: traceID) }
    return newest
  }

  func anchor(_ number: String, traceID: String) throws(Problem) -> Anchor {
    guard let number = Int64(number), number > 0 else { throw Problem(code: .malformedRequest, traceID: traceID) }
    let found: Anchor?
    do {
      found = try anchors?.file().anchor(number: number)
    } catch {
      throw Problem(code: .unavailable, traceID: traceID)
    }
    guard let found else { throw Problem(code: .notFound, traceID: traceID) }
    return found
  }

  /// The anchors after the one with this number, at most ``AnchorWalk/page``.
  func anchors(after number: String, traceID: String) throws(Problem) -> [Anchor] {
    guard let number = Int64(number), number >= 0 else { throw Problem(code: .malformedRequest, traceID: traceID) }
    do {
      guard let file = try anchors?.file() else { return [] }
      return try file.anchors(from: try file.start { $0.number > number }, atMost: AnchorWalk.page).anchors
    } catch {
      throw Problem(code: .unavailable, traceID: traceID)
    }
  }

  /// The chain as it is before a ledger is audited: every anchor in it names a batch that the ledger has from then on;
  /// nil for a centre without one, a failure for one that can't be read.
  var auditedAnchors: Result<AnchorFile, AnchorError>? {
    anchors.map { log in
      do throws(AnchorError) {
        return .success(try log.file())
      } catch {
        return .failure(error)
      }
    }
  }

  /// The master chain against the ledger.
  func audit(_ chain: Result<AnchorFile, AnchorError>, traceID: String) async throws(Problem) -> AnchorCheck? {
    guard let heads else { return nil }
    var check = AnchorCheck(key: heads.publicKey)
    guard case .success(let file) = chain else {
      check.breakOff()
      return check
    }
    var start = 0
    while start < file.length {
      guard let part = try? file.anchors(from: start, atMost: AnchorWalk.page) else {
        check.breakOff()
        break
      }
      var batches: [Int64: ChainHead] = [:]
      for tip in part.anchors.flatMap(\.tips) where batches[tip.sequence] == nil {
        batches[tip.sequence] = try await read(traceID) { () throws(LedgerStoreError) in
          try await store.batch(tip.sequence)
        }
      }
      check = await Self.check(part.anchors, batches, check)
      start = part.end
    }
    check.finish()
    return check
  }

  /// On a thread of its own: a thousand signatures would hold those up that pay.
  private static func check(
    _ anchors: [Anchor], _ batches: [Int64: ChainHead], _ before: AnchorCheck
  ) async -> AnchorCheck {
    await withCheckedContinuation { continuation in
      DispatchQueue.global(qos: .utility).async {
        var check = before
        for anchor in anchors { check.add(anchor) { batches[$0] } }
        continuation.resume(returning: check)
      }
    }
  }
}
