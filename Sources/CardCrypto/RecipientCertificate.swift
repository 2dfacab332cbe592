internal import COpenSSL
import Foundation

/// Why nothing is encrypted to a certificate.
public enum RecipientError: Error, Hashable, Sendable {
  /// The octets are not exactly one X.509 certificate in DER or PEM, or its extensions contradict the standard.
  case notCertificate
  /// The certificate does not begin to be valid before this Unix time.
  case notYetValid(Int64)
  /// The certificate ended at this Unix time.
  case expired(Int64)
  /// The key usage it names has no keyEncipherment (RSA) or no keyAgreement (EC): RFC 5280 §4.2.1.3.
  case keyUsage
  /// RSA of fewer than 2048 bits, or a curve of fewer than 256; the key as ``RecipientCertificate/key`` has it.
  case weakKey(String)
  /// Neither RSA nor EC on a named curve.
  case unsupportedKey
}

/// The certificate of somebody whom data is encrypted to (RFC 5280), of whatever authority: who it is of is for a
/// person to compare, by ``fingerprint``.
public final class RecipientCertificate: @unchecked Sendable {
  // @unchecked: the X509 object is only read after init.
  /// For ``EnvelopedDataWriter``.
  let x509: OpaquePointer
  /// SHA-256 of the certificate in DER, 32 octets.
  public let fingerprint: [UInt8]
  /// The subject's name on one line, as RFC 2253 writes it, control characters escaped.
  public let subject: String
  /// Kind and size of the key: `RSA 3072`, `prime256v1`.
  public let key: String
  /// First second of validity, Unix time.
  public let notBefore: Int64
  /// Last second of validity, Unix time.
  public let notAfter: Int64
  /// How a key for the content is made over to the recipient.
  let transport: Transport

  /// How a key for the content is made over to a recipient.
  enum Transport: Hashable {
    /// RSAES-OAEP (RFC 8017 §7.1, RFC 3560).
    case rsa
    /// Ephemeral-static ECDH (RFC 5753 §3.1) on a curve of this many bits.
    case agreement(bits: Int32)
  }

  /// Most octets of a file with a certificate.
  public static let maximumLength = 65_536
  /// Fewest bits of an RSA modulus.
  public static let minimumRSA: Int32 = 2_048
  /// Fewest bits of a curve.
  public static let minimumCurve: Int32 = 256

  /// Reads exactly one certificate, DER or PEM (RFC 7468 §5), that data may be encrypted to at `unixTime` seconds.
  ///
  /// - Throws: ``RecipientError``, the first reason of its order.
  public init(_ file: [UInt8], at unixTime: Int64) throws(RecipientError) {
    guard file.count <= Self.maximumLength, let der = Self.der(file) else { throw .notCertificate }
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
      throw .notCertificate
    }
    x509 = parsed
    fingerprint = Digest.sha256.hash(der)
    do throws(RecipientError) {
      (notBefore, notAfter) = try Self.validity(parsed)
      subject = Self.name(parsed)
      guard notBefore <= unixTime else { throw .notYetValid(notBefore) }
      guard unixTime <= notAfter else { throw .expired(notAfter) }
      (key, transport) = try Self.key(of: parsed)
    } catch {
      X509_free(parsed)
      throw error
    }
  }

  deinit { X509_free(x509) }

  /// The DER octets of a file that is DER, or PEM with one certificate and no other block.
  private static func der(_ file: [UInt8]) -> [UInt8]? {
    guard let text = String(validating: file, as: UTF8.self), text.contains("-----BEGIN ") else { return file }
    let parts = text.components(separatedBy: "-----BEGIN ")
    guard parts.count == 2, parts[1].hasPrefix("CERTIFICATE-----"),
      let end = parts[1].range(of: "-----END CERTIFICATE-----")
    else { return nil }
    let body = parts[1][..<end.lowerBound].dropFirst("CERTIFICATE-----".count)
    return Data(base64Encoded: String(body.filter { !$0.isWhitespace })).map { [UInt8]($0) }
  }

  private static func validity(_ x509: OpaquePointer) throws(RecipientError) -> (Int64, Int64) {
    // OpenSSL reads the extensions once, when it is first asked about one.
    guard X509_get_extension_flags(x509) & UInt32(EXFLAG_INVALID) == 0,
      let from = try? Certificate.unixTime(X509_get0_notBefore(x509)),
      let until = try? Certificate.unixTime(X509_get0_notAfter(x509))
    else { throw .notCertificate }
    return (from, until)
  }

  private static func key(of x509: OpaquePointer) throws(RecipientError) -> (String, Transport) {
    defer { ERR_clear_error() }
    guard let key = X509_get0_pubkey(x509) else { throw .unsupportedKey }
    let bits = EVP_PKEY_get_bits(key)
    let usage = X509_get_extension_flags(x509) & UInt32(EXFLAG_KUSAGE) == 0 ? UInt32.max : X509_get_key_usage(x509)
    if EVP_PKEY_is_a(key, "RSA") == 1 {
      guard bits >= minimumRSA else { throw .weakKey("RSA \(bits)") }
      guard usage & UInt32(KU_KEY_ENCIPHERMENT) != 0 else { throw .keyUsage }
      return ("RSA \(bits)", .rsa)
    }
    var name = [CChar](repeating: 0, count: 64)
    var length = 0
    var isExplicit: Int32 = 1
    guard EVP_PKEY_is_a(key, "EC") == 1, EVP_PKEY_get_group_name(key, &name, name.count, &length) == 1,
      EVP_PKEY_get_int_param(key, OSSL_PKEY_PARAM_EC_DECODED_FROM_EXPLICIT_PARAMS, &isExplicit) == 1, isExplicit == 0
    else { throw .unsupportedKey }
    let curve = String(decoding: name.prefix(length).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard bits >= minimumCurve else { throw .weakKey(curve) }
    guard usage & UInt32(KU_KEY_AGREEMENT) != 0 else { throw .keyUsage }
    return (curve, .agreement(bits: bits))
  }

  /// Most characters of a name that are shown.
  private static let maximumName = 200

  private static func name(_ x509: OpaquePointer) -> String {
    guard let text = BIO_new(BIO_s_mem()) else { return "" }
    defer { BIO_free(text) }
    // Letters with diacritics are left as they are; what moves the cursor is not.
    let flags =
      UInt(XN_FLAG_SEP_COMMA_PLUS | XN_FLAG_FN_SN | XN_FLAG_DN_REV) | UInt(ASN1_STRFLGS_ESC_2253)
      | UInt(ASN1_STRFLGS_ESC_CTRL) | UInt(ASN1_STRFLGS_UTF8_CONVERT)
    X509_NAME_print_ex(text, X509_get_subject_name(x509), 0, flags)
    var octets = [UInt8](repeating: 0, count: 4_096)
    let read = BIO_read(text, &octets, Int32(octets.count))
    return String(String(decoding: octets.prefix(Int(max(0, read))), as: UTF8.self).prefix(maximumName))
  }
}
