public import CardCrypto
import Foundation
import NIOCore
public import NIOSSL

/// How a program proves itself to a service behind TLS, and which service it believes.
public struct ServiceIdentity: Sendable {
  /// PEM file of the certificates that the service's must be, or must come from; `nil` for the system's own.
  public var trust: String?
  /// Token of the official who works.
  public var token: ServiceToken?
  /// Token of another official who stands by, for what needs two.
  public var checkerToken: ServiceToken?
  /// The terminal's key, with which a payout point's connection proves whose it is.
  public var terminal: (any ECSigner)?

  /// Nobody in particular.
  public init() {}

  /// The TLS of a connection: 1.3 and nothing less.
  public func tlsConfiguration(now: Int64) throws -> TLSConfiguration {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv13
    if let trust { configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(trust)) }
    if let terminal {
      configuration.certificateChain = [.certificate(try Self.certificate(of: terminal, now: now))]
      configuration.privateKey = .privateKey(NIOSSLPrivateKey(customPrivateKey: TerminalTLSKey(signer: terminal)))
    }
    return configuration
  }

  /// A certificate that says no more than whose key it is: the service looks the key up, so its own signature will do.
  private static func certificate(of key: some ECSigner, now: Int64) throws -> NIOSSLCertificate {
    let request = CertificateRequest(
      subject: "terminal", serial: [1], publicKey: key.publicKey, notBefore: now - 86_400, notAfter: now + 86_400,
      isAuthority: false)
    return try NIOSSLCertificate(
      bytes: try Certificate.issue(request, issuer: "terminal", key: key).der, format: .der)
  }
}

/// An official's token: shows nothing of itself.
public struct ServiceToken: Sendable, CustomStringConvertible {
  /// The text, for the one header that carries it.
  let text: String

  /// Reads a token from a file that nobody but its owner may read.
  public init(file path: String) throws(KeyFileError) {
    var octets = try OwnerFile.read(path)
    text = String(decoding: octets, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    SecretBytes.clear(&octets)
  }

  /// Never the token.
  public var description: String { "token" }
}

/// A terminal's key as TLS uses it: in memory or in a token, never given out.
private struct TerminalTLSKey: NIOSSLCustomPrivateKey, Hashable {
  let signer: any ECSigner

  var signatureAlgorithms: [SignatureAlgorithm] { [.ecdsaSecp256R1Sha256] }

  func sign(channel: any Channel, algorithm: SignatureAlgorithm, data: ByteBuffer) -> EventLoopFuture<ByteBuffer> {
    // RFC 8446 §4.4.3: the data begin with 64 spaces and say what they are for, so they are nothing else a terminal
    // signs.
    channel.eventLoop.makeCompletedFuture {
      ByteBuffer(bytes: ECDSASignature.der(try signer.sign(Array(data.readableBytesView))))
    }
  }

  func decrypt(channel: any Channel, data: ByteBuffer) -> EventLoopFuture<ByteBuffer> {
    // RSA's alone; TLS 1.3 never asks.
    channel.eventLoop.makeFailedFuture(CryptoError.malformed("TLS"))
  }

  static func == (left: TerminalTLSKey, right: TerminalTLSKey) -> Bool {
    left.signer.publicKey.point == right.signer.publicKey.point
  }

  func hash(into hasher: inout Hasher) { hasher.combine(signer.publicKey.point) }
}
