import CardCrypto
import CardTestSupport
import FuzzSupport

/// X.509 certificates of cards and issuers. Octets that are taken are kept as they came.
@_cdecl("LLVMFuzzerTestOneInput")
public func test(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  Fuzz.input(start, count) { octets in
    guard let certificate = try? Certificate(der: octets) else { return }
    require(certificate.der == octets, "other octets than came in")
    require(certificate.publicKey.point.first == 0x04, "a point in another form")
    require(certificate.publicKey.curve.isValid(certificate.publicKey.point), "a point beside the curve")
    for time in [certificate.notBefore, certificate.notAfter, 0, Int64.max, Int64.min] {
      _ = certificate.isValid(signedBy: certificate.publicKey, at: time)
    }
  }
}

/// Changes object by object.
@_cdecl("LLVMFuzzerCustomMutator")
public func mutate(_ start: UnsafeMutablePointer<UInt8>?, _ count: Int, _ most: Int, _ seed: UInt32) -> Int {
  Objects.mutate(start, count, most, seed, head: 0)
}

/// An issuer's certificate and one of a card, on both curves.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutableRawPointer?, _ arguments: UnsafeMutableRawPointer?) -> CInt {
  Fuzz.seeds {
    var seeds: [String: [UInt8]] = [:]
    for curve in Curve.allCases {
      let key = try ECPrivateKey(generate: curve, random: SeededRandom(seed: 1))
      for isAuthority in [false, true] {
        let request = CertificateRequest(
          subject: isAuthority ? "Cơ quan phát hành" : "9900000000000010", serial: [1, 2, 3], publicKey: key.publicKey,
          notBefore: 0, notAfter: FuzzCard.time + 86_400, isAuthority: isAuthority)
        seeds["\(curve)-\(isAuthority)"] = try Certificate.issue(request, issuer: "Test issuer", key: key).der
      }
    }
    return seeds
  }
}
