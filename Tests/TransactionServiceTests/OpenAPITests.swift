import CardTestSupport
import CentreTestSupport
import Foundation
import ServiceAPI
import Testing
import VietnamReference

@testable import TransactionService

/// The OpenAPI document. That every answer is as it says is checked with every request of every test, by `TestCentre`.
@Suite("The OpenAPI document")
struct OpenAPITests {
  /// The document as it is committed.
  private static let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
    .appendingPathComponent("Sources/TransactionService/TransactionService.docc/Resources/openapi.json")

  @Test("It has every path of the table of rights once, and no other")
  func paths() {
    let routes = ServiceOperation.table.map(\.route)
    #expect(Set(routes) == Set(RouteAccess.table.keys))
    #expect(Set(routes).count == routes.count)
    #expect(Set(ServiceOperation.table.map(\.id)).count == routes.count)
  }

  @Test("The committed document is the one that the service's types make; ANSINH_WRITE_GOLDEN=1 writes it anew")
  func committed() throws {
    let octets = try OpenAPIDocument.octets()
    if ProcessInfo.processInfo.environment["ANSINH_WRITE_GOLDEN"] != nil { try Data(octets).write(to: Self.golden) }
    let same = try Data(contentsOf: Self.golden) == Data(octets)
    #expect(same, "clients would meet something else than the document in the catalogue says")
  }

  @Test("The service gives it to whoever asks")
  func served() async throws {
    let octets = try OpenAPIDocument.octets()
    try await TestCentre.run { centre in
      let answer = try await centre.get("/v1/openapi.json")
      #expect(answer.status == 200 && answer.body == octets)
    }
  }

  @Test("Every problem code but those of no path is one of some path, with the promised status")
  func codes() throws {
    var found: Set<ProblemCode> = []
    for operation in ServiceOperation.table {
      let access = try #require(RouteAccess.table[operation.route])
      found.formUnion(operation.codes(access))
    }
    #expect(found == Set(ProblemCode.allCases))
    let document = try OpenAPIDocument.whole()
    for (path, item) in document.members["paths"]?.members ?? [:] {
      for (method, operation) in item.members {
        for (status, response) in operation.members["responses"]?.members ?? [:] where (Int(status) ?? 0) >= 400 {
          let words = try #require(Self.codes(response), "\(method) \(path) \(status)")
          for word in words {
            let code = try #require(ProblemCode(rawValue: word))
            #expect(promisedStatus[code].map { String($0) } == status, "\(method) \(path) \(word)")
          }
        }
      }
    }
  }

  /// The codes of an answer of the document: its own, or the one it refers to.
  private static func codes(_ response: DocumentValue) -> [String]? {
    if case .text(let words)? = response.members["description"] { return words.components(separatedBy: ", ") }
    guard case .text(let reference)? = response.members["$ref"] else { return nil }
    return [String(reference.dropFirst("#/components/responses/".count))]
  }

  @Test("A summary in both languages everywhere, and every parameter of a path is described")
  func texts() {
    for operation in ServiceOperation.table {
      #expect(!operation.summary.vi.isEmpty && operation.summary.vi != operation.summary.en, "\(operation.route)")
      #expect(operation.summary.en.utf8.allSatisfy { $0 < 0x80 }, "\(operation.route)")
      let parts = operation.path.components(separatedBy: "{").count - 1
      #expect(operation.parameters.filter { $0.place == "path" }.count == parts, "\(operation.route)")
    }
  }

  @Test("Every bound is one of a field that there is")
  func bounds() throws {
    let document = try OpenAPIDocument.whole()
    let schemas = document.members["components"]?.members["schemas"]?.members ?? [:]
    let fields = schemas.mapValues { Set(($0.members["properties"]?.members ?? [:]).keys) }
    for name in FieldBounds.names {
      let words = name.split(separator: ".").map(String.init)
      let isKnown =
        words.count == 2 ? fields[words[0]]?.contains(words[1]) ?? false : fields.values.contains { $0.contains(name) }
      #expect(isKnown, "\(name)")
    }
  }
}

/// The check of answers against the document finds what it has to find.
@Suite("The check against the OpenAPI document")
struct ServiceContractTests {
  private static func refuses(_ path: String, _ body: String, status: Int = 200, method: String = "GET") throws -> Bool
  {
    let answer = HTTPAnswer(
      status: status, body: Array(body.utf8),
      mediaType: status < 300 ? "application/json" : Problem.mediaType)
    do {
      try ServiceContract.shared.get().require(method, path, sent: Array("{}".utf8), got: answer)
      return false
    } catch TestSupportError.invalid {
      return true
    }
  }

  @Test("A good answer, and each way in which one can be bad")
  func answers() throws {
    #expect(try !Self.refuses("/v1/health", #"{"headSequence":1,"status":"ok"}"#))
    #expect(try Self.refuses("/v1/health", #"{"headSequence":"1","status":"ok"}"#), "type")
    #expect(try Self.refuses("/v1/health", #"{"headSequence":1}"#), "missing")
    #expect(try Self.refuses("/v1/health", #"{"headSequence":1,"status":"ok","more":1}"#), "undocumented")
    #expect(try Self.refuses("/v1/health", #"{"headSequence":true,"status":"ok"}"#), "no number")
    #expect(try Self.refuses("/v1/health", #"{"headSequence":1,"status":"ok"}"#, status: 201), "status")
    #expect(try Self.refuses("/v1/payouts/00", #"{"state":"lost"}"#), "no such state")
    #expect(try !Self.refuses("/v1/payouts/00", #"{"state":"posted","amount":1}"#))
    #expect(try Self.refuses("/v1/payouts/00", #"{"state":"posted","amount":null}"#), "null")
    #expect(try Self.refuses("/v1/agents", #"{"registered":true}"#, status: 201, method: "POST"), "request")
    #expect(try !Self.refuses("/v1/nothing", "{}", status: 418), "not a path of the service")
  }

  @Test("A problem of another path, and one with another status")
  func problems() throws {
    func text(_ code: ProblemCode) throws -> String {
      String(decoding: try WireJSON.encode(Problem(code: code, traceID: "a")), as: UTF8.self)
    }
    #expect(try !Self.refuses("/v1/cards/1", text(.unknownCard), status: 404))
    #expect(try Self.refuses("/v1/cards/1", text(.unknownShift), status: 404))
    #expect(try Self.refuses("/v1/cards/1", text(.unknownCard), status: 400))
    #expect(try Self.refuses("/v1/cards/1", text(.unknownCard), status: 500))
  }
}
