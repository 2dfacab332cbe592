import CentreTestSupport
import Foundation
import ServiceAPI
import Testing

/// A schema is learned from how a type reads itself; a sample is how it writes itself. Both have to be the same.
@Suite("Schemas and messages")
struct WireSchemaTests {
  /// Types that no path of the centre's service has: those of the population register's exchange, and parts that are
  /// only read.
  private static let elsewhere: Set<String> = [
    "RegisterQuestion", "RegisterRequestHeader", "RegisterAnswerHeader", "RegisterReply",
  ]

  @Test("Every sample has the members of its schema, all of them and no other")
  func members() throws {
    let contract = try ServiceContract.shared.get()
    var seen: Set<String> = []
    for sample in WireSamples.all {
      let name = String(reflecting: type(of: sample)).split(separator: ".").dropFirst().joined(separator: ".")
      guard !Self.elsewhere.contains(name) else { continue }
      let schema = contract.schema(name)
      let properties = try #require(schema["properties"] as? [String: Any], "\(name) has no schema")
      let value = try JSONSerialization.jsonObject(with: Data(try WireJSON.encode(sample)))
      let object = try #require(value as? [String: Any])
      // A sample need not have everything that another sample of the type has.
      #expect(Set(object.keys).isSubset(of: properties.keys), "\(name)")
      #expect(Set(schema["required"] as? [String] ?? []).isSubset(of: object.keys), "\(name)")
      for (field, member) in object {
        let schema = (properties[field] as? [String: Any] ?? [:]).filter { ["type", "$ref"].contains($0.key) }
        let faults = contract.schemas.faults(member, schema).filter { $0.contains(": not ") || $0.contains("missing") }
        #expect(faults.isEmpty, "\(name).\(field): \(faults)")
      }
      seen.insert(name)
    }
    #expect(seen.count > 80)
  }
}
