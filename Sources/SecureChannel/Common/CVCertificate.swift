public import CardCrypto
public import ISO7816

/// Signature scheme of Terminal Authentication (TR-03110-3 A.6.4.2): id-TA-ECDSA-SHA-256 and -512.
public enum SignatureScheme: UInt8, Sendable, CaseIterable {
  /// 0.4.0.127.0.7.2.2.2.2.3.
  case ecdsaSHA256 = 3
  /// 0.4.0.127.0.7.2.2.2.2.5.
  case ecdsaSHA512 = 5

  /// Octets of the object identifier.
  public var oid: [UInt8] { [0x04, 0x00, 0x7F, 0x00, 0x07, 0x02, 0x02, 0x02, 0x02, rawValue] }

  /// The hash function.
  public var digest: Digest { self == .ecdsaSHA256 ? .sha256 : .sha512 }

  /// `nil` for RSA and for hash functions that this project does not verify with.
  public init?(oid: [UInt8]) {
    guard let found = Self.allCases.first(where: { $0.oid == oid }) else { return nil }
    self = found
  }
}

/// A public key with the scheme it verifies signatures in: what a card-verifiable certificate certifies.
public struct CVPublicKey: Hashable, Sendable {
  /// The scheme.
  public let scheme: SignatureScheme
  /// The curve.
  public let curve: Curve
  /// The uncompressed point.
  public let point: [UInt8]

  /// From its parts; the point is checked when it is used.
  public init(scheme: SignatureScheme, curve: Curve, point: [UInt8]) {
    self.scheme = scheme
    self.curve = curve
    self.point = point
  }

  /// Whether `signature`, r ‖ s, is one of `message`.
  public func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
    guard let key = try? ECPublicKey(curve, point: point) else { return false }
    return key.verify(signature, of: message, digest: scheme.digest)
  }

  /// 7F49: the scheme, the numbers of the curve where they are wanted, the point (TR-03110-3 D.3.3).
  func object(hasDomainParameters: Bool) throws(CryptoError) -> BERTLV {
    let scheme = BERTLV(0x06, scheme.oid)
    guard hasDomainParameters else { return BERTLV(0x7F49, [scheme, BERTLV(0x86, point)]) }
    let numbers = try curve.domainParameters
    return BERTLV(
      0x7F49,
      [
        scheme, BERTLV(0x81, numbers.modulus), BERTLV(0x82, numbers.first), BERTLV(0x83, numbers.second),
        BERTLV(0x84, numbers.basePoint), BERTLV(0x85, numbers.order), BERTLV(0x86, point),
        BERTLV(0x87, numbers.cofactor),
      ])
  }

  /// SHA-256 of the uncompressed point: how the registry and a payout certificate name a terminal's key.
  public var hash: [UInt8] { Digest.sha256.hash(point) }
}

/// What is wrong with the octets of a card-verifiable certificate.
public enum CVCertificateError: Error, Hashable, Sendable {
  /// Not BER-TLV in shortest form.
  case encoding(BERTLVError)
  /// Another data object, or none, where this one has to stand.
  case expected(BERTag)
  /// A value that this object can't have.
  case value(BERTag)
}

/// What a card-verifiable certificate says, before it is signed (TR-03110-3 C.1).
public struct CVCertificateContent: Hashable, Sendable {
  /// 42: whose key signs.
  public var authority: HolderReference
  /// 5F20: whose key is certified.
  public var holder: HolderReference
  /// 7F49: the certified key.
  public var publicKey: CVPublicKey
  /// Whether 7F49 brings the curve's numbers: in certificates of the CVCA only (D.3.3).
  public var hasDomainParameters: Bool
  /// 7F4C.
  public var authorization: HolderAuthorization
  /// 5F25: first day.
  public var effective: CVDate
  /// 5F24: last day.
  public var expiration: CVDate
  /// 65: authorisation extensions; other extensions are kept in the certificate's octets only.
  public var extensions: [AuthorizationExtension]

  /// From all its fields.
  public init(
    authority: HolderReference, holder: HolderReference, publicKey: CVPublicKey, hasDomainParameters: Bool,
    authorization: HolderAuthorization, effective: CVDate, expiration: CVDate,
    extensions: [AuthorizationExtension] = []
  ) {
    self.authority = authority
    self.holder = holder
    self.publicKey = publicKey
    self.hasDomainParameters = hasDomainParameters
    self.authorization = authorization
    self.effective = effective
    self.expiration = expiration
    self.extensions = extensions
  }

  /// The body to be signed: `7F4E { 5F29, 42, 7F49, 5F20, 7F4C, 5F25, 5F24, [65] }`.
  public var body: [UInt8] {
    get throws(CryptoError) {
      let key = try publicKey.object(hasDomainParameters: hasDomainParameters)
      var objects = [
        BERTLV(0x5F29, [0]), BERTLV(0x42, authority.octets), key, BERTLV(0x5F20, holder.octets),
        authorization.object, BERTLV(0x5F25, effective.octets), BERTLV(0x5F24, expiration.octets),
      ]
      if !extensions.isEmpty { objects.append(BERTLV(0x65, extensions.map(\.object))) }
      return BERTLV(0x7F4E, objects).bytes
    }
  }

  /// The certificate over this content, signed by `signer` in `scheme`.
  public func signed(by signer: any ECSigner, _ scheme: SignatureScheme = .ecdsaSHA256) throws(CryptoError)
    -> CVCertificate
  {
    let body = try body
    return CVCertificate(content: self, body: body, signature: try signer.sign(body, digest: scheme.digest))
  }
}

/// A card-verifiable certificate (TR-03110-3 Annex C): `7F21 { 7F4E body, 5F37 signature }`.
public struct CVCertificate: Hashable, Sendable {
  /// Most octets of one certificate that a card takes.
  public static let maximumLength = 1_024

  /// What it says.
  public let content: CVCertificateContent
  /// 7F4E with its tag and length, as received or made: what is signed.
  public let body: [UInt8]
  /// 5F37: r ‖ s.
  public let signature: [UInt8]

  init(content: CVCertificateContent, body: [UInt8], signature: [UInt8]) {
    self.content = content
    self.body = body
    self.signature = signature
  }

  /// The whole certificate.
  public var bytes: [UInt8] { BERTLV(0x7F21, unwrapped).bytes }

  /// Body and signature without the outer 7F21, as PSO: VERIFY CERTIFICATE takes them (TR-03110-3 B.11.5).
  public var unwrapped: [UInt8] { body + BERTLV(0x5F37, signature).bytes }

  /// Reads one certificate. The signature is not checked here.
  ///
  /// - Parameter curve: what a key without domain parameters is on; `nil` finds it by the length of the point among the
  ///   curves of the scheme, which tells only lengths apart: a verifier passes its authority's.
  public init(parsing octets: [UInt8], curve: Curve? = nil) throws(CVCertificateError) {
    guard octets.count <= Self.maximumLength else { throw .value(0x7F21) }
    let outer = try Self.reading { () throws(BERTLVError) in try BERTLV(parsing: octets, shortestLengths: true) }
    guard outer.tag == 0x7F21 else { throw .expected(0x7F21) }
    try self.init(unwrapped: outer.value, curve: curve)
  }

  /// Reads body and signature without the outer 7F21.
  public init(unwrapped octets: [UInt8], curve: Curve? = nil) throws(CVCertificateError) {
    guard octets.count <= Self.maximumLength else { throw .value(0x7F4E) }
    let parts = try Self.reading { () throws(BERTLVError) in
      try BERTLV.sequence(octets, shortestLengths: true)
    }
    guard let body = parts.first, body.tag == 0x7F4E else { throw .expected(0x7F4E) }
    guard parts.count == 2, parts[1].tag == 0x5F37 else { throw .expected(0x5F37) }
    var reader = try CVCertificateReader(body.value, inherited: curve)
    content = try reader.content()
    self.body = body.bytes
    signature = parts[1].value
  }

  static func reading<Value>(_ body: () throws(BERTLVError) -> Value) throws(CVCertificateError) -> Value {
    do {
      return try body()
    } catch {
      throw .encoding(error)
    }
  }
}

/// Takes the body of a certificate, or of a request for one, apart.
struct CVCertificateReader {
  private var rest: ArraySlice<BERTLV>
  private let inherited: Curve?

  init(_ value: [UInt8], inherited: Curve?) throws(CVCertificateError) {
    rest = try CVCertificate.reading { () throws(BERTLVError) in
      try BERTLV.sequence(value, shortestLengths: true)
    }[...]
    self.inherited = inherited
  }

  /// Whether nothing is left.
  var isAtEnd: Bool { rest.isEmpty }

  /// Whether an object of this tag comes next.
  func isNext(_ tag: BERTag) -> Bool { rest.first?.tag == tag }

  mutating func next(_ tag: BERTag) throws(CVCertificateError) -> BERTLV {
    guard let object = rest.first, object.tag == tag else { throw .expected(tag) }
    rest = rest.dropFirst()
    return object
  }

  mutating func reference(_ tag: BERTag) throws(CVCertificateError) -> HolderReference {
    guard let reference = HolderReference(try next(tag).value) else { throw .value(tag) }
    return reference
  }

  private mutating func date(_ tag: BERTag) throws(CVCertificateError) -> CVDate {
    guard let date = CVDate(octets: try next(tag).value) else { throw .value(tag) }
    return date
  }

  mutating func content() throws(CVCertificateError) -> CVCertificateContent {
    guard try next(0x5F29).value == [0] else { throw .value(0x5F29) }
    let authority = try reference(0x42)
    let (key, hasParameters) = try publicKey()
    let holder = try reference(0x5F20)
    guard let authorization = HolderAuthorization(try next(0x7F4C)) else { throw .value(0x7F4C) }
    let effective = try date(0x5F25)
    let expiration = try date(0x5F24)
    let extensions = rest.isEmpty ? [] : try self.extensions()
    guard rest.isEmpty else { throw .expected(0x5F37) }
    return CVCertificateContent(
      authority: authority, holder: holder, publicKey: key, hasDomainParameters: hasParameters,
      authorization: authorization, effective: effective, expiration: expiration, extensions: extensions)
  }

  mutating func publicKey() throws(CVCertificateError) -> (CVPublicKey, Bool) {
    let value = try next(0x7F49).value
    let objects = try CVCertificate.reading { () throws(BERTLVError) in
      try BERTLV.sequence(value, shortestLengths: true)
    }
    guard let scheme = objects.first.flatMap({ $0.tag == 0x06 ? SignatureScheme(oid: $0.value) : nil }) else {
      throw .value(0x06)
    }
    let values = objects.map(\.value)
    let curve: Curve
    let point: [UInt8]
    switch objects.map(\.tag) {
    case [0x06, 0x86]:
      point = values[1]
      guard let found = inherited ?? Curve.scheme.first(where: { $0.pointLength == values[1].count }) else {
        throw .value(0x86)
      }
      curve = found
    case [0x06, 0x81, 0x82, 0x83, 0x84, 0x85, 0x86, 0x87]:
      point = values[6]
      let numbers = CurveDomainParameters(
        modulus: values[1], first: values[2], second: values[3], basePoint: values[4], order: values[5],
        cofactor: values[7])
      guard let found = Curve(domainParameters: numbers) else { throw .value(0x81) }
      curve = found
    default: throw .value(0x7F49)
    }
    guard point.count == curve.pointLength, point.first == 4 else { throw .value(0x86) }
    return (CVPublicKey(scheme: scheme, curve: curve, point: point), objects.count > 2)
  }

  private mutating func extensions() throws(CVCertificateError) -> [AuthorizationExtension] {
    let value = try next(0x65).value
    let objects = try CVCertificate.reading { () throws(BERTLVError) in
      try BERTLV.sequence(value, shortestLengths: true)
    }
    guard !objects.isEmpty, objects.allSatisfy({ $0.tag == 0x73 }) else { throw .value(0x65) }
    // A template of another form, such as a hash of a description, is signed but gives no right.
    return objects.compactMap { AuthorizationExtension($0) }
  }
}
