import CardCrypto
import FuzzSupport
import ServiceAPI

/// Answers and requests of the population register: what is taken is whole, in order, and reads the same when it is
/// written again.
///
/// Input: what the octets are(1), octets. In half of the kinds every hash is taken for right, so that what lies behind
/// the hash is reached.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  Fuzz.input(start, count) { octets in
    var reader = InputReader(octets)
    let kind = reader.octet() % 4
    let rest = reader.rest
    let hash: RegisterDocument.Hash = kind & 1 == 0 ? { Digest.sha256.hash($0) } : { _ in anyHash }
    if kind & 2 == 0 { answer(rest, hash) } else { request(rest, hash) }
  }
}

private let anyHash = [UInt8](repeating: 0, count: 32)

private func answer(_ octets: [UInt8], _ hash: RegisterDocument.Hash) {
  guard let (header, replies) = try? RegisterDocument.readAnswer(octets, sha256: hash) else { return }
  require(replies.count == header.count && replies.enumerated().allSatisfy { $0 + 1 == $1.line }, "lines")
  require(replies.allSatisfy { ($0.outcome == .mismatched) == ($0.fields != nil) }, "fields")
  guard let again = try? RegisterDocument.answer(to: [], batch: header.batch, replies, sha256: hash),
    let read = try? RegisterDocument.readAnswer(again, sha256: hash)
  else { return require(false, "what was read can't be written") }
  require(read.replies == replies && read.header.batch == header.batch, "another answer when written again")
}

private func request(_ octets: [UInt8], _ hash: RegisterDocument.Hash) {
  guard let (header, questions) = try? RegisterDocument.readRequest(octets, sha256: hash) else { return }
  require(questions.count == header.count, "lines")
  guard
    let again = try? RegisterDocument.request(
      batch: header.batch, office: header.office, questions, sha256: hash),
    let read = try? RegisterDocument.readRequest(again, sha256: hash)
  else { return }
  require(read.questions == questions, "another request when written again")
}

/// An answer with every outcome, and a request.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
  Fuzz.seeds {
    let question = RegisterQuestion(line: 1, personalID: "003152000119", name: "Nguyễn Thị Hòa", birthDate: "1952")
    let replies = [
      RegisterReply(line: 1, personalID: "003152000119", outcome: .matched),
      RegisterReply(line: 2, personalID: "003152000120", outcome: .mismatched, fields: ["name", "birthDate"]),
      RegisterReply(line: 3, personalID: "003152000121", outcome: .renumbered, newPersonalID: "003152000122"),
      RegisterReply(line: 4, personalID: "003152000123", outcome: .deceased),
    ]
    var seeds: [String: [UInt8]] = [:]
    for (name, kind, hash) in [
      ("true", 0, { Digest.sha256.hash($0) }), ("any", 1, { _ in anyHash }),
    ] as [(String, UInt8, RegisterDocument.Hash)] {
      let request = (try? RegisterDocument.request(batch: "YC-1", office: "19", [question], sha256: hash)) ?? []
      seeds["request-\(name)"] = [kind | 2] + request
      seeds["answer-\(name)"] =
        [kind] + ((try? RegisterDocument.answer(to: request, batch: "YC-1", replies, sha256: hash)) ?? [])
    }
    return seeds
  }
}
