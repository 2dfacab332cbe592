import CardApplication
import CardCrypto
import Foundation
import ISO7816

/// Certificates that differ in card number, serial and key alone, each signed by the issuer.
///
/// The first one is made as an office makes it; of the others only what differs is put in its place. OpenSSL's encoders
/// take ten times as long as the signature, and a country of ten million cards would take hours.
struct CertificateMould: Sendable {
  private let issuer: ECPrivateKey
  private let body: [UInt8]
  private let algorithm: BERTLV
  /// Where number, serial, key and the key's identifier are.
  private let places: [Range<Int>]

  /// Of a card's certificate.
  init(_ sample: CertificateRequest, issuerName: String, issuer: ECPrivateKey) throws {
    let certificate = try Certificate.issue(sample, issuer: issuerName, key: issuer)
    // Certificate ::= SEQUENCE { tbsCertificate, signatureAlgorithm, signature BIT STRING } (RFC 5280 §4.1)
    let parts = try BERTLV(parsing: certificate.der).children()
    guard parts.count == 3 else { throw BenchError.impossible }
    self.issuer = issuer
    body = parts[0].bytes
    algorithm = parts[1]
    let octets = body
    places = try Self.parts(Array(sample.subject.utf8), sample.serial, sample.publicKey.point).map { part in
      let found = octets.ranges(of: part)
      guard found.count == 1 else { throw BenchError.impossible }
      return found[0]
    }
  }

  private static func parts(_ number: [UInt8], _ serial: [UInt8], _ point: [UInt8]) -> [[UInt8]] {
    [number, serial, point, Digest.sha1.hash(point)]
  }

  /// The certificate of another card, in DER.
  func certificate(number: CardNumber, serial: [UInt8], point: [UInt8]) throws -> [UInt8] {
    var body = body
    for (place, part) in zip(places, Self.parts(Array(number.digits.utf8), serial, point)) {
      guard part.count == place.count else { throw BenchError.impossible }
      body.replaceSubrange(place, with: part)
    }
    let signature = try issuer.sign(body, digest: .sha256)
    let half = signature.count / 2
    let value = BERTLV(0x30, [Self.integer(signature.prefix(half)), Self.integer(signature.dropFirst(half))])
    return BERTLV(0x30, body + algorithm.bytes + BERTLV(0x03, [0] + value.bytes).bytes).bytes
  }

  /// INTEGER of an unsigned number.
  private static func integer(_ magnitude: ArraySlice<UInt8>) -> BERTLV {
    let digits = Array(magnitude.drop { $0 == 0 })
    return BERTLV(0x02, (digits.first.map { $0 >= 0x80 } ?? true ? [0] : []) + digits)
  }
}
