import ServiceAPI

/// Learns the shape of wire types from the way they decode themselves: members, types, what may be left out.
///
/// Every type is asked to decode itself from a decoder that has an answer for everything and writes down what was
/// asked for. So the schema can't differ from what the service reads. A type that checks more of what it reads than its
/// type has to be named here, as octets are.
final class SchemaProbe {
  /// Schemas by name, as `components/schemas` of the document.
  private(set) var components: [String: DocumentValue] = [:]
  /// Types of requests: optional members may be null as well as absent, and have bounds.
  private var isRequest = true

  /// The schema of a request's type. Requests come before answers, so that a type of both has its bounds.
  func request(_ type: any (Decodable & Sendable).Type) throws -> DocumentValue {
    isRequest = true
    return try probe(type).schema
  }

  /// The schema of an answer's type.
  func answer(_ type: any (Decodable & Sendable).Type) throws -> DocumentValue {
    isRequest = false
    return try probe(type).schema
  }

  /// The schema of a type, and a value of it.
  fileprivate func probe<Value: Decodable>(_ type: Value.Type) throws -> (schema: DocumentValue, value: Value) {
    if let known = try scalar(type) { return known }
    if let list = type as? any ListShape.Type, let value = [] as? Value { return (try list.schema(self), value) }
    let name = Self.name(type)
    if let cases = type as? any CaseIterable.Type, let words = Self.words(cases), let first = Self.first(type) {
      components[name] = ["type": "string", "enum": .list(words.map { .text($0) })]
      return (Self.reference(name), first)
    }
    let record = ShapeRecord(probe: self, type: name, isRequest: isRequest)
    let value = try Value(from: ProbeDecoder(record: record))
    if components[name] == nil { components[name] = record.schema }
    return (Self.reference(name), value)
  }

  /// A type that is one JSON value.
  private func scalar<Value: Decodable>(_ type: Value.Type) throws -> (schema: DocumentValue, value: Value)? {
    let (schema, value): (DocumentValue, Any)
    switch type {
    case is String.Type: (schema, value) = (["type": "string"], "")
    case is Bool.Type: (schema, value) = (["type": "boolean"], false)
    case is WireBytes.Type:
      // RFC 4648 §4
      (schema, value) = (["type": "string", "contentEncoding": "base64", "pattern": .text(Self.base64)], WireBytes([]))
    case is ChainTip.Type:
      (schema, value) = (
        ["type": "string", "pattern": .text(Self.tip)],
        ChainTip(writer: "a", epoch: 1, sequence: 1, hash: [UInt8](repeating: 0, count: 32))
      )
    case is Int.Type: (schema, value) = (Self.integer(Int.self), 0)
    case is Int32.Type: (schema, value) = (Self.integer(Int32.self), Int32(0))
    case is Int64.Type: (schema, value) = (Self.integer(Int64.self), Int64(0))
    case is UInt16.Type: (schema, value) = (Self.integer(UInt16.self), UInt16(0))
    case is UInt32.Type: (schema, value) = (Self.integer(UInt32.self), UInt32(0))
    default: return nil
    }
    guard let typed = value as? Value else { return nil }
    return (schema, typed)
  }

  private static let base64 = "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$"

  private static let tip = "^[^/]{1,64}/(?:0|[1-9][0-9]*)/[1-9][0-9]*/[0-9a-f]{64}$"

  private static func integer<Number: FixedWidthInteger>(_ type: Number.Type) -> DocumentValue {
    [
      "type": "integer", "format": Number.bitWidth == 64 ? "int64" : "int32",
      "minimum": .integer(Int64(clamping: Number.min)), "maximum": .integer(Int64(clamping: Number.max)),
    ]
  }

  /// A type's name without its module: `CardAnswer.State`.
  static func name<Value>(_ type: Value.Type) -> String {
    String(reflecting: type).split(separator: ".").dropFirst().joined(separator: ".")
  }

  static func reference(_ name: String) -> DocumentValue { ["$ref": .text("#/components/schemas/" + name)] }

  private static func words<Cases: CaseIterable>(_ type: Cases.Type) -> [String]? {
    let words = type.allCases.compactMap { ($0 as? any RawRepresentable)?.rawValue as? String }
    return words.count == type.allCases.count ? words : nil
  }

  private static func first<Value>(_ type: Value.Type) -> Value? {
    func first<Cases: CaseIterable>(_ type: Cases.Type) -> Value? { type.allCases.first as? Value }
    return (type as? any CaseIterable.Type).flatMap { first($0) }
  }
}

/// A list, whatever it holds.
private protocol ListShape {
  static func schema(_ probe: SchemaProbe) throws -> DocumentValue
}

extension Array: ListShape where Element: Decodable {
  fileprivate static func schema(_ probe: SchemaProbe) throws -> DocumentValue {
    ["type": "array", "items": try probe.probe(Element.self).schema]
  }
}

/// What a type asked for while it decoded itself.
private final class ShapeRecord {
  let probe: SchemaProbe
  private let type: String
  private let isRequest: Bool
  private var properties: [String: DocumentValue] = [:]
  private var optional: Set<String> = []

  init(probe: SchemaProbe, type: String, isRequest: Bool) {
    (self.probe, self.type, self.isRequest) = (probe, type, isRequest)
  }

  var schema: DocumentValue {
    let required = properties.keys.filter { !optional.contains($0) }.sorted()
    var members: [String: DocumentValue] = ["type": "object", "properties": .object(properties)]
    if !required.isEmpty { members["required"] = .list(required.map { .text($0) }) }
    return .object(members)
  }

  /// A member that is asked for only when it is there.
  func mayLack(_ field: String) { optional.insert(field) }

  func decode<Value: Decodable>(_ type: Value.Type, _ field: String) throws -> Value {
    let (schema, value) = try probe.probe(type)
    var bounded = schema
    if isRequest, let bounds = FieldBounds.of(self.type, field), schema.members["$ref"] == nil {
      bounded = schema.with(bounds.members)
    }
    properties[field] = isRequest && optional.contains(field) ? Self.orNull(bounded) : bounded
    return value
  }

  private static func orNull(_ schema: DocumentValue) -> DocumentValue {
    guard let type = schema.members["type"] else { return ["anyOf": [schema, ["type": "null"]]] }
    return schema.with(["type": [type, "null"]])
  }
}

/// A decoder that has every member.
private struct ProbeDecoder: Decoder {
  let record: ShapeRecord
  var codingPath: [any CodingKey] { [] }
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedDecodingContainer<Key> {
    KeyedDecodingContainer(ProbeContainer<Key>(record: record))
  }

  func unkeyedContainer() throws -> any UnkeyedDecodingContainer { throw ProbeFailure.unknownShape }
  func singleValueContainer() throws -> any SingleValueDecodingContainer { throw ProbeFailure.unknownShape }
}

/// A type whose shape can't be learned.
private enum ProbeFailure: Error {
  case unknownShape
}

/// An object that has every member. Asking whether one is there is what makes it optional.
private struct ProbeContainer<Key: CodingKey>: KeyedDecodingContainerProtocol {
  let record: ShapeRecord
  var codingPath: [any CodingKey] { [] }
  var allKeys: [Key] { [] }

  func contains(_ key: Key) -> Bool {
    record.mayLack(key.stringValue)
    return true
  }

  func decodeNil(forKey key: Key) -> Bool { false }
  func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
    try record.decode(type, key.stringValue)
  }
  func nestedContainer<Nested: CodingKey>(
    keyedBy type: Nested.Type, forKey key: Key
  ) throws -> KeyedDecodingContainer<Nested> {
    throw ProbeFailure.unknownShape
  }
  func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
    throw ProbeFailure.unknownShape
  }
  func superDecoder() throws -> any Decoder { throw ProbeFailure.unknownShape }
  func superDecoder(forKey key: Key) throws -> any Decoder { throw ProbeFailure.unknownShape }
}
