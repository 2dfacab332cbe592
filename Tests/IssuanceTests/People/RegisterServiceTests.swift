import CardCrypto
import CardTestSupport
import CentreTestSupport
import Foundation
import Issuance
import PayoutPoint
import PopulationRegister
import ServiceAPI
import Testing

@Suite("The register over HTTP")
struct RegisterServiceTests {
  private static let people = (1...3).map { TestPeople.person($0) }
  private static let records = RegisterTests.records(people)

  private static func hash(_ octets: ArraySlice<UInt8>) -> [UInt8] { Digest.sha256.hash(octets) }

  private static func request(_ batch: String = "YC-1") throws -> [UInt8] {
    let questions = people.enumerated().map {
      RegisterQuestion(
        line: $0 + 1, personalID: $1.personalID, name: $1.name, birthDate: $1.birthDate)
    }
    return try RegisterDocument.request(batch: batch, office: "19", questions, sha256: hash)
  }

  private static func with(
    _ fault: RegisterFault? = nil, _ body: @Sendable @escaping (ServiceClient) async throws -> Void
  ) async throws {
    try await RegisterServer(records, fault: fault).run { address in
      let client = ServiceClient(base: address)
      do {
        try await body(client)
        await client.shutdown()
      } catch {
        await client.shutdown()
        throw error
      }
    }
  }

  private static func ask(_ client: ServiceClient, _ octets: [UInt8]) async throws(ServiceClientError) -> [UInt8] {
    try await client.exchange("/v1/checks", octets, type: RegisterDocument.mediaType, timeoutSeconds: 10)
  }

  @Test("It answers a batch once: the same octets the same answer, other octets a refusal")
  func answers() async throws {
    try await Self.with { client in
      let request = try Self.request()
      let answer = try await Self.ask(client, request)
      #expect(answer == (try Self.records.answer(to: request)))
      #expect(try await Self.ask(client, request) == answer)
      let other = try RegisterDocument.request(batch: "YC-1", office: "19", [], sha256: Self.hash)
      for (octets, code) in [(other, ProblemCode.idempotencyKeyReused), (Array("x".utf8), .malformedRequest)] {
        do throws(ServiceClientError) {
          _ = try await Self.ask(client, octets)
          Issue.record("answered")
        } catch {
          #expect(error.isRefusal(code))
        }
      }
      do throws(ServiceClientError) {
        _ = try await client.get("/v1/checks/YC-2", [String].self)
        Issue.record("answered")
      } catch {
        #expect(error.isRefusal(.notFound))
      }
    }
  }

  @Test("A wrong answer over HTTP is refused by the office", arguments: RegisterFault.allCases)
  func wrong(_ fault: RegisterFault) async throws {
    let folder = try ScratchFolder()
    let store = try OfficeStore(folder: folder.path)
    try store.take(Self.people)
    let request = try #require(try store.askRegister(limit: 9, actor: "lan", time: 1))
    try await Self.with(fault) { client in
      let answer = try await Self.ask(client, request.octets)
      #expect(throws: RegisterExchangeError.self) { try store.takeAnswer(answer, actor: "lan", time: 2) }
    }
    #expect(try store.registerCounts() == [.sent: 3])
  }

  @Test("The description has the routes that are there, and no others; its schemas have the documents' fields")
  func description() throws {
    let data = Data(RegisterServer.openAPI)
    let page = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect(page["openapi"] as? String == "3.1.0")
    let paths = try #require(page["paths"] as? [String: [String: Any]])
    let described = paths.flatMap { path, methods in methods.keys.map { "\($0.uppercased()) \(path)" } }.sorted()
    #expect(described == RegisterServer(Self.records).routes.map { $0.replacing(/:(\w+)/) { "{\($0.1)}" } })
    let components = try #require(page["components"] as? [String: Any])
    let schemas = try #require(components["schemas"] as? [String: [String: Any]])
    func fields(_ name: String) -> Set<String> { Set((schemas[name]?["properties"] as? [String: Any] ?? [:]).keys) }
    func keys(_ octets: [UInt8], _ line: Int) throws -> Set<String> {
      let line = octets.split(separator: UInt8(ascii: "\n"))[line]
      let object = try JSONSerialization.jsonObject(with: Data(line)) as? [String: Any]
      return Set((object ?? [:]).keys)
    }
    let request = try Self.request()
    #expect(try keys(request, 0) == fields("RequestHeader"))
    #expect(try keys(request, 1) == fields("Question"))
    let wrong = RegisterRecords([RegisterRecord(personalID: Self.people[0].personalID, name: "x", birthDate: "1")])
    let answer = try wrong.answer(to: request)
    #expect(try keys(answer, 0) == fields("AnswerHeader"))
    #expect(try keys(answer, 1).union(["newPersonalID"]) == fields("Reply"))
    let outcomes = (schemas["Reply"]?["properties"] as? [String: [String: Any]])?["outcome"]?["enum"] as? [String]
    #expect(outcomes == RegisterOutcome.allCases.map(\.rawValue))
  }

  @Test("A document that is cut off anywhere, or has a bit changed, is refused or is the same")
  func documents() throws {
    let request = try Self.request()
    let answer = try RegisterRecords([
      RegisterRecord(personalID: Self.people[0].personalID, name: "Khác", birthDate: "1952"),
      RegisterRecord(personalID: Self.people[1].personalID, name: "", birthDate: "", newPersonalID: "003152000009"),
    ]).answer(to: request)
    let read = try RegisterDocument.readAnswer(answer, sha256: Self.hash)
    #expect(read.replies.map(\.outcome) == [.mismatched, .renumbered, .noNumber])
    for length in 0..<answer.count {
      #expect(throws: RegisterDocumentError.self) {
        try RegisterDocument.readAnswer(Array(answer.prefix(length)), sha256: Self.hash)
      }
    }
    for bit in 0..<answer.count * 8 {
      var changed = answer
      changed[bit / 8] ^= 1 << (bit % 8)
      guard let found = try? RegisterDocument.readAnswer(changed, sha256: Self.hash) else { continue }
      // Only names of what the answer is to can change unseen here: the office knows what it asked.
      #expect(found.replies == read.replies, "bit \(bit)")
      #expect(found.header.batch != read.header.batch || found.header.request != read.header.request, "bit \(bit)")
    }
  }

  @Test("What an outcome needs has to be there, and nothing else")
  func wholeReplies() throws {
    let request = try Self.request()
    let id = Self.people[0].personalID
    let bad: [RegisterReply] = [
      RegisterReply(line: 1, personalID: id, outcome: .mismatched),
      RegisterReply(line: 1, personalID: id, outcome: .mismatched, fields: []),
      RegisterReply(line: 1, personalID: id, outcome: .mismatched, fields: ["phone"]),
      RegisterReply(line: 1, personalID: id, outcome: .mismatched, fields: ["name", "name"]),
      RegisterReply(line: 1, personalID: id, outcome: .matched, fields: ["name"]),
      RegisterReply(line: 1, personalID: id, outcome: .renumbered),
      RegisterReply(line: 1, personalID: id, outcome: .renumbered, newPersonalID: id),
      RegisterReply(line: 1, personalID: id, outcome: .renumbered, newPersonalID: "12"),
      RegisterReply(line: 1, personalID: id, outcome: .deceased, newPersonalID: "003152000009"),
    ]
    for reply in bad {
      let answer = try RegisterDocument.answer(to: request, batch: "YC-1", [reply], sha256: Self.hash)
      #expect(throws: RegisterDocumentError.malformed(line: 1)) {
        try RegisterDocument.readAnswer(answer, sha256: Self.hash)
      }
    }
  }

  @Test("Names are compared by their letters, birth dates as far as the office knows them")
  func matching() {
    let records = RegisterRecords([RegisterRecord(personalID: "1", name: "Nguyễn Thị Hòa", birthDate: "1952-05-17")])
    func said(_ name: String, _ date: String) -> [String]? {
      let reply = records.reply(to: RegisterQuestion(line: 1, personalID: "1", name: name, birthDate: date))
      return reply.outcome == .matched ? [] : reply.fields
    }
    #expect(said("NGUYỄN THỊ HOÀ", "1952") == [])
    #expect(said("Nguyễn Thị Hòa", "1952-05") == [])
    #expect(said("Nguyễn Thị Hoa", "1952-05-17") == ["name"])
    #expect(said("Nguyễn Thị Hòa", "195") == ["birthDate"])
    #expect(said("Lê", "1952-06") == ["name", "birthDate"])
  }
}
