import CardCrypto
import Foundation

/// The key and certificate of a service behind TLS, as files.
struct TLSFiles {
  /// PEM file of the certificate.
  let certificate: String
  /// PEM file of its key, for its owner alone.
  let key: String
  /// SHA-256 of the certificate, hexadecimal.
  let fingerprint: String

  /// Makes `tls.pem` and `tls.key` in `folder`, self-signed for `hosts`; never over others.
  init(folder: String, hosts: [String], days: Int) throws {
    let secret = try ECPrivateKey(generate: .p256)
    let serial: [UInt8] = [1] + (try SystemRandom().bytes(15))
    // Clients look for an issuer by name: while a certificate is replaced they believe two, which must not have one.
    let mark = serial.prefix(5).map { String($0, radix: 16) }.joined()
    let name = "\((hosts.first ?? "").prefix(40)) \(mark)"
    var request = CertificateRequest(
      subject: name, serial: serial, publicKey: secret.publicKey,
      notBefore: Clock.seconds - 300, notAfter: Clock.seconds + Int64(days) * 86_400, isAuthority: true)
    request.hosts = hosts
    let signed = try Certificate.issue(request, issuer: name, key: secret)
    certificate = folder + "/tls.pem"
    key = folder + "/tls.key"
    fingerprint = Digest.sha256.hash(signed.der).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
      .joined()
    try OwnerFile.create(key, try secret.pem())
    try OwnerFile.create(certificate, Array(PEM.certificate(signed.der).utf8))
  }
}
