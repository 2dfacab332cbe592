internal import COpenSSL

/// What goes into a payout-key certificate.
public struct CertificateRequest: Sendable {
  /// Subject common name: the 16-digit card number, or the name of an issuer.
  public var subject: String
  /// Serial number, 1…20 octets, first bit 0.
  public var serial: [UInt8]
  /// The certified key.
  public var publicKey: ECPublicKey
  /// First second of validity, Unix time.
  public var notBefore: Int64
  /// Last second of validity, Unix time.
  public var notAfter: Int64
  /// Whether the key may sign certificates.
  public var isAuthority: Bool
  /// The signing key, where subject and issuer have one name and nothing else tells a link from a self-signed
  /// certificate; named by the extension authorityKeyIdentifier (RFC 5280 §4.2.1.1).
  public var authorityKey: ECPublicKey?
  /// Host names and IP addresses of a TLS service; subjectAltName (RFC 5280 §4.2.1.6). None for anything else.
  public var hosts: [String] = []

  /// From its fields.
  public init(
    subject: String, serial: [UInt8], publicKey: ECPublicKey, notBefore: Int64, notAfter: Int64, isAuthority: Bool
  ) {
    self.subject = subject
    self.serial = serial
    self.publicKey = publicKey
    self.notBefore = notBefore
    self.notAfter = notAfter
    self.isAuthority = isAuthority
  }
}

/// An X.509 certificate (RFC 5280) with an EC key on P-256 or brainpoolP256r1, signed with ECDSA and SHA-256.
public final class Certificate: @unchecked Sendable {
  // @unchecked: the X509 object is only read after init.
  private let certificate: OpaquePointer
  /// The DER octets as received or made.
  public let der: [UInt8]
  /// The certified key.
  public let publicKey: ECPublicKey
  /// Subject common name.
  public let subject: String
  /// Issuer common name.
  public let issuer: String
  /// First second of validity, Unix time.
  public let notBefore: Int64
  /// Last second of validity, Unix time.
  public let notAfter: Int64

  /// Reads exactly one DER certificate.
  ///
  /// - Throws: ``CryptoError/malformed(_:)`` for anything else, or for a key that is not on a supported curve.
  public convenience init(der: [UInt8]) throws(CryptoError) {
    let parsed = der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
      var cursor = buffer.baseAddress
      guard let object = d2i_X509(nil, &cursor, buffer.count) else { return nil }
      guard let start = buffer.baseAddress, cursor == start + buffer.count else {
        X509_free(object)
        return nil
      }
      return object
    }
    guard let parsed else {
      ERR_clear_error()
      throw .malformed("X.509 certificate")
    }
    try self.init(owning: parsed, der: der)
  }

  /// A certificate for `request`, signed by `key` in the name of `issuer`: ECDSA with SHA-256.
  ///
  /// - Parameter key: in memory or in a token.
  public static func issue(
    _ request: CertificateRequest, issuer: String, key: some ECSigner
  ) throws(CryptoError) -> Certificate {
    let body = try body(request, issuer: issuer)
    let signature = try key.sign(body, digest: .sha256)
    let half = signature.count / 2
    let value = DER.sequence(DER.integer(signature.prefix(half)), DER.integer(signature.dropFirst(half)))
    // Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signature BIT STRING } (RFC 5280 §4.1)
    return try Certificate(
      der: DER.sequence(body, DER.sequence(DER.identifier(ecdsaWithSHA256)), DER.value(0x03, [0], value)))
  }

  /// 1.2.840.10045.4.3.2: content octets.
  private static let ecdsaWithSHA256: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02]

  /// The TBSCertificate (RFC 5280 §4.1.2), in DER.
  private static func body(_ request: CertificateRequest, issuer: String) throws(CryptoError) -> [UInt8] {
    guard let certificate = X509_new() else { throw lastOpenSSLError("X509_new") }
    defer { X509_free(certificate) }
    try fill(certificate, request, issuer: issuer)
    let algorithm = UnsafeMutablePointer(mutating: X509_get0_tbs_sigalg(certificate))
    try check(
      X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_ecdsa_with_SHA256), V_ASN1_UNDEF, nil), "X509_ALGOR_set0")
    guard let body = derOctets({ i2d_re_X509_tbs(certificate, $0) }) else { throw lastOpenSSLError("i2d_re_X509_tbs") }
    return body
  }

  /// Takes over `certificate`, also when it throws.
  private init(owning certificate: OpaquePointer, der: [UInt8]) throws(CryptoError) {
    self.certificate = certificate
    self.der = der
    do throws(CryptoError) {
      publicKey = try Self.publicKey(of: certificate)
      subject = try Self.commonName(X509_get_subject_name(certificate))
      issuer = try Self.commonName(X509_get_issuer_name(certificate))
      notBefore = try Self.unixTime(X509_get0_notBefore(certificate))
      notAfter = try Self.unixTime(X509_get0_notAfter(certificate))
    } catch {
      X509_free(certificate)
      throw error
    }
  }

  deinit { X509_free(certificate) }

  /// For checks inside this target.
  var x509: OpaquePointer { certificate }

  /// Whether `issuer` signed this certificate, with ECDSA and SHA-256, and `unixTime` lies in its validity.
  public func isValid(signedBy issuer: ECPublicKey, at unixTime: Int64) -> Bool {
    // Not a range: one that ends before it starts would trap, and both dates come from outside.
    guard notBefore <= unixTime, unixTime <= notAfter,
      X509_get_signature_nid(certificate) == NID_ecdsa_with_SHA256
    else { return false }
    let verified = X509_verify(certificate, issuer.key) == 1
    if !verified { ERR_clear_error() }
    return verified
  }

  private static func fill(
    _ certificate: OpaquePointer, _ request: CertificateRequest, issuer: String
  ) throws(CryptoError) {
    try check(X509_set_version(certificate, 2), "X509_set_version")
    let serial = BN_bin2bn(request.serial, Int32(request.serial.count), nil)
    defer { BN_free(serial) }
    guard BN_to_ASN1_INTEGER(serial, X509_get_serialNumber(certificate)) != nil else {
      throw lastOpenSSLError("BN_to_ASN1_INTEGER")
    }
    try setName(X509_get_subject_name(certificate), request.subject)
    try setName(X509_get_issuer_name(certificate), issuer)
    guard ASN1_TIME_set(X509_getm_notBefore(certificate), time_t(request.notBefore)) != nil,
      ASN1_TIME_set(X509_getm_notAfter(certificate), time_t(request.notAfter)) != nil
    else { throw lastOpenSSLError("ASN1_TIME_set") }
    try check(X509_set_pubkey(certificate, request.publicKey.key), "X509_set_pubkey")
    let authority = request.isAuthority
    try addExtension(certificate, NID_basic_constraints, authority ? "critical,CA:TRUE,pathlen:0" : "critical,CA:FALSE")
    // A service that signs for itself is its own authority, and proves its key besides.
    let usage = authority ? "keyCertSign" + (request.hosts.isEmpty ? "" : ",digitalSignature") : "digitalSignature"
    try addExtension(certificate, NID_key_usage, "critical," + usage)
    try addExtension(certificate, NID_subject_key_identifier, "hash")
    if !request.hosts.isEmpty {
      try addExtension(certificate, NID_subject_alt_name, octets: try alternativeNames(request.hosts))
    }
    guard let authority = request.authorityKey else { return }
    // AuthorityKeyIdentifier ::= SEQUENCE { keyIdentifier [0] SHA-1 of the point, … }, as the subject's is made.
    try addExtension(
      certificate, NID_authority_key_identifier,
      octets: DER.sequence(DER.value(0x80, Digest.sha1.hash(authority.point))))
  }

  /// GeneralNames: dNSName [2] for a name, iPAddress [7] for an address.
  private static func alternativeNames(_ hosts: [String]) throws(CryptoError) -> [UInt8] {
    var names: [[UInt8]] = []
    for host in hosts {
      if let address = a2i_IPADDRESS(host) {
        let octets = UnsafeBufferPointer(start: ASN1_STRING_get0_data(address), count: Int(ASN1_STRING_length(address)))
        names.append(DER.value(0x87, Array(octets)))
        ASN1_STRING_free(address)
      } else {
        ERR_clear_error()
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else { throw .malformed("host name") }
        names.append(DER.value(0x82, Array(host.utf8)))
      }
    }
    return DER.sequence(names.flatMap { $0 })
  }

  private static func addExtension(
    _ certificate: OpaquePointer, _ nid: Int32, octets: [UInt8]
  ) throws(CryptoError) {
    let value = ASN1_OCTET_STRING_new()
    defer { ASN1_OCTET_STRING_free(value) }
    try check(ASN1_OCTET_STRING_set(value, octets, Int32(octets.count)), "ASN1_OCTET_STRING_set")
    guard let item = X509_EXTENSION_create_by_NID(nil, nid, 0, value) else {
      throw lastOpenSSLError("X509_EXTENSION_create_by_NID")
    }
    defer { X509_EXTENSION_free(item) }
    try check(X509_add_ext(certificate, item, -1), "X509_add_ext")
  }

  private static func setName(_ name: OpaquePointer?, _ text: String) throws(CryptoError) {
    let octets = Array(text.utf8)
    try check(
      X509_NAME_add_entry_by_NID(
        name, NID_commonName, ANSINH_MBSTRING_UTF8, octets, Int32(octets.count), -1, 0),
      "X509_NAME_add_entry_by_NID")
  }

  private static func addExtension(
    _ certificate: OpaquePointer, _ nid: Int32, _ value: String
  ) throws(CryptoError) {
    var context = X509V3_CTX()
    X509V3_set_ctx(&context, nil, certificate, nil, nil, 0)
    guard let item = X509V3_EXT_conf_nid(nil, &context, nid, value) else {
      throw lastOpenSSLError("X509V3_EXT_conf_nid")
    }
    defer { X509_EXTENSION_free(item) }
    try check(X509_add_ext(certificate, item, -1), "X509_add_ext")
  }

  private static func publicKey(of certificate: OpaquePointer) throws(CryptoError) -> ECPublicKey {
    guard let key = X509_get0_pubkey(certificate) else {
      ERR_clear_error()
      throw .malformed("certificate key")
    }
    var name = [CChar](repeating: 0, count: 64)
    var octets = [UInt8](repeating: 0, count: 133)
    var length = 0
    guard ansinh_ec_public(key, &name, name.count, &octets, octets.count, &length) == 1
    else {
      ERR_clear_error()
      throw .malformed("certificate key")
    }
    let group = String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard let curve = Curve.allCases.first(where: { $0.name == group }) else { throw .malformed("certificate curve") }
    return try ECPublicKey(curve, point: Array(octets.prefix(length)))
  }

  private static func commonName(_ name: OpaquePointer?) throws(CryptoError) -> String {
    let index = X509_NAME_get_index_by_NID(name, NID_commonName, -1)
    guard index >= 0, let text = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index)) else {
      throw .malformed("certificate name")
    }
    let octets = UnsafeBufferPointer(start: ASN1_STRING_get0_data(text), count: Int(ASN1_STRING_length(text)))
    return String(decoding: octets, as: UTF8.self)
  }

  /// Unix seconds of a certificate's date.
  static func unixTime(_ time: UnsafePointer<ASN1_TIME>?) throws(CryptoError) -> Int64 {
    guard let epoch = ASN1_TIME_set(nil, 0) else { throw lastOpenSSLError("ASN1_TIME_set") }
    defer { ASN1_STRING_free(epoch) }
    var days: Int32 = 0
    var seconds: Int32 = 0
    guard ASN1_TIME_diff(&days, &seconds, epoch, time) == 1 else {
      ERR_clear_error()
      throw .malformed("certificate date")
    }
    return Int64(days) * 86_400 + Int64(seconds)
  }
}
