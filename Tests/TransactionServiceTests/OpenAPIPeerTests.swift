import CardTestSupport
import Foundation
import Testing

@testable import TransactionService

/// The document as an independent reader sees it: python3-jsonschema, and openapi-spec-validator where there is one.
@Suite(
  "The OpenAPI document, read by others",
  .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/python3"), "no python3"))
struct OpenAPIPeerTests {
  private static let script = """
    import json, re, sys
    import jsonschema

    with open("openapi.json", encoding="utf-8") as file:
        document = json.load(file)
    try:
        import openapi_spec_validator
        openapi_spec_validator.validate(document)
        print("openapi-spec-validator")
    except ImportError:
        pass
    assert document["openapi"] == "3.1.0"
    for name, schema in document["components"]["schemas"].items():
        jsonschema.Draft202012Validator.check_schema(schema)

    def references(value):
        if isinstance(value, dict):
            if "$ref" in value:
                yield value["$ref"]
            for member in value.values():
                yield from references(member)
        elif isinstance(value, list):
            for member in value:
                yield from references(member)

    for reference in references(document):
        found = document
        for part in reference.removeprefix("#/").split("/"):
            found = found[part]
    names = set()
    for path, item in document["paths"].items():
        for method, operation in item.items():
            assert method in ("get", "post"), method
            assert operation["operationId"] not in names, operation["operationId"]
            names.add(operation["operationId"])
            given = {part["name"] for part in operation.get("parameters", []) if part.get("in") == "path"}
            assert given == set(re.findall("{([^}]+)}", path)), path
            for status, response in operation["responses"].items():
                assert "$ref" in response or response["description"], (path, status)
            for way in operation["security"]:
                assert set(way) <= set(document["components"]["securitySchemes"]), way
    print("good", len(names))
    """

  private func read(_ octets: [UInt8]) throws -> OpenSSLCommand.Outcome {
    let peer = try OpenSSLCommand()
    try peer.write(octets, to: "openapi.json")
    return try peer.run(program: "/usr/bin/python3", ["-c", Self.script])
  }

  @Test("It is a document of OpenAPI 3.1, with every schema one of JSON Schema and every reference to something")
  func valid() throws {
    let outcome = try read(try OpenAPIDocument.octets())
    #expect(outcome.status == 0, "\(outcome.output)")
    #expect(outcome.output.contains("good \(RouteAccess.table.count)"), "\(outcome.output)")
  }

  @Test(
    "The reader sees what is wrong",
    arguments: [
      (#""3.1.0""#, #""3.0.0""#), ("#/components/schemas/HandsRequest", "#/components/schemas/HandRequest"),
      (#""operationId" : "fund""#, #""operationId" : "advance""#), (#""type" : "integer""#, #""type" : "number of""#),
      (#""name" : "keyHash""#, #""name" : "hash""#),
    ])
  func wrong(good: String, bad: String) throws {
    let text = String(decoding: try OpenAPIDocument.octets(), as: UTF8.self)
    #expect(text.contains(good))
    let outcome = try read(Array(text.replacingOccurrences(of: good, with: bad).utf8))
    #expect(outcome.status != 0, "\(bad)")
  }
}
