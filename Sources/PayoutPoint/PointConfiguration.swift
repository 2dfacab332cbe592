public import CardCrypto

/// A payout point's terminal: where it stands and its key.
public struct Terminal: Sendable {
  /// The agent it works for.
  public let agent: String
  /// Point code, for example `BD-79-003`.
  public let point: String
  /// Two-digit province code.
  public let province: String
  /// Five-digit commune code.
  public let commune: String
  /// Proves the terminal to cards and signs its records; P-256, in memory or in a token.
  public let key: any ECSigner

  /// From its fields.
  public init(agent: String, point: String, province: String, commune: String, key: any ECSigner) {
    self.agent = agent
    self.point = point
    self.province = province
    self.commune = commune
    self.key = key
  }

  /// SHA-256 of the uncompressed public point: how the centre knows this terminal.
  public var keyHash: [UInt8] { Digest.sha256.hash(key.publicKey.point) }
}
