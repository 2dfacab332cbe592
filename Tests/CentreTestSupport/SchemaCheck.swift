import Foundation

/// JSON Schema (2020-12) as far as the service's OpenAPI document uses it; a word it does not know is a fault.
package struct SchemaCheck {
  private let components: [String: Any]

  package init(components: [String: Any]) { self.components = components }

  /// What in `value` is not as `schema` says; empty when all of it is.
  package func faults(_ value: Any, _ schema: [String: Any], at place: String = "$") -> [String] {
    schema.sorted { $0.key < $1.key }.flatMap { word, says -> [String] in
      switch word {
      case "$ref": return reference(value, says, place)
      case "type": return has(value, says) ? [] : ["\(place): not \(says)"]
      case "enum": return has(value, among: says) ? [] : ["\(place): not one of \(says)"]
      case "anyOf":
        let choices = says as? [[String: Any]] ?? []
        return choices.contains { faults(value, $0, at: place).isEmpty } ? [] : ["\(place): none of the choices"]
      case "properties", "required": return members(word, value, says, place)
      case "items":
        guard let list = value as? [Any], let schema = says as? [String: Any] else { return [] }
        return list.enumerated().flatMap { faults($0.element, schema, at: "\(place)[\($0.offset)]") }
      case "pattern", "minLength", "maxLength": return text(word, value, says, place)
      case "minimum", "maximum", "minItems", "maxItems": return measure(word, value, says, place)
      case "description", "format", "contentEncoding": return []
      default: return ["\(place): unknown word \(word)"]
      }
    }
  }

  private func reference(_ value: Any, _ says: Any, _ place: String) -> [String] {
    let name = (says as? String)?.split(separator: "/").last.map(String.init) ?? ""
    guard let schema = components[name] as? [String: Any] else { return ["\(place): no schema \(says)"] }
    return faults(value, schema, at: place)
  }

  private func members(_ word: String, _ value: Any, _ says: Any, _ place: String) -> [String] {
    guard let object = value as? [String: Any] else { return [] }
    if word == "required" {
      return (says as? [String] ?? []).filter { object[$0] == nil }.map { "\(place).\($0): missing" }
    }
    let schemas = says as? [String: Any] ?? [:]
    return object.sorted { $0.key < $1.key }.flatMap { name, member -> [String] in
      guard let schema = schemas[name] as? [String: Any] else { return [] }
      return faults(member, schema, at: "\(place).\(name)")
    }
  }

  /// Members of an object that no schema speaks of, at any depth.
  package func strangers(_ value: Any, _ schema: [String: Any], at place: String = "$") -> [String] {
    if let reference = schema["$ref"] as? String, let name = reference.split(separator: "/").last,
      let found = components[String(name)] as? [String: Any]
    {
      return strangers(value, found, at: place)
    }
    if let choices = schema["anyOf"] as? [[String: Any]] {
      return choices.first { faults(value, $0).isEmpty }.map { strangers(value, $0, at: place) } ?? []
    }
    if let list = value as? [Any], let items = schema["items"] as? [String: Any] {
      return list.flatMap { strangers($0, items, at: place + "[]") }
    }
    guard let object = value as? [String: Any], let known = schema["properties"] as? [String: Any] else { return [] }
    return object.flatMap { name, member -> [String] in
      guard let schema = known[name] as? [String: Any] else { return ["\(place).\(name)"] }
      return strangers(member, schema, at: "\(place).\(name)")
    }
  }

  private func has(_ value: Any, _ type: Any) -> Bool {
    if let types = type as? [String] { return types.contains { has(value, $0) } }
    let number = value as? NSNumber
    let isFlag = number.map { $0 === (true as NSNumber) || $0 === (false as NSNumber) } ?? false
    return switch type as? String {
    case "object": value is [String: Any]
    case "array": value is [Any]
    case "string": value is String
    case "boolean": isFlag
    case "integer": !isFlag && number.map { $0.doubleValue.rounded() == $0.doubleValue } ?? false
    case "null": value is NSNull
    default: false
    }
  }

  private func has(_ value: Any, among says: Any) -> Bool {
    guard let word = value as? String else { return false }
    return (says as? [String] ?? []).contains(word)
  }

  private func text(_ word: String, _ value: Any, _ says: Any, _ place: String) -> [String] {
    guard let text = value as? String else { return [] }
    let length = text.unicodeScalars.count
    let isRight =
      switch (word, says) {
      case ("pattern", let pattern as String): text.range(of: pattern, options: .regularExpression) != nil
      case ("minLength", let least as Int): length >= least
      case ("maxLength", let most as Int): length <= most
      default: false
      }
    return isRight ? [] : ["\(place): \(word) \(says)"]
  }

  private func measure(_ word: String, _ value: Any, _ says: Any, _ place: String) -> [String] {
    guard let bound = (says as? NSNumber)?.int64Value else { return ["\(place): \(word) \(says)"] }
    let size: Int64
    if word.hasSuffix("Items") {
      guard let list = value as? [Any] else { return [] }
      size = Int64(list.count)
    } else {
      guard let number = value as? NSNumber else { return [] }
      size = number.int64Value
    }
    return (word.hasPrefix("min") ? size >= bound : size <= bound) ? [] : ["\(place): \(word) \(bound)"]
  }
}
