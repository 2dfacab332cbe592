import CardCrypto
import Foundation
import HummingbirdTLS
import NIOCore
import NIOSSL

/// Why a service can't prove itself to its clients.
public enum ServerIdentityError: Error, Sendable {
  /// The file holds no PEM certificate; its path.
  case certificate(path: String)
  /// The file holds no PEM private key of P-256; its path.
  case key(path: String)
  /// The key is not the certificate's.
  case mismatch(certificate: String, key: String)
  /// The certificate is not valid now; its first and last second, Unix time.
  case date(path: String, from: Int64, until: Int64)
}

/// Certificate and key of the service, for TLS 1.3 alone (RFC 8446).
public struct ServerIdentity: Sendable {
  /// Last second of the certificate, Unix time.
  public let validUntil: Int64
  let tls: TLSChannelConfiguration

  /// Reads both.
  ///
  /// - Parameter now: Unix time.
  /// - Throws: ``ServerIdentityError``; ``KeyFileError`` when others than its owner may read the key.
  public init(certificate path: String, key keyPath: String, now: Int64) throws {
    guard let chain = try? NIOSSLCertificate.fromPEMFile(path), let leaf = chain.first
    else { throw ServerIdentityError.certificate(path: path) }
    var pem = try OwnerFile.read(keyPath)
    defer { SecretBytes.clear(&pem) }
    guard let key = try? NIOSSLPrivateKey(bytes: pem, format: .pem) else {
      throw ServerIdentityError.key(path: keyPath)
    }
    let (from, until) = (Int64(leaf.notValidBefore), Int64(leaf.notValidAfter))
    guard from <= now, now <= until else {
      throw ServerIdentityError.date(path: path, from: from, until: until)
    }
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    configuration.minimumTLSVersion = .tlsv13
    // A client without a certificate is an official with a token, or asks what everybody may.
    configuration.certificateVerification = .optionalVerification
    guard (try? NIOSSLContext(configuration: configuration)) != nil else {
      throw ServerIdentityError.mismatch(certificate: path, key: keyPath)
    }
    validUntil = until
    tls = TLSChannelConfiguration(tlsConfiguration: configuration) { chain, verdict in
      // Nobody signs a terminal's certificate: TLS proves its key, and the registry says whose that is.
      let key = chain.first.flatMap { try? Certificate(der: $0.toDERBytes()).publicKey }
      verdict.succeed(key?.curve == .p256 ? .certificateVerified : .failed)
    }
  }
}
