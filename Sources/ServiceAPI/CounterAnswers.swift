/// `POST /v1/payouts/{transaction id}/reversal`
public struct ReversalRequest: Hashable, Sendable, Codable {
  /// Who, and why; it takes two.
  public var hands: HandsRequest

  /// From its fields.
  public init(hands: HandsRequest) { self.hands = hands }
}
