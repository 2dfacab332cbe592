/// A JSON value of the OpenAPI document.
indirect enum DocumentValue: Hashable, Sendable {
  case text(String)
  case integer(Int64)
  case flag(Bool)
  case list([DocumentValue])
  case object([String: DocumentValue])

  /// The members of an object; none of anything else.
  var members: [String: DocumentValue] {
    guard case .object(let members) = self else { return [:] }
    return members
  }

  /// An object with more members, which take the place of its own.
  func with(_ more: [String: DocumentValue]) -> DocumentValue {
    .object(members.merging(more) { _, new in new })
  }
}

extension DocumentValue: Encodable {
  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .text(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .flag(let value): try container.encode(value)
    case .list(let values): try container.encode(values)
    case .object(let members): try container.encode(members)
    }
  }
}

extension DocumentValue: ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  init(stringLiteral value: String) { self = .text(value) }
}

extension DocumentValue: ExpressibleByIntegerLiteral {
  init(integerLiteral value: Int64) { self = .integer(value) }
}

extension DocumentValue: ExpressibleByBooleanLiteral {
  init(booleanLiteral value: Bool) { self = .flag(value) }
}

extension DocumentValue: ExpressibleByArrayLiteral {
  init(arrayLiteral elements: DocumentValue...) { self = .list(elements) }
}

extension DocumentValue: ExpressibleByDictionaryLiteral {
  init(dictionaryLiteral elements: (String, DocumentValue)...) {
    self = .object(Dictionary(elements) { _, new in new })
  }
}
