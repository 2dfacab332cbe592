import CardCrypto
import ServiceAPI

/// A way in which a register answers wrongly, for tests of those who ask it.
public enum RegisterFault: String, CaseIterable, Sendable {
  /// The last line is missing.
  case truncated
  /// The second line is the first again.
  case repeated
  /// The lines stand in the opposite order.
  case outOfOrder = "out-of-order"
  /// The answer names another batch.
  case otherBatch = "other-batch"
  /// The answer names the batch that was asked, and another request.
  case otherRequest = "other-request"
  /// The first line is about somebody who was not asked about.
  case unknownPerson = "unknown-person"
  /// A line was changed after the hash was made.
  case digest

  /// The wrong answer to `request`; everything else about it is right. Some need two questions or more.
  public func answer(to request: [UInt8], _ records: RegisterRecords) throws -> [UInt8] {
    let (header, questions) = try RegisterDocument.readRequest(request) { Digest.sha256.hash($0) }
    var replies = questions.map(records.reply)
    var (batch, asked) = (header.batch, request)
    switch self {
    case .truncated, .digest: break
    case .repeated: if replies.count > 1 { replies[1] = replies[0] }
    case .outOfOrder: replies.reverse()
    case .otherBatch: batch += "-0"
    case .otherRequest: asked.append(UInt8(ascii: "\n"))
    case .unknownPerson: if !replies.isEmpty { replies[0].personalID = "003099999999" }
    }
    var octets = try RegisterDocument.answer(to: asked, batch: batch, replies) { Digest.sha256.hash($0) }
    let lineFeed = UInt8(ascii: "\n")
    if self == .truncated { octets = Array(octets[...(octets.dropLast().lastIndex(of: lineFeed) ?? 0)]) }
    if self == .digest, let last = replies.last, last.personalID.utf8.count == 12 {
      replies[replies.count - 1].outcome = last.outcome == .deceased ? .noNumber : .deceased
      replies[replies.count - 1].fields = nil
      replies[replies.count - 1].newPersonalID = nil
      let changed = try RegisterDocument.answer(to: asked, batch: batch, replies) { Digest.sha256.hash($0) }
      guard let end = octets.firstIndex(of: lineFeed), let other = changed.firstIndex(of: lineFeed) else {
        return octets
      }
      octets = Array(octets[...end] + changed[(other + 1)...])
    }
    return octets
  }
}
