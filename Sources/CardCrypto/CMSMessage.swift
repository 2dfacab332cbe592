internal import COpenSSL

/// A SignedData as OpenSSL reads it. Used by one thread.
final class CMSMessage {
  private let message: OpaquePointer

  /// Reads exactly one SignedData that is DER.
  init(der: [UInt8]) throws(SignedDataError) {
    guard der.count <= SignedData.maximumLength else { throw .malformed }
    var read = 0
    let parsed = der.withUnsafeBufferPointer { buffer -> OpaquePointer? in
      guard let start = buffer.baseAddress else { return nil }
      var cursor: UnsafePointer<UInt8>? = start
      let object = d2i_CMS_ContentInfo(nil, &cursor, buffer.count)
      read = cursor.map { $0 - start } ?? 0
      return object
    }
    guard let parsed else {
      ERR_clear_error()
      throw .malformed
    }
    message = parsed
    guard OBJ_obj2nid(CMS_get0_type(message)) == NID_pkcs7_signed else { throw .malformed }
    guard read == der.count else { throw .trailing }
    // OpenSSL reads BER too, in which one message has many forms.
    guard derOctets({ i2d_CMS_ContentInfo(message, $0) }) == der else { throw .malformed }
  }

  deinit { CMS_ContentInfo_free(message) }

  /// The content, not verified.
  func content(ofType type: [UInt8]) throws(SignedDataError) -> [UInt8] {
    guard identifier(CMS_get0_eContentType(message)) == type else { throw .wrongContentType }
    guard let place = CMS_get0_content(message), let string = place.pointee,
      let start = ASN1_STRING_get0_data(string)
    else {
      ERR_clear_error()
      throw .malformed
    }
    return Array(UnsafeBufferPointer(start: start, count: Int(ASN1_STRING_length(string))))
  }

  /// The SignerInfo, which belongs to this message.
  func onlySigner() throws(SignedDataError) -> OpaquePointer {
    let signers = CMS_get0_SignerInfos(message)
    let count = OPENSSL_sk_num(signers)
    guard count == 1, let signer = OPENSSL_sk_value(signers, 0) else { throw .signers(Int(max(0, count))) }
    return OpaquePointer(signer)
  }

  /// Whether the SignerInfo names SHA-256 and ecdsa-with-SHA256.
  func isECDSAWithSHA256(_ signer: OpaquePointer) -> Bool {
    var digest: UnsafeMutablePointer<X509_ALGOR>?
    var signature: UnsafeMutablePointer<X509_ALGOR>?
    CMS_SignerInfo_get0_algs(signer, nil, nil, &digest, &signature)
    guard let digest, let signature else { return false }
    return OBJ_obj2nid(digest.pointee.algorithm) == NID_sha256
      && OBJ_obj2nid(signature.pointee.algorithm) == NID_ecdsa_with_SHA256
  }

  /// Whether there are signed attributes, with one content-type that has this one value (RFC 5652 §11.1). OpenSSL
  /// checks message-digest, but not that.
  func attributesName(_ type: [UInt8], _ signer: OpaquePointer) -> Bool {
    // −3: of all attributes just one may be of this type, with just one value.
    let value = CMS_signed_get0_data_by_OBJ(signer, OBJ_nid2obj(NID_pkcs9_contentType), -3, V_ASN1_OBJECT)
    guard let value else {
      ERR_clear_error()
      return false
    }
    return identifier(OpaquePointer(value)) == type
  }

  /// The signer's certificate: of those that came with the message, else of `others`.
  func certificate(of signer: OpaquePointer, others: [Certificate]) throws(SignedDataError) -> Certificate {
    let included = withIncludedCertificate(of: signer) { x509 in derOctets { i2d_X509(x509, $0) } }
    guard let der = included ?? nil else {
      guard let other = others.first(where: { CMS_SignerInfo_cert_cmp(signer, $0.x509) == 0 }) else {
        throw .untrusted
      }
      return other
    }
    guard let certificate = try? Certificate(der: der) else { throw .unsupported }
    return certificate
  }

  /// Whether content, signed attributes and signature belong together, by the key of a certificate.
  func isSigned(_ signer: OpaquePointer, by certificate: OpaquePointer?) -> Bool {
    CMS_SignerInfo_set1_signer_cert(signer, certificate)
    // Who the signer is has been checked before, by rules of this target.
    let flags = UInt32(CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY)
    let isVerified = CMS_verify(message, nil, nil, nil, nil, flags) == 1
    if !isVerified { ERR_clear_error() }
    return isVerified
  }

  /// The same by the certificate that came with the message.
  func isSignedByIncludedCertificate(_ signer: OpaquePointer) throws(SignedDataError) -> Bool {
    guard let isSigned = withIncludedCertificate(of: signer, { isSigned(signer, by: $0) }) else { throw .untrusted }
    return isSigned
  }

  private func withIncludedCertificate<Result>(
    of signer: OpaquePointer, _ body: (OpaquePointer) -> Result
  ) -> Result? {
    guard let certificates = CMS_get1_certs(message) else {
      ERR_clear_error()
      return nil
    }
    defer {
      while let next = OPENSSL_sk_pop(certificates) { X509_free(OpaquePointer(next)) }
      OPENSSL_sk_free(certificates)
    }
    for index in 0..<max(0, OPENSSL_sk_num(certificates)) {
      guard let certificate = OPENSSL_sk_value(certificates, index).map({ OpaquePointer($0) }) else { continue }
      if CMS_SignerInfo_cert_cmp(signer, certificate) == 0 { return body(certificate) }
    }
    return nil
  }

  private func identifier(_ object: OpaquePointer?) -> [UInt8] {
    guard let object, let start = OBJ_get0_data(object) else { return [] }
    return Array(UnsafeBufferPointer(start: start, count: OBJ_length(object)))
  }
}

/// What an `i2d` function of OpenSSL writes; `nil` when it fails.
func derOctets(_ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32) -> [UInt8]? {
  let length = write(nil)
  guard length > 0 else {
    ERR_clear_error()
    return nil
  }
  var octets = [UInt8](repeating: 0, count: Int(length))
  let written = octets.withUnsafeMutableBufferPointer {
    var cursor = $0.baseAddress
    return write(&cursor)
  }
  return written == length ? octets : nil
}

extension Certificate {
  /// Whether it may issue certificates: CA in its basic constraints, keyCertSign in its key usage (RFC 5280 §4.2.1.9,
  /// §4.2.1.3).
  public var isAuthority: Bool { X509_check_ca(x509) == 1 }

  /// Whether `unixTime` seconds lie in its validity, both ends included.
  public func isValid(at unixTime: Int64) -> Bool { notBefore <= unixTime && unixTime <= notAfter }

  /// Whether names and signature say that `issuer` issued it (RFC 5280 §6.1.3), at whatever time.
  func isIssued(by issuer: Certificate) -> Bool {
    X509_check_issued(issuer.x509, x509) == X509_V_OK && isValid(signedBy: issuer.publicKey, at: notBefore)
  }

  /// IssuerAndSerialNumber in DER (RFC 5652 §10.2.4).
  func issuerAndSerial() throws(CryptoError) -> [UInt8] {
    guard let name = derOctets({ i2d_X509_NAME(X509_get_issuer_name(x509), $0) }),
      let serial = derOctets({ i2d_ASN1_INTEGER(X509_get0_serialNumber(x509), $0) })
    else { throw .malformed("certificate name") }
    return DER.sequence(name, serial)
  }
}
