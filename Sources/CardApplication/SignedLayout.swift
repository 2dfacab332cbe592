public import CardCrypto
public import ISO7816

/// A signed object as `card-application` §12 lays it out: one constructed TLV, then `5F37 40 r‖s` over the whole TLV.
public struct SignedLayout: Hashable, Sendable {
  /// Octets of a plain ECDSA signature on a 256-bit curve.
  public static let signatureLength = 64

  /// The TLV as made or received; what hash and signature cover.
  public let body: [UInt8]
  /// r ‖ s.
  public let signature: [UInt8]

  /// From its parts.
  public init(body: [UInt8], signature: [UInt8]) {
    self.body = body
    self.signature = signature
  }

  /// Signs `body`, with a key in memory or in a token.
  public init(signing body: [UInt8], with key: any ECSigner) throws(CryptoError) {
    self.init(body: body, signature: try key.sign(body))
  }

  /// Reads `tag … 5F37 40 …` and nothing more.
  public init(parsing octets: [UInt8], tag: BERTag) throws(LayoutError) {
    self = try Self.parse(octets, tag: tag).layout
  }

  /// The same, and the value of its TLV.
  static func parse(_ octets: [UInt8], tag: BERTag) throws(LayoutError) -> (value: [UInt8], layout: SignedLayout) {
    var reader = LayoutReader(octets)
    let value = try reader.next(tag, 0...2_048)
    // Lengths are in their shortest form, so these are the only octets of this TLV.
    let body = Array(octets[..<reader.offset])
    let signature = try reader.next(0x5F37, Self.signatureLength)
    try reader.finish()
    return (value, SignedLayout(body: body, signature: signature))
  }

  /// SHA-256 of the TLV: the object's identity, never of the signature (`card-application` §4).
  public var identity: [UInt8] { Digest.sha256.hash(body) }

  /// TLV and signature object.
  public var bytes: [UInt8] { body + BERTLV(0x5F37, signature).bytes }

  /// Whether `key` made the signature.
  public func isSigned(by key: ECPublicKey) -> Bool { key.verify(signature, of: body) }
}

/// Algorithm octet of signed layouts: 01 ECDSA on P-256 with SHA-256.
let ecdsaP256SHA256: UInt8 = 1

/// First octets of the key id of a public key: SHA-256 of the uncompressed point, octets 0…7 (`card-application` §12).
public func keyIdentifier(ofPoint point: [UInt8]) -> [UInt8] { Array(Digest.sha256.hash(point).prefix(8)) }
