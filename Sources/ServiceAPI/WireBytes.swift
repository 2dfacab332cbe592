import Foundation

/// Octets on the wire: a base64 string (RFC 4648 §4) in JSON.
public struct WireBytes: Hashable, Sendable, Codable {
  /// The octets.
  public let octets: [UInt8]

  /// Wraps octets.
  public init(_ octets: [UInt8]) { self.octets = octets }

  /// Reads a base64 string.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    guard let data = Data(base64Encoded: try container.decode(String.self)) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not base64")
    }
    octets = [UInt8](data)
  }

  /// Writes a base64 string.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(Data(octets).base64EncodedString())
  }
}

extension PayoutAnswer {
  /// What the encoder would make of it, for the answer that a pay day gives most: the encoder takes a tenth of a
  /// payout's time.
  fileprivate var json: [UInt8] {
    let transaction = Data(transactionID.octets).base64EncodedString()
    return Array("{\"amount\":\(amount),\"postedOn\":\(postedOn),\"transactionID\":\"\(transaction)\"}".utf8)
  }
}

/// JSON as the service writes and reads it: sorted keys, so that equal answers are equal octets.
public enum WireJSON {
  /// Octets of `value`.
  public static func encode(_ value: some Encodable) throws -> [UInt8] {
    if let answer = value as? PayoutAnswer { return answer.json }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return [UInt8](try encoder.encode(value))
  }

  /// The value in `octets`.
  public static func decode<Value: Decodable>(_ type: Value.Type, from octets: [UInt8]) throws -> Value {
    if type == PayoutRequest.self, let request = PayoutRequest(asWritten: octets) as? Value { return request }
    return try JSONDecoder().decode(type, from: Data(octets))
  }
}
