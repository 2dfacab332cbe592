import CardTestSupport
import Foundation
import TransactionService

/// The service's OpenAPI document, held against what the service really takes and answers.
///
/// Unchecked: what JSON was read into is never changed.
package struct ServiceContract: @unchecked Sendable {
  /// Read once for all tests.
  package static let shared = Result { try ServiceContract() }

  private let document: [String: Any]
  private let check: SchemaCheck

  private init() throws {
    guard let document = try JSONSerialization.jsonObject(with: Data(OpenAPIDocument.octets())) as? [String: Any] else {
      throw TestSupportError.invalid("document")
    }
    self.document = document
    check = SchemaCheck(components: Self.object(Self.object(document["components"])["schemas"]))
  }

  /// The check of the document's schemas.
  package var schemas: SchemaCheck { check }

  /// The schema of this name.
  package func schema(_ name: String) -> [String: Any] {
    Self.object(Self.object(Self.object(document["components"])["schemas"])[name])
  }

  /// Throws what is not as the document says: a status, a code, a body's shape; and of a request that was granted, its
  /// body. Paths that the document does not have are the router's.
  package func require(_ method: String, _ url: String, sent: [UInt8], got answer: HTTPAnswer) throws {
    guard let operation = operation(method, url) else { return }
    let responses = Self.object(operation["responses"])
    let place = "\(method) \(url) → \(answer.status)"
    guard let response = resolved(responses[String(answer.status)]) else {
      throw TestSupportError.invalid(
        "\(place) is not documented: \(String(decoding: answer.body.prefix(300), as: UTF8.self))")
    }
    let content = Self.object(response["content"])
    let type = String(answer.mediaType.prefix { $0 != ";" })
    guard let media = content[type] as? [String: Any] else { throw TestSupportError.invalid("\(place): \(type)") }
    guard type.hasSuffix("json") else { return }
    try require(answer.body, Self.object(media["schema"]), place, isWhole: true)
    guard answer.status < 300, let body = operation["requestBody"] as? [String: Any],
      let sentType = Self.object(body["content"])["application/json"] as? [String: Any]
    else { return }
    let schema = Self.object(sentType["schema"])
    if !schema.isEmpty { try require(sent, schema, place + ", request", isWhole: false) }
  }

  /// The path's template, when it says that it can be asked what it would do.
  package func dryRunTemplate(_ url: String) -> String? {
    guard let (template, operation) = found("POST", url), let parameters = operation["parameters"] as? [[String: Any]],
      parameters.contains(where: { $0["name"] as? String == "dryRun" })
    else { return nil }
    return template
  }

  /// Every path that can be asked what it would do.
  package var dryRunTemplates: Set<String> {
    Set(Self.object(document["paths"]).keys.filter { dryRunTemplate($0) == $0 })
  }

  private func resolved(_ response: Any?) -> [String: Any]? {
    guard let response = response as? [String: Any], let reference = response["$ref"] as? String else {
      return response as? [String: Any]
    }
    let name = reference.split(separator: "/").last.map(String.init) ?? ""
    return Self.object(Self.object(document["components"])["responses"])[name] as? [String: Any]
  }

  private func require(_ octets: [UInt8], _ schema: [String: Any], _ place: String, isWhole: Bool) throws {
    let value = try JSONSerialization.jsonObject(with: Data(octets), options: .fragmentsAllowed)
    var faults = check.faults(value, schema)
    if isWhole, schema["$ref"] as? String != "#/components/schemas/Problem" {
      faults += check.strangers(value, schema).map { "\($0): not documented" }
    }
    guard faults.isEmpty else { throw TestSupportError.invalid("\(place): \(faults.joined(separator: "; "))") }
  }

  private func operation(_ method: String, _ url: String) -> [String: Any]? { found(method, url)?.operation }

  private func found(_ method: String, _ url: String) -> (template: String, operation: [String: Any])? {
    let path = url.prefix { $0 != "?" }.split(separator: "/", omittingEmptySubsequences: false)
    let found = Self.object(document["paths"]).filter { template, _ in
      let parts = template.split(separator: "/", omittingEmptySubsequences: false)
      return parts.count == path.count && zip(parts, path).allSatisfy { $0 == $1 || $0.hasPrefix("{") && !$1.isEmpty }
    }
    // What is written out goes before what varies: /v1/presences/due.
    let best = found.min { left, right in
      left.key.filter { $0 == "{" }.count < right.key.filter { $0 == "{" }.count
    }
    return best.flatMap { best in
      (Self.object(best.value)[method.lowercased()] as? [String: Any]).map { (best.key, $0) }
    }
  }

  private static func object(_ value: Any?) -> [String: Any] { value as? [String: Any] ?? [:] }
}
