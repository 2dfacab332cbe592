internal import COpenSSL
internal import Foundation

/// Certificates and keys as text (RFC 7468), for the TLS libraries that read them so.
public enum PEM {
  /// A certificate of these DER octets.
  public static func certificate(_ der: [UInt8]) -> String {
    let text = Data(der).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
    return "-----BEGIN CERTIFICATE-----\n\(text)\n-----END CERTIFICATE-----\n"
  }
}

extension ECPrivateKey {
  /// The key as PKCS #8 (RFC 5208) in PEM, unencrypted: for a file that nobody but its owner may read.
  public func pem() throws(CryptoError) -> SecretBytes {
    guard let sink = BIO_new(BIO_s_secmem()) else { throw lastOpenSSLError("BIO_new") }
    defer { BIO_free(sink) }
    try check(writePKCS8(to: sink), "PEM_write_bio_PKCS8PrivateKey")
    var octets = [UInt8](repeating: 0, count: 1_024)
    let length = BIO_read(sink, &octets, Int32(octets.count))
    guard length > 0, length < octets.count else { throw lastOpenSSLError("BIO_read") }
    octets.removeLast(octets.count - Int(length))
    return SecretBytes(taking: &octets)
  }
}

/// Plain signatures as TLS and X.509 carry them.
public enum ECDSASignature {
  /// `r ‖ s` → DER Ecdsa-Sig-Value (RFC 3279 §2.2.3).
  public static func der(_ plain: [UInt8]) -> [UInt8] {
    let half = plain.count / 2
    return DER.sequence(DER.integer(plain.prefix(half)), DER.integer(plain.dropFirst(half)))
  }
}
