public import CardCrypto
import ISO7816

/// A request for a card-verifiable certificate (TR-03110-3 C.2): `7F21 { 7F4E body, 5F37 signature }`, signed by the
/// very key that is to be certified, which proves that whoever asks has it.
///
/// Body: `7F4E { 5F29 00, [42 CAR], 7F49 key with domain parameters, 5F20 CHR, [65] }`. The names are wishes: the
/// authority gives its own. Without the outer signature of a renewal (C.2.6).
public struct CVCertificateRequest: Hashable, Sendable {
  /// 42: the authority that is asked; `nil` for whichever there is.
  public let authority: HolderReference?
  /// 5F20: the name that is wished for.
  public let holder: HolderReference
  /// 7F49: the key.
  public let publicKey: CVPublicKey
  /// 7F4E with its tag and length, as received or made: what is signed.
  public let body: [UInt8]
  /// 5F37: r ‖ s.
  public let signature: [UInt8]

  /// A request for the key of `signer`.
  public init(
    authority: HolderReference? = nil, holder: HolderReference, signer: any ECSigner,
    scheme: SignatureScheme = .ecdsaSHA256
  ) throws(CryptoError) {
    self.authority = authority
    self.holder = holder
    publicKey = CVPublicKey(scheme: scheme, curve: signer.publicKey.curve, point: signer.publicKey.point)
    var objects = [BERTLV(0x5F29, [0])]
    if let authority { objects.append(BERTLV(0x42, authority.octets)) }
    objects += [try publicKey.object(hasDomainParameters: true), BERTLV(0x5F20, holder.octets)]
    body = BERTLV(0x7F4E, objects).bytes
    signature = try signer.sign(body, digest: scheme.digest)
  }

  /// The whole request.
  public var bytes: [UInt8] { BERTLV(0x7F21, body + BERTLV(0x5F37, signature).bytes).bytes }

  /// Reads one request and checks its signature.
  ///
  /// - Throws: `value(5F37)` for a signature that its own key did not make, `value(7F49)` for a key without the numbers
  ///   of its curve (D.3.3); otherwise what the octets are not.
  public init(parsing octets: [UInt8]) throws(CVCertificateError) {
    guard octets.count <= CVCertificate.maximumLength else { throw .value(0x7F21) }
    let outer = try CVCertificate.reading { () throws(BERTLVError) in
      try BERTLV(parsing: octets, shortestLengths: true)
    }
    guard outer.tag == 0x7F21 else { throw .expected(0x7F21) }
    let parts = try CVCertificate.reading { () throws(BERTLVError) in
      try BERTLV.sequence(outer.value, shortestLengths: true)
    }
    guard let body = parts.first, body.tag == 0x7F4E else { throw .expected(0x7F4E) }
    guard parts.count == 2, parts[1].tag == 0x5F37 else { throw .expected(0x5F37) }
    var reader = try CVCertificateReader(body.value, inherited: nil)
    guard try reader.next(0x5F29).value == [0] else { throw .value(0x5F29) }
    authority = reader.isNext(0x42) ? try reader.reference(0x42) : nil
    let (key, hasParameters) = try reader.publicKey()
    guard hasParameters else { throw .value(0x7F49) }
    holder = try reader.reference(0x5F20)
    // Extensions are wishes too: signed, and not taken over.
    if reader.isNext(0x65) { _ = try reader.next(0x65) }
    guard reader.isAtEnd else { throw .expected(0x5F37) }
    guard key.verifies(parts[1].value, of: body.bytes) else { throw .value(0x5F37) }
    publicKey = key
    self.body = body.bytes
    signature = parts[1].value
  }
}
